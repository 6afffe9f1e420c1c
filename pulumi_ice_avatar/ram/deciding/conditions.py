"""Condition operators: whether the values that a request has for a key satisfy one line of a Condition block.

Source: https://www.alibabacloud.com/help/en/ram/conditional-operator; the rules for lists and absent keys are in
`Policy elements.md` of AlibabaCloudDocs/ram@20c6e869 and in the samples of the OSS and SLS pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from pulumi_ice_avatar.ram.deciding.values import ADDRESS, BOOLEAN, DATE, NUMBER, TEXT, Kind
from pulumi_ice_avatar.ram.matching import Patterns

__all__ = ["OPERATORS", "SET_OPERATORS", "Condition", "Operator"]

Test = Callable[[Any], bool]


class Operator(NamedTuple):
    """One condition operator.

    Attributes:
        kind: The type of the values on both sides.
        negated: Whether it is satisfied where the positive form is not.
        prepare: Turns the listed values into a test of one value of the request against any of them.
    """

    kind: Kind
    negated: bool
    prepare: Callable[[Sequence[Any]], Test]


def _equal(values: Sequence[Any]) -> Test:
    return frozenset(values).__contains__


def _equal_ignoring_case(values: Sequence[str]) -> Test:
    folded = frozenset(value.lower() for value in values)
    return lambda value: value.lower() in folded


def _like(values: Sequence[str]) -> Test:
    return Patterns(values).match


# Below or above any of several bounds is below the highest or above the lowest.
def _less(values: Sequence[Any]) -> Test:
    return partial(gt, max(values))


def _less_or_equal(values: Sequence[Any]) -> Test:
    return partial(ge, max(values))


def _greater(values: Sequence[Any]) -> Test:
    return partial(lt, min(values))


def _greater_or_equal(values: Sequence[Any]) -> Test:
    return partial(le, min(values))


def _within(values: Sequence[Any]) -> Test:
    return lambda value: any(first <= value <= last for first, last in values)


def _ordered(prefix: str, kind: Kind) -> dict[str, Operator]:
    return {
        f"{prefix}Equals": Operator(kind, False, _equal),
        f"{prefix}NotEquals": Operator(kind, True, _equal),
        f"{prefix}LessThan": Operator(kind, False, _less),
        f"{prefix}LessThanEquals": Operator(kind, False, _less_or_equal),
        f"{prefix}GreaterThan": Operator(kind, False, _greater),
        f"{prefix}GreaterThanEquals": Operator(kind, False, _greater_or_equal),
    }


OPERATORS: Mapping[str, Operator] = {
    "StringEquals": Operator(TEXT, False, _equal),
    "StringNotEquals": Operator(TEXT, True, _equal),
    "StringEqualsIgnoreCase": Operator(TEXT, False, _equal_ignoring_case),
    "StringNotEqualsIgnoreCase": Operator(TEXT, True, _equal_ignoring_case),
    "StringLike": Operator(TEXT, False, _like),
    "StringNotLike": Operator(TEXT, True, _like),
    **_ordered("Numeric", NUMBER),
    **_ordered("Date", DATE),
    "Bool": Operator(BOOLEAN, False, _equal),
    "IpAddress": Operator(ADDRESS, False, _within),
    "NotIpAddress": Operator(ADDRESS, True, _within),
    # Outside RAM's own page (choice: address-border).
    "IpAddressIncludeBorder": Operator(ADDRESS, False, _within),
    "NotIpAddressIncludeBorder": Operator(ADDRESS, True, _within),
}

#: What may stand before an operator (choice: set-operators).
SET_OPERATORS: Mapping[str, Callable[[Any], bool]] = {"ForAnyValue:": any, "ForAllValues:": all}


class Condition(NamedTuple):
    """One key under one operator, ready to be tested.

    Attributes:
        operator: The operator as it was written, with its set operator.
        key: The key as it was written.
        values: The values as they were written.
        kind: The type that the request's values must have.
        test: Whether one value of the request matches any of those listed.
        negated: Whether the operator is a negated one.
        combine: How several values of the request combine under a set operator; None without one.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    kind: Kind
    test: Test
    negated: bool
    combine: Callable[[Any], bool] | None

    def met(self, requested: Sequence[Any]) -> bool:
        """Tell whether the request satisfies the condition.

        Args:
            requested: The request's values for the key, converted to `kind`; empty where the request lacks the key.
        """
        if self.combine is not None:
            return self.combine(self.test(value) != self.negated for value in requested)
        # Any of the request's values may match any of those listed, and a negated operator is the opposite of that
        # (choice: several-values): so an absent key meets a negated operator and no other.
        for value in requested:
            if self.test(value):
                return not self.negated
        return self.negated
