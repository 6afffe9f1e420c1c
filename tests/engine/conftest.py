"""Programs of tests, and ways to start the engine's command line for them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Stack
from tests.support.server import Server


@pytest.fixture
def rewrite() -> Callable[[Stack, str], None]:
    """Gives a stack another program."""

    def write(stack: Stack, program: str) -> None:
        (stack.directory / "__main__.py").write_text(program)

    return write


@pytest.fixture
def server(server: Server) -> Server:
    """A service that keeps whoever asks waiting, until the test lets go."""
    server.proceed.clear()
    return server


class Running:
    """A command of the engine in a process group of its own, as a terminal has it."""

    def __init__(self, stack: Stack, *arguments: str) -> None:
        self._process = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", "--color=never"],
            cwd=stack.directory,
            env=stack.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._seen = ""

    def interrupt(self) -> None:
        """Press Ctrl-C, and wait until the engine has heard it."""
        os.killpg(self._process.pid, signal.SIGINT)
        for line in self._process.stdout:
            self._seen += line
            if "cancelling" in line:
                break

    def end(self) -> tuple[int, str]:
        output, _ = self._process.communicate(timeout=120)
        return self._process.returncode, self._seen + output


@pytest.fixture
def start() -> Callable[..., Running]:
    return Running


DATA = Path(__file__).parent / "data"
