"""The generated pages of docs/ are what the generator writes, and the handwritten one says what is."""

from __future__ import annotations

import re
import subprocess
import sys

from pulumi_ice_avatar.ram.handbook import entries
from pulumi_ice_avatar.ram.project import FAIL_ON
from pulumi_ice_avatar.reporters import FORMATS
from tests.validate.conftest import ENVIRONMENT, ROOT


def test_generated_pages_are_up_to_date():
    done = subprocess.run(
        [sys.executable, "tools/build_docs.py", "--check"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_links_between_pages_lead_somewhere():
    for page in [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs/rules").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_on_validate_names_every_option_form_and_level():
    page = (ROOT / "docs/validate.md").read_text(encoding="utf-8")
    helped = subprocess.run(
        [sys.executable, "-m", "pulumi_ice_avatar", "validate", "--help"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    ).stdout
    for option in {*re.findall(r"--[a-z][a-z-]+", helped)} - {"--help"}:
        assert option in page, option
    for word in (*FORMATS, *FAIL_ON, "RAM950", "RAM951"):
        assert f"`{word}`" in page or f"[{word}]" in page, word
    assert {*re.findall(r"RAM\d{3}", page)} <= set(entries())
