"""Bytes of a file as text, whatever the editor that wrote it took for an encoding."""

from __future__ import annotations

import codecs
import re

from pulumi_ice_avatar.ram.reading.edits import Edit, Fix
from pulumi_ice_avatar.ram.reading.nodes import Slip

__all__ = ["byte_order_mark", "decode"]

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes) -> tuple[str, Slip | None]:
    """Decode the bytes of a file.

    Args:
        data: The bytes.

    Returns:
        The text, with a byte-order mark of UTF-8 left in, and what is wrong with the encoding. Bytes that are no text
        give an empty text and a RAM001.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _other(data, codec, name)
    if data[:1] and data[1:2] == b"\0":
        return _other(data, "utf-16-le", "UTF-16")
    if data[:1] == b"\0":
        return _other(data, "utf-16-be", "UTF-16")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return _other(data, "gb18030", "UTF-8 (perhaps GBK)", error.start)


def _other(data: bytes, codec: str, name: str, offset: int = 0) -> tuple[str, Slip | None]:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\0"
    if _CONTROL.search(text):
        message = (
            "the file is binary, not text" if b"\0" in data else f"the file is no text: byte {offset + 1} is not UTF-8"
        )
        return "", Slip("RAM001", message, 0, 0, (), None)
    said = f"the file is not {name}" if codec == "gb18030" else f"the file is {name}"
    return text, Slip("RAM004", f"{said}: JSON is exchanged as UTF-8, so save it as that", 0, 0, (), None)


def byte_order_mark() -> Slip:
    """What to say of a text that begins with U+FEFF."""
    fix = Fix("remove the byte-order mark", (Edit(0, 1, ""),))
    return Slip("RAM004", "the text begins with a byte-order mark, which JSON does not have: remove it", 0, 1, (), fix)
