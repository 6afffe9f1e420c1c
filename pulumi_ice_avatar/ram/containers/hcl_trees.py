"""The trees of python-hcl2, as far as policies need them: rules by their names in its grammar, `hcl2.lark`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Tree = Any
"""A `lark.Tree` or, among its children, a `lark.Token`: two types that share nothing."""

__all__ = ["Tree", "attributes", "blocks", "is_tree", "parts", "unwrapped"]

_BLANK = "new_line_or_comment"


def is_tree(node: Any, rule: str | None = None) -> bool:
    """Tell whether a node is what a rule makes, and not a token."""
    return hasattr(node, "data") and (rule is None or node.data == rule)


def parts(tree: Tree) -> list[Tree]:
    """What a tree consists of, but for punctuation and comments."""
    return [each for each in tree.children if is_tree(each) and each.data != _BLANK]


def unwrapped(expression: Tree) -> Tree:
    """An expression without the parentheses around it."""
    while is_tree(expression, "expr_term") and len(inner := parts(expression)) == 1:
        expression = inner[0]
    return expression


def blocks(body: Tree) -> Iterator[tuple[list[str], Tree, Tree]]:
    """Each block in a body: its type and labels, itself, and its own body."""
    for each in parts(body):
        if is_tree(each, "block"):
            inner = parts(each)
            yield [_word(label) for label in inner[:-1]], each, inner[-1]


def attributes(body: Tree) -> dict[str, tuple[Tree, Tree]]:
    """Each attribute in a body, by name: the tree of the name, and the expression."""
    found = {}
    for each in parts(body):
        if is_tree(each, "attribute"):
            name, expression = parts(each)
            found[_word(name)] = name, expression
    return found


def _word(tree: Tree) -> str:
    """An identifier, or what stands in quotes."""
    return "".join(str(token) for token in tree.scan_values(lambda token: token.type != "DBLQUOTE"))
