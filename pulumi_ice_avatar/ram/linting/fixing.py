"""Apply the fixes of findings to a file: those that are certain, and nothing else of it changes."""

from __future__ import annotations

import codecs
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.ram.linting.rules import SEVERITIES
from pulumi_ice_avatar.ram.reading.edits import Edit

__all__ = ["Fixed", "fix"]

_MOST_ROUNDS = 10
"""One mistake may come to light only when another is mended. So many in a row are no text that anybody wrote."""

_ENCODINGS = (
    (b"", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-16-le"),
    (b"", "utf-16-be"),
    (b"", "gb18030"),
)


class Fixed(NamedTuple):
    """A file after its fixes.

    Attributes:
        text: Its text.
        data: Its bytes.
        done: The findings whose fixes went in.
    """

    text: str
    data: bytes
    done: tuple[Finding, ...]


def fix(text: str, data: bytes, check: Callable[[bytes], tuple[str | None, Sequence[Finding]]]) -> Fixed:
    """Apply every fix, and then those for what comes to light, until there is none.

    Args:
        text: The text of the file.
        data: Its bytes. Line ends, encoding and byte-order mark stay what they are.
        check: Reads bytes and gives the text and what may be fixed in it.

    Returns:
        What becomes of it: the same where nothing can be fixed.
    """
    encoding = next((each for each in _ENCODINGS if _encode(text, *each) == data), None)
    done: list[Finding] = []
    seen = {text}
    for _ in range(_MOST_ROUNDS if encoding else 0):
        read, findings = check(data)
        fixable = [each for each in findings if each.fix]
        if read is None or not fixable:
            break
        fixable.sort(key=lambda each: SEVERITIES.index(each.severity))
        changed, applied = _apply(read, fixable)
        encoded = _encode(changed, *encoding) if encoding else None
        # Two fixes that undo each other would go on for ever.
        if encoded is None or changed in seen:
            break
        seen.add(changed)
        text, data = changed, encoded
        done += applied
    return Fixed(text, data, tuple(done))


def _apply(text: str, findings: Sequence[Finding]) -> tuple[str, list[Finding]]:
    """Apply the fixes that do not touch each other, each whole or not at all; the first come first."""
    taken: list[Edit] = []
    done = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        if not any(_touches(edit, taken) for edit in edits):
            for edit in edits:
                insort(taken, edit)
            done.append(finding)
    pieces = []
    at = 0
    for edit in taken:
        pieces += [text[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*pieces, text[at:]]), done


def _touches(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Tell whether an edit meets one of others, which are in order and do not meet each other."""
    at = bisect_left(taken, (edit.start,))
    before = at > 0 and taken[at - 1].end >= edit.start
    return before or (at < len(taken) and taken[at].start <= edit.end)


def _encode(text: str, mark: bytes, encoding: str) -> bytes | None:
    try:
        return mark + text.encode(encoding)
    except UnicodeEncodeError:
        return None
