from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ThrottlingException
from hypothesis import given, strategies as st

from pulumi_ice_avatar.emulator import Emulator, Faults
from pulumi_ice_avatar.emulator.directory import Entity
from pulumi_ice_avatar.emulator.faults import BODIES
from pulumi_ice_avatar.errors import InvalidInputError
from tests.emulator.conftest import SEED, sdk
from tests.emulator.ram_calls import as_root, document
from tests.emulator.wire import Reply, call


def _codes(emulator: Emulator, count: int) -> list[str]:
    return ["OK" if reply.status == 200 else reply.code for reply in (call(emulator.endpoint) for _ in range(count))]


def test_fail_next(emulator: Emulator) -> None:
    emulator.faults.fail_next = 2

    first = call(emulator.endpoint)

    assert (first.status, first.code) == (503, "ServiceUnavailable")
    assert "x-acs-retry-after" not in first.headers
    assert _codes(emulator, 3) == ["ServiceUnavailable", "OK", "OK"]
    assert emulator.faults.fail_next == 0


@pytest.mark.parametrize(
    ("share", "expected"), [(0.25, [4, 8, 12]), (0.5, [2, 4, 6, 8, 10, 12]), (0.1, [10]), (1, list(range(1, 13)))]
)
def test_fail_share_is_evenly_spread(emulator: Emulator, share: float, expected: list[int]) -> None:
    emulator.faults.fail_share = share

    codes = _codes(emulator, 12)

    assert [number for number, code in enumerate(codes, 1) if code != "OK"] == expected


@pytest.mark.parametrize(
    ("settings", "status", "code"),
    [
        ({"fail_status": 500}, 500, "InternalError"),
        ({"fail_status": 502}, 502, "ServiceUnavailable"),
        ({"fail_status": 400, "fail_code": "Throttling.User"}, 400, "Throttling.User"),
    ],
)
def test_the_failure_is_chosen(settings: dict[str, Any], status: int, code: str) -> None:
    with Emulator(SEED, faults=Faults(fail_next=1, **settings)) as emulator:
        reply = call(emulator.endpoint)

    assert (reply.status, reply.code) == (status, code)


def test_a_failure_that_says_when_to_come_back(emulator: Emulator) -> None:
    emulator.faults.update({"fail_next": 1, "retry_after_ms": 1500})

    with pytest.raises(ThrottlingException) as caught:
        sdk(emulator).get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX"))

    assert caught.value.retry_after == 1500


def test_throttling_is_for_each_access_key(emulator: Emulator) -> None:
    emulator.faults.throttle_per_second = 0.001

    assert _codes(emulator, 3) == ["OK", "Throttling.User", "Throttling.User"]
    other = call(
        emulator.endpoint, key="session-key-id", secret="session-key-secret", x_acs_security_token="session-token"
    )
    assert other.status == 200
    assert call(emulator.endpoint).status == 400


def test_throttling_admits_a_seconds_worth_at_once(emulator: Emulator) -> None:
    emulator.faults.update({"throttle_per_second": 3, "retry_after_ms": 250})

    codes = _codes(emulator, 3)

    assert codes == ["OK"] * 3
    reply = call(emulator.endpoint)
    while reply.status == 200:  # A slow machine may have earned another call meanwhile.
        reply = call(emulator.endpoint)
    assert (reply.code, reply.headers["x-acs-retry-after"]) == ("Throttling.User", "250")


def test_reset_next(emulator: Emulator) -> None:
    emulator.faults.reset_next = 2

    for _ in range(2):
        with pytest.raises(ConnectionResetError) as caught:
            call(emulator.endpoint)
        # http.client's subclass stands for a connection that was closed in good order.
        assert type(caught.value) is ConnectionResetError
    assert call(emulator.endpoint).status == 200
    assert [record.code for record in emulator.requests] == ["reset", "reset", "OK"]


def _create(emulator: Emulator, names: list[str]) -> list[bool]:
    """Create policies, each with a call of its own; which of the calls were answered."""
    answered = []
    for name in names:
        try:
            as_root(emulator, "CreatePolicy", {"PolicyName": name, "PolicyDocument": document()})
            answered.append(True)
        except ConnectionResetError:
            answered.append(False)
    return answered


def _created(emulator: Emulator) -> list[str]:
    return [each["policyName"] for each in emulator.snapshot()["policies"][1:]]


