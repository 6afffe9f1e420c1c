"""What fixes change, as a unified diff that `patch -p0` takes."""

from __future__ import annotations

from typing import TextIO

from pulumi_ice_avatar.reporters.printing import printable

__all__ = ["write_diff"]


def write_diff(file: str, before: str, after: str, out: TextIO) -> None:
    """Write how a text changes.

    Args:
        file: Its file.
        before: The text.
        after: What becomes of it.
        out: Where to write; a terminal gets control characters as escapes.
    """
    from difflib import unified_diff

    for line in unified_diff(_lines(before), _lines(after), file, file):
        whole = line.endswith("\n")
        content = line.removesuffix("\n")
        out.write((printable(content.removesuffix("\r")) if out.isatty() else content) + "\n")
        if not whole:
            out.write("\\ No newline at end of file\n")


def _lines(text: str) -> list[str]:
    """Lines as patch knows them, each with its end: a form feed or U+2028 ends none."""
    *lines, rest = text.split("\n")
    return [f"{line}\n" for line in lines] + ([rest] if rest else [])
