"""How messages name what stands in a document."""

from __future__ import annotations

from typing import Any

__all__ = ["Foreign", "printable", "quote", "type_name"]

_LONGEST = 80


class Foreign:
    """Stands for a value that JSON does not know: a date that YAML read, an object of a Python program."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def quote(value: Any) -> str:
    """Quote a value of the document for a message: on one line, printable, and no longer than a line."""
    if type(value) is not str:
        return type_name(value)
    return f'"{printable(value)}"'


def printable(text: str) -> str:
    """Bring a text of any content and length into a form that fits a message."""
    shown = "".join([each if each.isprintable() else ascii(each)[1:-1] for each in text[: _LONGEST + 1]])
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def type_name(value: Any) -> str:
    """Name the type of a value for a message, with its article."""
    if type(value) is Foreign:
        return value.name
    return _TYPE_NAMES.get(type(value), "null")


_TYPE_NAMES = {
    bool: "a Boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}
