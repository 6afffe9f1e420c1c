"""Alibaba Cloud's SDK without what it does in vain.

It imports aiohttp for its asynchronous calls. That is nearly half of what a look-up costs a program, and look-ups are
synchronous calls in threads, so the import waits until somebody does make an asynchronous call.

It makes the HTTP session of an endpoint without a lock, and that is mostly reading certificates: of 64 threads that
begin at once each would make one, in two seconds together, and all but one would be thrown away.
"""

from __future__ import annotations

import gc
import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

__all__ = ["loading", "share_sessions"]


class _LaterAiohttp(ModuleType):
    """Stands for aiohttp in the modules that import it while `loading`; the first use of it loads the real one."""

    def __init__(self) -> None:
        super().__init__("aiohttp")
        self._thread = threading.get_ident()

    def __getattr__(self, name: str) -> Any:
        if threading.get_ident() == self._thread:  # whoever else imports it meanwhile wants the real one
            if name in ("ClientResponse", "ClientSession") and sys.modules.get("aiohttp") is self:
                return object  # while loading, the SDK only writes annotations with these two
            if name.startswith("__"):
                raise AttributeError(name)  # asked by the import system and by tracebacks, of every module
        _forget(self)
        return getattr(importlib.import_module("aiohttp"), name)


@contextmanager
def loading() -> Iterator[None]:
    """Around every import of the SDK: `with sdk.loading(): from alibabacloud_… import …`."""
    with _without_aiohttp(), _without_collecting():
        yield


@contextmanager
def _without_aiohttp() -> Iterator[None]:
    if "aiohttp" in sys.modules:
        yield
        return
    stand_in = _LaterAiohttp()
    sys.modules["aiohttp"] = stand_in
    try:
        yield
    finally:
        _forget(stand_in)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Imports make objects that stay; looking for garbage among them and Pulumi's takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def share_sessions() -> None:
    """Have the threads that begin at once wait for the one that makes the session they share."""
    with loading():
        from darabonba.core import DaraCore

    make = getattr(DaraCore, "_get_session", None)
    if make is not None and not isinstance(make, _OneAtATime):
        DaraCore._get_session = _OneAtATime(make)


class _OneAtATime:
    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        with self._lock:
            return self._call(*arguments, **named)


def _forget(stand_in: ModuleType) -> None:
    if sys.modules.get("aiohttp") is stand_in:
        del sys.modules["aiohttp"]
