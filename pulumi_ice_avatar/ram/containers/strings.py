"""Strings of a file that hold the text of a policy, cut into pieces that stand in the file as they are."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pulumi_ice_avatar.ram.containers.held import HOLE, Chunk, Text

__all__ = ["escaped", "has_directive", "interpolated", "with_quoted_holes", "yaml_scalar"]

# --- JSON and HCL ----------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\."
)


def escaped(text: str, start: int, end: int) -> Iterator[Chunk]:
    """Cut up the content of a string in double quotes, with the escapes of JSON or those of HCL.

    Args:
        text: The text of the file.
        start: Offset after its opening quote.
        end: Offset of its closing quote.

    Yields:
        Its content.
    """
    at = start
    for escape in _ESCAPE.finditer(text, start, end):
        if escape.start() > at:
            yield Chunk(text[at : escape.start()], at)
        yield Chunk(_meaning(escape[0]), escape.start())
        at = escape.end()
    if at < end:
        yield Chunk(text[at:end], at)


def _meaning(escape: str) -> str:
    try:
        return chr(int(escape[2:], 16)) if escape.startswith("\\U") else str(json.loads(f'"{escape}"'))
    except (ValueError, OverflowError):
        return escape


# --- YAML ------------------------------------------------------------------------------------------------------------


def yaml_scalar(text: str, start: int, end: int, value: str) -> Text:
    """Find the pieces of a YAML scalar in its source.

    Args:
        text: The text of the file.
        start: Offset of its first character: a quote, or the sign of a block.
        end: Offset after its last.
        value: What it says.

    Returns:
        Its content: by lines where a line of it is a part of a line of the source, else all at its beginning.
    """
    chunks = []
    at = start
    for line in value.splitlines(keepends=True):
        content = line.rstrip("\r\n")
        found = text.find(content, at, end) if content.strip() else at
        if found < 0:
            return Text([Chunk(each, start) for each in value], end)
        chunks.append(Chunk(line, found))
        at = found + len(content)
    return Text(chunks, end)


# --- templates of Terraform ------------------------------------------------------------------------------------------

_OPENING = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_INSIDE = re.compile(r'\\.|"|[$%]?\{|\}', re.DOTALL)
_STRING_OR_HOLE = re.compile(rf'"[^"\\]*(?:\\.[^"\\]*)*"|{HOLE}', re.DOTALL)


def has_directive(text: str) -> bool:
    """Tell whether a template has an `%{if …}` or `%{for …}` in it."""
    return any(found[0] == "%{" for found in _OPENING.finditer(text))


def interpolated(chunks: Sequence[Chunk], end: int) -> Text:
    """Make holes of the interpolations of a template, `${…}`, and what they stand for of `$${` and `%%{`.

    Source: https://developer.hashicorp.com/terraform/language/expressions/strings.

    Args:
        chunks: The template.
        end: Offset in the file after it.

    Returns:
        The text of the policy.
    """
    text = "".join(chunk.text for chunk in chunks)
    if HOLE in text:
        return Text(chunks, end)
    cut = _Cut(chunks)
    made: list[Chunk] = []
    at = 0
    for first, last, is_hole in _interpolations(text):
        made += cut.part(at, first)
        if is_hole:
            made.append(Chunk(HOLE, cut.offset(first)))
        at = last
    made += cut.part(at, len(text))
    return with_quoted_holes(made, end)


def with_quoted_holes(chunks: Sequence[Chunk], end: int) -> Text:
    """Make strings of those holes of a policy's text that stand outside of its strings.

    Args:
        chunks: The text; a hole is a chunk of its own.
        end: Offset in the file after it.

    Returns:
        The text of the policy.
    """
    text = "".join(chunk.text for chunk in chunks)
    bare = {found.start() for found in _STRING_OR_HOLE.finditer(text) if found[0] == HOLE}
    made = []
    at = 0
    for chunk in chunks:
        made.append(chunk._replace(text=f'"{HOLE}"') if at in bare and chunk.text == HOLE else chunk)
        at += len(chunk.text)
    return Text(made, end)


def _interpolations(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where each interpolation, or the first character of an escape for one, begins and ends."""
    at = 0
    while found := _OPENING.search(text, at):
        if len(found[0]) > len("${"):
            yield found.start(), found.start() + 1, False
            at = found.end()
        else:
            at = _closing(text, found.end())
            yield found.start(), at, True


def _closing(text: str, at: int) -> int:
    """The offset after the brace that closes an interpolation."""
    inside = ["{"]
    for found in _INSIDE.finditer(text, at):
        token = found[0]
        if inside[-1] == '"':
            if token == '"':
                inside.pop()
            elif token in ("${", "%{"):
                inside.append("{")
        elif token == '"' or token.endswith("{"):
            inside.append(token[-1])
        elif token == "}":
            inside.pop()
        if not inside:
            return found.end()
    return len(text)


class _Cut:
    """Takes parts out of a text in pieces."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._starts = [0]
        for chunk in chunks:
            self._starts.append(self._starts[-1] + len(chunk.text))

    def offset(self, at: int) -> int:
        index = min(bisect_right(self._starts, at), len(self._chunks)) - 1
        return self._chunks[index].start + at - self._starts[index]

    def part(self, start: int, end: int) -> Iterator[Chunk]:
        index = max(bisect_right(self._starts, start) - 1, 0)
        while index < len(self._chunks) and self._starts[index] < end:
            text, first = self._chunks[index]
            cut = max(start - self._starts[index], 0)
            piece = text[cut : end - self._starts[index]]
            if piece:
                yield Chunk(piece, first + cut)
            index += 1