@pytest.mark.parametrize("answered", range(5))
def test_reset_after(emulator: Emulator, answered: int) -> None:
    """As if the network were cut before the request came through."""
    emulator.faults.reset_after = answered

    assert _create(emulator, list("abcd")) == [True] * answered + [False] * (4 - answered)
    assert _created(emulator) == list("abcd")[:answered]
    assert emulator.faults.reset_after == max(answered - 4, 0)
    emulator.faults.reset_after = None
    assert _create(emulator, ["e"]) == [True]


@pytest.mark.parametrize("answered", range(5))
def test_lose_after(emulator: Emulator, answered: int) -> None:
    """As if the network were cut before the answer came through."""
    emulator.faults.lose_after = answered

    assert _create(emulator, list("abcd")) == [True] * answered + [False] * (4 - answered)
    assert _created(emulator) == list("abcd")[: answered + 1]
    codes = [record.code for record in emulator.requests]
    assert codes == (["OK"] * answered + ["lost"] + ["reset"] * 3)[:4]
    if answered < 4:
        assert (emulator.faults.lose_after, emulator.faults.reset_after) == (None, 0)
        emulator.faults = Faults()
        assert _create(emulator, ["e"]) == [True]


def test_a_lost_refusal(emulator: Emulator) -> None:
    emulator.faults.lose_after = 0

    with pytest.raises(ConnectionResetError):
        call(emulator.endpoint, key="bruno-key-id", secret="bruno-key-secret")
    assert [record.code for record in emulator.requests] == ["lost"]


def test_resets_of_some_calls_only(emulator: Emulator) -> None:
    emulator.faults = Faults(reset_after=1, actions=("CreatePolicy",))

    assert call(emulator.endpoint).status == 200
    assert _create(emulator, ["a", "b"]) == [True, False]
    assert call(emulator.endpoint).status == 200


def test_truncated(emulator: Emulator) -> None:
    emulator.faults.body = "truncated"

    with pytest.raises(http.client.IncompleteRead) as caught:
        call(emulator.endpoint)

    assert caught.value.partial
    assert caught.value.expected


def _avatar(reply: Reply) -> Any:
    return reply.json["Data"]["Avatar"]


SPOILT: dict[str, Callable[[Reply], bool]] = {
    "html": lambda reply: reply.body.startswith(b"<!DOCTYPE html>") and "text/html" in reply.headers["content-type"],
    "empty": lambda reply: reply.body == b"",
    "array": lambda reply: isinstance(reply.json, list) and reply.json[0]["Success"] is True,
    "wrong-types": lambda reply: (_avatar(reply)["Width"], _avatar(reply)["Transparent"]) == ("1080", "true"),
    "text-data": lambda reply: isinstance(reply.json["Data"], str) and '"AvatarId"' in reply.json["Data"],
    "success-false": lambda reply: reply.json["Success"] is False,
    "no-data": lambda reply: set(reply.json) == {"RequestId", "Success"},
    "other-avatar": lambda reply: _avatar(reply)["AvatarId"] == "Avatar-Somebody-Else",
}


@pytest.mark.parametrize("body", sorted(SPOILT))
def test_spoilt_bodies(emulator: Emulator, body: str) -> None:
    emulator.faults.update({"body": body, "body_next": 1})

    spoilt, good = call(emulator.endpoint), call(emulator.endpoint)

    assert spoilt.status == good.status == 200
    assert SPOILT[body](spoilt)
    assert good.json["Data"] == {"Avatar": SEED["avatars"][0]}


def test_every_body_is_tested() -> None:
    assert set(BODIES) == {*SPOILT, "truncated"}


@pytest.mark.parametrize("body", sorted(SPOILT))
@pytest.mark.parametrize("action", ["ListAvatars", "ListSmartSysAvatarModels"])
def test_lists_are_spoilt_too(emulator: Emulator, body: str, action: str) -> None:
    emulator.faults.body = body

    assert call(emulator.endpoint, {}, x_acs_action=action).status == 200


