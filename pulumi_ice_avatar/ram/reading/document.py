"""Read a policy document from text, bytes or a mapping, and say where in the text each part stands.

A sound document is read by the standard library's C parser and by nothing else. Places are worked out when they are
asked for; what is wrong with a text, when that parser has refused it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.reading.statements import Path, recognise

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.reading.nodes import Place, Slip

__all__ = ["LONGEST", "Document", "Span", "parse"]

LONGEST = 1024 * 1024
"""Characters, or bytes of a file, that are read at all: some 170 times what the longest policy may have."""


class Span(NamedTuple):
    """A place in a text: lines and columns from 1, columns in characters, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


class Document:
    """A policy document as it was read.

    Attributes:
        text: The text, or None for a mapping.
        value: The document as plain Python values: as far as it could be made out where the text has slips, None
            where nothing could.
        problems: What is wrong with the text itself.
        source: Where it comes from; None if unknown.
        given_kind: The kind that the caller named; None where it is to be recognised.
        is_yaml: True when the text was read as YAML.
    """

    __slots__ = ("_line_starts", "_root", "given_kind", "is_yaml", "problems", "source", "text", "value")

    def __init__(
        self,
        text: str | None,
        value: Any,
        given_kind: str | None,
        source: str | None,
        problems: Iterable[Slip] = (),
        root: Place | None = None,
        *,
        is_yaml: bool = False,
    ) -> None:
        self.text = text
        self.value = value
        self.given_kind = given_kind
        self.source = source
        self.problems = tuple(problems)
        self.is_yaml = is_yaml
        self._root = root
        self._line_starts: list[int] | None = None

    @property
    def kind(self) -> str:
        """What the document is: the kind given, or the one recognised, one of `language.KINDS`."""
        return self.given_kind or recognise(self.value)

    @property
    def root(self) -> Place | None:
        """Where the nodes of the text stand; None for a mapping, and for a text that nothing could be made of."""
        if self._root is None and self.text is not None and not self.problems:
            from pulumi_ice_avatar.ram.reading.places import SoundNode

            self._root = SoundNode(self.text, len(self.text) - len(self.text.lstrip()))
        return self._root

    def span(self, pointer: str, *, key: bool = False) -> Span | None:
        """Find a place by its JSON Pointer.

        Args:
            pointer: The pointer (RFC 6901), such as `/Statement/0/Effect`.
            key: Whether the place of the key is meant rather than that of the value.

        Returns:
            Where it stands; None for a document without text, and where nothing stands there.
        """
        place = self.root
        path: list[str | int] = []
        for token in pointer.split("/")[1:]:
            name: str | int = token.replace("~1", "/").replace("~0", "~")
            below = place.step(name) if place is not None else None
            if (
                below is None
                and place is not None
                and token.isascii()
                and token.isdigit()
                and len(token) < _INDEX_DIGITS
            ):
                name = int(token)
                below = place.step(name)
            if below is None:
                return None
            path.append(name)
            place = below[2]
        return self.at(*self.offsets(tuple(path), key=key)) if place is not None else None

    def offsets(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Where a node begins and ends in the text, or the nearest one above it that stands there.

        Args:
            path: The way to the node.
            key: Whether the place of its key is meant rather than that of its value.

        Returns:
            Offsets into the text; those of the whole text if nothing could be made of it.
        """
        place = self.root
        if place is None:
            return 0, len(self.text or "")
        for depth, token in enumerate(path, 1):
            below = place.step(token)
            if below is None:
                break
            start, end, place = below
            if key and depth == len(path):
                return start, end
        return place.start, place.end

    def at(self, start: int, end: int) -> Span:
        """Turn offsets into the text into lines and columns."""
        return Span(*self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        if self._line_starts is None:
            text = self.text or ""
            # A byte-order mark takes no column.
            self._line_starts = [int(text.startswith("\ufeff")), *(end.end() for end in _LINE_END.finditer(text))]
        line = max(bisect_right(self._line_starts, offset), 1)
        return line, max(offset - self._line_starts[line - 1], 0) + 1


_INDEX_DIGITS = len(str(LONGEST)) + 1
_LINE_END = re.compile(r"\r\n?|\n")


def parse(text: str | bytes | Mapping[str, Any], *, kind: str | None = None, source: str | None = None) -> Document:
    """Read a policy document; whatever it is, this returns and tells what is wrong as `problems`.

    Args:
        text: JSON or YAML text, the bytes of a file with it, or the document as a mapping.
        kind: `identity`, `trust`, `session`, `control` or `resource`; recognised when not given.
        source: Where the text comes from; a name ending in `.yaml` or `.yml` makes it YAML.

    Returns:
        The document.

    Raises:
        InvalidInputError: There is no such kind, or `text` is neither text nor a mapping.
    """
    if kind is not None and kind not in KINDS:
        raise InvalidInputError(f"there is no policy kind {kind!r}: use {', '.join(KINDS)}")
    if isinstance(text, str):
        return _from_text(text, kind, source)
    if isinstance(text, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(text) if len(text) <= LONGEST else b"", len(text), kind, source)
    if isinstance(text, Mapping):
        from pulumi_ice_avatar.ram.reading.mappings import plain

        return Document(None, *plain(text, kind, source))
    raise InvalidInputError(f"a policy document is text, bytes or a mapping, not of type {type(text).__name__}")


# --- the fast reader -------------------------------------------------------------------------------------------------


class _RefusedError(ValueError):
    """What JSON allows, or Python's parser takes for JSON, and the careful reader has to look at."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _RefusedError("a key stands in an object twice")
    return value


def _refuse(constant: str) -> Any:
    raise _RefusedError(f"{constant} is no number")


def _integer(digits: str) -> int | float:
    # Python refuses integers of several thousand digits, and is slow with those it takes.
    return int(digits) if len(digits) <= 300 else float(digits)


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse, parse_int=_integer).decode
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _from_text(text: str, kind: str | None, source: str | None) -> Document:
    if len(text) > LONGEST:
        return _too_long(len(text), kind, source)
    try:
        value = _decode(text)
        if ("\\u" in text or not text.isascii()) and _SURROGATE.search(text):
            # Halves of surrogate pairs pass the parser; whole pairs have become one character.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return _carefully(text, kind, source, error)
    return Document(text, value, kind, source)


