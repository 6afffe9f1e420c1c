"""Plans and states of Terraform as `terraform show -json` writes them, and configuration in JSON (`.tf.json`).

Sources: https://developer.hashicorp.com/terraform/internals/json-format and
https://developer.hashicorp.com/terraform/language/syntax/json. The numbers of `format_version` are not looked at:
what is added under a minor one may be passed over, and what is read here is the same in all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pulumi_ice_avatar.ram.containers.held import Contents
from pulumi_ice_avatar.ram.containers.json_values import Gathering, below, dicts, torn
from pulumi_ice_avatar.ram.containers.strings import has_directive, interpolated
from pulumi_ice_avatar.ram.holders import TERRAFORM
from pulumi_ice_avatar.ram.reading.document import Document
from pulumi_ice_avatar.ram.reading.statements import Path

__all__ = ["configuration", "contents"]

_PLAN = "a Terraform plan"
_STATE = "a Terraform state"
_CONFIGURATION = "a Terraform configuration"


def contents(document: Document) -> Contents | None:
    """Look into a plan or a state; None where the file is neither."""
    value = document.value
    if "format_version" not in value:
        return None
    is_plan = "resource_changes" in value or "planned_values" in value
    if not is_plan and "values" not in value and not value.keys() <= {"format_version", "terraform_version"}:
        return None
    what = _PLAN if is_plan else _STATE
    problem = torn(document)
    if problem is not None:
        return Contents(what, document, (), problem=problem)
    gathering = Gathering(document)
    configured = _configured(value)
    # A plan says what it knows of a resource in several places; the changes have all of it.
    for path, resource in _changes(value) if is_plan else _resources(value):
        properties = TERRAFORM.get(str(resource.get("type")))
        if properties and resource.get("mode") == "managed" and type(resource.get("address")) is str:
            if is_plan:
                path = (*path, "change", "after")
                unknown = below(resource, "change", "after_unknown")
                sensitive = below(resource, "change", "after_sensitive")
                properties = _chosen(properties, configured.get(_block(resource)))
            else:
                path = (*path, "values")
                unknown, sensitive = None, resource.get("sensitive_values")
            gathering.resource(resource["address"], path, properties, _why_not(unknown, sensitive))
    return gathering.contents(what)


def _changes(value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, resource in dicts(value.get("resource_changes")):
        yield ("resource_changes", index), resource


def _resources(value: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
    modules: list[Path] = [("values", "root_module")]
    while modules:
        path = modules.pop()
        module = below(value, *path)
        for index, resource in dicts(below(module, "resources")):
            yield (*path, "resources", index), resource
        inner = [(*path, "child_modules", index) for index, _ in dicts(below(module, "child_modules"))]
        modules += reversed(inner)


Block = tuple[tuple[str, ...], Any, Any]
"""The names of modules, from the outermost on, and the type and name of a resource in it."""

_INDEX = re.compile(r"\[[^\]]*\]")


def _block(resource: dict[str, Any]) -> Block:
    """The block of the configuration that a resource comes from."""
    steps = _INDEX.sub("", str(resource.get("module_address") or "")).split(".")
    return tuple(steps[1::2]), resource.get("type"), resource.get("name")


def _configured(value: Any) -> dict[Block, set[str]]:
    """What each block of the configuration sets."""
    found: dict[Block, set[str]] = {}
    modules: list[tuple[tuple[str, ...], Any]] = [((), below(value, "configuration", "root_module"))]
    while modules:
        names, module = modules.pop()
        for _, resource in dicts(below(module, "resources")):
            expressions = resource.get("expressions")
            if type(expressions) is dict and type(resource.get("name")) is str:
                found[names, str(resource.get("type")), resource["name"]] = set(expressions)
        calls = below(module, "module_calls")
        for name, call in calls.items() if type(calls) is dict else ():
            modules.append(((*names, name), below(call, "module")))
    return found


def _chosen(properties: dict[str, str], configured: set[str] | None) -> dict[str, str]:
    """The properties that the configuration sets: the provider works out others by itself, after apply."""
    if configured is None:
        return properties
    return {path: kind for path, kind in properties.items() if path.split("/")[0] in configured}


def _why_not(unknown: Any, sensitive: Any) -> Callable[[Path, Any], str | None]:
    def why_not(path: Path, _: Any) -> str | None:
        if _flagged(unknown, path):
            return "is known after apply"
        if _flagged(sensitive, path):
            # The value may well be there. A report would quote it.
            return "is marked sensitive"
        return None

    return why_not


def _flagged(flags: Any, path: Path) -> bool:
    """Tell whether a value is flagged: flags have the shape of the values, with true for all that is below."""
    return any(below(flags, *path[:depth]) is True for depth in range(len(path) + 1))


# --- configuration ---------------------------------------------------------------------------------------------------


def configuration(document: Document) -> Contents:
    """Look into a configuration in JSON."""
    gathering = Gathering(document)
    problem = torn(document)
    if problem is not None:
        return Contents(_CONFIGURATION, document, (), problem=problem)
    blocks = below(document.value, "resource")
    for kind, properties in TERRAFORM.items():
        for path, names in _bodies(below(blocks, kind), ("resource", kind)):
            for name, body in names.items():
                for inner, _ in _bodies(body, (*path, name)):
                    gathering.resource(f"{kind}.{name}", inner, properties, _expression, text=interpolated)
    return gathering.contents(_CONFIGURATION)


def _bodies(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """An object, or each object of a list: both stand for blocks."""
    if type(value) is dict:
        yield path, value
    for index, each in dicts(value):
        yield (*path, index), each


def _expression(_: Path, value: Any) -> str | None:
    if type(value) is not str:
        return None
    stripped = value.strip()
    if has_directive(value) or (stripped.startswith("${") and stripped.endswith("}")):
        return "is an expression that Terraform works out"
    return None
