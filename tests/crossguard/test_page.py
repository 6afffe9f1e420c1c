"""The programs, settings and sessions of docs/policy-pack.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tests.conftest import ROOT
from tests.crossguard.conftest import MISSPELT, PACK, POLICY, Pack
from tests.examples.sessions import agrees, programs, sessions

DOCUMENT = ROOT / "docs" / "policy-pack.md"
PROGRAM, OWN_PACK = programs(DOCUMENT)
TEXT = DOCUMENT.read_text("utf-8")


def test_sessions(project):
    stack = project(PROGRAM, name="demo")
    [settings] = re.findall(r"^```json\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    (stack.directory / "settings.json").write_text(settings)
    [[find, refused], [configured]] = sessions(DOCUMENT)
    for step in (refused, configured):
        done = subprocess.run(
            f"{find.command}\n{step.command} --non-interactive --color=never",
            shell=True,
            cwd=stack.directory,
            env={**stack.environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert agrees(done.stdout, step.printed), done.stdout


def test_own_pack(tmp_path):
    (tmp_path / "__main__.py").write_text(OWN_PACK)
    pack = Pack(tmp_path)
    try:
        assert "RAM108" in pack.analyze(POLICY, {"policyDocument": MISSPELT}, "reader")[0].message
        everything = MISSPELT.replace("Alow", "Allow").replace("ice:GetAvatar", "*")
        found = pack.analyze(POLICY, {"policyDocument": everything}, "break-glass")
        assert {each.rule for each in found} == {"ram-access"}
    finally:
        pack.stop()


def test_the_table_lists_what_is_read():
    from pulumi_ice_avatar.ram.holders import HOLDERS

    table = TEXT.partition("These properties are read:")[2].partition("A document that is known")[0]
    for type_, properties in HOLDERS.items():
        [row] = [line for line in table.splitlines() if f"`{type_}`" in line]
        for path, kind in properties.items():
            assert f"`{path.replace('/*/', '[*].')}`" in row
            assert row.endswith(f"| {kind} |")


def test_the_pack_has_the_version_of_the_package():
    assert f"version: {version('pulumi-ice-avatar')}\n" in (PACK / "PulumiPolicy.yaml").read_text("utf-8")
