"""The documented rules by example; a comment names the page where the example is not a plain reading of one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram.deciding.evaluator import compile_policy
from pulumi_ice_avatar.ram.templating import find


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    return policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more})


def effect(*policies: Any, action: str = "ice:GetAvatar", **request: Any) -> str:
    return ram.evaluate(policies, action=action, **request).effect


def under(condition: dict[str, Any], **context: Any) -> bool:
    return bool(ram.evaluate(policy(allow(Condition=condition)), action="ice:GetAvatar", context=context))


# --- elements ---------------------------------------------------------------------------------------------------------


def test_without_a_policy_the_deny_is_implicit() -> None:
    assert effect() == "implicit_deny"
    assert effect(policy()) == "implicit_deny"


def test_deny_beats_allow_wherever_it_stands() -> None:
    assert effect(policy(allow("ice:*"), deny("ice:GetAvatar"))) == "deny"
    assert effect(policy(deny("ice:GetAvatar")), policy(allow("ice:*"))) == "deny"
    assert effect(policy(allow("ice:*"), deny("ice:List*"))) == "allow"


@pytest.mark.parametrize("pattern", ["ice:GetAvatar", "ICE:getavatar", "ice:Get*", "*", "*:*", "ice:?etAvatar", "i*ar"])
def test_actions_match_in_any_case_and_with_wildcards(pattern: str) -> None:
    assert effect(policy(allow(pattern))) == "allow"


def test_not_action_is_everything_else_and_no_deny() -> None:
    others = policy({"Effect": "Allow", "NotAction": ["ice:GetAvatar"], "Resource": "*"})
    assert effect(others) == "implicit_deny"
    assert effect(others, action="ice:ListAvatars") == "allow"
    assert effect(others, policy(allow("ice:GetAvatar"))) == "allow"


def test_a_deny_of_not_action_denies_everything_else() -> None:
    only = policy(allow(), {"Effect": "Deny", "NotAction": "ice:GetAvatar", "Resource": "*"})
    assert effect(only) == "allow"
    assert effect(only, action="ice:ListAvatars") == "deny"


@pytest.mark.parametrize(
    ("pattern", "resource", "matches"),
    [
        ("acs:oss:*:*:b/*", "acs:oss:*:1:b/a/c", True),
        ("acs:oss:*:*:b/*", "acs:oss:*:1:b", False),
        ("acs:*:*cn-beijing*:*:*", "acs:ecs:cn-beijing:1:instance/i", True),
        ("acs:oss:*:*:B/*", "acs:oss:*:1:b/a", False),
        # The system policies of ICE grant operations without a resource in this way.
        ("acs:ice:*:*:*", "*", True),
        ("*", "*", True),
        ("acs:*", "*", True),
        ("acs:oss:*:*:*", "*", False),
        ("acs:ice:*:*:avatar/x", "*", False),
        ("acs:ice:cn-shanghai:*:*", "*", False),
    ],
)
def test_resources(pattern: str, resource: str, matches: bool) -> None:
    assert (effect(policy(allow(resource=pattern)), resource=resource) == "allow") is matches
    others = policy({"Effect": "Allow", "Action": "*", "NotResource": pattern})
    assert (effect(others, resource=resource) == "allow") is not matches


def test_wildcards_of_a_request_stand_for_themselves() -> None:
    assert effect(policy(allow(resource="acs:oss:*:1:b/a")), resource="acs:oss:*:1:b/*") == "implicit_deny"


def test_a_lone_statement_and_text_and_yaml_and_documents_are_taken() -> None:
    lone = {"Version": "1", "Statement": allow("ice:GetAvatar")}
    for form in (lone, json.dumps(lone), json.dumps(lone).encode(), ram.parse(lone), compile_policy(lone)):
        assert effect(form) == "allow"
        assert ram.evaluate(form, action="ice:GetAvatar").effect == "allow"
    yaml = 'Version: "1"\nStatement:\n  - Effect: Allow\n    Action: ice:GetAvatar\n    Resource: "*"\n'
    assert effect(ram.parse(yaml, source="reader.yaml")) == "allow"


def test_unknown_elements_at_the_top_say_nothing() -> None:
    assert effect({**policy(allow()), "Id": "x", "Comment": 1}) == "allow"


def test_a_mapping_that_changes_is_read_again() -> None:
    document = policy(allow("ice:GetAvatar"))
    assert effect(document) == "allow"
    document["Statement"][0]["Action"] = "ice:ListAvatars"
    assert effect(document) == "implicit_deny"


# --- conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "listed", "given", "met"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),  # wildcards mean nothing to the exact operators
        ("StringEquals", "a*", "a*", True),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "", "", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "aB", "Ab", True),
        ("StringNotEqualsIgnoreCase", "aB", "Ab", False),
        ("StringLike", "vpc-*", "vpc-bp1", True),
        ("StringLike", "vpc-*", "vpc-", True),
        ("StringLike", "vpc-?", "vpc-", False),
        ("StringLike", "VPC-*", "vpc-1", False),
        ("StringNotLike", ["vpc-*", "x"], "vpc-1", False),
        ("NumericEquals", "1", "1.0", True),
        ("NumericEquals", "1", 1, True),
        ("NumericNotEquals", ["1", "2"], "3", True),
        ("NumericLessThan", "10", "9.99", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThan", ["1", "10"], "5", True),  # one of several bounds is enough
        ("NumericLessThanEquals", ["1", "10"], "5", True),
        ("NumericGreaterThan", ["1", "10"], "5", True),
        ("NumericGreaterThanEquals", ["1", "10"], "5", True),
        ("NumericGreaterThan", "9", "10", True),  # numbers, not text
        ("NumericGreaterThanEquals", "1e3", 1000, True),
        ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T08:00:00+08:00", True),
        ("DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-01", False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59.999Z", True),
        ("DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("DateGreaterThanEquals", "2026-01-01T00:00:00+0800", "2025-12-31T16:00:00Z", True),
        ("DateEquals", "2025-12-31T16:00:00-08:00", "2026-01-01T00:00:00Z", True),
        ("DateEquals", "2026-01-01T00:00Z", "2026-01-01T00:00:00", True),
        ("DateEquals", "2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=timezone.utc), True),
        ("DateEquals", "2026-01-01T00:00:00Z", datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), True),
        ("Bool", "true", "true", True),
        ("Bool", "true", True, True),
        ("Bool", "false", "true", False),
        ("Bool", ["true", "false"], "false", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.255", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.0", False),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", "10.101.168.111/24", "10.101.168.1", True),  # bits behind the prefix do not matter
        ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
        ("IpAddress", "::/0", "203.0.113.7", False),
        ("IpAddress", "203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("IpAddress", "::ffff:203.0.113.0/120", "203.0.113.9", True),
        ("IpAddress", "*", "2001:db8::1", True),
        ("IpAddress", "10.1.*", "10.1.255.255", True),
        ("IpAddress", "10.1.*.*", "10.2.0.0", False),
        ("IpAddressIncludeBorder", "203.0.113.0/24", "203.0.113.0", True),
        ("NotIpAddress", ["10.0.0.0/8", "203.0.113.0/24"], "203.0.113.9", False),
        ("NotIpAddress", ["10.0.0.0/8", "203.0.113.0/24"], "198.51.100.1", True),
        ("NotIpAddressIncludeBorder", "10.0.0.0/8", "10.0.0.0", False),
        ("StringEquals", "true", True, True),
        ("StringEquals", "5", 5, True),
    ],
)
def test_operators(operator: str, listed: Any, given: Any, met: bool) -> None:
    assert under({operator: {"t:Key": listed}}, **{"t:Key": given}) is met


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("StringEquals", "a", False),
        ("StringNotEquals", "a", True),
        ("StringLike", "*", False),  # asks for the key to be there
        # Denying whatever does not come from a VPC relies on it: a sample of Log Service.
        ("StringNotLike", "vpc-*", True),
        ("NumericLessThan", "1", False),
        ("NumericNotEquals", "1", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", False),
        ("DateNotEquals", "2026-01-01T00:00:00Z", True),
        ("Bool", "false", False),  # acs:MFAPresent is absent from requests signed with an AccessKey
        ("IpAddress", "*", False),
        ("NotIpAddress", "10.0.0.0/8", True),
        ("ForAnyValue:StringEquals", "a", False),
        ("ForAnyValue:StringNotEquals", "a", False),
        ("ForAllValues:StringEquals", "a", True),
    ],
)
@pytest.mark.parametrize("context", [{}, {"t:Key": None}, {"t:Key": []}, {"t:Other": "a"}])
def test_a_key_that_is_missing(operator: str, value: str, met: bool, context: dict[str, Any]) -> None:
    assert under({operator: {"t:Key": value}}, **context) is met


@pytest.mark.parametrize(
    ("operator", "given", "met"),
    [
        ("StringEquals", ["a", "x"], True),
        ("StringNotEquals", ["a", "x"], False),
        ("StringNotEquals", ["x", "y"], True),
        ("ForAnyValue:StringEquals", ["a", "x"], True),
        ("ForAnyValue:StringEquals", ["x"], False),
        ("ForAnyValue:StringNotEquals", ["a", "x"], True),
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "x"], False),
        ("ForAllValues:StringNotEquals", ["a", "x"], False),
    ],
)
def test_several_values_in_a_request(operator: str, given: list[str], met: bool) -> None:
    assert under({operator: {"cs:AddonNames": ["a", "b"]}}, **{"cs:AddonNames": given}) is met


def test_keys_and_operators_all_have_to_be_met_and_keys_match_in_any_case() -> None:
    both = {
        "Bool": {"acs:SecureTransport": "true"},
        "StringEquals": {"acs:SourceVpc": "vpc-1", "acs:PrincipalARN": "x"},
    }
    context = {"ACS:securetransport": "true", "acs:SourceVPC": "vpc-1", "acs:PrincipalArn": "x"}
    assert under(both, **context)
    for missing in context:
        assert not under(both, **{key: value for key, value in context.items() if key != missing})


def test_conditions_of_every_policy_see_the_request() -> None:
    secure = policy(allow(Condition={"Bool": {"acs:SecureTransport": "true"}}))
    insecure = policy(deny(Condition={"Bool": {"acs:SecureTransport": "false"}}))
    nothing = policy(allow("oss:*"))
    assert effect(nothing, secure, context={"acs:SecureTransport": "true"}) == "allow"
    assert effect(secure, nothing, insecure, context={"acs:SecureTransport": "false"}) == "deny"


def test_an_empty_condition_does_not_restrict() -> None:
    assert under({})


# --- layers -----------------------------------------------------------------------------------------------------------

GRANT, REFUSE, NOTHING = policy(allow()), policy(deny()), policy(allow("oss:*"))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ({}, "allow"),
        ({"control_policies": [GRANT]}, "allow"),
        ({"control_policies": [NOTHING]}, "implicit_deny"),
        ({"control_policies": []}, "implicit_deny"),
        ({"control_policies": [NOTHING, GRANT]}, "allow"),
        ({"control_policies": [GRANT, REFUSE]}, "deny"),
        ({"session_policy": GRANT}, "allow"),
        ({"session_policy": NOTHING}, "implicit_deny"),
        ({"session_policy": REFUSE}, "deny"),
        ({"control_policies": [NOTHING], "session_policy": REFUSE}, "implicit_deny"),  # the first layer is final
        ({"control_policies": [GRANT], "session_policy": NOTHING}, "implicit_deny"),
    ],
)
def test_every_gate_has_to_allow(layers: dict[str, Any], expected: str) -> None:
    assert effect(GRANT, **layers) == expected


@pytest.mark.parametrize(
    ("identity", "of_resource", "expected"),
    [
        (GRANT, NOTHING, "allow"),
        (NOTHING, GRANT, "allow"),
        (NOTHING, NOTHING, "implicit_deny"),
        (REFUSE, GRANT, "deny"),
        (GRANT, REFUSE, "deny"),
    ],
)
def test_identity_and_resource_policies_stand_side_by_side(identity: Any, of_resource: Any, expected: str) -> None:
    named = policy(*({**each, "Principal": ["*"]} for each in of_resource["Statement"]))
    assert effect(identity, resource_policy=named, principal="2500000000000001") == expected
    assert effect(identity, resource_policy=named) == expected


USER = "acs:ram::1:user/alice"


@pytest.mark.parametrize(
    ("identity", "principal", "named", "expected"),
    [
        (GRANT, USER, {"RAM": "acs:ram::1:root"}, "allow"),
        (NOTHING, USER, {"RAM": "acs:ram::1:root"}, "implicit_deny"),
        (REFUSE, USER, {"RAM": "acs:ram::1:root"}, "deny"),
        (GRANT, USER, {"RAM": "acs:ram::2:root"}, "implicit_deny"),
        (GRANT, USER, {"RAM": [USER]}, "allow"),
        (GRANT, USER, {"RAM": "acs:ram::1:user/bob"}, "implicit_deny"),
        (GRANT, USER, {"RAM": "*"}, "allow"),
        (GRANT, USER, {"ram": USER}, "allow"),
        (GRANT, USER, {"Service": "*"}, "implicit_deny"),
        (GRANT, "acs:ram::1:role/ci", {"RAM": "acs:ram::1:role/ci"}, "allow"),
        (GRANT, "acs:ram::1:assumed-role/ci/build-7", {"RAM": "acs:ram::1:role/ci"}, "allow"),
        (GRANT, "acs:ram::1:assumed-role/cd/build-7", {"RAM": "acs:ram::1:role/ci"}, "implicit_deny"),
        # Only the trust policy counts for role SSO, and for services, which have no policies.
        (NOTHING, "acs:ram::1:oidc-provider/k8s", {"Federated": "acs:ram::1:oidc-provider/k8s"}, "allow"),
        (REFUSE, "acs:ram::1:saml-provider/idp", {"Federated": "acs:ram::1:saml-provider/idp"}, "allow"),
        (GRANT, "acs:ram::1:saml-provider/idp", {"RAM": "acs:ram::1:root"}, "implicit_deny"),
        (NOTHING, "ecs.aliyuncs.com", {"Service": ["fc.aliyuncs.com", "ecs.aliyuncs.com"]}, "allow"),
        (GRANT, "ecs.aliyuncs.com", {"Service": "fc.aliyuncs.com"}, "implicit_deny"),
        # The root user of an account cannot call AssumeRole.
        (GRANT, "acs:ram::1:root", {"RAM": "acs:ram::1:root"}, "implicit_deny"),
    ],
)
def test_assuming_a_role(identity: Any, principal: str, named: Any, expected: str) -> None:
    decision = ram.evaluate(
        identity,
        action="sts:AssumeRole",
        resource="acs:ram::1:role/studio",
        trust_policy=trust(named),
        principal=principal,
    )
    assert decision.effect == expected


def test_not_principal_is_everybody_else() -> None:
    document = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"RAM": USER}})
    for principal, expected in ((USER, "implicit_deny"), ("acs:ram::1:user/bob", "allow")):
        assert effect(GRANT, action="sts:AssumeRole", trust_policy=document, principal=principal) == expected


@pytest.mark.parametrize(
    ("named", "principal", "expected"),
    [
        (["2500000000000001"], "2500000000000001", "allow"),
        (["2500000000000001"], "2500000000000002", "implicit_deny"),
        (["1"], "acs:ram::1:root", "allow"),
        (["arn:sts::1:assumed-role/ci/*"], "arn:sts::1:assumed-role/ci/build", "allow"),
        (["*"], None, "allow"),
        (["2500000000000001"], None, "implicit_deny"),
        ({"RAM": "*"}, None, "implicit_deny"),
    ],
)
def test_principals_of_bucket_policies(named: Any, principal: str | None, expected: str) -> None:
    document = policy({**allow("oss:GetObject", "acs:oss:*:*:b/*"), "Principal": named})
    assert (
        effect(action="oss:GetObject", resource="acs:oss:*:1:b/a", resource_policy=document, principal=principal)
        == expected
    )


def test_a_root_user_needs_no_policy_and_is_not_bound_by_control_policies() -> None:
    root = "acs:ram::1:root"
    decision = ram.evaluate([], action="ice:GetAvatar", principal=root, control_policies=[REFUSE])
    assert decision.effect == "allow"
    assert "root" in decision.reason
    refused = policy({**deny(), "Principal": "*"})
    assert effect(principal=root, resource_policy=refused) == "deny"


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_decision_says_which_statement_decided_and_why_others_did_not() -> None:
    document = policy(
        allow("ice:List*", Sid="Lists"),
        allow("ice:GetAvatar", Sid="Gets", Condition={"IpAddress": {"acs:SourceIp": "203.0.113.0/24"}}),
        allow("ice:*", "acs:oss:*:*:*"),
        deny("ice:Delete*"),
    )
    decision = ram.evaluate(document, action="ice:GetAvatar", context={"acs:SourceIp": "203.0.113.9"})
    assert decision
    (deciding,) = decision.statements
    assert (deciding.layer, deciding.policy_index, deciding.statement, deciding.sid) == ("identity", 0, 1, "Gets")
    assert deciding.effect == "Allow"
    assert [each.mismatch and each.mismatch.part for each in decision.others] == ["action", "resource", "action"]

    refused = ram.evaluate(document, action="ice:GetAvatar", context={"acs:SourceIp": "198.51.100.1"})
    assert not refused
    mismatch = refused.others[1].mismatch
    assert mismatch is not None
    assert (mismatch.part, mismatch.operator, mismatch.key) == ("condition", "IpAddress", "acs:SourceIp")
    assert "198.51.100.1" in mismatch.message
    assert "203.0.113.0/24" in mismatch.message

    missing = ram.evaluate(document, action="ice:GetAvatar").others[1].mismatch
    assert missing is not None
    assert "not in the request" in missing.message


def test_an_allow_that_a_deny_beats_is_shown_as_matching_without_deciding() -> None:
    decision = ram.evaluate([GRANT, REFUSE], action="ice:GetAvatar")
    assert [each.policy_index for each in decision.statements] == [1]
    assert [each.mismatch for each in decision.others] == [None]


def test_every_layer_that_allowed_is_named() -> None:
    decision = ram.evaluate(GRANT, action="ice:GetAvatar", session_policy=GRANT, control_policies=GRANT)
    assert [each.layer for each in decision.statements] == ["control", "session", "identity"]


def test_a_decision_as_json() -> None:
    decision = ram.evaluate(find("get-avatar").document, action="ice:GetAvatar").to_dict()
    assert decision["decision"] == "allow"
    assert decision["statements"][0]["effect"] == "Allow"
    assert json.loads(json.dumps(decision)) == decision


def test_names_come_from_the_source_or_tell_the_layer() -> None:
    document = ram.parse(json.dumps(GRANT), source="grant.json")
    assert ram.evaluate(document, action="ice:GetAvatar").statements[0].policy == "grant.json"
    assert ram.evaluate([NOTHING, GRANT], action="ice:GetAvatar").statements[0].policy == "identity policy 2"
