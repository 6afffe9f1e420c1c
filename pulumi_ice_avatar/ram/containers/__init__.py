"""Files that hold policies among other things, one module a format: infrastructure code, plans and states.

Recognising one has to cost a policy file next to nothing, so that it goes by the name and by the keys at the top, and
the readers are imported when a file of their format is met.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pulumi_ice_avatar.ram.reading.document import LONGEST, Document

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.containers.held import Contents

__all__ = ["LONGEST_CONTAINER", "SUFFIXES", "by_content", "by_name"]

SUFFIXES = (".tf",)
"""Ends of names that tell the format by themselves; other files are named like policies."""

LONGEST_CONTAINER = 32 * 1024 * 1024
"""Bytes of a plan or a state that are read: some ten thousand resources."""

_KEYS = frozenset(("format_version", "ROSTemplateFormatVersion", "deployment", "steps"))
"""Keys at the top of files that are looked into."""

# Compiled when they are needed, which is seldom.
_KEY_IN_LONG = rb'"(?:format_version|deployment|steps)"[ \t\r\n]*:'
_KEY_IN_YAML = r"""(?m)^["']?ROSTemplateFormatVersion["']?[ \t]*:"""


def by_name(file: str, data: bytes | memoryview) -> Contents | None:
    """Look into a file that its name or its length tells to be no policy.

    Args:
        file: Its path.
        data: Its bytes.

    Returns:
        What is in it; None where its content has to tell.
    """
    if file.endswith(SUFFIXES):
        from pulumi_ice_avatar.ram.containers import hcl

        return hcl.contents(data)
    if LONGEST < len(data) <= LONGEST_CONTAINER and re.search(_KEY_IN_LONG, data):
        return _by_long_content(bytes(data), file)
    return None


def by_content(document: Document) -> Contents | None:
    """Look into a document that its content tells to be no policy.

    Args:
        document: The file as it was read.

    Returns:
        What is in it; None where it holds no policies but may be one.
    """
    value = document.value
    if type(value) is dict and not _KEYS.isdisjoint(value):
        from pulumi_ice_avatar.ram.containers import pulumi_json, ros, terraform_json

        if "ROSTemplateFormatVersion" in value:
            return ros.contents(document)
        return terraform_json.contents(document) or pulumi_json.contents(document)
    if document.is_yaml and document.text and re.search(_KEY_IN_YAML, document.text):
        from pulumi_ice_avatar.ram.containers import ros

        return ros.contents(document)
    if document.source is not None and document.source.endswith(".tf.json"):
        from pulumi_ice_avatar.ram.containers import terraform_json

        return terraform_json.configuration(document)
    return None


def _by_long_content(data: bytes, file: str) -> Contents | None:
    import json

    try:
        text = data.decode("utf-8")
        return by_content(Document(text, json.loads(text), None, file))
    except (ValueError, RecursionError):
        return None
