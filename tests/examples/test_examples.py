"""Every example runs under the real engine, by the session that its README prints."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.examples.sessions import agrees, sessions

NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "Pulumi.yaml").exists())


@pytest.mark.parametrize("name", NAMES)
def test_readme_session(name: str, project, tmp_path: Path):
    workspace = tmp_path / "examples"
    shutil.copytree(EXAMPLES, workspace)
    for folder in workspace.iterdir():
        if (folder / "Pulumi.yaml").exists():
            (folder / "venv").symlink_to(sys.prefix)
    [steps] = sessions(EXAMPLES / name / "README.md")
    assert steps
    for step in steps:
        done = subprocess.run(
            f"{step.command} --non-interactive --color=never",
            shell=True,
            cwd=workspace / name,
            env=project.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert agrees(done.stdout, step.printed), f"$ {step.command}\n{done.stdout}"
        assert done.returncode == 0 or "error:" in step.printed, done.stdout
