"""One line a finding, as compilers write them: editors jump to the place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.printing import colours, printable

__all__ = ["COLOURS", "RESET", "headline", "report"]

COLOURS = {"error": "\x1b[1;31m", "security": "\x1b[1;35m", "warning": "\x1b[1;33m", "suggestion": "\x1b[1;36m"}
RESET = "\x1b[0m"


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write a line for each finding."""
    coloured = colours(out)
    for file in files:
        for finding in file.findings:
            out.write(headline(file.file, finding, coloured=coloured) + "\n")


def headline(file: str, finding: Finding, *, coloured: bool) -> str:
    """Say on one line where a finding is, which rule it is of, and what to do."""
    place = f"{printable(file)}:{finding.line}:{finding.column}"
    rule = f"{finding.severity} {finding.code}"
    if coloured:
        place, rule = f"\x1b[1m{place}{RESET}", f"{COLOURS[finding.severity]}{rule}{RESET}"
    return f"{place}: {rule} {finding.name}: {printable(finding.message)}"