# --- the careful readers ---------------------------------------------------------------------------------------------

_LONGEST_CAREFUL = 512 * 1024
"""Characters that the careful readers, some fifty times slower, are given."""


def _carefully(text: str, kind: str | None, source: str | None, error: Exception) -> Document:
    if len(text) > _LONGEST_CAREFUL:
        return Document(text, None, kind, source, (_refusal(error),))
    if _is_yaml(text, source):
        from pulumi_ice_avatar.ram.reading import yaml_text

        value, root, slips = yaml_text.read(text)
        return Document(text, value, kind, source, slips, root, is_yaml=True)
    from pulumi_ice_avatar.ram.reading.decoding import byte_order_mark
    from pulumi_ice_avatar.ram.reading.json_text import read

    marked = text.startswith("\ufeff")
    value, root, slips = read(text, int(marked))
    if marked:
        slips.insert(0, byte_order_mark())
    elif not slips:
        slips.append(_refusal(error))
    return Document(text, value, kind, source, slips, root)


def _refusal(error: Exception) -> Slip:
    """The first thing wrong with a text, as the fast reader has it."""
    from pulumi_ice_avatar.ram.reading.nodes import Slip

    if isinstance(error, json.JSONDecodeError):
        return Slip("RAM001", f"not JSON: {error.msg}", error.pos, error.pos, (), None)
    if isinstance(error, RecursionError):
        return Slip("RAM001", "the document is nested too deeply: a policy has seven levels", 0, 0, (), None)
    if isinstance(error, UnicodeEncodeError):
        return Slip("RAM001", "half of a surrogate pair is no character", 0, 0, (), None)
    return Slip("RAM001", f"not JSON: {error}", 0, 0, (), None)


def _from_bytes(data: bytes, length: int, kind: str | None, source: str | None) -> Document:
    if length > LONGEST:
        return _too_long(length, kind, source)
    from pulumi_ice_avatar.ram.reading.decoding import decode

    text, slip = decode(data)
    if slip is not None and slip.code == "RAM001":
        return Document(text, None, kind, source, (slip,))
    document = _from_text(text, kind, source)
    if slip is not None:
        root = document.root
        document.problems = (slip, *document.problems)
        document._root = root
    return document


def _too_long(length: int, kind: str | None, source: str | None) -> Document:
    from pulumi_ice_avatar.ram.reading.nodes import Slip

    message = f"the text is {length:,} long and was not read: the longest policy has 6,144 characters"
    return Document("", None, kind, source, (Slip("RAM010", message, 0, 0, (), None),))


_YAML_LINE = re.compile(
    r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*"  # nothing but comments
    r"(?:---|%YAML|[ \t]*(?:- )?[\"']?[A-Za-z][\w:]*[\"']?[ \t]*:(?:\s|$))"
)


def _is_yaml(text: str, source: str | None) -> bool:
    """Tell whether a text that is not JSON is to be read as YAML: by its name, or by its first line with content."""
    name = (source or "").lower()
    if name.endswith((".yaml", ".yml")):
        return True
    return not name.endswith(".json") and _YAML_LINE.match(text) is not None
