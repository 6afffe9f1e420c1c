"""The keys of conditions."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from pulumi_ice_avatar.ram.catalogue.permissions import misspelt
from pulumi_ice_avatar.ram.catalogue.prefixes import is_product, service
from pulumi_ice_avatar.ram.catalogue.tables import LONGEST, load
from pulumi_ice_avatar.ram.spelling import Vocabulary

__all__ = [
    "ConditionKey",
    "condition_key",
    "near_condition_key",
]


class ConditionKey(NamedTuple):
    """A key of conditions.

    Attributes:
        name: The documented spelling; `acs:ResourceTag/{tag-key}` for a family of keys.
        type: `String`, `Bool`, `Date`, `IP`, or None when not documented.
        multivalued: True when a request may carry several values.
        scope: `global`, or the service that knows the key.
        values: What the values look like, in words; empty when not known.
        when_absent: When a request does not carry the key, in words; empty when not known.
    """

    name: str
    type: str | None
    multivalued: bool
    scope: str
    values: str
    when_absent: str


def condition_key(key: str) -> ConditionKey | None:
    """Look a condition key up, whatever the case; a tag key belongs to its family. None when it is not known here."""
    family, slash, tag = key.lower().partition("/")
    if slash and not tag:
        return None
    return _condition_keys().get(family + slash)


def near_condition_key(key: str) -> str | None:
    """Find the condition key that was meant by an unknown one.

    Returns:
        The key with a word misspelt (`acs:SorceIp`), the global key without a service's prefix (`SourceIp`), or the
        family without its tag key; None for a known key and in doubt.
    """
    head, slash, tag = key.partition("/")
    if len(head) > LONGEST or condition_key(key):
        return None
    prefix, _, name = head.rpartition(":")
    found = _named(head)
    if not found and not (service(prefix) or is_product(prefix)):
        found = _named(f"acs:{name}")
    if not found and misspelt(head):
        found = _named(_key_names().nearest(head) or "")
    if not found or (slash and not found.name.endswith("}")):
        return None
    return found.name.replace("{tag-key}", tag) if tag else found.name


def _named(name: str) -> ConditionKey | None:
    known = _condition_keys()
    return known.get(name.lower()) or known.get(f"{name.lower()}/")


@cache
def _condition_keys() -> dict[str, ConditionKey]:
    """The keys by lower-case name; a family by its name up to and with the slash."""
    found = {}
    for name, kind, scope, values, when_absent in load("condition-keys"):
        plain, _, several = kind.partition(" ")
        key = ConditionKey(name, plain or None, bool(several), scope, values, when_absent)
        found[name.removesuffix("{tag-key}").lower()] = key
    return found


@cache
def _key_names() -> Vocabulary:
    return Vocabulary(name.removesuffix("/") for name in _condition_keys())
