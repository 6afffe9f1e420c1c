"""`ice-avatar get` and `ice-avatar list`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.support.world import CASES, MINA, SENTINEL, Case, assert_tells, put

TABLE = """\
avatarId     avatarName  avatarDescription          avatarType  thumbnail                                                       portrait                          transparent  width  height
Avatar-YYYY  Theo        -                          2DAvatar    https://your-bucket.oss-cn-hangzhou.aliyuncs.com/theo.png       4567571c704445f9a0ee011406c24567  false        1920   1080
Avatar-XXXX  Mina        Presents the evening news  2DAvatar    https://your-bucket.oss-cn-hangzhou.aliyuncs.com/thumbnail.png  0123571c704445f9a0ee011406c20123  true         1080   1920
"""  # noqa: E501


def test_get(ice_avatar):
    done = ice_avatar("get", "Avatar-YYYY", "Avatar-XXXX", "Avatar-YYYY")
    assert (done.returncode, done.stdout, done.stderr) == (0, TABLE, "")
    done = ice_avatar("get", "Avatar-XXXX", "--format", "json")
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [MINA], "")


def test_list(ice_avatar):
    done = ice_avatar("list", "--format", "json")
    listed = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert listed[0] == {name: value for name, value in MINA.items() if name not in ("width", "height")}
    assert [each["avatarId"] for each in listed] == ["Avatar-XXXX", "Avatar-YYYY"]
    done = ice_avatar("list", "--type", "3DAvatar", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    done = ice_avatar("list", "--type", "3DAvatar")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = ice_avatar("list", "--system")
    assert done.stdout.splitlines()[0].split() == [
        "avatarId", "avatarName", "width", "height", "coverUrl", "videoUrl",
    ]  # fmt: skip
    assert done.stdout.splitlines()[1].startswith("yunqiao   Yunqiao     1080   1920    https://")


# The answers that make no sense, and other spellings of a refusal, look the same here as in the tests of functions.
HERE = [case for case in CASES if not case.name.startswith(("answer: ", "permission refused as"))]


@pytest.mark.parametrize("case", HERE, ids=str)
def test_bad_input(case: Case, ice_avatar, emulator, environment):
    emulator.faults.update(case.faults)
    for name, value in case.env.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    done = ice_avatar("get", "--format", "json", "--", *case.ids)
    assert done.returncode == case.exit, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("ice-avatar: ")
    assert_tells(line, case)
    assert SENTINEL not in done.stdout
    # What was found is printed all the same; nothing else is.
    found = json.loads(done.stdout) if done.stdout else []
    asked = [each for each in case.ids if each in ("Avatar-XXXX", "Avatar-YYYY")]
    assert [each["avatarId"] for each in found] in ([], asked)
    assert bool(found) == (len(case.ids) > 1)


def test_list_refused_names_its_own_permission(ice_avatar, emulator):
    emulator.faults.deny = True
    done = ice_avatar("list")
    assert done.returncode == 1
    assert "allows `ice:ListAvatars` on Resource `*`: `ice-avatar templates show avatar-reader`" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("get",),
        ("get", "Avatar-XXXX", "--format", "yaml"),
        ("get", "Avatar-XXXX", "--reg", "cn-shanghai"),
        ("get", "Avatar-XXXX", "--region"),
        ("list", "--type", "2DAvatar", "--system"),
        ("list", "Avatar-XXXX"),
        ("gte", "Avatar-XXXX"),
        (),
    ],
    ids=" ".join,
)
def test_usage(arguments, ice_avatar, emulator):
    done = ice_avatar(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ice-avatar")
    assert "Traceback" not in done.stderr
    assert emulator.requests == []


def test_options_win_over_the_environment(ice_avatar, emulator, environment):
    environment["ICE_AVATAR_ENDPOINT"] = "http://127.0.0.1:9"
    environment["ICE_AVATAR_RETRIES"] = "0"
    assert ice_avatar("get", "Avatar-XXXX").returncode == 3
    assert ice_avatar("get", "Avatar-XXXX", "--endpoint", emulator.endpoint).returncode == 0
    # A profile that is asked for is not silently given up for a key of the environment.
    done = ice_avatar("get", "Avatar-XXXX", "--endpoint", emulator.endpoint, "--profile", "studio")
    assert done.returncode == 2
    assert "profile 'studio' gives no credentials" in done.stderr


def test_names_that_a_terminal_or_a_code_page_cannot_show(ice_avatar, emulator):
    put(emulator, AvatarName="云 \x1b[31mred\x1b[0m\nnext", AvatarDescription="\x07\x00")
    done = ice_avatar("get", "Avatar-XXXX")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert "\x1b" not in done.stdout
    for form in ("table", "json"):
        done = ice_avatar("get", "Avatar-XXXX", "--format", form, env={"PYTHONIOENCODING": "ascii"})
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_reader_that_goes_away(unbuffered, environment, emulator):
    environment["PYTHONUNBUFFERED"] = unbuffered
    command = [sys.executable, "-m", "pulumi_ice_avatar", "get", "Avatar-XXXX"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.parametrize(
    "arguments",
    [("get", "Avatar-XXXX"), ("get", *(f"Avatar-{number}" for number in range(200))), ("list",), ("doctor",)],
    ids=lambda arguments: f"{arguments[0]} {len(arguments)}",
)
def test_interrupt(arguments, server, environment):
    server.proceed.clear()
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi_ice_avatar", *arguments],
        env={**environment, "ICE_AVATAR_ENDPOINT": server.endpoint, "ICE_AVATAR_READ_TIMEOUT": "600"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.arrived.wait(60)
    process.send_signal(signal.SIGINT)
    # The server holds the request for as long as the test runs: waiting for it would take the timeout.
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "")
