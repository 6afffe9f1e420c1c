"""The versions of a policy: up to five, of which one is in force."""

from __future__ import annotations

import re
from typing import Any

from pulumi_ice_avatar.emulator.clock import now
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import Policy, Version
from pulumi_ice_avatar.emulator.operation import Call, Operation, boolean, required
from pulumi_ice_avatar.emulator.ram.parameters import (
    custom_policy,
    custom_resource,
    policy_document,
    policy_of_type,
    policy_resource,
)
from pulumi_ice_avatar.emulator.state import State

__all__ = ["VERSIONS"]

#: https://www.alibabacloud.com/help/en/ram/product-overview/limits
_MOST = 5

_ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"


def _create(state: State, call: Call) -> dict[str, Any]:
    policy, document = custom_policy(state, call), policy_document(call)
    in_force, rotate = boolean(call, "SetAsDefault"), _rotates(call)
    if len(policy.versions) >= _MOST:
        if not rotate:
            raise GatewayError(
                "LimitExceeded.Policy.Version", f"The policy {policy.name} has {_MOST} versions, which is all it can."
            )
        del policy.versions[next(id_ for id_ in policy.versions if id_ != policy.default_id)]
    version = Version(f"v{policy.next_number}", policy.name, document)
    policy.next_number += 1
    policy.versions[version.id] = version
    if in_force:
        policy.default_id = version.id
    policy.updated = now()
    return {"PolicyVersion": _shown(policy, version)}


def _rotates(call: Call) -> bool:
    strategy = call.parameters.get("RotateStrategy", "None")
    if strategy not in ("None", _ROTATE):
        raise GatewayError(
            "InvalidParameter", f"The parameter RotateStrategy is None or {_ROTATE}.", choice="ram-parameters"
        )
    return strategy == _ROTATE


def _get(state: State, call: Call) -> dict[str, Any]:
    policy = policy_of_type(state, call)
    return {"PolicyVersion": _shown(policy, _version(policy, call))}


def _list(state: State, call: Call) -> dict[str, Any]:
    policy = policy_of_type(state, call)
    newest_first = reversed(policy.versions.values())
    return {"PolicyVersions": {"PolicyVersion": [_shown(policy, version) for version in newest_first]}}


def _set_default(state: State, call: Call) -> dict[str, Any]:
    policy = custom_policy(state, call)
    policy.default_id = _version(policy, call).id
    policy.updated = now()
    return {}


def _delete(state: State, call: Call) -> dict[str, Any]:
    policy = custom_policy(state, call)
    version = _version(policy, call)
    if version.id == policy.default_id:
        raise GatewayError(
            "DeleteConflict.Policy.Version.Default", f"The version {version.id} of {policy.name} is the one in force."
        )
    del policy.versions[version.id]
    return {}


def _version(policy: Policy, call: Call) -> Version:
    id_ = required(call, "VersionId")
    if not re.fullmatch("v[1-9][0-9]{0,8}", id_):
        raise GatewayError("InvalidParameter.VersionId.Format", "The parameter VersionId is written like v1.")
    version = policy.versions.get(id_)
    if version is None:
        raise GatewayError("EntityNotExist.Policy.Version", f"The policy {policy.name} has no version {id_}.")
    return version


def _shown(policy: Policy, version: Version) -> dict[str, Any]:
    return {
        "VersionId": version.id,
        "IsDefaultVersion": version.id == policy.default_id,
        "PolicyDocument": version.document,
        "CreateDate": version.created,
    }


VERSIONS = {
    "CreatePolicyVersion": Operation("ram:CreatePolicyVersion", _create, custom_resource, changes=True),
    "GetPolicyVersion": Operation("ram:GetPolicyVersion", _get, policy_resource),
    "ListPolicyVersions": Operation("ram:ListPolicyVersions", _list, policy_resource),
    "SetDefaultPolicyVersion": Operation("ram:SetDefaultPolicyVersion", _set_default, custom_resource, changes=True),
    "DeletePolicyVersion": Operation("ram:DeletePolicyVersion", _delete, custom_resource, changes=True),
}
