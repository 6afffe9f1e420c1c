"""What a policy says, made fit for a terminal and a log: a document must not be able to give either of them orders."""

from __future__ import annotations

import os
import re
import sys
from typing import NamedTuple, TextIO

__all__ = ["Excerpt", "colours", "excerpt", "lines_of", "printable"]

_WIDEST = 100
"""Columns of a source line that are shown."""

_BEFORE = 40
"""Columns that are kept in front of the place when a line is cut."""

_ORDER = re.compile(r"##(?=\w*\[)")
"""`##[…]` and `##vso[…]`: build services carry out what follows them, wherever in a line of a log it stands."""

_LINE_END = re.compile(r"\r\n?|\n")


def printable(text: str) -> str:
    """Write what would move the cursor, change the direction or be an order as escapes: all on one line."""
    if not text.isprintable():
        text = "".join([each if each.isprintable() else ascii(each)[1:-1] for each in text])
    return _ORDER.sub(r"#\\x23", text) if "##" in text else text


def lines_of(text: str) -> list[str]:
    """The lines of a text, as findings count them."""
    return _LINE_END.split(text.removeprefix("\ufeff"))


class Excerpt(NamedTuple):
    """A source line with a mark under a part of it.

    Attributes:
        line: The line, cut around the place and fit to be printed.
        offset: Columns of the terminal in front of the place.
        length: Columns of the terminal that it takes, at least one.
    """

    line: str
    offset: int
    length: int


def excerpt(line: str, start: int, end: int | None) -> Excerpt:
    """Show a part of a line.

    Args:
        line: The line.
        start: Where the part begins, in characters from 0.
        end: Where it ends; None for the end of the line.

    Returns:
        The excerpt.
    """
    first = max(start - _BEFORE, 0) if len(line) > _WIDEST else 0
    last = first + _WIDEST
    end = min(len(line) if end is None else end, last)
    before, marked, after = (
        printable(each.replace("\t", "    ")) for each in (line[first:start], line[start:end], line[end:last])
    )
    cut = "…" if first else ""
    shown = f"{cut}{before}{marked}{after.rstrip()}{'…' if len(line) > last else ''}"
    return Excerpt(shown, len(cut) + _columns(before), max(_columns(marked.rstrip()), 1))


def _columns(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def colours(out: TextIO) -> bool:
    """Tell whether to colour what is written (https://no-color.org, https://force-color.org)."""
    if os.environ.get("NO_COLOR") or out is not sys.stdout:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return out.isatty() and os.environ.get("TERM") != "dumb"
