"""The section of docs/validate.md does what it prints."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pulumi_ice_avatar.ram.containers import LONGEST_CONTAINER, hcl
from tests.containers.conftest import BAD, change, plan
from tests.docs import pages
from tests.examples.sessions import agrees
from tests.validate.conftest import ENVIRONMENT, ROOT

PAGE = ROOT / "docs" / "validate.md"


def test_the_section_on_other_files(tmp_path: Path):
    heading = "## Policies inside other files"
    section = tmp_path / "section.md"
    section.write_text(PAGE.read_text("utf-8").split(heading)[1].split("\n## ")[0], "utf-8")
    shown = plan(change(after={"policy_document": BAD}), change("writer", {}, unknown={"policy_document": True}))
    (tmp_path / "plan.json").write_text(json.dumps(shown), "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    terminal = pages.Terminal(tmp_path, {**ENVIRONMENT, "PATH": path})
    ran = 0
    for block in pages.blocks(section):
        if block.file:
            (tmp_path / block.file).write_text(block.text, "utf-8")
            continue
        for command, printed in pages.steps(block.text):
            said, status = terminal.run(command)
            assert agrees(said, printed), said
            assert status == 1
            ran += 1
    terminal.close()
    assert ran == 2


def test_the_limits_on_the_page_are_those_of_the_code():
    page = PAGE.read_text("utf-8")
    assert f"may have {LONGEST_CONTAINER >> 20} MiB" in page
    assert f"`.tf` files {hcl.LONGEST >> 10} KiB" in page
