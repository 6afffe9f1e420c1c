"""What every row of the shipped tables has to satisfy, and that tables agree with each other."""

import re
from collections import Counter

import pytest

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.catalogue.tables import load

ALL = [found for code in catalogue.services() for found in catalogue.actions(code)]
DOCUMENTED = [found for found in ALL if found.basis != "inferred"]


def test_tables_are_not_empty():
    assert len(catalogue.services()) >= 200
    assert len(DOCUMENTED) >= 1700
    assert len(ALL) >= 15000


def test_names_are_well_formed_and_unique():
    assert [found.name for found in ALL if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", found.name)] == []
    assert [name for name, count in Counter(found.name.lower() for found in ALL).items() if count > 1] == []


def test_basis_and_level_are_known():
    assert {found.basis for found in ALL} == {"metadata", "doc", "policy", "inferred"}
    assert {found.level for found in ALL} == {"", "get", "list", "create", "update", "delete"}


def test_inferred_actions_claim_nothing():
    claims = [a for a in ALL if a.basis == "inferred" and (a.resources or a.condition_keys or a.needs_star or a.year)]
    assert claims == []


def test_resources_are_arns_or_star():
    templates = {template for found in ALL for template in found.resources}
    assert [t for t in templates if not re.fullmatch(r"\*|acs:[a-z]+:\*?:(\*|system)?:.+", t)] == []


def test_condition_keys_of_actions_are_in_the_table():
    keys = {key for found in ALL for key in found.condition_keys}
    assert keys <= {row[0] for row in load("condition-keys")}


@pytest.mark.parametrize("code", [code for code in catalogue.services() if catalogue.is_complete(code)])
def test_complete_services_have_documented_actions_only(code):
    assert {found.basis for found in catalogue.actions(code)} == {"doc"}


def test_only_ice_and_sts_are_complete():
    assert [code for code in catalogue.services() if catalogue.is_complete(code)] == ["ice", "sts"]


def test_every_ice_action_needs_star():
    assert len(catalogue.actions("ice")) == 400
    assert all(found.needs_star and found.resources == ("*",) for found in catalogue.actions("ice"))


@pytest.mark.parametrize("code", ["log", "oss"])
def test_star_is_never_required_where_it_is_not_documented(code):
    assert not any(found.needs_star for found in catalogue.actions(code))
    assert any(found.resources == ("*",) for found in catalogue.actions(code))


def test_old_documentation_does_not_require_star():
    assert not any(found.needs_star for found in ALL if found.year)


def test_sensitive_actions_exist():
    assert load("sensitive").keys() <= {found.name for found in ALL}


def test_wrong_prefixes_lead_to_codes_and_are_none():
    for prefix, code in load("services")["wrong"].items():
        assert catalogue.service(prefix) is None
        assert catalogue.service(code).evidence not in ("skill", "arn")


def test_counterparts_of_aws_exist():
    table = load("aws")
    assert [ram for ram, _, _ in table["prefix"].values() if not catalogue.service(ram)] == []
    plain = [ram for ram, fit, _ in table["action"].values() if fit == "plain"]
    assert [name for name in plain if not catalogue.action(name)] == []
    keys = [ram for ram, fit, _ in table["condition-key"].values() if fit == "plain"]
    assert [key for key in keys if not catalogue.condition_key(key.replace("{k}", "x"))] == []
    assert [
        name for kind in table.values() for name, (ram, fit, _) in kind.items() if (fit == "none") != (not ram)
    ] == []


def test_needed_actions_are_known():
    tables = {code: load(f"actions/{code}") for code in catalogue.services()}
    needs = {
        action
        for table in tables.values()
        for needed in (table or {}).get("operations", {}).values()
        for action, _ in needed
    }
    assert {name for name in needs if not catalogue.action(name)} == set()


def test_aws_regions_are_none_of_alibaba_cloud():
    table = load("regions")
    assert set(table["aws"].split()).isdisjoint(table["regions"])
    assert set(table["regions"].values()) == {"public", "finance", "gov", "dedicated or limited", "internal"}


def test_types_of_condition_keys_are_known():
    keys = [catalogue.condition_key(row[0].replace("{tag-key}", "x")) for row in load("condition-keys")]
    assert {key.type for key in keys} == {"String", "Bool", "Date", "IP", None}
    assert {key.name for key in keys if key.multivalued} == {"cs:AddonNames", "ram:TrustedPrincipalTypes"}


def test_provenance_is_dated():
    assert catalogue.updated().isoformat() == max(source.read for source in catalogue.sources())
    assert all(source.reference.startswith("https://") for source in catalogue.sources())


def test_system_policies_grant_what_is_documented():
    policies = {policy.name: policy for policy in catalogue.system_policies()}
    reader = policies["AliyunICEReadOnlyAccess"]
    assert reader.whole
    assert reader.statements[0].actions == ("ice:Get*", "ice:List*", "ice:Describe*")
    assert not policies["AliyunACMFullAccess"].whole