def test_an_html_page_instead_of_an_error(emulator: Emulator) -> None:
    emulator.faults.update({"fail_next": 1, "fail_status": 502, "body": "html"})

    reply = call(emulator.endpoint)

    assert reply.status == 502
    assert reply.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        ("emulator-key-id", "SubUser", Entity("user", "alice").id),
        ("session-key-id", "AssumedRoleUser", "studio:morning"),
    ],
)
def test_deny(emulator: Emulator, key: str, kind: str, name: str) -> None:
    emulator.faults.deny = True
    token = {"security_token": "session-token"} if key == "session-key-id" else {}
    client = sdk(emulator, access_key_id=key, access_key_secret=key.replace("-id", "-secret"), **token)

    with pytest.raises(AlibabaCloudException) as caught:
        client.get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX"))

    assert (caught.value.status_code, caught.value.code) == (403, "NoPermission")
    detail = caught.value.access_denied_detail
    assert detail["AuthAction"] == "ice:GetAvatar"
    assert (detail["AuthPrincipalType"], detail["AuthPrincipalDisplayName"]) == (kind, name)
    assert (detail["NoPermissionType"], detail["AuthPrincipalOwnerId"]) == ("ImplicitDeny", "1000000000000001")


def test_faults_for_some_calls_only(emulator: Emulator) -> None:
    emulator.faults = Faults(fail_share=1, actions=("GetAvatar",), avatar_ids=("Avatar-1", "Avatar-2"))

    hit = call(emulator.endpoint, {"AvatarId": "Avatar-1"})
    other_avatar = call(emulator.endpoint, {"AvatarId": "Avatar-3"})
    other_action = call(emulator.endpoint, {}, x_acs_action="ListAvatars")

    assert [reply.status for reply in (hit, other_avatar, other_action)] == [503, 200, 200]


def test_only_calls_with_a_good_signature_count(emulator: Emulator) -> None:
    emulator.faults.fail_next = 1

    assert call(emulator.endpoint, secret="wrong").code == "SignatureDoesNotMatch"
    assert call(emulator.endpoint).code == "ServiceUnavailable"


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("latency_ms", -1, "a number from 0"),
        ("latency_ms", "50", "a number from 0"),
        ("latency_ms", float("nan"), "a number from 0"),
        ("latency_ms", True, "a number from 0"),
        ("fail_next", 1.5, "a whole number"),
        ("fail_next", None, "a whole number"),
        ("reset_after", -1, "a whole number"),
        ("lose_after", 0.5, "a whole number"),
        ("fail_share", 1.01, "a number from 0 to 1"),
        ("fail_status", 200, "a whole number from 400 to 599"),
        ("fail_code", "", "an error code"),
        ("throttle_per_second", 0, "a number from"),
        ("retry_after_ms", 0, "a whole number from 1"),
        ("deny", 1, "true or false"),
        ("body", "htlm", "one of html"),
        ("actions", "GetAvatar", "a list of names"),
        ("avatar_ids", [""], "a list of names"),
        ("latencyms", 1, "there is no fault 'latencyms'; there are latency_ms"),
    ],
)
def test_values_that_do_not_fit(name: str, value: Any, takes: str) -> None:
    faults = Faults(latency_ms=7)

    for attempt in (lambda: setattr(faults, name, value), lambda: faults.update({"latency_ms": 8, name: value})):
        with pytest.raises(InvalidInputError, match=takes) as caught:
            attempt()
        assert name in str(caught.value)
    assert faults == Faults(latency_ms=7)


def test_settings_from_text() -> None:
    faults = Faults.from_text(
        ["latency_ms=12.5", "fail_next=3", "deny=true", "body=html", "actions=GetAvatar,ListAvatars", "fail_code=A=B"]
    )

    assert faults == Faults(
        latency_ms=12.5, fail_next=3, deny=True, body="html", actions=("GetAvatar", "ListAvatars"), fail_code="A=B"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("latency_ms", "write it as NAME=VALUE"),
        ("latency_ms=fast", "'fast' is not a number from 0 to 600000"),
        ("deny=yes", "'yes' is not true or false"),
        ("fail_next=1.0", "'1.0' is not a whole number"),
        ("delay=1", "there is no fault 'delay'"),
        ("body=" + "x" * 100_000, "is not one of html"),
    ],
)
def test_settings_from_text_that_do_not_fit(text: str, line: str) -> None:
    with pytest.raises(InvalidInputError, match=line) as caught:
        Faults.from_text([text])

    assert len(str(caught.value)) < 300


@given(st.floats(0.01, 1), st.integers(1, 200))
def test_a_share_of_the_calls_fails(share: float, calls: int) -> None:
    faults = Faults(fail_share=share)

    failed = sum(faults.take("GetAvatar", None).failure is not None for _ in range(calls))

    assert abs(failed - share * calls) <= 1
