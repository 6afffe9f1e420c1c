"""RAM4xx: operators, and how the conditions of a statement go together.

The keys are looked at in `condition_keys`, single values in `condition_values`. Operators:
https://www.alibabacloud.com/help/en/ram/conditional-operator
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.language import OPERATORS, SET_PREFIXES, split_operator
from pulumi_ice_avatar.ram.linting.rules import (
    ERROR,
    OPERATOR,
    STATEMENT,
    SUGGESTION,
    WARNING,
    Problem,
    condition_keys as condition_keys,  # which registers its rules
    condition_values as condition_values,
    remove,
    rename,
    rule,
)
from pulumi_ice_avatar.ram.linting.rules.condition_values import parsed
from pulumi_ice_avatar.ram.reading.statements import Condition, Statement
from pulumi_ice_avatar.ram.spelling import Vocabulary
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []

# --- the operator ----------------------------------------------------------------------------------------------------


@rule("RAM401", "unknown-operator", ERROR, OPERATOR, schema=True)
def unknown_operator(operator: str) -> Problem | None:
    prefix, name = _parts(operator)
    if name in OPERATORS and operator == prefix + name:
        return None
    if _tests_existence(name) or _is_key(operator):
        return None
    if not prefix and ":" in operator:
        known = " and ".join(SET_PREFIXES)
        return Problem(f"{quote(operator)} is no condition operator: before a colon there are only {known}")
    meant = _meant(name)
    if meant is None:
        families = "String…, Numeric…, Date…, Bool and IpAddress"
        return Problem(f"{quote(operator)} is no condition operator: RAM has {families}")
    if name.lower() == meant.lower():
        return Problem(f"{quote(operator)} is spelt {prefix}{meant}", fix=rename(prefix + meant))
    return Problem(f"{quote(operator)} is no condition operator: did you mean {prefix}{meant}?")


@rule("RAM402", "unsupported-operator-suffix", ERROR, OPERATOR, schema=True)
def unsupported_operator_suffix(operator: str) -> Problem | None:
    prefix, name = _parts(operator)
    if not _tests_existence(name):
        return None
    meant = _meant(name[: -len("IfExists")])
    if meant is None:
        return Problem(
            f'{quote(operator)} is not supported: StringLike "*" is met where a request has the key, '
            'StringNotLike "*" where it does not'
        )
    if "Not" in meant:
        return Problem(f"{quote(operator)} is not supported: write {prefix}{meant}, which is met without the key too")
    return Problem(
        f"{quote(operator)} is not supported: write {prefix}{meant}, "
        'and a second statement with StringNotLike "*" for requests without the key'
    )


@rule("RAM403", "missing-operator", ERROR, OPERATOR, schema=True)
def missing_operator(operator: str) -> Problem | None:
    if operator in OPERATORS or not _is_key(operator):
        return None
    key = catalogue.condition_key(operator) or catalogue.condition_key(catalogue.near_condition_key(operator) or "")
    fitting = {"IP": "IpAddress", "Bool": "Bool", "Date": "DateLessThan"}.get(key.type or "" if key else "")
    return Problem(
        f"{quote(operator)} is a condition key where an operator belongs: "
        f'put it inside one, such as {{"{fitting or "StringEquals"}": {{…}}}}'
    )


def _parts(operator: str) -> tuple[str, str]:
    """The set prefix as it is meant, and the rest without blanks around it."""
    prefix, name = split_operator(operator)
    if prefix or ":" not in operator:
        return prefix, name.strip()
    before, _, name = operator.partition(":")
    return _SET_PREFIXES.get(before.strip().lower().removesuffix("s"), ""), name.strip()


_SET_PREFIXES = {prefix.lower().removesuffix(":").removesuffix("s"): prefix for prefix in SET_PREFIXES}


def _tests_existence(name: str) -> bool:
    return name.lower().endswith("ifexists") or name.lower() == "null"


def _is_key(operator: str) -> bool:
    prefix, colon, name = operator.partition(":")
    if colon:
        return not prefix.strip().lower().startswith(("forany", "forall")) and name.strip().lower() not in _BY_LOWER
    return _meant(operator) is None and (catalogue.near_condition_key(operator) or "").startswith("acs:")


def _meant(name: str) -> str | None:
    """The operator that another one stands for: one of AWS, another case, a slip away."""
    return _nearest(name.strip()) if len(name) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _nearest(name: str) -> str | None:
    return _BY_LOWER.get(name.lower()) or _OF_OTHERS.get(name.lower()) or _operators().nearest(name)


_LONGEST = 60
"""No operator is longer, blanks around it included."""

_BY_LOWER = {name.lower(): name for name in OPERATORS}

#: Those of AWS that RAM writes otherwise, and what is made up by analogy.
_OF_OTHERS = {
    "arnequals": "StringEquals",
    "arnlike": "StringLike",
    "arnnotequals": "StringNotEquals",
    "arnnotlike": "StringNotLike",
    "binaryequals": "StringEquals",
    "boolean": "Bool",
    "boolequals": "Bool",
    "stringmatch": "StringLike",
    "stringnotmatch": "StringNotLike",
}


@cache
def _operators() -> Vocabulary:
    return Vocabulary(OPERATORS)


# --- the conditions of a statement -----------------------------------------------------------------------------------


@rule("RAM413", "empty-condition", SUGGESTION, STATEMENT, schema=True)
def empty_condition(statement: Statement) -> Iterator[Problem] | Problem | None:
    condition = statement.value.get("Condition")
    if type(condition) is not dict:
        return None
    if not condition:
        # Many official samples have it, and the schema accepts it.
        return Problem("Condition is empty, which restricts nothing: leave it out", at=("Condition",), fix=remove())
    if all(condition.values()) and all(each.values for each in statement.conditions):
        return None
    return _empty_members(condition)


def _empty_members(condition: dict[str, object]) -> Iterator[Problem]:
    for operator, keys in condition.items():
        if keys == {} and type(keys) is dict:
            message = f"{quote(operator)} has no condition key: add one, or leave the operator out"
            yield Problem(message, at=("Condition", operator), severity=ERROR)
        for key, values in keys.items() if type(keys) is dict else ():
            if values == [] and type(values) is list:
                message = f"{quote(key)} has no value: add one, or leave the key out"
                yield Problem(message, at=("Condition", operator, key), severity=ERROR)


@rule("RAM415", "duplicate-condition-key", WARNING, STATEMENT)
def duplicate_condition_key(statement: Statement) -> list[Problem] | None:
    if len(statement.conditions) < _TWO:
        return None
    first: dict[tuple[str, str], str] = {}
    problems = []
    for condition in statement.conditions:
        family = _SAME.get(condition.operator.lower())
        if family is None:
            continue
        operator = first.setdefault((family, condition.key.lower()), condition.operator)
        if operator != condition.operator:
            one = "one of them" if operator.lower() == condition.operator.lower() else _WIDEST[family]
            message = (
                f"{quote(condition.key)} stands under {operator} and under {condition.operator}, and both have to be "
                f"met: to accept what either lists, put all values under {one}"
            )
            problems.append(Problem(message, at=("Condition", condition.operator, condition.key), key=True))
    return problems or None


_TWO = 2

#: Operators that ask the same in different ways. One of them is enough, because their values are alternatives, while
#: the operators of a block all have to be met.
_SAME = {
    "stringequals": "String",
    "stringequalsignorecase": "String",
    "stringlike": "String",
    "ipaddress": "IP",
    "ipaddressincludeborder": "IP",
}
_WIDEST = {"String": "StringLike", "IP": "IpAddress"}


@rule("RAM417", "contradictory-condition", WARNING, STATEMENT)
def contradictory_condition(statement: Statement) -> list[Problem] | None:
    if len(statement.conditions) < _TWO:
        return None
    by_key: dict[str, list[Condition]] = {}
    for condition in statement.conditions:
        if condition.operator in OPERATORS:
            by_key.setdefault(condition.key.lower(), []).append(condition)
    return [
        Problem(
            f"no {quote(one.key)} satisfies both {one.operator} and {other.operator}, so the condition is never met: "
            "correct the values",
            at=("Condition", other.operator, other.key),
            key=True,
        )
        for conditions in by_key.values()
        if len(conditions) >= _TWO
        for one, other in combinations(conditions[:_MOST_CONDITIONS], _TWO)
        if OPERATORS[one.operator] == OPERATORS[other.operator] and _exclude(one, other)
    ] or None


def _exclude(one: Condition, other: Condition) -> bool:
    """Tell whether no value satisfies both, by the operators as the evaluator applies them."""
    if not 0 < len(one.values) * len(other.values) <= _MOST_PAIRS:
        return False
    from pulumi_ice_avatar.ram.deciding.conditions import OPERATORS as EVALUATED

    kind = OPERATORS[one.operator]
    sides = []
    for condition in (one, other):
        values = [parsed(kind, each) for each in condition.values]
        if None in values:
            return False
        operator = EVALUATED[condition.operator]
        sides.append(_Side(condition.operator, values, operator.negated, operator.prepare(values)))
    # The negated side, or the upper bound, comes last.
    left, right = sorted(sides, key=lambda side: (side.negated, "LessThan" in side.operator))
    if left.operator in ("NumericEquals", "DateEquals") or (left.operator == "StringEquals" and right.negated):
        return not any(right.allows(value) for value in left.values)
    if "GreaterThan" in left.operator and "LessThan" in right.operator:
        lowest = min(left.values)
        return not (lowest < max(right.values) or (left.allows(lowest) and right.allows(lowest)))
    if left.negated or not right.negated:
        return False  # two that exclude, or two that RAM415 speaks of
    if kind == "IP":
        return all(
            any(out.first <= span.first and span.last <= out.last for out in right.values) for span in left.values
        )
    # What a pattern without a question mark matches as text, it matches however the stars in that are read.
    return (
        left.operator == "StringLike"
        and right.operator == "StringNotLike"
        and not any("?" in value for value in right.values)
        and not any(right.allows(value) for value in left.values)
    )


_MOST_CONDITIONS, _MOST_PAIRS = 20, 10_000
"""No sound document has more conditions on one key, or more pairs of values to try; others shall not cost more time."""


class _Side(NamedTuple):
    """One of two conditions on the same key."""

    operator: str
    values: list[Any]
    negated: bool
    test: Callable[[Any], bool]

    def allows(self, value: Any) -> bool:
        return self.test(value) != self.negated
