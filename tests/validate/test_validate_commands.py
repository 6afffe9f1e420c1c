"""`ice-avatar rules`, `rule` and `schema`."""

from __future__ import annotations

import json
import re

import pytest

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.deciding import comparison
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.linting import handbook, rules
from tests.validate.conftest import EVERYTHING, SOUND


def test_rules(folder):
    done = folder.run("rules")
    assert done.returncode == 0
    codes = re.findall(r"^(RAM\d{3})  ", done.stdout, re.MULTILINE)
    assert codes == [*rules.all_rules(), "RAM901", "RAM902", "RAM903", "RAM950", "RAM951"]
    assert re.search(r"^RAM108  error +invalid-effect +fix\b", done.stdout, re.MULTILINE)
    assert "Off unless selected by code or name: RAM804." in done.stdout
    assert f"gathered up to {catalogue.updated()}" in done.stdout


def test_rules_as_json(folder):
    listed = json.loads(folder.run("rules", "--format", "json").stdout)
    assert listed["updated"] == catalogue.updated().isoformat()
    assert {"what", "published", "read", "reference"} == set(listed["sources"][0])
    for each in listed["rules"]:
        assert set(each) == {"code", "name", "severity", "default", "kinds", "summary"}
        assert each["summary"].endswith(".")
        assert "\n" not in each["summary"]


@pytest.mark.parametrize("word", ["RAM108", "invalid-effect"])
def test_rule(folder, word):
    done = folder.run("rule", word)
    assert done.returncode == 0
    assert done.stdout.startswith("# RAM108 invalid-effect\n\nSeverity: error.\n\n## What\n\n")
    assert "## Good\n\n```json\n" in done.stdout


def test_every_rule_has_its_page(folder):
    for code in ("RAM116", "RAM804", "RAM901", "RAM902", "RAM903", "RAM950", "RAM951"):
        assert folder.run("rule", code).stdout.startswith(f"# {code} ")
    assert "Off unless selected" in folder.run("rule", "RAM804").stdout


def test_no_such_rule(folder):
    done = folder.run("rule", "invalid-efect")
    assert done.returncode == 2
    assert done.stderr == (
        'ice-avatar: no rule is called "invalid-efect" (did you mean invalid-effect?): see `ice-avatar rules`\n'
    )


def test_the_handbook_agrees_with_what_compares_policies():
    wide = comparison.check(json.loads(EVERYTHING), must_allow=["ice:GetAvatar"], must_deny=["ram:CreateUser"])
    narrow = comparison.check(SOUND, must_allow=["ice:DeleteAvatarTrainingJob"])
    found = {(each.code, each.name, each.severity) for each in (*wide.unmet, *narrow.unmet)}
    assert found == {handbook.entries()[code][:3] for code in ("RAM901", "RAM902", "RAM903")}


def test_schema(folder):
    from jsonschema import Draft202012Validator

    whole = json.loads(folder.run("schema").stdout)
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for kind in KINDS:
        own = json.loads(folder.run("schema", "--kind", kind).stdout)
        Draft202012Validator.check_schema(own)
        assert Draft202012Validator(own).is_valid(SOUND) == (kind in ("identity", "session", "control"))
    Draft202012Validator(whole).validate(SOUND)
    assert folder.run("schema", "--kind", "user").returncode == 2
