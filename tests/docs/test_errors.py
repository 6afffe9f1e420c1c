"""docs/errors.md has every message of the code and no other, and what produces each really does."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ice_avatar import errors
from pulumi_ice_avatar.cli import main
from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.testing import emulated
from tests.conftest import ROOT
from tests.docs.messages import messages

PAGE = ROOT / "docs" / "errors.md"
#: What nothing here produces, and why.
ELSEWHERE = {
    "a process that was checking files has been ended from outside: is memory short?": "the system's doing",
    "templates … and … both have … of one key": "no two of the bundled ones do",
    "policy …: GetPolicy gave a document that is no JSON object: …": "the emulator keeps no such document",
    "the policy document is not JSON: …": "said by the engine: tests/engine/test_ram_policy.py",
    "… has no document": "said by the engine: tests/crossguard",
}
READER: dict[str, Any] = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}],
}
TRUST: dict[str, Any] = {
    "Version": "1",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.aliyuncs.com"}},
    ],
}


def on_the_page() -> dict[str, str]:
    """Each message, with the cell of its types."""
    found = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("| ") and line.count(" | ") == 2 and not line.startswith(("| message |", "| --- |")):
            first, _, types = line.strip("| ").split(" | ")
            for cell in first.split("<br>"):
                found[cell.strip("`").strip()] = types
    return found


def test_the_page_has_all_messages_and_no_others():
    written, meant = set(on_the_page()), messages()
    assert {message: meant[message] for message in meant.keys() - written} == {}
    assert written - meant.keys() == set()


def test_the_types_on_the_page_exist():
    for types in on_the_page().values():
        assert set(re.findall(r"`(\w+)`", types)) <= set(errors.__all__)


class Errors:
    """Collects what goes wrong: each message with its type."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def command(self, *arguments: str, env: dict[str, str] | None = None, stdin: str = "") -> None:
        """Run a command, in this process because there are so many."""
        out = io.TextIOWrapper(io.BytesIO())
        error = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
                assert main(arguments) != 0, arguments
        for line in error.getvalue().splitlines():
            self.found.append((line.removeprefix("ice-avatar: "), ""))

    def call(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Call a function that has to fail."""
        try:
            function(*arguments, **named)
        except errors.IceAvatarError as error:
            kinds = [each.__name__ for each in type(error).__mro__ if each.__name__ in errors.__all__]
            self.found.append((str(error), kinds[0]))
        else:
            raise AssertionError(f"{function} {arguments} {named}")


@pytest.fixture(scope="module")
def produced(tmp_path_factory) -> list[tuple[str, str]]:
    """All that is said when all goes wrong."""
    folder = tmp_path_factory.mktemp("work")
    collected = Errors()
    with emulated() as emulator, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("HOME", str(folder))
        for each in (_settings, _service, _ids, _linting, _deciding, _templates, _applying, _seeds, _serving, _mocks):
            each(collected, emulator, folder)
    return collected.found


def _settings(said: Errors, emulator: Emulator, folder: Path) -> None:
    from pulumi_ice_avatar import settings

    said.command("get", "A", "--region", "Shanghai!")
    said.command("get", "A", env={"ICE_AVATAR_NETWORK": "lan"})
    said.command("get", "A", "--endpoint", "no host")
    said.command("get", "A", env={"ICE_AVATAR_RETRIES": "many"})
    said.command("get", "A", env={"ICE_AVATAR_ENDPOINT": ""})
    said.command("get", "A", env={"ICE_AVATAR_ACCESS_KEY": "id"})
    said.command("get", "A", "--profile", "nobody")
    # The SDK reads these variables once in a process.
    nobody = {name: value for name, value in os.environ.items() if not name.startswith("ALIBABA_CLOUD_ACCESS_KEY")}
    asked = [sys.executable, "-m", "pulumi_ice_avatar", "get", "A"]
    done = subprocess.run(
        asked, env={**nobody, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}, capture_output=True, text=True
    )
    said.found.append((done.stderr.removeprefix("ice-avatar: ").strip(), ""))
    said.call(settings.load, lambda key: "text" if key == "alicloud:assumeRole" else None)


def _service(said: Errors, emulator: Emulator, folder: Path) -> None:
    from pulumi_ice_avatar import failures, models, settings

    once = {"ICE_AVATAR_RETRIES": "0"}

    def fails(env: dict[str, str] | None = None, **faults: Any) -> None:
        for name, value in faults.items():
            setattr(emulator.faults, name, value)
        said.command("get", "Avatar-XXXX", env={**once, **(env or {})})
        emulator.faults.update({name: _OFF[name] for name in faults})

    said.command("get", "Avatar-ZZZZ")
    said.command("get", "", "\a")
    fails(deny=True)
    fails(fail_share=1, fail_status=400, fail_code="Unheard.Of")
    fails(fail_share=1, fail_status=400, fail_code="InvalidCredentials")
    fails(fail_share=1, fail_status=404, fail_code="InvalidApi.NotFound")
    fails(fail_share=1, fail_status=503)
    fails(fail_share=1, fail_status=503, body="html")
    fails(body="array")
    fails({"ICE_AVATAR_READ_TIMEOUT": "0.2"}, latency_ms=2000)
    fails({"ICE_AVATAR_TIMEOUT": "2"}, fail_share=1, fail_status=400, fail_code="Throttling.User")
    said.command("get", "A", env={"ICE_AVATAR_ACCESS_KEY": "unknown", "ICE_AVATAR_SECRET_KEY": "secret"})
    said.command("get", "A", env={**once, "ICE_AVATAR_ENDPOINT": "http://127.0.0.1:1"})
    said.command("get", "A", env={**once, "ICE_AVATAR_ENDPOINT": emulator.endpoint.replace("http:", "https:")})
    said.call(models.read, models.AvatarRecord, [])
    said.call(models.read, models.AvatarRecord, {"AvatarId": 1})
    said.call(_raise, failures.out_of_time(settings.load(), "avatar 'A'", None))


_OFF = {"deny": False, "fail_share": 0, "fail_status": 500, "fail_code": "InternalError", "body": None, "latency_ms": 0}


def _raise(error: Exception) -> None:
    raise error


def _ids(said: Errors, emulator: Emulator, folder: Path) -> None:
    import pulumi_ice_avatar as ice

    said.call(ice.get_avatar, 3)
    said.call(ice.get_avatar, "")
    said.call(ice.get_avatar, "A\a")
    said.call(ice.get_avatars, "A")
    said.call(ice.get_avatar_by_name, 3)
    said.call(ice.get_avatar_by_name, "Nobody")
    emulator.avatars["Avatar-2"] = {**emulator.avatars["Avatar-XXXX"], "AvatarId": "Avatar-2"}
    said.call(ice.get_avatar_by_name, "Anna")


def _linting(said: Errors, emulator: Emulator, folder: Path) -> None:
    from pulumi_ice_avatar import ram

    (folder / "policy.json").write_text(json.dumps(READER))
    said.call(ram.parse, 3)
    said.call(ram.parse, "{}", kind="user")
    said.call(ram.lint, ram.parse("{}"), kind="trust")
    said.call(ram.validate, "{}", fail_on="shame")
    said.call(ram.lint, "{}", select=["RAM000"])
    said.command("validate", "--diff", "--statistics", "policy.json")
    said.command("validate", "--fix", "-")
    said.command("validate", "--output", "nowhere/report", "policy.json")
    suppression = '[[suppressions]]\nfile = "x"\nreason = "y"\ncode = "RAM601"\n'
    texts = (
        b"select =",
        b"kinds = 3",
        b"selct = []",
        b"select = 3",
        b"suppressions = 3",
        b'fail-on = "always"',
        f'{suppression}pointer = "Statement"'.encode(),
        f"{suppression}expires = 3".encode(),
        suppression.replace('"y"', '""').encode(),
        b"\xff",
    )
    for number, text in enumerate(texts):
        project = folder / f"project{number}"
        project.mkdir()
        (project / "ice-avatar.toml").write_bytes(text)
        (project / "policy.json").write_text(json.dumps(READER))
        said.command("validate", str(project / "policy.json"))


def _deciding(said: Errors, emulator: Emulator, folder: Path) -> None:
    from pulumi_ice_avatar import ram
    from pulumi_ice_avatar.ram.deciding.comparison import check
    from pulumi_ice_avatar.ram.deciding.evaluator import compile_policy

    def asked(action: Any = "ice:GetAvatar", *, policies: Any = (READER,), **named: Any) -> None:
        said.call(ram.evaluate, policies, action=action, **named)

    asked("ice:*")
    asked(resource="")
    asked(principal="")
    asked(context=3)
    asked(context={"": "x"})
    asked(context={"acs:SourceIp": "203.0.113.9", "acs:sourceip": "203.0.113.9"})
    asked(context={"acs:SourceIp": object()})
    guarded = [{**READER["Statement"][0], "Condition": {"IpAddress": {"acs:SourceIp": "203.0.113.0/24"}}}]
    asked(policies=[{**READER, "Statement": guarded}], context={"acs:SourceIp": "here"})
    asked(policies=[3])
    asked(policies=3)
    asked(trust_policy=TRUST, resource_policy=TRUST, principal="ecs.aliyuncs.com")
    asked(trust_policy=TRUST)
    asked(trust_policy=compile_policy(READER), principal="ecs.aliyuncs.com")
    said.call(ram.compare, READER, TRUST)
    said.call(ram.compare, [TRUST, TRUST], TRUST)
    said.call(check, READER, must_allow=["nothing"])
    said.command("compare", "policy.json", "policy.json", "--must-allow", "ice:Nothing*")
    said.command("compare", "policy.json", "policy.json", "--must-allow", "nothing")
    said.command("simulate", "--action", "ice:GetAvatar", "--context", "here")
    said.command("simulate", "--policy", ".", "--action", "ice:GetAvatar")


def _templates(said: Errors, emulator: Emulator, folder: Path) -> None:
    def rendered(name: str, *parameters: str) -> None:
        said.command("templates", "render", name, *(word for each in parameters for word in ("-p", each)))

    rendered("get-avatr")
    rendered("get-avatar", "x=1")
    rendered("get-avatar-from-network")
    rendered("get-avatar-from-network", "source_ip=here")
    rendered("get-avatar", "x")
    rendered("get-avatar", "x=[")
    rendered("get-avatar-in-time-window", "not_before=2030-01-01T00:00:00Z", "not_after=2029-01-01T00:00:00Z")
    rendered("get-avatar+get-avatar")
    rendered("get-avatar+avatar-reader")
    rendered("deny-avatar-changes+get-avatar-https-only")


def _applying(said: Errors, emulator: Emulator, folder: Path) -> None:
    from pulumi_ice_avatar import ram, settings
    from pulumi_ice_avatar.ram.applying import deployment
    from pulumi_ice_avatar.ram.applying.account import Account

    (folder / "wide.json").write_text(json.dumps({**READER, "Statement": [{**READER["Statement"][0], "Action": "*"}]}))
    said.command("apply", "wide.json")
    said.command("apply", "policy.json", "-p", "x=1")
    said.command("apply", "policy.json", "--name", "a b")
    said.command("apply", "policy.json", "--to", "studio")
    assert main(["apply", "get-avatar", "--to", "role/studio"]) == 0
    said.command("apply", "avatar-reader", "--name", "get-avatar")
    said.call(deployment.plan_removal, Account(settings.load(service="ram")), "get-avatar", [])
    said.call(ram.RamPolicy, "reader")


def _seeds(said: Errors, emulator: Emulator, folder: Path) -> None:
    for number, text in enumerate((b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff", b"[" * 100_000, b"1" * 5_000)):
        (folder / f"{number}.json").write_bytes(text)
        said.call(Emulator, folder / f"{number}.json")
    said.call(Emulator, folder / "none.json")
    said.call(Emulator, {"avatars": object()})
    said.command("emulator", "--state", "nowhere/state.json")
    for fault in ("deny", "unkind=1", "latency_ms=fast"):
        said.command("emulator", "--fault", fault)
    said.call(emulator.faults.update, {"deny": 3})
    said.call(emulator.avatars.update, {"Avatar-3": {"AvatarId": "Avatar-3", "AvatarName": object()}})
    for method, path, body in (("PATCH", "faults", b"[]"), ("PUT", "avatars/A", json.dumps(_OTHER).encode())):
        request = urllib.request.Request(f"{emulator.endpoint}/_emulator/{path}", body, method=method)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        said.found.append((json.loads(caught.value.read())["error"], "InvalidInputError"))


_OTHER = {"AvatarId": "B", "AvatarName": "B", "Transparent": True, "Width": 1, "Height": 1}


def _serving(said: Errors, emulator: Emulator, folder: Path) -> None:
    said.call(Emulator, host="0.0.0.0")
    said.call(lambda: Emulator().endpoint)
    said.call(emulator.start)
    said.call(emulator.environment, "emulator-key-id", role="studio")
    said.call(emulator.environment, "nobody")
    said.call(emulator.credentials_uri, "nobody")
    said.call(Emulator(port=int(emulator.endpoint.rpartition(":")[2])).start)


def _mocks(said: Errors, emulator: Emulator, folder: Path) -> None:
    from pulumi_ice_avatar.testing import AvatarMocks

    said.call(AvatarMocks, {"A": {"colour": "red"}})
    said.call(AvatarMocks, {"A": {"width": "wide"}})
    # Mocks stay set, and outputs need a loop, for as long as a process runs.
    program = (
        "import pulumi, pulumi_ice_avatar as ice\n"
        "from pulumi_ice_avatar.testing import AvatarMocks\n"
        "pulumi.runtime.set_mocks(AvatarMocks({}))\n"
        "for ask in (\n"
        "    lambda: ice.get_avatar('A'),\n"
        "    lambda: ice.get_avatar(pulumi.Output.from_input('A')),\n"
        "    lambda: ice.get_avatars(['A']),\n"
        "    lambda: ice.get_avatar_by_name('A'),\n"
        "):\n"
        "    try:\n"
        "        ask()\n"
        "    except ice.IceAvatarError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=dict(os.environ), capture_output=True, text=True)
    assert not done.returncode, done.stderr
    said.found += [(line, "") for line in done.stdout.splitlines()]


def pattern(message: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, message.split("…"))), re.DOTALL)


def credited(said: str) -> str | None:
    """The message of the page that a line is: of those it fits, the one with the most words of its own."""
    fitting = [message for message in on_the_page() if pattern(message).fullmatch(said)]
    return max(fitting, key=lambda message: len(message.replace("…", "")), default=None)


def test_nothing_else_is_said(produced):
    assert [said for said, _ in produced if credited(said) is None] == []


def test_every_message_is_said(produced):
    assert on_the_page().keys() - {credited(said) for said, _ in produced} == ELSEWHERE.keys()


def test_the_types_on_the_page_are_those_of_the_code(produced):
    page = on_the_page()
    for said, kind in produced:
        message = credited(said)
        assert not kind or message is None or kind in re.findall(r"`(\w+)`", page[message]), (kind, message)
