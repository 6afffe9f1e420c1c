"""What docs/emulator.md prints works, and its tables are those of the code."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ice_avatar.emulator import Emulator, Faults
from pulumi_ice_avatar.emulator.choices import CHOICES
from pulumi_ice_avatar.emulator.control import _ROUTES
from pulumi_ice_avatar.emulator.gateway import PRODUCTS
from tests.conftest import ROOT
from tests.emulator.wire import call
from tests.examples.sessions import agrees, sessions

DOCUMENT = ROOT / "docs" / "emulator.md"
TEXT = DOCUMENT.read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def _rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(tmp_path)}


class Shell:
    """A terminal that stays open from one command to the next."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._process = subprocess.Popen(
            ["bash"],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> str:
        self._process.stdin.write(f"{command}\necho; echo the-end-of-it\n")
        self._process.stdin.flush()
        return "".join(iter(self._process.stdout.readline, "the-end-of-it\n"))

    def close(self) -> None:
        self._process.communicate("exit\n", timeout=30)


@pytest.fixture
def shell(environment: dict[str, str], tmp_path: Path) -> Iterator[Shell]:
    opened = Shell(environment, tmp_path)
    yield opened
    opened.close()


def test_the_sessions(environment: dict[str, str], shell: Shell, tmp_path: Path) -> None:
    first, *others = sessions(DOCUMENT)
    [start] = first
    command = start.command.replace("--port 4010", "--port 0").split()
    served = subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        ready = served.stdout.readline()
        port = json.loads(ready)["endpoint"].rpartition(":")[2]
        assert agrees((ready + served.stderr.readline()).replace(port, "4010"), start.printed)
        for step in [step for session in others for step in session]:
            said = shell.run(step.command.replace("4010", port)).replace(port, "4010")
            assert agrees(said, step.printed), f"$ {step.command}\n{said}"
    finally:
        served.terminate()
        served.communicate(timeout=30)


def test_the_program(environment: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _blocks("python")[0]],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "Avatar-New" in done.stdout
    assert done.stdout.endswith("[('GetAvatar', 'OK')]\n")


def test_the_fixture(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(_blocks("python")[1])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert done.stdout.splitlines()[-1].startswith("1 passed"), done.stdout


def test_no_snippet_is_left_out() -> None:
    fences = re.findall(r"^```(\w+)$", TEXT, re.MULTILINE)

    assert (fences.count("console"), fences.count("python"), fences.count("json")) == (len(sessions(DOCUMENT)), 2, 1)
    assert len(fences) == fences.count("console") + 3


def test_the_seed() -> None:
    with Emulator(json.loads(_blocks("json")[0])) as emulator:
        assert call(emulator.endpoint, key="alice-key-id", secret="alice-key-secret").status == 200
        assert emulator.credentials_uri("studio")


def test_the_faults() -> None:
    assert _rows("Faults") == [
        [f"`{each.name}`", each.metadata["effect"], each.metadata["setting"].takes]
        for each in dataclasses.fields(Faults)
    ]


def test_the_control_urls() -> None:
    listed = set()
    for request, _ in _rows("Control"):
        path = re.search(r"/_emulator/([a-z]+)(/[A-Z]+)?", request)
        listed |= {
            (method, path[1], path[2] is not None)
            for method in re.findall("[A-Z]{3,}", request)
            if method in "GET PUT PATCH DELETE"
        }

    assert listed == set(_ROUTES)


def test_the_operations() -> None:
    section = TEXT.partition("\n## Operations\n")[2].partition("\n## ")[0]

    assert sorted(re.findall("`([A-Za-z]+)`", section)) == sorted(
        name for product in PRODUCTS for name in product.operations
    )


def test_the_choices() -> None:
    rows = [f"| {name} | {each.does} | {each.known} |" for name, each in CHOICES.items()]
    table = "\n".join(
        ["| choice | what the emulator does | what is known of the service |", "| --- | --- | --- |", *rows]
    )

    assert re.search("<!-- choices -->\n(.*?)\n?<!-- /choices -->", TEXT, re.DOTALL)[1] == table
