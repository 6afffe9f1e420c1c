"""Pulumi's mocks for one test, and the settings without mocks again after it."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable, Iterator

import pulumi
import pytest


@pytest.fixture
def set_mocks() -> Iterator[Callable[..., None]]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield pulumi.runtime.set_mocks
    pulumi.runtime.settings.reset_options(project="project", stack="stack")
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()
    with warnings.catch_warnings():
        # Pulumi's monitor of mocks makes a loop in each thread that it works in, and leaves it open.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
