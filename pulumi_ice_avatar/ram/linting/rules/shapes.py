"""RAM1xx: what belongs at each place of a policy document: the types of values, and that they are not empty.

Nothing here runs for a document in which everything has its type: `Policy.irregular` tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pulumi_ice_avatar.ram.language import ELEMENTS, RESOURCE_BASED, TRUST, VERSION
from pulumi_ice_avatar.ram.linting.rules import DOCUMENT, ERROR, WARNING, Problem, replace, rule
from pulumi_ice_avatar.ram.reading.statements import Path, Policy, Statement
from pulumi_ice_avatar.ram.wording import quote, type_name

__all__: list[str] = []


class _Slot(NamedTuple):
    """A place of the document that something definite belongs in."""

    path: Path
    value: Any
    name: str
    expected: str


_TEXT = "a string"
_TEXTS = "a string or a list of strings"
_LIST = "a list of statements"
_OBJECT = "an object"
_BY_TYPE = 'an object such as {"RAM": …}'
_PRINCIPAL = f"{_BY_TYPE}, a string or a list of strings"
_SCALAR = "a string in quotes"

_TYPES: dict[str, tuple[type, ...]] = {
    _TEXT: (str,),
    _TEXTS: (str, list),
    _LIST: (list, dict),
    _OBJECT: (dict,),
    _BY_TYPE: (dict,),
    _PRINCIPAL: (str, list, dict),
    # Numbers and Booleans as condition values are RAM411's.
    _SCALAR: (str, bool, int, float),
}


def _slots(policy: Policy) -> Iterator[_Slot]:
    """Every place of a document with what belongs there, as far down as the types fit."""
    if "Version" in policy.value:
        yield _Slot(("Version",), policy.value["Version"], "Version", _TEXT)
    if "Statement" in policy.value:
        listed = policy.value["Statement"]
        yield _Slot(("Statement",), listed, "Statement", _LIST)
        for index, each in enumerate(listed if type(listed) is list else ()):
            yield _Slot(("Statement", index), each, "the statement", _OBJECT)
    for statement in policy.statements:
        for name in statement.elements:
            if name == "Condition":
                yield from _condition((*statement.path, name), statement.value[name])
            elif name in ELEMENTS:
                yield from _element(statement, name)


def _naming_slots(policy: Policy) -> Iterator[_Slot]:
    """Those of them that name actions, resources and principals."""
    for statement in policy.statements:
        for name in _NAMING:
            if name in statement.value:
                yield from _element(statement, name)


_NAMING = ("Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource")


def _element(statement: Statement, name: str) -> Iterator[_Slot]:
    path, value = (*statement.path, name), statement.value[name]
    if name in ("Sid", "Effect"):
        yield _Slot(path, value, name, _TEXT)
    elif name not in ("Principal", "NotPrincipal"):
        yield from _strings(path, value, name, _TEXT)
    elif type(value) is dict:
        yield _Slot(path, value, name, _OBJECT)
        for type_, principals in value.items():
            yield from _strings((*path, type_), principals, quote(type_), _TEXT)
    elif statement.kind == TRUST:
        yield _Slot(path, value, name, _BY_TYPE)
    elif type(value) is list or type(value) is str:
        yield from _strings(path, value, name, _TEXT)
    else:
        yield _Slot(path, value, name, _PRINCIPAL)


def _condition(path: Path, value: Any) -> Iterator[_Slot]:
    yield _Slot(path, value, "Condition", _OBJECT)
    for operator, keys in value.items() if type(value) is dict else ():
        yield _Slot((*path, operator), keys, quote(operator), _OBJECT)
        for key, values in keys.items() if type(keys) is dict else ():
            yield from _strings((*path, operator, key), values, quote(key), _SCALAR)


def _strings(path: Path, value: Any, name: str, each: str) -> Iterator[_Slot]:
    if type(value) is not list:
        yield _Slot(path, value, name, each if each == _SCALAR else _TEXTS)
        return
    yield _Slot(path, value, name, _TEXTS)
    for index, entry in enumerate(value):
        yield _Slot((*path, index), entry, f"an entry of {name}", each)


@rule("RAM112", "wrong-value-type", ERROR, DOCUMENT, yields_to=("RAM403",), schema=True)
def wrong_value_type(policy: Policy) -> Iterator[Problem] | None:
    return _wrong_types(policy) if policy.irregular else None


def _wrong_types(policy: Policy) -> Iterator[Problem]:
    for path, value, name, expected in _slots(policy):
        if value is None or type(value) in _TYPES[expected]:
            continue
        fix = None
        if type(value) is int and expected in (_TEXT, _TEXTS):
            fix = replace(str(value))
        elif path == ("Version",) and value == 1.0 and type(value) is float:
            fix = replace(VERSION)
        what = {_SCALAR: _TEXTS, _LIST: "a list of statements"}.get(expected, expected)
        yield Problem(f"{name} is {type_name(value)}: {what} belongs there", path, fix=fix)


@rule("RAM113", "empty-list", ERROR, DOCUMENT, schema=True)
def empty_list(policy: Policy) -> Iterator[Problem] | None:
    return _empty_lists(policy) if policy.irregular else None


def _empty_lists(policy: Policy) -> Iterator[Problem]:
    for path, value, name, _ in _naming_slots(policy):
        if value == [] and path[-1] in _WHOM and policy.kind == RESOURCE_BASED:
            message = f'{name} is an empty list, which Object Storage Service reads as everybody: write "*" if so meant'
            yield Problem(message, path, severity=WARNING)
        elif value in ([], {}):
            yield Problem(f"{name} is empty: name what is meant, or remove the statement", path)


_WHOM = ("Principal", "NotPrincipal")


@rule("RAM114", "empty-string", ERROR, DOCUMENT, schema=True)
def empty_string(policy: Policy) -> Iterator[Problem] | None:
    return _empty_strings(policy) if policy.irregular else None


def _empty_strings(policy: Policy) -> Iterator[Problem]:
    for path, value, name, _ in _naming_slots(policy):
        if value == "":
            yield Problem(f"{name} is an empty string: name what is meant", path)


@rule("RAM119", "null-value", ERROR, DOCUMENT, schema=True)
def null_value(policy: Policy) -> Iterator[Problem] | None:
    return _nulls(policy) if policy.irregular else None


def _nulls(policy: Policy) -> Iterator[Problem]:
    for path, value, name, expected in _slots(policy):
        if value is None:
            yield Problem(f"{name} is null: put {expected} there, or remove it", path)
