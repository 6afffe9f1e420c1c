"""No secret reaches the state, the engine's output or a log, and what is made from a secret id is secret."""

from __future__ import annotations

import json

import pytest

from tests.support.world import SEED, SENTINEL

PROGRAM = """
import pulumi
import pulumi_ice_avatar as ice

id_ = pulumi.Config().require_secret("id")
host = ice.Avatar("host", avatar_id=id_)
troupe = ice.Avatars("troupe", avatar_ids=["Avatar-YYYY", id_])
plain = ice.Avatar("plain", avatar_id="Avatar-YYYY")
got = ice.Avatar.get("got", id_)
pulumi.export("host", host.width)
pulumi.export("got", got.avatar_name)
pulumi.export("troupe", troupe.avatars)
pulumi.export("function", ice.get_avatar_output(id_).avatar_name)
pulumi.export("plain", plain.width)
"""

SECRET_MARK = "4dabf18193072939515e22adb298388d"


@pytest.fixture
def seed():
    return SEED


def test_secrets(project, emulator):
    stack = project(PROGRAM)
    stack.environment = {
        name: value for name, value in stack.environment.items() if not name.startswith("ALIBABA_CLOUD_ACCESS")
    }
    for name, value in (
        ("alicloud:accessKey", "temporary"),
        ("alicloud:secretKey", SENTINEL),
        ("alicloud:securityToken", f"token-{SENTINEL}"),
        ("id", "Avatar-XXXX"),
    ):
        stack.run("config", "set", "--secret", name, value)
    said = stack.run("up", "--yes", "--skip-preview", DEBUG="sdk")
    assert "x-acs-security-token : (hidden)" in said  # what the SDK logs is shown to the user
    assert "Authorization : (hidden)" in said
    assert {request.access_key_id for request in emulator.requests} == {"temporary"}

    state = json.dumps(stack.state())
    for place in (state, "".join(stack.seen)):
        assert SENTINEL not in place
        assert "Mina" not in place

    # All that comes from the secret id is encrypted, inputs and outputs; all that comes from the other is not.
    resources = stack.resources()
    for side in ("inputs", "outputs"):
        for name in ("host", "troupe", "got"):
            properties = resources[name][side]
            assert {each for each, value in properties.items() if SECRET_MARK not in json.dumps(value)} == {
                "__provider"
            }
        assert SECRET_MARK not in json.dumps(resources["plain"][side])
    assert resources["host"]["id"] == "Avatar-XXXX"  # Pulumi knows no secret ids of resources
    outputs = stack.state()["resources"][0]["outputs"]
    assert {name for name, value in outputs.items() if SECRET_MARK in json.dumps(value)} == {
        "host",
        "got",
        "troupe",
        "function",
    }
    assert stack.outputs()["host"] == 1080
    assert "4 unchanged" in stack.run("preview")
