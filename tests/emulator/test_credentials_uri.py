"""Temporary credentials of a role, as the SDK gets them from a credentials URI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.clock import seconds
from pulumi_ice_avatar.emulator.codes import CODES
from pulumi_ice_avatar.errors import InvalidInputError
from tests.emulator.conftest import SEED as SEED_OF_ALL, ram_sdk
from tests.emulator.ram_calls import ask
from tests.emulator.wire import Reply, call, control

ACCOUNT = "1000000000000001"


def _trust(condition: dict[str, Any] | None = None, **principal: list[str]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return {"Version": "1", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


def _policy(*actions: str, resource: str = "*") -> dict[str, Any]:
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]}


EXTERNAL = {"StringEquals": {"sts:ExternalId": ["secret-word"]}}
OIDC = {
    "StringEquals": {
        "oidc:aud": ["sts.aliyuncs.com"],
        "oidc:iss": ["https://oidc.example.com"],
        "oidc:sub": ["system:serviceaccount:studio:pulumi"],
    }
}

SEED: dict[str, Any] = {
    "accountId": ACCOUNT,
    "accessKeys": [
        {"accessKeyId": "root-key-id", "accessKeySecret": "root-key-secret"},
        {"accessKeyId": "alice-key-id", "accessKeySecret": "alice-key-secret", "principal": "user/alice"},
    ],
    "users": [{"userName": "alice"}, {"userName": "bruno"}],
    "roles": [
        {"roleName": "studio", "trustPolicy": _trust(Service=["ecs.aliyuncs.com"]), "maxSessionDuration": 7200},
        {"roleName": "stage", "trustPolicy": _trust(RAM=[f"acs:ram::{ACCOUNT}:user/alice"])},
        {"roleName": "house", "trustPolicy": _trust(RAM=[f"acs:ram::{ACCOUNT}:root"])},
        {"roleName": "guest", "trustPolicy": _trust(EXTERNAL, RAM=[f"acs:ram::{ACCOUNT}:root"])},
        {"roleName": "backstage", "trustPolicy": _trust(RAM=[f"acs:ram::{ACCOUNT}:role/stage"])},
        {"roleName": "pod", "trustPolicy": _trust(OIDC, Federated=[f"acs:ram::{ACCOUNT}:oidc-provider/cluster"])},
    ],
    "policies": [
        {"policyName": "get-avatar", "document": _policy("ice:GetAvatar")},
        {"policyName": "read", "document": _policy("ice:Get*", "ice:List*")},
        {"policyName": "assume", "document": _policy("sts:AssumeRole", resource=f"acs:ram:*:{ACCOUNT}:role/*")},
    ],
    "attachments": [
        {"policyName": "read", "to": "role/studio"},
        {"policyName": "assume", "to": "user/alice"},
        {"policyName": "assume", "to": "role/stage"},
    ],
    "avatars": [SEED_OF_ALL["avatars"][0]],
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(SEED) as running:
        yield running


def assume(emulator: Emulator, role: str, **given: str) -> Reply:
    return control(emulator.endpoint, "GET", f"credentials/{role}?{urlencode(given)}")


def look_up(emulator: Emulator, credentials: dict[str, str], action: str = "GetAvatar", **changes: Any) -> Reply:
    options = {
        "key": credentials["AccessKeyId"],
        "secret": credentials["AccessKeySecret"],
        "x_acs_security_token": credentials["SecurityToken"],
        "x_acs_action": action,
        **changes,
    }
    return call(emulator.endpoint, None if action == "GetAvatar" else {}, **options)


def test_what_the_sdk_reads(emulator: Emulator) -> None:
    before = time.time()
    reply = assume(emulator, "studio")

    credentials = reply.json
    assert reply.status == 200
    assert set(credentials) == {"Code", "AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}
    assert credentials["Code"] == "Success"
    assert credentials["AccessKeyId"].startswith("STS.")
    assert 3598 <= seconds(credentials["Expiration"]) - before <= 3601
    assert look_up(emulator, credentials).json["Success"] is True
    assert assume(emulator, "studio").json != credentials


def test_the_token_is_checked(emulator: Emulator) -> None:
    one, other = assume(emulator, "studio").json, assume(emulator, "studio").json

    assert look_up(emulator, one, x_acs_security_token=None).code == "MissingSecurityToken"
    assert look_up(emulator, one, x_acs_security_token="invented").code == "InvalidSecurityToken.Malformed"
    mixed = look_up(emulator, one, x_acs_security_token=other["SecurityToken"])
    assert mixed.code == "InvalidSecurityToken.MismatchWithAccessKey"
    assert look_up(emulator, one, secret=other["AccessKeySecret"]).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("role", "given"),
    [
        ("studio", {"principal": "ecs.aliyuncs.com"}),
        ("stage", {"principal": "user/alice"}),
        ("house", {"principal": "user/alice"}),
        ("guest", {"principal": "user/alice", "sts:ExternalId": "secret-word"}),
        ("backstage", {"principal": "assumed-role/stage/morning"}),
        (
            "pod",
            {
                "principal": "oidc-provider/cluster",
                "oidc:iss": "https://oidc.example.com",
                "oidc:aud": "sts.aliyuncs.com",
                "oidc:sub": "system:serviceaccount:studio:pulumi",
            },
        ),
    ],
)
def test_whom_the_trust_policy_allows(emulator: Emulator, role: str, given: dict[str, str]) -> None:
    assert assume(emulator, role, **given).status == 200


@pytest.mark.parametrize(
    ("role", "given", "policy_type", "said"),
    [
        ("studio", {"principal": "fc.aliyuncs.com"}, "AssumeRolePolicy", "fc.aliyuncs.com is not in Principal"),
        ("stage", {}, "AssumeRolePolicy", "ecs.aliyuncs.com is not authorized to perform sts:AssumeRole"),
        ("house", {"principal": "user/bruno"}, "AccountLevelIdentityBasedPolicy", "identity"),
        ("stage", {"principal": "user/bruno"}, "AccountLevelIdentityBasedPolicy", "identity or trust"),
        ("house", {"principal": "root"}, "AssumeRolePolicy", "the root user of an account cannot assume a role"),
        ("studio", {"principal": "user/alice"}, "AssumeRolePolicy", "trust policy of studio statement 0"),
        ("guest", {"principal": "user/alice"}, "AssumeRolePolicy", "sts:ExternalId is not in the request context"),
        ("guest", {"principal": "user/alice", "sts:ExternalId": "guess"}, "AssumeRolePolicy", "does not meet"),
        ("backstage", {"principal": "assumed-role/studio/x1"}, "AccountLevelIdentityBasedPolicy", "identity"),
        ("pod", {"principal": "oidc-provider/cluster"}, "AssumeRolePolicy", "oidc:"),
        ("pod", {"principal": "oidc-provider/other"}, "AssumeRolePolicy", "Principal"),
    ],
)
def test_whom_it_does_not(emulator: Emulator, role: str, given: dict[str, str], policy_type: str, said: str) -> None:
    reply = assume(emulator, role, **given)

    assert (reply.status, reply.code) == (403, "NoPermission")
    assert said in reply.json["Message"]
    detail = reply.json["AccessDeniedDetail"]
    assert (detail["AuthAction"], detail["PolicyType"]) == ("sts:AssumeRole", policy_type)


@pytest.mark.parametrize(
    ("role", "given", "code"),
    [
        ("nobody", {}, "EntityNotExist.Role"),
        ("studio", {"session": "a"}, "InvalidParameter.RoleSessionName"),
        ("studio", {"session": "a b"}, "InvalidParameter.RoleSessionName"),
        ("studio", {"session": "s" * 65}, "InvalidParameter.RoleSessionName"),
        ("studio", {"duration": "899"}, "InvalidParameter.DurationSeconds"),
        ("studio", {"duration": "7201"}, "InvalidParameter.DurationSeconds"),
        ("stage", {"duration": "7200"}, "InvalidParameter.DurationSeconds"),
        ("studio", {"duration": "an hour"}, "InvalidParameter.DurationSeconds"),
        ("studio", {"policy": "{}"}, "InvalidParameter.PolicyGrammar"),
        ("studio", {"policy": json.dumps(_policy("ice:*")) + " " * 2048}, "InvalidParameter.PolicySize"),
        ("studio", {"principal": "user/nobody"}, "InvalidParameter"),
        ("studio", {"principal": "assumed-role/nobody/x"}, "InvalidParameter"),
        ("studio", {"principal": "role/stage"}, "InvalidParameter"),
        ("studio", {"principal": "example.com"}, "InvalidParameter"),
        ("studio", {"principal": ""}, "InvalidParameter"),
        ("studio", {"as": "user/alice"}, "InvalidParameter"),
        ("studio", {"acs:SourceIp": "203.0.113.9"}, "InvalidParameter"),
        ("studio", {"x" * 100_000: ""}, "InvalidParameter"),
        ("n" * 100_000, {}, "EntityNotExist.Role"),
    ],
)
def test_what_is_wrong_with_a_url(emulator: Emulator, role: str, given: dict[str, str], code: str) -> None:
    reply = assume(emulator, role, **given)

    assert (reply.status, reply.code) == (CODES[code].status, code)
    assert set(reply.json) == {"Code", "Message"}
    assert len(reply.json["Message"]) < 500


def test_session_and_duration(emulator: Emulator) -> None:
    credentials = assume(emulator, "studio", session="morning", duration="7200").json
    assert 7198 <= seconds(credentials["Expiration"]) - time.time() <= 7201
    user = look_up(emulator, credentials, "GetUser", x_acs_version="2015-05-01")

    assert user.code == "MissingParameter"
    denied = call(
        emulator.endpoint,
        {"UserName": "alice"},
        key=credentials["AccessKeyId"],
        secret=credentials["AccessKeySecret"],
        x_acs_security_token=credentials["SecurityToken"],
        x_acs_action="GetUser",
        x_acs_version="2015-05-01",
    )
    assert denied.json["AccessDeniedDetail"]["AuthPrincipalDisplayName"] == "studio:morning"


def test_a_session_policy(emulator: Emulator) -> None:
    narrowed = assume(emulator, "studio", policy=json.dumps(_policy("ice:GetAvatar"))).json
    whole = assume(emulator, "studio").json

    assert look_up(emulator, narrowed).status == look_up(emulator, whole, "ListAvatars").status == 200
    refused = look_up(emulator, narrowed, "ListAvatars").json["AccessDeniedDetail"]
    assert refused["PolicyType"] == "SessionPolicy"


def test_sessions_are_no_part_of_the_account(emulator: Emulator) -> None:
    before = emulator.snapshot()
    assume(emulator, "studio")

    assert emulator.snapshot() == before == control(emulator.endpoint, "GET", "state").json


def test_expired_sessions() -> None:
    ended = {
        "accessKeyId": "STS.ended",
        "accessKeySecret": "secret",
        "securityToken": "ended",
        "principal": "assumed-role/studio/x1",
    }
    just = {**ended, "expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))}
    long_ago = {**just, "accessKeyId": "STS.long-ago", "expiration": "2020-01-01T00:00:00Z"}
    with Emulator({**SEED, "sessions": [just, long_ago]}) as emulator:
        credentials = {"AccessKeyId": "STS.ended", "AccessKeySecret": "secret", "SecurityToken": "ended"}
        old = {**credentials, "AccessKeyId": "STS.long-ago"}
        assert look_up(emulator, old).code == "InvalidSecurityToken.Expired"
        assume(emulator, "studio")
        assert look_up(emulator, credentials).code == "InvalidSecurityToken.Expired"
        assert look_up(emulator, old).code == "InvalidAccessKeyId.NotFound"


def test_sessions_end_with_their_role() -> None:
    with Emulator(SEED) as emulator:
        credentials = assume(emulator, "studio").json
        ram = ram_sdk(emulator)
        ask(ram, "DetachPolicyFromRole", PolicyType="Custom", PolicyName="read", RoleName="studio")
        assert look_up(emulator, credentials).code == "NoPermission"
        ask(ram, "DeleteRole", RoleName="studio")
        assert look_up(emulator, credentials).code == "InvalidAccessKeyId.NotFound"


PROGRAM = """
import sys, traceback
from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import AvatarClient
from pulumi_ice_avatar.errors import IceAvatarError
client = AvatarClient(settings.load())
try:
    print(client.get("Avatar-XXXX").avatar_id)
