"""A user's tests with `ice_emulator`; `test_pytest_plugin.py` runs them, in a process that has settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import pulumi_ice_avatar as ice


def variables():
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


BEFORE = variables()


@pytest.fixture
def undone():
    yield
    assert variables() == BEFORE


@pytest.fixture
def service(undone, ice_emulator):
    """Ends before `undone` looks."""
    return ice_emulator


def command(*arguments):
    return subprocess.run([sys.executable, "-m", "pulumi_ice_avatar", *arguments], capture_output=True, text=True)


def test_variables(service):
    expected = service.environment()
    assert expected["ICE_AVATAR_ENDPOINT"] == expected["ICE_AVATAR_RAM_ENDPOINT"] == service.endpoint
    assert expected.items() <= variables().items()
    assert "real" in BEFORE.values()
    assert "real" not in variables().values()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_look_up(service, turn):
    assert ice.get_avatar("Avatar-XXXX").avatar_name == "Anna"
    assert len(service.requests) == 1
    service.avatars.clear()
    service.faults.deny = True


def test_a_policy(service):
    assert command("apply", "get-avatar", "--to", "user/bruno").returncode == 0
    assert "get-avatar" in [each["policyName"] for each in service.snapshot()["policies"]]


def test_the_policy_is_gone(service, monkeypatch):
    monkeypatch.setenv("ICE_AVATAR_ACCESS_KEY", "bruno-key-id")
    monkeypatch.setenv("ICE_AVATAR_SECRET_KEY", "bruno-key-secret")
    with pytest.raises(ice.PermissionDeniedError):
        ice.get_avatar("Avatar-XXXX")
    assert command("get", "Avatar-XXXX").returncode == 1


@pytest.mark.parametrize(
    "ice_seed", [{"accessKeys": [{"accessKeyId": each, "accessKeySecret": "secret"}]} for each in ("one", "other")]
)
def test_default_chain_of_the_sdk(service, ice_seed):
    from alibabacloud_credentials.client import Client

    assert Client().get_credential().access_key_id == ice_seed["accessKeys"][0]["accessKeyId"]
    assert ice.list_avatars() == []
