"""Places in the outer file reach every report, and what else the command line has to do with it."""

from __future__ import annotations

import json
import re

import pytest

from tests.containers.conftest import BAD, GOOD, change, plan, policy
from tests.containers.test_terraform_hcl import FORMS
from tests.validate.conftest import FOREIGN

HEREDOC = FORMS["heredoc"].replace("EFFECT", "Alow")
LINE, COLUMN, END = 7, 28, 34
"""Where the Effect of `HEREDOC` stands."""


@pytest.fixture
def main(folder):
    folder.write("main.tf", HEREDOC)
    return folder


def test_text_has_the_line_and_the_caret(main):
    place, source, caret, *_ = main.validate("main.tf").stdout.splitlines()
    assert place.startswith(f"main.tf:{LINE}:{COLUMN}: error RAM108 invalid-effect: alicloud_ram_policy.reader: ")
    assert source == f"  {LINE} | " + HEREDOC.splitlines()[LINE - 1][:100].rstrip() + "…"
    assert source[caret.index("^") : caret.rindex("^") + 1] == '"Alow"'


def test_concise(main):
    assert main.validate("main.tf", "--format", "concise").stdout.startswith(f"main.tf:{LINE}:{COLUMN}: error RAM108")


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json(main, form):
    said = json.loads(main.validate("main.tf", "--format", form).stdout)
    finding = said["findings"][0] if form == "json" else said
    assert {**finding, "message": ""} == {
        "file": "main.tf",
        "code": "RAM108",
        "name": "invalid-effect",
        "severity": "error",
        "message": "",
        "pointer": "/alicloud_ram_policy.reader/policy_document/Statement/0/Effect",
        "line": LINE,
        "column": COLUMN,
        "end_line": LINE,
        "end_column": END,
    }


def test_sarif(main):
    (result,) = json.loads(main.validate("main.tf", "--format", "sarif").stdout)["runs"][0]["results"]
    location = result["locations"][0]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "main.tf"},
        "region": {"startLine": LINE, "startColumn": COLUMN, "endLine": LINE, "endColumn": END},
    }
    name = location["logicalLocations"][0]["fullyQualifiedName"]
    assert name == "/alicloud_ram_policy.reader/policy_document/Statement/0/Effect"


def test_junit(main):
    assert f"main.tf:{LINE}:{COLUMN}: error RAM108" in main.validate("main.tf", "--format", "junit").stdout


def test_github(main):
    out = main.validate("main.tf", "--format", "github").stdout
    assert re.search(rf"::error file=main\.tf,line={LINE},.*col={COLUMN}", out)


def test_gitlab(main):
    (violation,) = json.loads(main.validate("main.tf", "--format", "gitlab").stdout)
    assert violation["location"] == {"path": "main.tf", "lines": {"begin": LINE, "end": LINE}}


def test_fingerprints_stay_while_the_file_around_changes(folder):
    def fingerprint(*before: dict) -> str:
        folder.write("plan.json", json.dumps(plan(*before, change("bad", {"policy_document": BAD}))))
        (violation,) = json.loads(folder.validate("plan.json", "--format", "gitlab").stdout)
        return violation["fingerprint"]

    assert fingerprint() == fingerprint(change("good", {"policy_document": GOOD}))


def test_findings_come_in_the_order_of_the_file(folder):
    changes = [change(name, {"policy_document": json.dumps(policy("Alow", Sid=""))}) for name in "cab"]
    folder.write("plan.json", json.dumps(plan(*changes), indent=1))
    found = folder.findings("plan.json")
    assert [each["line"] for each in found] == sorted(each["line"] for each in found)
    assert len({each["message"][:23] for each in found}) == len(changes)


def test_a_suppression_names_the_address(main):
    suppression = '[[suppressions]]\nfile = "main.tf"\ncode = "RAM108"\nreason = "agreed"\npointer = "{}"\n'
    main.write("ice-avatar.toml", suppression.format("/alicloud_ram_policy.reader/policy_document"))
    assert main.codes("main.tf") == []
    main.write("ice-avatar.toml", suppression.format("/alicloud_ram_policy.other"))
    assert main.codes("main.tf") == [("main.tf", "RAM108"), ("ice-avatar.toml", "RAM950")]


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_fixes_are_for_policy_files(folder, option):
    text = json.dumps(plan(change(after={"policy_document": FOREIGN})))
    folder.write("plan.json", text)
    done = folder.validate("plan.json", option)
    assert "plan.json: a finding has a certain fix, but --fix leaves a Terraform plan alone" in done.stderr
    assert (folder.path / "plan.json").read_text() == text
    assert "mend" not in done.stderr


def test_a_preview_of_fixes_is_not_offered(folder):
    folder.write("plan.json", json.dumps(plan(change(after={"policy_document": FOREIGN}))))
    done = folder.validate("plan.json")
    assert "RAM102" in done.stdout
    assert "--fix" not in done.stdout + done.stderr


def test_standard_input(folder):
    text = json.dumps(plan(change(after={"policy_document": BAD}), change("u", {}, unknown={"policy_document": True})))
    done = folder.validate("-", stdin=text)
    assert done.returncode == 1
    assert done.stdout.startswith("-:1:")
    assert "-: alicloud_ram_policy.u: policy_document is known after apply: not checked" in done.stderr


def test_in_a_folder_and_for_hooks_only_what_holds_a_policy_is_spoken_of(folder):
    folder.write("policy.json")
    folder.write("empty.json", json.dumps(plan()))
    folder.write("main.tf", 'resource "alicloud_ram_user" "x" {}\n')
    folder.write("plan.json", json.dumps(plan(change(after={"policy_document": BAD}))))
    for arguments in (["."], ["--only-policies", "policy.json", "empty.json", "main.tf", "plan.json"]):
        done = folder.validate(*arguments)
        assert done.returncode == 1
        assert done.stderr == "ice-avatar: 2 files checked: 1 error; skipped 2 files without a policy\n"
    assert folder.validate("--only-policies", "empty.json").returncode == 0
