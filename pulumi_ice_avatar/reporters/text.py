"""For people: each finding with its source line, a caret under the place, and the fix if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.concise import COLOURS, RESET, headline
from pulumi_ice_avatar.reporters.printing import colours, excerpt, lines_of, printable

__all__ = ["report"]


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write each finding in a few lines."""
    coloured = colours(out)
    for file in files:
        lines = lines_of(file.text or "")
        for finding in file.findings:
            said = [headline(file.file, finding, coloured=coloured)]
            number = finding.line or 0
            gutter = " " * len(str(number))
            if 0 < number <= len(lines) and lines[number - 1].strip():
                end = finding.end_column - 1 if finding.end_column and finding.end_line == number else None
                shown = excerpt(lines[number - 1], (finding.column or 1) - 1, end)
                caret = "^" * shown.length
                if coloured:
                    caret = f"{COLOURS[finding.severity]}{caret}{RESET}"
                said += [f"  {number} | {shown.line}", f"  {gutter} | {' ' * shown.offset}{caret}"]
            if finding.fix:
                said.append(f"  {gutter} = --fix: {printable(finding.fix.description)}")
            out.write("\n".join(said) + "\n\n")
