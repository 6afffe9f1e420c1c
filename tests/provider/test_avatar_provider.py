"""The provider of `Avatar`, over the protocol that the engine speaks."""

from __future__ import annotations

import json

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.provider.conftest import PLACEHOLDERS, UNKNOWN, ProviderError
from tests.support.world import CLOSED, KEY, MINA, put

SHANGHAI = {"ice-avatar:region": "cn-shanghai"}
INPUTS = {**PLACEHOLDERS, "avatarId": "Avatar-XXXX"}


def test_whole_life(provider, emulator, logs):
    first = provider(config=SHANGHAI)
    checked, failures = first.check(INPUTS)
    assert (checked, failures) == ({**MINA, "region": "cn-shanghai"}, [])
    assert len(emulator.requests) == 1

    id_, created = first.create(checked)
    assert (id_, created) == ("Avatar-XXXX", checked)

    # Another operation is another process.
    second = provider(config=SHANGHAI, fresh=True)
    put(emulator, Width=720)
    drifted, failures = second.check(INPUTS, created)
    assert (drifted, failures) == ({**created, "width": 720}, [])
    # Neither a change nor none: the engine compares by itself, and so can show what changed.
    assert second.diff(id_, created, drifted) == (provider_pb2.DiffResponse.DIFF_UNKNOWN, [])
    updated = second.update(id_, created, drifted)
    assert updated == drifted

    third = provider(config=SHANGHAI, fresh=True)
    put(emulator, Height=1280)
    refreshed = {**drifted, "height": 1280}
    assert third.read(id_, props=drifted) == (id_, refreshed, refreshed)

    requests = len(emulator.requests)
    third.delete(id_, refreshed)
    assert len(emulator.requests) == requests == 3
    assert logs() == ""


def test_create_and_update_only_echo(provider, emulator):
    started = provider(env=dict.fromkeys(KEY), config={})
    assert started.create(MINA) == ("Avatar-XXXX", MINA)
    assert started.update("Avatar-XXXX", {}, MINA) == MINA
    started.delete("Avatar-XXXX", MINA)
    assert emulator.requests == []


def test_delete_needs_neither_settings_nor_network_nor_sdk(provider, logs):
    nothing = dict.fromkeys([*KEY, "ICE_AVATAR_ENDPOINT", "ICE_AVATAR_RETRIES", "ICE_AVATAR_TIMEOUT"])
    started = provider(env={**nothing, "PYTHONPROFILEIMPORTTIME": "1"})
    started.delete("Avatar-XXXX", MINA)
    assert "pulumi_ice_avatar.provider" in logs()
    assert "alibabacloud" not in logs()


@pytest.mark.parametrize("unknown", ["avatarId", "region"])
def test_unknown_at_preview(unknown, provider, emulator):
    started = provider(config=SHANGHAI)
    placeholders = dict.fromkeys(PLACEHOLDERS, UNKNOWN)
    news = {"avatarId": "Avatar-XXXX", **placeholders, unknown: UNKNOWN}
    checked, failures = started.check(news)
    assert failures == []
    # The region of the settings is known all the same, so that it does not show as a change.
    assert checked == ({**news, "region": "cn-shanghai"} if unknown == "avatarId" else news)
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("changes", "replaces"),
    [
        ({}, []),
        ({"width": 1}, []),
        ({"avatarId": "Avatar-YYYY"}, ["avatarId"]),
        ({"region": "cn-beijing"}, ["region"]),
        ({"avatarId": "Avatar-YYYY", "region": "cn-beijing"}, ["avatarId", "region"]),
        ({"avatarId": UNKNOWN}, ["avatarId"]),
    ],
)
def test_replaced_when_id_or_region_changes(changes, replaces, provider):
    olds = {**MINA, "region": "cn-shanghai"}
    assert provider().diff("Avatar-XXXX", olds, {**olds, **changes}) == (
        provider_pb2.DiffResponse.DIFF_UNKNOWN,
        replaces,
    )


def test_region_of_the_configuration_is_recorded_so_that_its_change_replaces(provider):
    _, created = provider(config=SHANGHAI).create(provider(config=SHANGHAI).check(INPUTS)[0])
    moved = provider(config={"alicloud:region": "cn-beijing"})
    checked, _ = moved.check(INPUTS, created)
    assert checked["region"] == "cn-beijing"
    assert moved.diff("Avatar-XXXX", created, checked)[1] == ["region"]


def test_no_region_is_no_property(provider):
    started = provider()
    for region in ({}, {"region": ""}, {"region": None}):
        checked, failures = started.check({**INPUTS, **region})
        assert (checked, failures) == (MINA, [])
    assert started.diff("Avatar-XXXX", MINA, MINA)[1] == []


def test_argument_wins_over_configuration_wins_over_environment(provider, emulator):
    started = provider(env={"ICE_AVATAR_REGION": "us-west-1"}, config=SHANGHAI)
    assert started.check(INPUTS)[0]["region"] == "cn-shanghai"
    assert started.check({**INPUTS, "region": "cn-beijing"})[0]["region"] == "cn-beijing"
    assert provider(env={"ICE_AVATAR_REGION": "us-west-1"}).check(INPUTS)[0]["region"] == "us-west-1"
    elsewhere = {"ice-avatar:endpoint": emulator.endpoint, "alicloud:accessKey": "nobody", "alicloud:secretKey": "x"}
    _, (failure,) = provider(env={"ICE_AVATAR_ENDPOINT": "http://127.0.0.1:9"}, config=elsewhere).check(INPUTS)
    assert "InvalidAccessKeyId.NotFound" in failure


