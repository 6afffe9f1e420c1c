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
from itertools import chain, islice
from typing import NamedTuple

from pulumi_ice_avatar.ram.language import ELEMENTS, RESOURCE_BASED, TRUST
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.statements import Policy, Statement

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
        What was found; None for a policy with less than two statements that can be compared.
    """
    shapes = [shape for each in policy.statements if (shape := _shape(each))] if len(policy.statements) > 1 else []
    if len(shapes) < 2:
        return None
    found = Relations([], [], [], [])
    allowing = [each for each in shapes if each.effect == "Allow"]
    denying = [each for each in shapes if each.effect == "Deny"]
    _find_redundant(allowing, found)
    _find_redundant(denying, found)
    if allowing and denying:
        _find_contradictions(allowing, _Index(denying), found)
    _find_mergeable(shapes, found)
    return found


def _find_redundant(shapes: list[_Shape], found: Relations) -> None:
    if len(shapes) < 2:
        return
    index = _Index(shapes)
    for shape in shapes:
        for other in index.candidates(shape):
            # Of two that cover each other the later one goes.
            if (
                other is not shape
                and other.kept
                and other.covers(shape)
                and (other.statement.index < shape.statement.index or not shape.covers(other))
            ):
                shape.kept = False
                found.redundant.append((shape.statement, other.statement))
                break


def _find_contradictions(allowing: list[_Shape], denying: _Index, found: Relations) -> None:
    for shape in allowing:
        for other in denying.candidates(shape):
            if other.covers(shape):
                if other.actions == shape.actions and other.resources == shape.resources:
                    found.overlapping.append(Overlap(shape.statement, "", (), other.statement))
                else:
                    found.shadowed.append((shape.statement, other.statement))
                break
        else:
            for other in denying.touching(shape):
                if other.fits(shape):
                    _find_overlap(shape, other, found)


def _find_overlap(shape: _Shape, other: _Shape, found: Relations) -> None:
    statement = shape.statement
    if other.has_resources(shape):
        entries = tuple([each for each in statement.actions if other.has_action(each.lower())])
        if entries:
            found.overlapping.append(Overlap(statement, "Action", entries, other.statement))
    elif other.has_actions(shape):
        entries = tuple(filter(other.has_resource, statement.resources))
        if entries:
            found.overlapping.append(Overlap(statement, "Resource", entries, other.statement))


def _find_mergeable(shapes: Iterable[_Shape], found: Relations) -> None:
    first: dict[tuple[object, ...], _Shape] = {}
    for shape in shapes:
        # A Sid is a name that somebody gave on purpose, and NotAction would have to be cut, not joined.
        if shape.kept and not shape.others and "Sid" not in shape.statement.value:
            conditions = frozenset(shape.conditions.items()) if shape.conditions else None
            same = (shape.effect, frozenset(shape.resources), shape.principals, conditions)
            other = first.setdefault(same, shape)
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
        effect: `Allow` or `Deny`.
        others: True when it is about all actions but those listed: NotAction.
        actions: The actions listed, in lower case and in order.
        resources: The resources, in order.
        principals: The principals, each with its type; empty in a policy without any.
        conditions: The values by operator and key, the key in lower case.
        kept: False once it is known to be redundant.
    """

    __slots__ = (
        "_action_patterns",
        "_resource_patterns",
        "actions",
        "conditions",
        "effect",
        "kept",
        "others",
        "principals",
        "resources",
        "statement",
    )

    def __init__(self, statement: Statement, effect: str, conditions: _Conditions) -> None:
        self.statement = statement
        self.effect = effect
        self.others = not statement.actions
        self.actions = dict.fromkeys([each.lower() for each in statement.actions or statement.not_actions])
        # Without a Resource, a policy that belongs to a resource is about that one.
        self.resources = dict.fromkeys(statement.resources or _EVERYTHING)
        self.principals = frozenset([(type_.lower(), value) for type_, value in statement.principals])
        self.conditions = conditions
        self.kept = True
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
        patterns = self._action_patterns
        if patterns is None:
            patterns = self._action_patterns = Patterns(self.actions) if self.others else _patterns(self.actions)
        if self.others:
            # What a pattern has in common with others is not worked out.
            return "*" not in action and "?" not in action and not patterns.match(action)
        return action in self.actions or patterns.match(action)

    def has_resource(self, resource: str) -> bool:
        """Tell whether the statement is about a resource, or all that a pattern stands for."""
        patterns = self._resource_patterns
        if patterns is None:
            patterns = self._resource_patterns = _patterns(self.resources)
        return resource in self.resources or patterns.match(resource)


