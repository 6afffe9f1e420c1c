"""One JSON object a line and finding, written as they are found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.json import dump, finding_as_json

__all__ = ["report"]


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write a line for each finding."""
    for file in files:
        for finding in file.findings:
            out.write(dump(finding_as_json(file.file, finding)) + "\n")
