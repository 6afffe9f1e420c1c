"""What may stand before the colon of an action: RAM codes, and what is mistaken for one."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from pulumi_ice_avatar.ram.catalogue.tables import load
from pulumi_ice_avatar.ram.spelling import Vocabulary

__all__ = [
    "Service",
    "is_complete",
    "is_product",
    "near_service",
    "service",
    "services",
    "wrong_prefix",
]


class Service(NamedTuple):
    """A RAM code: what stands before the colon of an action.

    Attributes:
        code: The code, in lower case.
        products: The products it stands for; empty when not known.
        evidence: Where it was seen: `page`, `policy`, `arn`, `metadata`, `doc`, or `skill`, which is weak.
    """

    code: str
    products: str
    evidence: str


def services() -> tuple[str, ...]:
    """Every known RAM code. The list is not complete: a code that is not here proves nothing."""
    return tuple(_index()["codes"])


def service(code: str) -> Service | None:
    """Look a RAM code up, whatever the case; None when it is not known here."""
    return _services().get(code.lower())


def is_product(code: str) -> bool:
    """Whether this is at least the name of a product in the API, which may well be its RAM code."""
    return code.lower() in _products()


def is_complete(code: str) -> bool:
    """Whether every action of this service is known, so that an absent one does not exist."""
    return code.lower() in _index()["complete"]


def wrong_prefix(code: str) -> str | None:
    """The RAM code that is meant by a product name that is none (`sls` for `log`); None when nothing certain is."""
    found: str | None = _index()["wrong"].get(code.lower())
    return found


def near_service(code: str) -> str | None:
    """The one RAM code within a slip of a mistyped one; None for a known code or product, and in doubt."""
    if service(code) or is_product(code):
        return None
    return _codes().nearest(code)


@cache
def _index() -> dict[str, Any]:
    index: dict[str, Any] = load("services")
    return index


@cache
def _services() -> dict[str, Service]:
    return {code: Service(code, *found) for code, found in _index()["codes"].items()}


@cache
def _products() -> frozenset[str]:
    return frozenset(_index()["products"].split())


@cache
def _codes() -> Vocabulary:
    return Vocabulary(services())
