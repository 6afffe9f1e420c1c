"""Attaching policies to users, groups and roles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from pulumi_ice_avatar.emulator.clock import now
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import CUSTOM, SYSTEM, Attachment, Entity
from pulumi_ice_avatar.emulator.operation import Call, Operation
from pulumi_ice_avatar.emulator.ram.parameters import entity_resource, existing, policy_of_type, policy_resource
from pulumi_ice_avatar.emulator.state import State

__all__ = ["ATTACHMENTS"]

#: Policies of a type that one user, group or role can have:
#: https://www.alibabacloud.com/help/en/ram/product-overview/limits
_MOST = {CUSTOM: 10, SYSTEM: 20}

_KINDS = ("user", "group", "role")


def _attach(kind: str, state: State, call: Call) -> dict[str, Any]:
    policy, entity = policy_of_type(state, call), existing(state, call, kind)
    family = f"{kind.capitalize()}.Policy"
    attached = state.directory.attachments.get(entity, {})
    if policy.key in attached:
        raise GatewayError(
            f"EntityAlreadyExists.{family}", f"The policy {policy.name} is attached to {entity} already."
        )
    most = _MOST[policy.type]
    if sum(each.policy.type == policy.type for each in attached.values()) >= most:
        raise GatewayError(
            f"LimitExceeded.{family}", f"{entity} has {most} {policy.type.lower()} policies, which is all it can."
        )
    state.directory.attachments[entity] = {**attached, policy.key: Attachment(policy, now())}
    return {}


def _detach(kind: str, state: State, call: Call) -> dict[str, Any]:
    policy, entity = policy_of_type(state, call), existing(state, call, kind)
    attached = state.directory.attachments.get(entity, {})
    if policy.key not in attached:
        raise GatewayError(
            f"EntityNotExist.{kind.capitalize()}.Policy", f"The policy {policy.name} is not attached to {entity}."
        )
    del attached[policy.key]
    return {}


def _policies_of(kind: str, state: State, call: Call) -> dict[str, Any]:
    listed = [
        {
            "PolicyName": policy.name,
            "PolicyType": policy.type,
            "Description": policy.description,
            "DefaultVersion": policy.default_id,
            "AttachDate": date,
        }
        for policy, date in state.directory.attached_to(existing(state, call, kind))
    ]
    return {"Policies": {"Policy": listed}}


def _entities(state: State, call: Call) -> dict[str, Any]:
    found: dict[str, list[dict[str, str]]] = {kind: [] for kind in _KINDS}
    for entity, date in state.directory.attachments_of(policy_of_type(state, call)):
        found[entity.kind].append({**_shown(state, entity), "AttachDate": date})
    return {f"{kind.capitalize()}s": {kind.capitalize(): listed} for kind, listed in found.items()}


def _shown(state: State, entity: Entity) -> dict[str, str]:
    directory, name = state.directory, entity.name
    if entity.kind == "user":
        return {"UserId": entity.id, "UserName": name, "DisplayName": directory.users[name].display_name}
    if entity.kind == "group":
        return {"GroupName": name, "Comments": directory.groups[name].comments}
    description = directory.roles[name].description
    return {"RoleId": entity.id, "RoleName": name, "Arn": state.arn(str(entity)), "Description": description}


def _both(kind: str, state: State, call: Call) -> Sequence[str]:
    return (entity_resource(state, call, kind), *policy_resource(state, call))


def _holder(kind: str, state: State, call: Call) -> Sequence[str]:
    return (entity_resource(state, call, kind),)


_VERBS = {
    "AttachPolicyTo": (_attach, _both, True),
    "DetachPolicyFrom": (_detach, _both, True),
    "ListPoliciesFor": (_policies_of, _holder, False),
}

ATTACHMENTS = {
    f"{verb}{kind.capitalize()}": Operation(
        f"ram:{verb}{kind.capitalize()}", partial(answer, kind), partial(resources, kind), changes
    )
    for verb, (answer, resources, changes) in _VERBS.items()
    for kind in _KINDS
}
ATTACHMENTS["ListEntitiesForPolicy"] = Operation("ram:ListEntitiesForPolicy", _entities, policy_resource)
