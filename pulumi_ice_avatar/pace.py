"""One pace for all threads: none at first, the service's own once it throttles, and a little faster again by and by."""

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
_SLOWEST = 1.0
"""Requests a second below which there is no point in slowing down further: deadlines end what cannot be had."""


class Pace:
    """Spaces out the requests of all threads that share it.

    The rate is None (no spacing) until `throttled` is called for the first time. A refusal sets it to what the
    service granted in the last second, at most once a second, because the refusals that follow were sent before.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rate: float | None = None
        self._next_slot = 0.0
        self._granted: deque[float] = deque()
        self._started: float | None = None
        self._slowed_at = float("-inf")

    def reserve(self) -> float:
        """Take the next slot; returns the seconds to wait for it."""
        with self._lock:
            now = time.monotonic()
            if self._started is None:
                self._started = now
            slot = max(now, self._next_slot)
            if self._rate is not None:
                self._next_slot = slot + 1 / self._rate
            return slot - now

    def granted(self) -> None:
        """A request was served."""
        with self._lock:
            now = time.monotonic()
            self._granted.append(now)
            self._forget(now)
            if self._rate is not None:
                self._rate += _GROWTH

    def throttled(self, pause: float = 0.0) -> None:
        """A request was refused by flow control; `pause` is the time in seconds that the service asked for, if any."""
        with self._lock:
            now = time.monotonic()
            self._forget(now)
            if now - self._slowed_at >= _WINDOW:
                measured_over = min(_WINDOW, max(now - (self._started or now), 0.1))
                self._rate = max(_EASE * len(self._granted) / measured_over, _SLOWEST)
                self._slowed_at = now
                self._next_slot = max(self._next_slot, now) + 1 / self._rate
            self._next_slot = max(self._next_slot, now + pause)

    def _forget(self, now: float) -> None:
        while self._granted and self._granted[0] < now - _WINDOW:
            self._granted.popleft()
