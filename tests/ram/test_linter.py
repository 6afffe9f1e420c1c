"""Linting: which findings, in which order, for whom; and that the rules behind it keep to their contract."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.errors import InvalidInputError, InvalidPolicyError
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.linting import rules
from pulumi_ice_avatar.ram.linting.engine import Engine, engine_for
from pulumi_ice_avatar.ram.linting.rules import Change, Problem, Repair, Rule
from pulumi_ice_avatar.ram.reading import edits
from pulumi_ice_avatar.ram.reading.statements import Policy, pointer, recognise

SOUND = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]}
TRUST = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}],
}


def statement(**changes):
    """The sound document, its statement with these elements; without those that are None."""
    elements = {**SOUND["Statement"][0], **changes}
    return {"Version": "1", "Statement": [{name: each for name, each in elements.items() if each is not None}]}


def codes(findings):
    return [each.code for each in findings]


# --- findings --------------------------------------------------------------------------------------------------------


def test_a_sound_document_has_no_findings():
    assert ram.lint(SOUND) == ram.lint(json.dumps(SOUND)) == ram.lint(json.dumps(SOUND).encode()) == []


def test_a_finding_says_what_where_and_the_way_out():
    text = '{"Version": "1",\n "Statement": [{"Effect": "allow", "Action": "ice:GetAvatar", "Resource": "*"}]}'
    (finding,) = ram.lint(text, source="policies/reader.json")
    assert finding.file == "policies/reader.json"
    assert (finding.code, finding.name, finding.severity) == ("RAM108", "invalid-effect", "error")
    assert finding.message == 'Effect is "allow": it is spelt Allow'
    assert finding.pointer == "/Statement/0/Effect"
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 27, 2, 34)
    assert edits.apply(text, [finding.fix]) == (text.replace("allow", "Allow"), 1)


def test_a_finding_cannot_be_changed():
    (finding,) = ram.lint({"Version": "1"})
    with pytest.raises(AttributeError):
        finding.code = "RAM999"
    with pytest.raises(AttributeError):
        finding.note = ""


def test_findings_come_in_document_order():
    document = {
        "Statement": [
            {"Resource": "", "Effect": "allow", "Action": ["", None, "a:b"], "Foo": 1},
            {"Effect": "Allow", "Action": "a:b", "NotAction": "a:b", "Resource": 5},
        ],
        "Version": "2",
    }
    own = [each for each in rules.all_rules() if each < "RAM200"]
    for indent in (None, 2):
        places = [
            (each.line, each.column, each.code) for each in ram.lint(json.dumps(document, indent=indent), select=own)
        ]
        assert places == sorted(places)
    by_mapping = [(each.code, each.pointer) for each in ram.lint(document, select=own)]
    by_text = [(each.code, each.pointer) for each in ram.lint(json.dumps(document), select=own)]
    assert by_mapping == by_text
    assert len(by_text) == 8


def test_a_mapping_has_pointers_and_no_lines():
    (finding,) = ram.lint(statement(Effect="allow"))
    assert finding.pointer == "/Statement/0/Effect"
    assert finding[-5:] == (None, None, None, None, None)


def test_a_parsed_document_can_be_linted():
    document = ram.parse('{"Version": "1"}', kind="trust", source="x.json")
    assert [(each.file, each.code) for each in ram.lint(document)] == [("x.json", "RAM103")]
    with pytest.raises(InvalidInputError):
        ram.lint(document, "identity")


def test_pointers_are_escaped():
    assert pointer(("Statement", 0, "Condition", "a/b~c")) == "/Statement/0/Condition/a~1b~0c"


def test_positions_of_irregular_lists():
    text = '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": [1, "", "ice:${x}"], "Resource": "*"}]}'
    found = {each.code: each.pointer for each in ram.lint(text, select=["RAM009", "RAM112", "RAM114"])}
    assert found == {
        "RAM112": "/Statement/0/Action/0",
        "RAM114": "/Statement/0/Action/1",
        "RAM009": "/Statement/0/Action/2",
    }


def test_each_of_two_equal_values_is_found():
    pointers = [each.pointer for each in ram.lint(statement(Resource=["${a}", "${a}"]), select=["RAM009"])]
    assert pointers == ["/Statement/0/Resource/0", "/Statement/0/Resource/1"]


# --- which rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["RAM108", "RAM10", "RAM1", "RAM", "invalid-effect"])
def test_select(word):
    assert codes(ram.lint(statement(Effect="allow", Foo="x"), select=[word]))[:1] == ["RAM108"]


@pytest.mark.parametrize("word", ["RAM108", "RAM1", "invalid-effect"])
def test_ignore(word):
    assert "RAM108" not in codes(ram.lint(statement(Effect="allow"), ignore=[word]))


def test_ignore_beats_select():
    assert ram.lint(statement(Effect="allow"), select=["RAM1"], ignore=["RAM108"]) == []


def test_one_word_may_stand_alone():
    assert codes(ram.lint(statement(Effect="allow"), select="RAM108")) == ["RAM108"]


def test_slips_can_be_ignored_too():
    text = json.dumps(SOUND)[:-1] + "/**/}"
    assert codes(ram.lint(text)) == ["RAM002"]
    assert ram.lint(text, ignore=["RAM002"]) == []


@pytest.mark.parametrize(("word", "meant"), [("invalid-efect", "invalid-effect"), ("E501", "rules")])
def test_unknown_rule(word, meant):
    with pytest.raises(InvalidInputError, match=meant):
        ram.lint(SOUND, select=[word])


def test_unknown_kind():
    with pytest.raises(InvalidInputError, match="trust"):
        ram.lint(SOUND, "bucket")


def test_all_rules_are_listed_in_the_order_of_their_codes():
    assert list(rules.all_rules()) == sorted(rules.all_rules())


def test_importing_the_linter_is_cheap():
    heavy = "jsonschema yaml pulumi dataclasses inspect asyncio aiohttp"
    code = f"import sys, json; from pulumi_ice_avatar import ram; ram.lint(json.dumps({SOUND!r})); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert set(heavy.split()).isdisjoint(loaded)


# --- the engine ------------------------------------------------------------------------------------------------------


def engine(*own):
    return Engine("identity", own)


def a_rule(code, subject, check, **options):
    facts = {"kinds": KINDS, "yields_to": (), "schema": False, "default": True, **options}
    return Rule(code, code.lower(), rules.WARNING, subject, check, **facts)


def test_every_subject_is_dispatched():
    seen = []

    def note(name):
        def check(*arguments):
            seen.append((name, *arguments))

        return check

    single = {
        "action": rules.ACTION,
        "resource": rules.RESOURCE,
        "principal": rules.PRINCIPAL,
        "type": rules.PRINCIPAL_TYPE,
        "operator": rules.OPERATOR,
        "key": rules.CONDITION_KEY,
        "condition": rules.CONDITION,
        "value": rules.VALUE,
        "string": rules.STRING,
    }
    own = [a_rule(f"T{index}", subject, note(name)) for index, (name, subject) in enumerate(single.items())]
    value = {
        "Action": ["a:b"],
        "NotAction": "c:d",
        "Resource": "r",
        "NotResource": ["n"],
        "Principal": {"RAM": ["p"]},
        "Condition": {"Bool": {"k": ["v", True]}},
    }
    assert engine(*own).check(Policy({"Statement": [value]}, None, "identity", None)) == []
    assert sorted(seen, key=str) == sorted(
        [
            *(("action", each) for each in ("a:b", "c:d")),
            *(("resource", each) for each in ("r", "n")),
            ("principal", "RAM", "p"),
            ("type", "RAM"),
            ("operator", "Bool"),
            ("key", "k"),
            ("condition", "Bool", "k"),
            ("value", "Bool", "k", "v"),
            ("value", "Bool", "k", True),
            *(("string", each) for each in ("a:b", "c:d", "r", "n", "p", "v")),
        ],
        key=str,
    )


def test_verdicts_on_numbers_and_booleans_are_kept_apart():
    told = a_rule("T1", rules.VALUE, lambda operator, key, value: Problem(repr(value)))
    value = {"Condition": {"Bool": {"k": [True, 1, 1.0, "1"]}}}
    raw = engine(told).check(Policy({"Statement": [value]}, None, "identity", None))
    assert [problem.message for _, problem, _, _ in raw] == ["True", "1", "1.0", "'1'"]


def test_long_strings_are_not_kept():
    calls = itertools.count()
    counted = a_rule("T1", rules.ACTION, lambda action: Problem(str(next(calls))))
    check = engine(counted).check
    for action in ("a" * 10_000, "a"):
        for _ in range(2):
            check(Policy({"Statement": [{"Action": action}]}, None, "identity", None))
    assert next(calls) == 3


def test_a_rule_applies_to_its_kinds():
    only_trust = a_rule("T1", rules.DOCUMENT, lambda policy: Problem("x"), kinds=("trust",))
    assert engine(only_trust).check(Policy({}, None, None, None)) == []


def test_a_less_specific_rule_is_silent_where_another_speaks(monkeypatch):
    broad = a_rule("RAM301", rules.RESOURCE, lambda resource: Problem("broad"), yields_to=("RAM302",))
    exact = a_rule("RAM302", rules.RESOURCE, lambda resource: Problem("exact") if resource == "b" else None)
    monkeypatch.setattr("pulumi_ice_avatar.ram.linting.linter.engine_for", lambda kind, extra: engine(broad, exact))
    found = [(each.code, each.pointer) for each in ram.lint(statement(Resource=["a", "b"]))]
    assert found == [("RAM301", "/Statement/0/Resource/0"), ("RAM302", "/Statement/0/Resource/1")]


def test_a_rule_that_is_off_by_default_runs_when_selected(monkeypatch):
    quiet = a_rule("RAM999", rules.DOCUMENT, lambda policy: Problem("x"), default=False)
    table = {**rules.all_rules(), "RAM999": quiet}
    for module in ("linter", "engine"):
        monkeypatch.setattr(f"pulumi_ice_avatar.ram.linting.{module}.all_rules", lambda: table)
    engine_for.cache_clear()
    try:
        assert codes(ram.lint(SOUND)) == []
        assert codes(ram.lint(SOUND, select=["RAM9"])) == []
        assert codes(ram.lint(SOUND, select=["RAM999"])) == ["RAM999"]
        assert codes(ram.lint(SOUND, select=["ram999"])) == ["RAM999"]
    finally:
        engine_for.cache_clear()


@pytest.mark.parametrize(
    ("change", "fixed"),
    [
        (Change("replace", ("Action",), "b"), '{"Action": "b", "Resource": ["c", "d", "e"]}'),
        (Change("replace", ("Resource", 1), "x"), '{"Action": "a", "Resource": ["c", "x", "e"]}'),
        (Change("rename", ("Action",), "NotAction"), '{"NotAction": "a", "Resource": ["c", "d", "e"]}'),
        (Change("remove", ("Resource", 0), None), '{"Action": "a", "Resource": ["d", "e"]}'),
        (Change("remove", ("Resource", 1), None), '{"Action": "a", "Resource": ["c", "e"]}'),
        (Change("remove", ("Resource", 2), None), '{"Action": "a", "Resource": ["c", "d"]}'),
        (Change("remove", ("Resource",), None), '{"Action": "a"}'),
        (Change("remove", ("Action",), None), '{"Resource": ["c", "d", "e"]}'),
        (Change("wrap", ("Action",), None), '{"Action": ["a"], "Resource": ["c", "d", "e"]}'),
        (Change("replace", ("Gone",), "b"), None),
        (Change("rename", ("Gone",), "b"), None),
        (Change("remove", ("Gone",), None), None),
        (Change("wrap", ("Gone",), None), None),
    ],
)
def test_repairs_become_edits(change, fixed):
    text = '{"Action": "a", "Resource": ["c", "d", "e"]}'
    fix = edits.fix(Repair("mend it", (change,)), ram.parse(text).root, (), is_yaml=False)
    assert (fix and edits.apply(text, [fix])[0]) == fixed


def test_the_only_entry_of_a_list_stays():
    root = ram.parse('["a"]').root
    assert edits.fix(rules.remove((0,)), root, (), is_yaml=False) is None


def test_fixes_that_touch_are_left_for_the_next_time():
    one, other = (edits.Fix("x", (edits.Edit(0, end, ""),)) for end in (1, 2))
    assert edits.apply("abc", [one, other]) == ("bc", 1)


# --- kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elements", "kind"),
    [
        ({"Action": "ice:GetAvatar", "Resource": "*"}, "identity"),
        ({"Action": "sts:AssumeRole", "Resource": "*"}, "identity"),
        ({"Action": "sts:AssumeRole", "Principal": {"RAM": "x"}}, "trust"),
        ({"Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"RAM": "x"}}, "trust"),
        ({"Principal": {"RAM": "x"}}, "trust"),
        ({"Action": "sts:AssumeRole", "Principal": {"RAM": "x"}, "Resource": "*"}, "resource"),
        ({"Action": "oss:GetObject", "Principal": ["1"]}, "resource"),
        ({"Action": "oss:GetObject", "Principal": ["1"], "Resource": "x"}, "resource"),
        ({"Action": "kms:*", "NotPrincipal": ["1"]}, "resource"),
        ({"NotAction": "kms:*", "Principal": "*", "Resource": "*"}, "resource"),
    ],
)
def test_kinds_are_recognised(elements, kind):
    assert recognise({"Statement": [elements]}) == recognise({"Statement": elements}) == kind
    assert ram.parse({"Statement": [elements]}).kind == kind


@pytest.mark.parametrize("value", [None, [], "x", {}, {"Statement": None}, {"Statement": [None, 1]}])
def test_anything_else_is_taken_for_an_identity_policy(value):
    assert recognise(value) == "identity"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_can_be_given(kind):
    assert ram.parse(SOUND, kind=kind).kind == kind


def test_a_trust_policy_checked_as_an_identity_policy():
    assert codes(ram.lint(TRUST, "identity")) == ["RAM120", "RAM116"]


# --- what must never be an error -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"Sid": "reader"},
        {"Sid": ""},
        {"Condition": {}},
        {"Condition": {"StringEquals": {"acs:ResourceTag/环境": ""}}},
        {"Condition": {"ForAnyValue:StringEquals": {"cs:AddonNames": ["a"]}}},
        {"Condition": {"IpAddress": {"acs:SourceIp": "10.101.168.111/24"}}},
        {"Condition": {"StringEquals": {"kms:tag/acs:rds:instance-encryption": "true"}}},
        {"Action": "*:Describe*"},
        {"Action": "yundun*:List*"},
        {"Action": None, "NotAction": ["ram:*"]},
        {"Resource": "acs:ram::1234567890123456:role/reader"},
        {"Resource": "acs:ram:*:123456789012****:role/reader"},
        {"Resource": "acs:ram:*:<account ID>:role/reader"},
        {"Resource": None, "NotResource": "acs:oss:*:*:secret"},
        {"NotPrincipal": {"RAM": ["acs:ram::1234567890123456:root"]}},
    ],
)
def test_no_error_on_what_occurs_in_working_policies(change):
    assert [each for each in ram.lint(statement(**change)) if each.severity == rules.ERROR] == []


def test_no_error_on_a_single_statement():
    assert codes(ram.lint({"Version": "1", "Statement": SOUND["Statement"][0]})) == ["RAM104"]
    assert rules.all_rules()["RAM104"].severity == rules.WARNING


# --- lengths ---------------------------------------------------------------------------------------------------------


def of_length(length, *, filling="a", blanks=0):
    resource = "acs:oss:*:*:my-bucket/"
    text = json.dumps(statement(Action="oss:GetObject", Resource=resource), separators=(",", ":"), ensure_ascii=False)
    return text.replace(resource, resource + filling * (length - blanks - len(text))) + " " * blanks


@pytest.mark.parametrize(
    ("kind", "limit"), [("identity", 6144), ("session", 2048), ("control", 4096), ("trust", None), ("resource", None)]
)
def test_limits(kind, limit):
    def found(text):
        return [(each.code, each.severity) for each in ram.lint(text, kind, select=["RAM010", "RAM011"])]

    if limit is None:
        assert found(of_length(20_000)) == []
        return
    near = limit * 9 // 10
    assert found(of_length(near)) == []
    assert found(of_length(near + 1)) == [("RAM011", "warning")]
    assert found(of_length(limit)) == [("RAM011", "warning")]
    assert found(of_length(limit + 1)) == [("RAM010", "error")]
    assert found(of_length(limit + 1, blanks=1)) == [("RAM010", "warning")]
    assert found(json.loads(of_length(limit + 1))) == [("RAM010", "error")]


def test_limit_in_bytes():
    assert codes(ram.lint(of_length(3000, filling="中"), select=["RAM01"])) == ["RAM011"]
    assert codes(ram.lint(of_length(2000, filling="中"), select=["RAM01"])) == []


# --- validate --------------------------------------------------------------------------------------------------------


def test_validate_passes_what_is_sound():
    ram.validate(SOUND)
    ram.validate(json.dumps(SOUND), "session", source="x.json")


def test_validate_raises_with_all_findings_that_fail():
    with pytest.raises(InvalidPolicyError) as caught:
        ram.validate(json.dumps(statement(Effect="allow", Sid="x", Foo="x")), source="x.json")
    assert str(caught.value).startswith("x.json:1:")
    assert "(and 1 more)" in str(caught.value)
    assert sorted(each.code for each in caught.value.findings) == ["RAM106", "RAM108"]


def test_validate_names_the_pointer_of_a_mapping():
    with pytest.raises(InvalidPolicyError, match=r"^the policy document at /Statement/0/Effect: RAM108 "):
        ram.validate(statement(Effect="allow"))


def test_fail_on():
    with pytest.raises(InvalidPolicyError):
        ram.validate(statement(Sid="x"), fail_on=["warning"])
    with pytest.raises(InvalidPolicyError):
        ram.validate(statement(Sid="x"), fail_on="warning")
    ram.validate(statement(Effect="allow"), fail_on=[])


def test_fail_on_what_is_no_severity():
    with pytest.raises(InvalidInputError, match="suggestion"):
        ram.validate(SOUND, fail_on=["eror"])
