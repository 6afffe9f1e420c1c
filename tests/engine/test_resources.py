"""`Avatar` and `Avatars` in real programs."""

from __future__ import annotations

import json

from tests.conftest import lines_with
from tests.engine.conftest import DATA
from tests.support.world import put

HEAD = """
import pulumi
import pulumi_ice_avatar as ice
config = pulumi.Config()
"""


def test_failures_are_one_line(project, rewrite):
    stack = project(HEAD + "ice.Avatar('host', avatar_id='Avatar-nobody')\n")
    said = stack.run("up", "--yes", "--skip-preview", succeeds=False)
    assert "Traceback" not in said
    (error,) = lines_with(said, r"^\s*error: ")
    assert "dynamic/ice:Avatar resource 'host' has a problem: avatar 'Avatar-nobody' not found at" in error

    # All problems of many avatars at once, and their ids not repeated for each of them.
    ids = ["Avatar-none", *(f"Avatar-{number}" for number in range(50)), ""]
    rewrite(stack, f"{HEAD}ice.Avatars('troupe', avatar_ids={ids!r})\n")
    said = stack.run("up", "--yes", "--skip-preview", succeeds=False)
    assert "Traceback" not in said
    (error,) = lines_with(said, r"^\s*error: ")
    assert "52 of 52 look-ups failed: avatar 'Avatar-none' not found" in error
    assert error.endswith("; and 32 more")
    assert stack.resources() == {}


PLAIN = """
host = ice.Avatar("host", avatar_id=config.require("id"))
troupe = ice.Avatars("troupe", avatar_ids=["Avatar-YYYY", config.require("id")])
pulumi.export("sizes", troupe.avatars.apply(lambda all_: {each: (one.width, one.height) for each, one in all_.items()}))
pulumi.export("thumbnail", host.thumbnail)
"""


def test_changes(project, emulator):
    def sign(number):
        signature = f"?Expires={number}&OSSAccessKeyId=key&Signature=s{number}"
        put(emulator, Thumbnail=f"https://b.example/t.png{signature}")

    sign(1)
    stack = project(HEAD + PLAIN, config={"id": "Avatar-XXXX", "ice-avatar:region": "cn-shanghai"})
    stack.run("up", "--yes", "--skip-preview")
    assert stack.outputs() == {
        "sizes": {"Avatar-YYYY": [1920, 1080], "Avatar-XXXX": [1080, 1920]},
        "thumbnail": "https://b.example/t.png",
    }
    before = stack.resources()
    assert before["host"]["id"] == "Avatar-XXXX"
    assert before["host"]["inputs"] == before["host"]["outputs"]
    # Facts, the region they hold for, and the provider's path: nothing else.
    assert len(before["host"]["outputs"]) == 9 + 1 + 1
    assert set(before["troupe"]["outputs"]) == {"__provider", "avatarIds", "avatars", "region"}

    sign(2)  # a signature differs at every look-up, and is none of the facts
    assert "3 unchanged" in stack.run("preview")

    emulator.faults.fail_next = 1_000
    said = stack.run("refresh", "--yes", succeeds=False, ICE_AVATAR_RETRIES="0")
    assert "ServiceUnavailable" in said
    assert set(stack.resources()) == {"host", "troupe"}  # a network that fails makes no avatar disappear
    emulator.faults.fail_next = 0

    stack.run("config", "set", "id", "Avatar-YYYY")
    said = stack.preview()
    assert "+-pulumi-python:dynamic/ice:Avatar: (replace)" in said
    assert lines_with(said, '~ avatarId *: "Avatar-XXXX" => "Avatar-YYYY"')
    assert "~ pulumi-python:dynamic/ice:Avatars: (update)" in said
    stack.run("config", "set", "id", "Avatar-XXXX")

    stack.run("config", "set", "ice-avatar:region", "cn-beijing")
    said = stack.preview()
    assert said.count("(replace)") == 2
    assert len(lines_with(said, '~ region *: "cn-shanghai" => "cn-beijing"')) == 2


