"""Fixing what can be fixed leaves a document that reads at least as well, and decides as before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import errors, ram
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.reading import edits
from tests.ram.test_fuzz import SYNTAX, mutated

ACTIONS = ("ice:GetAvatar", "oss:GetObject", "oss:PutObject", "ecs:DescribeInstances", "sts:AssumeRole")
RESOURCES = ("*", "acs:oss:*:1234567890123456:my-bucket/a", "acs:ecs:cn-hangzhou:1234567890123456:instance/i-1")
CONTEXTS: tuple[dict[str, Any], ...] = (
    {},
    {"acs:SourceIp": "203.0.113.7", "acs:SecureTransport": True, "acs:MFAPresent": True},
)


def decisions(text: str) -> list[str] | None:
    """What a policy of an identity decides; None where it decides nothing, or is none."""
    try:
        compiled = ram.parse(text)
        if compiled.problems or compiled.kind != "identity":
            return None
        return [
            str(ram.evaluate(text, action=action, resource=resource, context=context).effect)
            for action in ACTIONS
            for resource in RESOURCES
            for context in CONTEXTS
        ]
    except errors.IceAvatarError:
        return None


def slips(text: str, kind: str | None) -> int:
    return sum(each.code in SYNTAX for each in ram.lint(text, kind))


@settings(max_examples=300, deadline=None)
@given(mutated(), st.sampled_from([None, *KINDS]))
def test_all_fixes_together(text: str, kind: str | None) -> None:
    findings = [each for each in ram.lint(text, kind) if each.fix]
    fixed, _ = edits.apply(text, [each.fix for each in findings if each.fix])
    if not slips(text, kind):
        assert not slips(fixed, kind), fixed


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_decisions_stay(text: str) -> None:
    before = decisions(text)
    fixes = [each.fix for each in ram.lint(text, "identity") if each.fix]
    if before is not None and fixes:
        fixed, _ = edits.apply(text, fixes)
        assert decisions(fixed) == before, fixed


@pytest.mark.parametrize("misspelt", ["stringEquals", "StringEqual"])
def test_a_fix_makes_no_second_member_of_a_name(misspelt: str) -> None:
    condition = {"StringEquals": {"acs:SourceVpc": "vpc-1"}, misspelt: {"acs:PrincipalArn": "acs:ram::1:root"}}
    text = json.dumps(
        {
            "Version": "1",
            "Statement": [{"Effect": "Allow", "Action": "oss:*", "Resource": "*", "Condition": condition}],
        }
    )
    found = [each for each in ram.lint(text) if each.code in ("RAM401", "RAM402")]
    assert found
    assert not any(each.fix for each in found)