except IceAvatarError as error:
    print(type(error).__name__, error)
"""


def _child(environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return done.stdout


def test_a_child_process_looks_up_as_a_role(emulator: Emulator) -> None:
    """Through the SDK's default credential chain, whatever else the parent has set for it."""
    parent = {
        **os.environ,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "alice-key-id",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "alice-key-secret",
    }
    said = _child({**parent, **emulator.environment(role="studio")})

    assert said == "Avatar-XXXX\n"
    assert emulator.requests[-1].access_key_id.startswith("STS.emulator-")


def test_a_child_process_that_may_not_assume_the_role(emulator: Emulator) -> None:
    said = _child({**os.environ, **emulator.environment(role="stage")})

    assert said.startswith("CredentialsError ")
    assert "ecs.aliyuncs.com is not authorized to perform sts:AssumeRole" in said


def test_environment_of_a_role(emulator: Emulator) -> None:
    uri = f"{emulator.endpoint}/_emulator/credentials/stage?principal=user%2Falice"
    assert emulator.credentials_uri("stage", principal="user/alice") == uri
    assert emulator.environment(role="stage", principal="user/alice")["ALIBABA_CLOUD_CREDENTIALS_URI"] == uri
    with pytest.raises(InvalidInputError, match="there is no role 'nobody'; the roles are: studio, stage, "):
        emulator.environment(role="nobody")
    with pytest.raises(InvalidInputError, match="give one of the two"):
        emulator.environment("root-key-id", role="studio")
