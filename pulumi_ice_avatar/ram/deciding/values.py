"""The types of condition values: text, numbers, dates, Booleans and IP addresses.

A document writes each of them as a JSON string; a request may also carry Python's own types. A parser raises
`ValueError` with the rest of a sentence that begins with the value: `is not a number`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date as calendar_date, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple

__all__ = ["ADDRESS", "BOOLEAN", "DATE", "NUMBER", "TEXT", "Kind", "Span"]

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-5][0-9]))?)?)?"
)
_OCTETS = re.compile(r"(?:[0-9]{1,3}\.){0,3}\*(?:\.\*){0,3}")
_BOOLEANS = {"true": True, "false": False}
_IPV4_BELOW_IPV6 = 1 << 32


class Span(NamedTuple):
    """Neighbouring addresses, both ends included, on one line: IPv4 at -2**32 to -1, IPv6 from 0."""

    first: int
    last: int


class Kind(NamedTuple):
    """A type of condition value.

    Attributes:
        name: What a message calls it.
        listed: Turns a value of a document into what is compared.
        requested: Turns a value of a request into what is compared.
    """

    name: str
    listed: Callable[[str], Any]
    requested: Callable[[Any], Any]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _aware(value).isoformat().replace("+00:00", "Z")
    return str(value)


def _number(value: object) -> Decimal:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError("is not a number")
        return Decimal(value)
    if isinstance(value, bool | datetime):
        raise ValueError("is not a number")  # noqa: TRY004 - every parser here raises one type
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("is not a finite number")
    return number


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    # In any case (choice: boolean-case).
    known = _BOOLEANS.get(value.lower()) if isinstance(value, str) else None
    if known is None:
        raise ValueError("is neither true nor false")
    return known


def _date(value: object) -> datetime:
    if isinstance(value, datetime):
        return _aware(value)
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("is not an ISO 8601 date, such as 2030-01-31T00:00:00Z")
    part = found.groupdict("0")
    try:
        offset = timedelta(hours=int(part["hours"]), minutes=int(part["minutes"]))
        day = calendar_date.fromisoformat(part["day"])
        return datetime(
            day.year,
            day.month,
            day.day,
            int(part["hour"]),
            int(part["minute"]),
            int(part["second"]),
            int(part["fraction"][:6].ljust(6, "0")),
            # A date without a zone is taken as UTC (choice: date-without-zone).
            timezone(-offset if part["sign"] == "-" else offset),
        )
    except ValueError:
        raise ValueError("is a date that does not exist") from None


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("has no time zone: write datetime(…, tzinfo=timezone.utc)")
    return value


def _address(value: object) -> int:
    try:
        # Python's own constructor takes an integer as an address, which a request cannot have meant.
        address = ip_address(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("is not an IP address") from None
    return _position(address)


def _network(value: str) -> Span:
    if _OCTETS.fullmatch(value) and value.count(".") < 4:
        return _octets(value)
    try:
        network = ip_network(value, strict=False)  # host bits do not matter (choice: host-bits)
    except ValueError:
        raise ValueError("is not an IP address or CIDR block, such as 203.0.113.0/24") from None
    first, last = _position(network[0]), _position(network[-1])
    # Only a block inside ::ffff:0:0/96 has both ends there, and then it means IPv4 (choice: mapped-ipv4).
    return Span(first, last) if first <= last else Span(int(network[0]), int(network[-1]))


def _octets(value: str) -> Span:
    """The documented `*` in `acs:SourceIp`, alone or for whole octets at the end (choice: address-wildcard)."""
    if value == "*":
        return Span(-_IPV4_BELOW_IPV6, (1 << 128) - 1)
    octets = [octet for octet in value.split(".") if octet != "*"]
    low, high = ".".join((octets + ["0"] * 4)[:4]), ".".join((octets + ["255"] * 4)[:4])
    try:
        return Span(_position(IPv4Address(low)), _position(IPv4Address(high)))
    except ValueError:
        raise ValueError("is not an IP address") from None


def _position(address: IPv4Address | IPv6Address) -> int:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else address
    return int(address) if mapped is None else int(mapped) - _IPV4_BELOW_IPV6


TEXT = Kind("text", _text, _text)
NUMBER = Kind("a number", _number, _number)
DATE = Kind("a date", _date, _date)
BOOLEAN = Kind("true or false", _boolean, _boolean)
ADDRESS = Kind("an IP address", _network, _address)
