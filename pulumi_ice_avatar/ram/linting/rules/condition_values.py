"""RAM4xx: the values of conditions.

Only what no reader of the documents could take for a value of its type is an error. What is uncommon, or explained
differently from page to page (`*` in addresses, `HTTPS` for acs:SecureTransport, an empty string), is a warning or
nothing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from pulumi_ice_avatar.ram.language import OPERATORS, split_operator
from pulumi_ice_avatar.ram.linting.rules import ERROR, STATEMENT, SUGGESTION, VALUE, WARNING, Problem, replace, rule
from pulumi_ice_avatar.ram.linting.rules.syntax import placeholder
from pulumi_ice_avatar.ram.reading.statements import Condition, Path, Statement
from pulumi_ice_avatar.ram.wording import quote

__all__ = ["parsed"]

_LONGEST = 100
"""No address, date or number is longer: what is, is not read as one."""

_MOST_VALUES = 1000
"""The longest document has some hundred values: what is behind so many of one key is not compared with the others."""


def parsed(kind: str, value: Any) -> Any:
    """Read a value as the evaluator does.

    Args:
        kind: A type of `language.OPERATORS`.
        value: The value of a condition as it stands in the document.

    Returns:
        What is compared: a text, `Decimal`, `datetime`, bool or `values.Span`; None when it is not of the type.
    """
    if type(value) is not str or kind == "String":
        return value if type(value) is str else None
    return _parsed(kind, value) if len(value) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parsed(kind: str, value: str) -> Any:
    from pulumi_ice_avatar.ram.deciding import values

    if kind == "IP" and (plain := _PLAIN_IPV4.fullmatch(value)):
        # What nearly all documents have; the library takes ten times as long to say the same.
        *octets, length = plain.groups("32")
        size = 1 << 32 - int(length)
        first = (int.from_bytes(map(int, octets), "big") - (1 << 32)) & -size
        return values.Span(first, first + size - 1)
    kinds = {"Number": values.NUMBER, "Date": values.DATE, "Boolean": values.BOOLEAN, "IP": values.ADDRESS}
    try:
        return kinds[kind].listed(value)
    except ValueError:
        return None


_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PLAIN_IPV4 = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}(?:/(3[0-2]|[12]?[0-9]))?")


def _unfit(kind: str, operator: str, value: Any) -> bool:
    """Tell whether an operator for a type has a string that is not of it, and no placeholder either."""
    return (
        type(value) is str
        and OPERATORS.get(split_operator(operator)[1]) == kind
        and parsed(kind, value) is None
        and not placeholder(value)
    )


def _empty(value: str, what: str) -> Problem | None:
    # Official samples compare text with an empty string, so that one may be meant somewhere else, too.
    return None if value.strip() else Problem(f"the value is empty: write {what}", severity=WARNING)


def _padded(kind: str, value: str) -> Problem | None:
    trimmed = value.strip()
    if trimmed == value or parsed(kind, trimmed) is None:
        return None
    return Problem(f"{quote(value)} has blanks around it: take them out", severity=WARNING, fix=replace(trimmed))


# --- one value -------------------------------------------------------------------------------------------------------


@rule("RAM407", "invalid-ip", ERROR, VALUE)
def invalid_ip(operator: str, key: str, value: Any) -> Problem | None:
    if OPERATORS.get(split_operator(operator)[1]) != "IP" or type(value) is not str:
        return None
    if parsed("IP", value) is not None or placeholder(value):
        return _netmask(value)
    known = _empty(value, "an address or a CIDR block") or _padded("IP", value)
    if known:
        return known
    if len(value) > _LONGEST:
        return Problem(f"{quote(value)} is neither an IP address nor a CIDR block: write each as an entry of its own")
    if re.fullmatch(r"[0-9a-fA-F.:/xX]*[xX][0-9a-fA-F.:/xX]*", value):
        return Problem(f"{quote(value)} has masked parts: put the real address there", severity=WARNING)
    if re.fullmatch(r"[0-9a-fA-F.:/*?]*[*?][0-9a-fA-F.:/*?]*", value):
        return None  # OSS documents the star in addresses, and not where it may stand
    if parsed("IP", re.sub(r"(?<![0-9a-fA-F])0+(?=[0-9])", "", value)) is not None:
        return Problem(f"{quote(value)} has leading zeros, which some read as octal: leave them out", severity=WARNING)
    if re.search(r"[,; ]|[0-9]-[0-9]", value):
        return Problem(f"{quote(value)} is not one address: write each address or CIDR block as an entry of its own")
    if "/" in value and parsed("IP", value.partition("/")[0]) is not None:
        longest = 128 if ":" in value else 32
        return Problem(f"{quote(value)} is no CIDR block: a number from 0 to {longest} follows the slash")
    return Problem(f'{quote(value)} is neither an IP address nor a CIDR block, such as "203.0.113.0/24"')


def _netmask(value: str) -> Problem | None:
    mask = value.partition("/")[2]
    if "." not in mask or placeholder(value):
        return None
    return Problem(f"{quote(value)} has a mask of the old form: write the length of the prefix", severity=WARNING)


@rule("RAM408", "invalid-date", ERROR, VALUE)
def invalid_date(operator: str, key: str, value: Any) -> Problem | None:
    if not _unfit("Date", operator, value):
        return None
    known = _empty(value, 'a date, such as "2030-01-31T00:00:00Z"') or _padded("Date", value)
    if known:
        return known
    if _ISO_FORM.fullmatch(value):
        return Problem(
            f'{quote(value)} is ISO 8601 in an uncommon form: write "2030-01-31T00:00:00Z"', severity=WARNING
        )
    if _COMMON_FORM.fullmatch(value):
        return Problem(f"{quote(value)} is a date that does not exist: correct it")
    return Problem(f'{quote(value)} is not an ISO 8601 date: write it like "2030-01-31T00:00:00Z"')


_ZONE = r"(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)"
_COMMON_FORM = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[Tt][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?{_ZONE}?)?"
)
#: Without separators, with a week or the day of the year, to the month or the hour, or at 24:00.
_ISO_FORM = re.compile(
    r"(?:[0-9]{4}-(?:0[1-9]|1[0-2])"
    r"|[0-9]{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:T(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){0,2}(?:[.,][0-9]+)?ZONE?)?"
    r"|[0-9]{4}-?W[0-5][0-9](?:-?[1-7])?(?:T[0-9:.,]+ZONE?)?"
    r"|[0-9]{4}-?[0-3][0-9]{2}(?:T[0-9:.,]+ZONE?)?"
    r"|[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:(?:[01][0-9]|2[0-3])|24:00(?::00(?:[.,]0+)?)?)ZONE?)".replace(
        "ZONE", _ZONE
    )
)


@rule("RAM409", "invalid-number", ERROR, VALUE)
def invalid_number(operator: str, key: str, value: Any) -> Problem | None:
    if not _unfit("Number", operator, value):
        return None
    known = _empty(value, "a number") or _padded("Number", value)
    if known:
        return known
    if len(value) > _LONGEST or re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", value.strip()):
        return Problem(f"{quote(value)} is an uncommon way to write a number: write digits", severity=WARNING)
    return Problem(f"{quote(value)} is not a number: write digits")


@rule("RAM410", "invalid-boolean", ERROR, VALUE)
def invalid_boolean(operator: str, key: str, value: Any) -> Problem | None:
    if type(value) is not str or value in ("true", "false") or split_operator(operator)[1] != "Bool":
        return None
    if not _unfit("Boolean", operator, value):
        if placeholder(value):
            return None
        fix = replace(value.lower())
        return Problem(
            f'{quote(value)} is documented in small letters: write "{value.lower()}"', severity=SUGGESTION, fix=fix
        )
    if key.lower() == "acs:securetransport" and value.upper() in ("HTTP", "HTTPS"):
        # The words of an older page of OSS.
        meant = "true" if value.upper() == "HTTPS" else "false"
        return Problem(f'{quote(value)} is the older form: write "{meant}"', severity=WARNING)
    return (
        _empty(value, '"true" or "false"')
        or _padded("Boolean", value)
        or Problem(f'{quote(value)} is neither "true" nor "false": write one of them')
    )


@rule("RAM411", "unquoted-scalar", ERROR, VALUE, schema=True)
def unquoted_scalar(operator: str, key: str, value: Any) -> Problem | None:
    if type(value) is str:
        return None
    if type(value) is bool:
        text = "true" if value else "false"
    elif type(value) is int and abs(value) < _SHORT:
        text = str(value)
    else:
        return Problem(f"the value of {quote(key)} is a number without quotes: put it in quotes")
    what = "a Boolean" if type(value) is bool else "a number"
    return Problem(f'the value of {quote(key)} is {what} without quotes: write "{text}"', fix=replace(text))


_SHORT = 10**18
"""Longer numbers are not repeated in a message; the parser may have rounded them."""


@rule("RAM412", "wildcard-without-like", WARNING, VALUE)
def wildcard_without_like(operator: str, key: str, value: Any) -> Problem | None:
    if type(value) is not str or "*" not in value:
        return None
    name = split_operator(operator)[1]
    if name not in _LIKE or placeholder(value):
        return None
    return Problem(
        f"{name} takes the star in {quote(value)} as a letter like any other: use {_LIKE[name]} for a pattern"
    )


_LIKE = {
    "StringEquals": "StringLike",
    "StringEqualsIgnoreCase": "StringLike",
    "StringNotEquals": "StringNotLike",
    "StringNotEqualsIgnoreCase": "StringNotLike",
}


@rule("RAM422", "date-without-timezone", WARNING, VALUE)
def date_without_timezone(operator: str, key: str, value: Any) -> Problem | None:
    if OPERATORS.get(split_operator(operator)[1]) != "Date" or parsed("Date", value) is None:
        return None
    time = value.upper().partition("T")[2]
    if "Z" in time or "+" in time or "-" in time:
        return None
    return Problem(f'{quote(value)} has no time zone: end it in "Z", or an offset such as "+08:00"')


@rule("RAM424", "condition-always-true", WARNING, VALUE, yields_to=("RAM506",))
def condition_always_true(operator: str, key: str, value: Any) -> Problem | None:
    if type(value) is not str or not value or value.strip("*") or split_operator(operator)[1] != "StringLike":
        return None
    severity = _ANY_VALUE.get(key.lower(), SUGGESTION)
    if severity is None:
        return None
    return Problem(
        f"{quote(value)} only asks that the request has {quote(key)}, whatever its value: name values, or leave it out",
        severity=severity,
    )


#: Requests always have these, so that nothing is asked at all; "any prefix" and "any VPC or none" are what the console
#: and the pages of OSS write. Of other keys it is the one way to ask whether they are there.
_ANY_VALUE: dict[str, str | None] = {
    "acs:currenttime": WARNING,
    "acs:principalarn": WARNING,
    "acs:securetransport": WARNING,
    "acs:sourceip": WARNING,
    "oidc:aud": WARNING,
    "oidc:iss": WARNING,
    "oidc:sub": WARNING,
    "saml:recipient": WARNING,
    "acs:sourcevpc": None,
    "oss:delimiter": None,
    "oss:prefix": None,
}


# --- the values of a statement ---------------------------------------------------------------------------------------


@rule("RAM418", "cidr-host-bits", SUGGESTION, STATEMENT)
def cidr_host_bits(statement: Statement) -> list[Problem] | None:
    if not statement.conditions:
        return None
    problems = []
    for condition in statement.conditions:
        if OPERATORS.get(split_operator(condition.operator)[1]) == "IP":
            values = condition.values[:_MOST_VALUES]
            if len(values) == 1 and "/" not in str(values[0]):
                continue  # one address has no bits too many, and no other to lie in
            for index, message in _kept_oddities(values) if len(values) <= _FEW_VALUES else _oddities(values):
                problems.append(Problem(message, at=_at(statement, condition, index, values[index])))
    return problems or None


def _oddities(values: tuple[Any, ...]) -> list[tuple[int, str]]:
    """What is odd about the blocks in a list, by index. Two blocks lie apart, or one is within the other."""
    spans = [(parsed("IP", value), index, value) for index, value in enumerate(values)]
    found = []
    outer, end = "", None
    for _, last, index, value in sorted((span.first, -span.last, index, value) for span, index, value in spans if span):
        network = _network(value)
        if network is not None and network != value:
            found.append((index, f"{quote(value)} has bits set behind its prefix: it means the block {network}"))
        if value.endswith("/0"):
            found.append((index, f"{quote(value)} is every address: leave the condition out, or narrow it"))
        if end is not None and -last <= end:
            again = "is listed twice" if value == outer else f"is part of {quote(outer)}"
            found.append((index, f"{quote(value)} {again}: one of the two is enough"))
        else:
            outer, end = value, -last
    return found


_kept_oddities = lru_cache(maxsize=1024)(_oddities)
_FEW_VALUES = 16


@lru_cache(maxsize=4096)
def _network(value: str) -> str | None:
    """The block that an IPv4 value in CIDR notation means, by its first address."""
    _, slash, length = value.partition("/")
    if not slash or not length.isdigit() or ":" in value:
        return None
    from ipaddress import IPv4Network

    return f"{IPv4Network(value, strict=False).network_address}/{length}"


@rule("RAM420", "private-source-ip", SUGGESTION, STATEMENT)
def private_source_ip(statement: Statement) -> list[Problem] | None:
    if not statement.conditions:
        return None
    keys = {condition.key.lower() for condition in statement.conditions}
    if "acs:sourceip" not in keys or not keys.isdisjoint(_OF_A_VPC):
        return None
    problems = []
    for condition in statement.conditions:
        if condition.key.lower() == "acs:sourceip" and OPERATORS.get(split_operator(condition.operator)[1]) == "IP":
            for index, value in enumerate(condition.values[:_MOST_VALUES]):
                if _is_private(value):
                    message = (
                        f"{quote(value)} is a private address, which requests over the Internet do not come from: "
                        "name the VPC with acs:SourceVpc, or the public address"
                    )
                    problems.append(Problem(message, at=_at(statement, condition, index, value)))
    return problems or None


_OF_A_VPC = frozenset(("acs:sourcevpc", "acs:vpcsourceip"))


def _is_private(value: Any) -> bool:
    span = parsed("IP", value)
    return span is not None and any(low <= span.first and span.last <= high for low, high in _private())


@cache
def _private() -> list[tuple[int, int]]:
    """RFC 1918 and RFC 4193, as the evaluator counts addresses."""
    return [parsed("IP", block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]


@rule("RAM423", "expired-date", WARNING, STATEMENT)
def expired_date(statement: Statement) -> list[Problem] | None:
    if statement.now is None or not statement.conditions:
        return None
    now = parsed("Date", statement.now)
    problems = []
    for condition in statement.conditions:
        if condition.operator in _UNTIL and condition.key.lower() == "acs:currenttime":
            ends = [
                (parsed("Date", value), index, value) for index, value in enumerate(condition.values[:_MOST_VALUES])
            ]
            if not 0 < len(condition.values) <= _MOST_VALUES or any(
                end is None or now is None or end >= now for end, _, _ in ends
            ):
                continue
            _, index, value = max(ends)
            nothing = "denied" if statement.effect == "Deny" else "allowed"
            message = (
                f"{quote(value)} is past, so that nothing is {nothing} any more: take the statement out, or extend it"
            )
            problems.append(Problem(message, at=_at(statement, condition, index, value)))
    return problems or None


_UNTIL = frozenset(("DateEquals", "DateLessThan", "DateLessThanEquals"))


def _at(statement: Statement, condition: Condition, index: int, value: Any) -> Path:
    """The place of a value: where entries of the wrong type were left out, the indexes do not count."""
    return statement.at("Condition", condition.operator, condition.key, value if statement.irregular else index)
