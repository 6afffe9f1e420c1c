"""A policy through its whole life under the real engine, deployed by somebody who may do nothing else."""

from __future__ import annotations

import json

import pytest

from tests.conftest import EXAMPLES


@pytest.fixture
def stack(project, emulator):
    made = project(EXAMPLES / "least-privilege")
    made.environment |= emulator.environment("deployer-key-id")
    made.environment["ICE_AVATAR_CREDENTIALS_URI"] = emulator.credentials_uri("studio")
    return made


def policies(emulator):
    """Name and document of the policies that are not in the seed."""
    return {
        each["policyName"]: [version["document"] for version in each["versions"]]
        for each in emulator.snapshot()["policies"]
        if each["policyName"] != "deploy-readers"
    }


def test_lifecycle(stack, emulator):
    nothing = emulator.snapshot()
    assert "avatar-reader" in stack.preview()
    assert emulator.snapshot() == nothing

    assert "+ 2 created" in stack.up()
    assert list(policies(emulator)) == ["avatar-reader"]
    assert stack.outputs()["avatar"]["avatarName"] == "Mina"
    assert "2 unchanged" in stack.up()

    program = stack.directory / "__main__.py"
    program.write_text(program.read_text("utf-8").replace('template="get-avatar"', 'template="avatar-reader"'))
    preview = stack.preview()
    assert "ice:ListAvatars" in preview
    assert "~ 1 updated" in stack.up()
    assert stack.outputs()["version"] == "v2"
    assert len(policies(emulator)["avatar-reader"]) == 2

    [document] = policies(emulator)["avatar-reader"][:1]
    outside = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:Get*", "Resource": "*"}]}
    change_outside(emulator, outside)
    assert "~ 1 updated" in stack.refresh()
    assert '"ice:Get*"' in json.dumps(stack.resources()["avatar-reader"]["outputs"]["document"])
    program.write_text(program.read_text("utf-8").replace('template="avatar-reader"', 'template="get-avatar"'))
    assert "~ 1 updated" in stack.up()
    assert stack.outputs()["version"] == "v1"  # the version with that document is put in force again
    assert json.loads(document) == stack.resources()["avatar-reader"]["outputs"]["document"]

    assert "- 2 deleted" in stack.destroy()
    assert emulator.snapshot() == nothing
    assert "deployer-key-secret" not in "".join(stack.seen)


def change_outside(emulator, document):
    """Somebody else puts another document in force, by the account's root key."""
    from pulumi_ice_avatar import settings
    from pulumi_ice_avatar.ram.account import Account

    found = settings.load(
        environment=emulator.environment(),
        service="ram",
        access_key="emulator-key-id",
        secret_key="emulator-key-secret",
    )
    Account(found).create_version("avatar-reader", json.dumps(document))


def test_a_dangerous_document_is_refused_at_preview(project, emulator):
    stack = project(
        'from pulumi_ice_avatar import ram\nram.RamPolicy("all", {"Version": "1", "Statement": '
        '[{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Alow"}]})\n'
    )
    said = stack.run("preview", succeeds=False)
    assert "RAM601" in said
    assert "RAM108" in said
    assert "Traceback" not in said
    assert not emulator.requests
