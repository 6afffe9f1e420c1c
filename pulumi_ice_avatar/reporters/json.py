"""One JSON object for all files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.reporters import Reported

__all__ = ["dump", "finding_as_json", "report"]


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write `{"files": …, "findings": […]}`."""
    count = 0
    findings = []
    for file in files:
        count += file.policy
        findings += [finding_as_json(file.file, each) for each in file.findings]
    out.write(dump({"files": count, "findings": findings}, indent=2) + "\n")


def finding_as_json(file: str, finding: Finding) -> dict[str, Any]:
    """A finding as JSON values; the edits of its fix count characters of the text from 0."""
    found = finding._asdict()
    fix = found.pop("fix")
    found["file"] = file
    if fix:
        found["fix"] = {"description": fix.description, "edits": [edit._asdict() for edit in fix.edits]}
    return found


def dump(value: object, *, indent: int | None = None) -> str:
    """Write JSON that any encoding carries and in which no build service finds an order (see `printing`)."""
    return json.dumps(value, indent=indent).replace("##", "#\\u0023")
