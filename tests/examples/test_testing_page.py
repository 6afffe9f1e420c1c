"""The programs of docs/testing.md: those with tests run under pytest, the other as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.examples.sessions import programs

PROGRAMS = programs(ROOT / "docs" / "testing.md")
PRINTED = ["2 passed", "3 passed", "2 passed", "NoPermission\n", "1 passed"]


@pytest.mark.parametrize(("program", "printed"), list(zip(PROGRAMS, PRINTED, strict=True)), ids=PRINTED)
def test_program(program: str, printed: str, tmp_path: Path):
    (tmp_path / "test_program.py").write_text(program, "utf-8")
    runner = ["-m", "pytest", "-W", "error::pytest.PytestWarning"] if "def test_" in program else []
    done = subprocess.run(
        [sys.executable, *runner, "test_program.py"],
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if runner:
        assert f" {printed}" in done.stdout.splitlines()[-1]
    else:
        assert done.stdout == printed
