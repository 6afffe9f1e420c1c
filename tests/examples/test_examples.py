"""Every example runs under the real engine, by the session that its README prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.examples.sessions import agrees, sessions

#: Without the plugin of the Alibaba Cloud provider, which is a download of its own, it runs under mocks: see below.
WITHOUT_PLUGIN = "alicloud-policy"

NAMES = sorted(
    folder.name for folder in EXAMPLES.iterdir() if (folder / "Pulumi.yaml").exists() and folder.name != WITHOUT_PLUGIN
)


@pytest.mark.parametrize("name", NAMES)
def test_readme_session(name: str, project, emulator, tmp_path: Path):
    workspace = tmp_path / "examples"
    shutil.copytree(EXAMPLES, workspace)
    for folder in workspace.iterdir():
        if (folder / "Pulumi.yaml").exists():
            (folder / "venv").symlink_to(sys.prefix)
    environment = {**project.variables, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if name == "least-privilege":
        environment |= emulator.environment("deployer-key-id")
        environment["ICE_AVATAR_CREDENTIALS_URI"] = emulator.credentials_uri("studio")
    before = emulator.snapshot()
    steps = [step for session in sessions(EXAMPLES / name / "README.md") for step in session]
    assert steps
    for step in steps:
        command = step.command
        if command.startswith("pulumi"):
            command += " --non-interactive --color=never"
        done = subprocess.run(
            command,
            shell=True,
            cwd=workspace / name,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert agrees(done.stdout, step.printed), f"$ {step.command}\n{done.stdout}"
        assert done.returncode == 0 or "error:" in step.printed or step.printed.startswith("ice-avatar:"), done.stdout
    assert emulator.snapshot() == before  # whatever it made in the account is gone


def test_alicloud_policy(tmp_path: Path):
    """The program's resource gets the template's document, whatever provider stands behind it."""
    program = EXAMPLES / WITHOUT_PLUGIN / "__main__.py"
    (tmp_path / "run.py").write_text(
        f"""
import json, runpy
import pulumi

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        if args.typ == "alicloud:ram/policy:Policy":
            print(args.inputs["policyName"], json.loads(args.inputs["policyDocument"])["Statement"][0]["Condition"])
        return args.name, args.inputs

    def call(self, args):
        return {{}}

pulumi.runtime.set_mocks(Mocks())

@pulumi.runtime.test
def run():
    runpy.run_path({str(program)!r})

run()
"""
    )
    done = subprocess.run([sys.executable, tmp_path / "run.py"], capture_output=True, text=True, timeout=120)
    assert done.stdout == "avatar-reader {'StringEquals': {'acs:SourceVpc': ['vpc-bp1a2b3c4d5e6f7g8h9i0']}}\n", (
        done.stderr
    )
