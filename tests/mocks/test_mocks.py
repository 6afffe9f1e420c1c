"""Programs under `pulumi.runtime.set_mocks`: every form goes through the mocks, and nothing over the network."""

from __future__ import annotations

import pulumi
import pytest

import pulumi_ice_avatar as ice
from tests.support.world import CLOSED

FACTS = {
    "avatarId": "Avatar-XXXX",
    "avatarName": "Mina",
    "avatarDescription": "",
    "avatarType": "2DAvatar",
    "thumbnail": "https://b.example/t.png",
    "portrait": "p",
    "transparent": True,
    "width": 1080,
    "height": 1920,
}


class Recorder(pulumi.runtime.Mocks):
    """Mocks as users write them by hand."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.calls = []
        self.resources = []

    def call(self, args):
        self.calls.append((args.token, dict(args.args)))
        return self.answers.get(args.token.rpartition(":")[2], FACTS)

    def new_resource(self, args):
        self.resources.append((args.typ, args.name, args.resource_id or None))
        return f"{args.name}-id", {**args.inputs, **FACTS}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    monkeypatch.setenv("ICE_AVATAR_ENDPOINT", f"http://{CLOSED}")


def test_functions_go_through_call(set_mocks):
    mocks = Recorder(
        {
            "getAvatars": {"avatars": {"Avatar-XXXX": FACTS, "Avatar-nobody": None}},
            "listAvatars": {"avatars": [FACTS]},
            "listSystemAvatars": {"avatars": [{"avatarId": "yunqiao"}]},
        }
    )
    set_mocks(mocks)
    avatar = ice.get_avatar("Avatar-XXXX", region="cn-shanghai")
    assert (avatar.avatar_name, avatar.transparent, repr(avatar.width)) == ("Mina", True, "1080")
    many = ice.get_avatars(["Avatar-XXXX", "Avatar-nobody"], missing_ok=True)
    assert (many["Avatar-XXXX"].height, many["Avatar-nobody"]) == (1920, None)
    assert ice.get_avatar_by_name("Mina").avatar_id == "Avatar-XXXX"
    assert [each.avatar_name for each in ice.list_avatars("2DAvatar")] == ["Mina"]
    (system,) = ice.list_system_avatars()
    assert (system.avatar_id, system.cover_url, system.width) == ("yunqiao", None, None)  # a mock need not give all
    assert mocks.calls == [
        ("ice-avatar:index:getAvatar", {"avatarId": "Avatar-XXXX", "region": "cn-shanghai"}),
        ("ice-avatar:index:getAvatars", {"avatarIds": ["Avatar-XXXX", "Avatar-nobody"]}),
        ("ice-avatar:index:getAvatarByName", {"avatarName": "Mina"}),
        ("ice-avatar:index:listAvatars", {"avatarType": "2DAvatar"}),
        ("ice-avatar:index:listSystemAvatars", {}),
    ]


def test_resources_and_output_forms(set_mocks):
    mocks = Recorder()
    set_mocks(mocks)
    seen = []

    @pulumi.runtime.test
    def program():
        host = ice.Avatar("host", avatar_id="Avatar-XXXX")
        troupe = ice.Avatars("troupe", avatar_ids=["Avatar-XXXX", host.avatar_id])
        got = ice.Avatar.get("got", "Avatar-XXXX")
        looked_up = ice.get_avatar_output(host.avatar_id)
        return pulumi.Output.all(host.width, host.id, troupe.avatar_ids, got.avatar_name, looked_up.height).apply(
            seen.append
        )

    program()
    assert seen == [[1080, "host-id", ["Avatar-XXXX", "Avatar-XXXX"], "Mina", 1920]]
    assert set(mocks.resources) == {
        ("pulumi-python:dynamic/ice:Avatar", "host", None),
        ("pulumi-python:dynamic/ice:Avatars", "troupe", None),
        ("pulumi-python:dynamic/ice:Avatar", "got", "Avatar-XXXX"),
    }
    # The output form asked for the id of the resource, and `get` for the one given.
    assert sorted(arguments["avatarId"] for _, arguments in mocks.calls) == ["Avatar-XXXX"] * 2


def test_secret_and_unknown_ids(set_mocks):
    set_mocks(Recorder(), preview=True)
    checks = []

    async def check():
        secret = ice.get_avatar_output(pulumi.Output.secret("Avatar-XXXX"))
        plain = ice.get_avatar_output("Avatar-XXXX")
        unknown = ice.get_avatar_output(pulumi.Output.from_input("x").apply(lambda _: pulumi.output.UNKNOWN))
        checks.append((await secret.is_secret(), await plain.is_secret(), await unknown.is_known()))

    pulumi.runtime.test(lambda: pulumi.Output.from_input(check()))()
    assert checks == [(True, False, False)]


def test_errors_of_mocks_are_those_of_the_functions(set_mocks):
    class Missing(Recorder):
        def call(self, args):
            raise ice.AvatarNotFoundError("nobody of that id")

    set_mocks(Missing())
    with pytest.raises(pulumi.RunError, match="nobody of that id"):
        ice.get_avatar("Avatar-XXXX")
    assert ice.get_avatar("Avatar-XXXX", missing_ok=True) is None
    with pytest.raises(ice.AvatarNotFoundError, match="nobody of that id"):
        pulumi.runtime.test(lambda: ice.get_avatar_output("Avatar-XXXX"))()


def test_mocks_that_only_echo_do_no_harm(set_mocks):
    """As most people's do, for every resource there is."""

    class Echo(pulumi.runtime.Mocks):
        def call(self, args):
            return {}

        def new_resource(self, args):
            return f"{args.name}-id", args.inputs

    set_mocks(Echo())
    seen = []

    @pulumi.runtime.test
    def program():
        host, troupe = ice.Avatar("host", avatar_id="A"), ice.Avatars("troupe", avatar_ids=["A"])
        return pulumi.Output.all(host.avatar_id, host.id, troupe.avatars).apply(seen.append)

    program()
    assert seen == [["A", "host-id", {}]]
    assert vars(ice.get_avatar("A")) == dict.fromkeys(ice.GetAvatarResult.__annotations__)
