"""Which statement of a policy covers which: whatever request the one applies to, the other applies to as well.

What is claimed here holds for every request; what is not claimed may hold too. A pattern covers a text that it matches,
the stars of the text taken as they are: whatever stands in their place, the pattern matches it. That is not so for `?`,
so a pattern with one covers only itself.

To compare each statement with each other would take too long where there are many. A statement that covers another has,
for each of its entries, the same or a pattern that begins it: an index of entries gives the few to compare.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from pulumi_ice_avatar.ram.language import ELEMENTS, RESOURCE_BASED, TRUST
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.reading.statements import Policy, Statement

__all__ = ["Overlap", "Relations", "relations"]


class Overlap(NamedTuple):
    """Entries of an Allow statement that a Deny statement takes back whole.

    Attributes:
        allow: The Allow statement.
        element: `Action` or `Resource`; empty where the two statements are the same but for the effect.
        entries: The entries of that element, as written.
        deny: The Deny statement.
    """

    allow: Statement
    element: str
    entries: tuple[str, ...]
    deny: Statement


class Relations(NamedTuple):
    """How the statements of a policy stand to each other.

    Attributes:
        redundant: Statements that another one with the same effect covers, each with that one, which is not redundant
            at the time: all of them together can go.
        shadowed: Allow statements that a Deny covers, each with that one.
        overlapping: What a Deny takes back of Allow statements that are not shadowed.
        mergeable: Statements that differ from an earlier one in Action alone, each with that one.
    """

    redundant: list[tuple[Statement, Statement]]
    shadowed: list[tuple[Statement, Statement]]
    overlapping: list[Overlap]
    mergeable: list[tuple[Statement, Statement]]


@lru_cache(maxsize=1)
def relations(policy: Policy) -> Relations | None:
    """Compare the statements of a policy.

    Several rules ask for the same policy in turn, so the last answer is kept.

    Args:
        policy: A policy of any kind.

    Returns:
        What was found; None where there is nothing to compare.
    """
    if len(policy.statements) < 2:
        return None
    found = Relations([], [], [], [])
    allowing = [each for each in policy.statements if each.effect == "Allow"]
    denying = [each for each in policy.statements if each.effect == "Deny"]
    redundant = _find_redundant(allowing, found) | _find_redundant(denying, found)
    if allowing and denying:
        _find_contradictions(allowing, _Index(denying), found)
    _find_mergeable([each for each in policy.statements if each.index not in redundant], found)
    return found


def _find_redundant(statements: list[Statement], found: Relations) -> set[int]:
    redundant: set[int] = set()
    if len(statements) < 2:
        return redundant
    index = _Index(statements)
    for statement in statements:
        for near in index.near(statement):
            if near is statement or near.index in redundant:
                continue
            shape, other = _shape(statement), _shape(near)
            # Of two that cover each other the later one goes.
            if shape and other and other.covers(shape) and (near.index < statement.index or not shape.covers(other)):
                redundant.add(statement.index)
                found.redundant.append((statement, near))
                break
    return redundant


def _find_contradictions(allowing: list[Statement], denying: _Index, found: Relations) -> None:
    for statement in allowing:
        touching = denying.touching(statement)
        shape = _shape(statement) if touching else None
        if shape:
            _contradict(shape, [other for each in touching if (other := _shape(each)) and other.fits(shape)], found)


def _contradict(shape: _Shape, others: list[_Shape], found: Relations) -> None:
    statement = shape.statement
    for other in others:
        if other.covers(shape):
            if other.actions == shape.actions and other.resources == shape.resources:
                found.overlapping.append(Overlap(statement, "", (), other.statement))
            else:
                found.shadowed.append((statement, other.statement))
            return
    for other in others:
        if other.has_resources(shape):
            entries = tuple([each for each in statement.actions if other.has_action(each.lower())])
            if entries:
                found.overlapping.append(Overlap(statement, "Action", entries, other.statement))
        elif other.has_actions(shape):
            entries = tuple(filter(other.has_resource, statement.resources))
            if entries:
                found.overlapping.append(Overlap(statement, "Resource", entries, other.statement))


def _find_mergeable(statements: list[Statement], found: Relations) -> None:
    groups: dict[tuple[object, ...], list[Statement]] = {}
    for each in statements:
        # A Sid is a name that somebody gave on purpose, and NotAction would have to be cut, not joined.
        if each.actions and "Sid" not in each.value:
            groups.setdefault((each.effect, each.resources), []).append(each)
    for group in groups.values():
        if len(group) > 1:
            first: dict[tuple[object, ...], _Shape] = {}
            for shape in filter(None, map(_shape, group)):
                other = first.setdefault((shape.principals, frozenset(shape.conditions.items())), shape)
                if other is not shape:
                    found.mergeable.append((shape.statement, other.statement))


# --- one statement ---------------------------------------------------------------------------------------------------

_EVERYTHING = ("*",)
_EVERYBODY = ("", "*")

_Conditions = dict[tuple[str, str], frozenset[str]]


class _Shape:
    """What a statement says, in sets.

    Attributes:
        statement: The statement.
        others: True when it is about all actions but those listed: NotAction.
        actions: The actions listed, in lower case.
        resources: The resources.
        principals: The principals, each with its type; empty in a policy without any.
        conditions: The values by operator and key, the key in lower case.
    """

    __slots__ = (
        "_action_patterns",
        "_resource_patterns",
        "actions",
        "conditions",
        "others",
        "principals",
        "resources",
        "statement",
    )

    def __init__(self, statement: Statement, conditions: _Conditions) -> None:
        self.statement = statement
        self.others = not statement.actions
        self.actions = frozenset([each.lower() for each in statement.actions or statement.not_actions])
        # Without a Resource, a policy that belongs to a resource is about that one.
        self.resources = frozenset(statement.resources or _EVERYTHING)
        self.principals = frozenset([(type_.lower(), value) for type_, value in statement.principals])
        self.conditions = conditions
        # Compiling patterns costs more than all else here, and most are never asked for.
        self._action_patterns: Patterns | None = None
        self._resource_patterns: Patterns | None = None

    def covers(self, other: _Shape) -> bool:
        """Tell whether this statement applies to every request that the other one applies to."""
        return self.fits(other) and self.has_actions(other) and self.has_resources(other)

    def fits(self, other: _Shape) -> bool:
        """Tell the same of the principals and the conditions alone."""
        if _EVERYBODY in self.principals:
            # Without a condition, "*" in a bucket policy is everybody but the owner; with one, the owner as well.
            # Source: https://help.aliyun.com/en/oss/user-guide/bucket-policy/
            if bool(self.conditions) != bool(other.conditions):
                return False
        elif not other.principals <= self.principals:
            return False
        for condition, values in self.conditions.items():
            given = other.conditions.get(condition)
            if given is None or not (values <= given if "Not" in condition[0] else given <= values):
                return False
        return True

    def has_actions(self, other: _Shape) -> bool:
        """Tell the same of the actions alone."""
        if other.others:
            return self.actions == other.actions if self.others else "*" in self.actions
        return all(map(self.has_action, other.actions))

    def has_resources(self, other: _Shape) -> bool:
        """Tell the same of the resources alone."""
        return all(map(self.has_resource, other.resources))

    def has_action(self, action: str) -> bool:
        """Tell whether the statement is about an action, or all that a pattern stands for; in lower case."""
        if not self.others and action in self.actions:
            return True
        patterns = self._action_patterns
        if patterns is None:
            patterns = self._action_patterns = Patterns(self.actions) if self.others else _patterns(self.actions)
        if self.others:
            # What a pattern has in common with others is not worked out.
            return "*" not in action and "?" not in action and not patterns.match(action)
        return patterns.match(action)

    def has_resource(self, resource: str) -> bool:
        """Tell whether the statement is about a resource, or all that a pattern stands for."""
        if resource in self.resources:
            return True
        patterns = self._resource_patterns
        if patterns is None:
            patterns = self._resource_patterns = _patterns(self.resources)
        return patterns.match(resource)


_MOST_PATTERNS = 20
"""So many patterns of a statement are compared with other entries; the rest cover themselves alone."""


def _patterns(entries: Iterable[str]) -> Patterns:
    usable = [each for each in entries if "*" in each and "?" not in each]
    return Patterns(sorted(usable)[:_MOST_PATTERNS]) if usable else _NO_PATTERNS


_NO_PATTERNS = Patterns(())

_ELEMENTS = frozenset(ELEMENTS) - {"NotPrincipal", "NotResource"}
_STRINGS = frozenset((str,))
_MOST_ENTRIES = 500
"""No policy within the limits of length has more in one statement."""


@lru_cache(maxsize=256)
def _shape(statement: Statement) -> _Shape | None:
    """Take a statement apart; None where what it says is not sure, or outside the documented language."""
    if (
        statement.irregular
        or statement.effect is None
        or not _ELEMENTS.issuperset(statement.elements)
        or bool(statement.actions) == bool(statement.not_actions)
        or not (statement.resources or statement.kind in (TRUST, RESOURCE_BASED))
        or len(statement.actions) + len(statement.not_actions) + len(statement.resources) > _MOST_ENTRIES
    ):
        return None
    conditions: _Conditions = {}
    for each in statement.conditions:
        key = (each.operator, each.key.lower())
        if key in conditions or not each.values or not _STRINGS.issuperset(map(type, each.values)):
            return None
        conditions[key] = frozenset(each.values)
    if len(statement.operators) != len({operator for operator, _ in conditions}):
        return None
    return _Shape(statement, conditions)


# --- many statements -------------------------------------------------------------------------------------------------

_MOST_CANDIDATES = 4
_MOST_LENGTHS = 32
_PATIENCE = 50_000
"""So many entries are compared at most, which is far more than any policy within the limits has."""

_Holders = dict[str, list[Statement]]


class _Index:
    """Statements by the entries of their actions and resources."""

    __slots__ = ("_actions", "_lengths", "_loose", "_patience", "_resources")

    def __init__(self, statements: list[Statement]) -> None:
        self._patience = _PATIENCE
        self._actions: _Holders = {}
        self._resources: _Holders = {}
        # What is about other actions, or has a star within, is not found by how an entry begins.
        self._loose: list[Statement] = []
        lengths: set[int] = set()
        for statement in statements:
            loose = not statement.actions
            for entry in statement.actions:
                action = entry.lower()
                self._actions.setdefault(action, []).append(statement)
                star = action.find("*")
                if star >= 0:
                    lengths.add(len(action) - 1)
                    loose = loose or star < len(action) - 1
            for entry in statement.resources or _EVERYTHING:
                self._resources.setdefault(entry, []).append(statement)
                if entry.endswith("*"):
                    lengths.add(len(entry) - 1)
            if loose:
                self._loose.append(statement)
        self._lengths = sorted(lengths)[:_MOST_LENGTHS]

    def near(self, statement: Statement) -> list[Statement]:
        """List a few that may cover one of them: those found by the entry that the fewest have."""
        fewest, count = self._holding(self._resources, (statement.resources or _EVERYTHING)[0])
        for entry in statement.actions:
            if count <= 1:
                break
            holding, number = self._holding(self._actions, entry.lower())
            if number < count:
                fewest, count = holding, number
        # The one that there always is, is the statement itself.
        return self._few(fewest, statement) if count > 1 or self._loose else []

    def touching(self, statement: Statement) -> list[Statement]:
        """List a few that may cover some of the actions of another statement."""
        holding = [self._holding(self._actions, entry.lower())[0] for entry in statement.actions]
        return self._few([each for listed in holding for each in listed], statement)

    def _few(self, lists: list[list[Statement]], statement: Statement) -> list[Statement]:
        if self._patience < 0:
            return []
        few = list(dict.fromkeys(chain.from_iterable(each[:_MOST_CANDIDATES] for each in (*lists, self._loose))))
        del few[_MOST_CANDIDATES:]
        self._patience -= len(few) * (len(statement.actions) + len(statement.resources))
        return few

    def _holding(self, holders: _Holders, entry: str) -> tuple[list[list[Statement]], int]:
        """Those that have an entry, or a pattern that begins it; and how many there are."""
        found = [holders[entry]] if entry in holders else []
        for length in self._lengths:
            if length >= len(entry):
                break
            pattern = entry[:length] + "*"
            if pattern in holders and pattern != entry:
                found.append(holders[pattern])
        return found, sum(map(len, found))
