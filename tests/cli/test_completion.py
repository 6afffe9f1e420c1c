"""The completion scripts, read by the shells that they are for."""

from __future__ import annotations

import argparse
import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from pulumi_ice_avatar.cli import COMMANDS, build
from pulumi_ice_avatar.cli.completion import _actions, _known
from pulumi_ice_avatar.reporters import FORMATS

#: What stands for text that nobody but the user knows.
FREE = {"ACTION", "DATE", "ENDPOINT", "ID", "KEY=VALUE", "KIND/NAME", "NAME=VALUE", "PROFILE", "TYPE", None}


@pytest.fixture
def script(ice_avatar, tmp_path: Path):
    def write(shell: str) -> Path:
        done = ice_avatar("completion", shell)
        assert done.returncode == 0, done.stderr
        path = tmp_path / "_ice-avatar"
        path.write_text(done.stdout)
        return path

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "policies").mkdir(parents=True)
    (folder / "policy.json").touch()
    return folder


def bash(script: Path, folder: Path, *words: str) -> set[str]:
    """What bash would offer for the last word; a colon is a word of its own, as bash has it."""
    ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_ice_avatar'
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{ask}; printf '%s\\n' \"${{COMPREPLY[@]}}\"", "bash", script, "ice-avatar", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return set(done.stdout.split())


def test_bash(script, folder):
    written = script("bash")

    def offered(*words: str) -> set[str]:
        return bash(written, folder, *words)

    assert offered("") == set(COMMANDS)
    assert {"--fix", "--select", "--format"} <= offered("validate", "--")
    assert offered("validate", "--format", "") == set(FORMATS)
    assert offered("validate", "p") == {"policies", "policy.json"}
    assert offered("validate", "--select", "RAM90") == {"RAM901", "RAM902", "RAM903"}
    assert offered("rule", "invalid-eff") == {"invalid-effect"}
    assert offered("templates", "") == {"list", "show", "render"}
    assert offered("templates", "show", "trust-e") == {"trust-ecs"}
    assert offered("apply", "po") == {"policy-deployer", "policies", "policy.json"}
    assert offered("simulate", "--policy", "template:trust-e") == {"template:trust-ecs"}
    assert offered("simulate", "--policy", "template", ":") >= {"get-avatar", "trust-ecs"}
    assert offered("simulate", "--policy", "template", ":", "trust-e") == {"trust-ecs"}
    assert offered("compare", "policy.json", "po") == {"policies", "policy.json"}
    assert offered("get", "Avatar-XXXX", "--region", "us") == {"us-west-1"}
    assert offered("completion", "") == {"bash", "zsh", "fish"}


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish on this machine")
def test_fish(script, folder, environment):
    written = script("fish")

    def offered(line: str) -> set[str]:
        command = ["fish", "--no-config", "-c", f"source {written}; complete -C 'ice-avatar {line}'"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        return {each.partition("\t")[0] for each in done.stdout.splitlines()}

    assert offered("") == set(COMMANDS)
    assert offered("validate --format ") == set(FORMATS)
    assert offered("rule RAM90") == {"RAM901", "RAM902", "RAM903"}
    assert offered("templates show trust-e") == {"trust-ecs"}
    assert offered("apply policy-") == {"policy-deployer"}
    assert offered("simulate --policy template:trust-e") == {"template:trust-ecs"}
    assert "policy.json" in offered("validate pol")


@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh on this machine")
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("val", "validate "),
        ("validate --format githu", "validate --format github "),
        ("rule invalid-eff", "rule invalid-effect "),
        ("templates show trust-e", "templates show trust-ecs "),
        ("apply policy-d", "apply policy-deployer "),
        ("simulate --policy template:trust-e", "simulate --policy template:trust-ecs "),
        ("validate policy", "validate policy.json "),
    ],
)
def test_zsh(script, folder, typed: str, completed: str):
    """Typed into a terminal, because zsh completes nowhere else."""
    place = script("zsh").parent
    start = f"fpath+={place}; autoload -Uz compinit; compinit -u -d {place}/dump; PS1=; cd {folder}; print -r rea''dy\n"
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe("zsh", ["zsh", "-f", "-i"], {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": str(place)})
    try:
        os.write(terminal, start.encode())
        read_until(terminal, "ready\r\n")
        os.write(terminal, f"ice-avatar {typed}\t".encode())
        read_until(terminal, f"ice-avatar {completed}")
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


def read_until(terminal: int, wanted: str) -> None:
    said = b""
    deadline = time.monotonic() + 30
    while wanted.encode() not in said:
        assert time.monotonic() < deadline, said
        if select.select([terminal], [], [], 1)[0]:
            said += os.read(terminal, 65536)


def test_every_value_is_known_or_free():
    words = {
        action.metavar
        for action in _actions(build(*COMMANDS))
        if not action.choices and action.nargs != 0 and not isinstance(action, argparse._SubParsersAction)
    }
    assert words - set(_known()) <= FREE
    assert set(_known()) <= words


def test_an_unknown_shell(ice_avatar):
    done = ice_avatar("completion", "tcsh")
    assert done.returncode == 2
    assert "invalid choice: 'tcsh'" in done.stderr
