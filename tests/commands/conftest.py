"""The command line as a process, asking an emulator with every kind of access key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_ice_avatar.emulator import Emulator, Faults
from tests.lookup.conftest import Server
from tests.lookup.world import KEY, QUICK, SEED


@pytest.fixture(scope="module")
def service() -> Iterator[Emulator]:
    with Emulator(SEED) as running:
        yield running


@pytest.fixture
def emulator(service: Emulator) -> Emulator:
    """One for all tests of a module, as new for each."""
    service.faults = Faults()
    service.avatars.clear()
    service.avatars.update({each["AvatarId"]: dict(each) for each in SEED["avatars"]})
    service.clear_requests()
    return service


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if not name.startswith("ALIBABA_CLOUD_ACCESS_KEY")}
    return {**kept, **KEY, **QUICK}


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()
