"""What reading a text yields besides its value: where each node stands, and what is wrong with the text itself."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pulumi_ice_avatar.ram.reading.edits import Fix
from pulumi_ice_avatar.ram.reading.statements import Path

__all__ = ["DEEPEST", "MOST_SLIPS", "Enough", "Node", "Place", "Slip"]

DEEPEST = 100
"""Levels of nesting that are read. A policy has seven; the standard parser takes about a thousand."""

MOST_SLIPS = 100
"""After so many slips the text is no policy, and reading ends."""


class Enough(Exception):  # noqa: N818 - a signal, not an error
    """No use in reading on."""


class Place(Protocol):
    """Where a value stands in a text."""

    @property
    def start(self) -> int:
        """Offset of its first character."""

    @property
    def end(self) -> int:
        """Offset after its last character."""

    def step(self, token: str | int) -> tuple[int, int, Place] | None:
        """Go to the member with a key or the entry with an index.

        Returns:
            Where its key (or the entry itself) begins and ends, and its place; None where there is none.
        """

    def children(self) -> list[tuple[int, int]]:
        """Where each member, from its key on, or each entry begins and ends, in the order of the text."""


class Node:
    """A place that a reader fills in while it reads."""

    __slots__ = ("_children", "end", "items", "members", "start")

    def __init__(self, start: int, end: int = -1) -> None:
        self.start = start
        self.end = end
        self.members: dict[str, tuple[int, int, Node]] | None = None
        self.items: list[Node] | None = None
        self._children: list[tuple[int, int]] | None = None

    def step(self, token: str | int) -> tuple[int, int, Node] | None:
        """See `Place`."""
        if isinstance(token, str):
            return self.members.get(token) if self.members else None
        if self.items is None or not 0 <= token < len(self.items):
            return None
        node = self.items[token]
        return node.start, node.end, node

    def children(self) -> list[tuple[int, int]]:
        """See `Place`."""
        if self._children is None:
            if self.members is not None:
                self._children = sorted((start, node.end) for start, _, node in self.members.values())
            else:
                self._children = [(node.start, node.end) for node in self.items or ()]
        return self._children


class Slip(NamedTuple):
    """Something wrong with the text itself.

    Attributes:
        code: The rule that describes it.
        message: One line.
        start: Offset of its first character.
        end: Offset after its last character.
        path: The node it was found in.
        fix: How to repair it, where that is certain.
        severity: Where it differs from the rule's own.
    """

    code: str
    message: str
    start: int
    end: int
    path: Path
    fix: Fix | None
    severity: str | None = None

    @property
    def loses(self) -> bool:
        """Whether part of the document may be lost to it: then nothing can be said of what is missing there."""
        return self.code == "RAM001" and self.fix is None
