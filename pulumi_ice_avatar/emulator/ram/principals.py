"""Users with access keys, and roles: enough to have somebody to attach policies to. Groups come from the seed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.clock import now
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import Entity, Role, User
from pulumi_ice_avatar.emulator.operation import Call, Operation, integer, required
from pulumi_ice_avatar.emulator.ram.parameters import checked_text, entity_named, entity_resource, existing
from pulumi_ice_avatar.emulator.ram.tags import tags_in
from pulumi_ice_avatar.emulator.state import AccessKey, State

__all__ = ["PRINCIPALS"]

#: AlibabaCloudDocs/ram@20c6e869:cn.zh-CN/API参考/错误代码表.md
_MOST_KEYS = 2


def _create_user(state: State, call: Call) -> dict[str, Any]:
    user = User(
        _new(state, call, "user"),
        display_name=checked_text(call, "DisplayName", 128, "DisplayName"),
        comments=checked_text(call, "Comments", 128, "Comments"),
    )
    state.directory.users[user.name] = user
    return {"User": _shown_user(user)}


def _get_user(state: State, call: Call) -> dict[str, Any]:
    return {"User": _shown_user(state.directory.users[existing(state, call, "user").name])}


def _delete_user(state: State, call: Call) -> dict[str, Any]:
    user = existing(state, call, "user")
    for family, left in (
        ("Group", state.directory.groups_of(user.name)),
        ("AccessKey", _keys_of(state, user)),
        ("Policy", state.directory.attached_to(user)),
    ):
        if left:
            raise GatewayError(f"DeleteConflict.User.{family}", f"{user} still has {len(left)} of this kind: {family}.")
    del state.directory.users[user.name]
    return {}


def _create_access_key(state: State, call: Call) -> dict[str, Any]:
    user = existing(state, call, "user")
    if len(_keys_of(state, user)) >= _MOST_KEYS:
        raise GatewayError("LimitExceeded.User.AccessKey", f"{user} has {_MOST_KEYS} access keys, which is all it can.")
    key = AccessKey(
        id=f"emulator-{secrets.token_hex(8)}",
        secret=f"emulator-secret-{secrets.token_hex(16)}",
        principal=str(user),
    )
    state.access_keys[key.id] = key
    return {
        "AccessKey": {
            "AccessKeyId": key.id,
            "AccessKeySecret": key.secret,
            "Status": "Active",
            "CreateDate": now(),
        }
    }


def _delete_access_key(state: State, call: Call) -> dict[str, Any]:
    user, id_ = existing(state, call, "user"), required(call, "UserAccessKeyId")
    if id_ not in _keys_of(state, user):
        raise GatewayError("EntityNotExist.User.AccessKey", f"{user} has no access key of this id.")
    del state.access_keys[id_]
    return {}


def _create_role(state: State, call: Call) -> dict[str, Any]:
    name, document = _new(state, call, "role"), required(call, "AssumeRolePolicyDocument")
    flaw = documents.flaw(document, "trust")
    if flaw:
        raise GatewayError("MalformedPolicyDocument", f"{flaw}.")
    role = Role(
        name,
        document,
        description=checked_text(call, "Description", 1024, "Description"),
        max_session_duration=integer(call, "MaxSessionDuration", default=3600, low=3600, high=43200),
        tags=tags_in(call),
    )
    state.directory.roles[name] = role
    return {"Role": _shown_role(state, role)}


def _get_role(state: State, call: Call) -> dict[str, Any]:
    return {"Role": _shown_role(state, state.directory.roles[existing(state, call, "role").name])}


def _delete_role(state: State, call: Call) -> dict[str, Any]:
    role = existing(state, call, "role")
    if state.directory.attached_to(role):
        raise GatewayError("DeleteConflict.Role.Policy", f"{role} still has policies attached.")
    del state.directory.roles[role.name]
    # Its sessions end with it (choice: deleted-roles).
    for keys in (state.access_keys, state.sessions):
        for key in list(keys.values()):
            if key.principal.startswith(f"assumed-role/{role.name}/"):
                del keys[key.id]
    return {}


def _new(state: State, call: Call, kind: str) -> str:
    entity = entity_named(call, kind)
    if entity.name in state.directory.entities(kind):
        raise GatewayError(f"EntityAlreadyExists.{kind.capitalize()}", f"There is a {kind} {entity.name} already.")
    return entity.name


def _keys_of(state: State, user: Entity) -> list[str]:
    return [key.id for key in state.access_keys.values() if key.principal == str(user)]


def _shown_user(user: User) -> dict[str, Any]:
    return {
        "UserId": Entity("user", user.name).id,
        "UserName": user.name,
        "DisplayName": user.display_name,
        "Comments": user.comments,
        "CreateDate": user.created,
    }


def _shown_role(state: State, role: Role) -> dict[str, Any]:
    entity = Entity("role", role.name)
    return {
        "RoleId": entity.id,
        "RoleName": role.name,
        "Arn": state.arn(str(entity)),
        "Description": role.description,
        "AssumeRolePolicyDocument": role.trust_policy,
        "MaxSessionDuration": role.max_session_duration,
        "CreateDate": role.created,
    }


def _named(kind: str) -> Callable[[State, Call], Sequence[str]]:
    return lambda state, call: (entity_resource(state, call, kind),)


def _any(kind: str) -> Callable[[State, Call], Sequence[str]]:
    return lambda state, _: (state.arn(f"{kind}/*"),)


PRINCIPALS = {
    "CreateUser": Operation("ram:CreateUser", _create_user, _any("user"), changes=True),
    "GetUser": Operation("ram:GetUser", _get_user, _named("user")),
    "DeleteUser": Operation("ram:DeleteUser", _delete_user, _named("user"), changes=True),
    "CreateAccessKey": Operation("ram:CreateAccessKey", _create_access_key, _named("user"), changes=True),
    "DeleteAccessKey": Operation("ram:DeleteAccessKey", _delete_access_key, _named("user"), changes=True),
    "CreateRole": Operation("ram:CreateRole", _create_role, _any("role"), changes=True),
    "GetRole": Operation("ram:GetRole", _get_role, _named("role")),
    "DeleteRole": Operation("ram:DeleteRole", _delete_role, _named("role"), changes=True),
}
