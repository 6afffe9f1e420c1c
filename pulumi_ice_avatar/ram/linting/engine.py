"""Run the rules over a policy.

The same actions, resources and condition keys come again and again, within a document and from one to the next: what
the rules say of a single string is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from pulumi_ice_avatar.ram.linting.rules import (
    ACTION,
    CONDITION,
    CONDITION_KEY,
    DOCUMENT,
    OPERATOR,
    PRINCIPAL,
    PRINCIPAL_TYPE,
    RESOURCE,
    STATEMENT,
    STRING,
    VALUE,
    Problem,
    Rule,
    Subject,
    all_rules,
)
from pulumi_ice_avatar.ram.reading.statements import Condition, Path, Policy, Statement

__all__ = ["MOST_PROBLEMS", "Engine", "Raw", "engine_for"]

Raw = tuple[Rule, Problem, Path, bool]
"""A rule, what it found, the path to its subject, and whether the subject is a key."""

MOST_PROBLEMS = 10_000
"""Checking ends after so many problems: no document that a service takes has room for them."""

_Verdict = tuple[tuple[Rule, Problem], ...]

_KEPT = 16_384
_LONGEST_KEPT = 200
"""Verdicts are kept for so many strings of at most so many characters: some tens of megabytes at the very most."""


class _Verdicts:
    """The verdicts of the rules for one kind of string.

    Attributes:
        on: The verdict on a subject, kept.
        fresh: The same, not kept: for a long string.
        on_key: Whether the subject is the key at its place.
    """

    __slots__ = ("fresh", "on", "on_key")

    def __init__(self, subject: Subject[Any], rules: list[Rule], *, strings: bool = False) -> None:
        own = _of(subject, rules)
        on_strings = _of(STRING, rules) if strings else []

        def fresh(*arguments: Any) -> _Verdict:
            raw: list[Raw] = []
            for rule, check in own:
                found = check(*arguments)
                if found is not None:
                    _collect(raw, rule, found, (), False)
            if on_strings and type(arguments[-1]) is str:
                for rule, check in on_strings:
                    found = check(arguments[-1])
                    if found is not None:
                        _collect(raw, rule, found, (), False)
            return tuple([(rule, problem) for rule, problem, _, _ in raw]) if raw else ()

        self.fresh = fresh
        self.on = lru_cache(maxsize=_KEPT, typed=True)(fresh)
        self.on_key = subject.on_key


def _of(subject: Subject[Any], rules: list[Rule]) -> list[tuple[Rule, Callable[..., Any]]]:
    return [(each, each.check) for each in rules if each.subject is subject and each.check is not None]


def _collect(raw: list[Raw], rule: Rule, found: Any, path: Path, on_key: bool) -> None:
    if type(found) is Problem:
        raw.append((rule, found, path, on_key))
    else:
        raw += [(rule, problem, path, on_key) for problem in islice(found, MOST_PROBLEMS)]


def _judge(
    raw: list[Raw], rules: list[tuple[Rule, Callable[..., Any]]], subject: Policy | Statement, path: Path
) -> None:
    """Ask the rules about a document or a statement: nearly always all of them have nothing to say."""
    verdicts = [check(subject) for _, check in rules]
    if any(verdicts):
        for (rule, _), found in zip(rules, verdicts, strict=True):
            if found is not None and len(raw) <= MOST_PROBLEMS:
                _collect(raw, rule, found, path, False)


class Engine:
    """The rules for one kind of policy, by subject."""

    def __init__(self, kind: str, rules: Iterable[Rule]) -> None:
        applying = [each for each in rules if kind in each.kinds]
        self._document = _of(DOCUMENT, applying)
        self._statement = _of(STATEMENT, applying)
        self._action = _Verdicts(ACTION, applying, strings=True)
        self._resource = _Verdicts(RESOURCE, applying, strings=True)
        self._principal = _Verdicts(PRINCIPAL, applying, strings=True)
        self._principal_type = _Verdicts(PRINCIPAL_TYPE, applying)
        self._operator = _Verdicts(OPERATOR, applying)
        self._condition_key = _Verdicts(CONDITION_KEY, applying)
        self._condition = _Verdicts(CONDITION, applying)
        self._value = _Verdicts(VALUE, applying, strings=True)

    def check(self, policy: Policy, *, torn: bool = False) -> list[Raw]:
        """Run every rule over a policy, those for single strings alone where part of its text is lost."""
        raw: list[Raw] = []
        if not torn:
            _judge(raw, self._document, policy, ())
        for statement in policy.statements:
            if len(raw) > MOST_PROBLEMS:
                break
            if not torn:
                _judge(raw, self._statement, statement, statement.path)
            self._check_strings(raw, statement)
        return raw

    def _check_strings(self, raw: list[Raw], statement: Statement) -> None:
        if statement.actions:
            self._strings(raw, statement, "Action", statement.actions, self._action)
        if statement.resources:
            self._strings(raw, statement, "Resource", statement.resources, self._resource)
        if statement.operators:
            self._conditions(raw, statement)
        if statement.principals or statement.principal_types:
            self._principals(raw, statement)
        if statement.not_actions:
            self._strings(raw, statement, "NotAction", statement.not_actions, self._action)
        if statement.not_resources:
            self._strings(raw, statement, "NotResource", statement.not_resources, self._resource)

    @staticmethod
    def _strings(
        raw: list[Raw], statement: Statement, element: str, strings: tuple[str, ...], verdicts: _Verdicts
    ) -> None:
        on = verdicts.on
        for index, string in _numbered(statement.value[element], strings):
            verdict = on(string) if len(string) <= _LONGEST_KEPT else verdicts.fresh(string)
            if verdict:
                path = statement.path + statement.at(element, index)
                raw += [(rule, problem, path, False) for rule, problem in verdict]
                if len(raw) > MOST_PROBLEMS:
                    break

    def _principals(self, raw: list[Raw], statement: Statement) -> None:
        for type_ in statement.principal_types:
            if len(raw) > MOST_PROBLEMS:
                break
            short = len(type_) <= _LONGEST_KEPT
            verdict = self._principal_type.on(type_) if short else self._principal_type.fresh(type_)
            if verdict:
                path = (*statement.path, "Principal", type_)
                raw += [(rule, problem, path, True) for rule, problem in verdict]
        paths: dict[tuple[str, str], Path] = {}
        for type_, string in statement.principals:
            short = len(type_) + len(string) <= _LONGEST_KEPT
            verdict = self._principal.on(type_, string) if short else self._principal.fresh(type_, string)
            if verdict:
                paths = paths or _principal_paths(statement)
                raw += [(rule, problem, paths[type_, string], False) for rule, problem in verdict]
                if len(raw) > MOST_PROBLEMS:
                    break

    def _conditions(self, raw: list[Raw], statement: Statement) -> None:
        for operator in statement.operators:
            if len(raw) > MOST_PROBLEMS:
                break
            short = len(operator) <= _LONGEST_KEPT
            verdict = self._operator.on(operator) if short else self._operator.fresh(operator)
            if verdict:
                raw += [(rule, problem, (*statement.path, "Condition", operator), True) for rule, problem in verdict]
        for condition in statement.conditions:
            if len(raw) > MOST_PROBLEMS:
                break
            operator, key = condition.operator, condition.key
            if len(operator) + len(key) <= _LONGEST_KEPT:
                verdict = self._condition_key.on(key) + self._condition.on(operator, key)
            else:
                verdict = self._condition_key.fresh(key) + self._condition.fresh(operator, key)
            if verdict:
                path = (*statement.path, "Condition", operator, key)
                raw += [(rule, problem, path, True) for rule, problem in verdict]
            self._values(raw, statement, condition)

    def _values(self, raw: list[Raw], statement: Statement, condition: Condition) -> None:
        operator, key = condition.operator, condition.key
        length = len(operator) + len(key)
        for index, value in _numbered(statement.value["Condition"][operator][key], condition.values):
            if length + (len(value) if type(value) is str else 0) <= _LONGEST_KEPT:
                verdict = self._value.on(operator, key, value)
            else:
                verdict = self._value.fresh(operator, key, value)
            if verdict:
                path = statement.path + statement.at("Condition", operator, key, index)
                raw += [(rule, problem, path, False) for rule, problem in verdict]
                if len(raw) > MOST_PROBLEMS:
                    break


def _numbered(written: Any, judged: tuple[Any, ...]) -> Iterable[tuple[int, Any]]:
    """Count the values to be judged as they stand in the document, where others may stand between them."""
    if type(written) is list and len(written) != len(judged):
        kept = {id(each) for each in judged}
        return [(index, each) for index, each in enumerate(written) if id(each) in kept]
    return enumerate(judged)


def _principal_paths(statement: Statement) -> dict[tuple[str, str], Path]:
    written = statement.value["Principal"]
    by_type = written if type(written) is dict else {"": written}
    paths: dict[tuple[str, str], Path] = {}
    for type_, listed in by_type.items():
        path: Path = (*statement.path, "Principal", type_) if written is by_type else (*statement.path, "Principal")
        for index, each in enumerate(listed if type(listed) is list else ()):
            if type(each) is str:
                paths.setdefault((type_, each), (*path, index))
        if type(listed) is str:
            paths[type_, listed] = path
    return paths


@lru_cache(maxsize=64)
def engine_for(kind: str, extra: frozenset[str]) -> Engine:
    """Give the engine for a kind of policy.

    Args:
        kind: One of `language.KINDS`.
        extra: The codes of those rules to run that are off by default.

    Returns:
        An engine with every rule that applies to the kind, selected or not, as others may yield to it.
    """
    return Engine(kind, [each for each in all_rules().values() if each.default or each.code in extra])
