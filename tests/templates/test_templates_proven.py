"""What the bundled policies allow, proven over every known action of ICE and of other services."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.language import LIMITS
from tools import template_proofs

ROOT = Path(__file__).parent.parent.parent
NAMES = [template.name for template in ram.templates()]
WANTED = {
    "get-avatar",
    "avatar-reader",
    "get-avatar-from-network",
    "get-avatar-from-vpc",
    "get-avatar-https-only",
    "get-avatar-with-mfa",
    "get-avatar-in-time-window",
    "deny-avatar-changes",
    "avatar-trainer",
    "trust-ecs",
    "trust-function-compute",
    "trust-account",
    "trust-oidc-kubernetes",
    "policy-deployer",
}


def named(name: str) -> ram.Template:
    return next(template for template in ram.templates() if template.name == name)


def test_every_template_is_declared_and_every_declaration_has_a_template() -> None:
    files = {path.stem for path in (policies() / "templates").iterdir()}
    assert files == {path.stem for path in (policies() / "declarations").iterdir()} == set(NAMES)
    assert files >= WANTED


@pytest.mark.parametrize("name", NAMES)
def test_declarations_follow_their_schema(name: str) -> None:
    schema = json.loads((policies() / "schema" / "template-declaration.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    declaration = json.loads((policies() / "declarations" / f"{name}.json").read_text())
    assert not [error.message for error in Draft202012Validator(schema).iter_errors(declaration)]
    for parameter in named(name).parameters.values():
        Draft202012Validator.check_schema(parameter.schema)
        assert Draft202012Validator(parameter.schema).is_valid(parameter.default)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_allows_and_denies_exactly_what_it_declares(name: str) -> None:
    assert list(template_proofs.failures(named(name))) == []


def test_the_proof_covers_all_of_ice_and_other_services() -> None:
    tried = set(template_proofs.universe())
    assert {action.name for action in catalogue.actions("ice")} < tried
    assert len(catalogue.actions("ice")) == 400
    assert {"ram:CreateAccessKey", "oss:GetObject", "kms:Decrypt", "sts:AssumeRole"} < tried


@pytest.mark.parametrize("change", ["allows more", "allows less", "allows always"])
def test_the_proof_can_fail(change: str) -> None:
    guarded = named("get-avatar-from-network")
    document = guarded.document
    statement = document["Statement"][0]
    if change == "allows more":
        statement["Action"] = "ice:GetAvatar*"
    elif change == "allows less":
        statement["Action"] = "ice:ListAvatars"
    else:
        del statement["Condition"]
    assert list(template_proofs.failures(guarded._replace(text=json.dumps(document))))


def test_a_declared_deny_is_proven_too() -> None:
    guard = named("deny-avatar-changes")
    assert guard.must_deny
    assert list(template_proofs.failures(guard._replace(must_deny=guard.must_deny[1:])))


def test_the_page_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/template_proofs.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_short_enough_and_says_what_it_is(name: str) -> None:
    template = named(name)
    assert len(template.text) <= LIMITS["identity"]
    assert ram.parse(template.text).kind == template.kind
    assert template.document == json.loads(template.text)
    assert template.document is not template.document


@pytest.mark.parametrize("name", NAMES)
def test_findings_above_a_suggestion_have_a_reason(name: str) -> None:
    template = named(name)
    found = {
        finding.code for finding in ram.lint(template.text, template.kind) if finding.severity not in ("suggestion",)
    }
    assert found == set(template.accepted_findings)
