"""Read YAML with a place for every node.

PyYAML's events carry the marks; its own composer recurses and keeps neither duplicate keys nor what a plain scalar
looked like, so the nodes are put together here. Values come out as YAML 1.1 has it, because that is what the tools
that send policies read: `yes` is a Boolean, `1` a number, `2012-10-17` a date, and the structural rules say so.
"""

from __future__ import annotations

from typing import Any

import yaml

from pulumi_ice_avatar.ram.reading.nodes import DEEPEST, MOST_SLIPS, Enough, Node, Slip
from pulumi_ice_avatar.ram.reading.statements import Path
from pulumi_ice_avatar.ram.wording import Foreign, printable, quote

__all__ = ["read"]

_MOST_NODES = 200_000
"""With every alias counted as what it stands for."""


def read(text: str) -> tuple[Any, Node | None, list[Slip]]:
    """Read a text as YAML.

    Args:
        text: The text.

    Returns:
        The value as far as it could be made out, or None; its node; what is wrong with the text.
    """
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            composer.take(event)
    except UnicodeEncodeError as error:
        composer.value = None
        composer.slip("half of a surrogate pair is no character", error.start, error.start + 1)
    except yaml.reader.ReaderError as error:
        composer.value = None
        composer.slip(f"{quote(chr(error.character))} is no character of YAML", error.position, error.position + 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        composer.value = None
        at = min(mark.index if mark else 0, len(text))
        composer.slip(
            f"not YAML: {printable(error.problem or error.context or str(error))}", at, min(at + 1, len(text))
        )
    except Enough:
        composer.value = None
    if composer.root is None and not composer.slips:
        composer.slip("the text is empty: a policy is an object with Version and Statement", 0, len(text))
    return composer.value, composer.root, sorted(composer.slips, key=lambda slip: slip.start)


class _Frame:
    """A mapping or sequence that is open."""

    __slots__ = ("anchor", "container", "flow", "key", "key_place", "last", "merged", "node", "size")

    def __init__(self, container: Any, node: Node, anchor: str | None, *, flow: bool) -> None:
        self.container = container
        self.node = node
        self.anchor = anchor
        self.flow = flow
        self.key: str | None = None
        self.key_place = (0, 0)
        self.last = node.start
        """Where the last node in it ends: in block style the end mark is where the next token begins."""
        self.merged: list[tuple[dict[str, Any], Node]] = []
        self.size = 1


class _Composer:
    def __init__(self) -> None:
        self.value: Any = None
        self.root: Node | None = None
        self.slips: list[Slip] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, Node, int]] = {}

    def take(self, event: Any) -> None:
        """Take in the next event of the parser."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, start, end)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, start)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(end)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", start, end)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self.slip("a second document begins here: a file holds one policy", start, max(end, start + 1))
            raise Enough

    def slip(self, message: str, start: int, end: int, code: str = "RAM001", path: Path | None = None) -> None:
        """Note what is wrong with the characters from start to end."""
        self.slips.append(Slip(code, message, start, end, self._path() if path is None else path, None))
        if len(self.slips) >= MOST_SLIPS:
            raise Enough

    # --- events ---

    def _scalar(self, event: Any, start: int, end: int) -> None:
        if self._wants_key():
            self._key(event.value, start, end, plain=event.style is None)
        else:
            self._put(self._resolve(event, start, end), Node(start, end), 1, event.anchor)

    def _open(self, event: Any, start: int) -> None:
        if self._wants_key():
            self.slip("a key has to be text", start, start + 1)
            raise Enough
        if len(self._stack) >= DEEPEST:
            self.slip(f"the document is nested deeper than {DEEPEST} levels: a policy has seven", start, start + 1)
            raise Enough
        self._check_tag(event.tag, start)
        node = Node(start)
        container: dict[str, Any] | list[Any]
        if isinstance(event, yaml.MappingStartEvent):
            container, node.members = {}, {}
        else:
            container, node.items = [], []
        self._stack.append(_Frame(container, node, event.anchor, flow=bool(event.flow_style)))

    def _close(self, end: int) -> None:
        frame = self._stack.pop()
        for value, node in frame.merged:
            for key, place in (node.members or {}).items():
                if key not in frame.container and frame.node.members is not None:
                    frame.container[key] = value[key]
                    frame.node.members[key] = place
        frame.node.end = end if frame.flow else frame.last
        self._put(frame.container, frame.node, frame.size, frame.anchor)

    def _alias(self, name: str, start: int, end: int) -> None:
        if name not in self._anchors:
            self.slip(f"there is no anchor &{printable(name)} before this alias", start, end)
            raise Enough
        value, node, size = self._anchors[name]
        if self._wants_key():
            self._key(value if type(value) is str else None, start, end, plain=False)
        else:
            below = Node(start, end)
            below.members, below.items = node.members, node.items
            self._put(value, below, size, None)

    # --- building ---

    def _wants_key(self) -> bool:
        return bool(self._stack) and self._stack[-1].node.members is not None and self._stack[-1].key is None

    def _key(self, key: str | None, start: int, end: int, *, plain: bool) -> None:
        frame = self._stack[-1]
        if key is None:
            self.slip("a key has to be text", start, end)
            raise Enough
        if key in frame.container and not (plain and key == "<<"):
            self.slip(
                f"the key {quote(key)} stands in this mapping twice, and most parsers keep only the last: keep one",
                start,
                end,
                "RAM005",
                (*self._path(), key),
            )
        frame.key, frame.key_place = key, (start, end)

    def _put(self, value: Any, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, node, size)
        if not self._stack:
            self.value, self.root = value, node
            return
        frame = self._stack[-1]
        frame.size += size
        frame.last = node.end
        if frame.size > _MOST_NODES:
            self.slip("the aliases expand to more than a policy can hold: write the document out", node.start, node.end)
            raise Enough
        if frame.node.items is not None:
            frame.container.append(value)
            frame.node.items.append(node)
        elif frame.key is not None and frame.node.members is not None:
            if frame.key == "<<" and self._merge(frame, value, node):
                frame.key = None
                return
            frame.container[frame.key] = value
            frame.node.members[frame.key] = (*frame.key_place, node)
            frame.key = None

    @staticmethod
    def _merge(frame: _Frame, value: Any, node: Node) -> bool:
        """Remember what `<<: *base` merges in (https://yaml.org/type/merge.html); False if it is no mapping."""
        values, nodes = (value, node.items or []) if type(value) is list else ([value], [node])
        if not all(type(each) is dict for each in values):
            return False
        frame.merged += zip(values, nodes, strict=True)
        return True

    # --- scalars ---

    def _resolve(self, event: Any, start: int, end: int) -> Any:
        self._check_tag(event.tag, start)
        text: str = event.value
        tag = event.tag
        if tag is None and event.implicit[0]:
            for candidate, pattern in _RESOLVERS.get(text[:1], ()):
                if pattern.match(text):
                    tag = candidate
                    break
        name = (tag or "").removeprefix("tag:yaml.org,2002:")
        if name == "null":
            return None
        if name == "timestamp":
            return Foreign("a date")
        if name in _CONSTRUCT:
            try:
                return _CONSTRUCT[name](yaml.ScalarNode(tag, text))
            except (ValueError, LookupError, ArithmeticError, yaml.YAMLError):
                return float("inf")
        return text

    def _check_tag(self, tag: str | None, start: int) -> None:
        if tag is not None and not tag.startswith("tag:yaml.org,2002:"):
            message = f"the tag {quote(tag)} is left in: put the real value there"
            self.slip(message, start, start + len(tag), "RAM009")

    def _path(self) -> Path:
        path: list[str | int] = []
        for frame in self._stack:
            if frame.node.items is not None:
                path.append(len(frame.node.items))
            elif frame.key is not None:
                path.append(frame.key)
        return tuple(path)


_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_SAFE: Any = yaml.constructor.SafeConstructor()
_CONSTRUCT = {"bool": _SAFE.construct_yaml_bool, "int": _SAFE.construct_yaml_int, "float": _SAFE.construct_yaml_float}
