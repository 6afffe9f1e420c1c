"""What the formats in JSON have in common: values at paths, and the policies in the properties of resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pulumi_ice_avatar.ram.containers.held import HOLE, Contents, Held, Text, Tree
from pulumi_ice_avatar.ram.containers.strings import escaped, yaml_scalar
from pulumi_ice_avatar.ram.reading.document import Document
from pulumi_ice_avatar.ram.reading.nodes import DEEPEST, Place
from pulumi_ice_avatar.ram.reading.statements import Path

__all__ = ["Gathering", "below", "dicts", "torn"]


def below(value: Any, *path: str | int) -> Any:
    """The value at a path; None where there is none."""
    for token in path:
        if type(value) is dict:
            value = value.get(token)
        elif type(value) is list and type(token) is int and token < len(value):
            value = value[token]
        else:
            return None
    return value


def dicts(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object of a list, with its index; nothing where there is no list."""
    if type(value) is list:
        for index, each in enumerate(value):
            if type(each) is dict:
                yield index, each


def torn(document: Document) -> str | None:
    """Say what keeps a file from being read as a whole; None where nothing does."""
    for slip in document.problems:
        if slip.loses:
            line, column, _, _ = document.at(slip.start, slip.end)
            return f"line {line}, column {column}: {slip.message}"
    return None


class Gathering:
    """Gathers the policies of a file, and notes of what is not known of them.

    Attributes:
        held: The policies.
        notes: The notes.
    """

    def __init__(self, document: Document, unknown: Callable[[Any], bool] | None = None) -> None:
        """Begin.

        Args:
            document: The file.
            unknown: Tells of a value inside a policy whether it stands for one that is not known.
        """
        self._document = document
        self._unknown = unknown
        self.held: list[Held] = []
        self.notes: list[str] = []

    def contents(self, what: str) -> Contents:
        """What was gathered from a file of some format."""
        return Contents(what, self._document, self.held, self.notes)

    def resource(
        self,
        address: str,
        path: Path,
        properties: Mapping[str, str],
        why_not: Callable[[Path, Any], str | None],
        *,
        named: Path | None = None,
        text: Callable[[list[Any], int], Text] = Text,
    ) -> None:
        """Gather what the properties of a resource hold.

        Args:
            address: What to call the resource.
            path: Where in the file its properties are.
            properties: The kinds of policies by property, as in `holders`.
            why_not: Says of a property and its value why it cannot be known; None where it can.
            named: What the pointers of findings begin with, before the property; the address where not given.
            text: Makes a text of the pieces of a string.
        """
        body = below(self._document.value, *path)
        reasons: dict[str, str] = {}
        known: set[str] = set()
        for pattern, kind in properties.items():
            for inner in _matching(body, pattern.split("/")):
                # Properties of one kind are the old and the new name of one thing; entries of a list are not.
                thing = kind if "*" not in pattern else "/".join(map(str, inner))
                value = below(body, *inner)
                reason = why_not(inner, value)
                if reason is not None:
                    name = "/".join(map(str, inner))
                    reasons.setdefault(thing, f"{address}: {name} {reason}: not checked")
                    continue
                content = self._content(value, (*path, *inner), text) if thing not in known else None
                if content is not None:
                    known.add(thing)
                    self.held.append(Held(address, (*((address,) if named is None else named), *inner), kind, content))
        self.notes += [reason for thing, reason in reasons.items() if thing not in known]

    def _content(self, value: Any, path: Path, text: Callable[[list[Any], int], Text]) -> Text | Tree | None:
        place = self._place(path)
        if place is None or not value or type(value) not in (str, dict, list):
            return None
        source = self._document.text or ""
        if type(value) is str:
            if self._document.is_yaml:
                return yaml_scalar(source, place.start, place.end, value)
            return text(list(escaped(source, place.start + 1, place.end - 1)), place.end - 1)
        problems = [
            slip._replace(path=slip.path[len(path) :])
            for slip in self._document.problems
            if slip.path[: len(path)] == path
        ]
        return Tree(self._with_holes(value, 0), place, problems)

    def _place(self, path: Path) -> Place | None:
        place = self._document.root
        for token in path:
            found = place.step(token) if place is not None else None
            place = found[2] if found is not None else None
        return place

    def _with_holes(self, value: Any, depth: int) -> Any:
        if depth > DEEPEST or (self._unknown is not None and self._unknown(value)):
            return HOLE
        if type(value) is dict:
            return {key: self._with_holes(each, depth + 1) for key, each in value.items()}
        if type(value) is list:
            return [self._with_holes(each, depth + 1) for each in value]
        return value


def _matching(value: Any, pattern: list[str]) -> Iterator[Path]:
    """The paths in a value that a path with `*` means; a last step is yielded also where nothing stands there."""
    first, *rest = pattern
    if first == "*":
        for index in range(len(value) if type(value) is list else 0):
            yield from ((index, *each) for each in _matching(value[index], rest))
    elif not rest:
        yield (first,)
    else:
        yield from ((first, *each) for each in _matching(below(value, first), rest))
