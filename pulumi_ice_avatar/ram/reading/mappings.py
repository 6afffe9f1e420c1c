"""A mapping of a Python program as a policy document: plain dicts, lists and scalars, whatever it was made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pulumi_ice_avatar.ram.reading.nodes import DEEPEST, Enough, Slip
from pulumi_ice_avatar.ram.wording import Foreign

__all__ = ["plain"]

_MOST_NODES = 500_000
_LONGEST_INTEGER = 1000
"""Bits: some 300 digits."""


def plain(
    mapping: Mapping[Any, Any], kind: str | None, source: str | None
) -> tuple[Any, str | None, str | None, tuple[Slip, ...]]:
    """Copy a mapping into plain values, as the arguments of a `Document` after its text.

    Args:
        mapping: The document; may hold itself, or objects that JSON does not know.
        kind: The kind of the document.
        source: Where it comes from.

    Returns:
        The value, kind and source, and what is wrong.
    """
    copier = _Copier()
    try:
        return copier.copy(mapping, 0), kind, source, ()
    except Enough as signal:
        return None, kind, source, (Slip("RAM001", str(signal), 0, 0, (), None),)


class _Copier:
    def __init__(self) -> None:
        self._left = _MOST_NODES

    def copy(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind is str or value is None or kind is bool or kind is float:
            return value
        self._left -= 1
        if depth > DEEPEST:
            raise Enough(f"the document is nested deeper than {DEEPEST} levels: a policy has seven")
        if isinstance(value, Mapping):
            self._left -= len(value)
            if self._left < 0:
                raise Enough("the document has more values than a policy can hold")
            return {self._key(key): self.copy(each, depth + 1) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            self._left -= len(value)
            if self._left < 0:
                raise Enough("the document has more values than a policy can hold")
            return [self.copy(each, depth + 1) for each in value]
        return self._scalar(value)

    @staticmethod
    def _scalar(value: Any) -> Any:
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            # Python refuses to write longer ones; the reader of a text takes them for the same.
            return int(value) if value.bit_length() <= _LONGEST_INTEGER else math.inf
        if isinstance(value, float):
            return float(value)
        return Foreign(f"a Python {type(value).__name__}")

    def _key(self, key: Any) -> str:
        plain = self._scalar(key)
        return plain if type(plain) is str else str(plain) if type(plain) is not Foreign else plain.name
