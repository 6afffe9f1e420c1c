"""What `pulumi preview --json` and `pulumi stack export` write.

Sources: the types PreviewDigest, UntypedDeployment and DeploymentV3 of
https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype, and the signatures of secrets in
https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/resource.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pulumi_ice_avatar.ram.containers.held import Contents
from pulumi_ice_avatar.ram.containers.json_values import Gathering, below, dicts, torn
from pulumi_ice_avatar.ram.holders import HOLDERS
from pulumi_ice_avatar.ram.reading.document import Document
from pulumi_ice_avatar.ram.reading.statements import Path

__all__ = ["contents"]

_PREVIEW = "a Pulumi preview"
_EXPORT = "an exported Pulumi stack"

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands in a preview for a string, and for a whole property, that is known after the update."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that marks an object as something else than an object: a secret, an asset, an output."""

_HIDDEN = "[secret]"
"""What a preview has in place of a secret."""


def contents(document: Document) -> Contents | None:
    """Look into a preview or an exported stack; None where the file is neither."""
    value = document.value
    is_preview = "steps" in value and "changeSummary" in value
    if not is_preview and type(below(value, "deployment", "manifest")) is not dict:
        return None
    what = _PREVIEW if is_preview else _EXPORT
    problem = torn(document)
    if problem is not None:
        return Contents(what, document, (), problem=problem)
    gathering = Gathering(document, _is_unknown)
    seen = set()
    for path, resource in _planned(value) if is_preview else _deployed(value):
        urn, properties = resource.get("urn"), HOLDERS.get(str(resource.get("type")))
        if properties and type(urn) is str and urn not in seen:
            # A replacement takes several steps.
            seen.add(urn)
            gathering.resource("::".join(urn.split("::")[2:]), (*path, "inputs"), properties, _why_not)
    return gathering.contents(what)


def _planned(value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, step in dicts(value.get("steps")):
        if type(step.get("newState")) is dict:
            yield ("steps", index, "newState"), step["newState"]


def _deployed(value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, resource in dicts(below(value, "deployment", "resources")):
        # What is marked for deletion has been replaced.
        if resource.get("delete") is not True:
            yield ("deployment", "resources", index), resource


def _is_unknown(value: Any) -> bool:
    return value in (_UNKNOWN, _HIDDEN) or (type(value) is dict and _SIGNATURE in value)


def _why_not(_: Path, value: Any) -> str | None:
    if value == _UNKNOWN:
        return "is known after the update"
    return "is a secret" if _is_unknown(value) else None
