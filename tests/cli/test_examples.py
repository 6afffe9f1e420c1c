"""Every example that `--help` shows runs, in a folder that has the files it names, against the emulator."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ice_avatar.cli import COMMANDS
from tests.conftest import ROOT
from tests.containers.conftest import change, plan

EXAMPLES = [
    (command, line)
    for command in COMMANDS
    for line in importlib.import_module(f"pulumi_ice_avatar.cli.{command.replace('-', '_')}").EXAMPLES
]
#: Those that tell by their exit code that something was found.
NEGATIVE = {
    "ice-avatar simulate --policy template:get-avatar --action ice:ListAvatars",
    "ice-avatar compare old.json new.json",
    "ice-avatar compare old.json new.json --must-allow ice:GetAvatar --must-deny 'ram:*'",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a user may have: some policies, and a folder for each shell's completions."""

    def policy(*actions: str) -> str:
        return json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})

    folder = tmp_path / "work"
    (folder / "policies").mkdir(parents=True)
    for name in ("policy.json", "old.json", "control.json", "policies/reader.json"):
        (folder / name).write_text(policy("ice:GetAvatar"))
    reader = {"policy_name": "reader", "policy_document": policy("ice:GetAvatar")}
    (folder / "plan.json").write_text(json.dumps(plan(change("reader", reader))))
    (folder / "trust.json").write_bytes((ROOT / "policies/templates/trust-ecs.json").read_bytes())
    (folder / "new.json").write_text(policy("ice:GetAvatar", "ice:ListAvatars"))
    return folder


@pytest.fixture
def shell_environment(environment: dict[str, str]) -> dict[str, str]:
    home = Path(environment["HOME"])
    for place in (".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions", ".aliyun"):
        (home / place).mkdir(parents=True)
    keys = {"access_key_id": "emulator-key-id", "access_key_secret": "emulator-key-secret"}
    profile = {"name": "studio", "mode": "AK", **keys}
    (home / ".aliyun/config.json").write_text(json.dumps({"current": "studio", "profiles": [profile]}))
    return {**environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize(
    "line", [line for command, line in EXAMPLES if command != "emulator" or "--print-seed" in line]
)
def test_example(line: str, folder: Path, shell_environment: dict[str, str]):
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env=shell_environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == (line in NEGATIVE), done.stderr
    _, redirected, file = line.partition("> ")
    if redirected:
        assert (folder / file.replace("~", shell_environment["HOME"])).stat().st_size > 100
    elif "--output" not in line:
        assert done.stdout or done.stderr


@pytest.fixture
def served(folder: Path, shell_environment: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Whatever was started here and still serves is stopped."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.mark.parametrize("line", [line for command, line in EXAMPLES if command == "emulator" and ">" not in line])
def test_example_that_serves(line: str, folder: Path, shell_environment: dict[str, str], served):
    seed = subprocess.run(
        [sys.executable, "-m", "pulumi_ice_avatar", "emulator", "--print-seed"], capture_output=True, check=True
    )
    (folder / "seed.json").write_bytes(seed.stdout)
    command = line.replace("--port 4010", "--port 0").split()
    served.append(
        subprocess.Popen(
            command, cwd=folder, env=shell_environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    )
    assert json.loads(served[0].stdout.readline())["endpoint"].startswith("http://127.0.0.1:")
