"""One pace for all threads: none at first, the service's own once it throttles, and faster again by and by."""

from __future__ import annotations

import threading
import time
from collections import deque

__all__ = ["Pace"]

_WINDOW = 1.0
"""Seconds over which the rate that the service really grants is measured: flow control is stated per second."""
_EASE = 0.95
"""Part of the granted rate to go on with after a refusal: a little below, so that the next window does not overflow."""
_GROWTH = 0.05
"""Part by which the rate grows in a second without a refusal, to notice when the service grants more again."""
_SEARCH = 1.0
"""The same while the service's rate is not known yet: the pace doubles."""
_SLOWEST = 1.0
"""Requests a second below which there is no point in slowing down further: deadlines end what cannot be had."""
_LATENESS = 0.05
"""Seconds that a late slot is made up for, so that oversleeping does not slow the pace down."""


class Pace:
    """Spaces out the requests of all threads that share it.

    The rate is None (no spacing) until `throttled` is called for the first time. A refusal sets it to what the
    service granted in the last second, at most once a second, because the refusals that follow were sent before. What
    was measured over less than a second, or without anything granted, only begins the search for the rate.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._growth = _GROWTH
        self._next_slot = 0.0
        self._granted: deque[float] = deque()
        self._started: float | None = None
        self._slowed_at = float("-inf")

    def wait(self, patience: float, given_up: threading.Event) -> bool:
        """Wait for a slot, at most `patience` seconds; returns at once, and False, if it will not come in time.

        Only one thread waits for the next slot, the others for that thread: so a change of pace holds for all of them.
        """
        until = time.monotonic() + patience
        with self._lock:
            if self._started is None:
                self._started = time.monotonic()
            if self._rate is None:
                return patience > 0
        if not self._turn.acquire(timeout=max(patience, 0)):
            return False
        try:
            if self._next_slot > until:
                return False
            given_up.wait(max(self._next_slot - time.monotonic(), 0))
            with self._lock:
                self._next_slot = max(self._next_slot, time.monotonic() - _LATENESS) + 1 / (self._rate or 1)
            return True
        finally:
            self._turn.release()

    def granted(self) -> None:
        """A request was served."""
        with self._lock:
            now = time.monotonic()
            self._granted.append(now)
            self._forget(now)
            if self._rate is not None:
                self._rate += self._growth

    def throttled(self, pause: float = 0.0) -> None:
        """A request was refused by flow control; `pause` is the time in seconds that the service asked for, if any."""
        with self._lock:
            now = time.monotonic()
            self._forget(now)
            if now - self._slowed_at >= _WINDOW:
                measured_over = min(_WINDOW, max(now - (self._started or now), 0.1))
                self._rate = max(_EASE * len(self._granted) / measured_over, _SLOWEST)
                self._growth = _GROWTH if self._granted and measured_over == _WINDOW else _SEARCH
                self._slowed_at = now
                self._next_slot = max(self._next_slot, now) + 1 / self._rate
            self._next_slot = max(self._next_slot, now + pause)

    def _forget(self, now: float) -> None:
        while self._granted and self._granted[0] < now - _WINDOW:
            self._granted.popleft()
