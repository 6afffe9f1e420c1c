"""Policies that HCL spells out: as the text in a string or heredoc, as the argument of `jsonencode`, as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pulumi_ice_avatar.ram.containers import held
from pulumi_ice_avatar.ram.containers.hcl_trees import Tree, attributes, blocks, is_tree, parts, unwrapped
from pulumi_ice_avatar.ram.containers.held import HOLE, STAND_IN, Chunk, Text
from pulumi_ice_avatar.ram.containers.strings import escaped, has_directive, interpolated, with_quoted_holes
from pulumi_ice_avatar.ram.language import VERSION
from pulumi_ice_avatar.ram.reading.nodes import DEEPEST, Node

__all__ = ["Unknown", "as_blocks", "as_expression"]


class Unknown(Exception):  # noqa: N818 - a signal, not an error
    """What stands there is not a policy but a way to one."""


def as_expression(text: str, expression: Tree) -> Text | held.Tree | None:
    """Read the policy that an expression spells out.

    Args:
        text: The text of the file.
        expression: What a property is set to.

    Returns:
        The policy; None where there is none: for `null` and an empty string.

    Raises:
        Unknown: Terraform has to work it out.
    """
    expression = unwrapped(expression)
    content: Text | held.Tree
    if is_tree(expression, "string"):
        content = _quoted(text, expression)
    elif is_tree(expression, "heredoc_template") or is_tree(expression, "heredoc_template_trim"):
        content = _heredoc(text, expression.meta.start_pos, expression.meta.end_pos)
    elif is_tree(expression, "function_call") and _name(expression) == "jsonencode":
        arguments = [each for tree in parts(expression)[1:] for each in parts(tree)]
        if len(arguments) != 1:
            raise Unknown
        value, node = _value(text, arguments[0])
        content = held.Tree(value, node)
    elif is_tree(expression, "literal_value"):
        return None
    else:
        raise Unknown
    whole = content.value if isinstance(content, held.Tree) else "".join(each.text for each in content.chunks)
    if type(whole) is str and whole.strip().strip('"') == HOLE:
        raise Unknown
    return content if whole else None


def _name(call: Tree) -> str:
    return str(parts(call)[0].children[0])


# --- texts -----------------------------------------------------------------------------------------------------------


def _quoted(text: str, string: Tree) -> Text:
    return with_quoted_holes(list(_pieces(text, string)), string.meta.end_pos - 1)


def _pieces(text: str, string: Tree) -> Iterator[Chunk]:
    """The pieces of a string in quotes, with a hole for each interpolation."""
    for part in parts(string):
        node = part.children[0]
        start, end = part.meta.start_pos, part.meta.end_pos
        if is_tree(node, "interpolation"):
            yield Chunk(HOLE, start)
        elif is_tree(node):
            raise Unknown
        elif node.type == "STRING_CHARS":
            yield from escaped(text, start, end)
        else:
            # An escape of `${` or `%{`, up to the brace that closes it.
            yield from escaped(text, start + 1, end)


_INDENTATION = re.compile(r"^[ \t]*(?=[^ \t\r\n])", re.MULTILINE)


def _heredoc(text: str, start: int, end: int) -> Text:
    source = text[start:end].rstrip("\r\n")
    first = source.index("\n") + 1
    body = source[first : source.rindex("\n") + 1]
    if has_directive(body):
        raise Unknown
    # What `<<-` takes away from the beginning of each line.
    indentation = min(map(len, _INDENTATION.findall(body)), default=0) if source.startswith("<<-") else 0
    chunks = []
    at = start + first
    for line in body.splitlines(keepends=True):
        cut = indentation if line.strip() else 0
        chunks.append(Chunk(line[cut:], at + cut))
        at += len(line)
    return interpolated(chunks, at)


# --- values ----------------------------------------------------------------------------------------------------------


def _value(text: str, expression: Tree, depth: int = 0) -> tuple[Any, Node]:
    """What an expression says, with a hole for what has to be worked out, and where its parts stand."""
    node = Node(expression.meta.start_pos, expression.meta.end_pos)
    inner = unwrapped(expression)
    value: Any = HOLE
    if depth > DEEPEST:
        return HOLE, node
    if is_tree(inner, "string"):
        value = _string(text, inner)
    elif is_tree(inner, "object"):
        value, node.members = {}, {}
        for element in parts(inner):
            key, below = parts(element)
            name = _key(text, key)
            value[name], place = _value(text, below, depth + 1)
            node.members[name.replace(HOLE, STAND_IN)] = (key.meta.start_pos, key.meta.end_pos, place)
    elif is_tree(inner, "tuple"):
        value, node.items = [], []
        for each in parts(inner):
            item, place = _value(text, each, depth + 1)
            value.append(item)
            node.items.append(place)
    elif is_tree(inner, "literal_value"):
        value = {"true": True, "false": False}.get(str(inner.children[0]))
    elif is_tree(inner, "int_lit") or is_tree(inner, "float_lit"):
        number = str(inner.children[0])
        value = int(number) if number.lstrip("-").isdigit() and len(number) <= _MOST_DIGITS else float(number)
    return value, node


_MOST_DIGITS = 300


def _string(text: str, string: Tree) -> str:
    try:
        return "".join(chunk.text for chunk in _pieces(text, string))
    except Unknown:
        return HOLE


def _key(text: str, key: Tree) -> str:
    """The key of an element: a name by itself is the key, and one in parentheses stands for it."""
    expression = key.children[0]
    inner = unwrapped(key.children[0]) if is_tree(expression, "expr_term") else key
    if is_tree(inner, "string"):
        return _string(text, inner)
    source = text[key.meta.start_pos : key.meta.end_pos]
    return source if re.fullmatch(r"[\w-]+", source) else HOLE


# --- blocks ----------------------------------------------------------------------------------------------------------

_ELEMENTS = {"effect": "Effect", "action": "Action", "resource": "Resource"}


def as_blocks(text: str, body: Tree) -> held.Tree:
    """Read the policy that `statement` blocks spell out, with the values that count where none is given.

    Source: the page of the alicloud_ram_policy_document data source.

    Args:
        text: The text of the file.
        body: What the blocks stand in.

    Returns:
        The policy.
    """
    root = Node(body.meta.start_pos, body.meta.end_pos)
    root.members = {}
    statements = Node(root.start, root.end)
    statements.items = []
    value: dict[str, Any] = {"Version": VERSION, "Statement": []}
    _take(text, body, {"version": "Version"}, value, root)
    root.members["Statement"] = (root.start, root.end, statements)
    for labels, block, inner in blocks(body):
        place = Node(block.meta.start_pos, block.meta.end_pos)
        if labels == ["statement"]:
            value["Statement"].append(_statement(text, inner, place))
            statements.items.append(place)
        elif labels == ["dynamic", "statement"]:
            value["Statement"].append(HOLE)
            statements.items.append(place)
    return held.Tree(value, root)


def _statement(text: str, body: Tree, node: Node) -> dict[str, Any]:
    node.members = {}
    statement: dict[str, Any] = {"Effect": "Allow"}
    _take(text, body, _ELEMENTS, statement, node)
    for labels, block, inner in blocks(body):
        place = Node(block.meta.start_pos, block.meta.end_pos)
        said = {name: _value(text, expression) for name, (_, expression) in attributes(inner).items()}
        if labels == ["principal"]:
            _enter(statement, node, place, "Principal", [_key_in(said, "entity", place)], said.get("identifiers"))
        elif labels == ["condition"]:
            keys = [_key_in(said, "operator", place), _key_in(said, "variable", place)]
            _enter(statement, node, place, "Condition", keys, said.get("values"))
        elif labels in (["dynamic", "principal"], ["dynamic", "condition"]):
            name = labels[1].capitalize()
            statement[name] = HOLE
            node.members[name] = (place.start, place.end, place)
    return statement


def _take(text: str, body: Tree, names: dict[str, str], value: dict[str, Any], node: Node) -> None:
    """Take attributes of a body for elements of the language."""
    for name, (key, expression) in attributes(body).items():
        if name in names and node.members is not None:
            value[names[name]], place = _value(text, expression)
            node.members[names[name]] = (key.meta.start_pos, key.meta.end_pos, place)


def _key_in(said: dict[str, tuple[Any, Node]], name: str, block: Node) -> tuple[str, Node]:
    """What an attribute of a block says, for a key of the policy."""
    value, place = said.get(name, (HOLE, block))
    return (value if type(value) is str else HOLE), place


def _enter(
    value: dict[str, Any],
    node: Node,
    block: Node,
    element: str,
    keys: list[tuple[str, Node]],
    said: tuple[Any, Node] | None,
) -> None:
    """Put what a block says under the element of a statement that it is for, and under its keys there."""
    *outer, (last, last_place) = [(element, block), *keys]
    for key, at in outer:
        value = value.setdefault(key, {})
        if type(value) is not dict or node.members is None:
            return  # a dynamic block has been there, or two blocks do not agree
        if key.replace(HOLE, STAND_IN) not in node.members:
            below = Node(block.start, block.end)
            below.members = {}
            node.members[key.replace(HOLE, STAND_IN)] = (at.start, at.end, below)
        node = node.members[key.replace(HOLE, STAND_IN)][2]
    value[last], place = said if said is not None else (HOLE, block)
    if node.members is not None:
        node.members[last.replace(HOLE, STAND_IN)] = (last_place.start, last_place.end, place)
