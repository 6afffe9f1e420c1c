"""Each rule has a page, its bad examples trigger it and nothing graver than a suggestion, its good ones nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram.linting import rules
from pulumi_ice_avatar.ram.linting.linter import Finding
from tests.ram.conftest import Example, examples

RULES = rules.all_rules()
PAGES = Path(rules.__file__).parent / "pages"


def lint(example: Example, code: str) -> list[Finding]:
    default = [each.code for each in RULES.values() if each.default]
    return ram.lint(
        example.document,
        example.options.get("kind"),
        select=[*default, code],
        source=example.source,
        now=example.options.get("now"),
    )


def test_every_page_belongs_to_a_rule():
    assert {each.stem for each in PAGES.glob("*.md")} == set(RULES)


def test_codes_and_names_are_well_formed_and_unique():
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert all(re.fullmatch(r"RAM[0-9]{3}", code) for code in RULES)
    assert all(rule.severity in rules.SEVERITIES for rule in RULES.values())


def test_rules_yield_to_rules_that_exist():
    assert {code for rule in RULES.values() for code in rule.yields_to} <= set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_page_has_its_sections_in_order(code):
    sections = re.findall(r"^## (\w+)$", rules.page(code), re.MULTILINE)
    assert sections in (["What", "Why", "Bad", "Good", "Source"], ["What", "Why", "Bad", "Good", "Source", "Fix"])


@pytest.mark.parametrize("code", RULES)
def test_bad_example_triggers_this_rule_alone(code):
    bad = [each for each in examples(rules.page(code)) if each.section == "Bad"]
    assert bad
    for example in bad:
        findings = lint(example, code)
        assert code in {each.code for each in findings}, findings
        assert {each.code for each in findings if each.severity != rules.SUGGESTION} <= {code}, findings


@pytest.mark.parametrize("code", RULES)
def test_good_example_has_no_finding(code):
    good = [each for each in examples(rules.page(code)) if each.section == "Good"]
    assert good
    for example in good:
        assert lint(example, code) == []


@pytest.mark.parametrize("code", RULES)
def test_fix_section_stands_where_the_bad_example_is_fixed(code):
    page = rules.page(code)
    fixed = [
        finding.fix
        for example in examples(page)
        if example.section == "Bad"
        for finding in lint(example, code)
        if finding.code == code and finding.fix
    ]
    assert bool(fixed) == ("\n## Fix\n" in page)
