"""Regions, and what is mistaken for one."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal, NamedTuple

from pulumi_ice_avatar.ram.catalogue.tables import LONGEST, load
from pulumi_ice_avatar.ram.spelling import Vocabulary

__all__ = [
    "NearRegion",
    "Region",
    "near_region",
    "region",
]


class Region(NamedTuple):
    """A region; `kind` is `public`, `finance`, `gov`, `dedicated or limited` or `internal`."""

    id: str
    kind: str


class NearRegion(NamedTuple):
    """Why something is no region: a `zone`, a region of `aws`, or a `typo`; and the region meant, if it is known."""

    reason: Literal["zone", "aws", "typo"]
    region: str | None


def region(name: str) -> Region | None:
    """Look a region up, in its exact spelling; None when it is not known here, which a new one is not."""
    kind = _table()["regions"].get(name)
    return Region(name, kind) if kind else None


def near_region(name: str) -> NearRegion | None:
    """Say why something is no region: `cn-hangzhou-b` is a zone, `us-east-2` belongs to AWS, `cn-hangzou` is a typo.

    Returns:
        The reason, with the region that was meant where that is certain; None for a known region and in doubt.
    """
    if region(name):
        return None
    lower = name[:LONGEST].lower()
    zone = re.fullmatch(r"(.+?\d)[a-z]|(.+)-[a-z]", lower)
    of = (zone[1] or zone[2]) if zone else lower
    if zone and region(of):
        return NearRegion("zone", of)
    if of in _aws_regions():
        return NearRegion("aws", None)
    meant = lower if region(lower) else _region_names().nearest(name)
    # A new region differs from a known one in its number.
    if not meant or (meant != lower and re.sub(r"\d", "", meant) == re.sub(r"\d", "", lower)):
        return None
    return NearRegion("typo", meant)


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = load("regions")
    return table


@cache
def _aws_regions() -> frozenset[str]:
    return frozenset(_table()["aws"].split())


@cache
def _region_names() -> Vocabulary:
    return Vocabulary(name for name, kind in _table()["regions"].items() if kind != "internal")
