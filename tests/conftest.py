"""What tests in several folders share: an emulator, and a real engine with a backend and a home of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.support.server import Server

if TYPE_CHECKING:
    from pulumi_ice_avatar.emulator import Emulator

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SECRET = "emulator-key-secret"

# The same examples in every run, so that a run tells about the change it is for. Others: --hypothesis-profile=explore.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")

# Whatever the person who runs the tests has set up for the real service must not reach a test.
for name in [name for name in os.environ if name.startswith(("ALIBABA", "ALICLOUD", "ICE_AVATAR"))]:
    del os.environ[name]
for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "DEBUG"):
    os.environ.pop(name, None)
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

# A shell starts what runs in the background with Ctrl-C ignored, and processes that tests interrupt would inherit that.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def seed() -> Any:
    """What the emulator knows: the account of the examples, where tests define no other."""
    return EXAMPLES / "avatars.json"


@pytest.fixture
def emulator(seed: Any) -> Iterator[Emulator]:
    """The service on loopback."""
    from pulumi_ice_avatar.emulator import Emulator

    with Emulator(seed) as running:
        yield running


@pytest.fixture
def server() -> Iterator[Server]:
    """A service that answers what the test says, when the test says so."""
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def environment(emulator: Emulator, tmp_path: Path) -> dict[str, str]:
    """Variables for a process that asks the emulator, in a home without anybody's profiles."""
    home = tmp_path / "home"
    home.mkdir()
    return {**os.environ, **emulator.environment(), "HOME": str(home), "NO_COLOR": "1"}


@pytest.fixture
def ice_avatar(environment: dict[str, str]) -> Any:
    """Runs the command line as a process."""

    def run(
        *arguments: str, env: Mapping[str, str] | None = None, stdin: str | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pulumi_ice_avatar", *arguments],
            env={**environment, **(env or {})},
            input=stdin,
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@dataclass
class Stack:
    """A stack of a Pulumi project, driven by the real command line."""

    directory: Path
    environment: dict[str, str]
    name: str = "dev"
    seen: list[str] = field(default_factory=list)

    def run(self, *arguments: str, succeeds: bool = True, **extra: str) -> str:
        """Run a command of the engine; returns all it said."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color=never"],
            cwd=self.directory,
            env={**self.environment, **extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        self.seen.append(done.stdout)
        assert (done.returncode == 0) == succeeds, done.stdout
        return done.stdout

    def up(self, **extra: Any) -> str:
        return self.run("up", "--yes", **extra)

    def preview(self, **extra: Any) -> str:
        return self.run("preview", "--diff", **extra)

    def refresh(self, **extra: Any) -> str:
        return self.run("refresh", "--yes", **extra)

    def destroy(self, **extra: Any) -> str:
        return self.run("destroy", "--yes", **extra)

    def outputs(self) -> dict[str, Any]:
        done = subprocess.run(
            ["pulumi", "stack", "output", "--json", "--show-secrets"],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    def state(self) -> dict[str, Any]:
        """The deployment as it is stored, secrets encrypted."""
        return json.loads(self.run("stack", "export"))["deployment"]

    def resources(self) -> dict[str, dict[str, Any]]:
        """The dynamic resources in the state, by name."""
        return {
            each["urn"].rpartition("::")[2]: each
            for each in self.state().get("resources", [])
            if each["type"].startswith("pulumi-python:dynamic")
        }


@pytest.fixture(scope="session")
def engine() -> None:
    """The real engine; `make test` puts it on PATH, and without it the tests fail rather than skip."""
    found = shutil.which("pulumi")
    assert found, "no `pulumi` on PATH: run the tests with `make test`, which gets one"


@pytest.fixture
def project(engine: None, environment: dict[str, str], tmp_path: Path) -> Any:
    """Makes stacks of a project, from its folder or its program, on a backend and a home of their own."""
    backend = tmp_path / "backend"
    backend.mkdir()
    variables = {
        **environment,
        "PULUMI_HOME": str(tmp_path / "pulumi-home"),
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }

    def make(source: Path | str, *, config: Mapping[str, str] | None = None, name: str = "project") -> Stack:
        directory = tmp_path / (source.name if isinstance(source, Path) else name)
        if isinstance(source, Path):
            shutil.copytree(source, directory)
        else:
            directory.mkdir()
            (directory / "Pulumi.yaml").write_text(
                f"name: {name}\nruntime: {{name: python, options: {{virtualenv: venv}}}}\n"
            )
            (directory / "__main__.py").write_text(source)
        (directory / "venv").symlink_to(sys.prefix)
        stack = Stack(directory, dict(variables))
        stack.run("stack", "init", stack.name)
        for key, value in (config or {}).items():
            stack.run("config", "set", key, value)
        return stack

    make.variables = variables  # type: ignore[attr-defined] # for commands that a test runs itself
    return make


def lines_with(text: str, pattern: str) -> list[str]:
    """The lines that match, stripped."""
    return [line.strip() for line in text.splitlines() if re.search(pattern, line)]
