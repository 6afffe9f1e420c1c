"""What the rules about redundant and contradicting statements claim holds for the evaluator, too."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram.deciding.evaluator import compile_policy, evaluate
from pulumi_ice_avatar.ram.reading import edits

# A small world, so that statements often have to do with each other: every pattern below matches some of the actions
# and resources that are asked about, in another case or with another wildcard as well.
PLAIN = ["oss:GetObject", "OSS:getobject", "oss:PutObject", "oss:GetBucketAcl", "ecs:GetObject", "oss:DeleteObject"]
ACTIONS = [*PLAIN, "oss:Get*", "oss:*Object", "oss:?etObject", "oss:*", "*"]
RESOURCES = ["acs:oss:*:*:b/x", "acs:oss:*:*:b/?", "acs:oss:*:*:b/*", "acs:oss:*:*:*/x", "acs:*:*:*:*", "*"]
ADDRESSES = ["203.0.113.0/24", "203.0.113.7", "198.51.100.0/24"]
CONDITIONS: list[dict[str, Any]] = [
    {},
    {"IpAddress": {"acs:SourceIp": ADDRESSES[:1]}},
    {"IpAddress": {"ACS:SourceIP": ADDRESSES}},
    {"NotIpAddress": {"acs:SourceIp": ADDRESSES[:2]}},
    {"NotIpAddress": {"acs:SourceIp": ADDRESSES[:1]}},
    {"IpAddress": {"acs:SourceIp": ADDRESSES[:1]}, "Bool": {"acs:SecureTransport": "true"}},
    {"ForAllValues:StringEquals": {"acs:SourceVpc": ["vpc-1"]}},
    {"ForAllValues:StringEquals": {"acs:SourceVpc": ["vpc-1", "vpc-2"]}},
    {"ForAnyValue:StringNotEquals": {"acs:SourceVpc": ["vpc-1"]}},
]
PRINCIPALS: list[Any] = ["*", ["200000000000000001"], ["200000000000000001", "200000000000000002"]]

ASKED_ACTIONS = ["oss:GetObject", "oss:PutObject", "oss:GetBucketAcl", "ecs:GetObject"]
ASKED_RESOURCES = ["acs:oss:cn-hangzhou:1:b/x", "acs:oss:*:*:b/y", "acs:oss:*:*:b/x", "*"]
CONTEXTS: list[dict[str, Any]] = [
    {},
    {"acs:SourceIp": "203.0.113.7"},
    {"acs:SourceIp": "203.0.113.9", "acs:SecureTransport": True, "acs:SourceVpc": ["vpc-1"]},
    {"acs:SourceIp": "198.51.100.1", "acs:SourceVpc": ["vpc-2", "vpc-1"]},
]
CALLERS = ["200000000000000001", "200000000000000002", None]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


@st.composite
def policies(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A kind and statements that are put together from few parts, so that they have much in common."""
    kind = draw(st.sampled_from(["identity", "identity", "resource"]))
    actions = draw(st.lists(some(draw(st.sampled_from([PLAIN, ACTIONS]))), min_size=1, max_size=4))
    resources = draw(st.lists(some(RESOURCES), min_size=1, max_size=2))
    conditions = draw(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2))
    principals = draw(st.lists(st.sampled_from(PRINCIPALS), min_size=1, max_size=2))
    listed = []
    for _ in range(draw(st.integers(2, 5))):
        statement: dict[str, Any] = {
            "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
            draw(st.sampled_from(["Action"] * 5 + ["NotAction"])): draw(st.sampled_from(actions)),
            "Resource": draw(st.sampled_from(resources)),
            "Condition": draw(st.sampled_from(conditions)),
        }
        if kind == "resource":
            statement["Principal"] = draw(st.sampled_from(principals))
            if draw(st.booleans()):
                del statement["Resource"]
        listed.append(statement)
    return kind, listed


def document(listed: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "1", "Statement": listed}


def decisions(kind: str, listed: list[dict[str, Any]]) -> list[str]:
    """What the evaluator says to every request of the small world."""
    compiled = compile_policy(document(listed), kind=kind)
    return [
        evaluate(
            compiled if kind == "identity" else [],
            action=action,
            resource=resource,
            context=context,
            resource_policy=compiled if kind == "resource" else None,
            principal=caller,
        ).effect
        for action in ASKED_ACTIONS
        for resource in ASKED_RESOURCES
        for context in CONTEXTS
        for caller in (CALLERS if kind == "resource" else [None])
    ]


def places(code: str, kind: str, listed: list[dict[str, Any]]) -> list[list[str]]:
    """Where a rule finds something, as the tokens after `/Statement`."""
    return [each.pointer.split("/")[2:] for each in ram.lint(document(listed), kind, select=[code])]


def without(listed: list[dict[str, Any]], indexes: set[int]) -> list[dict[str, Any]]:
    return [each for index, each in enumerate(listed) if index not in indexes]


@settings(max_examples=200, deadline=None)
@given(policies())
def test_redundant_statements_can_all_go_at_once(policy):
    kind, listed = policy
    redundant = {int(place[0]) for place in places("RAM801", kind, listed)}
    if redundant:
        assert decisions(kind, without(listed, redundant)) == decisions(kind, listed)


@settings(max_examples=200, deadline=None)
@given(policies())
def test_an_allow_that_is_shadowed_never_decides(policy):
    kind, listed = policy
    shadowed = {int(place[0]) for place in places("RAM802", kind, listed)}
    if shadowed:
        assert decisions(kind, without(listed, shadowed)) == decisions(kind, listed)


@settings(max_examples=200, deadline=None)
@given(policies())
def test_what_is_allowed_in_vain_can_go(policy):
    kind, listed = policy
    for index, *rest in places("RAM611", kind, listed):
        if rest and len(listed[int(index)][rest[0]]) > 1:
            element, place = rest
            left = [dict(each) for each in listed]
            left[int(index)][element] = [
                each for number, each in enumerate(listed[int(index)][element]) if number != int(place)
            ]
        else:
            left = without(listed, {int(index)})
        assert decisions(kind, left) == decisions(kind, listed)


@settings(max_examples=200, deadline=None)
@given(policies())
def test_mergeable_statements_can_be_merged(policy):
    kind, listed = policy
    findings = ram.lint(document(listed), kind, select=["RAM803"])
    merged = [dict(each) for each in listed]
    gone = set()
    for finding in findings:
        index = int(finding.pointer.split("/")[2])
        into = merged[int(finding.message.split()[1]) - 1]
        into["Action"] = [*into["Action"], *listed[index]["Action"]]
        gone.add(index)
    if gone:
        assert decisions(kind, without(merged, gone)) == decisions(kind, listed)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["ice:GetAvatar", "ice:getavatar", "ice:ListAvatars", "oss:*", "Oss:*"]), min_size=1))
def test_sorting_actions_keeps_them_all_and_happens_once(actions):
    text = json.dumps(document([{"Effect": "Allow", "Action": actions, "Resource": "acs:oss:*:*:b/*"}]), indent=2)
    fixed, _ = edits.apply(text, [each.fix for each in ram.lint(text, select=["RAM804"]) if each.fix])
    after = json.loads(fixed)["Statement"][0]["Action"]
    assert sorted(after) == sorted(actions)
    assert [each.lower() for each in after] == sorted(each.lower() for each in actions)
    assert ram.lint(fixed, select=["RAM804"]) == []
