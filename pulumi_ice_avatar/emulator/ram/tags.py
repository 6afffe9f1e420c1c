"""Tags of policies and roles."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.operation import Call, Operation, boolean, listed, required
from pulumi_ice_avatar.emulator.ram.parameters import page
from pulumi_ice_avatar.emulator.state import State

__all__ = ["TAGS", "has_tags", "tags_in"]

_MOST_TAGS, _MOST_NAMES = 20, 50
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


def tags_in(call: Call) -> dict[str, str]:
    """The tags of the parameter Tag."""
    tags: dict[str, str] = {}
    for each in listed(call, "Tag", _MOST_TAGS):
        key, value = (each.get("Key"), each.get("Value", "")) if isinstance(each, dict) else (None, None)
        if not _is_text(key, 1, _LONGEST_KEY) or not _is_text(value, 0, _LONGEST_VALUE) or key in tags:
            raise GatewayError(
                "InvalidParameter",
                f"Each tag has a Key of 1 to {_LONGEST_KEY} characters, given once, and a Value of at most "
                f"{_LONGEST_VALUE}.",
                choice="ram-parameters",
            )
        tags[key] = value
    return tags


def _is_text(value: object, shortest: int, longest: int) -> TypeGuard[str]:
    return isinstance(value, str) and shortest <= len(value) <= longest


def has_tags(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether all the wanted tags are there."""
    return wanted.items() <= tags.items()


def _tag(state: State, call: Call) -> dict[str, Any]:
    added = tags_in(call)
    if not added:
        raise GatewayError("MissingParameter", "The parameter Tag is mandatory for this action.")
    for tags in _tags_of(state, call):
        tags.update(added)
    return {}


def _untag(state: State, call: Call) -> dict[str, Any]:
    keys, everything = listed(call, "TagKeys", _MOST_TAGS), boolean(call, "All")
    if not all(_is_text(key, 1, _LONGEST_KEY) for key in keys):
        raise GatewayError(
            "InvalidParameter",
            f"The parameter TagKeys is a JSON list of texts of 1 to {_LONGEST_KEY} characters.",
            choice="ram-parameters",
        )
    if not keys and not everything:
        raise GatewayError("MissingParameter", "One of the parameters TagKeys and All is mandatory for this action.")
    for tags in _tags_of(state, call):
        for key in list(tags) if everything else keys:
            tags.pop(key, None)
    return {}


def _list(state: State, call: Call) -> dict[str, Any]:
    kind, wanted, names = _kind(call), tags_in(call), listed(call, "ResourceNames", _MOST_NAMES)
    found = [
        {"ResourceType": kind, "ResourceName": name, "TagKey": key, "TagValue": value}
        for name, entry in _tagged(state, kind).items()
        if (not names or name in names) and has_tags(entry.tags, wanted)
        for key, value in entry.tags.items()
    ]
    items, token = page(call, found, size="PageSize", token="NextToken", default=100, most=100)
    more = {} if token is None else {"NextToken": token}
    return {"TagResources": items, **more}


def _kind(call: Call) -> str:
    kind = required(call, "ResourceType")
    if kind not in ("policy", "role"):
        raise GatewayError("InvalidParameter", "The parameter ResourceType is policy or role.", choice="ram-parameters")
    return kind


def _tagged(state: State, kind: str) -> Mapping[str, Any]:
    return state.directory.policies if kind == "policy" else state.directory.roles


def _tags_of(state: State, call: Call) -> list[dict[str, str]]:
    """The tags, to be changed, of every resource named; all of them exist."""
    kind, names = _kind(call), listed(call, "ResourceNames", _MOST_NAMES)
    if not names:
        raise GatewayError("MissingParameter", "The parameter ResourceNames is mandatory for this action.")
    known = _tagged(state, kind)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise GatewayError(f"EntityNotExist.{kind.capitalize()}", f"There is no {kind} {reprlib.repr(name)}.")
    return [known[name].tags for name in names]


def _resources(state: State, call: Call) -> Sequence[str]:
    kind = _kind(call)
    return [state.arn(f"{kind}/{name}") for name in listed(call, "ResourceNames", _MOST_NAMES) or ["*"]]


TAGS = {
    "TagResources": Operation("ram:TagResources", _tag, _resources, changes=True),
    "UntagResources": Operation("ram:UntagResources", _untag, _resources, changes=True),
    "ListTagResources": Operation("ram:ListTagResources", _list, _resources),
}
