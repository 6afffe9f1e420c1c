"""What the Allow statements of an identity policy grant on everything, which the rules about dangerous grants ask for.

An entry of Action counts as granted where

- a Resource of the statement covers all there is: every resource, those of the service, or those of the type;
- no Condition narrows the statement to a network, a second factor, a tag or the like: see `narrows`;
- no Deny of the document takes it back as broadly, with or without conditions: to allow everything, and to deny what
  comes from elsewhere, is to narrow as well.

So what was written with care is left alone, and what is found holds for whoever has the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from pulumi_ice_avatar.ram.arn import parse_arn
from pulumi_ice_avatar.ram.language import split_operator
from pulumi_ice_avatar.ram.matching import Patterns, wildcard
from pulumi_ice_avatar.ram.statements import Path, Policy, Statement

__all__ = [
    "ADMIN",
    "COMPUTE",
    "EVERYTHING",
    "OTHERS",
    "SECRET",
    "SERVICE",
    "WRITE",
    "Grant",
    "denials",
    "grants",
    "narrowed",
    "scopes",
]

EVERYTHING = "*"
"""The scope of a Resource that covers every resource of every service, and the service of an Action that does."""

ADMIN, OTHERS, SERVICE, WRITE, SECRET = "every action", "all others", "a whole service", "a change", "a secret"
"""What `grants` lists besides single actions."""

#: Operations that run what the caller likes under a role that is passed along.
COMPUTE = (
    "ecs:RunInstances",
    "ecs:CreateInstance",
    "ecs:AttachInstanceRamRole",
    "fc:CreateFunction",
    "fc:CreateService",
    "ros:CreateStack",
    "eci:CreateContainerGroup",
)

_COMPUTE = frozenset(each.lower() for each in COMPUTE)
_WATCHED = _COMPUTE | {
    "ims:createaccesskey",
    "ims:createloginprofile",
    "ims:updateloginprofile",
    "ram:attachpolicytogroup",
    "ram:attachpolicytorole",
    "ram:attachpolicytouser",
    "ram:createaccesskey",
    "ram:createloginprofile",
    "ram:createpolicyversion",
    "ram:createrole",
    "ram:createuser",
    "ram:passrole",
    "ram:setdefaultpolicyversion",
    "ram:updateloginprofile",
    "ram:updaterole",
    "sts:assumerole",
}


class Grant(NamedTuple):
    """An entry of Action that is granted on everything.

    Attributes:
        statement: Its statement.
        entry: The entry as written; `*` for what NotAction leaves.
        scopes: What the resources of the statement cover: see `scopes`.
    """

    statement: Statement
    entry: str
    scopes: frozenset[str]

    @property
    def place(self) -> Path:
        """Where the entry is in the document."""
        return self.statement.path + self.statement.at("Action", self.entry)


@lru_cache(maxsize=1)
def grants(policy: Policy) -> Mapping[str, list[Grant]]:
    """Find what a policy grants on everything.

    Every rule about grants asks for the same policy in turn, so the last answer is kept.

    Args:
        policy: An identity policy.

    Returns:
        The grants by what they grant: `ADMIN`, `OTHERS` (what NotAction leaves), `SERVICE`, `WRITE`, `SECRET`, or an
        action in lower case such as `ram:passrole`; in the order of the document, and empty for most. Where `ADMIN` is
        granted it stands alone, and an entry that grants a whole service stands for nothing else but `COMPUTE`: they
        are mistakes of their own.
    """
    found: dict[str, list[Grant]] = {}
    for statement in policy.statements:
        if statement.effect == "Allow" and statement.resources:
            covered = scopes(statement.resources)
            if not covered:
                continue
            if statement.actions:
                _collect(found, statement, covered)
            elif statement.not_actions and not narrowed(statement):
                found.setdefault(OTHERS, []).append(Grant(statement, "*", covered))
    if not found:
        return found
    taken_back = denials(policy)
    if taken_back:
        found = {
            granted: left
            for granted, listed in found.items()
            if (left := [each for each in listed if not _denied(_text(granted, each), taken_back)])
        }
    return {ADMIN: found[ADMIN]} if ADMIN in found else found


def _collect(found: dict[str, list[Grant]], statement: Statement, covered: frozenset[str]) -> None:
    looked_at = False
    for entry in statement.actions:
        reach = _reach(entry) if len(entry) <= _LONGEST else None
        if reach is None:
            continue
        if not looked_at:
            looked_at = True
            if narrowed(statement):
                return
        grant = Grant(statement, entry, covered)
        in_whole = not covered.isdisjoint((EVERYTHING, reach.service))
        watched: Iterable[str] = reach.watched
        if reach.service == EVERYTHING and reach.whole and not in_whole:
            # "*" on the resources of one service is every action of that service.
            in_whole = any(":" not in each for each in covered)
            granted = SERVICE
        else:
            granted = ADMIN if reach.service == EVERYTHING else SERVICE
        if reach.whole and in_whole:
            found.setdefault(granted, []).append(grant)
            watched = _COMPUTE.intersection(watched)
        elif reach.besides and in_whole:
            found.setdefault(reach.besides, []).append(grant)
        for each in watched:
            found.setdefault(each, []).append(grant)


def _text(granted: str, grant: Grant) -> str:
    """What a Deny has to cover in order to take a grant back."""
    if granted in _WATCHED:
        return granted
    return grant.entry if grant.entry.strip("*:") else "*:*"


# --- resources -------------------------------------------------------------------------------------------------------

_LONGEST = 200
"""What is longer is no pattern of anything broad, and not worth keeping a verdict on."""


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
        if each.rpartition(":")[2] in _WHOLE and len(each) <= _LONGEST:
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


# --- actions ---------------------------------------------------------------------------------------------------------


class _Reach(NamedTuple):
    """What an entry of Action covers.

    Attributes:
        service: The service in lower case, which may be a pattern.
        whole: Whether it covers the whole service.
        watched: The watched actions that it covers.
        besides: `SECRET` or `WRITE` where it covers such an action; else empty.
    """

    service: str
    whole: bool
    watched: tuple[str, ...]
    besides: str


@lru_cache(maxsize=4096)
def _reach(entry: str) -> _Reach | None:
    """Judge one entry of Action; None for those of no interest, which most are."""
    text = entry.lower()
    if not text.strip("*") or not text.strip("*:"):
        return _Reach(EVERYTHING, True, tuple(sorted(_WATCHED)), "")
    service, _, operation = text.partition(":")
    if "*" not in text and "?" not in text:
        if text in _WATCHED:
            return _Reach(service, False, (text,), SECRET if _is_secret(text) else "")
        besides = SECRET if _is_secret(text) else WRITE if _changes(text) else ""
        return _Reach(service, False, (), besides) if besides else None
    matches = wildcard(text)
    watched = tuple(sorted(filter(matches, _WATCHED)))
    whole = bool(operation) and not operation.strip("*")
    besides = "" if whole or watched else _besides(service, operation)
    # The one action of STS has a rule of its own.
    return _Reach(service, whole and service != "sts", watched, besides) if watched or whole or besides else None


_READS = ("batchget", "check", "describe", "get", "list", "query", "search")
_CHANGES = (
    *("delete", "detach", "disable", "modify", "put", "reboot", "reinit", "release", "remove", "replace", "reset"),
    *("resize", "revoke", "set", "stop", "unbind", "update"),
)


def _besides(service: str, operation: str) -> str:
    """What else a pattern covers. One that only begins with a verb of reading is taken to mean reading."""
    stem = operation.partition("*")[0].partition("?")[0]
    if stem in _READS:
        return ""
    if "*" in service or "?" in service:
        return WRITE if stem in _CHANGES and stem + "*" == operation else ""
    from pulumi_ice_avatar.ram import catalogue

    covered = [each.name.lower() for each in catalogue.match(f"{service}:{operation}")]
    return SECRET if any(map(_is_secret, covered)) else WRITE if any(map(_changes, covered)) else ""


#: Known to be about credentials or keys, and yet no reason for alarm where they are granted on everything: to decrypt
#: takes the ciphertext, a token of the image registry is short-lived and opens what the user may see anyway, the key of
#: a new key pair opens nothing yet, and a device for second factors that can be deleted is bound to nobody. Service
#: roles and official samples grant them on "*" all the time.
#: Source: `Authorize a RAM user to manage MFA devices.md` in AlibabaCloudDocs/ram@20c6e869, for the last one.
_ORDINARY = frozenset(
    (
        "cr:getauthorizationtoken",
        "ecs:createkeypair",
        "ims:deletevirtualmfadevice",
        "kms:asymmetricdecrypt",
        "kms:certificateprivatekeydecrypt",
        "kms:decrypt",
        "kms:exportdatakey",
        "kms:generateandexportdatakey",
        "ram:deletevirtualmfadevice",
    )
)


def _is_secret(name: str) -> bool:
    from pulumi_ice_avatar.ram import catalogue

    return name not in _ORDINARY and catalogue.sensitive(name) is not None


def _changes(name: str) -> bool:
    """Tell whether an action surely changes or deletes what there is, and could be narrowed.

    It could where its documented resources have a name in them. What only creates is left out, as what is not there
    yet often has no name.
    """
    from pulumi_ice_avatar.ram import catalogue

    if not name.partition(":")[2].startswith(_CHANGES) or name in _ORDINARY:
        return False
    known = catalogue.action(name)
    return known is not None and any("{" in each for each in known.resources) and catalogue.access(name) == "write"


# --- what narrows ----------------------------------------------------------------------------------------------------

_OPEN_KEYS = frozenset(("acs:currenttime", "acs:securetransport", "acs:useragent"))
"""Keys that say neither who asks nor for what: every client uses HTTPS, and calls itself what it likes."""

_NETWORK_KEYS = frozenset(("acs:sourceip", "acs:sourcevpc", "acs:vpcsourceip"))
_EVERY_ADDRESS = frozenset(("*", "0.0.0.0/0", "::/0"))


def narrowed(statement: Statement) -> bool:
    """Tell whether the Condition of a statement narrows whom it is for or what it is about."""
    return any(_narrows(each.operator, each.key, each.values) for each in statement.conditions)


def _narrows(operator: str, key: str, values: tuple[object, ...]) -> bool:
    """Tell the same of one condition key under one operator.

    It does not by keys that say neither, by values that every request meets, nor by "not from this network".
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


class Denial(NamedTuple):
    """What a Deny statement takes back: the actions in `patterns`, or all others, on what it covers completely."""

    statement: Statement
    patterns: Patterns
    others: bool
    scopes: frozenset[str]

    def takes(self, action: str) -> bool:
        """Tell whether an action, or all that a pattern covers, is among the actions."""
        return self.patterns.match(action) != self.others


_MOST_DENIALS = 50
"""No policy within the limits of length has more Deny statements; what comes after them is not looked at."""


def denials(policy: Policy) -> list[Denial]:
    """List the Deny statements of a policy that narrow what it allows, with or without a Condition.

    That all but HTTPS is denied, or all at night, narrows nothing.
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


def _denied(action: str, taken_back: list[Denial]) -> bool:
    """Tell whether a Deny takes an action, or all that a pattern covers, back on the resources of its service."""
    service = action.partition(":")[0].lower()
    return any(
        any(scope.partition(":")[0] in (EVERYTHING, service) for scope in each.scopes) and each.takes(action)
        for each in taken_back
    )
