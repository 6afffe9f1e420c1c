"""`make demo`: from a refused look-up to stack outputs, in a real `pulumi up` against an emulator on this machine.

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
    engine = subprocess.run([sys.executable, ROOT / "tools/engine.py"], stdout=subprocess.PIPE, text=True, check=False)
    if engine.returncode:
        return engine.returncode
    with (
        tempfile.TemporaryDirectory(prefix="ice-avatar-demo-") as folder,
        Emulator(ROOT / "examples/avatars.json") as ice,
    ):
        demo = Demo(Path(folder), ice, engine.stdout.strip())
        demo.refused()
        demo.proven()
        demo.applied()
        demo.referenced()
        demo.cleaned_up()
    print(f"\nDone in {time.monotonic() - started:.0f} s; the temporary folder is gone.")
    return 0


class Demo:
    """Two identities, two stacks: the deployer applies a policy, and the role that it is attached to looks up."""

    def __init__(self, folder: Path, ice: Emulator, engine: str) -> None:
        for example in ("least-privilege", "reference-avatar"):
            shutil.copytree(ROOT / "examples" / example, folder / example)
            (folder / example / "venv").symlink_to(sys.prefix)
        (folder / "backend").mkdir()
        self._folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            **ice.environment("deployer-key-id"),
            "ICE_AVATAR_CREDENTIALS_URI": ice.credentials_uri("studio"),
            "PATH": f"{engine}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        say(f"An emulator of ICE and RAM listens on {ice.endpoint}, and authorises every call by the caller's policies")

    def refused(self) -> None:
        """Step 1."""
        say("1. The role `studio` has no policy yet: a look-up is refused, and the message names the way out")
        self._run("ice-avatar get Avatar-XXXX", fails=True)

    def proven(self) -> None:
        """Step 2."""
        say("2. The bundled policies: checked, and asked what they decide")
        policies = ROOT / "policies" / "templates"
        self._run(f"ice-avatar validate {policies}", show="ice-avatar validate policies/templates")
        self._run("ice-avatar simulate --policy template:get-avatar --action ice:GetAvatar")
        self._run("ice-avatar simulate --policy template:get-avatar --action ice:ListAvatars", fails=True)
        say("   A document with mistakes, for comparison")
        (self._folder / "mistaken.json").write_text(
            '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n'
            '      "Action": "ims:GetAvatar",\n      "Resource": "arn:aws:ice:*:*:avatar/Avatar-XXXX"\n    }\n  ]\n}\n'
        )
        self._run("ice-avatar validate mistaken.json", fails=True)

    def applied(self) -> None:
        """Step 3."""
        say("3. `pulumi up` applies the template `get-avatar`, attaches it to the role, and looks up as the role")
        print((self._folder / "least-privilege" / "__main__.py").read_text("utf-8").partition('"""\n\n')[2].strip())
        self._run("pulumi stack init dev", within="least-privilege")
        self._run("pulumi up --yes --non-interactive", within="least-privilege")

    def referenced(self) -> None:
        """Step 4."""
        say("4. The look-up succeeds: an avatar's facts as stack outputs, known at preview")
        self._run("pulumi stack init dev", within="reference-avatar")
        self._run("pulumi up --yes --non-interactive", within="reference-avatar")
        self._run("pulumi stack output --json", within="reference-avatar")
        say("   An id that does not exist is told at preview, in one line, before anything changes")
        self._run("pulumi config set avatarId Avatar-ZZZZ", within="reference-avatar")
        self._run("pulumi preview --non-interactive", within="reference-avatar", fails=True)

    def cleaned_up(self) -> None:
        """Destroying the record of an avatar needs neither credentials nor the service."""
        say("Clean up")
        for stack in ("reference-avatar", "least-privilege"):
            self._run("pulumi destroy --yes --non-interactive --suppress-outputs", within=stack)

    def _run(self, command: str, *, within: str = ".", fails: bool = False, show: str | None = None) -> None:
        print(f"$ {show or command}", flush=True)
        done = subprocess.run(command.split(), cwd=self._folder / within, env=self._environment, check=False)
        if (done.returncode != 0) != fails:
            sys.exit(f"demo: `{command}` ended with {done.returncode}, which was not expected")


def say(text: str) -> None:
    """A headline between the steps."""
    print(f"\n==> {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
