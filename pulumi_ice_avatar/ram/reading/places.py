"""Where the nodes of a sound JSON text stand, worked out only along the paths that are asked for.

The standard library's C parser reads over what is not asked for, so that a finding in a long document costs little
more than the first reading did.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["SoundNode"]

# Numbers stay text: Python refuses integers of several thousand digits.
_read_over: Any = json.JSONDecoder(parse_int=str).scan_once  # type: ignore[attr-defined]
_BLANK = re.compile(r"[ \t\n\r]*")
_COLON = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,?[ \t\n\r]*")


class SoundNode:
    """The place of a value in a text that the standard parser has accepted."""

    __slots__ = ("_children", "_end", "_known", "_text", "_unread", "start")

    def __init__(self, text: str, start: int, end: int | None = None) -> None:
        self._text = text
        self.start = start
        self._end = end
        self._known: dict[str | int, tuple[int, int, SoundNode]] = {}
        self._unread = self._read()
        self._children: list[tuple[int, int]] | None = None

    @property
    def end(self) -> int:
        """Offset after the last character."""
        if self._end is None:
            self._end = _over(self._text, self.start)[1]
        return self._end

    def step(self, token: str | int) -> tuple[int, int, SoundNode] | None:
        """See `nodes.Place`."""
        if token not in self._known:
            for key, place in self._unread:
                self._known[key] = place
                if key == token:
                    break
        return self._known.get(token)

    def children(self) -> list[tuple[int, int]]:
        """See `nodes.Place`."""
        if self._children is None:
            self._known.update(self._unread)
            self._children = [(start, node.end) for start, _, node in self._known.values()]
        return self._children

    def _read(self) -> Iterator[tuple[str | int, tuple[int, int, SoundNode]]]:
        """Each member or entry, as far as it is asked for."""
        text = self._text
        is_object = text[self.start : self.start + 1] == "{"
        if not is_object and text[self.start : self.start + 1] != "[":
            return
        at = _after(_BLANK, text, self.start + 1)
        index = 0
        while text[at : at + 1] not in ("]", "}", ""):
            token, key_end = _over(text, at) if is_object else (index, 0)
            start = _after(_COLON, text, key_end) if is_object else at
            end = _over(text, start)[1]
            yield token, (at, key_end or end, SoundNode(text, start, end))
            at = _after(_COMMA, text, end)
            index += 1


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _over(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _read_over(text, at)
    except RecursionError:
        # Nearly as deep as the parser goes, and read from further down the stack than before.
        return None, len(text)
    return value, end
