"""Whole documents, written from the documentation, with what the linter has to say about each.

A file is `corpus/valid/<area>/<name>[.<kind>].json` (or `.yaml`, `.txt`) and has no finding at all, or
`corpus/invalid/<area>/<name>[.<kind>].json` and has exactly those that `expected.json` beside it lists as
`"<line> <code>"`.
"""

from __future__ import annotations

import json

import pytest

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram.language import KINDS
from tests.ram.conftest import CORPUS

VALID = sorted(each for each in CORPUS.glob("valid/*/*") if each.is_file())
INVALID = sorted(each for each in CORPUS.glob("invalid/*/*") if each.is_file() and each.name != "expected.json")


def lint(path):
    kind = path.name.split(".")[-2]
    return ram.lint(path.read_bytes(), kind if kind in KINDS else None, source=path.name, now="2026-11-22T00:00:00Z")


def name(path):
    return str(path.relative_to(CORPUS))


@pytest.mark.parametrize("path", VALID, ids=name)
def test_valid(path):
    assert [f"{each.line} {each.code} {each.message}" for each in lint(path)] == []


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_invalid(path):
    expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
    assert [f"{each.line} {each.code}" for each in lint(path)] == expected[path.name]


@pytest.mark.parametrize("area", sorted(CORPUS.glob("invalid/*")), ids=name)
def test_every_expectation_has_its_document(area):
    expected = json.loads((area / "expected.json").read_text(encoding="utf-8"))
    assert set(expected) == {each.name for each in area.iterdir()} - {"expected.json"}