LATER = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Later(ResourceProvider):
    def create(self, props):
        return CreateResult("later", {**props, "avatar": props["given"]})

class Upstream(Resource):
    avatar: pulumi.Output[str]
    def __init__(self, name, given):
        super().__init__(Later(), name, {"given": given, "avatar": None})

upstream = Upstream("upstream", "Avatar-XXXX")
host = ice.Avatar("host", avatar_id=upstream.avatar)
placed = ice.Avatar("placed", avatar_id="Avatar-XXXX", region=upstream.avatar.apply(lambda _: "cn-shanghai"))
troupe = ice.Avatars("troupe", avatar_ids=["Avatar-YYYY", upstream.avatar])
pulumi.export("host", host.width)
pulumi.export("placed", placed.width)
pulumi.export("troupe", troupe.avatars.apply(lambda all_: sorted(all_)))
pulumi.export("function", ice.get_avatar_output(upstream.avatar).avatar_name)
pulumi.export("functions", ice.get_avatars_output(["Avatar-YYYY", upstream.avatar]).apply(lambda all_: sorted(all_)))
after = pulumi.InvokeOutputOptions(depends_on=[upstream])
pulumi.export("after", ice.get_avatar_output("Avatar-YYYY", opts=after).avatar_name)
"""


def test_unknown_at_preview_and_known_at_update(project, emulator):
    stack = project(HEAD + LATER)
    said = stack.preview()
    assert emulator.requests == []  # nothing that could be asked yet
    for name in ("host", "placed", "troupe", "function", "functions", "after"):
        assert lines_with(said, rf"\+? ?{name} *: (output<string>|\[unknown\])"), said
    stack.run("up", "--yes", "--skip-preview")
    assert stack.outputs() == {
        "host": 1080,
        "placed": 1080,
        "troupe": ["Avatar-XXXX", "Avatar-YYYY"],
        "function": "Mina",
        "functions": ["Avatar-XXXX", "Avatar-YYYY"],
        "after": "Theo",
    }


GET = """
host = ice.Avatar.get("host", "Avatar-XXXX")
pulumi.export("width", host.width)
pulumi.export("urn", host.urn)
"""


def test_get(project, emulator, rewrite):
    stack = project(HEAD + GET)
    assert "width: 1080" in stack.run("preview")  # known
    stack.run("up", "--yes", "--skip-preview")
    assert stack.outputs()["width"] == 1080
    assert stack.resources()["host"]["external"] is True

    del emulator.avatars["Avatar-XXXX"]
    said = stack.run("preview", succeeds=False)
    assert "Traceback" not in said
    ours, _ = lines_with(said, r"^\s*error: ")
    assert ours.startswith("error: avatar 'Avatar-XXXX' not found")
    stack.run("refresh", "--yes")
    assert stack.resources() == {}


def test_state_that_an_earlier_version_wrote(project, emulator, tmp_path):
    """The path of the providers is in every user's state: refresh and destroy never run the program."""
    stack = project(HEAD + "raise SystemExit('must not run')\n", name="avatars")
    written = json.loads((DATA / "state-0.1.0.json").read_text("utf-8"))
    assert {
        each["outputs"]["__provider"]
        for each in written["deployment"]["resources"]
        if "id" in each and "ice" in each["type"]
    } == {
        "gASVNAAAAAAAAACMGnB1bHVtaV9pY2VfYXZhdGFyLnByb3ZpZGVylIwOQXZhdGFyUHJvdmlkZXKUk5QpgZQu",
        "gASVNQAAAAAAAACMGnB1bHVtaV9pY2VfYXZhdGFyLnByb3ZpZGVylIwPQXZhdGFyc1Byb3ZpZGVylJOUKYGULg==",
    }
    stack.run("stack", "import", "--file", str(DATA / "state-0.1.0.json"))
    put(emulator, Width=720)
    assert "~ 2 updated" in stack.refresh()
    assert stack.resources()["host"]["outputs"]["width"] == 720
    before = len(emulator.requests)
    stack.destroy()
    assert stack.resources() == {}
    assert len(emulator.requests) == before
