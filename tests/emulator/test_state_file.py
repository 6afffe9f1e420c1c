"""A state file: what was answered is in it, whatever happens."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.errors import ConfigurationError
from tests.emulator.conftest import SEED, ram_sdk
from tests.emulator.ram_calls import TRUST, as_root, ask, document
from tests.emulator.wire import call, control


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def _kept(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def test_it_takes_the_place_of_the_seed(path: Path) -> None:
    with Emulator(SEED, state=path) as emulator:
        assert _kept(path) == {**emulator.snapshot(), "sessions": []}
        ram = ram_sdk(emulator)
        ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=document() + " ", Tag=[{"Key": "中", "Value": "é"}])
        ask(ram, "CreatePolicyVersion", PolicyName="new", PolicyDocument=document("ice:*"), SetAsDefault=True)
        ask(ram, "CreatePolicyVersion", PolicyName="new", PolicyDocument=document("ice:Get*"))
        ask(ram, "DeletePolicyVersion", PolicyName="new", VersionId="v3")
        ask(ram, "AttachPolicyToUser", PolicyType="Custom", PolicyName="new", UserName="bruno")
        ask(ram, "CreateRole", RoleName="stage", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200)
        key = ask(ram, "CreateAccessKey", UserName="alice")["AccessKey"]
        emulator.avatars["Avatar-New"] = {"AvatarName": "小云"}
        control(emulator.endpoint, "DELETE", "avatars/Avatar-1")
        credentials = control(emulator.endpoint, "GET", "credentials/studio").json
        assert _kept(path)["sessions"][0]["accessKeyId"] == credentials["AccessKeyId"]
        before = emulator.snapshot()

    with Emulator({"accessKeys": []}, state=path) as emulator:
        assert emulator.snapshot() == before
        assert call(emulator.endpoint, {"AvatarId": "Avatar-New"}).status == 200
        assert call(emulator.endpoint, {"AvatarId": "Avatar-1"}).status == 404
        assert call(emulator.endpoint, key=key["AccessKeyId"], secret=key["AccessKeySecret"]).status == 200
        session = {"key": credentials["AccessKeyId"], "secret": credentials["AccessKeySecret"]}
        assert call(emulator.endpoint, **session, x_acs_security_token=credentials["SecurityToken"]).status == 200
        made = ask(ram_sdk(emulator), "CreatePolicyVersion", PolicyName="new", PolicyDocument=document())
        assert made["PolicyVersion"]["VersionId"] == "v4"


def test_a_state_file_is_a_seed(path: Path) -> None:
    with Emulator(SEED, state=path) as emulator:
        before = emulator.snapshot()

    with Emulator(path) as other:
        assert other.snapshot() == before


def test_reading_writes_nothing(path: Path) -> None:
    with Emulator(SEED, state=path) as emulator:
        path.unlink()
        call(emulator.endpoint)
        ask(ram_sdk(emulator), "GetPolicy", PolicyName="get-avatar", PolicyType="Custom")
        assert as_root(emulator, "DeletePolicy", {"PolicyName": "get-avatar"}).status == 409
        assert not path.exists()
        ask(ram_sdk(emulator), "TagResources", ResourceType="role", ResourceNames=["studio"], Tag=[{"Key": "a"}])
        assert _kept(path)["roles"][0]["tags"] == {"a": ""}


def test_edits_in_place_are_kept_when_it_stops(path: Path) -> None:
    with Emulator(SEED, state=path) as emulator:
        emulator.avatars["Avatar-XXXX"]["AvatarName"] = "Renamed"

    assert _kept(path)["avatars"][0]["AvatarName"] == "Renamed"


def test_a_link_is_followed(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    with Emulator(SEED, state=link):
        pass

    assert link.is_symlink()
    assert _kept(path)["accountId"] == SEED["accountId"]


@pytest.mark.parametrize("content", ["", "{", "{}", json.dumps({**SEED, "users": []})])
def test_a_damaged_file_is_refused(path: Path, content: str) -> None:
    path.write_text(content)

    with pytest.raises(ConfigurationError) as caught:
        Emulator(SEED, state=path)

    assert str(caught.value).startswith(str(path))
    assert path.read_text() == content


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot write the state file: No such file or directory"):
        Emulator(SEED, state=tmp_path / "none" / "state.json").start()
    with pytest.raises(ConfigurationError, match="cannot read the seed file: Is a directory"):
        Emulator(SEED, state=tmp_path)


def test_a_file_that_cannot_be_written_any_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    emulator = Emulator(SEED, state=folder / "state.json").start()
    try:
        (folder / "state.json").unlink()
        folder.rmdir()
        reply = as_root(emulator, "DeleteUser", {"UserName": "bruno"})
        assert reply.status == 409, "a refused call writes nothing"
        reply = as_root(emulator, "CreateUser", {"UserName": "new"})
    finally:
        folder.mkdir()
        emulator.stop()

    assert (reply.status, reply.code) == (500, "InternalError")
    assert "cannot write the state file: No such file or directory" in reply.json["Message"]
    assert "cannot write the state file" in caplog.text


def test_kill_at_any_moment(path: Path) -> None:
    """Whatever was answered is there again; at most the one call that was under way may be, too."""
    seed = path.with_name("seed.json")
    seed.write_text(json.dumps(SEED))
    answered: list[str] = []
    for number in range(4):
        command = [sys.executable, "-m", "pulumi_ice_avatar", "emulator", "--state", path, "--seed", seed]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            emulator = _Running(json.loads(process.stdout.readline())["endpoint"])
            kept = _policies(emulator)
            assert kept[: len(answered)] == answered
            assert len(kept) <= len(answered) + 1
            answered = [*kept, *_create_until_killed(emulator, process, first=len(kept), kill_after=5 + number)]
        finally:
            process.kill()
            process.communicate()
    assert len(answered) >= 5 + 6 + 7 + 8


def _create_until_killed(
    emulator: _Running, process: subprocess.Popen[str], *, first: int, kill_after: int
) -> Iterator[str]:
    """Create policies until the emulator is killed, by another thread and so in the midst of anything."""
    enough = threading.Event()
    killer = threading.Thread(target=lambda: (enough.wait(), process.kill()), daemon=True)
    killer.start()
    for number in range(first, first + 1000):
        name = f"policy-{number}"
        try:
            reply = as_root(emulator, "CreatePolicy", {"PolicyName": name, "PolicyDocument": document()})
        except (OSError, http.client.HTTPException):
            assert enough.is_set()
            return
        assert reply.status == 200, reply.json
        yield name
        if number == first + kill_after:
            enough.set()
    pytest.fail("it was not killed")


def _policies(emulator: _Running) -> list[str]:
    """The policies that are not in the seed."""
    listed = as_root(emulator, "ListPolicies", {"PolicyType": "Custom", "MaxItems": "1000"}).json
    return [each["PolicyName"] for each in listed["Policies"]["Policy"]][1:]


class _Running:
    """An emulator in a process of its own, as `as_root` wants one."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint


@pytest.mark.skipif(os.name != "posix", reason="a limit of file sizes is a POSIX thing")
def test_half_a_file_is_never_seen(path: Path) -> None:
    """The disk fills up while the state is written: the former state is still whole."""
    program = f"""
import resource, signal, sys
from pathlib import Path
from pulumi_ice_avatar.emulator.storage import save
from pulumi_ice_avatar.errors import ConfigurationError
path = Path({str(path)!r})
save(path, {{"state": "former"}})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    save(path, {{"state": "x" * 10_000}})
except ConfigurationError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == f"{path}: cannot write the state file: File too large\n"
    assert _kept(path) == {"state": "former"}
