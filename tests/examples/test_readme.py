"""The programs and sessions that the README prints."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import ROOT
from tests.examples.sessions import agrees, programs, sessions

README = ROOT / "README.md"
PROGRAMS = programs(README)


def test_first_program(project):
    stack = project(PROGRAMS[0])
    [step] = sessions(README)[0]
    said = stack.run(*step.command.split()[1:])
    assert agrees(re.sub(r" +$", "", said, flags=re.MULTILINE), step.printed), said


def test_catching_an_error(environment, tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", PROGRAMS[1]], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"AvatarNotFound [0-9A-F-]{36}\n", said.stdout)


def test_policy_session(ice_avatar):
    for step in sessions(README)[1]:
        said = ice_avatar(*step.command.split()[1:])
        assert agrees(said.stdout, step.printed), said.stdout + said.stderr
