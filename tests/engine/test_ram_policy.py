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
    from pulumi_ice_avatar.ram.applying.account import Account

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


GET = """
import pulumi
from pulumi_ice_avatar import ram
found = ram.RamPolicy.get("found", "deploy-readers")
pulumi.export("actions", found.document.apply(lambda document: document["Statement"][0]["Action"]))
pulumi.export("attachTo", found.attach_to)
"""


def test_get(project, emulator):
    stack = project(GET)
    before = emulator.snapshot()
    stack.up()
    assert stack.outputs() == {"actions": "ram:CreatePolicy", "attachTo": [{"kind": "user", "name": "deployer"}]}
    stack.destroy()
    assert emulator.snapshot() == before


MISTAKES = """
from pulumi_ice_avatar import ram
long = "d" * 1025
ram.RamPolicy("spaced", template="get-avatar", policy_name="not a name", attach_to=[ram.Role(" ")], description=long)
"""


def test_mistakes_are_told_together_at_preview(project, emulator):
    said = project(MISTAKES).run("preview", succeeds=False)
    for expected in ("'not a name' is not 1 to 128 letters", "attachTo", "1,025 characters; RAM takes 1,024"):
        assert expected in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ('template="get-avatr"', "did you mean get-avatar"),
        ('template="get-avatar-from-network"', "needs the parameter source_ip"),
        ("", "give either document or template"),
        ('document="{"', "the policy document is not JSON"),
    ],
)
def test_mistakes_of_the_program_are_one_line(project, arguments, line):
    stack = project(f'from pulumi_ice_avatar import ram\nram.RamPolicy("reader", {arguments})\n')
    said = stack.run("preview", succeeds=False)
    assert line in said
    assert "Traceback" not in said
