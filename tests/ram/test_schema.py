"""The published JSON Schema, and that the rules which stand for it reach the same verdicts."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.ram.language import ELEMENTS, KINDS, OPERATORS, SET_PREFIXES
from pulumi_ice_avatar.ram.linting import rules, schema

SCHEMA_RULES = {each.code for each in rules.all_rules().values() if each.schema}

SOUND = {
    "identity": {"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"},
    "trust": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}},
    "session": {"Effect": "Deny", "NotAction": ["ice:*"], "Resource": ["*"]},
    "control": {"Effect": "Deny", "Action": "ram:*", "Resource": "*"},
    "resource": {"Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*", "Principal": ["123"]},
}


def document(statement):
    return {"Version": "1", "Statement": [statement]}


def accepted(value, kind):
    return not schema.check(value, kind)


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_schema_is_valid_2020_12_and_described(kind):
    published = schema.schema(kind)
    Draft202012Validator.check_schema(published)
    assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert published["$id"]
    assert published["title"]
    assert published["description"]


def test_every_kind_has_an_id_of_its_own():
    assert len({schema.schema(kind)["$id"] for kind in (None, *KINDS)}) == len(KINDS) + 1


def test_examples_are_accepted():
    published = schema.schema()
    assert published["examples"]
    for example in published["examples"]:
        assert accepted(example, None)


def test_elements_have_descriptions():
    definitions = schema.schema()["$defs"]
    properties = definitions["statement"]["properties"]
    assert set(properties) == set(ELEMENTS)
    assert all(each["title"] and each["description"] for each in properties.values())


def test_operators_are_an_explicit_list():
    assert list(schema.schema()["$defs"]["condition"]["properties"]) == list(OPERATORS)


def test_unknown_kind_is_refused():
    with pytest.raises(InvalidInputError, match="trust"):
        schema.schema("bucket")


@pytest.mark.parametrize("kind", KINDS)
def test_sound_statement_of_its_kind_is_accepted(kind):
    assert accepted(document(SOUND[kind]), kind)
    assert accepted(document(SOUND[kind]), None)


@pytest.mark.parametrize(
    "change",
    [
        {"Sid": "x"},
        {"Condition": {}},
        {"Condition": {"StringEquals": {"acs:ResourceTag/项目": ""}}},
        {"Condition": {"ForAnyValue:StringEquals": {"cs:AddonNames": ["a"]}}},
        {"Condition": {"IpAddressIncludeBorder": {"acs:SourceIp": "10.0.0.1/8"}}},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_occurs_in_working_policies_is_accepted(kind, change):
    assert accepted(document({**SOUND[kind], **change}), kind)


# --- the same verdicts -----------------------------------------------------------------------------------------------

BASES = [
    (kind, document({**statement, **extra}))
    for kind, statement in SOUND.items()
    for extra in (
        {},
        {"Sid": "a"},
        {"Principal": {"RAM": ["acs:ram::1:root"], "Service": "ecs.aliyuncs.com"}},
        {"Principal": "*"},
        {"NotPrincipal": {"RAM": "acs:ram::1:root"}},
        {"Condition": {"StringLike": {"acs:SourceVpc": ["vpc-1"]}, "Bool": {"acs:MFAPresent": "true"}}},
        {"Condition": {"ForAllValues:StringEquals": {"acs:ResourceTag/a": ["x", ""]}}},
    )
]

#: One of these instead of what stands there, and a document is sound or has one thing wrong.
ODDITIES = [
    *("", "*", "x", "1", "Allow", "Deny", "allow", None, True, 1, 1.5, [], {}),
    *([""], ["x"], ["x", "y"], ["x", ""], [1], [None], [["x"]], [{}]),
    *({"RAM": "x"}, {"service": ["x"]}, {"AWS": "x"}, {"": "x"}, {"RAM": []}, {"RAM": ""}, {"RAM": None}, {"RAM": {}}),
    *({operator: {"k": "v"}} for operator in OPERATORS),
    *({operator: {"k": "v"}} for operator in ("Null", "BoolIfExists", "ArnLike", "stringequals", "acs:SourceIp", "")),
    *({f"{prefix}{operator}": {"k": "v"}} for prefix in (*SET_PREFIXES, "For:") for operator in ("Bool", "Null", "")),
    *({"Bool": under} for under in ({}, [], "x", None, {"k": []}, {"k": [""]}, {"k": [None]}, {"k": [["v"]]})),
    *({"Bool": {"k": value}} for value in (None, True, 1, {}, "", ["v", 1], ["v", "w"])),
    SOUND["trust"],
    SOUND["identity"],
    [SOUND["identity"], SOUND["identity"]],
]
NAMES = [*ELEMENTS, "Version", "Statement", "Id", "effect", "Resources", "RAM", "AWS", "Bool", "Null", "k", ""]


@st.composite
def mutants(draw):
    """A kind, and a sound document of it with up to two values somewhere replaced, removed or added."""
    kind, base = draw(st.sampled_from(BASES))
    value = copy.deepcopy(base)
    for _ in range(draw(st.integers(0, 2))):
        container, key = draw(st.sampled_from(list(places(value))))
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "replace":
            container[key] = draw(st.sampled_from(ODDITIES))
        elif change == "remove":
            del container[key]
        elif isinstance(container, list):
            container.append(draw(st.sampled_from(ODDITIES)))
        else:
            container[draw(st.sampled_from(NAMES))] = draw(st.sampled_from(ODDITIES))
        value = copy.deepcopy(value)
        if not value:
            break
    return kind, value


def places(value):
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@settings(max_examples=500, deadline=None)
@given(mutants())
def test_rules_and_schema_reach_the_same_verdict(mutant):
    kind, value = mutant
    findings = ram.lint(json.dumps(value), kind, select=SCHEMA_RULES)
    errors = [each for each in findings if each.severity == rules.ERROR]
    assert accepted(value, kind) == (not errors), (errors, [each.message for each in schema.check(value, kind)])


@pytest.mark.parametrize("value", [None, True, 1, "x", [], [document(SOUND["identity"])]], ids=str)
def test_what_is_no_object_is_refused_by_both(value):
    assert not accepted(value, None)
    assert [each.code for each in ram.lint(json.dumps(value))] == ["RAM012"]


@settings(max_examples=200, deadline=None)
@given(mutants())
def test_umbrella_accepts_what_any_kind_accepts(mutant):
    _, value = mutant
    assert accepted(value, None) == any(accepted(value, kind) for kind in KINDS)
