"""Policies: make, read, list, describe and delete them."""

from __future__ import annotations

from typing import Any

from pulumi_ice_avatar.emulator.clock import now
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import CUSTOM, SYSTEM, Policy, Version
from pulumi_ice_avatar.emulator.operation import Call, Operation, boolean
from pulumi_ice_avatar.emulator.ram.parameters import (
    checked_text,
    custom_policy,
    custom_resource,
    page,
    policy_document,
    policy_name,
    policy_of_type,
    policy_resource,
    policy_type,
)
from pulumi_ice_avatar.emulator.ram.tags import has_tags, tags_in
from pulumi_ice_avatar.emulator.state import State

__all__ = ["POLICIES"]

#: https://www.alibabacloud.com/help/en/ram/product-overview/limits
_MOST = 1500
_LONGEST_DESCRIPTION = 1024

#: A policy that is still attached says so by the kind of what it is attached to (choice: policy-of-a-role).
_STILL_ATTACHED = {
    "user": "DeleteConflict.Policy.User",
    "group": "DeleteConflict.Policy.Group",
    "role": "DeleteConflict.Role.Policy",
}


def _create(state: State, call: Call) -> dict[str, Any]:
    name, document = policy_name(call), policy_document(call)
    description = checked_text(call, "Description", _LONGEST_DESCRIPTION, "Description")
    tags = tags_in(call)
    policies = state.directory.policies
    if name in policies:
        raise GatewayError("EntityAlreadyExists.Policy", f"There is a custom policy {name} already.")
    if len(policies) >= _MOST:
        raise GatewayError("LimitExceeded.Policy", f"An account has at most {_MOST:,} custom policies.")
    policies[name] = policy = Policy(
        name, {"v1": Version("v1", name, document)}, "v1", description=description, tags=tags
    )
    return {"Policy": _summary(policy, "CreateDate")}


def _get(state: State, call: Call) -> dict[str, Any]:
    policy = policy_of_type(state, call)
    version = policy.default
    return {
        "Policy": {
            **_summary(policy, "CreateDate", "UpdateDate"),
            "AttachmentCount": len(state.directory.attachments_of(policy)),
            # A relic: the document is that of the version.
            "PolicyDocument": "N/A",
        },
        "DefaultPolicyVersion": {
            "VersionId": version.id,
            "IsDefaultVersion": True,
            "PolicyDocument": version.document,
            "CreateDate": version.created,
        },
    }


def _list(state: State, call: Call) -> dict[str, Any]:
    types = (policy_type(call),) if call.parameters.get("PolicyType") else (CUSTOM, SYSTEM)
    wanted = tags_in(call)
    policies = [
        policy
        for type_ in types
        for policy in state.directory.policies_of_type(type_).values()
        if has_tags(policy.tags, wanted)
    ]
    items, marker = page(call, policies, size="MaxItems", token="Marker", default=100, most=1000)
    listed = [
        {
            **_summary(policy, "CreateDate", "UpdateDate"),
            "AttachmentCount": len(state.directory.attachments_of(policy)),
            "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in policy.tags.items()]},
        }
        for policy in items
    ]
    more = {} if marker is None else {"Marker": marker}
    return {"Policies": {"Policy": listed}, "IsTruncated": marker is not None, **more}


def _describe(state: State, call: Call) -> dict[str, Any]:
    policy = custom_policy(state, call)
    # An empty one removes it (choice: empty-description).
    policy.description = checked_text(call, "NewDescription", _LONGEST_DESCRIPTION, "Description")
    policy.updated = now()
    return {"Policy": _summary(policy, "CreateDate", "UpdateDate")}


def _delete(state: State, call: Call) -> dict[str, Any]:
    policy, cascading = custom_policy(state, call), boolean(call, "CascadingDelete")
    for entity, _ in state.directory.attachments_of(policy):
        code = _STILL_ATTACHED[entity.kind]
        raise GatewayError(
            code,
            f"The policy {policy.name} is attached to {entity}.",
            choice="policy-of-a-role" if entity.kind == "role" else None,
        )
    if len(policy.versions) > 1 and not cascading:
        raise GatewayError("DeleteConflict.Policy.Version", f"The policy {policy.name} has more than one version.")
    del state.directory.policies[policy.name]
    return {}


def _summary(policy: Policy, *dates: str) -> dict[str, Any]:
    known = {"CreateDate": policy.created, "UpdateDate": policy.updated}
    return {
        "PolicyName": policy.name,
        "PolicyType": policy.type,
        "Description": policy.description,
        "DefaultVersion": policy.default_id,
        **{name: known[name] for name in dates},
    }


def _all_policies(state: State, _: Call) -> tuple[str]:
    return (state.arn("policy/*"),)


POLICIES = {
    "CreatePolicy": Operation("ram:CreatePolicy", _create, _all_policies, changes=True),
    "GetPolicy": Operation("ram:GetPolicy", _get, policy_resource),
    "ListPolicies": Operation("ram:ListPolicies", _list, _all_policies),
    "UpdatePolicyDescription": Operation("ram:UpdatePolicyDescription", _describe, custom_resource, changes=True),
    "DeletePolicy": Operation("ram:DeletePolicy", _delete, custom_resource, changes=True),
}
