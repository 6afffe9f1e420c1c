"""`make demo`: a real `pulumi up` that looks up an avatar, against an emulator of the service on this machine.

Everything happens in a temporary folder with a Pulumi home and a backend of its own: no login, and nothing of yours is
read or changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pulumi_ice_avatar.emulator import Emulator

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Run the demo; returns the exit code."""
    started = time.monotonic()
    engine = subprocess.run(
        [sys.executable, ROOT / "tools" / "engine.py"], stdout=subprocess.PIPE, text=True, check=False
    )
    if engine.returncode:
        return engine.returncode
    with (
        tempfile.TemporaryDirectory(prefix="ice-avatar-demo-") as folder,
        Emulator(ROOT / "examples/avatars.json") as ice,
    ):
        demo = Demo(Path(folder), ice, engine.stdout.strip())
        demo.reference_an_avatar()
        demo.ask_for_one_that_is_not_there()
        demo.destroy()
    print(f"\nDone in {time.monotonic() - started:.0f} s; the temporary folder is gone.")
    return 0


class Demo:
    """One stack of `examples/reference-avatar`, step by step."""

    def __init__(self, folder: Path, ice: Emulator, engine: str) -> None:
        self._project = folder / "reference-avatar"
        shutil.copytree(ROOT / "examples" / "reference-avatar", self._project)
        (self._project / "venv").symlink_to(sys.prefix)
        (folder / "backend").mkdir()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            **ice.environment(),
            "PATH": f"{engine}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        say(f"An emulator of the service listens on {ice.endpoint}; the example's program is:")
        print((self._project / "__main__.py").read_text("utf-8").strip())

    def reference_an_avatar(self) -> None:
        """Preview and update, then the stack's outputs."""
        say("A new stack, then preview and update: the look-up already happens at preview")
        self._run("pulumi", "stack", "init", "dev")
        self._run("pulumi", "up", "--yes", "--non-interactive")
        say("The avatar's facts are stack outputs")
        self._run("pulumi", "stack", "output", "--json")

    def ask_for_one_that_is_not_there(self) -> None:
        """What an unknown id looks like."""
        say("An id that does not exist: told at preview, in one line, before anything changes")
        self._run("pulumi", "config", "set", "avatarId", "Avatar-ZZZZ")
        self._run("pulumi", "preview", "--non-interactive", fails=True)
        say("The same from the command line")
        self._run("ice-avatar", "get", "Avatar-XXXX", "Avatar-ZZZZ", fails=True)

    def destroy(self) -> None:
        """Destroying needs neither credentials nor the service."""
        say("Clean up")
        self._run("pulumi", "destroy", "--yes", "--non-interactive")

    def _run(self, *command: str, fails: bool = False) -> None:
        print(f"$ {' '.join(command)}", flush=True)
        done = subprocess.run(command, cwd=self._project, env=self._environment, check=False)
        if (done.returncode != 0) != fails:
            sys.exit(f"demo: `{' '.join(command)}` ended with {done.returncode}, which was not expected")


def say(text: str) -> None:
    """A headline between the steps."""
    print(f"\n==> {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
