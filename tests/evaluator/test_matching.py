from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar.ram.matching import Patterns, wildcard

texts = st.text("ab\n", max_size=8)
patterns = st.text("ab**?\n", max_size=6)
thorough = settings(max_examples=1_000, deadline=None)


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL | flags)


@thorough
@given(patterns, texts)
def test_a_wildcard_equals_its_regular_expression(pattern: str, text: str) -> None:
    assert wildcard(pattern)(text) == bool(regex(pattern).fullmatch(text))


@thorough
@given(st.lists(st.text("abAB*?", max_size=6), max_size=5), st.text("abAB", max_size=8), st.booleans())
def test_a_list_matches_where_one_of_it_does(listed: list[str], text: str, ignore_case: bool) -> None:
    expected = any(regex(pattern, re.IGNORECASE if ignore_case else 0).fullmatch(text) for pattern in listed)
    assert Patterns(listed, ignore_case=ignore_case).match(text) == expected


@settings(deadline=None)
@given(st.text(max_size=20))
def test_no_other_character_is_special(text: str) -> None:
    literal = text.replace("*", "").replace("?", "")
    assert wildcard(literal)(literal)
    assert wildcard(f"*{literal}*")(f"x{literal}x")
    assert not wildcard(literal)(literal + "x")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("acs:*:*cn-beijing*:*:*", "acs:ecs:cn-beijing-a:1:instance/i-1", True),
        ("acs:oss:*:*:b/*", "acs:oss:*:1:b/a/c", True),
        ("ecs:Describe*", "ecs:DescribeInstances", True),
        ("ecs:Describe*", "ecs:Describe", True),
        ("a*a", "a", False),
        ("ab*ba", "aba", False),
        ("a*b*a", "aba", True),
        ("a*?*a", "aa", False),
        ("a?", "a", False),
        ("a?", "ab", True),
        ("${acs:username}", "alice", False),
    ],
)
def test_documented_samples(pattern: str, text: str, matches: bool) -> None:
    assert wildcard(pattern)(text) is matches


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * 5_000, "a" * 10_000 + "b"),
        ("*a" * 5_000 + "*b", "a" * 10_000),
        ("*?a" * 3_000, "a" * 10_000 + "b"),
        ("*" * 10_000 + "b", "a" * 10_000),
        ("*" + "a?" * 2_000 + "b", "a" * 10_000),
    ],
)
def test_hostile_patterns_end(pattern: str, text: str) -> None:
    assert not wildcard(pattern)(text)
