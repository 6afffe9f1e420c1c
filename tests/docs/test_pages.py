"""Everything that the handwritten pages of docs/ print runs; other pages have tests beside what they are about."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from pulumi_ice_avatar.emulator import Emulator
from tests.conftest import ROOT
from tests.docs import pages
from tests.examples.sessions import agrees

DOCS = ROOT / "docs"
WITH_ENGINE = ["first-stack.md", "choosing-a-form.md", "many-avatars.md", "permissions.md"]
WITHOUT_ENGINE = ["policies.md", "evaluation.md", "limits.md", "errors.md", "README.md"]
#: Pages that have a test of their own, here or beside what they are about, and those without anything to run.
ELSEWHERE = {"cli.md", "emulator.md", "gallery.md", "policy-pack.md", "rules.md",
             "settings.md", "templates.md", "testing.md", "validate.md"}  # fmt: skip


@pytest.fixture
def emulator():
    """The service with the avatars that `ice-avatar emulator` has by itself."""
    with Emulator() as running:
        yield running


@pytest.fixture
def path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("page", WITH_ENGINE)
def test_page_with_stacks(page: str, project, path: str, tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    pages.run(DOCS / page, folder, {**project.variables, "PATH": path})


@pytest.mark.parametrize("page", WITHOUT_ENGINE)
def test_page(page: str, environment, path: str, tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    pages.run(DOCS / page, folder, {**environment, "PATH": path})


def test_settings_page(project, path: str):
    stack = project("", name="settings")
    pages.run(DOCS / "settings.md", stack.directory, {**project.variables, "PATH": path})
    assert "ice-avatar:region" in stack.run("config")


def test_first_session_of_validate(environment, path: str, tmp_path: Path):
    """Eleven policies that are good, and one that is not."""
    policies = tmp_path / "policies"
    policies.mkdir()
    for good in sorted((ROOT / "policies" / "templates").glob("*.json"))[:11]:
        shutil.copy(good, policies)
    text = (ROOT / "policies" / "templates" / "get-avatar.json").read_text("utf-8")
    (policies / "reader.json").write_text(text.replace("[\n    {", "[{").replace('"Allow"', '"Alow"'), "utf-8")
    session = next(block.text for block in pages.blocks(DOCS / "validate.md") if block.language == "console")
    terminal = pages.Terminal(tmp_path, {**environment, "PATH": path})
    for command, printed in pages.steps(session):
        said, _ = terminal.run(command)
        assert agrees(said, printed), said
    terminal.close()


def test_every_page_is_tested():
    written = {page.name for page in DOCS.glob("*.md")}
    assert written <= {*WITH_ENGINE, *WITHOUT_ENGINE, *ELSEWHERE}


def test_every_page_is_in_the_index():
    index = (DOCS / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([^)#]+)", index))
    assert {page.name for page in DOCS.glob("*.md")} - {"README.md"} <= linked


def anchors(page: Path) -> set[str]:
    """What links can lead to inside a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/**/README.md")], ids=str)
def test_links_lead_somewhere(page: Path):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        led_to = page.parent / target if target else page
        assert led_to.exists(), target
        if anchor:
            assert anchor in anchors(led_to), f"{target}#{anchor}"
