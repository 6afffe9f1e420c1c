"""What the tables were made from, and when."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pulumi_ice_avatar.ram.catalogue.tables import load

__all__ = [
    "Source",
    "sources",
    "updated",
]


class Source(NamedTuple):
    """What the tables were made from: when it was published (empty: not said) and when it was read."""

    what: str
    published: str
    read: str
    reference: str


def sources() -> tuple[Source, ...]:
    """What the tables were made from."""
    return tuple(Source(*row) for row in load("sources"))


def updated() -> date:
    """The day the tables were last refreshed: what came later is not in them."""
    return max(date.fromisoformat(source.read) for source in sources())
