"""Actions, the operations that are authorised otherwise, and what they do."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from pulumi_ice_avatar.ram.catalogue.prefixes import is_complete, service, services
from pulumi_ice_avatar.ram.catalogue.tables import LONGEST, load
from pulumi_ice_avatar.ram.matching import wildcard
from pulumi_ice_avatar.ram.spelling import Vocabulary

__all__ = [
    "Action",
    "Needed",
    "Operation",
    "access",
    "action",
    "actions",
    "match",
    "misspelt",
    "near_action",
    "near_resource_type",
    "operation",
    "resource_templates",
    "sensitive",
]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Verbs say more than the access levels of the metadata, where some Describe* are `create` and some Delete* are `get`.
_READS = frozenset({"Describe", "Get", "Head", "List", "Query", "Search"})
_WRITES = frozenset(
    {"Add", "Attach", "Create", "Delete", "Detach", "Disable", "Enable", "Modify", "Put", "Remove", "Set", "Update"}
)
# A Verify, Detect or Export changes nothing, whatever level it is listed under.
_EITHER = frozenset({"Check", "Count", "Detect", "Export", "Find", "Generate", "Recognize", "Validate", "Verify"})


class Action(NamedTuple):
    """An action, or the name of an operation that may be one.

    Attributes:
        name: The documented spelling, with the code: `oss:GetObject`.
        level: `get`, `list`, `create`, `update`, `delete`, or empty. Not a split of reads and writes: see `access`.
        resources: ARN templates with `{placeholders}`, any region and account as `*`; `("*",)` for an action without
            resources; empty when not known.
        condition_keys: The documented keys of this action; none are known of most.
        basis: `metadata` and `doc` are Alibaba Cloud's word, `policy` was seen in a system policy, `inferred` is the
            name of an operation only.
        needs_star: True where it is documented that the action takes no resource but `*`.
        year: The year of the documentation, where it is an old one.
    """

    name: str
    level: str
    resources: tuple[str, ...]
    condition_keys: tuple[str, ...]
    basis: Literal["metadata", "doc", "policy", "inferred"]
    needs_star: bool
    year: int | None


class Needed(NamedTuple):
    """An action that an operation needs, and when; `when` is empty for always."""

    action: str
    when: str


class Operation(NamedTuple):
    """An operation that is authorised otherwise than by the action of its name alone.

    Attributes:
        name: The operation as if it were an action: `oss:HeadObject`.
        needs: The actions it needs; empty when it needs no permission at all.
        is_action: True when there is an action of that name too, and `needs` are further ones.
    """

    name: str
    needs: tuple[Needed, ...]
    is_action: bool


def action(name: str) -> Action | None:
    """Look an action up, whatever the case; None when it is not known here."""
    code, _, operation_name = name.partition(":")
    return _table(code.lower()).actions.get(operation_name.lower())


def actions(code: str) -> tuple[Action, ...]:
    """All known actions of a service, by name; empty when none is known."""
    return tuple(_table(code.lower()).actions.values())


def match(pattern: str) -> tuple[Action, ...]:
    """Expand a pattern over the known actions.

    Args:
        pattern: An action with wildcards, `oss:Get*`; `*` is any text, `?` any character, case does not matter. A
            wildcard in the service reads the table of every service that fits.

    Returns:
        The actions it covers, by name. That there are none means something in complete services only.
    """
    code, _, operation_name = ("*:*" if pattern == "*" else pattern.lower()).partition(":")
    codes = filter(wildcard(code), services()) if {"*", "?"} & set(code) else [code]
    return tuple(found for known in codes for found in _table(known).matching(operation_name))


def near_action(name: str) -> str | None:
    """Find the action that was meant by an unknown one.

    In a complete service that is the one known action within a slip. Elsewhere an unknown action may exist, so a word
    in it has to be misspelt too: `oss:GetObjekt`, but not `ecs:DescribeInstance`, is a slip. An operation that only
    ICE has is meant as such under any other prefix: `ims:GetAvatar`.

    Args:
        name: An action without wildcards, of any length.

    Returns:
        The action meant; None for a known action or operation, and in doubt.
    """
    code, _, operation_name = name.partition(":")
    return _near_action(code.lower(), operation_name) if len(name) <= LONGEST else None


def operation(name: str) -> Operation | None:
    """Look up an operation that needs another action than its own name, or further ones, or none.

    Args:
        name: The operation as one would write it as an action: `oss:HeadObject`, `log:GetLogs`. Case does not matter.

    Returns:
        What it needs; None when nothing is known, which is so for operations that need the action of their name.
    """
    code, _, operation_name = name.partition(":")
    return _table(code.lower()).operations.get(operation_name.lower())


def access(name: str) -> Literal["read", "write"] | None:
    """Tell reads from writes, conservatively.

    The verb decides where it is a plain one, known action or not; else the access level, where it is one of a change.

    Args:
        name: An action without wildcards.

    Returns:
        `read` or `write`; None when in doubt, as for `kms:Decrypt` and `sts:AssumeRole`.
    """
    known = action(name)
    words = _WORD.findall((known.name if known else name[:LONGEST]).partition(":")[2])
    verb = words[0] if words else ""
    if verb in _READS:
        return "read"
    if verb in _WRITES or (known and verb not in _EITHER and known.level in ("create", "update", "delete")):
        return "write"
    return None


def sensitive(name: str) -> str | None:
    """Say what an action does to credentials or keys (`returns a secret`); None when it is not known to do any."""
    return _sensitive().get(name.lower())


def resource_templates(code: str) -> tuple[str, ...]:
    """The ARN templates of a service's actions; some have another service in the ARN. Empty when none is known."""
    return tuple(sorted({known for found in actions(code) for known in found.resources if known != "*"}))


