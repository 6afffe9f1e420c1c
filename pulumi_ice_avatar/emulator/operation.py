"""What an operation of a product is, and how operations read their parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.state import AccessKey, State

__all__ = ["Call", "Operation", "Product", "integer", "required"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")


@dataclass(frozen=True)
class Call:
    """One call whose signature is good.

    Attributes:
        parameters: The parameters by name, as text.
        access_key: Whose call it is.
    """

    parameters: Mapping[str, str]
    access_key: AccessKey


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        permission: The RAM action that allows it.
        answer: Makes the answer's body, without its RequestId, or raises `GatewayError`.
    """

    permission: str
    answer: Callable[[State, Call], dict[str, Any]]


@dataclass(frozen=True)
class Product:
    """One version of a product's interface.

    Attributes:
        code: The product's code, which is also the first label of its hosts, in lower case.
        version: The value of `x-acs-version`.
        operations: The operations by the value of `x-acs-action`.
    """

    code: str
    version: str
    operations: Mapping[str, Operation]


def required(call: Call, name: str) -> str:
    """The value of a mandatory parameter."""
    value = call.parameters.get(name)
    if value is None:
        raise GatewayError("MissingParameter", f"The parameter {name} is mandatory for this action.")
    if not value:
        raise GatewayError("MissingParameter", f"The parameter {name} is empty.", choice="empty-id")
    return value


def integer(call: Call, name: str, *, default: int, low: int, high: int) -> int:
    """The value of a whole-number parameter between `low` and `high`."""
    text = call.parameters.get(name)
    if text is None:
        return default
    if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
        raise GatewayError(
            "InvalidParameter", f"The parameter {name} has to be a whole number between {low} and {high}."
        )
    return int(text)
