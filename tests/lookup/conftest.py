"""An emulator with every kind of access key, and this process set up to ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import AvatarClient
from pulumi_ice_avatar.emulator import Emulator
from tests.support.world import KEY, QUICK, SEED


@pytest.fixture
def seed() -> Any:
    return SEED


@pytest.fixture
def asking(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """This process asks the emulator, with other variables too where a test wants them."""

    def ask(variables: Mapping[str, str | None]) -> None:
        for name, value in {"ICE_AVATAR_ENDPOINT": emulator.endpoint, **KEY, **QUICK, **variables}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    ask({})
    return ask


@pytest.fixture
def client(emulator: Emulator) -> Callable[..., AvatarClient]:
    """Makes clients that share nothing with others."""

    def make(**arguments: Any) -> AvatarClient:
        given = {"endpoint": emulator.endpoint, "access_key": KEY["ICE_AVATAR_ACCESS_KEY"], **arguments}
        return AvatarClient(settings.load(environment={}, secret_key=KEY["ICE_AVATAR_SECRET_KEY"], **given))

    return make
