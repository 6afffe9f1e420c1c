"""What the Allow statements of an identity policy grant on everything, which the rules about dangerous grants ask for.

An entry of Action counts as granted where a Resource of the statement covers all there is (every resource, or those of
the service or of the type), no Condition narrows the statement, and no Deny of the document takes it back as broadly,
with or without conditions: to allow everything, and to deny what comes from elsewhere, is to narrow as well.

So what was written with care is left alone, and what is found holds for whoever has the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from pulumi_ice_avatar.ram.linting.rules.narrowing import EVERYTHING, LONGEST, denials, narrowed, scopes
from pulumi_ice_avatar.ram.matching import wildcard
from pulumi_ice_avatar.ram.reading.statements import Path, Policy, Statement

__all__ = ["ADMIN", "COMPUTE", "OTHERS", "SECRET", "SERVICE", "WRITE", "Grant", "grants"]

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
            if (
                left := [each for each in listed if not any(one.takes_back(_text(granted, each)) for one in taken_back)]
            )
        }
    return {ADMIN: found[ADMIN]} if ADMIN in found else found


def _collect(found: dict[str, list[Grant]], statement: Statement, covered: frozenset[str]) -> None:
    looked_at = False
    for entry in statement.actions:
        reach = _reach(entry) if len(entry) <= LONGEST else None
        if reach is None:
            continue
        if not looked_at:
            looked_at = True
            if narrowed(statement):
                return
        grant = Grant(statement, entry, covered)
        granted = ""
        if EVERYTHING in covered or reach.service in covered:
            granted = reach.granted
        elif reach.granted == ADMIN and any(":" not in each for each in covered):
            # Every action on the resources of a service is every action of that service.
            granted = SERVICE
        if granted:
            found.setdefault(granted, []).append(grant)
        for each in reach.watched:
            if each in _COMPUTE or granted not in (ADMIN, SERVICE):
                found.setdefault(each, []).append(grant)


def _text(granted: str, grant: Grant) -> str:
    """What a Deny has to cover in order to take a grant back."""
    if granted in _WATCHED:
        return granted
    return grant.entry if grant.entry.strip("*:") else "*:*"


# --- actions ---------------------------------------------------------------------------------------------------------


class _Reach(NamedTuple):
    """What an entry of Action covers.

    Attributes:
        service: The service in lower case, which may be a pattern.
        watched: The watched actions that it covers.
        granted: What it grants on all resources of the service besides: `ADMIN`, `SERVICE`, `SECRET`, `WRITE` or
            nothing.
    """

    service: str
    watched: tuple[str, ...]
    granted: str


@lru_cache(maxsize=4096)
def _reach(entry: str) -> _Reach | None:
    """Judge one entry of Action; None for those of no interest, which most are."""
    text = entry.lower()
    service, _, operation = text.partition(":")
    if not text.strip("*") or (service and operation and not (service + operation).strip("*")):
        return _Reach(EVERYTHING, tuple(sorted(_WATCHED)), ADMIN)
    if "*" not in text and "?" not in text:
        watched: tuple[str, ...] = (text,) if text in _WATCHED else ()
        granted = SECRET if _is_secret(text) else WRITE if not watched and _changes(text) else ""
    else:
        watched = tuple(sorted(filter(wildcard(text), _WATCHED)))
        if operation and not operation.strip("*"):
            # The one action of STS has a rule of its own.
            granted = SERVICE if service != "sts" else ""
        else:
            granted = "" if watched else _besides(service, operation)
    return _Reach(service, watched, granted) if watched or granted else None


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
