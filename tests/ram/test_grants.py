"""What the rules about dangerous grants make of spellings, conditions and Deny statements, and of policies in use."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ice_avatar import bundled, ram
from pulumi_ice_avatar.ram import catalogue


def codes(*statements: dict[str, Any], kind: str = "identity") -> list[str]:
    findings = ram.lint({"Version": "1", "Statement": list(statements)}, kind, select=["RAM6", "RAM7"])
    return sorted({each.code for each in findings})


def allow(action: str | list[str], resource: str | list[str] = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: str | list[str], resource: str | list[str] = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **elements}


@pytest.mark.parametrize("resource", ["*", "**", "acs:*", "acs:*:*", "acs:*:*:*:*", "acs:*::1234567890123456:*"])
@pytest.mark.parametrize("action", ["*", "*:*", "**"])
def test_admin_in_any_spelling(action, resource):
    assert codes(allow(["ice:GetAvatar", action], ["acs:oss:*:*:b/*", resource])) == ["RAM601"]


@pytest.mark.parametrize(
    "resource", ["acs:*:cn-hangzhou:*:*", "acs:oss:*:*:my-bucket/*", "acs::*:*:*", "acs:ecs:*:*:instance/*"]
)
def test_everything_somewhere_is_not_everything(resource):
    assert codes(allow("*", resource)) == []


@pytest.mark.parametrize(
    "resource", ["*", "acs:oss:*:*:*", "acs:OSS:*:*:*", "acs:oss:*", "acs:oss::1234567890123456:*/*"]
)
@pytest.mark.parametrize("action", ["oss:*", "OSS:*", "oss:**"])
def test_full_service_in_any_spelling(action, resource):
    assert codes(allow(action, resource)) == ["RAM602"]


@pytest.mark.parametrize(
    ("condition", "narrows"),
    [
        ({"IpAddress": {"acs:SourceIp": ["203.0.113.0/24"]}}, True),
        ({"IpAddress": {"acs:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, False),
        ({"IpAddress": {"acs:SourceIp": ["::/0"]}}, False),
        ({"NotIpAddress": {"acs:SourceIp": ["203.0.113.0/24"]}}, False),
        ({"StringEquals": {"acs:SourceVpc": ["vpc-1"]}}, True),
        ({"StringLike": {"acs:SourceVpc": ["vpc-*"]}}, True),
        ({"StringLike": {"acs:SourceVpc": ["*"]}}, False),
        ({"StringNotEquals": {"acs:SourceVpc": ["vpc-1"]}}, False),
        ({"StringNotEquals": {"acs:ResourceTag/stage": ["production"]}}, True),
        ({"Bool": {"acs:MFAPresent": "true"}}, True),
        ({"Bool": {"acs:MFAPresent": ["false"]}}, False),
        ({"Bool": {"acs:SecureTransport": "true"}}, False),
        ({"DateLessThan": {"acs:CurrentTime": "2030-01-01T00:00:00Z"}}, False),
        ({"StringEquals": {"acs:UserAgent": "terraform"}}, False),
        ({"Bool": {"acs:SecureTransport": "true"}, "StringEquals": {"acs:Service": ["fc.aliyuncs.com"]}}, True),
        ({"ForAnyValue:StringEquals": {"cs:AddonNames": ["logtail-ds"]}}, True),
        ({}, False),
    ],
)
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (allow("*"), "RAM601"),
        (allow("ecs:*"), "RAM602"),
        ({"Effect": "Allow", "NotAction": "ram:*", "Resource": "*"}, "RAM603"),
        (allow("oss:DeleteObject"), "RAM604"),
        (allow("ram:PassRole"), "RAM605"),
        (allow("sts:AssumeRole"), "RAM606"),
        (allow("kms:GetSecretValue"), "RAM607"),
        (allow("ram:AttachPolicyToUser"), "RAM701"),
        (allow("ram:CreatePolicyVersion"), "RAM702"),
        (allow(["ram:PassRole", "fc:CreateFunction"]), "RAM703"),
        (allow("ram:UpdateRole"), "RAM704"),
        (allow("ims:CreateLoginProfile"), "RAM705"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_conditions_that_narrow(statement, code, condition, narrows):
    found = codes({**statement, "Condition": condition})
    assert (code not in found) == narrows
    assert not narrows or not found


@pytest.mark.parametrize(
    ("denial", "takes_back"),
    [
        (deny("ram:UpdateRole"), True),
        (deny("ram:Update*", "acs:ram:*:*:role/*"), True),
        (deny("*", Condition={"NotIpAddress": {"acs:SourceIp": ["203.0.113.0/24"]}}), True),
        ({"Effect": "Deny", "NotAction": ["ice:*"], "Resource": "*"}, True),
        ({"Effect": "Deny", "NotAction": ["ram:*"], "Resource": "*"}, False),
        (deny("ram:UpdateUser"), False),
        (deny("ram:UpdateRole", "acs:ram:*:*:role/admin"), False),
        (deny("*", "acs:oss:*:*:*"), False),
        (deny("*", Condition={"Bool": {"acs:SecureTransport": "false"}}), False),
    ],
)
def test_denials_that_take_back(denial, takes_back):
    assert ("RAM704" in codes(allow("ram:UpdateRole"), denial)) != takes_back


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        (["acs:ram:*:*:policy/*", "acs:ram:*:*:user/*"], True),
        (["acs:ram::*:policy/*", "acs:ram::1234567890123456:user/*"], True),
        (["acs:ram:*:system:policy/*", "acs:ram:*:*:user/*"], True),
        (["acs:ram:*:*:*"], True),
        (["acs:ram:*:1234567890123456:policy/*", "acs:ram:*:*:user/*"], False),
        (["acs:ram:*:*:policy/*", "acs:ram:*:*:group/*"], False),
        (["acs:ram:*:*:policy/*", "acs:ram:*:*:user/ci-*"], False),
        (["acs:ram:*:*:policy/ci-*", "acs:ram:*:*:user/*"], False),
    ],
)
def test_attaching_takes_both_the_policy_and_the_identity(resources, found):
    together = codes(allow("ram:AttachPolicyToUser", resources))
    apart = codes(*(allow("ram:AttachPolicyToUser", each) for each in resources))
    assert together == apart == (["RAM701"] if found else [])


@pytest.mark.parametrize(
    "action", ["ice:DeleteAvatarTrainingJob", "ice:Delete*", "ecs:CreateInstance", "oss:Get*", "foo:DeleteBar"]
)
def test_write_on_star_is_certain_or_silent(action):
    assert codes(allow(action)) == []


@pytest.mark.parametrize("action", [":", "*:", ":*", "*:*:*", "?:?", "oss", "oss:"])
def test_what_is_no_action_grants_nothing(action):
    assert codes(allow(action)) == []


@pytest.mark.parametrize("action", ["oss:DeleteObject", "OSS:deleteobject", "oss:Delete*", "oss:*Object", "*:Put*"])
def test_write_on_star_by_name_or_pattern(action):
    assert codes(allow(action)) == ["RAM604"]


@pytest.mark.parametrize("kind", ["session", "control"])
def test_only_identity_policies_grant(kind):
    everything = [allow("*"), allow("ram:*"), allow(["ram:PassRole", "ecs:RunInstances"]), allow("kms:GetSecretValue")]
    assert codes(*everything, kind=kind) == []


def test_deny_statements_grant_nothing():
    actions = [
        "*",
        "oss:*",
        "oss:DeleteObject",
        "ram:PassRole",
        "ecs:RunInstances",
        "sts:AssumeRole",
        "ram:CreateAccessKey",
    ]
    assert codes(deny(actions), {"Effect": "Deny", "NotAction": "ice:*", "Resource": "*"}) == []


def test_an_action_that_is_misspelt_grants_no_service():
    findings = ram.lint({"Version": "1", "Statement": [allow("sls:*"), allow("s3:*", "acs:oss:*:*:*")]})
    assert "RAM602" not in {each.code for each in findings}
    findings = ram.lint({"Version": "1", "Statement": [allow(["sls:*", "ecs:*"])]})
    assert [each.pointer for each in findings if each.code == "RAM602"] == ["/Statement/0/Action/1"]


@pytest.mark.parametrize("path", sorted((bundled.policies() / "templates").glob("*.json")), ids=lambda path: path.stem)
def test_bundled_policies_are_harmless(path):
    assert [each for each in ram.lint(path.read_bytes()) if each.code >= "RAM6"] == []


DANGEROUS = {
    "AliyunDianJinAccessingOSSRolePolicy": ["RAM604"],
    "AliyunOSSBatchOperationBucketLevelJobRolePolicy": ["RAM604"],
    "AliyunOTSAccessingOSSRolePolicy": ["RAM604"],
    "AliyunSTSAssumeRoleAccess": ["RAM606"],
}


@pytest.mark.parametrize(
    "policy", [each for each in catalogue.system_policies() if each.whole], ids=lambda each: each.name
)
def test_system_policies(policy):
    """Full access is reported as what it is, all other system policies but a few are silent, and none has an error."""
    statements = []
    for each in policy.statements:
        statement: dict[str, Any] = {
            "Effect": each.effect,
            "Action": list(each.actions),
            "Resource": list(each.resources),
        }
        if each.condition:
            operator, key, values = each.condition.split(" ", 2)
            statement["Condition"] = {operator: {key: values.split(",")}}
        statements.append(statement)
    full = ["RAM602"] if policy.name.endswith("FullAccess") else []
    assert codes(*statements) == DANGEROUS.get(policy.name, full)
    assert [each for each in ram.lint({"Version": "1", "Statement": statements}) if each.severity == "error"] == []
