from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.errors import PolicyError
from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.deciding.comparison import check
from tests.evaluator import naive
from tests.evaluator.strategies import PRINCIPALS, policies, requests, statements

#: The first comparison reads the catalogue, which takes longer than the others.
unhurried = settings(deadline=None, max_examples=100)

ICE = len(catalogue.actions("ice"))


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition}


def deny(action: Any, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    return {**allow(action, resource, **condition), "Effect": "Deny"}


def plausible(request: dict[str, Any]) -> bool:
    """Whether a request is of the kind that is searched: the rest cannot be sent to the service."""
    service = request["action"].partition(":")[0]
    return request["resource"] == "*" or (service != "ice" and request["resource"].startswith(f"acs:{service}:"))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy and one that was made of it by a change, or two that have nothing in common."""
    old = draw(policies())
    new = draw(st.one_of(policies(), st.just(copy.deepcopy(old))))
    if draw(st.booleans()):
        new["Statement"].append(draw(statements()))
    if draw(st.booleans()):
        del new["Statement"][draw(st.integers(0, len(new["Statement"]) - 1))]
    return old, new


@unhurried
@given(pairs())
def test_every_witness_is_allowed_by_the_new_policy_and_not_by_the_old_one(pair: tuple[Any, Any]) -> None:
    old, new = pair
    for access in ram.compare(old, new).new_access:
        for action in {access.action, access.actions[0], access.actions[-1]}:
            request = {"action": action, "resource": access.resource, "context": dict(access.context)}
            assert naive.decide([new], **request) == "allow"
            assert naive.decide([old], **request) != "allow"


@unhurried
@given(pairs(), st.lists(requests().filter(plausible), min_size=5, max_size=5))
def test_what_a_request_shows_is_found(pair: tuple[Any, Any], tried: list[dict[str, Any]]) -> None:
    old, new = pair
    shown = [
        request for request in tried if naive.decide([new], **request) == "allow" != naive.decide([old], **request)
    ]
    comparison = ram.compare(old, new)
    assert comparison or not shown or not comparison.complete


@unhurried
@given(policies(), st.randoms(use_true_random=False), statements())
def test_less_is_never_new(document: dict[str, Any], dice: Any, further: dict[str, Any]) -> None:
    shuffled = copy.deepcopy(document)
    dice.shuffle(shuffled["Statement"])
    assert not ram.compare(document, shuffled)
    shuffled["Statement"].append({**further, "Effect": "Deny"})
    assert not ram.compare(document, shuffled)


@unhurried
@given(policies(principal=True), policies(principal=True), st.sampled_from(PRINCIPALS), requests().filter(plausible))
def test_policies_that_name_principals(old: Any, new: Any, principal: str, request: dict[str, Any]) -> None:
    def decide(document: Any, principal: str | None, **request: Any) -> str:
        return naive.decide([], **request, of_resource=document, principal=principal)

    comparison = ram.compare(old, new)
    for access in comparison.new_access:
        witness = {"action": access.action, "resource": access.resource, "context": dict(access.context)}
        assert decide(new, access.principal, **witness) == "allow"
        assert decide(old, access.principal, **witness) != "allow"
    if decide(new, principal, **request) == "allow" != decide(old, principal, **request):
        assert comparison or not comparison.complete


def only(comparison: ram.Comparison) -> Any:
    assert comparison.complete
    (access,) = comparison.new_access
    return access


def test_known_actions_of_one_class_are_one_finding() -> None:
    access = only(ram.compare(policy(allow("ice:GetAvatar")), policy(allow("ice:*"))))
    assert len(access.actions) == ICE - 1
    assert "ice:GetAvatar" not in access.actions
    assert access.resource == "*"
    assert access.statement == "the new policy statement 0"


def test_actions_yet_to_come_are_found_as_made_up_ones() -> None:
    every = [action.name for action in catalogue.actions("ice")]
    access = only(ram.compare(policy(allow(every)), policy(allow("ice:*"))))
    assert access.action.startswith("ice:")
    assert catalogue.action(access.action) is None


@pytest.mark.parametrize(
    ("old", "new", "witness"),
    [
        (allow("oss:GetObject", "acs:oss:*:*:b/*"), allow("oss:GetObject", "acs:oss:*:*:b*"), {"resource": ":bx"}),
        (
            allow("oss:GetObject", "acs:oss:cn-hangzhou:*:b/*"),
            allow("oss:GetObject", "acs:oss:*:*:b/*"),
            {"resource": "acs:oss:cn-shanghai:"},
        ),
        (
            allow("oss:GetObject", "acs:oss:*:1:b/*"),
            allow("oss:GetObject", "acs:oss:*:*:b/*"),
            {"resource": ":1234567890123456:b/"},
        ),
        (allow("sts:AssumeRole", "acs:ram:*:*:role/a"), allow("sts:AssumeRole"), {}),
        (
            allow("x:y", IpAddress={"k": "10.0.0.0/8"}),
            allow("x:y", IpAddress={"k": "10.0.0.0/7"}),
            {"context": {"k": "11.0.0.0"}},
        ),
        (allow("x:y", StringLike={"k": "a*"}), allow("x:y", StringLike={"k": ["a*", "*b"]}), {"context": {"k": "xb"}}),
        (
            allow("x:y", DateLessThan={"k": "2026-01-01T00:00:00Z"}),
            allow("x:y", DateLessThan={"k": "2026-01-01T00:00:01Z"}),
            {"context": {"k": "2026-01-01T00:00:00Z"}},
        ),
        (
            allow("x:y", NumericLessThan={"k": "5"}),
            allow("x:y", NumericLessThan={"k": "6"}, NumericGreaterThan={"k": "5"}),
            {"context": {"k": "5.5"}},
        ),
        (allow("x:y", Bool={"k": "true"}), allow("x:y", Bool={"k": ["true", "false"]}), {"context": {"k": "false"}}),
        (allow("x:y", StringEquals={"k": "a"}), allow("x:y"), {"context": {}}),
        (
            allow("x:y", **{"ForAllValues:StringEquals": {"k": "a"}}),
            allow("x:y", **{"ForAnyValue:StringEquals": {"k": "a"}}),
            {"context": {"k": "['a', 'x']"}},
        ),
    ],
)
def test_witnesses(old: Any, new: Any, witness: dict[str, Any]) -> None:
    access = only(ram.compare(policy(old), policy(new)))
    assert witness.get("resource", "") in access.resource
    if "context" in witness:
        assert {key: str(value) for key, value in access.context.items()} == witness["context"]


def test_a_deny_that_was_narrowed_gives_new_access() -> None:
    grant = allow("ice:*")
    narrowed = deny("ice:Delete*", Bool={"acs:MFAPresent": "false"})
    access = only(ram.compare(policy(grant, deny("ice:Delete*")), policy(grant, narrowed)))
    assert access.action.startswith("ice:Delete")
    assert "acs:MFAPresent" not in access.context


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (allow("ice:*", "acs:ice:*:*:*"), allow("ice:*")),
        (allow("ice:*"), allow("ice:*", "acs:ice:*:*:*")),
        (allow("oss:*", "acs:oss:*:*:*"), allow("oss:*")),
        (allow("ice:*"), allow("ICE:GET*")),
        (allow("x:y", IpAddress={"k": "10.0.0.0/7"}), allow("x:y", IpAddress={"K": "10.0.0.5/8"})),
    ],
)
def test_what_comes_to_the_same_is_not_new(old: Any, new: Any) -> None:
    comparison = ram.compare(policy(old), policy(new))
    assert not comparison
    assert comparison.complete


def test_many_conditions_are_sampled_and_the_result_says_so() -> None:
    def under(values: list[str]) -> dict[str, Any]:
        return policy(allow("x:y", StringEquals={f"k{number}": values for number in range(14)}))

    comparison = ram.compare(under(["a"]), under(["a", "b"]))
    assert comparison
    assert not comparison.complete


def test_several_policies_of_one_principal_are_taken_together() -> None:
    assert not ram.compare(policy(allow(["ice:GetAvatar", "ice:ListAvatars"])), [policy(allow("ice:GetAvatar"))])
    assert ram.compare(
        [policy(allow("ice:GetAvatar"))], [policy(allow("ice:GetAvatar")), policy(allow("ice:ListAvatars"))]
    )
    assert not ram.compare([], [])


def test_kinds_are_not_mixed() -> None:
    trust = ram.template("trust-ecs")
    with pytest.raises(PolicyError, match="names principals"):
        ram.compare(trust, policy(allow("*")))
    with pytest.raises(PolicyError, match="one by one"):
        ram.compare([trust, trust], trust)
    assert ram.compare([], trust)


def test_trust_policies_are_compared_by_who_may_assume_the_role() -> None:
    access = only(ram.compare(ram.template("trust-ecs"), ram.template("trust-function-compute")))
    assert (access.action, access.principal) == ("sts:AssumeRole", "fc.aliyuncs.com")


def test_requirements() -> None:
    reader = ram.template("avatar-reader")
    reads = list(reader["Statement"][0]["Action"])
    assert check(reader, must_allow=reads, must_deny=["ice:Create*", "oss:*"]) == ((), True)
    codes = {
        each.code: each
        for each in check(reader, must_allow=["ice:GetAvatar", "ice:DeleteX"], must_deny=["ice:List*"]).unmet
    }
    assert set(codes) == {"RAM901", "RAM902", "RAM903"}
    assert "ice:DeleteX" in codes["RAM901"].message
    for code in ("RAM902", "RAM903"):
        witness = codes[code].witness
        assert witness is not None
        assert all(ram.evaluate(reader, action=action) for action in witness.actions)


def test_a_required_pattern_means_each_known_action() -> None:
    unmet = check(policy(allow("ice:Get*Avatar*")), must_allow=["ice:Get*"]).unmet
    required = {action.name for action in catalogue.match("ice:Get*")}
    assert {each.message.split()[0] for each in unmet} == required - {"ice:GetAvatar", "ice:GetAvatarTrainingJob"}
    with pytest.raises(PolicyError, match="no known action"):
        check(policy(), must_allow=["ice:Frobnicate*"])
    with pytest.raises(PolicyError, match="is no action"):
        check(policy(), must_deny=["GetAvatar"])


def test_requirements_hold_for_some_request_and_prohibitions_for_every_one() -> None:
    guarded = policy(allow("ice:GetAvatar", IpAddress={"acs:SourceIp": "10.0.0.0/8"}))
    assert check(guarded, must_allow=["ice:GetAvatar"]) == ((), True)
    (unmet,) = check(guarded, must_deny=["ice:*"]).unmet
    assert unmet.witness is not None
    assert ram.evaluate(guarded, action=unmet.witness.action, context=unmet.witness.context)
