"""The recognisers of condition values against the standard library, and RAM417 against the evaluator."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from ipaddress import ip_network

import pytest
from hypothesis import assume, given, settings, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.deciding.conditions import OPERATORS, Condition
from pulumi_ice_avatar.ram.language import OPERATORS as TYPES

unhurried = settings(deadline=None)


def findings(condition, **more):
    statement = {"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*", "Condition": condition}
    return ram.lint({"Version": "1", "Statement": [statement]}, select=["RAM4"], **more)


def codes(operator, key, *values):
    return {each.code for each in findings({operator: {key: list(values)}})}


def severity(code, operator, key, value):
    found = [each.severity for each in findings({operator: {key: value}}) if each.code == code]
    return found[0] if found else None


# --- addresses -------------------------------------------------------------------------------------------------------

networks = st.one_of(
    st.builds(lambda ip, length: ip_network((int(ip), length), strict=False), st.ip_addresses(v=4), st.integers(0, 32)),
    st.builds(lambda ip, length: ip_network((ip, length), strict=False), st.ip_addresses(v=6), st.integers(0, 128)),
)


@given(st.ip_addresses())
@unhurried
def test_every_address_is_one(address):
    texts = {str(address), address.exploded, str(address).upper()}
    assert all("RAM407" not in codes("IpAddress", "acs:SourceIp", text) for text in texts)


@given(networks)
@unhurried
def test_every_block_is_one(network):
    assert "RAM407" not in codes("NotIpAddress", "acs:SourceIp", str(network))


@given(st.lists(st.integers(0, 999), min_size=1, max_size=6).map(lambda octets: ".".join(map(str, octets))))
@unhurried
def test_dotted_numbers_are_an_address_where_the_standard_library_takes_them(text):
    try:
        ip_network(text)
    except ValueError:
        assert severity("RAM407", "IpAddress", "acs:SourceIp", text) == "error"
    else:
        assert severity("RAM407", "IpAddress", "acs:SourceIp", text) is None


@given(st.ip_addresses(), st.integers(0, 200))
@unhurried
def test_prefixes_end_at_the_width_of_the_address(address, length):
    fits = length <= address.max_prefixlen
    assert severity("RAM407", "IpAddress", "acs:SourceIp", f"{address}/{length}") == (None if fits else "error")


@given(networks, networks)
@unhurried
def test_blocks_within_another_are_said_to_be(one, other):
    nested = one.version == other.version and (one.subnet_of(other) or other.subnet_of(one))
    # IPv4 in the form of IPv6 is IPv4.
    mapped = any(each.version == 6 and each.overlaps(ip_network("::ffff:0:0/96")) for each in (one, other))
    assume(not mapped and one.prefixlen and other.prefixlen)
    found = [
        each for each in findings({"IpAddress": {"acs:SourceIp": [str(one), str(other)]}}) if each.code == "RAM418"
    ]
    assert bool(found) == nested


@pytest.mark.parametrize("value", ["*", "10.*", "203.0.113.*", "10.*.*.*", "192.168.*.1", "203.0.113.0/2?"])
def test_stars_in_addresses_are_never_an_error(value):
    assert severity("RAM407", "IpAddress", "acs:SourceIp", value) is None


# --- dates -----------------------------------------------------------------------------------------------------------

zones = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@given(st.datetimes(timezones=zones))
@unhurried
def test_every_moment_is_a_date(moment):
    texts = [moment.isoformat(), moment.isoformat(timespec="minutes")]
    assert not any({"RAM408", "RAM422"} & codes("DateLessThan", "acs:CurrentTime", text) for text in texts)


@given(st.datetimes())
@unhurried
def test_a_date_without_a_zone_is_a_warning(moment):
    found = findings({"DateLessThan": {"acs:CurrentTime": moment.isoformat()}})
    assert [(each.code, each.severity) for each in found] == [("RAM422", "warning")]


@given(st.tuples(*[st.integers(0, last) for last in (9999, 13, 32, 25, 61, 61)]))
@unhurried
def test_numbers_in_the_form_of_a_date_are_one_where_the_calendar_has_it(parts):
    year, month, day, hour, minute, second = parts
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    try:
        datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        assert severity("RAM408", "DateLessThan", "acs:CurrentTime", text) == (
            "warning" if (hour, minute, second) == (24, 0, 0) and _day(year, month, day) else "error"
        )
    else:
        assert severity("RAM408", "DateLessThan", "acs:CurrentTime", text) is None


def _day(year, month, day):
    return 1 <= month <= 12 and 1 <= day <= 31  # the form alone is looked at


@given(st.datetimes(timezones=zones), st.datetimes(timezones=zones), st.sampled_from(["Less", "Greater"]))
@unhurried
def test_only_an_upper_bound_in_the_past_is_past(end, now, side):
    found = findings({f"Date{side}Than": {"acs:CurrentTime": end.isoformat()}}, now=now.isoformat())
    assert ("RAM423" in {each.code for each in found}) == (side == "Less" and end < now)


# --- numbers and Booleans --------------------------------------------------------------------------------------------


@given(
    st.one_of(
        st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False), st.decimals(-9, 9, places=3)
    )
)
@unhurried
def test_every_number_is_one(number):
    assert "RAM409" not in codes("NumericEquals", "oss:count", str(number))


@given(st.text("0123456789abc+-. eE_,x", min_size=1, max_size=8))
@unhurried
def test_what_python_cannot_read_is_no_number(text):
    assume(text.strip())
    try:
        float(text.replace("_", "x"))
    except ValueError:
        # A manual's masked digits are RAM009's.
        assert severity("RAM409", "NumericEquals", "oss:count", text) == (None if "xxx" in text else "error")
    else:
        assert severity("RAM409", "NumericEquals", "oss:count", text) in (None, "warning")


@given(st.text(max_size=8))
@unhurried
def test_only_true_and_false_are_booleans(text):
    assume(text.strip() and not set(text) & set("*$<>{}[]xX"))
    expected = "error" if text.strip().lower() not in ("true", "false") else None
    assert (severity("RAM410", "Bool", "acs:MFAPresent", text) == "error") == (expected == "error")


# --- what can never be met -------------------------------------------------------------------------------------------

DOMAINS = {
    "String": (["a", "b", "ab", "a*", "*b", "*"], ["", "a", "b", "ab", "ba", "A"]),
    "Number": (["1", "2", "2.0", "3"], [0.5, 1, 1.5, 2, 2.5, 3, 4]),
    "IP": (
        ["10.0.0.1", "10.0.0.0/31", "10.0.0.0/8", "192.0.2.0/24"],
        ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.9.9.9", "192.0.2.7"],
    ),
}


@st.composite
def pairs(draw):
    kind = draw(st.sampled_from(sorted(DOMAINS)))
    operators = draw(
        st.lists(st.sampled_from([each for each in TYPES if TYPES[each] == kind]), min_size=2, max_size=2, unique=True)
    )
    values = st.lists(st.sampled_from(DOMAINS[kind][0]), min_size=1, max_size=3)
    return kind, {operator: draw(values) for operator in operators}


@given(pairs())
@unhurried
def test_a_contradiction_is_one_for_the_evaluator(pair):
    kind, listed = pair
    said = any(
        each.code == "RAM417" for each in findings({operator: {"oss:x": values} for operator, values in listed.items()})
    )
    conditions = []
    for operator, values in listed.items():
        how = OPERATORS[operator]
        test = how.prepare([how.kind.listed(value) for value in values])
        conditions.append(Condition(operator, "oss:x", tuple(values), how.kind, test, how.negated, None))
    possible = any(
        all(condition.met([condition.kind.requested(value)]) for condition in conditions)
        for value in (*DOMAINS[kind][1], *(DOMAINS[kind][0] if kind == "String" else ()))
    )
    assert not (said and possible)


@pytest.mark.parametrize(
    "condition",
    [
        {"DateGreaterThanEquals": {"k": "2030-01-01T00:00:00Z"}, "DateLessThanEquals": {"k": "2030-01-01T00:00:00Z"}},
        {"StringLike": {"oss:Prefix": "a*"}, "StringNotLike": {"oss:Prefix": "a?"}},
        {"StringNotEquals": {"k": "a"}, "StringNotLike": {"k": "a"}},
        {"StringEquals": {"k": "a"}, "StringNotEquals": {"other": "a"}},
        {"ForAnyValue:StringEquals": {"k": "a"}, "StringNotEquals": {"k": "a"}},
    ],
    ids=json.dumps,
)
def test_what_can_be_met_is_no_contradiction(condition):
    assert "RAM417" not in {each.code for each in findings(condition)}


# --- keys ------------------------------------------------------------------------------------------------------------


@given(st.from_regex(r"[a-z]{2,8}:[A-Z][A-Za-z]{2,20}(/\S{1,8})?", fullmatch=True))
@unhurried
def test_keys_that_no_table_has_pass_unless_a_known_one_is_near(key):
    assume(catalogue.aws("prefix", key.partition(":")[0]) is None)
    for each in findings({"StringEquals": {key: "x"}}):
        assert (each.code, each.severity) == ("RAM404", "warning")
        assert "did you mean" in each.message


@pytest.mark.parametrize(
    "key",
    [
        "sts:ExternalId",
        "ots:TLSVersion",
        "ecs:CommandRunAs",
        "rds:DiskEncryptionRequired",
        "oss:ClassicIntranet",
        "acs:PrincipalTag/team",
        "acs:SourceAccount",
        "kms:tag/acs:rds:instance-encryption",
        "acs:ResourceTag/opc:managed",
        "acs:ResourceTag/项目",
    ],
)
def test_keys_in_use_pass(key):
    assert findings({"StringEquals": {key: ""}}) == []
