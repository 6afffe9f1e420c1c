"""Fixtures for a program's own tests. pytest loads this module at every start, so what they use loads with the first.

Named in the entry points of pytest's plugins; `-p no:ice_avatar` leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import os

    from pulumi_ice_avatar.emulator import Emulator

__all__ = ["ice_emulator", "ice_seed"]


@pytest.fixture
def ice_seed() -> Mapping[str, Any] | str | os.PathLike[str] | None:
    """What `ice_emulator` knows: a small default seed. Define a fixture of this name to give another, or its path."""
    return None


@pytest.fixture
def ice_emulator(ice_seed: Mapping[str, Any] | str | os.PathLike[str] | None) -> Iterator[Emulator]:
    """ICE and RAM on this machine for one test, at a free port, with the variables that lead programs there."""
    from pulumi_ice_avatar.testing import emulated

    with emulated(ice_seed) as emulator:
        yield emulator
