"""What users install: the wheel, in an environment that has nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT], check=True
    )
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of commands of an environment with nothing but the wheel and what it asks for."""
    environment = tmp_path_factory.mktemp("installed")
    venv.create(environment, with_pip=True)
    commands = environment / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([commands / "python", "-m", "pip", "install", "--quiet", wheel], check=True)
    return commands


def test_contents(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {name for name in names if name.startswith("pulumi_ice_avatar/")}
    metadata = names - package
    assert all(".dist-info/" in name for name in metadata)  # no tests, examples or tools beside the package
    for bundled in ("templates", "declarations", "schema", "pack"):
        kept = {path.name for path in (ROOT / "policies" / bundled).iterdir() if path.is_file()}
        assert kept
        assert {f"pulumi_ice_avatar/policies/{bundled}/{name}" for name in kept} <= package
    assert "pulumi_ice_avatar/py.typed" in package
    in_checkout = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pulumi_ice_avatar").rglob("*")
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
    }
    assert in_checkout <= package


def test_is_not_taken_for_a_resource_plugin(wheel):
    """A distribution called pulumi-… counts as a plugin's SDK, which the engine would try to download at every run."""
    with zipfile.ZipFile(wheel) as archive:
        assert json.loads(archive.read("pulumi_ice_avatar/pulumi-plugin.json")) == {"resource": False}
        [entry_points] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        # A command of such a name on PATH would stand in for every installed plugin of that name.
        assert "pulumi-resource-" not in archive.read(entry_points).decode()


def test_works_from_an_empty_environment(installed, tmp_path):
    def run(*command: str | Path) -> str:
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60).stdout

    assert run(installed / "ice-avatar", "--version").startswith("ice-avatar 0.")
    template = tmp_path / "policy.json"
    template.write_text(run(installed / "ice-avatar", "templates", "render", "get-avatar"))
    run(installed / "ice-avatar", "validate", template)
    assert json.loads(run(installed / "ice-avatar", "simulate", "--policy", template, "--action", "ice:GetAvatar",
                          "--format", "json"))["decision"] == "allow"  # fmt: skip
    looked_up = run(
        installed / "python",
        "-c",
        "import os\n"
        "from pulumi_ice_avatar.emulator import Emulator\n"
        "with Emulator() as e:\n"
        "    os.environ.update(e.environment())\n"
        "    import pulumi_ice_avatar as ice\n"
        "    avatar_id = next(iter(e.avatars))\n"
        "    print(ice.get_avatar(avatar_id).avatar_id == avatar_id)\n",
    )
    assert looked_up == "True\n"
