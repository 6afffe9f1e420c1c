"""Principals whose form depends on the kind of policy, and property tests of what is never an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import ram

unhurried = settings(deadline=None)

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,40}", fullmatch=True)
accounts = st.integers(10**9, 10**19).map(str)


def findings(kind, principal, **more):
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole" if kind == "trust" else "kms:Decrypt",
        "Principal": principal,
    }
    if kind != "trust":
        statement["Resource"] = "*"
    return ram.lint({"Version": "1", "Statement": [{**statement, **more}]}, kind, select=["RAM5"])


@given(accounts, names, st.sampled_from(["user", "role"]), st.sampled_from(["trust", "resource"]))
@unhurried
def test_users_and_roles_pass(account, name, what, kind):
    assert findings(kind, {"RAM": [f"acs:ram::{account}:{what}/{name}"]}) == []


@given(
    st.lists(st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True), min_size=1, max_size=4),
    st.one_of(st.just(""), accounts),
)
@unhurried
def test_services_pass(labels, account):
    principal = f"{account}@" * bool(account) + ".".join(labels) + ".aliyuncs.com"
    assert findings("trust", {"Service": principal}) == []


@given(st.text(min_size=1))
@unhurried
def test_outside_trust_policies_a_principal_is_never_an_error_but_for_those_of_aws(principal):
    listed, typed = findings("resource", [principal]), findings("resource", {"RAM": [principal]})
    assert principal.startswith("arn:aws") or "error" not in {each.severity for each in (*listed, *typed)}


@pytest.mark.parametrize(
    "principal",
    [
        "acs:ram::123456789012****:root",
        "acs:ram::174649585760xxxx:user/alice",
        "acs:ram::<account ID>:role/x",
        "acs:ram::${account}:root",
        "acs:ram::Alibaba Cloud account ID:root",
        "acs:ram::ACCOUNT_ID:root",
        "acs:ram::账号ID:role/x",
    ],
)
def test_what_a_manual_wants_replaced_is_no_error(principal):
    assert "error" not in {each.severity for each in findings("trust", {"RAM": [principal]})}


@pytest.mark.parametrize(
    "service", ["123456789012****@log.aliyuncs.com", "<account-id>@odps.aliyuncs.com", "账号A的ID@log.aliyuncs.com"]
)
def test_a_service_for_a_masked_account_is_no_error(service):
    assert "error" not in {each.severity for each in findings("trust", {"Service": [service]})}


@pytest.mark.parametrize("kind", ["identity", "session", "control"])
def test_principals_are_judged_only_where_they_belong(kind):
    assert findings(kind, {"AWS": ["arn:aws:iam::123456789012:root"]}) == []


def test_a_principal_in_a_list_with_strays_is_placed():
    found = findings("trust", {"RAM": [None, "acs:ram::1234567890123456:role/a", "alice"]})
    assert [(each.code, each.pointer) for each in found] == [("RAM502", "/Statement/0/Principal/RAM/2")]
