"""A bounded pool of threads that never keeps an interpreter from ending.

Python waits at its end for the threads of `ThreadPoolExecutor`, and for all they still have to do: after Ctrl-C, or an
error elsewhere in a program, that would be as long as the slowest look-ups take. These only read, so nothing is lost.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

__all__ = ["Pool"]

_IDLE = 10.0
"""Seconds after which a thread that has nothing to do ends."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Pool(Executor):
    """Runs calls in daemon threads, started when they are needed and ended when they are not.

    Args:
        size: The most threads there are at a time.
        name: What the threads' names begin with.
    """

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._lock = threading.Lock()
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._threads = 0
        self._open = 0

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Have a call made by the next free thread."""
        future: Future[_T] = Future()
        with self._lock:
            self._open += 1
            if self._threads < min(self._open, self._size):
                threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()
                self._threads += 1
        self._calls.put((future, lambda: fn(*args, **kwargs)))
        return future

    def cancel(self) -> None:
        """Cancel the calls that have not begun."""
        with contextlib.suppress(Empty), self._lock:
            while True:
                self._calls.get_nowait()[0].cancel()
                self._open -= 1

    def _work(self) -> None:
        while True:
            try:
                self._make(*self._calls.get(timeout=_IDLE))
            except Empty:
                with self._lock:
                    if self._threads > self._open:
                        self._threads -= 1
                        return
            else:
                with self._lock:
                    self._open -= 1

    @staticmethod
    def _make(future: Future[Any], call: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = call()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)
