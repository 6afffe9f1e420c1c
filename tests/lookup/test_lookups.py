"""What the functions give when all is well, asked of the emulator through the real SDK."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest

import pulumi_ice_avatar as ice
from pulumi_ice_avatar import models, results
from tests.support.world import KEY, PROXIED, SEED, put

MINA = {
    "avatar_id": "Avatar-XXXX",
    "avatar_name": "Mina",
    "avatar_description": "Presents the evening news",
    "avatar_type": "2DAvatar",
    "thumbnail": "https://your-bucket.oss-cn-hangzhou.aliyuncs.com/thumbnail.png",
    "portrait": "0123571c704445f9a0ee011406c20123",
    "transparent": True,
    "width": 1080,
    "height": 1920,
}

IDS = ["Avatar-XXXX", "a b", "中文+~*/%&=?", "", "Avatar.", "'\"", "x" * 200, "width", "avatarId", "__proto__"]


def fill(emulator, count):
    for number in range(count):
        put(emulator, f"Avatar-{number:04}")


def test_get_avatar(emulator, asking):
    avatar = ice.get_avatar("Avatar-XXXX")
    assert vars(avatar) == MINA
    assert isinstance(avatar, ice.GetAvatarResult)
    assert repr(avatar).startswith("AwaitableGetAvatarResult(avatar_id='Avatar-XXXX', avatar_name='Mina', ")
    (request,) = emulator.requests
    assert (request.action, request.parameters) == ("GetAvatar", {"AvatarId": "Avatar-XXXX"})
    assert "pulumi-ice-avatar" in request.user_agent


@pytest.mark.parametrize("avatar_id", [each for each in IDS if each])
def test_any_id_travels_unchanged(avatar_id, emulator, asking):
    put(emulator, avatar_id)
    assert ice.get_avatar(avatar_id).avatar_id == avatar_id
    assert ice.get_avatars([avatar_id])[avatar_id].avatar_id == avatar_id


def test_awaitable(asking):
    async def look_up():
        return (
            await ice.get_avatar("Avatar-XXXX"),
            await ice.get_avatars(["Avatar-XXXX"]),
            await ice.list_avatars(),
            await ice.list_system_avatars(),
        )

    one, many, listed, system = asyncio.run(look_up())
    assert one == ice.GetAvatarResult(**MINA)
    assert type(one) is ice.GetAvatarResult
    assert many == {"Avatar-XXXX": one}
    assert [each.avatar_id for each in listed] == ["Avatar-XXXX", "Avatar-YYYY"]
    assert [each.avatar_id for each in system] == ["yunqiao"]


def test_get_avatars_keeps_the_order_and_asks_once(emulator, asking):
    fill(emulator, 30)
    ids = [f"Avatar-{number:04}" for number in reversed(range(30))]
    found = ice.get_avatars([*ids, ids[3], ids[3]])
    assert list(found) == ids
    assert all(avatar_id == avatar.avatar_id for avatar_id, avatar in found.items())
    assert len(emulator.requests) == 30
    assert ice.get_avatars([]) == {}
    assert list(ice.get_avatars(iter(ids[:2]))) == ids[:2]
    assert set(ice.get_avatars(set(ids[:2]))) == set(ids[:2])


def test_list_avatars_pages_by_itself(emulator, asking):
    fill(emulator, 248)
    listed = ice.list_avatars()
    assert [each.avatar_id for each in listed] == list(emulator.avatars)
    assert vars(listed[0]) == {name: value for name, value in MINA.items() if name not in ("width", "height")}
    assert [request.parameters["PageNo"] for request in emulator.requests] == ["1", "2", "3"]


def test_list_avatars_of_a_type(emulator, asking):
    put(emulator, "Avatar-3D", AvatarType="3DAvatar")
    assert [each.avatar_id for each in ice.list_avatars("3DAvatar")] == ["Avatar-3D"]
    assert ice.list_avatars("4DAvatar") == []


def test_list_that_grows_and_shrinks_while_it_is_read_ends(server, asking):
    # A service whose count does not fit its pages must not be asked for ever.
    asking({"ICE_AVATAR_ENDPOINT": server.endpoint})
    item = {"AvatarId": "A", "AvatarName": "", "AvatarType": "2DAvatar", "Transparent": False}
    pages = [[item] * 100, [item] * 7, []]
    server.answer = lambda _: (
        200,
        {},
        json.dumps({"Data": {"AvatarList": pages[len(server.requests) - 1], "TotalCount": 1000}}).encode(),
    )
    assert len(ice.list_avatars()) == 107
    assert len(server.requests) == 3


def test_system_avatars(asking):
    (avatar,) = ice.list_system_avatars()
    wire = SEED["systemAvatars"][0]
    assert vars(avatar) == {
        "avatar_id": "yunqiao",
        "avatar_name": "Yunqiao",
        "cover_url": wire["CoverUrl"],
        "video_url": wire["VideoUrl"],
        "width": 1080,
        "height": 1920,
    }


def test_by_name(emulator, asking):
    assert vars(ice.get_avatar_by_name("Mina")) == MINA
    put(emulator, "Avatar-Mira", AvatarName="Mira")
    with pytest.raises(ice.AvatarNameError, match=r"no avatar is named 'mina' at .*; near names: '(Mina|Mira)'"):
        ice.get_avatar_by_name("mina")
    with pytest.raises(ice.AvatarNameError, match=r"no avatar is named 'zzzz' at .*; none of the 3 there is near"):
        ice.get_avatar_by_name("zzzz")
    put(emulator, "Avatar-Mina2", AvatarType="3DAvatar")
    with pytest.raises(
        ice.AvatarNameError, match="2 avatars are named 'Mina': Avatar-XXXX, Avatar-Mina2; use the id of one"
    ):
        ice.get_avatar_by_name("Mina")
    assert ice.get_avatar_by_name("Mina", avatar_type="2DAvatar").avatar_id == "Avatar-XXXX"


@pytest.mark.parametrize("name", [5, None, b"Mina"], ids=repr)
def test_name_that_is_no_string(name, asking):
    with pytest.raises(ice.InvalidInputError, match=r"avatar name .* is of type \w+, not a string"):
        ice.get_avatar_by_name(name)


def test_region_argument_chooses_the_documented_endpoint(asking):
    asking({**PROXIED, "ICE_AVATAR_REGION": "cn-beijing"})
    for region, host in ((None, "ice.cn-beijing"), ("us-west-1", "ice.us-west-1"), ("", "ice.cn-beijing")):
        with pytest.raises(ice.ServiceUnavailableError, match=f"cannot reach https://{host}.aliyuncs.com through"):
            ice.get_avatar("Avatar-XXXX", region=region)


# --- the one table of fields


def test_table_of_fields_agrees_with_the_results():
    for record, result in (
        (models.AvatarSummary, results.AvatarSummaryResult),
        (models.AvatarRecord, results.GetAvatarResult),
        (models.SystemAvatar, results.SystemAvatarResult),
    ):
        table = {field.attribute: field for field in models.FIELDS}
        attributes = [each.name for each in dataclasses.fields(record)]
        types = {each.name: each.type for each in dataclasses.fields(record)}
        assert [name for name in result.__annotations__ if not name.startswith("_")] == attributes
        for name in attributes:
            assert types[name] == table[name].type.__name__
            assert result.__annotations__[name] == table[name].type.__name__
            getter = vars(result)[name].fget
            assert getter._pulumi_name == table[name].output


def test_table_of_fields_agrees_with_the_resource():
    outputs = {
        name: kind
        for name, kind in ice.Avatar.__annotations__.items()
        if name in models.AvatarRecord.__dataclass_fields__
    }
    assert outputs == {each.name: f"pulumi.Output[{each.type}]" for each in dataclasses.fields(models.AvatarRecord)}
    assert set(ice.Avatar.__annotations__) - set(outputs) == {"region"}


def test_table_of_fields_agrees_with_the_generated_sdk():
    from alibabacloud_ice20201109 import models as generated

    for record, body in (
        (models.AvatarRecord, generated.GetAvatarResponseBodyDataAvatar),
        (models.AvatarSummary, generated.ListAvatarsResponseBodyDataAvatarList),
        (models.SystemAvatar, generated.ListSmartSysAvatarModelsResponseBodySmartSysAvatarModelList),
    ):
        table = {field.attribute: field for field in models.FIELDS}
        ours = {each.name for each in dataclasses.fields(record)}
        samples = {str: "x", bool: True, int: 7}
        wire = {table[name].wire: samples[table[name].type] for name in ours}
        parsed = body().from_map(wire)
        assert {name: getattr(parsed, name) for name in ours} == {name: samples[table[name].type] for name in ours}
        theirs = set(body().__dict__)
        # The list of system avatars has two more, about the video; everything else the SDK knows is in the table.
        assert theirs - ours == ({"bitrate", "output_mask"} if record is models.SystemAvatar else set())


def test_call_is_the_one_that_the_generated_client_sends(emulator, asking):
    from alibabacloud_ice20201109 import models as generated
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_tea_openapi.utils_models import Config

    theirs = Client(
        Config(
            access_key_id=KEY["ICE_AVATAR_ACCESS_KEY"],
            access_key_secret=KEY["ICE_AVATAR_SECRET_KEY"],
            endpoint=emulator.endpoint.removeprefix("http://"),
            protocol="http",
        )
    )
    for ours, request in (
        (lambda: ice.get_avatar("Avatar-XXXX"), lambda: theirs.get_avatar(generated.GetAvatarRequest("Avatar-XXXX"))),
        (
            lambda: ice.list_avatars("2DAvatar"),
            lambda: theirs.list_avatars(generated.ListAvatarsRequest("2DAvatar", page_no=1, page_size=100)),
        ),
        (
            ice.list_system_avatars,
            lambda: theirs.list_smart_sys_avatar_models(
                generated.ListSmartSysAvatarModelsRequest(page_no=1, page_size=100)
            ),
        ),
    ):
        emulator.clear_requests()
        ours()
        request()
        mine, generated_one = emulator.requests
        assert mine.code == generated_one.code == "OK"
        assert (mine.action, mine.parameters) == (generated_one.action, generated_one.parameters)


def test_params_are_those_of_the_generated_client(monkeypatch):
    """The emulator does not see all of them; the generic call gets them from this package, not from the client."""
    from alibabacloud_ice20201109 import models as generated
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_tea_openapi.client import Client as Generic
    from alibabacloud_tea_openapi.utils_models import Config
    from darabonba.runtime import RuntimeOptions

    from pulumi_ice_avatar import ice_api

    seen = []

    def note(self, params, request, runtime):
        seen.append((params.to_map(), request.query))
        return {"body": {"RequestId": "x"}, "headers": {}, "statusCode": 200}

    monkeypatch.setattr(Generic, "call_api", note)
    config = Config(access_key_id="a", access_key_secret="b", endpoint="localhost")
    Client(config).get_avatar_with_options(generated.GetAvatarRequest("Avatar-XXXX"), RuntimeOptions())
    ice_api._send(Generic(config), RuntimeOptions(), "GetAvatar", {"AvatarId": "Avatar-XXXX"})
    (theirs, their_query), (ours, our_query) = seen
    assert our_query == their_query
    # The body is read as it is, because what is not as documented has to be shown; all else is alike.
    assert ours.pop("bodyType") == "byte"
    assert theirs.pop("bodyType") == "json"
    assert ours == theirs
