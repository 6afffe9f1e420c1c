"""The generated pages of docs/ are what the generator writes, and the handwritten one says what is."""

from __future__ import annotations

import re
import subprocess
import sys

import yaml

from pulumi_ice_avatar.ram.linting.handbook import entries
from pulumi_ice_avatar.ram.linting.project import FAIL_ON
from pulumi_ice_avatar.ram.reading import document, nodes
from pulumi_ice_avatar.reporters import FORMATS
from tests.validate.conftest import ENVIRONMENT, EVERYTHING, ROOT


def test_generated_pages_are_up_to_date():
    done = subprocess.run(
        [sys.executable, "tools/build_docs.py", "--check"], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_links_between_pages_lead_somewhere():
    for page in [ROOT / "docs/validate.md", ROOT / "docs/rules.md", *(ROOT / "docs/rules").glob("*.md")]:
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


def test_the_settings_and_limits_on_the_page_are_those_of_the_code(folder):
    page = (ROOT / "docs/validate.md").read_text(encoding="utf-8")
    folder.write("pyproject.toml", "\n".join(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)))
    folder.write("policies/break-glass.json", EVERYTHING)
    assert folder.codes("policies", "--now", "2026-11-22") == []
    assert f"more than {document.LONGEST >> 20} MiB are not read" in page
    assert f"deeper than {nodes.DEEPEST} levels" in page


def test_the_local_hook_on_the_page_is_the_hook():
    page = (ROOT / "docs/validate.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (local,) = [repo for block in blocks for repo in block.get("repos", []) if repo["repo"] == "local"]
    (shown,) = local["hooks"]
    assert [shown[name] for name in ("id", "name", "entry")] == [hook[name] for name in ("id", "name", "entry")]
    (steps,) = [job["steps"] for block in blocks for job in block.get("jobs", {}).values()]
    (used,) = [step for step in steps if "pulumi-ice-avatar" in step["uses"]]
    assert set(used["with"]) <= set(yaml.safe_load((ROOT / "action.yml").read_text())["inputs"])
    (job,) = [block["ram-policy-validate"] for block in blocks if "include" in block]
    include = yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text())["ram-policy-validate"]
    assert set(job["variables"]) <= set(include["variables"])
