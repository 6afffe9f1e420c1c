"""Whether the roles of a stack can read the avatars that it refers to."""

from __future__ import annotations

import json

import pytest

from tests.crossguard.conftest import ATTACHMENT, AVATAR, MISSPELT, POLICY, RAM_POLICY, READER, ROLE, UNKNOWN, urn

HOST = (AVATAR, "host", {"avatarId": "Avatar-XXXX"})
STUDIO = (ROLE, "studio", {"roleName": "studio-role"})
OTHER = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:ListAvatars", "Resource": "*"}]})
DENY = json.dumps({"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ice:Get*", "Resource": "*"}]})


def policy(document: str, name: str = "reader", **props: str):
    return POLICY, name, {"policyName": name, "policyDocument": document, **props}


def attachment(role: str = "studio-role", name: str = "reader", type_: str = "Custom"):
    return ATTACHMENT, f"{role}-{name}", {"roleName": role, "policyName": name, "policyType": type_}


def test_a_role_that_cannot_read(pack):
    [violation] = pack.analyze_stack(HOST, STUDIO)
    assert violation == (
        "avatars-readable",
        "advisory",
        "studio: no policy that the stack attaches to this role allows ice:GetAvatar, and the stack refers to host: "
        "attach the template get-avatar to it",
        urn(ROLE, "studio"),
    )


def ram_policy(document: str, *targets: tuple[str, str]):
    attach_to = [{"kind": kind, "name": name} for kind, name in targets]
    return RAM_POLICY, "own", {"policyName": "own", "document": json.loads(document), "attachTo": attach_to}


HTTPS_ONLY = READER.replace('"Resource"', '"Condition": {"Bool": {"acs:SecureTransport": "true"}}, "Resource"')

READABLE = {
    "attached": [policy(READER), attachment()],
    "under a condition": [policy(HTTPS_ONLY), attachment()],
    "by several": [policy(OTHER, "one"), policy(READER, "two"), attachment(name="one"), attachment(name="two")],
    "in the deprecated form": [
        (
            POLICY,
            "old",
            {"name": "old", "statements": [{"effect": "Allow", "actions": ["ice:*"], "resources": ["*"]}]},
        ),
        attachment(name="old"),
    ],
    "by a resource of this package": [ram_policy(READER, ("user", "ann"), ("role", "studio-role"))],
}

NOT_READABLE = {
    "another action": [policy(OTHER), attachment()],
    "not attached": [policy(READER)],
    "attached to another": [policy(READER), attachment("other")],
    "denied": [policy(READER), policy(DENY, "deny"), attachment(), attachment(name="deny")],
    "attached to a user of that name": [ram_policy(READER, ("user", "studio-role"))],
    "another's policy is not known": [policy(UNKNOWN), attachment("other")],
}

#: Readable under one of 65,536 circumstances, which are too many to try.
INTRICATE = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "ice:GetAvatar",
                "Resource": "*",
                "Condition": {"StringEquals": {f"acs:RequestTag/{key}": ["a", "b"] for key in range(16)}},
            },
            *(
                {
                    "Effect": "Deny",
                    "Action": "ice:GetAvatar",
                    "Resource": "*",
                    "Condition": {"StringEquals": {f"acs:RequestTag/{key}": "b"}},
                }
                for key in range(16)
            ),
        ],
    }
)

NOBODY_KNOWS = {
    "too many circumstances": [policy(INTRICATE), attachment()],
    "system policy": [attachment(name="AliyunICEFullAccess", type_="System")],
    "system policy of the same name": [policy(OTHER), attachment(type_="System")],
    "policy of another stack": [attachment(name="elsewhere")],
    "document": [policy(UNKNOWN), attachment()],
    "malformed document": [policy(MISSPELT), attachment()],
    "no document": [(POLICY, "reader", {"policyName": "reader"}), attachment()],
    "name of a policy": [policy(READER, policyName=UNKNOWN), attachment()],
    "role of an attachment": [policy(READER), attachment(UNKNOWN)],
    "policy of an attachment": [policy(READER), attachment(name=UNKNOWN)],
    "target of a resource of this package": [ram_policy(READER, ("role", UNKNOWN))],
}


@pytest.mark.parametrize("resources", READABLE.values(), ids=READABLE)
def test_readable(resources, pack):
    assert pack.analyze_stack(HOST, STUDIO, *resources) == []


@pytest.mark.parametrize("resources", NOT_READABLE.values(), ids=NOT_READABLE)
def test_not_readable(resources, pack):
    [violation] = pack.analyze_stack(HOST, STUDIO, *resources)
    assert violation.urn == urn(ROLE, "studio")


@pytest.mark.parametrize("resources", NOBODY_KNOWS.values(), ids=NOBODY_KNOWS)
def test_nothing_is_said_where_something_is_not_known(resources, pack):
    assert pack.analyze_stack(HOST, STUDIO, *resources) == []


@pytest.mark.parametrize("props", [{"roleName": UNKNOWN}, {}, {"name": UNKNOWN}])
def test_nothing_is_said_of_a_role_without_a_known_name(props, pack):
    assert pack.analyze_stack(HOST, (ROLE, "studio", props)) == []


def test_each_role_is_looked_at(pack):
    roles = [(ROLE, name, {"name": name}) for name in ("a", "b", "c")]
    found = pack.analyze_stack(HOST, *roles, policy(READER), attachment("b"))
    assert [each.message.split(":")[0] for each in found] == ["a", "c"]
    pack.configure(avatars_readable={"roles": ["c", "d*"]})
    found = pack.analyze_stack(HOST, *roles, policy(READER), attachment("b"))
    assert [each.message.split(":")[0] for each in found] == ["c"]


def test_all_avatars_are_named(pack):
    troupe = ("pulumi-python:dynamic/ice:Avatars", "troupe", {"avatarIds": UNKNOWN})
    [violation] = pack.analyze_stack(HOST, troupe, STUDIO)
    assert "refers to host, troupe:" in violation.message


def test_without_avatars_roles_need_nothing(pack):
    assert pack.analyze_stack(STUDIO) == []
