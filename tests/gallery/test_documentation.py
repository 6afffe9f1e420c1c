"""What docs/gallery.md prints works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.examples.sessions import agrees, sessions

PAGE = ROOT / "docs" / "gallery.md"


def environment_with_commands(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_sessions(environment, tmp_path):
    steps = [step for session in sessions(PAGE) for step in session]
    assert steps
    for step in steps:
        done = subprocess.run(
            ["bash", "-c", step.command],
            env=environment_with_commands(environment),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert agrees(done.stdout, step.printed), f"$ {step.command}\n{done.stdout}"


def test_program(environment, tmp_path):
    [program] = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=tmp_path, check=True, timeout=120)
    assert (tmp_path / "avatars.html").read_text("utf-8").count("<article") == 8


def test_picture():
    picture = (ROOT / "docs" / "images" / "gallery.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= 200_000
