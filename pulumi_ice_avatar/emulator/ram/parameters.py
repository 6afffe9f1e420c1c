"""The parameters that RAM's operations share, and what they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import CUSTOM, SYSTEM, Entity, Policy
from pulumi_ice_avatar.emulator.operation import Call, integer, required
from pulumi_ice_avatar.emulator.state import State
from pulumi_ice_avatar.ram.language import IDENTITY, LIMITS

__all__ = [
    "checked_text",
    "custom_policy",
    "custom_resource",
    "entity_named",
    "entity_resource",
    "existing",
    "page",
    "policy_document",
    "policy_name",
    "policy_of_type",
    "policy_resource",
    "policy_type",
]

_POLICY_NAME = re.compile(r"[A-Za-z0-9-]+")
_ENTITY_NAME = re.compile(r"[A-Za-z0-9.@_-]+")

_Item = TypeVar("_Item")


def policy_name(call: Call) -> str:
    """The parameter PolicyName."""
    return _name(call, "PolicyName", _POLICY_NAME, 128)


def policy_type(call: Call) -> str:
    """The parameter PolicyType."""
    type_ = required(call, "PolicyType")
    if type_ not in (CUSTOM, SYSTEM):
        raise GatewayError("InvalidParameter.PolicyType", f"The parameter PolicyType is {SYSTEM} or {CUSTOM}.")
    return type_


def policy_document(call: Call) -> str:
    """The parameter PolicyDocument, good for an identity policy."""
    document = required(call, "PolicyDocument")
    if len(document) > LIMITS[IDENTITY]:
        raise GatewayError(
            "InvalidParameter.PolicyDocument.Length",
            f"The policy document has {len(document):,} characters, and may have {LIMITS[IDENTITY]:,}.",
            choice="document-length",
        )
    flaw = documents.flaw(document, IDENTITY)
    if flaw:
        raise GatewayError("MalformedPolicyDocument", f"{flaw}.")
    return document


def custom_policy(state: State, call: Call) -> Policy:
    """The custom policy that PolicyName names."""
    return _policy(state, CUSTOM, policy_name(call))


def policy_of_type(state: State, call: Call) -> Policy:
    """The policy that PolicyType and PolicyName name."""
    return _policy(state, policy_type(call), policy_name(call))


def custom_resource(state: State, call: Call) -> Sequence[str]:
    """What an operation on a custom policy is authorised on."""
    return (state.arn(f"policy/{policy_name(call)}"),)


def policy_resource(state: State, call: Call) -> Sequence[str]:
    """What an operation on a policy of either type is authorised on."""
    if policy_type(call) == SYSTEM:
        return (f"acs:ram::system:policy/{policy_name(call)}",)
    return custom_resource(state, call)


def entity_named(call: Call, kind: str) -> Entity:
    """The user, group or role that UserName, GroupName or RoleName names, whether or not it exists."""
    return Entity(kind, _name(call, f"{kind.capitalize()}Name", _ENTITY_NAME, 64))


def existing(state: State, call: Call, kind: str) -> Entity:
    """The user, group or role that is named and exists."""
    entity = entity_named(call, kind)
    if entity.name not in state.directory.entities(kind):
        raise GatewayError(f"EntityNotExist.{kind.capitalize()}", f"There is no {kind} {entity.name}.")
    return entity


def entity_resource(state: State, call: Call, kind: str) -> str:
    """What an operation on a user, group or role is authorised on."""
    return state.arn(str(entity_named(call, kind)))


def checked_text(call: Call, name: str, longest: int, code: str) -> str:
    """An optional text; empty where it is missing."""
    text = call.parameters.get(name, "")
    if len(text) > longest:
        raise GatewayError(
            f"InvalidParameter.{code}.Length", f"The parameter {name} has {len(text):,} characters of {longest:,}."
        )
    return text


def page(call: Call, items: Sequence[_Item], *, size: str, token: str, default: int, most: int) -> tuple[Any, Any]:
    """One page of a list.

    Args:
        call: The call.
        items: The whole list.
        size: The parameter that says how many items are wanted.
        token: The parameter that says where to go on.
        default: How many there are without `size`.
        most: How many there are at most.

    Returns:
        The items of the page, and the token of the next one; None after the last.
    """
    count = integer(call, size, default=default, low=1, high=most)
    start = integer(call, token, default=0, low=0, high=len(items))
    end = start + count
    return items[start:end], str(end) if end < len(items) else None


def _policy(state: State, type_: str, name: str) -> Policy:
    policy = state.directory.policies_of_type(type_).get(name)
    if policy is None:
        raise GatewayError(
            "EntityNotExist.Policy",
            f"There is no {type_.lower()} policy {name}.",
            choice="system-policies" if type_ == SYSTEM else None,
        )
    return policy


def _name(call: Call, parameter: str, form: re.Pattern[str], longest: int) -> str:
    name = required(call, parameter)
    if len(name) > longest:
        raise GatewayError(
            f"InvalidParameter.{parameter}.Length",
            f"The parameter {parameter} has {len(name):,} characters, and may have {longest}.",
        )
    if not form.fullmatch(name):
        raise GatewayError(
            f"InvalidParameter.{parameter}.InvalidChars",
            f"The parameter {parameter} has characters that are not allowed in it.",
        )
    return name
