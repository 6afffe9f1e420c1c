"""The command line as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.emulator.wire import call, control, signed_headers

COMMAND = [sys.executable, "-m", "pulumi_ice_avatar", "emulator"]


@contextmanager
def _running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        ready = json.loads(line)
        assert ready["pid"] == process.pid
        assert ready["ramEndpoint"] == ready["endpoint"]
        yield process, ready["endpoint"]
    finally:
        process.kill()
        process.communicate()


def _fails(*arguments: str) -> str:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal(number: signal.Signals) -> None:
    with _running() as (process, endpoint):
        assert call(endpoint).json["Success"] is True
        process.send_signal(number)
        out, err = process.communicate(timeout=30)

    assert process.returncode == 0
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(
        f"ice-avatar: emulator ready; export ICE_AVATAR_ENDPOINT={endpoint} ICE_AVATAR_RAM_ENDPOINT={endpoint} "
    )


def test_a_signal_while_clients_wait() -> None:
    with _running("--fault", "latency_ms=60000") as (process, endpoint):
        headers = signed_headers(endpoint, {})
        host, port = headers["host"].split(":")
        with socket.create_connection((host, int(port))) as waiting:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            waiting.sendall(f"POST / HTTP/1.1\r\n{lines}Content-Length: 0\r\n\r\n".encode())
            # The emulator answers this after it has read the request above, since it does one thing at a time.
            assert control(endpoint, "GET", "requests").json == []
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

    assert process.returncode == 0


def test_seed_port_faults_and_verbose(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"accessKeys": [{"accessKeyId": "k", "accessKeySecret": "hush"}], "avatars": [{"AvatarId": "A"}]}')
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    options = ["--seed", str(seed), "--port", str(port), "--fault", "fail_next=1", "--fault", "fail_status=500"]
    with _running(*options, "--verbose") as (process, endpoint):
        assert endpoint == f"http://127.0.0.1:{port}"
        first = call(endpoint, {"AvatarId": "A"}, key="k", secret="hush", user_agent="two\tlines")
        second = call(endpoint, {"AvatarId": "A\nB"}, key="k", secret="hush")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)

    assert (first.code, second.code) == ("InternalError", "AvatarNotFound")
    _, *lines = err.splitlines()
    assert [json.loads(line[: line.rindex("}") + 1]) for line in lines] == [
        {"action": "GetAvatar", "parameters": {"AvatarId": "A"}, "accessKeyId": "k", "code": "InternalError"},
        {"action": "GetAvatar", "parameters": {"AvatarId": "A\nB"}, "accessKeyId": "k", "code": "AvatarNotFound"},
    ]
    assert all(line.endswith(" ms") for line in lines)
    assert "hush" not in err
    assert "Signature" not in err


def test_it_is_silent_without_verbose() -> None:
    with _running() as (process, endpoint):
        call(endpoint)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)

    assert err.count("\n") == 1


def test_the_printed_seed_is_one(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    printed = subprocess.run([*COMMAND, "--print-seed"], capture_output=True, check=True, env=environment)
    seed = tmp_path / "seed.json"
    seed.write_bytes(printed.stdout)

    assert printed.stderr == b""
    with _running("--seed", str(seed)) as (_, endpoint):
        assert call(endpoint).json["Data"]["Avatar"]["AvatarId"] == "Avatar-XXXX"


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"accessKeys": [{"accessKeyId": "k"}], "avatar": []}')

    assert _fails("--seed", str(seed)) == (
        f"ice-avatar: {seed}: / has unknown members: 'avatar'; known are $schema, accountId, accessKeys, sessions, "
        "users, groups, roles, policies, attachments, avatars, systemAvatars; /accessKeys/0 lacks accessKeySecret\n"
    )
    assert _fails("--seed", "none.json") == (
        "ice-avatar: none.json: cannot read the seed file: No such file or directory\n"
    )
    assert _fails("--fault", "latency=1").startswith("ice-avatar: there is no fault 'latency'; there are latency_ms, ")
    assert _fails("--host", "0.0.0.0").startswith("ice-avatar: host '0.0.0.0': the emulator listens on loopback only")
    assert _fails("--host", "0.0.0.0").count("\n") == 1
    for port in ("65536", "-1", "http", "9" * 5000):
        assert "a port is a number from 0 to 65535" in _fails(f"--port={port}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert _fails("--port", port) == (
            f"ice-avatar: cannot listen on 127.0.0.1 port {port}: Address already in use; "
            "choose another port, or 0 for any\n"
        )


def test_a_child_process_finds_the_emulator_by_its_environment() -> None:
    """The SDK's default credential chain reads the variables when it is imported, hence a process of its own."""
    from pulumi_ice_avatar.emulator import Emulator

    program = (
        "import os\n"
        "from alibabacloud_ice20201109.client import Client\n"
        "from alibabacloud_ice20201109.models import GetAvatarRequest\n"
        "from alibabacloud_credentials.client import Client as Credentials\n"
        "from alibabacloud_tea_openapi.utils_models import Config\n"
        "client = Client(Config(credential=Credentials(), endpoint=os.environ['ICE_AVATAR_ENDPOINT']))\n"
        "print(client.get_avatar(GetAvatarRequest(avatar_id='Avatar-XXXX')).body.data.avatar.avatar_id)\n"
    )
    seed = {
        "accessKeys": [{"accessKeyId": "k", "accessKeySecret": "s", "securityToken": "t"}],
        "avatars": [{"AvatarId": "Avatar-XXXX"}],
    }
    with Emulator(seed) as emulator:
        environment = {**os.environ, **emulator.environment()}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60
        )

    assert done.stdout == "Avatar-XXXX\n", done.stderr
