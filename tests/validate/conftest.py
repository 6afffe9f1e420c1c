from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent

SOUND = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]}
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS")
}


def policy(**statement: Any) -> str:
    """A policy of one sound statement, changed here and there."""
    return json.dumps({"Version": "1", "Statement": [{**SOUND["Statement"][0], **statement}]}, ensure_ascii=False)


GOOD = policy()
MISSPELT = policy(Effect="Alow")
"""RAM108, an error that has no certain fix."""
FOREIGN = GOOD.replace('"1"', '"2012-10-17"')
"""RAM102, an error with a fix."""
EVERYTHING = policy(Action="*")
"""RAM601, a finding of security."""


class Folder:
    """A folder with files, in which commands are run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str | bytes = GOOD) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *arguments: str, stdin: str | bytes = b"", **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_ice_avatar", *arguments],
            cwd=self.path,
            env={**ENVIRONMENT, **env},
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=120,
        )
        result = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.stderr, result.stderr
        return result

    def validate_as_nobody(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run as a user who may not do everything. The folder has to be a `public_folder`."""
        program = (
            "import contextlib, io, os, sys\n"
            "from pulumi_ice_avatar.cli import main\n"
            # Imports what may lie where only root may look.
            "with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):\n"
            "    main(['validate', 'warm-up.json', 'missing.json', '--diff'])\n"
            + ("os.setgroups([]); os.setgid(65534); os.setuid(65534)\n" if os.geteuid() == 0 else "")
            + f"sys.exit(main(['validate', *{arguments!r}]))"
        )
        self.write("warm-up.json", FOREIGN)
        return subprocess.run(
            [sys.executable, "-c", program], cwd=self.path, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
        )

    def validate(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.run("validate", *arguments, **options)

    def findings(self, *arguments: str, **options: Any) -> list[dict[str, Any]]:
        return json.loads(self.validate(*arguments, "--format", "json", **options).stdout)["findings"]

    def codes(self, *arguments: str, **options: Any) -> list[tuple[str, str]]:
        """File and code of each finding."""
        return [(each["file"], each["code"]) for each in self.findings(*arguments, **options)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def public_folder() -> Iterator[Folder]:
    """A folder that other users may enter; those of pytest are for one user."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Folder(Path(place))
