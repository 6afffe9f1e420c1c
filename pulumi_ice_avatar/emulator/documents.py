"""Policy documents as RAM takes them, and as the evaluator wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi_ice_avatar.errors import PolicyError

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.compiled import CompiledPolicy

__all__ = ["compiled", "flaw", "text"]


def text(document: str | Mapping[str, Any]) -> str:
    """A document of a seed, which may be written as an object, as the text that RAM keeps."""
    if isinstance(document, str):
        return document
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def compiled(document: str, kind: str, name: str) -> CompiledPolicy:
    """A document ready for decisions.

    Args:
        document: The text of the document.
        kind: `identity`, `trust` or `session`.
        name: What decisions call it.

    Raises:
        PolicyError: The document cannot be decided on.
    """
    from pulumi_ice_avatar.ram.deciding.evaluator import compile_policy

    return compile_policy(document, kind=kind, name=name)


def flaw(document: str, kind: str) -> str | None:
    """Say why RAM would refuse a document (choice: document-grammar).

    Args:
        document: The text of the document.
        kind: `identity`, `trust` or `session`.

    Returns:
        The first reason, with its place; None for a good document.
    """
    from pulumi_ice_avatar.ram.linting.linter import lint
    from pulumi_ice_avatar.ram.linting.rules import ERROR, all_rules
    from pulumi_ice_avatar.ram.reading.document import parse

    # The suffix keeps YAML out, which the project reads and the service does not.
    parsed = parse(document, kind=kind, source="document.json")
    rules = all_rules()
    for finding in lint(parsed):
        # What the reader itself says, and what the published schema says; the other rules are about meaning.
        if finding.severity == ERROR and (rules[finding.code].schema or finding.code.startswith("RAM00")):
            return f"{finding.line}:{finding.column}: {finding.code} {finding.message}"
    try:
        compiled(document, kind, "document")
    except PolicyError as error:
        return str(error).removeprefix("document:")
    return None