_MOST_PATTERNS = 20
"""So many patterns of a statement are compared with other entries; the rest cover but themselves."""


def _patterns(entries: Iterable[str]) -> Patterns:
    usable = [each for each in entries if "*" in each and "?" not in each]
    return Patterns(usable[:_MOST_PATTERNS]) if usable else _NO_PATTERNS


_NO_PATTERNS = Patterns(())
_ELEMENTS = frozenset(ELEMENTS) - {"NotPrincipal", "NotResource"}
_STRINGS = frozenset((str,))
_MOST_ENTRIES = 500
"""No policy within the limits of length has more in one statement."""


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
    return _Shape(statement, statement.effect, conditions)


# --- many statements -------------------------------------------------------------------------------------------------

_MOST_CANDIDATES = 8
_MOST_LENGTHS = 32
_PATIENCE = 50_000
"""So many entries are compared at most, which is far more than any policy within the limits has."""

_Postings = dict[str, list[_Shape]]


class _Index:
    """Statements with one effect by the entries of their actions and resources."""

    __slots__ = ("_actions", "_lengths", "_loose", "_patience", "_resources")

    def __init__(self, shapes: list[_Shape]) -> None:
        self._actions: _Postings = {}
        self._resources: _Postings = {}
        self._patience = _PATIENCE
        # What is about other actions, or has a star within, is not found by how an entry begins.
        self._loose: list[_Shape] = []
        lengths: set[int] = set()
        for shape in shapes:
            loose = shape.others
            for entry in shape.actions:
                self._actions.setdefault(entry, []).append(shape)
                star = entry.find("*")
                if star >= 0:
                    lengths.add(len(entry) - 1)
                    loose = loose or star < len(entry) - 1
            for entry in shape.resources:
                self._resources.setdefault(entry, []).append(shape)
                if entry.endswith("*"):
                    lengths.add(len(entry) - 1)
            if loose:
                self._loose.append(shape)
        self._lengths = sorted(lengths)[:_MOST_LENGTHS]

    def candidates(self, shape: _Shape) -> list[_Shape]:
        """List a few statements that may cover one: those found by the entry that the fewest have."""
        fewest, count = self._fewest(self._actions, shape.actions)
        if count > _MOST_CANDIDATES:
            by_resource, other_count = self._fewest(self._resources, shape.resources)
            fewest = by_resource if other_count < count else fewest
        return self._few(shape, fewest)

    def touching(self, shape: _Shape) -> list[_Shape]:
        """List a few statements that may cover some of the actions of one."""
        lists = [each for entry in shape.actions for each in self._having(self._actions, entry)]
        found = {id(each): each for listed in lists for each in listed[:_MOST_CANDIDATES]}
        return self._few(shape, [list(found.values())])

    def _few(self, shape: _Shape, lists: list[list[_Shape]]) -> list[_Shape]:
        if self._patience < 0:
            return []
        found = list(islice(chain(*lists, self._loose), _MOST_CANDIDATES))
        self._patience -= len(found) * (len(shape.actions) + len(shape.resources))
        return found

    def _fewest(self, postings: _Postings, entries: Iterable[str]) -> tuple[list[list[_Shape]], int]:
        fewest: list[list[_Shape]] = []
        count = -1
        for entry in entries:
            found = self._having(postings, entry)
            total = sum(map(len, found))
            if count < 0 or total < count:
                fewest, count = found, total
                if not count:
                    break
        return fewest, count

    def _having(self, postings: _Postings, entry: str) -> list[list[_Shape]]:
        """The statements that have an entry, or a pattern that begins it."""
        found = [postings[entry]] if entry in postings else []
        for length in self._lengths:
            if length >= len(entry):
                break
            pattern = entry[:length] + "*"
            if pattern in postings and pattern != entry:
                found.append(postings[pattern])
        return found
