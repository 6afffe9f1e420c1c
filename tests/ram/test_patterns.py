"""The relations between patterns, against trying every short text."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given, strategies as st

from pulumi_ice_avatar.ram.matching import wildcard
from pulumi_ice_avatar.ram.patterns import covered, meets

PATTERNS = st.text("ab*?", min_size=1, max_size=4)
TEXTS = ["".join(text) for length in range(7) for text in product("ab/", repeat=length)]


@given(st.lists(PATTERNS, min_size=1, max_size=6))
def test_what_is_covered_adds_nothing(patterns):
    matched = [{text for text in TEXTS if wildcard(pattern)(text)} for pattern in patterns]
    found = covered(patterns)
    assert all(matched[index] <= matched[other] for index, other in found)
    kept = set(range(len(patterns))) - {index for index, _ in found}
    assert set().union(*(matched[index] for index in kept)) == set().union(*matched)


@given(st.lists(st.text("ab", min_size=1, max_size=3), max_size=6))
def test_plain_entries_are_covered_by_their_equals_alone(texts):
    assert covered(texts) == [
        (index, texts.index(text)) for index, text in enumerate(texts) if texts.index(text) != index
    ]


def test_a_prefix_covers_what_begins_with_it():
    assert covered(["oss:GetObject", "oss:Get*", "oss:*", "ecs:Get*"]) == [(0, 2), (1, 2)]


def test_a_question_mark_does_not_take_a_star():
    assert covered(["a*c", "a?c"]) == [(1, 0)]


def test_case_counts_unless_told_otherwise():
    assert covered(["oss:get*", "oss:GetObject"]) == []
    assert covered(["oss:get*", "oss:GetObject"], ignore_case=True) == [(1, 0)]


@given(st.text("ab/*?", max_size=3), st.text("ab/*+", max_size=3))
def test_a_pattern_meets_a_template_where_a_text_fits_both(pattern, template):
    stands_for = re.compile("".join({"*": ".*", "+": "[^/]+"}.get(each, re.escape(each)) for each in template))
    assert meets(pattern, template) == any(map(stands_for.fullmatch, filter(wildcard(pattern), TEXTS)))
