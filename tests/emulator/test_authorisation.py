"""What callers may do is what their policies say, decided anew for every call."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import AvatarClient
from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.choices import CHOICES
from pulumi_ice_avatar.emulator.directory import Entity
from pulumi_ice_avatar.errors import PermissionDeniedError
from pulumi_ice_avatar.ram.applying.account import Account, Target
from pulumi_ice_avatar.ram.templating import template
from tests.emulator import ram_calls
from tests.emulator.conftest import ram_sdk
from tests.emulator.wire import Reply, call

ACCOUNT = "1000000000000001"
GET_AVATAR = {"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


def world(*policies: dict[str, Any], to: str = "user/caller", **key: Any) -> dict[str, Any]:
    """A seed with a caller who has these policies."""
    return {
        "accountId": ACCOUNT,
        "accessKeys": [
            {"accessKeyId": "root-key-id", "accessKeySecret": "root-key-secret"},
            {"accessKeyId": "key", "accessKeySecret": "secret", "principal": "user/caller", **key},
        ],
        "users": [{"userName": "caller"}, {"userName": "other"}],
        "groups": [{"groupName": "callers", "members": ["caller"]}, {"groupName": "others", "members": ["other"]}],
        "roles": [
            {
                "roleName": "studio",
                "trustPolicy": document(
                    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
                ),
            }
        ],
        "policies": [{"policyName": f"p{number}", "document": policy} for number, policy in enumerate(policies)],
        "attachments": [{"policyName": f"p{number}", "to": to} for number in range(len(policies))],
        "avatars": [{"AvatarId": "Avatar-XXXX"}],
    }


def ask(emulator: Emulator, action: str = "GetAvatar", parameters: dict[str, str] | None = None, **more: Any) -> Reply:
    version = "2020-11-09" if "Avatar" in action else "2015-05-01"
    options = {"key": "key", "secret": "secret", "x_acs_action": action, "x_acs_version": version, **more}
    return call(emulator.endpoint, parameters, **options)


def decided(seed: dict[str, Any], **more: Any) -> tuple[int, dict[str, Any]]:
    """The status of a look-up, and its AccessDeniedDetail."""
    with Emulator(seed) as emulator:
        reply = ask(emulator, **more)
    return reply.status, reply.json.get("AccessDeniedDetail", {})


def test_without_a_policy_nothing_is_allowed() -> None:
    status, detail = decided(world())

    assert status == 403
    assert detail == {
        "AuthAction": "ice:GetAvatar",
        "AuthPrincipalType": "SubUser",
        "AuthPrincipalOwnerId": ACCOUNT,
        "AuthPrincipalDisplayName": Entity("user", "caller").id,
        "PolicyType": "AccountLevelIdentityBasedPolicy",
        "NoPermissionType": "ImplicitDeny",
    }


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("user/caller", 200),
        ("group/callers", 200),
        ("user/other", 403),
        ("group/others", 403),
        ("role/studio", 403),
    ],
)
def test_the_policies_of_a_user_and_of_its_groups_count(to: str, status: int) -> None:
    assert decided(world(document(GET_AVATAR), to=to))[0] == status


@pytest.mark.parametrize(("to", "status"), [("role/studio", 200), ("user/caller", 403)])
def test_the_policies_of_a_role_count_for_its_sessions(to: str, status: int) -> None:
    session = {"principal": "assumed-role/studio/morning", "securityToken": "token"}
    seed = world(document(GET_AVATAR), to=to, **session)

    got, detail = decided(seed, x_acs_security_token="token")

    assert got == status
    if status == 403:
        assert (detail["AuthPrincipalType"], detail["AuthPrincipalDisplayName"]) == (
            "AssumedRoleUser",
            "studio:morning",
        )


def test_a_denial_wins() -> None:
    status, detail = decided(world(document(GET_AVATAR), document({**GET_AVATAR, "Effect": "Deny"})))

    assert (status, detail["NoPermissionType"]) == (403, "ExplicitDeny")


def test_other_actions_stay_forbidden() -> None:
    with Emulator(world(document(GET_AVATAR))) as emulator:
        assert ask(emulator, "GetAvatar").status == 200
        assert ask(emulator, "ListAvatars", {}).code == "NoPermission"
        assert ask(emulator, "ListSmartSysAvatarModels", {}).code == "NoPermission"


def test_root_may_do_everything() -> None:
    with Emulator(world(document({"Effect": "Deny", "Action": "*", "Resource": "*"}))) as emulator:
        root = {"key": "root-key-id", "secret": "root-key-secret"}
        assert ask(emulator, **root).status == 200
        assert ask(emulator, "DeleteRole", {"RoleName": "studio"}, **root).status == 200


def test_a_missing_avatar_is_no_secret_of_those_who_may_not_look() -> None:
    with Emulator(world()) as emulator:
        assert ask(emulator, parameters={"AvatarId": "Avatar-Nobody"}).code == "NoPermission"


@pytest.mark.parametrize("policy", ["narrow", "wide"])
@pytest.mark.parametrize("session_policy", ["narrow", "none", "denying"])
def test_a_session_policy_narrows(policy: str, session_policy: str) -> None:
    documents = {
        "narrow": document(GET_AVATAR),
        "wide": document({**GET_AVATAR, "Action": "ice:*"}),
        "denying": document({**GET_AVATAR, "Effect": "Deny"}, {**GET_AVATAR, "Action": "ice:*"}),
    }
    key = {"principal": "assumed-role/studio/morning", "securityToken": "token"}
    if session_policy != "none":
        key["sessionPolicy"] = documents[session_policy]
    with Emulator(world(documents[policy], to="role/studio", **key)) as emulator:
        replies = [ask(emulator, action, x_acs_security_token="token") for action in ("GetAvatar", "ListAvatars")]

    allowed = {"narrow": {"GetAvatar"}, "wide": {"GetAvatar", "ListAvatars"}}[policy]
    allowed &= {"narrow": {"GetAvatar"}, "none": {"GetAvatar", "ListAvatars"}, "denying": {"ListAvatars"}}[
        session_policy
    ]
    assert [reply.status == 200 for reply in replies] == ["GetAvatar" in allowed, "ListAvatars" in allowed]
    refusals = [reply.json["AccessDeniedDetail"] for reply in replies if reply.status == 403]
    for detail in refusals:
        by_session = session_policy != "none" and (policy == "wide" or detail["AuthAction"] == "ice:GetAvatar")
        assert detail["PolicyType"] == ("SessionPolicy" if by_session else "AccountLevelIdentityBasedPolicy")


def _moment(**offset: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(**offset)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"acs:SourceIp": "127.0.0.0/8"}}, 200),
        ({"IpAddress": {"acs:SourceIp": ["203.0.113.0/24", "127.0.0.1"]}}, 200),
        ({"IpAddress": {"acs:SourceIp": "203.0.113.0/24"}}, 403),
        ({"NotIpAddress": {"acs:SourceIp": "203.0.113.0/24"}}, 200),
        ({"Bool": {"acs:SecureTransport": "false"}}, 200),
        ({"Bool": {"acs:SecureTransport": "true"}}, 403),
        ({"DateLessThan": {"acs:CurrentTime": _moment(days=1)}}, 200),
        ({"DateLessThan": {"acs:CurrentTime": _moment(days=-1)}}, 403),
        ({"DateGreaterThan": {"acs:CurrentTime": _moment(days=-1)}}, 200),
        ({"Bool": {"acs:MFAPresent": "true"}}, 403),
        ({"Bool": {"acs:MFAPresent": "false"}}, 403),
        ({"StringEquals": {"acs:SourceVpc": "vpc-1"}}, 403),
        ({"StringNotEquals": {"acs:SourceVpc": "vpc-1"}}, 200),
    ],
)
def test_conditions(condition: dict[str, Any], status: int) -> None:
    assert decided(world(document({**GET_AVATAR, "Condition": condition})))[0] == status


def test_a_refusal_names_the_nearest_miss() -> None:
    condition = {"IpAddress": {"acs:SourceIp": "203.0.113.0/24"}}
    with Emulator(world(document({**GET_AVATAR, "Condition": condition}))) as emulator:
        reply = ask(emulator)

    assert reply.json["Message"].startswith(
        "user/caller is not authorized to perform ice:GetAvatar on *: no statement of the identity policies allows it; "
        "policy p0 statement 0: acs:SourceIp is 127.0.0.1, which does not meet IpAddress 203.0.113.0/24. (code chosen"
    )


def test_what_cannot_be_decided_is_refused() -> None:
    condition = {"NumericLessThan": {"acs:SourceIp": "5"}}
    with Emulator(world(document({**GET_AVATAR, "Condition": condition}))) as emulator:
        reply = ask(emulator)

    assert (reply.status, reply.code) == (403, "NoPermission")
    assert "acs:SourceIp" in reply.json["Message"]
    assert CHOICES["undecidable"].known in reply.json["Message"]


def test_a_change_is_in_force_with_the_next_call(emulator: Emulator) -> None:
    client = ram_sdk(emulator)
    caller = {"key": "bruno-key-id", "secret": "bruno-key-secret"}
    name = {"PolicyName": "new"}
    pair = {**name, "PolicyType": "Custom", "UserName": "bruno"}

    def look_up() -> int:
        return call(emulator.endpoint, **caller).status

    statuses = [look_up()]
    for operation, parameters in (
        ("CreatePolicy", {**name, "PolicyDocument": json.dumps(document(GET_AVATAR))}),
        ("AttachPolicyToUser", pair),
        ("CreatePolicyVersion", {**name, "PolicyDocument": json.dumps(document({**GET_AVATAR, "Effect": "Deny"}))}),
        ("SetDefaultPolicyVersion", {**name, "VersionId": "v2"}),
        ("SetDefaultPolicyVersion", {**name, "VersionId": "v1"}),
        ("DetachPolicyFromUser", pair),
    ):
        ram_calls.ask(client, operation, **parameters)
        statuses.append(look_up())

    assert statuses == [403, 403, 200, 200, 403, 200, 403]


# RAM's own operations


def _allowed(action: str, *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": list(resources)}


ATTACH = {"PolicyType": "Custom", "PolicyName": "p0", "UserName": "other"}
TAGS = {"ResourceType": "policy", "ResourceNames": '["p0", "p1"]'}


@pytest.mark.parametrize(
    ("action", "parameters", "needed"),
    [
        ("CreatePolicy", {"PolicyName": "new", "PolicyDocument": json.dumps(document(GET_AVATAR))}, ["policy/*"]),
        ("GetPolicy", {"PolicyType": "Custom", "PolicyName": "p0"}, ["policy/p0"]),
        ("ListPolicies", {}, ["policy/*"]),
        ("SetDefaultPolicyVersion", {"PolicyName": "p0", "VersionId": "v1"}, ["policy/p0"]),
        ("AttachPolicyToUser", ATTACH, ["user/other", "policy/p0"]),
        ("ListPoliciesForGroup", {"GroupName": "others"}, ["group/others"]),
        ("GetRole", {"RoleName": "studio"}, ["role/studio"]),
        ("CreateUser", {"UserName": "new"}, ["user/*"]),
        ("ListTagResources", TAGS, ["policy/p0", "policy/p1"]),
        ("ListTagResources", {"ResourceType": "role"}, ["role/*"]),
    ],
)
@pytest.mark.parametrize("region", ["*", ""])
def test_the_resources_of_ram(action: str, parameters: dict[str, str], needed: list[str], region: str) -> None:
    arns = [f"acs:ram:{region}:{ACCOUNT}:{each}" for each in needed]
    with Emulator(world(document(_allowed(f"ram:{action}", *arns)), document(GET_AVATAR))) as emulator:
        good = ask(emulator, action, parameters)
    lacking = []
    for index in range(len(arns)):
        others = [*arns[:index], *arns[index + 1 :], f"acs:ram:*:{ACCOUNT}:policy/another"]
        with Emulator(world(document(_allowed(f"ram:{action}", *others)), document(GET_AVATAR))) as emulator:
            lacking.append(ask(emulator, action, parameters))

    assert good.status == 200, good.json
    for reply, arn in zip(lacking, needed, strict=True):
        assert reply.code == "NoPermission"
        assert f"on acs:ram::{ACCOUNT}:{arn}:" in reply.json["Message"]
        assert "chosen by the emulator" not in reply.json["Message"], "RAM documents this code"
        assert reply.json["AccessDeniedDetail"]["AuthAction"] == f"ram:{action}"


def test_system_policies_are_resources_of_their_own() -> None:
    name = {"PolicyType": "System", "PolicyName": "AliyunICEFullAccess"}
    for arn, status in (("acs:ram:*:system:policy/*", 200), (f"acs:ram:*:{ACCOUNT}:policy/*", 403)):
        with Emulator(world(document(_allowed("ram:GetPolicy", arn)))) as emulator:
            assert ask(emulator, "GetPolicy", name).status == status


def test_a_custom_policy_is_not_reached_under_a_systems_name() -> None:
    """PolicyType is no parameter of this operation, so it must not decide what the call is authorised on."""
    policy = document(_allowed("ram:*", "acs:ram:*:system:policy/*"))
    with Emulator(world(policy)) as emulator:
        reply = ask(emulator, "DeletePolicy", {"PolicyType": "System", "PolicyName": "p0"})

    assert reply.code == "NoPermission"


# The project's own client


def _options(emulator: Emulator, key: str) -> dict[str, str]:
    secret = key.replace("-id", "-secret")
    return {"endpoint": emulator.endpoint, "ram_endpoint": emulator.endpoint, "access_key": key, "secret_key": secret}


def test_the_client_raises_permission_denied(emulator: Emulator) -> None:
    client = AvatarClient(settings.load(environment={}, **_options(emulator, "bruno-key-id")))

    with pytest.raises(PermissionDeniedError) as caught:
        client.get("Avatar-XXXX")

    assert (caught.value.code, caught.value.status) == ("NoPermission", 403)
    assert "user/bruno is not authorized to perform ice:GetAvatar on *" in str(caught.value)
    assert "ice-avatar templates show get-avatar" in str(caught.value)


def test_the_account_raises_permission_denied(emulator: Emulator) -> None:
    account = Account(settings.load(environment={}, service="ram", **_options(emulator, "bruno-key-id")))

    with pytest.raises(PermissionDeniedError) as caught:
        account.attach("get-avatar", Target("role", "studio"))

    assert "ram:AttachPolicyToRole" in str(caught.value)
    assert "policy-deployer" in str(caught.value)


def test_the_deployers_template_allows_what_applying_a_policy_calls() -> None:
    names = {"policies": ["acs:ram:*:*:policy/ice-avatar-*"], "attach_to": ["acs:ram:*:*:role/ice-avatar-*"]}
    seed = world(template("policy-deployer", **names))
    seed["roles"][0]["roleName"] = "ice-avatar-studio"
    with Emulator(seed) as emulator:
        options = {"ram_endpoint": emulator.endpoint, "access_key": "key", "secret_key": "secret"}
        account = Account(settings.load(environment={}, service="ram", **options))
        role = Target("role", "ice-avatar-studio")
        account.create("ice-avatar-new", json.dumps(document(GET_AVATAR)), "", {"team": "studio"})
        account.attach("ice-avatar-new", role)
        account.create_version("ice-avatar-new", json.dumps(document({**GET_AVATAR, "Action": "ice:List*"})))
        account.set_description("ice-avatar-new", "changed")
        account.set_tags("ice-avatar-new", {"team": "stage"})
        account.remove_tags("ice-avatar-new", ["team"])
        account.set_default_version("ice-avatar-new", account.versions("ice-avatar-new")[-1].id)
        account.detach("ice-avatar-new", role)
        account.delete("ice-avatar-new")
        with pytest.raises(PermissionDeniedError):
            account.attach("p0", role)

    assert {record.code for record in emulator.requests[:-1]} == {"OK"}
