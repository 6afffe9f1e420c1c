"""Answers that are not what the service documents: an error that shows what came, never a record with holes."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pulumi_ice_avatar import models
from pulumi_ice_avatar.errors import AvatarNotFoundError, IceAvatarError, ServiceError, UnexpectedAnswerError

GOOD = {
    "AvatarId": "A",
    "AvatarName": "Mina",
    "AvatarDescription": "",
    "AvatarType": "2DAvatar",
    "Thumbnail": "https://example.com/a.png",
    "Portrait": "p",
    "Transparent": True,
    "Width": 1080,
    "Height": 1920,
}


def answer(avatar):
    return {"RequestId": "R-1", "Success": True, "Data": {"Avatar": avatar}}


@pytest.fixture
def asked(server, client):
    return client(endpoint=server.endpoint, retries=0)


def refused(asked):
    with pytest.raises(ServiceError) as raised:
        asked.get("A")
    line = str(raised.value)
    assert "\n" not in line
    assert line.isprintable()
    assert len(line) < 1000
    return raised.value


VALUES = ["text", "", True, 7, -1, 1.5, 2**31, 10**30, None, [], {}]
WIRE = {field.wire: field for field in models.FIELDS}


@pytest.mark.parametrize("name", [name for name in GOOD if name != "AvatarId"])
def test_types(name, server, asked):
    field = WIRE[name]
    for value in VALUES:
        server.says(answer({**GOOD, name: value}))
        if value is None and field.type is str:
            assert getattr(asked.get("A"), field.attribute) == ""
        elif type(value) is field.type and (field.type is not int or value < 2**31):
            assert getattr(asked.get("A"), field.attribute) == value
        else:
            error = refused(asked)
            assert f"{name} is {value!r}, not " in str(error)
            assert error.request_id == "R-1"


@pytest.mark.parametrize("name", GOOD)
def test_absence(name, server, asked):
    server.says(answer({key: each for key, each in GOOD.items() if key != name}))
    field = WIRE[name]
    if field.type is str and name != "AvatarId":
        assert getattr(asked.get("A"), field.attribute) == ""  # as the service's own sample shows empty texts
    else:
        assert f"{name} is missing, not " in str(refused(asked))


@pytest.mark.parametrize("value", [*VALUES, "a", "A ", "B"], ids=repr)
def test_id_of_another_or_of_nobody(value, server, asked):
    server.says(answer({**GOOD, "AvatarId": value}))
    assert isinstance(refused(asked), UnexpectedAnswerError)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"text"',
        b"[]",
        b"{",
        b"NaN",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf{}",
        b"{}" + b" " * 100_000 + b"x",
        b"[" * 100_000,
        b'{"Data":' * 50_000,
        b"1" * 10_000,
        b"\x1b[31mred\x1b[0m\r\n\x00",
        json.dumps({"Success": None}).encode(),
        json.dumps({"Success": "true"}).encode(),
        json.dumps({"Success": False, "Code": "Odd", "RequestId": "R"}).encode(),
        json.dumps({"Data": None}).encode(),
        json.dumps({"Data": []}).encode(),
        json.dumps({"Data": {"Avatar": None}}).encode(),
        json.dumps({"Data": {"Avatar": "A"}}).encode(),
        json.dumps({"Data": {"Avatar": [GOOD]}}).encode(),
        json.dumps(answer({**GOOD, "AvatarId": "B"})).encode(),
        json.dumps(answer({**GOOD, "AvatarId": "a"})).encode(),
        json.dumps(answer({**GOOD, "AvatarName": "\ud800"})).encode(),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_bodies(body, server, asked):
    server.answer = lambda _: (200, {}, body)
    error = refused(asked)
    assert isinstance(error, UnexpectedAnswerError)
    assert "gave an answer it does not document" in str(error)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Data", "Avatar", "Success", "RequestId", "Code", *GOOD]) | st.text(),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_record_or_one_line(body, server, asked):
    server.says(body)
    refused(asked)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {}),
        (404, {"error": "not found"}),
        (404, {"message": "no route", "RequestId": "R"}),
        (404, {"Code": None}),
        (404, []),
        (404, "Not Found"),
        (410, {"detail": "gone"}),
    ],
    ids=repr,
)
def test_404_of_another_server_is_not_a_missing_avatar(status, body, server, asked):
    """On refresh a missing avatar leaves the state; only the gateway itself may say so."""
    server.says(body, status)
    assert not isinstance(refused(asked), AvatarNotFoundError)


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "AvatarNotFound"), (404, "Anything"), (400, "InvalidAvatar.NotExist"), (403, "Resource.NotFound")],
)
def test_missing_avatar_is_known_by_code_or_status(status, code, server, asked):
    server.says({"Code": code, "RequestId": "R", "Message": "no"}, status)
    error = refused(asked)
    assert isinstance(error, AvatarNotFoundError)
    assert (error.code, error.request_id, error.status) == (code, "R", status)


def test_lower_case_keys_of_some_gateways(server, asked):
    server.says({"code": "AvatarNotFound", "requestId": "R", "message": "nobody here"}, 404)
    error = refused(asked)
    assert "nobody here (code AvatarNotFound, request id R)" in str(error)


def test_message_of_the_service_cannot_steer_a_terminal(server, asked):
    server.says({"Code": "AvatarNotFound", "RequestId": "R", "Message": "\x1b]0;owned\x07\x1b[2J\n\u2028\x00bad"}, 404)
    assert "bad (code" in str(refused(asked))


def test_message_without_end_is_cut(server, asked):
    server.says({"Code": "OperationDenied", "RequestId": "R", "Message": "no " * 100_000}, 403)
    refused(asked)


def test_redirect_is_not_an_avatar(server, asked):
    server.answer = lambda path: (302, {"Location": "/elsewhere"}, b"") if "AvatarId" in path else (200, {}, b"<html>")
    assert "not JSON" in str(refused(asked))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Data": {}},
        {"Data": {"AvatarList": {}, "TotalCount": 1}},
        {"Data": {"AvatarList": [], "TotalCount": "1"}},
        {"Data": {"AvatarList": [], "TotalCount": None}},
        {"Data": {"AvatarList": [5], "TotalCount": 1}},
        {"Data": {"AvatarList": [{"AvatarId": 5}], "TotalCount": 1}},
        {"Data": {"AvatarList": [{**GOOD, "Transparent": "true"}], "TotalCount": 1}},
        {"Data": "text"},
        {"Success": False},
    ],
    ids=repr,
)
def test_lists(body, server, asked):
    server.says(body)
    with pytest.raises(UnexpectedAnswerError, match=r"ListAvatars at .* gave an answer it does not document") as raised:
        asked.list_avatars()
    assert "\n" not in str(raised.value)
    with pytest.raises(IceAvatarError):
        asked.find("Mina")