def test_role_of_the_alicloud_provider_is_assumed(provider, emulator):
    role = json.dumps({"roleArn": "acs:ram::1:role/studio", "sessionName": "pulumi"})
    started = provider(env={"HTTPS_PROXY": f"http://{CLOSED}"}, config={"alicloud:assumeRole": role})
    _, (failure,) = started.check(INPUTS)
    assert failure.startswith("no credentials: ")
    assert "sts" in failure  # no further without a network
    assert emulator.requests == []


# --- refresh and get


def test_refresh_drops_what_is_definitely_gone(provider, emulator):
    started = provider()
    del emulator.avatars["Avatar-XXXX"]
    assert started.read("Avatar-XXXX", props=MINA) == ("", {}, {})
    # An avatar without a type, or of no size, is as much a record as any other.
    for odd in ({"avatarType": ""}, {"width": 0}, {"transparent": False, "avatarName": ""}):
        assert started.read("Avatar-XXXX", props={**MINA, **odd})[0] == ""


@pytest.mark.parametrize(
    "faults",
    [
        {"fail_next": 100},
        {"fail_next": 100, "fail_status": 404, "fail_code": "InvalidApi.NotFound"},
        {"fail_next": 100, "fail_status": 404, "fail_code": "InvalidAccessKeyId.NotFound"},
        {"fail_next": 100, "fail_status": 404, "fail_code": "InvalidProduct.NotFound"},
        {"deny": True},
        {"reset_next": 100},
        {"body": "no-data"},
        {"body": "html"},
        {"body": "success-false"},
    ],
    ids=str,
)
def test_refresh_keeps_what_could_not_be_asked(faults, provider, emulator, logs):
    emulator.faults.update(faults)
    with pytest.raises(ProviderError) as raised:
        provider().read("Avatar-XXXX", props=MINA)
    text = str(raised.value)
    line = text.splitlines()[-1]
    assert line.startswith(("pulumi_ice_avatar.errors.", "Exception calling application: "))
    # Pulumi's SDK since 3.260 leaves no way round a traceback here, but it has none of the look-up's own frames.
    assert text.count('File "') <= 3
    assert "connection.py" not in text
    assert logs() == ""


def test_get_takes_only_inputs_and_raises_for_a_missing_avatar(provider, emulator):
    started = provider()
    assert started.read("Avatar-XXXX", inputs=INPUTS) == ("Avatar-XXXX", MINA, MINA)
    del emulator.avatars["Avatar-XXXX"]
    with pytest.raises(ProviderError, match="avatar 'Avatar-XXXX' not found"):
        started.read("Avatar-XXXX", inputs=INPUTS)


# --- thumbnails


@pytest.mark.parametrize(
    ("signed", "unsigned"),
    [
        (
            "https://b.example/t.png?Expires=1&OSSAccessKeyId=A&Signature=S%2B&security-token=T",
            "https://b.example/t.png",
        ),
        (
            "https://b.example/t.png?x-oss-process=image/resize,w_100&Expires=1&OSSAccessKeyId=A&Signature=S#part",
            "https://b.example/t.png?x-oss-process=image/resize,w_100#part",
        ),
        (
            "https://b.example/t.png?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=C&x-oss-date=D"
            "&x-oss-expires=60&x-oss-security-token=T&x-oss-signature=S&x-oss-additional-headers=h",
            "https://b.example/t.png",
        ),
        ("https://b.example/t.png?auth_key=1-2-3-4", "https://b.example/t.png"),
        ("https://b.example/t.png?v=2&empty=", "https://b.example/t.png?v=2&empty="),
        ("https://b.example/a%20b.png?x=%2F#part", "https://b.example/a%20b.png?x=%2F#part"),
        ("", ""),
        ("not a url at all?", "not a url at all?"),
        ("http://[", "http://["),
        ("http://[::1]]:x/?Signature=S", "http://[::1]]:x/"),
        ("https://b.example/t.png?%53ignature=S&a", "https://b.example/t.png?a"),
        ("https://b.example/t.png#Signature=S", "https://b.example/t.png#Signature=S"),
    ],
)
def test_signature_of_a_thumbnail_is_not_recorded(signed, unsigned, provider, emulator):
    put(emulator, Thumbnail=signed)
    checked, failures = provider().check(INPUTS)
    assert failures == []
    assert checked["thumbnail"] == unsigned


# --- odd avatars


def test_values_that_numbers_and_texts_may_have(provider, emulator):
    odd = {
        "Width": 2**31 - 1,
        "Height": 0,
        "AvatarName": "中 \U0001f600 \u0000\u2028",
        "AvatarDescription": "x" * 100_000,
    }
    put(emulator, **odd)
    checked, failures = provider().check(INPUTS)
    assert failures == []
    assert (checked["width"], checked["height"]) == (2**31 - 1, 0)
    assert checked["avatarName"] == odd["AvatarName"]
    assert checked["avatarDescription"] == odd["AvatarDescription"]
