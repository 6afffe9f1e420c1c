"""Guessing what was meant: found within a slip, silent in doubt, and quick."""

import random
import string

import pytest
from hypothesis import assume, given, settings, strategies as st

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.spelling import Vocabulary, within

ICE = [found.name.partition(":")[2] for found in catalogue.actions("ice")]
LOWER = {name.lower() for name in ICE}


def distance(one, other):
    """Optimal string alignment distance, by the book."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@st.composite
def slips(draw, words):
    """A word, and the same word with one slip in it."""
    word = draw(words)
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(string.ascii_letters))
    kind = draw(st.sampled_from(["add", "drop", "replace", "swap"]))
    after = {"add": letter + word[at], "drop": "", "replace": letter, "swap": word[at : at + 2][::-1]}[kind]
    return word, word[:at] + after + word[at + (2 if kind == "swap" else 1) :]


@settings(deadline=None)
@given(st.text("ab", max_size=7), st.text("ab", max_size=7), st.integers(0, 2))
def test_within_is_the_edit_distance(one, other, slips):
    assert within(one, other, slips) == (distance(one, other) <= slips)


@settings(deadline=None)
@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7), st.integers(0, 2))
def test_within_is_symmetric(one, other, slips):
    assert within(one, other, slips) == within(other, one, slips)


@settings(deadline=None)
@given(slips(st.sampled_from(ICE)))
def test_action_with_one_slip_is_found_unless_another_is_as_near(slip):
    meant, typed = slip
    assume(typed.lower() not in LOWER)
    near = {name for name in ICE if abs(len(name) - len(typed)) <= 1 and distance(name.lower(), typed.lower()) <= 1}
    assert meant in near
    assert catalogue.near_action(f"ice:{typed}") == (f"ice:{meant}" if near == {meant} else None)


@settings(deadline=None)
@given(st.sampled_from(ICE), st.sampled_from(["", "x", "Foo", "BarBaz"]))
def test_action_is_near_only_within_two_slips(name, more):
    typed = f"{name}{more}"
    found = catalogue.near_action(f"ice:{typed}")
    assert (found is None) or distance(found[4:].lower(), typed.lower()) in (1, 2)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ice:GetAvatr", "ice:GetAvatar"),
        ("ice:getavatr", "ice:GetAvatar"),
        ("ICE:GetAvatars", "ice:GetAvatar"),
        ("ice:SubmitAvatarTraningJbo", "ice:SubmitAvatarTrainingJob"),
        ("sts:AssumRole", "sts:AssumeRole"),
        ("oss:GetObjekt", "oss:GetObject"),
        ("ecs:DescribeInstnces", "ecs:DescribeInstances"),
        # Only ICE has an operation of that name.
        ("ims:GetAvatar", "ice:GetAvatar"),
        ("avatar:getavatar", "ice:GetAvatar"),
        ("nosuch:ListSmartSysAvatarModels", "ice:ListSmartSysAvatarModels"),
        # Known, and said elsewhere.
        ("ice:GetAvatar", None),
        ("ice:getavatar", None),
        ("oss:HeadObject", None),
        ("sts:GetCallerIdentity", None),
        # Words that other operations have: the service may have this one.
        ("ecs:DescribeInstance", None),
        ("oss:GetStyles", None),
        ("cr:TagResource", None),
        ("nosuch:ListTagResources", None),
        ("nosuch:GetObjekt", None),
        ("ecs:describeinstnces", None),
        ("", None),
        ("ice", None),
        ("ice:", None),
    ],
)
def test_near_action(typed, meant):
    assert catalogue.near_action(typed) == meant


def test_actions_of_system_policies_raise_no_suspicion():
    written = {
        name
        for policy in catalogue.system_policies()
        for statement in policy.statements
        for name in statement.actions
        if "*" not in name
    }
    assert len(written) > 100
    assert {name: catalogue.near_action(name) for name in written if catalogue.near_action(name)} == {}
    assert [name for name in written if name.partition(":")[0] and catalogue.wrong_prefix(name.partition(":")[0])] == []


def test_known_actions_raise_no_suspicion():
    known = [found.name for code in catalogue.services() for found in catalogue.actions(code)]
    assert [name for name in random.Random(1).sample(known, 2000) if catalogue.near_action(name)] == []


def test_two_words_as_near_are_none():
    assert Vocabulary(["alpha1", "alpha2"]).nearest("alpha3") is None
    assert Vocabulary(["alpha1", "beta"]).nearest("Alpha3") == "alpha1"


def test_known_and_short_words_are_none():
    words = Vocabulary(["Resource", "Sid", "an", ""])
    assert [words.nearest(word) for word in ("resource", "Sit", "a", "", "Resources")] == [None] * 4 + ["Resource"]
    assert Vocabulary([]).nearest("Resource") is None


LOOKUPS = [
    catalogue.access,
    catalogue.action,
    catalogue.actions,
    catalogue.condition_key,
    catalogue.is_complete,
    catalogue.is_product,
    catalogue.match,
    catalogue.near_action,
    catalogue.near_condition_key,
    catalogue.near_region,
    catalogue.near_service,
    catalogue.operation,
    catalogue.region,
    catalogue.resource_templates,
    catalogue.sensitive,
    catalogue.service,
    catalogue.wrong_prefix,
    *(lambda name, kind=kind: catalogue.aws(kind, name) for kind in ("action", "arn", "condition-key", "prefix")),
    lambda name: catalogue.near_resource_type("ecs", name),
]


@settings(deadline=None)
@given(st.one_of(st.text(), st.text(":/*?.-[{}aceiß\0\n")))
def test_any_text_can_be_looked_up(text):
    for look_up in LOOKUPS:
        look_up(text)
        look_up(f"ice:{text}")


@pytest.mark.parametrize(
    "text", ["a" * 10**6, "ice:" + "aA" * 10**6, "ice:" + "*a" * 10**5, ":" * 10**6, "arn:aws:s3:::" + "/" * 10**6]
)
def test_text_of_any_length_can_be_looked_up(text):
    for look_up in LOOKUPS:
        assert look_up(text) in (None, (), False)
