"""What the service and RAM make of the program: real look-ups against the emulator."""

from __future__ import annotations

import pytest

import pulumi_ice_avatar as ice
from pulumi_ice_avatar.emulator import Emulator


def test_the_role_looks_up_and_may_do_nothing_else(ice_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICE_AVATAR_CREDENTIALS_URI", ice_emulator.credentials_uri("studio"))
    assert ice.get_avatar("Avatar-XXXX").avatar_name == "Mina"
    with pytest.raises(ice.PermissionDeniedError, match="ice:ListAvatars"):
        ice.list_avatars()


def test_an_avatar_that_is_gone(ice_emulator: Emulator) -> None:
    del ice_emulator.avatars["Avatar-XXXX"]
    assert ice.get_avatar("Avatar-XXXX", missing_ok=True) is None


def test_a_service_that_stumbles(ice_emulator: Emulator) -> None:
    ice_emulator.faults.fail_next = 1
    assert ice.get_avatar("Avatar-XXXX").width == 720
    assert [request.code for request in ice_emulator.requests] == ["ServiceUnavailable", "OK"]
