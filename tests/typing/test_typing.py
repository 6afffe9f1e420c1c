"""Users' programs under `mypy --strict`: what is right is accepted, what is wrong is found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """What mypy says of each program, by file: lines and codes."""
    folder = tmp_path_factory.mktemp("typing")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(folder), "--config-file=",
         *(str(each) for each in sorted(PROGRAMS.glob("*.py")))],
        capture_output=True,
        text=True,
        cwd=folder,
    )  # fmt: skip
    assert done.stderr == ""
    found = re.findall(r"^.*?(\w+\.py):(\d+): error: .*(\[[\w-]+\])$", done.stdout, re.MULTILINE)
    return {
        each.name: {(int(line), code) for name, line, code in found if name == each.name} for each in PROGRAMS.iterdir()
    }


@pytest.mark.parametrize("name", ["stack.py", "own_tests.py"])
def test_right(name, findings):
    assert findings[name] == set()


def test_wrong(findings):
    lines = (PROGRAMS / "mistakes.py").read_text("utf-8").splitlines()
    assert findings["mistakes.py"] == {
        (number, code) for number, line in enumerate(lines, 1) for code in re.findall(r"  # (\[[\w-]+\])$", line)
    }
