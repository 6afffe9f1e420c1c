"""Read JSON as people write it: with a place for every node, going on after every slip.

The standard library's parser decides what is JSON. This reader is asked for two things it cannot tell: where the nodes
of a sound document stand, and what is wrong with one that it refuses. Of the libraries looked at, json-source-map
stops at the first error; json-repair, json5, pyjson5, hjson and the comment strippers mend without saying what or
where; demjson3 is recursive and was last released in 2022; tree-sitter-json recovers, but can only say that some node
is an error. None knows full-width punctuation or what a rendered manual does to a document.

One pass, no recursion, a bounded number of slips: the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import Any

from pulumi_ice_avatar.ram.reading.edits import Edit
from pulumi_ice_avatar.ram.reading.json_tokens import DOUBLE, LOST, SINGLE, Tokens
from pulumi_ice_avatar.ram.reading.nodes import DEEPEST, Enough, Node, Slip
from pulumi_ice_avatar.ram.reading.statements import Path
from pulumi_ice_avatar.ram.wording import quote

__all__ = ["read"]


def read(text: str, start: int = 0) -> tuple[Any, Node | None, list[Slip]]:
    """Read a text, whatever it is.

    Args:
        text: The text.
        start: Where to begin: after a byte-order mark.

    Returns:
        The value as far as it could be made out, or None; its node; what is wrong with the text.
    """
    reader = _Reader(text, start)
    reader.read()
    return reader.value, reader.root, reader.slips


_FENCE = re.compile(r"[ \t\n\r]*(```[\w+-]*[ \t]*(?:\r\n?|\n))")
_ESCAPED_DOCUMENT = re.compile(r'[{\[](?:[ \t\n\r]|\\n)*\\+"')
_END_OF_TORN = re.compile(r"[,}\]\n\r]")
_VALUE, _KEY, _COLON, _AFTER, _DONE = range(5)


class _Frame:
    """An object or list that is open."""

    __slots__ = ("container", "key", "key_end", "key_start", "node")

    def __init__(self, container: Any, node: Node) -> None:
        self.container = container
        self.node = node
        self.key: str | None = None
        self.key_start = self.key_end = 0

    @property
    def opening(self) -> str:
        return "[" if self.node.members is None else "{"

    @property
    def closing(self) -> str:
        return "]" if self.node.members is None else "}"


class _Reader(Tokens):
    def __init__(self, text: str, start: int) -> None:
        super().__init__(text, start)
        self.value: Any = None
        self.root: Node | None = None
        self._stack: list[_Frame] = []
        self._state = _VALUE
        self._comma: int | None = None
        """Where the last comma is, as long as nothing has followed it."""

    def read(self) -> None:
        try:
            self._begin()
            while self._step():
                pass
        except Enough:
            self.value = None
        self.report_single_quotes()
        if any(slip.loses for slip in self.slips):
            # A fix is certain only where all else is understood.
            self.slips = [slip._replace(fix=None) for slip in self.slips]
        self.slips.sort(key=lambda slip: slip.start)

    def path(self, *, inside: bool) -> Path:
        path: list[str | int] = []
        for frame in self._stack[:-1]:
            if frame.node.items is not None:
                path.append(len(frame.node.items) - 1)
            elif frame.key is not None:
                path.append(frame.key)
        if self._stack:
            top = self._stack[-1]
            if top.node.items is not None:
                path += [len(top.node.items)] if inside else []
            elif top.key is not None and self._state in (_VALUE, _AFTER):
                path.append(top.key)
        return tuple(path)

    def _begin(self) -> None:
        fence = _FENCE.match(self.text, self.at)
        if fence:
            edits = [Edit(*fence.span(1), "")]
            closing = self.text.rfind("```", fence.end())
            if closing >= 0:
                edits.append(Edit(closing, closing + 3, ""))
            message = "a Markdown code fence is not part of the document: remove it"
            self.slip(message, *fence.span(1), fix="remove the fence", edits=tuple(edits))
            self.at = fence.end()
        if not self.next():
            message = "the text is empty: a policy is an object with Version and Statement"
            raise self.fatal(message, self.start, len(self.text))
        if _ESCAPED_DOCUMENT.match(self.text, self.at):
            message = "the document is escaped as if it stood inside a string: take the backslashes out"
            raise self.fatal(message, self.at, self.at + 1)
        if self.text[self.at] not in "{[" and self.next() not in ("{", "[", *DOUBLE, *SINGLE):
            self._begin_with_scalar()

    def _begin_with_scalar(self) -> None:
        """A scalar is JSON, if not a policy; any other word is the beginning of something else altogether."""
        first = re.compile(r"\S{1,40}").match(self.text, self.at)
        word = first.group() if first else ""
        if not re.fullmatch(r"true|false|null|-?[0-9][0-9.eE+-]*", self.text[self.at :].rstrip()[:400]):
            raise self.fatal(f"the text is no JSON: it begins with {quote(word)}", self.at, self.at + len(word))

    def _step(self) -> bool:
        """Read one token; False when the document is over."""
        char = self.next()
        if self._state == _DONE:
            self._finish(char)
            return False
        if not char:
            self._unfinished()
            return False
        if char in "}]":
            self._close(char)
        elif self._state == _VALUE:
            self._read_value(char)
        elif self._state == _KEY:
            self._read_key(char)
        elif self._state == _COLON:
            self._read_colon(char)
        else:
            self._read_after(char)
        return True

    # --- one state each ---

    def _read_value(self, char: str) -> None:
        if char in "{[":
            self._open(char)
        elif char == "," and self._stack[-1].node.members is not None:
            self._no_value()
            self._state = _AFTER
        elif char == ",":
            self._extra_comma()
        elif char in ":;=":
            self._skip_unexpected()
        else:
            start = self.at
            value = self.scalar(char)
            self._put(value, Node(start, self.end))

    def _read_key(self, char: str) -> None:
        frame = self._stack[-1]
        frame.key = None
        if char == ",":
            self._extra_comma()
        elif char in "{[":
            self.slip(f"a key in double quotes belongs before this {char}", self.at, self.at + 1)
            self._open(char)
        elif char in ":;=":
            self._skip_unexpected()
        else:
            start = self.at
            key = self.string(char) if char in DOUBLE or char in SINGLE else self.bare_key()
            if key is not None:
                self._check_duplicate(key, start)
                frame.key, frame.key_start, frame.key_end = key, start, self.end
                self._comma = None
                self._state = _COLON

    def _check_duplicate(self, key: str, start: int) -> None:
        members = self._stack[-1].node.members
        if members is not None and key in members:
            message = (
                f"the key {quote(key)} stands in this object twice (before on line {self.line(members[key][0])}), "
                "and most parsers keep only the last: keep one"
            )
            self.slip(message, start, self.end, code="RAM005", path=(*self.path(inside=False), key))

    def _read_colon(self, char: str) -> None:
        if char == ":":
            self.take(":")
        elif char == "=":
            end = self.at + (2 if self.text.startswith("=>", self.at) else 1)
            edits = (Edit(self.at, end, ":"),)
            self.slip("a colon separates key and value in JSON", self.at, end, fix="write a colon", edits=edits)
            self.at = end
        elif char in ",;":
            self._no_value()
            self._state = _AFTER
            return
        elif self.at == self.end and char not in '{["':
            self._torn()
            self._state = _AFTER
            return
        else:
            message, edits = f"a colon is missing after {quote(self._stack[-1].key)}", (Edit(self.end, self.end, ":"),)
            self.slip(message, self.end, self.end, fix="insert a colon", edits=edits)
        self._state = _VALUE

    def _read_after(self, char: str) -> None:
        if char == ",":
            self._comma = self.at
            self.take(",")
        elif char == ";":
            self._comma = self.at
            edits = (Edit(self.at, self.at + 1, ","),)
            message = "a comma separates members and entries in JSON, not a semicolon"
            self.slip(message, self.at, self.at + 1, fix="write a comma", edits=edits)
            self.at += 1
        elif char == ":" and self._last_was_key():
            self.take(":")
            self._state = _VALUE
            return
        elif char in ":=" or (self.at == self.end and char not in "{[" and self.text[self.at - 1] not in "}]"):
            self._torn()
            return
        else:
            edits = (Edit(self.end, self.end, ","),)
            self.slip("a comma is missing here", self.end, self.end, fix="insert a comma", edits=edits)
        self._state = _VALUE if self._stack[-1].node.members is None else _KEY

    # --- objects and lists ---

    def _open(self, char: str) -> None:
        if len(self._stack) >= DEEPEST:
            message = f"the document is nested deeper than {DEEPEST} levels: a policy has seven"
            raise self.fatal(message, self.at, self.at + 1)
        node = Node(self.at, len(self.text))
        container: dict[str, Any] | list[Any]
        if char == "{":
            container, node.members, state = {}, {}, _KEY
        else:
            container, node.items, state = [], [], _VALUE
        self.take(char)
        self._put(container, node)
        self._stack.append(_Frame(container, node))
        self._state = state

    def _put(self, value: Any, node: Node) -> None:
        self._comma = None
        if not self._stack:
            self.value, self.root, self._state = value, node, _DONE
            return
        frame = self._stack[-1]
        self._state = _AFTER
        if frame.node.items is not None:
            frame.container.append(value)
            frame.node.items.append(node)
        elif frame.key is not None and frame.node.members is not None:
            frame.container[frame.key] = value
            frame.node.members[frame.key] = (frame.key_start, frame.key_end, node)

    def _close(self, char: str) -> None:
        depth = len(self._stack)
        while depth and self._stack[depth - 1].closing != char:
            depth -= 1
        if not depth:
            self.slip(f"{char} closes nothing here", self.at, self.at + 1)
            self.at += 1
            return
        top = self._stack[-1]
        if self._state == _COLON or (self._state == _VALUE and top.node.members is not None):
            self._no_value()
        elif self._comma is not None:
            edits = (Edit(self._comma, self._comma + 1, ""),)
            message = f"JSON allows no comma before {char}: remove it"
            self.slip(message, *edits[0][:2], code="RAM003", fix="remove the comma", edits=edits)
        for frame in reversed(self._stack[depth:]):
            line = self.line(frame.node.start)
            message = f"{frame.closing} is missing before this {char}: {frame.opening} on line {line} is not closed"
            self.slip(message, self.at, self.at + 1)
            frame.node.end = self.at
        self.take(char)
        self._stack[depth - 1].node.end = self.at
        del self._stack[depth - 1 :]
        self._comma = None
        self._state = _AFTER if self._stack else _DONE

    # --- the end ---

    def _finish(self, char: str) -> None:
        if not char or (self.slips and self.text.startswith("```", self.at)):
            return
        if char in "{[":
            message = "a second document begins here: a file holds one policy"
        elif char in "}]":
            message = f"{char} closes nothing: the document is over"
        else:
            message = "text follows the end of the document: remove it"
        self.slip(message, self.at, max(len(self.text.rstrip()), self.at + 1))

    def _unfinished(self) -> None:
        last = max(len(self.text.rstrip(" \t\n\r")), self.start + 1)
        opened = ", ".join(f"{frame.opening} on line {self.line(frame.node.start)}" for frame in self._stack[-4:])
        closing = "".join(frame.closing for frame in reversed(self._stack))
        message = f"the text ends before the document does: {closing} is missing (still open: {opened})"
        self.slip(message, last - 1, last, path=())

    # --- recovery ---

    def _no_value(self) -> None:
        top = self._stack[-1]
        self.slip(f"the key {quote(top.key)} has no value", top.key_start, self.end)

    def _last_was_key(self) -> bool:
        """Before a colon, take the last string for the key it is: what came before had no value, or was not closed."""
        top = self._stack[-1]
        if top.node.items:
            below = self._stack[-2] if len(self._stack) > 1 else None
            key, place = top.container[-1], top.node.items[-1]
            if below is None or below.node.members is None or type(key) is not str:
                return False
            top.container.pop()
            top.node.items.pop()
            top.node.end = place.start
            line = self.line(top.node.start)
            self.slip(f"] is missing before this key: [ on line {line} is not closed", place.start, place.end)
            self._stack.pop()
        else:
            below, key = top, top.container.get(top.key)
            if type(key) is not str or top.node.members is None or top.key is None:
                return False
            place = top.node.members.pop(top.key)[2]
            del top.container[top.key]
            self.slip(f"the key {quote(top.key)} has no value", top.key_start, top.key_end)
        below.key, below.key_start, below.key_end = key, place.start, place.end
        return True

    def _extra_comma(self) -> None:
        self.at += 1
        edits = (Edit(self.at - 1, self.at, ""),)
        self.slip("nothing stands before this comma: remove it", *edits[0][:2], fix="remove the comma", edits=edits)

    def _skip_unexpected(self) -> None:
        self.slip(f"{self.text[self.at]} belongs nowhere here", self.at, self.at + 1)
        self.at += 1

    def _torn(self) -> None:
        """After a value something follows that no lost comma explains: go on after it."""
        start = self.at
        top = self._stack[-1]
        if self._state == _AFTER and top.container:
            top.container[-1 if top.node.items is not None else top.key] = LOST
        stop = _END_OF_TORN.search(self.text, start + 1)
        self.at = stop.start() if stop else len(self.text)
        message = (
            f"{quote(self.text[start : self.at].rstrip())} follows the value: "
            "a quote is missing, or one inside the text needs a backslash"
        )
        self.slip(message, start, self.at)
