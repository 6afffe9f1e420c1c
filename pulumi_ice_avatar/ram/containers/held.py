"""A policy inside another file: how to check it, and where what is found stands in that file."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from pulumi_ice_avatar.ram.language import IDENTITY, RESOURCE_BASED, TRUST
from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.ram.reading.document import Document, Span, parse
from pulumi_ice_avatar.ram.reading.nodes import Place, Slip
from pulumi_ice_avatar.ram.reading.statements import Path, pointer

__all__ = ["HOLE", "STAND_IN", "Chunk", "Contents", "Held", "Text", "Tree", "findings"]

HOLE = "\ue000"
"""Stands in a policy for what is not known before it is applied: an interpolation, an intrinsic function."""

STAND_IN = "${…}"
"""What the rules and messages see in its place: most rules leave a string alone that has a placeholder in it."""

_FILLINGS = (
    "*",
    "1",
    "x",
    "Allow",
    "Deny",
    "sts:AssumeRole",
    "ice:GetAvatar",
    "acs:oss:*:*:x",
    "1234567890123456",
    "acs:ram::1234567890123456:root",
    "ecs.aliyuncs.com",
    "cn-hangzhou",
    "true",
    "10.0.0.1",
    "2030-01-01T00:00:00Z",
    "StringEquals",
)
"""What might turn out to stand there, one for each element of the language."""


class Chunk(NamedTuple):
    """A piece of a policy's text, each character of which stands as it is in the file, or a `HOLE`.

    Attributes:
        text: The piece.
        start: Offset in the file of its first character.
    """

    text: str
    start: int


class Text:
    """The text of a policy that stands in a string of the file.

    Attributes:
        chunks: Its pieces, in order.
        end: Offset in the file after the last.
        has_holes: Whether anything in it is not known.
    """

    def __init__(self, chunks: Sequence[Chunk], end: int) -> None:
        self.chunks = chunks
        self.end = end
        self.has_holes = any(HOLE in chunk.text for chunk in chunks)

    def document(self, outer: Document, kind: str | None, filling: str) -> Document:
        """Read it, with something in place of what is not known."""
        pieces = [chunk.text.replace(HOLE, filling) for chunk in self.chunks]
        inner = [0]
        for piece in pieces:
            inner.append(inner[-1] + len(piece))
        starts = [*(chunk.start for chunk in self.chunks), self.end]
        read = parse("".join(pieces), kind=kind)

        def at(offset: int) -> int:
            index = min(bisect_right(inner, offset), len(inner)) - 1
            # What was filled in is longer or shorter than what stands there.
            last = starts[min(index + 1, len(starts) - 1)]
            return min(starts[index] + offset - inner[index], last)

        return _Placed(outer, read.text or "", read.value, kind, read.problems, read.root, at)


class Tree:
    """A policy that stands in the file as an object of its format.

    Attributes:
        value: The policy as plain Python values, with a `HOLE` for what is not known.
        root: Where its nodes stand in the file.
        problems: What is wrong with the text of it, with paths in the policy.
        has_holes: Whether anything in it is not known.
    """

    def __init__(self, value: Any, root: Place, problems: Iterable[Slip] = ()) -> None:
        self.value = value
        self.root = root
        self.problems = tuple(problems)
        self.has_holes = any(HOLE in text for _, text in _strings(value))

    def document(self, outer: Document, kind: str | None, filling: str) -> Document:
        """Lay it out, with something in place of what is not known."""
        value = _filled(self.value, filling) if self.has_holes else self.value
        # The service gets it without blanks, and that counts where its length does.
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        return _Placed(outer, text, value, kind, self.problems, self.root, lambda offset: offset)


class Held(NamedTuple):
    """A policy that a file holds.

    Attributes:
        resource: What holds it, as messages name it: the address of a resource.
        path: What the pointers of findings begin with.
        kind: What to check it as; None where that is to be recognised.
        content: The policy.
    """

    resource: str
    path: Path
    kind: str | None
    content: Text | Tree


class Contents(NamedTuple):
    """What a file holds.

    Attributes:
        what: The format, with its article.
        document: The file as text.
        held: Its policies.
        notes: A line about each policy that cannot be known from the file.
        problem: Why the file could not be read; None where it could.
    """

    what: str
    document: Document
    held: Sequence[Held]
    notes: Sequence[str] = ()
    problem: str | None = None


def findings(held: Held, outer: Document, lint: Callable[[Document], list[Finding]]) -> Iterator[Finding]:
    """Check a policy that a file holds.

    Args:
        held: The policy.
        outer: The file.
        lint: Checks a document.

    Yields:
        What is found whatever stands in place of what is not known, at its place in the file. Fixes are kept as a sign
        that there is one: their edits are not for the file.
    """
    found = lint(held.content.document(outer, held.kind, STAND_IN))
    if found and held.content.has_holes:
        found = _certain(found, held, outer, lint)
    for each in found:
        yield each._replace(message=f"{held.resource}: {each.message}", pointer=pointer(held.path) + each.pointer)


# --- what is not known -----------------------------------------------------------------------------------------------


def _certain(
    found: list[Finding], held: Held, outer: Document, lint: Callable[[Document], list[Finding]]
) -> list[Finding]:
    """Leave out the findings that would not be there if something fitting stood in place of the holes.

    What fits cannot be known, but tried: a finding stays that stays whatever is tried.
    """
    value = held.content.document(outer, held.kind, HOLE).value
    strings = list(_strings(value))
    unknown = [_unknown_part(path) for path, text in strings if _is_unknown(path, text)]
    beginnings = tuple(f"{pointer(path)}/" for path in unknown)
    # Where a condition or a statement is not known, neither is what comes of it all, nor the kind it makes of it.
    structure = any(_is_structure(path) for path in unknown)
    last = _OF_STRINGS if structure else _OF_ALL
    kinds = (IDENTITY, TRUST, RESOURCE_BASED) if structure and held.kind is None else (held.kind,)
    found = [each for each in found if each.code < last and not f"{each.pointer}/".startswith(beginnings)]
    for filling, kind in product((*_FILLINGS, *_likely(strings)), kinds):
        if not found:
            break
        left = {(each.code, each.pointer) for each in lint(held.content.document(outer, kind, filling))}
        found = [each for each in found if (each.code, each.pointer.replace(STAND_IN, filling)) in left]
    return found


_OF_STRINGS, _OF_ALL = "RAM500", "RAM999"
"""The rules below RAM500 judge by what stands in one place; the others by what a document comes to."""


def _is_unknown(path: Path, text: str) -> bool:
    """Tell whether nothing can be said of a string: none of it is known, or it is one of a few words."""
    if HOLE not in text:
        return False
    return text.strip() == HOLE or _OPEN.isdisjoint(path)


_OPEN = {"Resource", "NotResource", "Condition", "Principal", "NotPrincipal"}
"""Elements with values of which a part can be right or wrong by itself."""


def _unknown_part(path: Path) -> Path:
    """The part of a policy of which nothing can be said because of one place: conditions belong together."""
    return path[:-1] if path[-2:-1] == ("Condition",) else path


def _is_structure(path: Path) -> bool:
    """Tell whether the language has an object at a path, or a list of them."""
    return path[-1:] == ("Condition",) or (path[:1] == ("Statement",) and len(path) <= len(("Statement", 0)))


def _likely(strings: Sequence[tuple[Path, str]]) -> list[str]:
    """What would make a string with one hole the same as a known one of its element: they may have to do with it."""
    known: dict[Any, list[str]] = {}
    for path, text in strings:
        if HOLE not in text:
            known.setdefault(_element(path), []).append(text)
    found: dict[str, None] = {}
    for path, text in strings:
        before, hole, after = text.partition(HOLE)
        for other in known.get(_element(path), ())[:_MOST_LIKELY] if hole else ():
            if len(other) >= len(text) - 1 and other.startswith(before) and other.endswith(after):
                found[other[len(before) : len(other) - len(after)]] = None
    return [*found][:_MOST_LIKELY]


_MOST_LIKELY = 16


def _element(path: Path) -> str | int | None:
    return next((token for token in reversed(path) if type(token) is str), None)


class _Placed(Document):
    """A document whose places are those in the file that holds it."""

    __slots__ = ("_offset", "_outer")

    def __init__(
        self,
        outer: Document,
        text: str,
        value: Any,
        kind: str | None,
        problems: Iterable[Slip],
        root: Place | None,
        offset: Callable[[int], int],
    ) -> None:
        super().__init__(text, value, kind, outer.source, problems, root)
        self._outer = outer
        self._offset = offset

    def at(self, start: int, end: int) -> Span:
        return self._outer.at(self._offset(start), self._offset(end))


def _strings(value: Any) -> Iterator[tuple[Path, str]]:
    """Each string of a document with its path; a key counts as what is under it."""
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, node = stack.pop()
        if type(node) is str:
            yield path, node
        elif type(node) is dict:
            for key, below in node.items():
                yield (*path, key), key
                stack.append(((*path, key), below))
        elif type(node) is list:
            stack += [((*path, index), below) for index, below in enumerate(node)]


def _filled(value: Any, filling: str) -> Any:
    # No deeper than the readers go.
    if type(value) is str:
        return value.replace(HOLE, filling)
    if type(value) is dict:
        return {key.replace(HOLE, filling): _filled(below, filling) for key, below in value.items()}
    if type(value) is list:
        return [_filled(below, filling) for below in value]
    return value
