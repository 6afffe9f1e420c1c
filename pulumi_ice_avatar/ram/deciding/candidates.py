"""Requests worth trying: for every part of a request, values that the statements at hand can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from itertools import combinations, pairwise, product
from typing import Any

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.arn import parse_arn
from pulumi_ice_avatar.ram.deciding.compiled import Circumstance, CompiledStatement
from pulumi_ice_avatar.ram.deciding.representatives import Pattern, representatives
from pulumi_ice_avatar.ram.deciding.requests import RAM, ContextValue
from pulumi_ice_avatar.ram.deciding.values import ADDRESS, BOOLEAN, DATE, NUMBER, TEXT, Kind
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.patterns import is_pattern

__all__ = ["actions", "principals", "resources", "values"]

_REGION, _ACCOUNT, _NAME = "cn-shanghai", "1234567890123456", "example"
_UID = "2500000000000001"
_MOST_PREFIXES = 200
_MOST_PAIRED = 50


def actions(statements: Sequence[CompiledStatement], lists: Iterable[Patterns]) -> tuple[list[str], bool]:
    """Known actions of every service that is spoken of, actions as they are spelt, and made-up ones.

    Args:
        statements: The statements to tell apart.
        lists: Lists of actions to tell apart as well.

    Returns:
        The actions, and whether there is one of each class.
    """
    listed = [*(each.action.patterns for each in statements), *lists]
    patterns = sorted({text for each in listed for text in each.texts})
    spelt = {text.partition(":")[0].lower() for text in patterns if not is_pattern(text.partition(":")[0])}
    # A wildcard in the service, or NotAction, speaks of every service.
    everywhere = any(each.action.negated for each in statements) or any(
        is_pattern(text.partition(":")[0]) for text in patterns
    )
    names = [
        known.name
        for code in sorted(spelt.union(catalogue.services() if everywhere else ()))
        for known in catalogue.actions(code)
        # Of services that are only meant by a wildcard, the many names without evidence add nothing.
        if code in spelt or known.basis != "inferred"
    ]
    names += [text for text in patterns if not is_pattern(text)]
    complete = True
    for code in sorted(spelt) + [_NAME] * everywhere:
        made_up, all_found = representatives(map(Pattern, map(str.lower, patterns)), prefix=f"{code}:", without=":")
        names += made_up
        complete = complete and all_found
    by_case: dict[str, str] = {}
    for name in names:
        by_case.setdefault(name.lower(), name)
    return list(by_case.values()), complete


def resources(action: str, statements: Sequence[CompiledStatement]) -> tuple[list[str], bool]:
    """No resource, and ARNs of the services that the action is known for or an Allow spells out.

    Args:
        action: The action.
        statements: The statements to tell apart.

    Returns:
        The resources, and whether there is one of each class.
    """
    known = catalogue.action(action)
    if known and known.needs_star:
        return ["*"], True
    code = action.partition(":")[0].lower()
    services, regions, accounts, rest = (dict.fromkeys([each]) for each in (code, _REGION, _ACCOUNT, _NAME))
    # Some actions are on resources of another service, as sts:AssumeRole is on acs:ram.
    services.update((arn.service, None) for arn in map(parse_arn, known.resources if known else ()) if arn)
    texts = sorted({text for each in statements if each.resource for text in each.resource.patterns.texts})
    allowed = {
        text for each in statements if each.resource and not each.denies for text in each.resource.patterns.texts
    }
    for text in texts:
        arn = parse_arn(text)
        if arn:
            if text in allowed and not is_pattern(arn.service):
                services[arn.service] = None
            regions[_instance(arn.region, _REGION)] = None
            accounts[_instance(arn.account, _ACCOUNT)] = None
            rest[_instance(arn.relative, _NAME)] = None
    prefixes = [":".join(("acs", *fields, "")) for fields in product(services, regions, accounts)]
    # Few names have a colon, and with one an ARN could be divided in many ways.
    without = "" if any(":" in name for name in rest) else ":"
    found = ["*"]
    complete = len(prefixes) <= _MOST_PREFIXES
    for prefix in prefixes[:_MOST_PREFIXES]:
        made_up, all_found = representatives(map(Pattern, texts), prefix=prefix, without=without)
        found += [*(prefix + name for name in rest), *made_up]
        complete = complete and all_found
    return list(dict.fromkeys(found)), complete


def principals(statements: Iterable[CompiledStatement]) -> tuple[list[str | None], bool]:
    """Nobody, users and roles of every account that is spoken of and of another, services and identity providers.

    Args:
        statements: The statements to tell apart.

    Returns:
        The principals, of which None is for an anonymous request, and whether there is one of each class.
    """
    listed: dict[str, set[str]] = {}
    for each in statements:
        for type_, patterns in each.principal.by_type.items() if each.principal else ():
            listed.setdefault(type_, set()).update(patterns.texts)
    found: list[str | None] = [None, f"{_NAME}.aliyuncs.com", f"acs:ram::{_ACCOUNT}:oidc-provider/{_NAME}"]
    found += sorted(
        _instance(text, _NAME if type_ else _UID) for type_ in listed if type_ != RAM for text in listed[type_]
    )
    divided = sorted(listed.get(RAM, set()) | listed.get("", set()))
    accounts = {_instance(arn.account, _ACCOUNT) for arn in map(parse_arn, divided) if arn}
    complete = True
    for account, kind in product(sorted(accounts | {_ACCOUNT}), ("user", "role")):
        made_up, all_found = representatives(map(Pattern, divided), prefix=f"acs:ram::{account}:{kind}/", without=":")
        found += made_up
        complete = complete and all_found
    return list(dict.fromkeys(found)), complete


def values(conditions: Sequence[Circumstance], kinds: Iterable[Kind]) -> tuple[list[ContextValue | None], bool]:
    """Values of one condition key: none, one in every range that the conditions make, and lists for set operators.

    Args:
        conditions: The conditions on the key.
        kinds: Every type that a value has to have.

    Returns:
        The values, of which None is for a request without the key, and whether there is one of each class.
    """
    listed: dict[str, list[str]] = {}
    for each in conditions:
        listed.setdefault(each.condition.kind.name, []).extend(each.condition.values)
    made = [value for name, texts in listed.items() if name in _MAKERS for value in _MAKERS[name](texts)]
    complete = True
    if TEXT.name in listed:
        patterns = [
            Pattern(value, "Like" in each.condition.operator, "IgnoreCase" in each.condition.operator)
            for each in conditions
            for value in each.condition.values
        ]
        made += [_instance(text, _NAME) if wild else text for text, wild, _ in patterns]
        made_up, complete = representatives(patterns)
        made += made_up
    fitting = [value for value in dict.fromkeys(made) if all(_fits(kind, value) for kind in kinds)]
    several: Iterable[tuple[str, ...]] = ()
    if any(each.condition.combine for each in conditions):
        several = combinations(fitting[:_MOST_PAIRED], 2)
        complete = complete and len(fitting) <= _MOST_PAIRED
    return [None, *fitting, *map(list, several)], complete


def _numbers(listed: Iterable[str]) -> list[str]:
    bounds = sorted(map(Decimal, listed))
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    return [str(value) for value in (bounds[0] - 1, *bounds, *between, bounds[-1] + 1)]


def _dates(listed: Iterable[str]) -> list[str]:
    bounds = sorted(map(DATE.listed, listed))
    between = [low + (high - low) / 2 for low, high in pairwise(bounds)]
    second = timedelta(seconds=1)
    try:
        around = [bounds[0] - second, bounds[-1] + second]
    except OverflowError:
        around = []  # at either end of the calendar there is nothing beyond
    return [TEXT.requested(value) for value in (*around, *bounds, *between)]


def _addresses(listed: Iterable[str]) -> list[str]:
    edges = {edge for first, last in map(ADDRESS.listed, listed) for edge in (first - 1, first, last, last + 1)}
    return [
        str(IPv6Address(edge) if edge >= 0 else IPv4Address(edge + (1 << 32)))
        for edge in sorted(edges)
        if -(1 << 32) <= edge < 1 << 128
    ]


_MAKERS: dict[str, Any] = {
    NUMBER.name: _numbers,
    DATE.name: _dates,
    ADDRESS.name: _addresses,
    BOOLEAN.name: lambda _: ["true", "false"],
}


def _fits(kind: Kind, value: str) -> bool:
    try:
        kind.requested(value)
    except ValueError:
        return False
    return True


def _instance(text: str, whole: str) -> str:
    """A text that a pattern matches; `whole` for the pattern that matches any."""
    return whole if text == "*" else text.replace("*", "x").replace("?", "x")
