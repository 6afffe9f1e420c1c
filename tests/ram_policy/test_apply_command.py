"""`ice-avatar apply`: RamPolicy's twin for those who use no Pulumi, as a process."""

from __future__ import annotations

import json

import pytest

ATTACHED = [{"policyName": "get-avatar", "to": "role/studio"}]


def attachments(emulator):
    return [
        {name: each[name] for name in ("policyName", "to")}
        for each in emulator.snapshot()["attachments"]
        if each["policyName"] != "deploy-readers"
    ]


def names(emulator):
    return [each["policyName"] for each in emulator.snapshot()["policies"] if each["policyName"] != "deploy-readers"]


def test_dry_run_then_real_then_nothing_to_do(ice_avatar, emulator):
    command = ("apply", "get-avatar", "--to", "role/studio")
    planned = ice_avatar(*command, "--dry-run")
    assert planned.stdout == "would create get-avatar\nwould attach get-avatar to role/studio\n"
    assert names(emulator) == []

    done = ice_avatar(*command)
    assert (done.returncode, done.stdout) == (0, "create get-avatar\nattach get-avatar to role/studio\n")
    assert attachments(emulator) == ATTACHED

    again = ice_avatar(*command, "--format", "json")
    assert json.loads(again.stdout) == {"policy": "get-avatar", "changed": False, "steps": []}


def test_a_template_with_parameters(ice_avatar, emulator):
    done = ice_avatar("apply", "get-avatar-from-network", "-p", "source_ip=203.0.113.0/24", "--name", "from-office")
    assert done.returncode == 0, done.stderr
    [policy] = [each for each in emulator.snapshot()["policies"] if each["policyName"] == "from-office"]
    assert "203.0.113.0/24" in policy["versions"][0]["document"]


def test_a_file(ice_avatar, emulator, tmp_path):
    file = tmp_path / "list-avatars.json"
    file.write_text(
        '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:ListAvatars", "Resource": "*"}]}'
    )
    assert ice_avatar("apply", str(file)).returncode == 0
    assert names(emulator) == ["list-avatars"]


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["get-avatr"], 2, "did you mean get-avatar"),
        (["get-avatar-from-network"], 2, "needs the parameter source_ip"),
        (["nowhere.json"], 2, "nowhere.json: No such file or directory"),
        (["get-avatar", "--to", "studio"], 2, "is not user/NAME, group/NAME or role/NAME"),
        (["get-avatar", "--name", "not a name"], 2, "is not 1 to 128 letters, digits and hyphens"),
        (["{folder}/admin.json"], 2, "RAM601"),
        (["{folder}/broken.json"], 2, "RAM001"),
    ],
)
def test_mistakes_are_one_line(ice_avatar, emulator, tmp_path, arguments, code, line):
    (tmp_path / "admin.json").write_text(
        '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    )
    (tmp_path / "broken.json").write_text('{"Version": "1", "Statement": [')
    done = ice_avatar("apply", *(each.format(folder=tmp_path) for each in arguments))
    assert done.returncode == code
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert names(emulator) == []


def test_refused(ice_avatar, emulator):
    """A caller who may deploy other policies only is told what is missing, and which template has it."""
    deployer = emulator.environment("deployer-key-id")
    done = ice_avatar("apply", "get-avatar", env=deployer)
    assert done.returncode == 1
    assert "RAM refuses ram:GetPolicy" in done.stderr
    assert "templates show policy-deployer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_another_document_is_taken_over_only_when_asked(ice_avatar, emulator):
    assert ice_avatar("apply", "avatar-reader", "--name", "shared").returncode == 0
    refused = ice_avatar("apply", "get-avatar", "--name", "shared")
    assert refused.returncode == 2
    assert "choose another name, or adopt it" in refused.stderr
    adopted = ice_avatar("apply", "get-avatar", "--name", "shared", "--adopt")
    assert adopted.stdout == "put a new version of shared in force\n"
