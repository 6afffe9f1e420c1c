"""What narrows a statement: names in its Resource, its Condition, a Deny beside it.

The rules about dangerous grants leave alone what is narrowed, since somebody has thought about it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pulumi_ice_avatar.ram.arn import parse_arn
from pulumi_ice_avatar.ram.language import split_operator
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.reading.statements import Policy, Statement

__all__ = ["EVERYTHING", "LONGEST", "POLICIES", "RAM", "ROLES", "USERS", "Denial", "denials", "narrowed", "scopes"]

EVERYTHING = "*"
"""The scope of a Resource that covers every resource of every service."""

#: Scopes that cover all of RAM, and all of its roles, custom policies and users; `ims` is RAM's other API.
RAM = frozenset((EVERYTHING, "ram"))
ROLES = RAM | {"ram:role"}
POLICIES = RAM | {"ram:policy"}
USERS = RAM | {"ram:user", "ims", "ims:user"}

LONGEST = 200
"""A longer entry is no pattern of anything broad, and not worth keeping a verdict on."""

# --- Resource --------------------------------------------------------------------------------------------------------


def scopes(resources: tuple[str, ...]) -> frozenset[str]:
    """Tell what the entries of Resource cover completely.

    A region in a name narrows; an account does not, as an identity policy is about its own.

    Args:
        resources: The entries of Resource.

    Returns:
        `*` for every resource, `oss` for every one of a service, `ram:user` and the like for every user, group, role
        or custom policy, `ram:system` for every system policy. Empty where every entry names something.
    """
    covered = _NOTHING
    for each in resources:
        # Most name something, which shows at the end: "acs:oss:*:*:my-bucket/*".
        if each.rpartition(":")[2] in _WHOLE and len(each) <= LONGEST:
            covered |= _scopes(each)
    return covered


_NOTHING: frozenset[str] = frozenset()
_WHOLE = frozenset(("*", "**", "*/*", "group/*", "policy/*", "role/*", "user/*"))


@lru_cache(maxsize=1024)
def _scopes(resource: str) -> frozenset[str]:
    if not resource.strip("*"):
        return frozenset((EVERYTHING,))
    # The last star stands for the parts that are not written, too.
    arn = parse_arn(resource + ":*" * (4 - resource.count(":")))
    if arn is None or not arn.service or arn.region.strip("*") or arn.relative not in _WHOLE:
        return _NOTHING
    service = arn.service.strip("*").lower() or EVERYTHING
    type_ = arn.relative.partition("/")[0].strip("*")
    if not type_:
        return frozenset((service,))
    if service not in ("ram", "ims"):
        return _NOTHING
    if type_ != "policy":
        return frozenset((f"{service}:{type_}",))
    # System policies have `system` in the place of the account.
    # Source: `RAM authentication.md` in AlibabaCloudDocs/ram@20c6e869.
    if arn.account == "system":
        return frozenset(("ram:system",))
    return frozenset(("ram:policy",) if arn.account.strip("*") else ("ram:policy", "ram:system"))


# --- Condition -------------------------------------------------------------------------------------------------------

_OPEN_KEYS = frozenset(("acs:currenttime", "acs:securetransport", "acs:useragent"))
"""Keys that say neither who asks nor for what: every client uses HTTPS, and calls itself what it likes."""

_NETWORK_KEYS = frozenset(("acs:sourceip", "acs:sourcevpc", "acs:vpcsourceip"))
_EVERY_ADDRESS = frozenset(("*", "0.0.0.0/0", "::/0"))


def narrowed(statement: Statement) -> bool:
    """Tell whether the Condition of a statement narrows whom it is for or what it is about."""
    return any(_narrows(each.operator, each.key, each.values) for each in statement.conditions)


def _narrows(operator: str, key: str, values: tuple[object, ...]) -> bool:
    """Tell the same of one condition key under one operator.

    Keys that say neither do not, nor values that every request meets, nor "not from this network".
    """
    name = key.strip().lower()
    texts = [str(each).lower() for each in values]
    proper = split_operator(operator)[1]
    if not texts or name in _OPEN_KEYS or (name == "acs:mfapresent" and "false" in texts):
        return False
    if proper.startswith(("StringNot", "NotIp")):
        return name not in _NETWORK_KEYS
    if proper == "StringLike":
        return not any(each and not each.strip("*") for each in texts)
    return not (proper.startswith("IpAddress") and not _EVERY_ADDRESS.isdisjoint(texts))


# --- Deny ------------------------------------------------------------------------------------------------------------

_MOST_DENIALS = 50
"""No policy within the limits of length has more Deny statements; what comes after them is not looked at."""


class Denial(NamedTuple):
    """What a Deny statement takes back.

    Attributes:
        statement: The statement.
        patterns: The actions listed.
        others: True when it is about all actions but those.
        scopes: What its resources cover completely.
    """

    statement: Statement
    patterns: Patterns
    others: bool
    scopes: frozenset[str]

    def takes(self, action: str) -> bool:
        """Tell whether an action, or all that a pattern covers, is among the actions."""
        return self.patterns.match(action) != self.others

    def takes_back(self, action: str) -> bool:
        """Tell whether it takes an action, or all that a pattern covers, back on the resources of its service."""
        service = action.partition(":")[0].lower()
        return self.takes(action) and any(each.partition(":")[0] in (EVERYTHING, service) for each in self.scopes)


def denials(policy: Policy) -> list[Denial]:
    """List the Deny statements of a policy that narrow what it allows, with or without a Condition.

    To deny all but HTTPS, or all at night, narrows nothing.
    """
    found = []
    for each in policy.statements:
        if (
            each.effect == "Deny"
            and (each.actions or each.not_actions)
            and (not each.conditions or not _OPEN_KEYS.issuperset([one.key.strip().lower() for one in each.conditions]))
        ):
            patterns = Patterns(each.actions or each.not_actions, ignore_case=True)
            found.append(Denial(each, patterns, not each.actions, scopes(each.resources)))
            if len(found) == _MOST_DENIALS:
                break
    return found
