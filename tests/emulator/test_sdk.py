"""The real SDKs against the emulator."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions
from hypothesis import HealthCheck, given, settings, strategies as st

from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.emulator import Emulator
from tests.emulator.conftest import SEED, sdk


@pytest.fixture(scope="module")
def shared() -> Any:
    with Emulator(SEED) as running:
        yield running


def test_get_avatar(shared: Emulator) -> None:
    response = sdk(shared).get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX"))

    assert response.status_code == 200
    assert response.body.success is True
    assert response.body.request_id
    assert response.body.data.avatar.to_map() == SEED["avatars"][0]


def test_get_avatar_async(shared: Emulator) -> None:
    async def both() -> list[Any]:
        client = sdk(shared)
        request = models.GetAvatarRequest(avatar_id="Avatar-XXXX")
        return await asyncio.gather(client.get_avatar_async(request), client.get_avatar_async(request))

    first, second = asyncio.run(both())

    assert first.body.data.to_map() == second.body.data.to_map() == {"Avatar": SEED["avatars"][0]}
    assert first.body.request_id != second.body.request_id


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("place", ["query", "body"])
def test_generic_call(shared: Emulator, method: str, place: str) -> None:
    params = Params(
        action="GetAvatar",
        version="2020-11-09",
        protocol="HTTP",
        method=method,
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="formData",
        body_type="json",
    )
    request = OpenApiRequest(**{place: {"AvatarId": "Avatar-XXXX"}})

    answer = sdk(shared).call_api(params, request, RuntimeOptions())

    assert answer["statusCode"] == 200
    assert answer["body"]["Data"] == {"Avatar": SEED["avatars"][0]}


def test_an_endpoint_may_be_a_url(shared: Emulator) -> None:
    client = sdk(shared, endpoint=shared.endpoint)

    assert client.get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX")).body.success is True


def test_a_temporary_key(shared: Emulator) -> None:
    client = sdk(
        shared, access_key_id="session-key-id", access_key_secret="session-key-secret", security_token="session-token"
    )

    assert client.get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX")).body.success is True


def test_list_avatars_in_pages(shared: Emulator) -> None:
    client = sdk(shared)

    first = client.list_avatars(models.ListAvatarsRequest()).body
    third = client.list_avatars(models.ListAvatarsRequest(page_no=3, page_size=10)).body
    beyond = client.list_avatars(models.ListAvatarsRequest(page_no=4, page_size=10)).body
    everything = client.list_avatars(models.ListAvatarsRequest(page_size=100)).body

    assert [len(page.data.avatar_list) for page in (first, third, beyond, everything)] == [10, 5, 0, 25]
    assert {page.data.total_count for page in (first, third, beyond, everything)} == {25}
    assert [each.avatar_id for each in everything.data.avatar_list] == [each["AvatarId"] for each in SEED["avatars"]]
    without_size = {name: value for name, value in SEED["avatars"][0].items() if name not in ("Width", "Height")}
    assert everything.to_map()["Data"]["AvatarList"][0] == without_size


def test_list_avatars_of_a_type(shared: Emulator) -> None:
    client = sdk(shared)

    page = client.list_avatars(models.ListAvatarsRequest(avatar_type="2DAvatar", page_size=100)).body

    assert [each.avatar_id for each in page.data.avatar_list] == ["Avatar-XXXX"]
    assert page.data.total_count == 1


def test_list_system_avatars(shared: Emulator) -> None:
    body = sdk(shared).list_smart_sys_avatar_models(models.ListSmartSysAvatarModelsRequest()).body

    assert [each.to_map() for each in body.smart_sys_avatar_model_list] == SEED["systemAvatars"]
    assert body.total_count == 1


@pytest.mark.parametrize(("page_no", "page_size"), [(0, 10), (-1, 10), (1, 0), (1, 101)])
def test_page_out_of_bounds(shared: Emulator, page_no: int, page_size: int) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk(shared).list_avatars(models.ListAvatarsRequest(page_no=page_no, page_size=page_size))

    assert (caught.value.status_code, caught.value.code) == (400, "InvalidParameter")
    assert ("PageNo" if page_no < 1 else "PageSize") in caught.value.message


@pytest.mark.parametrize("avatar_id", ["Avatar-Nobody", "avatar-xxxx", "yunqiao"])
def test_no_such_avatar(shared: Emulator, avatar_id: str) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk(shared).get_avatar(models.GetAvatarRequest(avatar_id=avatar_id))

    assert (caught.value.status_code, caught.value.code) == (404, "AvatarNotFound")
    assert "(code chosen by the emulator: the service documents none)" in caught.value.message
    assert caught.value.request_id == caught.value.data["RequestId"]
    assert caught.value.data["Recommend"].startswith(shared.endpoint)
    assert caught.value.data["HostId"] == shared.endpoint.removeprefix("http://")


@pytest.mark.parametrize("avatar_id", [None, ""])
def test_avatar_id_is_mandatory(shared: Emulator, avatar_id: str | None) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk(shared).get_avatar(models.GetAvatarRequest(avatar_id=avatar_id))

    assert (caught.value.status_code, caught.value.code) == (400, "MissingParameter")
    assert "AvatarId" in caught.value.message


def test_an_operation_the_emulator_does_not_have(shared: Emulator) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk(shared).list_avatar_training_jobs(models.ListAvatarTrainingJobsRequest())

    assert (caught.value.status_code, caught.value.code) == (404, "InvalidApi.NotFound")
    assert "GetAvatar" in caught.value.message


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"access_key_id": "nobody"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"access_key_id": "retired-key-id"}, 400, "InvalidAccessKeyId.Inactive"),
        ({"access_key_secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"access_key_id": "session-key-id"}, 400, "MissingSecurityToken"),
        ({"security_token": "invented"}, 400, "InvalidSecurityToken.Malformed"),
        ({"security_token": "session-token"}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
        ({"access_key_id": "stale-key-id", "security_token": "stale-token"}, 400, "InvalidSecurityToken.Expired"),
        (
            {"access_key_id": "session-key-id", "security_token": "stale-token"},
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
    ],
)
def test_credentials_that_are_not_accepted(shared: Emulator, changes: dict[str, str], status: int, code: str) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        sdk(shared, **changes).get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX"))

    assert (caught.value.status_code, caught.value.code) == (status, code)


# The SDK writes the id into a URL, so half a surrogate pair cannot be sent.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_id_verifies_and_arrives(shared: Emulator, avatar_id: str) -> None:
    shared.avatars[avatar_id] = {"AvatarName": avatar_id}

    avatar = sdk(shared).get_avatar(models.GetAvatarRequest(avatar_id=avatar_id)).body.data.avatar

    del shared.avatars[avatar_id]
    assert (avatar.avatar_id, avatar.avatar_name) == (avatar_id, avatar_id)


@pytest.mark.parametrize("user_agent", ["studio/1.0 (a; b)", "Zoë", "  two  blanks  "])
def test_any_user_agent_verifies(shared: Emulator, user_agent: str) -> None:
    request = models.GetAvatarRequest(avatar_id="Avatar-XXXX")

    assert sdk(shared, user_agent=user_agent).get_avatar(request).body.success is True
    assert shared.requests[-1].user_agent.endswith(user_agent.strip())


@pytest.mark.timeout(60)
def test_latency_is_waited_side_by_side(emulator: Emulator) -> None:
    emulator.faults.latency_ms = 2_000  # one after another would take 128 s, which no test is given
    client = sdk(emulator, max_idle_conns=32)

    def look_up(_: int) -> bool:
        return client.get_avatar(models.GetAvatarRequest(avatar_id="Avatar-XXXX")).body.success

    with ThreadPoolExecutor(32) as pool:
        good = list(pool.map(look_up, range(64)))

    assert all(good)
    assert [record.code for record in emulator.requests] == ["OK"] * 64


def test_the_schema_has_the_fields_of_the_sdks_models() -> None:
    definitions = json.loads((policies() / "schema" / "emulator-seed.schema.json").read_text("utf-8"))["$defs"]
    detail = models.GetAvatarResponseBodyDataAvatar()
    system = models.ListSmartSysAvatarModelsResponseBodySmartSysAvatarModelList()
    for model, name in ((detail, "avatar"), (system, "systemAvatar")):
        for attribute in vars(model):
            setattr(model, attribute, "x")
        assert set(definitions[name]["properties"]) == set(model.to_map())
