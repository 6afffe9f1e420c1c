"""Annotations of GitHub Actions.

The commands and their escapes: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands and
the functions `escapeData` and `escapeProperty` of actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.paths import from_here
from pulumi_ice_avatar.reporters.printing import printable

__all__ = ["report"]

_COMMANDS = {"error": "error", "security": "error", "warning": "warning", "suggestion": "notice"}


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write a command for each finding."""
    for file in files:
        for finding in file.findings:
            # Columns are taken only where a finding begins and ends on one line.
            last = f"endColumn={finding.end_column}" if finding.end_line == finding.line else ""
            properties = [
                f"file={_property(printable(from_here(file.file)))}",
                f"line={finding.line}",
                f"endLine={finding.end_line}",
                *([f"col={finding.column}", last] if last else []),
                f"title={_property(f'{finding.code} {finding.name}')}",
            ]
            command = _COMMANDS[finding.severity]
            out.write(f"::{command} {','.join(properties)}::{_data(printable(finding.message))}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
