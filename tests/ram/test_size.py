"""What a document of any length costs grows with the length, whatever it is that there is so much of."""

from __future__ import annotations

import itertools
import json
import sys
from types import FrameType
from typing import Any

import pytest

from pulumi_ice_avatar import ram

SMALL, FACTOR, MOST = 300, 4, 5
"""Linear work is four times as much; quadratic work would be sixteen times."""


def policy(**elements: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*", **elements}
    return {"Version": "1", "Statement": [{name: each for name, each in statement.items() if each is not None}]}


def trust(**types: Any) -> dict[str, Any]:
    return policy(Action="sts:AssumeRole", Resource=None, Principal=types)


def statements(numbers: range, make: Any) -> dict[str, Any]:
    return {"Version": "1", "Statement": [make(number)["Statement"][0] for number in numbers]}


def ip(values: list[Any]) -> dict[str, Any]:
    return policy(Condition={"IpAddress": {"acs:SourceIp": values}})


DOCUMENTS: dict[str, Any] = {
    "actions": lambda r: policy(Action=[f"oss:GetX{i}" for i in r]),
    "bad actions": lambda r: policy(Action=[f"b ad{i}" for i in r]),
    "one action": lambda r: policy(Action=["oss:GetObject"] * len(r)),
    "names of operations": lambda r: policy(Action=[each for i in r for each in ("oss:HeadObject", f"a:B{i}*")]),
    "patterns": lambda r: policy(Action=[f"oss:Get{i}*" for i in r]),
    "patterns with stars within": lambda r: policy(Action=[f"oss:*Get{i}?" for i in r]),
    "actions and nulls": lambda r: policy(Action=[each for i in r for each in (None, f"b ad{i}")]),
    "other actions": lambda r: policy(Action=None, NotAction=[f"oss:GetX{i}" for i in r]),
    "resources": lambda r: policy(Action="oss:GetObject", Resource=[f"acs:oss:*:*:b{i}/*" for i in r]),
    "bad resources": lambda r: policy(Action="oss:GetObject", Resource=[f"acs:b{i}" for i in r]),
    "resources of others": lambda r: policy(
        Action=["oss:GetObject", "ecs:DeleteDisk"], Resource=[f"acs:oss:*:*:b{i}" for i in r]
    ),
    "resources and nulls": lambda r: policy(Resource=[each for i in r for each in (None, f"acs:b{i}")]),
    "addresses": lambda r: ip([f"203.{i >> 16}.{i >> 8 & 255}.{i & 255}" for i in r]),
    "bad addresses": lambda r: ip([f"203.{i}" for i in r]),
    "addresses and nulls": lambda r: ip([each for i in r for each in (None, f"203.{i}")]),
    "numbers": lambda r: policy(Condition={"StringEquals": {"acs:SourceVpc": list(r)}}),
    "keys": lambda r: policy(Condition={"StringEquals": {f"acs:K{i}": "v" for i in r}}),
    "operators": lambda r: policy(Condition={f"Op{i}": {"acs:SourceIp": "v"} for i in r}),
    "principals": lambda r: trust(RAM=[f"acs:ram::{i:016}:root" for i in r]),
    "services": lambda r: trust(Service=[f"s{i}.aliyuncs.com" for i in r]),
    "bad services": lambda r: trust(Service=[f"bad{i}" for i in r]),
    "services and nulls": lambda r: trust(Service=[each for i in r for each in (None, f"bad{i}")]),
    "types of principals": lambda r: trust(**{f"T{i}": "x" for i in r}),
    "statements": lambda r: statements(r[::4], lambda i: policy(Action=f"oss:Get{i}", Resource=f"acs:oss:*:*:b{i}")),
    "the same statement": lambda r: statements(r[::4], lambda i: policy()),
    "statements on conditions": lambda r: statements(r[::4], lambda i: ip([f"203.0.{i >> 8}.{i & 255}"])),
    "empty statements": lambda r: {"Version": "1", "Statement": [{}] * len(r)},
    "no statements": lambda r: {"Version": "1", "Statement": [1] * len(r)},
    "elements": lambda r: {f"k{i}": 1 for i in r},
}


def work(subject: str, size: int) -> int:
    """Instructions of the interpreter for a document not seen before: the same in every run, unlike seconds."""
    first = next(NUMBERS) * SMALL * FACTOR
    text = json.dumps(DOCUMENTS[subject](range(first, first + size)), separators=(",", ":"))
    count = 0

    def step(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        ram.lint(text)
    finally:
        sys.settrace(before)
    return count


NUMBERS = itertools.count(1)


@pytest.mark.parametrize("subject", DOCUMENTS)
def test_work_grows_with_the_document(subject: str) -> None:
    work(subject, 10)
    assert work(subject, SMALL * FACTOR) <= MOST * work(subject, SMALL)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("length", [10, 1_000_000], ids=["short", "long"])
@pytest.mark.parametrize("piece", ["a", ":", "*a", "?*", "{", "${", "<", "[", "1", ".", "0", "x", " ", "\u00e9"])
def test_no_string_is_too_much_for_a_rule(piece: str, length: int) -> None:
    text = (piece * length)[:length]
    for each in (
        policy(Action=text),
        policy(Resource=f"acs:oss:*:*:{text}"),
        policy(Condition={"IpAddress": {"acs:SourceIp": text}, "DateLessThan": {"acs:CurrentTime": text}}),
        policy(Condition={text: {text: text}}),
        trust(Service=text, RAM=f"acs:ram::{text}"),
    ):
        assert all(len(finding.message) < 1000 for finding in ram.lint(each))
