"""RAM3xx beyond the pages and the corpus: no error on what can match, and none of the words for one avatar missing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram.matching import wildcard
from pulumi_ice_avatar.ram.reading.edits import apply


def lint(resource, action="unknown:Get", **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return ram.lint(json.dumps({"Version": "1", "Statement": [statement]}), select=["RAM3"])


def codes(*arguments):
    return [each.code for each in lint(*arguments)]


NAMES = st.builds(
    "acs:{}:{}:{}:{}".format,
    st.sampled_from(["oss", "ecs", "ram", "hcs-sgw", "starops"]),
    st.sampled_from(["", "*", "cn-hangzhou", "ap-southeast-7"]),
    st.sampled_from(["", "*", "1234567890123456"]),
    st.text("ab1/-_.报 ", min_size=1, max_size=12),
)


SLICES = st.tuples(st.integers(0, 60), st.integers(0, 8))


@given(NAMES, SLICES, st.lists(SLICES, max_size=3))
def test_what_matches_a_name_is_no_error(name, single, many):
    start, length = single
    pattern = name[:start] + "?" * len(name[start : start + length]) + name[start + length :]
    for start, length in many:
        pattern = pattern[:start] + "*" + pattern[start + length :]
    assert wildcard(pattern)(name)
    assert [each for each in lint(pattern) if each.severity == "error"] == []


@given(st.one_of(st.text(min_size=1, max_size=40), st.text("acs:rn*?/1 ,\u200b：oO", min_size=1, max_size=30)))
def test_any_text_ends_in_lines(resource):
    for finding in lint(resource, "oss:GetObject"):
        assert finding.message.isprintable(), finding
        assert len(finding.message) < 600


@pytest.mark.parametrize("resource", ["*", "acs:ice:*:*:*", "acs:ice:*", "acs:*:*:*:*", "acs:*", "**"])
def test_an_avatar_is_looked_up_on_everything(resource):
    assert "RAM308" not in codes(resource, "ice:GetAvatar")


@pytest.mark.parametrize(
    "resource",
    [
        "acs:ice:*:*:avatar/a",
        "acs:ice:cn-shanghai:*:*",
        "acs:ice:*:1234567890123456:*",
        "acs:ims:*:*:*",
        "acs:oss:*:*:b",
    ],
)
@pytest.mark.parametrize("action", ["ice:GetAvatar", "ICE:getavatar", "ice:*", "ice:*Avatar*"])
def test_an_avatar_is_looked_up_nowhere_else(resource, action):
    assert "RAM308" in codes(resource, action)


def test_one_wide_resource_is_enough_for_an_avatar():
    assert codes(["acs:oss:*:*:b/*", "acs:ice:*:*:*"], ["ice:GetAvatar", "oss:GetObject"]) == []


def test_a_placeholder_may_be_wide_enough():
    assert codes("acs:ice:*:${account}:*", "ice:GetAvatar") == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("oss:GetObject", "acs:oss:*:*:b/*"),
        ("oss:GetObject", "acs:oss:*:*:b*"),
        ("oss:GetObject", "acs:oss:*:*:*"),
        ("oss:GetObject", "acs:*:*:*:b/*"),
        ("oss:GetObject", "acs:oss:*"),
        ("oss:Get*", "acs:oss:*:*:b"),
        ("oss:ListObjects", "acs:oss:*:*:b"),
        ("oss:ListBuckets", "acs:oss:*:*:b"),
        ("log:ListDashboard", "acs:log:*:*:project/p/dashboard/*"),
        ("log:GetLogging", "acs:log:*:*:project/p/*"),
        ("hdm:GetSession", "acs:polardb:*:*:*"),
        ("kms:Decrypt", "acs:kms:*:*:alias/a"),
        ("unknown:Get", "acs:oss:*:*:b"),
    ],
)
def test_action_and_resource_agree(action, resource):
    assert "RAM307" not in codes(resource, action)


def test_an_action_is_met_in_another_statement_of_its_effect():
    def document(effect):
        return {
            "Version": "1",
            "Statement": [
                {"Effect": "Allow", "Action": ["oss:ListObjects", "oss:GetObject"], "Resource": "acs:oss:*:*:b/*"},
                {"Effect": effect, "Action": "oss:List*", "Resource": "acs:oss:*:*:b"},
            ],
        }

    assert ram.lint(document("Allow"), select=["RAM307"]) == []
    (finding,) = ram.lint(document("Deny"), select=["RAM307"])
    assert finding.pointer == "/Statement/0/Action/0"


# What a resource matches is what its policy decides: only what amounts to the same is written anew.
NOT_FIXED = [
    "arn:aws:s3:::my-bucket/a/*",
    "arn:aws:iam::123456789012:user/u",
    "arn:acs:oss:*:*:b",
    "ACS:OSS:*:*:B",
    "oss:*:*:b/*",
    "acs：oss：*：*：b",
    "acs:ots:*:*:instance/In/table/T",
    " acs:oss:*:*:b",
]
FIXED = [("acs:*:*:*:*", "*"), *((resource, resource) for resource in NOT_FIXED)]


@pytest.mark.parametrize(("resource", "expected"), FIXED)
def test_fixes(resource, expected):
    text = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "x:Y", "Resource": resource}]})
    fixes = [each.fix for each in ram.lint(text, select=["RAM3"]) if each.fix]
    assert json.loads(apply(text, fixes)[0])["Statement"][0]["Resource"] == expected
