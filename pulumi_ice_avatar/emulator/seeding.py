"""A seed made into state, and state into a seed: the format of the state file is that of the seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.clock import now, seconds, text
from pulumi_ice_avatar.emulator.directory import (
    CUSTOM,
    Attachment,
    Directory,
    Entity,
    Group,
    Policy,
    Role,
    User,
    Version,
)
from pulumi_ice_avatar.emulator.state import AccessKey, State

__all__ = ["seed_of", "state_of"]


def state_of(seed: Mapping[str, Any]) -> State:
    """The state that a checked seed describes."""
    return State(
        account_id=seed.get("accountId", "1000000000000001"),
        access_keys=map(_access_key, seed["accessKeys"]),
        sessions=map(_access_key, seed.get("sessions", ())),
        avatars=seed.get("avatars", ()),
        system_avatars=[dict(avatar) for avatar in seed.get("systemAvatars", ())],
        directory=_directory(seed),
    )


def seed_of(state: State, *, sessions: bool) -> dict[str, Any]:
    """A seed that describes all of a state; nothing in it changes with the state later on.

    Args:
        state: The state.
        sessions: Whether the temporary access keys belong to it.
    """
    with state.lock:
        directory = state.directory
        return {
            "accountId": state.account_id,
            "accessKeys": [_access_key_record(key) for key in state.access_keys.values()],
            **({"sessions": [_access_key_record(key) for key in state.sessions.values()]} if sessions else {}),
            "users": [
                _record(
                    userName=user.name, displayName=user.display_name, comments=user.comments, createDate=user.created
                )
                for user in directory.users.values()
            ],
            "groups": [
                _record(groupName=group.name, comments=group.comments, members=list(group.members))
                for group in directory.groups.values()
            ],
            "roles": [_role_record(role) for role in directory.roles.values()],
            "policies": [_policy_record(policy) for policy in directory.policies.values()],
            "attachments": [
                {"policyType": policy.type, "policyName": policy.name, "to": str(entity), "attachDate": date}
                for entity in directory.attachments
                for policy, date in directory.attached_to(entity)
            ],
            "avatars": state.avatars.snapshot(),
            "systemAvatars": [dict(avatar) for avatar in state.system_avatars],
        }


def _access_key(key: Mapping[str, Any]) -> AccessKey:
    return AccessKey(
        id=key["accessKeyId"],
        secret=key["accessKeySecret"],
        active=key.get("status", "Active") == "Active",
        security_token=key.get("securityToken"),
        expiration=seconds(key["expiration"]) if "expiration" in key else None,
        principal=key.get("principal", "root"),
        session_policy=documents.text(key["sessionPolicy"]) if "sessionPolicy" in key else None,
    )


def _access_key_record(key: AccessKey) -> dict[str, Any]:
    return _record(
        accessKeyId=key.id,
        accessKeySecret=key.secret,
        status="Active" if key.active else "Inactive",
        securityToken=key.security_token,
        expiration=None if key.expiration is None else text(key.expiration),
        principal=key.principal,
        sessionPolicy=key.session_policy,
    )


def _directory(seed: Mapping[str, Any]) -> Directory:
    directory = Directory(
        users={each["userName"]: _user(each) for each in seed.get("users", ())},
        groups={
            each["groupName"]: Group(each["groupName"], each.get("comments", ""), tuple(each.get("members", ())))
            for each in seed.get("groups", ())
        },
        roles={each["roleName"]: _role(each) for each in seed.get("roles", ())},
        policies={each["policyName"]: _policy(each) for each in seed.get("policies", ())},
    )
    for each in seed.get("attachments", ()):
        policy = directory.policies_of_type(each.get("policyType", CUSTOM))[each["policyName"]]
        attached = directory.attachments.setdefault(Entity.parse(each["to"]), {})
        attached[policy.key] = Attachment(policy, each.get("attachDate") or now())
    return directory


def _user(record: Mapping[str, Any]) -> User:
    return User(
        record["userName"],
        display_name=record.get("displayName", ""),
        comments=record.get("comments", ""),
        created=record.get("createDate") or now(),
    )


def _role(record: Mapping[str, Any]) -> Role:
    return Role(
        record["roleName"],
        trust_policy=documents.text(record["trustPolicy"]),
        description=record.get("description", ""),
        max_session_duration=record.get("maxSessionDuration", 3600),
        tags=dict(record.get("tags", {})),
        created=record.get("createDate") or now(),
    )


def _role_record(role: Role) -> dict[str, Any]:
    return _record(
        roleName=role.name,
        trustPolicy=role.trust_policy,
        description=role.description,
        maxSessionDuration=role.max_session_duration,
        tags=dict(role.tags),
        createDate=role.created,
    )


def _policy(record: Mapping[str, Any]) -> Policy:
    name, created = record["policyName"], record.get("createDate") or now()
    written = record.get("versions") or [{"versionId": "v1", "document": record.get("document")}]
    versions = sorted(
        (
            Version(each["versionId"], name, documents.text(each["document"]), each.get("createDate") or created)
            for each in written
        ),
        key=lambda version: version.number,
    )
    return Policy(
        name,
        versions={version.id: version for version in versions},
        default_id=record.get("defaultVersion", versions[-1].id),
        description=record.get("description", ""),
        tags=dict(record.get("tags", {})),
        created=created,
        updated=record.get("updateDate") or created,
        next_number=record.get("nextVersion", versions[-1].number + 1),
    )


def _policy_record(policy: Policy) -> dict[str, Any]:
    return _record(
        policyName=policy.name,
        description=policy.description,
        tags=dict(policy.tags),
        versions=[
            {"versionId": version.id, "document": version.document, "createDate": version.created}
            for version in policy.versions.values()
        ],
        defaultVersion=policy.default_id,
        nextVersion=policy.next_number,
        createDate=policy.created,
        updateDate=policy.updated,
    )


def _record(**members: Any) -> dict[str, Any]:
    """A record without what is empty, which is what a seed leaves out too."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
