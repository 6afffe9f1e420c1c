"""`pulumi_ice_avatar.testing`, as a user's own tests use it."""

from __future__ import annotations

import doctest
import os
import subprocess
import sys

import pulumi
import pytest

import pulumi_ice_avatar as ice
from pulumi_ice_avatar import testing
from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.testing import AvatarMocks, emulated

AVATARS = {
    "Avatar-XXXX": {"avatar_name": "Mina", "width": 720, "thumbnail": "https://b.example/t.png?Signature=s"},
    "Avatar-YYYY": {"avatar_name": "Theo", "avatar_type": "3DAvatar", "transparent": True},
}


def program():
    host = ice.Avatar("host", avatar_id="Avatar-XXXX")
    troupe = ice.Avatars("troupe", avatar_ids=["Avatar-YYYY", host.avatar_id])
    got = ice.Avatar.get("got", "Avatar-YYYY")
    return pulumi.Output.all(
        host=host.width,
        id=host.id,
        thumbnail=host.thumbnail,
        troupe=troupe.avatars.apply(lambda all_: {key: one.height for key, one in all_.items()}),
        got=got.transparent,
        function=ice.get_avatar("Avatar-XXXX").avatar_name,
        functions=[each.avatar_type for each in ice.get_avatars(["Avatar-XXXX", "Avatar-YYYY"]).values()],
        output=ice.get_avatar_output(got.avatar_id).avatar_name,
        named=ice.get_avatar_by_name("Theo").avatar_id,
        listed=[each.avatar_id for each in ice.list_avatars()],
        of_a_type=[each.avatar_id for each in ice.list_avatars("3DAvatar")],
        system=[each.avatar_name for each in ice.list_system_avatars()],
    )


EXPECTED = {
    "host": 720,
    "id": "Avatar-XXXX",
    "thumbnail": "https://b.example/t.png",
    "troupe": {"Avatar-YYYY": 1920, "Avatar-XXXX": 1920},
    "got": True,
    "function": "Mina",
    "functions": ["2DAvatar", "3DAvatar"],
    "output": "Theo",
    "named": "Avatar-YYYY",
    "listed": ["Avatar-XXXX", "Avatar-YYYY"],
    "of_a_type": ["Avatar-YYYY"],
    "system": ["Yunqiao"],
}


def test_a_whole_program(set_mocks):
    set_mocks(AvatarMocks(AVATARS, {"yunqiao": {"avatar_name": "Yunqiao"}}))
    seen = []
    pulumi.runtime.test(lambda: program().apply(seen.append))()
    assert seen == [EXPECTED]


def test_unknown_avatars_are_refused(set_mocks):
    set_mocks(AvatarMocks(AVATARS))
    for ask in (lambda: ice.get_avatar("Avatar-nobody"), lambda: ice.get_avatars(["Avatar-XXXX", "Avatar-nobody"])):
        with pytest.raises(ice.AvatarNotFoundError, match="Avatar-nobody"):
            ask()
    assert ice.get_avatar("Avatar-nobody", missing_ok=True) is None
    assert ice.get_avatars(["Avatar-nobody"], missing_ok=True) == {"Avatar-nobody": None}
    with pytest.raises(ice.AvatarNameError, match="none of the mocked avatars have the name 'Nobody'"):
        ice.get_avatar_by_name("Nobody")
    with pytest.raises(ice.AvatarNameError, match="none of the mocked"):
        ice.get_avatar_by_name("Theo", avatar_type="2DAvatar")
    for resource in (
        lambda: ice.Avatar("host", avatar_id="Avatar-nobody"),
        lambda: ice.Avatars("host", avatar_ids=["Avatar-XXXX", "Avatar-nobody"]),
    ):
        with pytest.raises(Exception, match="avatar 'Avatar-nobody' is not among the mocked: Avatar-XXXX, Avatar-YYYY"):
            pulumi.runtime.test(resource)()


@pytest.mark.parametrize(
    ("avatar", "message"),
    [
        ({"name": "Mina"}, "avatar 'A' has no 'name'; it has avatar_id, avatar_name"),
        ({"AvatarName": "Mina"}, "avatar 'A' has no 'AvatarName'; it has"),
        ({"width": "1080"}, "width of avatar 'A' is '1080', not of type int"),
        ({"width": True}, "width of avatar 'A' is True, not of type int"),
        ({"cover_url": "x"}, "avatar 'A' has no 'cover_url'"),
    ],
)
def test_mistakes_in_the_mocks(avatar, message):
    with pytest.raises(ice.InvalidInputError, match=message):
        AvatarMocks({"A": avatar})