def near_resource_type(code: str, word: str) -> str | None:
    """Find the resource type that was meant by a mistyped one.

    Args:
        code: The service segment of an ARN.
        word: The first part of its relative id: `instnace` of `instnace/*`.

    Returns:
        The one documented type within a slip; None for a known type, in doubt, and where a relative id may begin with
        a name of the user's, as a bucket's does.
    """
    return _resource_types(code.lower()).nearest(word)


def misspelt(name: str) -> bool:
    """Tell whether a name in capitalised words has one that no known name has: in singular, in plural, or undone.

    Of 24,200 operations, each taken away once, 1,627 have one single neighbour within a slip, but only 8 have a word
    that is in no other name: so seldom would a hint be wrong that a table lacks an action. Abbreviations are too short
    to tell.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if len(words) < 2:
        return False
    known = _words()
    return any(
        len(word) > 3 and not known & {word, f"{word}s", word.removesuffix("s"), word.removeprefix("un")}
        for word in words
    )


_WILDCARDS = re.compile(r"[*?]")
_LAST = "\x7f"
"""Behind every character that the name of an action has."""


class _Table:
    """The actions and operations of one service."""

    def __init__(self, code: str, table: dict[str, Any]) -> None:
        self.actions: dict[str, Action] = {}
        for group in table.get("actions", ()):
            common = (
                group.get("level", ""),
                tuple(group.get("resources", ())),
                tuple(group.get("keys", ())),
                group["basis"],
                group.get("star", False),
                group.get("year"),
            )
            for name in group["names"].split():
                self.actions[name.lower()] = Action(f"{code}:{name}", *common)
        self.actions = dict(sorted(self.actions.items()))
        self.operations = {
            name.lower(): Operation(
                f"{code}:{name}", tuple(Needed(*need) for need in needs), name.lower() in self.actions
            )
            for name, needs in table.get("operations", {}).items()
        }
        self._names = list(self.actions)
        self._text = "\n".join(self._names)
        self.shared = frozenset(table.get("shared", "").lower().split())

    def matching(self, pattern: str) -> list[Action]:
        """The actions that a pattern in lower case covers, by name."""
        stem, *runs = _WILDCARDS.split(pattern)
        # Nearly every pattern is refused or answered before it is compared with a name.
        if not all(run in self._text for run in runs):
            return []
        begin = bisect_left(self._names, stem)
        end = bisect_left(self._names, stem + _LAST, begin)
        if pattern == stem + "*":
            return [self.actions[name] for name in self._names[begin:end]]
        fits = wildcard(pattern)
        return [self.actions[name] for name in self._names[begin:end] if fits(name)]

    def knows(self, name: str) -> bool:
        return name in self.actions or name in self.operations


_NOTHING = _Table("", {})


def _table(code: str) -> _Table:
    # Only a known code becomes a file name.
    return _read_table(code) if service(code) else _NOTHING


@cache
def _read_table(code: str) -> _Table:
    return _Table(code, load(f"actions/{code}") or {})


@cache
def _operation_names(code: str) -> Vocabulary:
    return Vocabulary(found.name.partition(":")[2] for found in actions(code))


@cache
def _resource_types(code: str) -> Vocabulary:
    own = (template.split(":", 4) for template in resource_templates(code))
    types = {path.partition("/")[0] for _, segment, _, _, path in own if segment == code} - {"", "*"}
    if any("{" in word for word in types - {"{resourceType}"}):
        return Vocabulary(())
    return Vocabulary(types)


@lru_cache(maxsize=4096)
def _near_action(code: str, name: str) -> str | None:
    table = _table(code)
    if table.knows(name.lower()):
        return None
    found = _operation_names(code).nearest(name)
    if found and (is_complete(code) or misspelt(name)):
        return f"{code}:{found}"
    ice = _table("ice")
    if name.lower() in ice.actions and name.lower() not in ice.shared:
        return ice.actions[name.lower()].name
    return None


@cache
def _words() -> frozenset[str]:
    return frozenset(load("words").split())


@cache
def _sensitive() -> dict[str, str]:
    return {name.lower(): why for name, why in load("sensitive").items()}
