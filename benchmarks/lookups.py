"""Look-ups in programs under the real engine, against an emulator in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness import Figure, median, process, ratio, side_by_side

COUNT = 1000
LATENCY = 0.05
LIMIT = 100

_IDS = f"[f'Avatar-{{number}}' for number in range({COUNT})]"
_PROGRAMS = {
    "empty": "import pulumi\npulumi.export('x', 1)\n",
    "one": "import pulumi\nimport pulumi_ice_avatar as ice\npulumi.export('x', ice.get_avatar('Avatar-1'))\n",
    "many": f"import pulumi\nimport pulumi_ice_avatar as ice\npulumi.export('x', len(ice.get_avatars({_IDS})))\n",
    "resource": f"""import pulumi
import pulumi_ice_avatar as ice
pulumi.export('x', ice.Avatars('troupe', {_IDS}).avatar_ids.apply(len))
""",
}
_PROGRAMS["again"] = _PROGRAMS["resource"]
_SDK_LOOP = f"""
import os
from alibabacloud_ice20201109.client import Client
from alibabacloud_ice20201109.models import GetAvatarRequest
from alibabacloud_tea_openapi.utils_models import Config
client = Client(Config(
    access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    endpoint=os.environ["ICE_AVATAR_ENDPOINT"].removeprefix("http://"),
    protocol="http",
))
for number in range({COUNT}):
    assert client.get_avatar(GetAvatarRequest(avatar_id=f"Avatar-{{number}}")).body.data.avatar.width == 1080
"""
_AT_ONCE = f"import pulumi_ice_avatar as ice\nassert len(ice.get_avatars({_IDS})) == {COUNT}\n"


def figures(runs: int) -> Iterator[Figure]:
    """Measure; each goal is in the figure it belongs to."""
    with tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(Path(folder))
        with emulator(Path(folder)) as service:
            times = side_by_side({name: stacks.up(name, service) for name in ("empty", "one")}, runs * 2)
        one = ratio(times, "one", "empty")
        yield Figure("one avatar by function, against an empty program", f"{one:.2f}×", "≤ 1.25×", one <= 1.25)

        with emulator(Path(folder), f"latency_ms={LATENCY * 1000:g}") as service:
            names = ("empty", "many", "resource", "again")
            times = side_by_side(
                {name: stacks.up(name, service) for name in names},
                runs,
                {"resource": stacks.destroy("resource", service)},
            )
            yield _within(f"{COUNT:,} avatars by `get_avatars`, 50 ms latency", times, "many", 2)
            yield _within(f"{COUNT:,} avatars in one `Avatars`, first time", times, "resource", 3)
            yield _within(f"{COUNT:,} avatars in one `Avatars`, unchanged", times, "again", 3)
            at_once = side_by_side({"get_avatars": process(sys.executable, "-c", _AT_ONCE, env=service)}, runs)
            started = time.perf_counter()
            process(sys.executable, "-c", _SDK_LOOP, env=service)()
            loop = (time.perf_counter() - started) / median(at_once["get_avatars"])
            yield Figure(
                f"{COUNT:,} avatars by `get_avatars`, against the SDK in a loop",
                f"{loop:.0f}× faster",
                "≥ 20×",
                loop >= 20,
            )
        with emulator(Path(folder), f"throttle_per_second={LIMIT}") as service:
            started = time.perf_counter()
            process(sys.executable, "-c", _AT_ONCE, env=service)()
            limited = (time.perf_counter() - started) / (COUNT / LIMIT)
            yield Figure(
                f"{COUNT:,} look-ups under a limit of {LIMIT} a second, against the limit; none failed",
                f"{limited:.2f}×",
                "≤ 1.15×",
                limited <= 1.15,
            )


def _within(what: str, times: Mapping[str, Sequence[float]], name: str, factor: int) -> Figure:
    spare = median([one - factor * empty for one, empty in zip(times[name], times["empty"], strict=True)])
    measured = f"{factor}× an empty program {'+' if spare >= 0 else '−'} {abs(spare):.1f} s"
    return Figure(what, measured, f"≤ {factor}× + 0.8 s", spare <= 0.8)


class Stacks:
    """A project for each program, on a backend of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "backend").mkdir()
        self._environment = {
            **os.environ,
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        for name, program in _PROGRAMS.items():
            project = folder / name
            project.mkdir()
            (project / "Pulumi.yaml").write_text(
                f"name: {name}\nruntime: {{name: python, options: {{virtualenv: venv}}}}\n"
            )
            (project / "__main__.py").write_text(program)
            (project / "venv").symlink_to(sys.prefix)
            process("pulumi", "stack", "init", "dev", cwd=project, env=self._environment)()

    def up(self, name: str, service: dict[str, str]) -> Callable[[], None]:
        """An action that updates the program's stack."""
        return self._pulumi("up", name, service)

    def _pulumi(self, verb: str, name: str, service: dict[str, str]) -> Callable[[], None]:
        command = ("pulumi", verb, "--yes", "--skip-preview", "--non-interactive")
        return process(*command, cwd=self._folder / name, env={**self._environment, **service})

    def destroy(self, name: str, service: dict[str, str]) -> Callable[[], None]:
        """An action that destroys what the program's stack has."""
        return self._pulumi("destroy", name, service)


@contextmanager
def emulator(folder: Path, *faults: str) -> Iterator[dict[str, str]]:
    """An emulator in a process of its own; gives the variables that lead to it."""
    avatar = {
        "AvatarName": "Mina", "AvatarDescription": "", "AvatarType": "2DAvatar", "Thumbnail": "https://example.com/t.png",
        "Portrait": "0123", "Transparent": True, "Width": 1080, "Height": 1920,
    }  # fmt: skip
    seed = folder / "seed.json"
    key = {"accessKeyId": "emulator-key-id", "accessKeySecret": "emulator-key-secret"}
    avatars = [{"AvatarId": f"Avatar-{number}", **avatar} for number in range(COUNT)]
    seed.write_text(json.dumps({"accessKeys": [key], "avatars": avatars}))
    command = [sys.executable, "-m", "pulumi_ice_avatar", "emulator", "--seed", str(seed), "--port", "0"]
    for fault in faults:
        command += ["--fault", fault]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        ready = json.loads(running.stdout.readline())
        yield {
            **os.environ,
            "ICE_AVATAR_ENDPOINT": ready["endpoint"],
            "ALIBABA_CLOUD_ACCESS_KEY_ID": key["accessKeyId"],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["accessKeySecret"],
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        }
        running.terminate()
