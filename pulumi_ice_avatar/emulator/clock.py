"""Times as Alibaba Cloud's interfaces write them: UTC, whole seconds."""

from __future__ import annotations

import time
from datetime import datetime, timezone

__all__ = ["now", "seconds", "text"]

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """The present time, such as `2026-01-01T00:00:00Z`."""
    return text(time.time())


def text(moment: float) -> str:
    """A time in seconds since the epoch as such a text."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime(_FORMAT)


def seconds(text: str) -> float:
    """A time such as `2026-01-01T00:00:00Z`, in seconds since the epoch.

    Raises:
        ValueError: `text` is not in that format, or no such time exists.
    """
    if len(text) != len("2026-01-01T00:00:00Z"):
        raise ValueError(text)
    return datetime.strptime(text, _FORMAT).replace(tzinfo=timezone.utc).timestamp()
