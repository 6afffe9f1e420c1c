from __future__ import annotations

import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.errors import ConfigurationError, InvalidInputError
from tests.emulator.conftest import SEED
from tests.emulator.wire import call, send, signed_headers


def test_start_stop_and_start_again_at_the_same_address() -> None:
    emulator = Emulator(SEED)
    with pytest.raises(InvalidInputError, match="no endpoint yet"):
        _ = emulator.endpoint

    assert emulator.start() is emulator
    first = emulator.endpoint
    emulator.avatars["Avatar-New"] = {"AvatarName": "New"}
    assert call(first, {"AvatarId": "Avatar-New"}).status == 200
    with pytest.raises(InvalidInputError, match="already serving at http://127"):
        emulator.start()
    emulator.stop()
    emulator.stop()
    with pytest.raises(ConnectionRefusedError):
        call(first)

    with emulator:
        assert emulator.endpoint == first
        assert call(first, {"AvatarId": "Avatar-New"}).status == 200
    assert "ice-avatar-emulator" not in {thread.name for thread in threading.enumerate()}


def test_stop_does_not_wait_for_those_who_wait() -> None:
    with Emulator(SEED) as emulator, ThreadPoolExecutor(1) as pool:
        emulator.faults.latency_ms = 600_000
        waiting = pool.submit(call, emulator.endpoint)
        while not emulator._gateway._verifier._nonces:
            time.sleep(0.01)
        emulator.stop()
        with pytest.raises((ConnectionError, OSError)):
            waiting.result()


def test_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError) as caught:
            Emulator(SEED, port=port).start()

    assert str(caught.value).startswith(f"cannot listen on 127.0.0.1 port {port}: Address already in use; ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])
def test_other_hosts_than_loopback_are_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="loopback only"):
        Emulator(SEED, host=host)


def test_an_address_that_is_not_this_machines() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot listen on 192\.0\.2\.1 port 0"):
        Emulator(SEED, host="192.0.2.1", allow_remote=True).start()


def test_any_address_is_reached_over_loopback() -> None:
    with Emulator(SEED, host="0.0.0.0", allow_remote=True) as emulator:
        assert emulator.endpoint.startswith("http://127.0.0.1:")
        assert call(emulator.endpoint).status == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2"])
def test_other_names_of_loopback(host: str) -> None:
    with Emulator(SEED, host=host) as emulator:
        assert call(emulator.endpoint).status == 200


def test_environment(emulator: Emulator) -> None:
    assert emulator.environment() == {
        "ICE_AVATAR_ENDPOINT": emulator.endpoint,
        "ICE_AVATAR_RAM_ENDPOINT": emulator.endpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator-key-id",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "emulator-key-secret",
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
    }
    session = emulator.environment("session-key-id")
    assert session["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] == "session-key-secret"
    assert session["ALIBABA_CLOUD_SECURITY_TOKEN"] == "session-token"
    with pytest.raises(InvalidInputError, match="no access key 'nobody'; it has emulator-key-id, retired-key-id"):
        emulator.environment("nobody")


def test_edits_are_visible_to_the_next_request(emulator: Emulator) -> None:
    emulator.avatars["Avatar-XXXX"]["AvatarName"] = "Renamed"
    assert call(emulator.endpoint).json["Data"]["Avatar"]["AvatarName"] == "Renamed"

    emulator.avatars["Avatar-XXXX"] = {"Transparent": False}
    assert call(emulator.endpoint).json["Data"]["Avatar"] == {"AvatarId": "Avatar-XXXX", "Transparent": False}

    del emulator.avatars["Avatar-XXXX"]
    assert call(emulator.endpoint).code == "AvatarNotFound"

    with pytest.raises(InvalidInputError, match="'Avatar-XXXX' cannot be sent as JSON"):
        emulator.avatars["Avatar-XXXX"] = {"Width": object()}
    assert "Avatar-XXXX" not in emulator.avatars


def test_edits_from_many_threads_while_it_serves(emulator: Emulator) -> None:
    def edit(thread: int) -> None:
        for number in range(5_000):
            emulator.avatars[f"{thread}-{number % 50}"] = {"Width": number}
            emulator.avatars.pop(f"{thread}-{(number + 25) % 50}", None)

    replies = []
    with ThreadPoolExecutor(2) as pool:
        edits = [pool.submit(edit, thread) for thread in range(2)]
        while not all(each.done() for each in edits):
            replies.append(call(emulator.endpoint, {}, x_acs_action="ListAvatars").status)
        for each in edits:
            each.result()

    assert set(replies) == {200}


def test_connections_are_kept(emulator: Emulator) -> None:
    connection = http.client.HTTPConnection(urlsplit(emulator.endpoint).netloc, timeout=30)
    try:
        connection.connect()
        used = connection.sock
        for _ in range(3):
            connection.request("POST", "/", headers=signed_headers(emulator.endpoint, {"AvatarId": "Avatar-XXXX"}))
            connection.getresponse().read()
            assert connection.sock is used
    finally:
        connection.close()


def test_reprs_hide_secrets(emulator: Emulator) -> None:
    send(emulator.endpoint, signed_headers(emulator.endpoint, {}), "/")
    shown = repr([emulator, emulator.avatars, emulator._gateway.state, emulator.requests, vars(emulator)])

    assert not [key["accessKeySecret"] for key in SEED["accessKeys"] if key["accessKeySecret"] in shown]
