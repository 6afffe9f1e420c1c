"""What no SDK would send, and the form of what comes back."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.choices import CHOICES
from pulumi_ice_avatar.emulator.codes import CODES
from tests.emulator.conftest import SEED
from tests.emulator.wire import Reply, call, moment, send, signed_headers

TARGET = "/?AvatarId=Avatar-XXXX"


@pytest.fixture
def endpoint(emulator: Emulator) -> Iterator[str]:
    """Where the emulator listens; afterwards nothing secret may stand in what it remembers."""
    yield emulator.endpoint
    remembered = repr(emulator.requests)
    assert not [each for each in _secrets() if each in remembered]


def _secrets() -> list[str]:
    keys = SEED["accessKeys"]
    return [key[name] for key in keys for name in ("accessKeySecret", "securityToken") if name in key]


def _headers(endpoint: str, **changes: Any) -> dict[str, str]:
    return signed_headers(endpoint, {"AvatarId": "Avatar-XXXX"}, **changes)


def _refused(reply: Reply, code: str, choice: str | None = None) -> None:
    body = reply.json
    assert body["Code"] == code
    assert reply.status == CODES[code].status
    assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    chosen = CHOICES.get(choice or code)
    assert ("chosen by the emulator" in body["Message"]) == (chosen is not None)
    assert chosen is None or chosen.known in body["Message"]
    assert not [secret for secret in _secrets() if secret in reply.body.decode()]


def test_a_good_request(endpoint: str) -> None:
    reply = call(endpoint)

    assert reply.status == 200
    assert reply.json["Data"]["Avatar"]["AvatarName"] == "Anna"
    assert reply.headers["content-type"] == "application/json;charset=utf-8"
    assert reply.headers["server"] == "ice-avatar-emulator"


def test_text_is_sent_as_utf8(emulator: Emulator, endpoint: str) -> None:
    emulator.avatars["Avatar-XXXX"] = {"AvatarName": "小云", "AvatarDescription": "\ud800"}

    reply = call(endpoint)

    assert "小云".encode() in reply.body
    assert reply.json["Data"]["Avatar"]["AvatarDescription"] == "?"


@pytest.mark.parametrize("offset", [timedelta(minutes=14), timedelta(minutes=-14)])
def test_a_clock_within_the_window(endpoint: str, offset: timedelta) -> None:
    assert call(endpoint, x_acs_date=moment(offset)).status == 200


@pytest.mark.parametrize("offset", [timedelta(minutes=16), timedelta(minutes=-16), timedelta(days=-4000)])
def test_a_clock_beyond_the_window(endpoint: str, offset: timedelta) -> None:
    _refused(call(endpoint, x_acs_date=moment(offset)), "InvalidTimeStamp.Expired")


@pytest.mark.parametrize(
    "date", ["", "now", "2026-1-1T00:00:00Z", "2026-02-30T00:00:00Z", "Sun, 22 Nov 2026 19:01:49 GMT"]
)
def test_a_time_that_is_none(endpoint: str, date: str) -> None:
    _refused(call(endpoint, x_acs_date=date), "InvalidTimeStamp.Format")


def test_a_replay(endpoint: str) -> None:
    headers = _headers(endpoint)

    assert send(endpoint, headers, TARGET).status == 200
    _refused(send(endpoint, headers, TARGET), "SignatureNonceUsed")


def test_a_nonce_used_for_another_request(endpoint: str) -> None:
    assert call(endpoint, x_acs_signature_nonce="same").status == 200
    _refused(call(endpoint, {"AvatarId": "Avatar-1"}, x_acs_signature_nonce="same"), "SignatureNonceUsed")


def test_a_refused_request_spends_no_nonce(endpoint: str) -> None:
    _refused(call(endpoint, secret="wrong", x_acs_signature_nonce="same"), "SignatureDoesNotMatch")
    assert call(endpoint, x_acs_signature_nonce="same").status == 200


def test_a_changed_parameter(endpoint: str) -> None:
    reply = send(endpoint, _headers(endpoint), "/?AvatarId=Avatar-1")

    _refused(reply, "SignatureDoesNotMatch")
    assert "string to sign has 81 characters" in reply.json["Message"]


def test_a_changed_method(endpoint: str) -> None:
    _refused(send(endpoint, _headers(endpoint), TARGET, method="GET"), "SignatureDoesNotMatch")


def test_a_changed_header(endpoint: str) -> None:
    _refused(send(endpoint, {**_headers(endpoint), "user-agent": "other"}, TARGET), "SignatureDoesNotMatch")


def test_a_changed_body(endpoint: str) -> None:
    _refused(send(endpoint, _headers(endpoint), TARGET, body=b"more"), "SignatureDoesNotMatch", "content-hash")


def test_the_hash_of_another_body(endpoint: str) -> None:
    _refused(call(endpoint, x_acs_content_sha256="0" * 64), "SignatureDoesNotMatch", "content-hash")


def test_parameters_in_a_form(endpoint: str) -> None:
    body = urlencode({"AvatarId": "Avatar-XXXX"}).encode()
    kind = "application/x-www-form-urlencoded; charset=utf-8"

    assert call(endpoint, {}, body=body, content_type=kind).json["Success"] is True


def test_a_body_of_another_kind_has_no_parameters(endpoint: str) -> None:
    _refused(call(endpoint, {}, body=b"AvatarId=Avatar-XXXX", content_type="text/plain"), "MissingParameter")


def test_an_anonymous_call(emulator: Emulator, endpoint: str) -> None:
    headers = _headers(endpoint)
    del headers["Authorization"]

    _refused(send(endpoint, headers, TARGET), "IncompleteSignature", "anonymous")
    assert emulator.requests[-1].access_key_id is None


def test_two_authorizations(endpoint: str) -> None:
    headers = list(_headers(endpoint).items())

    _refused(send(endpoint, [*headers, headers[-1]], TARGET), "IncompleteSignature", "headers")


@pytest.mark.parametrize("name", ["x-acs-date", "x-acs-signature-nonce", "x-acs-action"])
def test_a_protocol_header_sent_twice(endpoint: str, name: str) -> None:
    headers = _headers(endpoint)

    _refused(send(endpoint, [*headers.items(), (name, headers[name])], TARGET), "IncompleteSignature", "headers")


@pytest.mark.parametrize("name", ["x_acs_date", "x_acs_signature_nonce", "x_acs_content_sha256"])
def test_a_mandatory_header_left_out(endpoint: str, name: str) -> None:
    reply = call(endpoint, **{name: None})

    _refused(reply, "MissingParameter")
    assert name.replace("_", "-") in reply.json["Message"]


def test_a_protocol_header_that_is_not_signed(endpoint: str) -> None:
    headers = {**_headers(endpoint), "x-acs-security-token": "session-token"}

    _refused(send(endpoint, headers, TARGET), "IncompleteSignature", "headers")


def test_a_signed_header_that_is_not_sent(endpoint: str) -> None:
    headers = _headers(endpoint)
    del headers["accept"]

    _refused(send(endpoint, headers, TARGET), "IncompleteSignature", "headers")


@pytest.mark.parametrize("algorithm", ["ACS3-HMAC-SM3", "ACS3-RSA-SHA256", "OSS4-HMAC-SHA256"])
def test_another_algorithm(endpoint: str, algorithm: str) -> None:
    headers = _headers(endpoint)
    headers["Authorization"] = headers["Authorization"].replace("ACS3-HMAC-SHA256", algorithm)

    _refused(send(endpoint, headers, TARGET), "InvalidSignatureMethod")


def test_the_older_way_of_signing(emulator: Emulator, endpoint: str) -> None:
    query = urlencode(
        {"Action": "GetAvatar", "Version": "2020-11-09", "AccessKeyId": "a", "Signature": "session-token"}
    )

    _refused(send(endpoint, {"Host": "127.0.0.1"}, f"/?{query}"), "MissingParameter")
    assert "Signature" not in emulator.requests[-1].parameters


@pytest.mark.parametrize(
    "changes",
    [
        {"x_acs_action": "getavatar"},
        {"x_acs_action": "DeleteAvatar"},
        {"x_acs_version": "2015-01-01"},
        {"x_acs_action": "__class__"},
    ],
)
def test_an_unknown_operation(endpoint: str, changes: dict[str, str]) -> None:
    _refused(call(endpoint, **changes), "InvalidApi.NotFound")


def test_an_unknown_path(endpoint: str) -> None:
    _refused(send(endpoint, _headers(endpoint), "/avatars?AvatarId=Avatar-XXXX"), "InvalidApi.NotFound")


@pytest.mark.parametrize(
    "host", ["ice.cn-shanghai.aliyuncs.com", "ice-vpc.cn-shanghai.aliyuncs.com", "ICE.aliyuncs.com:80"]
)
def test_the_services_hosts(endpoint: str, host: str) -> None:
    reply = call(endpoint, host=host)

    assert reply.status == 200


def test_a_host_of_another_product(endpoint: str) -> None:
    reply = call(endpoint, host="vod.cn-shanghai.aliyuncs.com")

    _refused(reply, "InvalidProduct.NotFound")
    assert reply.json["HostId"] == "vod.cn-shanghai.aliyuncs.com"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method(endpoint: str, method: str) -> None:
    _refused(call(endpoint, method=method), "UnsupportedHTTPMethod")


def test_a_parameter_given_twice(endpoint: str) -> None:
    _refused(send(endpoint, _headers(endpoint), f"{TARGET}&AvatarId=Avatar-1"), "InvalidParameter", "parameters")


def test_too_many_parameters(endpoint: str) -> None:
    target = "/?" + "&".join(f"p{number}=1" for number in range(1001))

    _refused(send(endpoint, _headers(endpoint), target), "InvalidParameter", "parameters")


@pytest.mark.parametrize("text", ["ten", "1.5", "", " 1", "1_0", "٣", "99999999999999999999"])
def test_a_page_that_is_no_number(endpoint: str, text: str) -> None:
    _refused(call(endpoint, {"PageNo": text}, x_acs_action="ListAvatars"), "InvalidParameter")


def test_a_long_query_arrives(endpoint: str) -> None:
    parameters = {"AvatarId": "Avatar-XXXX", "Padding": "{中}" * 6_000}

    assert call(endpoint, parameters).status == 200


def test_a_body_beyond_all_measure(endpoint: str) -> None:
    body = b"x" * 2_000_000

    assert call(endpoint, {}, body=body).status == 413
    assert call(endpoint).status == 200


def test_what_is_not_http_harms_nobody(endpoint: str, capfd: pytest.CaptureFixture[str]) -> None:
    where = urlsplit(endpoint)
    for noise in (
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass

    assert call(endpoint).status == 200
    assert capfd.readouterr().err == ""


def test_requests_are_recorded(emulator: Emulator, endpoint: str) -> None:
    call(endpoint)
    call(endpoint, {"AvatarId": "Avatar-Nobody"}, user_agent="tester")
    call(endpoint, key="nobody")

    good, missing, unknown = emulator.requests
    assert (good.action, good.parameters, good.code) == ("GetAvatar", {"AvatarId": "Avatar-XXXX"}, "OK")
    assert (missing.code, missing.user_agent, missing.access_key_id) == ("AvatarNotFound", "tester", "emulator-key-id")
    assert (unknown.code, unknown.access_key_id) == ("InvalidAccessKeyId.NotFound", "nobody")
    assert good.time <= missing.time <= unknown.time

    emulator.clear_requests()
    assert emulator.requests == []


def test_a_defect_looks_like_one_of_the_service(
    emulator: Emulator, endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.avatars["Avatar-XXXX"]["Width"] = object()

    _refused(call(endpoint), "InternalError")
    assert "defect while answering GetAvatar" in caplog.text
    assert emulator.requests[-1].code == "InternalError"


def test_every_choice_under_a_code_is_one_the_answers_use() -> None:
    # Entries of other names are used by name in the code, or describe what has no error.
    unsourced = {code for code, known in CODES.items() if not known.source}

    assert unsourced <= set(CHOICES)
    assert json.loads(json.dumps({name: choice._asdict() for name, choice in CHOICES.items()}))
