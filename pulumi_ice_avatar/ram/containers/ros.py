"""Templates of Resource Orchestration Service, in JSON and YAML.

Source: https://www.alibabacloud.com/help/en/ros/user-guide/template-syntax and the page on functions beside it.
"""

from __future__ import annotations

import contextlib
from typing import Any

import yaml

from pulumi_ice_avatar.ram.containers.held import HOLE, Contents
from pulumi_ice_avatar.ram.containers.json_values import Gathering, below, torn
from pulumi_ice_avatar.ram.holders import ROS
from pulumi_ice_avatar.ram.reading.document import Document
from pulumi_ice_avatar.ram.reading.nodes import Node
from pulumi_ice_avatar.ram.reading.statements import Path
from pulumi_ice_avatar.ram.reading.yaml_text import read

__all__ = ["contents"]

_TEMPLATE = "a ROS template"


def contents(document: Document) -> Contents:
    """Look into a template."""
    if document.is_yaml:
        document = _with_tags(document)
    problem = torn(document)
    if problem is not None:
        return Contents(_TEMPLATE, document, (), problem=problem)
    gathering = Gathering(document, _is_function)
    resources = below(document.value, "Resources")
    for name, resource in resources.items() if type(resources) is dict else ():
        properties = ROS.get(str(below(resource, "Type")))
        if properties:
            path = ("Resources", name, "Properties")
            gathering.resource(name, path, properties, _why_not, named=path)
    return gathering.contents(_TEMPLATE)


def _is_function(value: Any) -> bool:
    """Tell whether a value is a call such as `{"Ref": …}` or `{"Fn::GetAtt": …}`, or was one in YAML's short form."""
    if type(value) is dict and len(value) == 1:
        return str(next(iter(value))).startswith(("Ref", "Fn::"))
    return type(value) is str and value == HOLE


def _why_not(_: Path, value: Any) -> str | None:
    return "is worked out by a function of the template" if _is_function(value) else None


def _with_tags(document: Document) -> Document:
    """Read YAML once more, with holes for calls in the short form, such as `!Ref name`."""
    text = document.text or ""
    without, starts = _without_tags(text)
    value, root, slips = read(without)
    if root is not None:
        value = _with_holes(value, root, starts)
    return Document(text, value, None, document.source, slips, root, is_yaml=True)


def _without_tags(text: str) -> tuple[str, set[int]]:
    """Blank out the tags of a text, and tell where what each is for begins: the reader takes tags for mistakes."""
    pieces = []
    starts = set()
    at = 0
    tagged = False
    with contextlib.suppress(yaml.YAMLError, UnicodeEncodeError):
        for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            start, end = token.start_mark.index, token.end_mark.index
            if tagged:
                starts.add(start)
            tagged = isinstance(token, yaml.TagToken) and token.value[0] != "!!"
            if tagged:
                pieces += [text[at:start], " " * (end - start)]
                at = end
    return "".join([*pieces, text[at:]]), starts


def _with_holes(value: Any, node: Node, starts: set[int]) -> Any:
    if node.start in starts:
        return HOLE
    if type(value) is dict and node.members is not None:
        return {
            key: _with_holes(each, node.members[key][2], starts) if key in node.members else each
            for key, each in value.items()
        }
    if type(value) is list and node.items is not None:
        return [_with_holes(each, below, starts) for each, below in zip(value, node.items, strict=True)]
    return value
