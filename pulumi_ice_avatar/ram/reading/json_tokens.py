"""The tokens of JSON as people write them: strings, words, numbers, and what stands between.

Each slip is noted with its place, and with a fix where that is certain; then reading goes on as if it had been right.
"""

from __future__ import annotations

import re
from typing import Any

from pulumi_ice_avatar.ram.reading.edits import Edit, Fix
from pulumi_ice_avatar.ram.reading.nodes import MOST_SLIPS, Enough, Slip
from pulumi_ice_avatar.ram.reading.statements import Path
from pulumi_ice_avatar.ram.wording import Foreign, quote

__all__ = ["DOUBLE", "LOST", "SINGLE", "Tokens", "number"]

_BLANK = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f\ud800-\udfff“”„‟″＂]*)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+])")
_WORD = re.compile(r"[^\s\"'`{}\[\]:,;=“”„‟″＂‘’‚‛′＇｛｝［］【】：，、；\\]+")
_COMMENT = re.compile(r"//[^\n\r]*|#[^\n\r]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_ODD_BLANK = re.compile("[\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\u0085\x0b\x0c]+")
_SPECIAL_IN_STRING = re.compile("[\\\\\x00-\x1f\ud800-\udfff\"“”„‟″＂'‘’‚‛′＇`]")
_LOW_SURROGATE = re.compile(r"\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_REST_OF_LINE = re.compile(r"[^\n\r]*")

LOST = Foreign("a value that was cut off")
"""Stands for a string of which nobody knows where it ends: no rule is to judge it."""

DOUBLE = '"“”„‟″＂'
SINGLE = "'‘’‚‛′＇`"
_PUNCTUATION = {
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "：": ":",
    "，": ",",
    "、": ",",
    "；": ";",
}
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_MARKDOWN = frozenset("!#$%&()*+,-.:;<=>?@[]^_`{|}~")
"""What Markdown lets one escape with a backslash, and JSON does not."""

_CONTROL_NAMES = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}
_LITERALS: dict[str, Any] = {"true": True, "false": False, "null": None}
_FOREIGN_LITERALS = {
    **dict.fromkeys(("True", "TRUE"), "true"),
    **dict.fromkeys(("False", "FALSE"), "false"),
    **dict.fromkeys(("None", "NULL", "Null", "nil", "undefined"), "null"),
}
_MOST_DIGITS = 300


def number(text: str) -> int | float:
    """Read a JSON number; one too long for Python's integers becomes a float, possibly an infinite one."""
    return int(text) if len(text) <= _MOST_DIGITS and text.lstrip("-").isdigit() else float(text)


class Tokens:
    """A position in a text, the slips so far, and the tokens that can be read at the position.

    Attributes:
        text: The text.
        start: Where the document begins, after a byte-order mark.
        at: The position.
        end: Where the last token ended.
        slips: What is wrong so far.
    """

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = self.at = self.end = start
        self.slips: list[Slip] = []
        self._closed = True
        """Whether the last string had a closing quote."""
        self._single_quoted: list[tuple[int, int]] = []

    def path(self, *, inside: bool) -> Path:
        """Where the position is in the document; `inside` the value that is being read, or beside it."""
        raise NotImplementedError

    # --- slips ---

    def slip(
        self,
        message: str,
        start: int,
        end: int,
        *,
        code: str = "RAM001",
        fix: str = "",
        edits: tuple[Edit, ...] = (),
        inside: bool = False,
        path: Path | None = None,
    ) -> None:
        """Note what is wrong with the characters from start to end, and the edits that certainly mend it."""
        where = self.path(inside=inside) if path is None else path
        self.slips.append(Slip(code, message, start, end, where, Fix(fix, edits) if edits else None))
        if len(self.slips) >= MOST_SLIPS:
            raise Enough

    def fatal(self, message: str, start: int, end: int) -> Enough:
        """Note what makes it useless to read on; to be raised."""
        self.slip(message, start, end)
        return Enough()

    def line(self, offset: int) -> int:
        """The line that an offset is on, from 1."""
        return (self.text.count("\n", 0, offset) or self.text.count("\r", 0, offset)) + 1

    # --- between tokens ---

    def next(self) -> str:
        """Skip what stands between tokens.

        Returns:
            The character at the position, its ASCII twin for full-width punctuation; empty at the end of the text.
        """
        while True:
            self.at = at = self._after_blanks(self.at)
            char = self.text[at : at + 1]
            if char in '"{}[]:,':  # true at the end of the text as well
                return char
            if char in "/#" and (comment := _COMMENT.match(self.text, at)):
                self._comment(at, comment.end())
            elif blank := _ODD_BLANK.match(self.text, at):
                self.at = blank.end()
                self.slip(
                    f"{_code_points(blank.group())} is no blank to JSON: write an ordinary one",
                    at,
                    self.at,
                    code="RAM007",
                    fix="write an ordinary blank",
                    edits=(Edit(at, self.at, " "),),
                )
            elif char == "\\" and self.text[at + 1 : at + 2] in _MARKDOWN:
                self._markdown([at], inside=False)
                self.at += 1
            else:
                return _PUNCTUATION.get(char, char)

    def take(self, char: str) -> None:
        """Step over a character of punctuation, or over its full-width twin."""
        at = self.at
        self.at = self.end = at + 1
        written = self.text[at]
        if written != char:
            self.slip(
                f"full-width {written} is no punctuation to JSON: write {char}",
                at,
                at + 1,
                code="RAM007",
                fix=f"write {char}",
                edits=(Edit(at, at + 1, char),),
            )

    def _after_blanks(self, at: int) -> int:
        blanks = _BLANK.match(self.text, at)
        return blanks.end() if blanks else at

    def _comment(self, start: int, end: int) -> None:
        self.at = end
        first = start
        while first > self.start and self.text[first - 1] in " \t":
            first -= 1
        whole_line = first > self.start and self.text[first - 1] == "\n" and self.text[end : end + 1] == "\n"
        self.slip(
            "JSON has no comments: remove it",
            start,
            end,
            code="RAM002",
            fix="remove the comment",
            edits=(Edit(first, end + whole_line, ""),),
        )

    def _markdown(self, places: list[int], *, inside: bool) -> None:
        first = places[0]
        many = f" ({len(places)} times in this string)" if len(places) > 1 else ""
        self.slip(
            f"{self.text[first : first + 2]} is an escape of Markdown, not of JSON{many}: remove the backslash",
            first,
            first + 2,
            code="RAM013",
            fix="remove the backslash" if len(places) == 1 else "remove the backslashes",
            edits=tuple(Edit(place, place + 1, "") for place in places),
            inside=inside,
        )

    # --- words and numbers ---

    def scalar(self, char: str) -> Any:
        """Read a string, a number, a literal, or a word that was meant as one of them."""
        if char in DOUBLE or char in SINGLE:
            text = self.string(char)
            return text if self._closed else LOST
        found = _NUMBER.match(self.text, self.at)
        if found:
            self.at = self.end = found.end()
            return number(found.group())
        word, start = self._word(), self.at
        self.at = self.end = start + max(len(word), 1)
        if word in _LITERALS:
            return _LITERALS[word]
        if word in _FOREIGN_LITERALS:
            right = _FOREIGN_LITERALS[word]
            edits = (Edit(start, self.at, right),)
            self.slip(
                f"{word} is not JSON: write {right}", start, self.at, fix=f"write {right}", edits=edits, inside=True
            )
            return _LITERALS[right]
        if word and (word[0] in "+-.0123456789" or word in ("NaN", "Infinity", "inf", "nan")):
            self.slip(f"{quote(word)} is no number to JSON", start, self.at, inside=True)
            return None
        return self._unquoted(word, start)

    def bare_key(self) -> str | None:
        """Read a key that has no quotes; None where nothing can be one."""
        word, start = self._word(), self.at
        self.at = self.end = start + max(len(word), 1)
        return self._unquoted(word, start)

    def _word(self) -> str:
        found = _WORD.match(self.text, self.at)
        return found.group() if found else ""

    def _unquoted(self, word: str, start: int) -> str | None:
        if not word or not word.isprintable():
            self.slip(f"{quote(self.text[start : self.at])} belongs nowhere in a JSON document", start, self.at)
            return None
        edits = (Edit(start, start, '"'), Edit(self.at, self.at, '"'))
        message = f"{quote(word)} is not in double quotes"
        self.slip(message, start, self.at, fix="put it in double quotes", edits=edits, inside=True)
        return word

    # --- strings ---

    def string(self, char: str) -> str:
        """Read a string that begins with any quotation mark."""
        found = _STRING.match(self.text, self.at) if char == '"' else None
        self._closed = True
        if found:
            self.at = self.end = found.end()
            return found.group(1)
        start = self.at
        closing = self._closing(start + 1, SINGLE if char in SINGLE else '"' if char == '"' else DOUBLE)
        if closing is None:
            self._closed = False
            content = self._content_of_torn(start + 1)
            self.at = self.end = start + 1 + len(content)
            self.slip("the closing quote of this string is missing", start, self.at, inside=True)
            return content
        self.at = self.end = closing + 1
        self._check_quotes(start, closing)
        return self._content(start + 1, closing)

    def _closing(self, at: int, closers: str) -> int | None:
        """Where the closing quote of a string is that goes on at `at`; None if it was forgotten.

        A quote after a line break closes the string if punctuation follows it; if text does, it opens the next string.
        A typographic quote closes one that ASCII opened, if punctuation follows it and not the next ASCII quote.
        """
        broken = False
        typographic = None
        while found := _SPECIAL_IN_STRING.search(self.text, at):
            at, special = found.end(), found.group()
            if special in closers:
                ends = self._is_before_punctuation(at)
                return at - 1 if ends or (not broken and typographic is None) else typographic
            if special in DOUBLE and typographic is None and self._is_before_punctuation(at):
                typographic = at - 1
            elif special == "\\":
                at += 1
            elif special in "\n\r":
                broken = True
        return typographic

    def _is_before_punctuation(self, at: int) -> bool:
        following = self._after_blanks(at)
        after = self.text[following : following + 1]
        return _PUNCTUATION.get(after, after) in ",:}]"

    def _content(self, at: int, closing: int) -> str:
        """Decode the string from `at` to its closing quote, noting what it may not have in it."""
        pieces: list[str] = []
        markdown: list[int] = []
        control: int | None = None
        while found := _SPECIAL_IN_STRING.search(self.text, at, closing):
            pieces.append(self.text[at : found.start()])
            at, special = found.start(), found.group()
            if special == "\\":
                at = self._escape(at, pieces, markdown)
                continue
            if special < " ":
                # Left out of the value, with the indentation after a line break: that is what was meant.
                control = at if control is None else control
            elif "\ud800" <= special <= "\udfff":
                self._half_pair(f"U+{ord(special):04X}", at, at + 1)
            else:
                pieces.append(special)
            at = self._after_blanks(at) if special in "\n\r" else at + 1
        pieces.append(self.text[at:closing])
        if control is not None:
            name = _CONTROL_NAMES.get(self.text[control], _code_points(self.text[control]))
            message = f"{name} stands raw in a string: remove it or escape it"
            self.slip(message, control, control + 1, code="RAM008", inside=True)
        if markdown:
            self._markdown(markdown, inside=True)
        return "".join(pieces)

    def _check_quotes(self, start: int, closing: int) -> None:
        quotes = self.text[start] + self.text[closing]
        if quotes == '""':
            return
        if quotes in ("''", "``"):
            self._single_quoted.append((start, closing))
            return
        edits = tuple(Edit(place, place + 1, '"') for place in (start, closing) if self.text[place] != '"')
        wrong = self.text[edits[0].start]
        message = f'{wrong} is no quotation mark to JSON: write "'
        self.slip(message, start, closing + 1, code="RAM007", fix='write "', edits=edits, inside=True)

    def report_single_quotes(self) -> None:
        """Note all strings in single quotes at once: whoever writes one writes them all."""
        if not self._single_quoted:
            return
        start, end = self._single_quoted[0]
        texts = [self.text[first:last] for first, last in self._single_quoted]
        certain = not any('"' in each or "\\" in each for each in texts)
        edits = tuple(Edit(place, place + 1, '"') for pair in self._single_quoted for place in pair) if certain else ()
        many = f" ({len(texts)} strings here have single ones)" if len(texts) > 1 else ""
        message = f"JSON takes double quotes around strings{many}"
        self.slips.append(
            Slip("RAM001", message, start, end + 1, (), Fix("write double quotes", edits) if edits else None)
        )

    def _content_of_torn(self, start: int) -> str:
        """What a string without an end is taken to hold: the rest of its line, but for the punctuation there."""
        line = _REST_OF_LINE.match(self.text, start)
        content = line.group() if line else ""
        return content.rstrip(" \t").rstrip(",}]:").rstrip(" \t")

    def _escape(self, at: int, pieces: list[str], markdown: list[int]) -> int:
        """Read an escape; the offset after it."""
        char = self.text[at + 1 : at + 2]
        if char in _ESCAPES:
            pieces.append(_ESCAPES[char])
            return at + 2
        if char == "u":
            return self._unicode(at, pieces)
        if char in _MARKDOWN:
            markdown.append(at)
            pieces.append(char)
            return at + 2
        if char == "'":
            message, edits = "JSON escapes no single quote: remove the backslash", (Edit(at, at + 1, ""),)
            self.slip(message, at, at + 2, fix="remove the backslash", edits=edits, inside=True)
        elif char >= " ":
            message = f"{quote(self.text[at : at + 2])} is no escape in JSON: a backslash is written \\\\"
            self.slip(message, at, at + 2, inside=True)
        return at + 1

    def _unicode(self, at: int, pieces: list[str]) -> int:
        digits = self.text[at + 2 : at + 6]
        if len(digits) < len("FFFF") or not all(each in "0123456789abcdefABCDEF" for each in digits):
            self.slip("\\u needs four hexadecimal digits", at, at + 2, inside=True)
            return at + 2
        code = int(digits, 16)
        if 0xD800 <= code < 0xDC00 and _LOW_SURROGATE.match(self.text, at + 6):
            pieces.append(chr(0x10000 + ((code - 0xD800) << 10) + int(self.text[at + 8 : at + 12], 16) - 0xDC00))
            return at + 12
        if 0xD800 <= code < 0xE000:
            self._half_pair(f"\\u{digits}", at, at + 6)
        pieces.append(chr(code))
        return at + 6

    def _half_pair(self, name: str, start: int, end: int) -> None:
        self.slip(f"{name} is half of a surrogate pair and no character", start, end, inside=True)


def _code_points(text: str) -> str:
    return " ".join(sorted({f"U+{ord(each):04X}" for each in text}))
