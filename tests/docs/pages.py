"""Runs a page of the documentation as a reader would: block after block, in one folder and one terminal.

- A ```console block is a session: `$ command` and what it prints, `…` for anything.
- A block behind a line that ends with a file's name in backticks and a colon is that file.
- Any other ```python block is a program, which has to succeed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.examples.sessions import agrees

#: What would install from elsewhere has been done already in the environment that the tests run in.
_DONE = {"python3 -m venv venv": f"ln -s {sys.prefix} venv", "venv/bin/pip install pulumi-ice-avatar": "true"}
_PORT = "4010"
_END = "the-end-of-it"


class Block(NamedTuple):
    """A fenced block."""

    language: str
    text: str
    file: str | None


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    fenced = re.compile(r"(?:`([^`\n]+)`:\n\n)?^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for file, language, text in fenced.findall(page.read_text("utf-8")):
        yield Block(language, text, file or None)


def steps(session: str) -> Iterator[tuple[str, str]]:
    """Each command of a session, and what the page says it prints; nothing where the page leaves it open."""
    assert session.startswith("$ "), session
    for step in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, printed = step.partition("\n")
        yield command, printed


def run(page: Path, folder: Path, environment: Mapping[str, str]) -> None:
    """Run all blocks of a page.

    Raises:
        AssertionError: Something else was printed than the page prints, or a program failed.
    """
    terminal = Terminal(folder, environment)
    try:
        for block in blocks(page):
            if block.file:
                path = folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, "utf-8")
            elif block.language == "console":
                for command, printed in steps(block.text):
                    said, status = terminal.run(command)
                    assert agrees(said, printed), f"$ {command}\n{said}"
                    assert printed or not status, f"$ {command}\n{said}"
            elif block.language == "python":
                terminal.run_program(block.text)
            else:
                raise AssertionError(f"{page.name}: nothing is done with this block:\n{block.text}")
    finally:
        terminal.close()


class Terminal:
    """A shell that stays open from one command to the next, and the emulators started in other terminals."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._port = _PORT
        self._serving: list[subprocess.Popen[str]] = []
        self._shell = self._start(["bash"], stdin=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command: str) -> tuple[str, int]:
        """Run a command; returns what it printed, and its exit code."""
        if re.match("ice-avatar emulator .*--port", command):
            return self._serve(command), 0
        command = _DONE.get(command, command).replace(_PORT, self._port)
        if command.startswith("pulumi "):
            command += " --non-interactive --color=never"
        assert self._shell.stdin
        self._shell.stdin.write(f"{command}\ncode=$?; echo; echo {_END} $code\n")
        self._shell.stdin.flush()
        assert self._shell.stdout
        said = ""
        for line in self._shell.stdout:
            if line.startswith(_END):
                return said.replace(self._port, _PORT), int(line.split()[1])
            said += f"{line.rstrip()}\n"
        raise AssertionError(f"the shell has ended: {said}")

    def run_program(self, text: str) -> None:
        """Run a program in the folder and with the variables that the shell has."""
        (self._folder / ".program.py").write_text(text, "utf-8")
        said, status = self.run(f"{sys.executable} {self._folder}/.program.py")
        assert not status, f"{text}\n{said}"

    def close(self) -> None:
        """Close all terminals."""
        self._shell.communicate("exit\n", timeout=30)
        for emulator in self._serving:
            emulator.terminate()
            emulator.communicate(timeout=30)

    def _serve(self, command: str) -> str:
        emulator = self._start(command.replace(_PORT, "0").split(), stderr=subprocess.STDOUT)
        self._serving.append(emulator)
        assert emulator.stdout
        ready = emulator.stdout.readline()
        self._port = json.loads(ready)["endpoint"].rpartition(":")[2]
        return (ready + emulator.stdout.readline()).replace(self._port, _PORT)

    def _start(self, command: list[str], **streams: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command, cwd=self._folder, env=self._environment, stdout=subprocess.PIPE, text=True, **streams
        )
