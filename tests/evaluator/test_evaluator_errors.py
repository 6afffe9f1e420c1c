"""What is malformed is an error with a place and a way out, never a statement that silently does not match."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.errors import InvalidInputError, PolicyError
from pulumi_ice_avatar.ram.deciding.evaluator import compile_policy


def statement(**more: Any) -> dict[str, Any]:
    merged = {"Effect": "Allow", "Action": "ice:*", "Resource": "*", **more}
    return {"Version": "1", "Statement": [{key: value for key, value in merged.items() if value is not ...}]}


def under(operator: str, value: Any, key: str = "t:Key") -> dict[str, Any]:
    return statement(Condition={operator: {key: value}})


def message(policy: Any, **request: Any) -> str:
    with pytest.raises(PolicyError) as caught:
        ram.evaluate(policy, **{"action": "ice:GetAvatar", **request})
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 400
    return text


@pytest.mark.parametrize(
    ("policy", "place", "says"),
    [
        ([[]], "identity policy", ""),
        ({"Statement": []}, "the identity policy", 'add "Version": "1"'),
        ({"Version": "2012-10-17", "Statement": []}, "/Version", '"1"'),
        ({"Version": 1, "Statement": []}, "/Version", '"1"'),
        ({"Version": "1"}, "the identity policy", "Statement"),
        ({"Version": "1", "statement": []}, "the identity policy", 'rename "statement"'),
        ({"Version": "1", "Statement": "x"}, "/Statement", "list"),
        ({"Version": "1", "Statement": ["x"]}, "/Statement/0", "object"),
        (statement(Effect=...), "/Statement/0", "Allow or Deny"),
        (statement(Effect="allow"), "/Statement/0/Effect", "Allow or Deny"),
        (statement(Effect=["Allow"]), "/Statement/0/Effect", "Allow or Deny"),
        (statement(Action=...), "/Statement/0", "Action nor NotAction"),
        (statement(NotAction="x:y"), "/Statement/0", "keep one"),
        (statement(Action=[]), "/Statement/0/Action", "empty"),
        (statement(Action=""), "/Statement/0/Action", "string"),
        (statement(Action=["ice:*", 5]), "/Statement/0/Action/1", "a number"),
        (statement(Action=None), "/Statement/0/Action", "null"),
        (statement(Action="GetAvatar"), "/Statement/0/Action", "<service>:<Operation>"),
        (statement(Action="ice: GetAvatar"), "/Statement/0/Action", "can match no action"),
        (statement(Action="ice:GetAvatar\u200b"), "/Statement/0/Action", "can match no action"),
        (statement(Resource=...), "/Statement/0", "Resource"),
        (statement(NotResource="*"), "/Statement/0", "keep one"),
        (statement(Resource=[["*"]]), "/Statement/0/Resource/0", "a list"),
        (statement(Principal="*"), "/Statement/0/Principal", "trust policy"),
        (statement(Sid=5), "/Statement/0/Sid", "string"),
        (statement(Resources="*"), "/Statement/0/Resources", "did you mean Resource?"),
        (statement(condition={}), "/Statement/0/condition", "did you mean Condition?"),
        (statement(Condition=[]), "/Statement/0/Condition", "object"),
        (statement(Condition={"Bool": {}}), "/Statement/0/Condition/Bool", "condition keys"),
        (statement(Condition={"Bool": "true"}), "/Statement/0/Condition/Bool", "condition keys"),
        (statement(Condition={"acs:SourceIp": {"a": "b"}}), "/Condition/acs:SourceIp", "StringEquals"),
        (under("StringEqual", "x"), "/StringEqual", "did you mean StringEquals?"),
        (under("stringequals", "x"), "/stringequals", "did you mean StringEquals?"),
        (under("ForAnyValue:StringIs", "x"), "/ForAnyValue:StringIs", "no such condition operator"),
        (under("Null", "true"), "/Null", "not supported"),
        (under("BoolIfExists", "true"), "/BoolIfExists", "not supported"),
        (under("StringEquals", []), "/StringEquals/t:Key", "empty"),
        (under("StringEquals", None), "/StringEquals/t:Key", "null"),
        (under("StringEquals", "x", ""), "/StringEquals", "condition key"),
        (under("StringEquals", "x", "acs:SourceVpc "), "/StringEquals", "condition key"),
        (under("Bool", True), "/Bool/t:Key", "quotes"),
        (under("NumericEquals", 5), "/NumericEquals/t:Key", "quotes"),
        (under("Bool", "yes"), "/Bool/t:Key", "neither true nor false"),
        (under("NumericEquals", ["1", "ten"]), "/NumericEquals/t:Key/1", "not a number"),
        (under("NumericEquals", "NaN"), "/NumericEquals/t:Key", "not a number"),
        (under("NumericEquals", "1_000"), "/NumericEquals/t:Key", "not a number"),
        (under("DateLessThan", "tomorrow"), "/DateLessThan/t:Key", "ISO 8601"),
        (under("DateLessThan", "2026-02-30T00:00:00Z"), "/DateLessThan/t:Key", "does not exist"),
        (under("DateLessThan", "2026-01-01T24:00:00Z"), "/DateLessThan/t:Key", "does not exist"),
        (under("DateLessThan", "2026-01-01T00:00:00+99:00"), "/DateLessThan/t:Key", "does not exist"),
        (under("IpAddress", "10.0.0.256"), "/IpAddress/t:Key", "203.0.113.0/24"),
        (under("IpAddress", "10.0.0.0/33"), "/IpAddress/t:Key", "203.0.113.0/24"),
        (under("NotIpAddress", ["10.0.0.0/8", ""]), "/NotIpAddress/t:Key/1", "203.0.113.0/24"),
        (under("IpAddress", "10.*.1"), "/IpAddress/t:Key", "203.0.113.0/24"),
        (under("IpAddress", "999.*"), "/IpAddress/t:Key", "not an IP address"),
        (under("IpAddress", "x", "a/b~c"), "/IpAddress/a~1b~0c", ""),
    ],
)
def test_malformed_policies(policy: Any, place: str, says: str) -> None:
    text = message(policy)
    assert place in text
    assert says in text


@pytest.mark.parametrize(
    ("statement", "place", "says"),
    [
        ({"Principal": ...}, "/Statement/0", "no Principal"),
        ({"NotPrincipal": {"RAM": "*"}}, "/Statement/0", "keep one"),
        ({"Principal": {}}, "/Statement/0/Principal", "names nobody"),
        ({"Principal": {"AWS": "*"}}, "/Statement/0/Principal/AWS", "RAM, Service, Federated"),
        ({"Principal": {"RAM": []}}, "/Statement/0/Principal/RAM", "empty"),
        ({"Principal": {"RAM": "1234567890123456"}}, "/Statement/0/Principal/RAM", "acs:ram::"),
    ],
)
def test_malformed_trust_policies(statement: dict[str, Any], place: str, says: str) -> None:
    whole = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": "acs:ram::1:root"}, **statement}
    document = {"Version": "1", "Statement": [{key: value for key, value in whole.items() if value is not ...}]}
    text = message([], trust_policy=document, principal="acs:ram::1:user/a")
    assert "the trust policy" in text
    assert place in text
    assert says in text


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ('{"Version": "1",\n "Statement": [],}', ":2:", "RAM003"),
        ('{"Version": "1",\n "Statement": [{"Effect": "Deny", "Effect": "Allow"}]}', ":2:", "RAM005"),
        ("", ":1:1", ""),
        (b"\xff\xfe\x00", "", ""),
        ("[" * 100_000, "", ""),
        (
            '{"Version": "1",\n "Statement": [\n  {"Effect": "allow", "Action": "*", "Resource": "*"}]}',
            ":3:14",
            "Effect",
        ),
    ],
)
def test_malformed_text_is_told_with_line_and_column(text: Any, place: str, says: str) -> None:
    for given in (text, ram.parse(text, source="broken.json")):
        told = message(given)
        assert place in told
        assert says in told
    assert "broken.json" in told


def test_a_byte_order_mark_is_no_error() -> None:
    text = '\ufeff{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    assert ram.evaluate(text, action="ice:GetAvatar")


@pytest.mark.parametrize(
    ("operator", "listed", "given", "says"),
    [
        ("NumericEquals", "1", "abc", "not a number"),
        ("NumericEquals", "1", True, "not a number"),
        ("NumericEquals", "1", float("nan"), "finite"),
        ("IpAddress", "10.0.0.0/8", "abc", "not an IP address"),
        ("IpAddress", "10.0.0.0/8", "10.0.0.0/8", "not an IP address"),
        ("NotIpAddress", "10.0.0.0/8", 7, "not an IP address"),
        ("DateLessThan", "2026-01-01T00:00:00Z", "now", "ISO 8601"),
        ("DateLessThan", "2026-01-01T00:00:00Z", 1767225600, "ISO 8601"),
        ("DateLessThan", "2026-01-01T00:00:00Z", datetime(2026, 1, 1), "time zone"),
        ("Bool", "true", "yes", "neither true nor false"),
        ("Bool", "true", 1, "neither true nor false"),
        ("StringEquals", "x", {"a": 1}, "dict"),
        ("StringEquals", "x", [["a"]], "list"),
        ("StringEquals", "x", b"x", "bytes"),
        pytest.param("StringEquals", "x", 10**5000, "int", id="huge"),
    ],
)
def test_values_of_a_request_that_do_not_fit(operator: str, listed: str, given: Any, says: str) -> None:
    policy = under(operator, listed)
    for value in (given, ["1", given] if operator.startswith("Numeric") else given):
        text = message(policy, context={"T:KEY": value})
        assert says in text
        assert "t:key" in text.lower()


def test_a_value_that_does_not_fit_is_an_error_wherever_the_condition_stands() -> None:
    """The order of statements, and whether another one decides, must not decide on whether there is an error."""
    bad = under("NumericEquals", "1")["Statement"][0]
    other = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    for statements in ([bad, other], [other, bad], [{**bad, "Action": "oss:*"}]):
        assert "not a number" in message({"Version": "1", "Statement": statements}, context={"t:Key": "abc"})


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"action": "GetAvatar"}, "ice:GetAvatar"),
        ({"action": "ice:*"}, "one action"),
        ({"action": ""}, "one action"),
        ({"resource": ""}, "resource"),
        ({"principal": ""}, "principal"),
        ({"context": ["a"]}, "context"),
        ({"context": {5: "a"}}, "context key"),
        ({"context": {"acs:SourceIp": "1.2.3.4", "ACS:sourceip": "1.2.3.4"}}, "twice"),
    ],
)
def test_malformed_requests(request_: dict[str, Any], says: str) -> None:
    assert says in message(statement(), **request_)


def test_layers_that_contradict_each_other() -> None:
    trust = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Principal": "*"}]}
    assert "one of the two" in message([], trust_policy=trust, resource_policy=trust, principal="acs:ram::1:user/a")
    assert "who wants to assume" in message([], trust_policy=trust)
    assert "trust policy" in message(trust)
    assert "names principals" in message([], resource_policy=compile_policy(statement()))
    assert "names no principals" in message(compile_policy(trust, kind="trust"))
    assert "one policy or several" in message(5)
    with pytest.raises(InvalidInputError, match="trusts"):
        compile_policy(trust, kind="trusts")


@pytest.mark.timeout(60)
def test_hostile_documents_end() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    message(statement(Action=deep))
    message(statement(Condition={"StringEquals": {"k": deep}}))
    message(under("NumericEquals", "9" * 1_000_000 + "x"))
    message(under("IpAddress", "1" * 1_000_000))
    message(statement(**{"x" * 1_000_000: 1}))
    message({f"key-{number}": 1 for number in range(100_000)})
    huge = under("NumericEquals", "9" * 1_000_000)
    assert not ram.evaluate(huge, action="ice:GetAvatar", context={"t:Key": "9" * 999_999 + "8"})
    while isinstance(deep, list):  # the interpreter itself frees deep lists recursively
        deep = deep[0]
