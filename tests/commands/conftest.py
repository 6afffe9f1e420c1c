"""The command line as a process, asking an emulator with every kind of access key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import KEY, QUICK, SEED


@pytest.fixture
def seed() -> Any:
    return SEED


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if not name.startswith("ALIBABA_CLOUD_ACCESS_KEY")}
    return {**kept, **KEY, **QUICK}
