"""Configuration of Terraform: `.tf` files, read by python-hcl2, whose trees say where each part stands.

Nothing is worked out but what stands there: strings, heredocs, `jsonencode` of an object, and blocks that say the same
as a policy. A plan knows the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pulumi_ice_avatar.ram.containers.hcl_policies import Unknown, as_blocks, as_expression
from pulumi_ice_avatar.ram.containers.hcl_trees import Tree, attributes, blocks
from pulumi_ice_avatar.ram.containers.held import Contents, Held
from pulumi_ice_avatar.ram.holders import TERRAFORM
from pulumi_ice_avatar.ram.reading.decoding import decode
from pulumi_ice_avatar.ram.reading.document import Document
from pulumi_ice_avatar.ram.reading.statements import Path
from pulumi_ice_avatar.ram.wording import printable

__all__ = ["LONGEST", "contents"]

_WHAT = "a Terraform configuration"

_DOCUMENTS = "alicloud_ram_policy_document"
"""The data source that writes policies. Source: its page in the documentation of the provider."""

_REFERENCE = re.compile(rf'"?(?:\$\{{)?\s*data\.{_DOCUMENTS}\.[^"]*\.document\s*\}}?"?')

_STATEMENTS = {"alicloud_ram_policy"}
"""Resources that take blocks for statements, instead of a document."""

LONGEST = 256 * 1024
"""Bytes of a file that are read, at some 100,000 a second."""

_TYPES = re.compile(rb"alicloud_(?:ram|resource_manager|cloud_sso|oss|kms|log)_")
_RUN_OF_BLANKS = re.compile(r"\s{2000}")


def contents(data: bytes | memoryview) -> Contents:
    """Look into the bytes of a file."""
    if len(data) > LONGEST:
        return _unread("", f"the file is {len(data):,} bytes long and was not read: check the plan")
    if not _TYPES.search(data):
        return Contents(_WHAT, Document("", None, None, None), ())
    text, slip = decode(bytes(data))
    if slip is not None:
        return _unread(text, slip.message)
    if _RUN_OF_BLANKS.search(text):
        # The time that the pattern for heredocs takes grows with the square of it.
        return _unread(text, "more blanks in a row than anybody writes: not read")
    from hcl2.parser import parser
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        # The grammar wants a line end after the last block, and knows no byte-order mark.
        tree = parser().parse(text.replace("\ufeff", " ", 1) + "\n")
    except UnexpectedInput as error:
        line, column = max(error.line, 1), max(error.column, 1)
        return _unread(text, f"line {line}, column {column}: not HCL: {_unexpected(text, error.pos_in_stream)}")
    except (LarkError, RecursionError) as error:
        return _unread(text, f"not HCL: {printable(str(error))}")
    return _from_tree(text, tree)


def _unread(text: str, problem: str) -> Contents:
    return Contents(_WHAT, Document(text, None, None, None), (), problem=problem)


def _unexpected(text: str, at: int | None) -> str:
    word = re.compile(r"\w+|\S").search(text, at or 0)
    return f"{printable(word[0])} belongs nowhere here" if word else "the file ends too early"


def _from_tree(text: str, tree: Tree) -> Contents:
    held: list[Held] = []
    notes = []
    for labels, _, body in blocks(tree.children[0]):
        if len(labels) != len(("resource", "type", "name")):
            continue
        address = ".".join(labels[1:])
        if labels[0] == "data" and labels[1] == _DOCUMENTS:
            held.append(Held(f"data.{address}", (f"data.{address}",), None, as_blocks(text, body)))
        elif labels[0] == "resource" and labels[1] in TERRAFORM:
            for path, kind, expression in _properties(body, TERRAFORM[labels[1]]):
                source = text[expression.meta.start_pos : expression.meta.end_pos]
                try:
                    content = as_expression(text, expression)
                except Unknown:
                    # What the data source writes is checked where its blocks are.
                    if not _REFERENCE.fullmatch(source):
                        name = "/".join(map(str, path))
                        notes.append(f"{address}: {name} is an expression that Terraform works out: not checked")
                    continue
                if content is not None:
                    held.append(Held(address, (address, *path), kind, content))
            if labels[1] in _STATEMENTS and any(name == ["statement"] for name, _, _ in blocks(body)):
                held.append(Held(address, (address,), None, as_blocks(text, body)))
    return Contents(_WHAT, Document(text, None, None, None), held, notes)


def _properties(body: Tree, properties: dict[str, str]) -> Iterator[tuple[Path, str, Any]]:
    """The expressions of the properties that a resource has, each with its path and kind."""
    for pattern, kind in properties.items():
        *outer, last = pattern.split("/")
        bodies: list[tuple[Path, Tree]] = [((), body)]
        if outer:
            inner = [each for labels, _, each in blocks(body) if labels == outer[:1]]
            bodies = [((outer[0], index), each) for index, each in enumerate(inner)]
        for path, each in bodies:
            if last in (found := attributes(each)):
                yield (*path, last), kind, found[last][1]
