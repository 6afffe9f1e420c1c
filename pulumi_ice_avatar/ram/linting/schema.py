"""The published JSON Schema (2020-12) of policy documents.

It exists for editors and other tools; the linter reaches the same verdicts with the rules marked `schema=True`, faster
and in better words.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.ram.language import KINDS

__all__ = ["check", "schema"]


def schema(kind: str | None = None) -> dict[str, Any]:
    """Give the JSON Schema of policy documents.

    Args:
        kind: `identity`, `trust`, `session`, `control` or `resource`; the schema of any of them when not given.

    Returns:
        A schema that needs no other file.

    Raises:
        InvalidInputError: There is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise InvalidInputError(f"there is no policy kind {kind!r}: use {', '.join(KINDS)}")
    path = policies() / "schema" / "ram-policy.schema.json"
    published: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if kind is None:
        return published
    del published["anyOf"]
    del published["examples"]
    definitions = published.pop("$defs")
    own = definitions.pop(kind)
    others = {name: each for name, each in definitions.items() if name not in KINDS}
    return {**published, "$id": f"{published['$id']}-{kind}", **own, "$defs": others}


def check(value: Any, kind: str | None = None) -> list[Any]:
    """Validate a document against the schema.

    Args:
        value: The document as plain Python values.
        kind: The kind of the document; any of them when not given.

    Returns:
        What the schema refuses, each a `jsonschema.ValidationError`; empty for a document that it accepts.

    Raises:
        InvalidInputError: There is no such kind.
    """
    return list(_validator(kind).iter_errors(value))


@lru_cache(maxsize=8)
def _validator(kind: str | None) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(kind))