def test_other_resources_and_functions(set_mocks):
    class Mine(AvatarMocks):
        def new_resource(self, args):
            if args.typ == "alicloud:oss/bucket:Bucket":
                return "bucket", {**args.inputs, "location": "oss-cn-shanghai"}
            return super().new_resource(args)

        def call(self, args):
            return {"region": "cn-shanghai"} if args.token.startswith("alicloud:") else super().call(args)

    class Bucket(pulumi.CustomResource):
        location: pulumi.Output[str]

        def __init__(self, name):
            super().__init__("alicloud:oss/bucket:Bucket", name, {"location": None})

    set_mocks(Mine(AVATARS))
    seen = []
    pulumi.runtime.test(
        lambda: pulumi.Output.all(Bucket("b").location, ice.Avatar("a", avatar_id="Avatar-XXXX").width).apply(
            seen.append
        )
    )()
    assert seen == [["oss-cn-shanghai", 720]]
    assert pulumi.runtime.invoke("alicloud:index:getRegion", {}).value == {"region": "cn-shanghai"}
    assert pulumi.runtime.invoke("other:index:getThing", {}).value == {}


def test_unknown_id_at_preview(set_mocks):
    set_mocks(AvatarMocks(AVATARS), preview=True)
    known = []

    async def check():
        unknown = pulumi.Output.from_input("x").apply(lambda _: pulumi.output.UNKNOWN)
        host = ice.Avatar("host", avatar_id=unknown)
        troupe = ice.Avatars("troupe", avatar_ids=[unknown])
        known.extend([await host.width.is_known(), await troupe.avatars.is_known()])

    pulumi.runtime.test(lambda: pulumi.Output.from_input(check()))()
    assert known == [False, False]


# --- a service on this machine


def test_emulated_service(monkeypatch):
    monkeypatch.setenv("ICE_AVATAR_ENDPOINT", "http://real.example")
    monkeypatch.setenv("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/real")
    monkeypatch.setenv("ICE_AVATAR_PROFILE", "real")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    before = dict(os.environ)
    with emulated() as service:
        assert ice.get_avatar("Avatar-XXXX").avatar_id == "Avatar-XXXX"
        service.faults.deny = True
        with pytest.raises(ice.PermissionDeniedError):
            ice.get_avatar("Avatar-XXXX")
        assert [request.code for request in service.requests] == ["OK", "NoPermission"]
        # A process that is started asks it too.
        service.faults.deny = False
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_ice_avatar", "get", "Avatar-XXXX"], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert dict(os.environ) == before


def test_credentials_that_the_sdk_has_read_are_those_of_each_service():
    from alibabacloud_credentials.client import Client

    def key_of_the_chain():
        return Client().get_credential().access_key_id

    first, second = ({"accessKeys": [{"accessKeyId": name, "accessKeySecret": "s"}]} for name in ("first", "second"))
    with emulated(first):
        assert key_of_the_chain() == "first"
        with emulated(second):
            assert key_of_the_chain() == "second"
        assert key_of_the_chain() == "first"


def test_clients_of_one_service_are_not_those_of_another(monkeypatch):
    """Equal settings share a client, with its temporary credentials: as equal as where a port is used again."""
    with Emulator() as asked:

        def key_that_asks():
            monkeypatch.setenv("ICE_AVATAR_ENDPOINT", asked.endpoint)
            monkeypatch.setenv("ICE_AVATAR_CREDENTIALS_URI", asked.credentials_uri("studio"))
            with pytest.raises(ice.PermissionDeniedError):
                ice.get_avatar("Avatar-XXXX")
            return asked.requests[-1].access_key_id

        with emulated():
            first = key_that_asks()
            assert key_that_asks() == first
            with emulated():
                assert key_that_asks() != first
            assert key_that_asks() == first


def test_mocks_of_other_tests_do_not_count(set_mocks):
    set_mocks(AvatarMocks(AVATARS))
    with emulated() as service:
        assert ice.get_avatar("Avatar-XXXX").avatar_name == "Anna"
        assert len(service.requests) == 1
    assert ice.get_avatar("Avatar-XXXX").avatar_name == "Mina"


def test_emulated_service_of_a_seed(tmp_path):
    seed = {
        "accessKeys": [{"accessKeyId": "temporary", "accessKeySecret": "s", "securityToken": "t"}],
        "avatars": [{"AvatarId": "A", "Transparent": False, "Width": 1, "Height": 2}],
    }
    with emulated(seed):
        assert ice.get_avatar("A").height == 2
    with pytest.raises(ice.ConfigurationError), emulated({"accessKeys": []}):
        pass


def test_examples_of_the_documentation(set_mocks):
    """Each in turn: the one with mocks last, because it leaves them set."""
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for documented in (emulated, AvatarMocks):
        (test,) = (each for each in finder.find(documented, globs={}) if each.examples)
        assert runner.run(test, clear_globs=False) == (0, len(test.examples))
    assert testing.__all__ == ["AvatarMocks", "emulated"]
