"""Paths and fingerprints as services expect them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.printing import lines_of

__all__ = ["fingerprints", "from_here"]


def from_here(path: str) -> str:
    """A path as seen from the current folder, with slashes: services know files by their place in the repository."""
    if Path(path).is_absolute():
        relative = os.path.relpath(path)
        path = path if relative.startswith(os.pardir) else relative
    return path.replace(os.sep, "/")


def fingerprints(file: Reported) -> Iterator[str]:
    """A text for each finding of a file that stays the same while other parts of the file change.

    It tells apart the file, the rule, the element without the numbers of statements and list entries, what stands
    there without its blanks, and how many such findings there were before.
    """
    lines = lines_of(file.text or "")
    seen: dict[str, int] = {}
    for finding in file.findings:
        element = re.sub(r"/\d+(?=/|$)", "/*", finding.pointer)
        words = _between(lines, finding.line, finding.column, finding.end_line, finding.end_column) if element else ""
        key = "\0".join((from_here(file.file), finding.code, element, "".join(words.split())))
        seen[key] = seen.get(key, 0) + 1
        yield hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _between(
    lines: list[str], line: int | None, column: int | None, end_line: int | None, end_column: int | None
) -> str:
    if not (line and column and end_line and end_column):
        return ""
    part = lines[line - 1 : end_line]
    if not part:
        return ""
    part[-1] = part[-1][: end_column - 1]
    part[0] = part[0][column - 1 :]
    return "\n".join(part)
