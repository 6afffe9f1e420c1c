from __future__ import annotations

import socket
from typing import Any
from urllib.parse import quote

import pytest

from pulumi_ice_avatar.emulator import Emulator, Faults
from tests.emulator.conftest import SEED
from tests.emulator.wire import call, control


def test_faults_are_changed_and_replaced(emulator: Emulator) -> None:
    endpoint = emulator.endpoint

    changed = control(endpoint, "PATCH", "faults", {"fail_next": 1, "actions": ["GetAvatar"]})
    assert changed.json == control(endpoint, "GET", "faults").json == emulator.faults.as_dict()
    assert emulator.faults == Faults(fail_next=1, actions=("GetAvatar",))
    assert call(endpoint).status == 503

    control(endpoint, "PATCH", "faults", {"deny": True})
    assert emulator.faults == Faults(deny=True, actions=("GetAvatar",))
    assert call(endpoint).status == 403

    assert control(endpoint, "PUT", "faults", {}).status == 200
    assert emulator.faults == Faults()
    assert call(endpoint).status == 200


def test_avatars_are_put_read_and_deleted(emulator: Emulator) -> None:
    endpoint = emulator.endpoint
    path = f"avatars/{quote('Avatar/ü', safe='')}"

    assert control(endpoint, "GET", path).status == 404
    assert control(endpoint, "PUT", path, {"AvatarName": "New", "Width": 1}).json["AvatarId"] == "Avatar/ü"
    assert call(endpoint, {"AvatarId": "Avatar/ü"}).json["Data"]["Avatar"] == control(endpoint, "GET", path).json
    assert control(endpoint, "PUT", path, {"AvatarName": "Newer"}).status == 200
    assert emulator.avatars["Avatar/ü"] == {"AvatarId": "Avatar/ü", "AvatarName": "Newer"}
    assert list(control(endpoint, "GET", "avatars").json) == [
        *(each["AvatarId"] for each in SEED["avatars"]),
        "Avatar/ü",
    ]

    assert control(endpoint, "DELETE", path).json["AvatarName"] == "Newer"
    assert control(endpoint, "DELETE", path).status == 404
    assert call(endpoint, {"AvatarId": "Avatar/ü"}).code == "AvatarNotFound"


def test_requests_are_read_and_forgotten(emulator: Emulator) -> None:
    call(emulator.endpoint)

    (record,) = control(emulator.endpoint, "GET", "requests").json
    assert record["parameters"] == {"AvatarId": "Avatar-XXXX"}
    assert (record["action"], record["access_key_id"], record["code"]) == ("GetAvatar", "emulator-key-id", "OK")

    assert control(emulator.endpoint, "DELETE", "requests").json == []
    assert control(emulator.endpoint, "GET", "requests").json == []


def test_the_page_that_errors_recommend(emulator: Emulator) -> None:
    error = call(emulator.endpoint, {"AvatarId": "Avatar-Nobody"}).json

    page = control(emulator.endpoint, "GET", error["Recommend"].removeprefix(f"{emulator.endpoint}/_emulator/")).json

    assert page["codes"][error["Code"]]["status"] == 404
    assert page["choices"][error["Code"]]["known"] in error["Message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "line"),
    [
        ("PATCH", "faults", b"{", 400, "body:1:2: not JSON"),
        ("PATCH", "faults", b"[]", 400, "body: has to be a JSON object"),
        ("PATCH", "faults", b'{"deny": true, "deny": false}', 400, "'deny' stands twice"),
        ("PATCH", "faults", b"[" * 100_000, 400, "body: nested too deeply"),
        ("PATCH", "faults", b"\xff", 400, "body: not UTF-8 at byte 0"),
        ("PATCH", "faults", b'{"latency_ms": NaN}', 400, "body: NaN is not JSON"),
        ("PUT", "faults", {"fail_next": 1, "body": "xml"}, 400, "fault body: 'xml' is not one of html"),
        ("PUT", "faults", {"delay": 1}, 400, "there is no fault 'delay'; there are latency_ms"),
        ("PUT", "avatars/A", {"Width": "1", "Wdth": 1}, 400, "/Width has to be a whole number"),
        ("PUT", "avatars/A", {"AvatarId": "B"}, 400, "/AvatarId is not the id in the path"),
        ("PUT", "avatars", {}, 404, "there is no PUT /_emulator/avatars; there are GET /_emulator/codes"),
        ("GET", "avatars/A", None, 404, "there is no avatar 'A'"),
        ("GET", "", None, 404, "there is no GET /_emulator/;"),
        ("POST", "faults", {}, 404, "there is no POST /_emulator/faults;"),
    ],
)
def test_mistakes(emulator: Emulator, method: str, path: str, body: Any, status: int, line: str) -> None:
    reply = control(emulator.endpoint, method, path, body)

    assert reply.status == status
    assert set(reply.json) == {"error"}
    assert line in reply.json["error"]
    assert emulator.faults == Faults()


def _own_address() -> str:
    """An address of this machine that is not loopback; no packet is sent to learn it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def test_control_is_for_loopback_only() -> None:
    try:
        address = _own_address()
    except OSError:
        pytest.skip("this machine has no address but loopback")
    with Emulator(SEED, host=address, allow_remote=True) as emulator:
        assert emulator.endpoint.startswith(f"http://{address}:")
        assert call(emulator.endpoint).status == 200
        reply = control(emulator.endpoint, "GET", "requests")

    assert reply.status == 403
    assert reply.json == {"error": "the emulator is controlled from loopback only"}
