"""What an operation of a product is, and how operations read their parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.state import AccessKey, State

__all__ = ["Call", "Operation", "Product", "boolean", "integer", "listed", "required"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")


@dataclass(frozen=True)
class Call:
    """One call whose signature is good.

    Attributes:
        parameters: The parameters by name, as text.
        access_key: Whose call it is.
        base_url: Where the emulator listens.
    """

    parameters: Mapping[str, str]
    access_key: AccessKey
    base_url: str


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        permission: The RAM action that allows it.
        answer: Makes the answer's body, without its RequestId, or raises `GatewayError` and has changed nothing.
        resources: The ARNs of what it is asked for, each of which has to be allowed; `*` where it has no resource.
        changes: Whether it changes the state.
    """

    permission: str
    answer: Callable[[State, Call], dict[str, Any]]
    resources: Callable[[State, Call], Sequence[str]] = lambda _, __: ("*",)
    changes: bool = False


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
        raise GatewayError("MissingParameter", f"The parameter {name} is empty.", choice="empty-parameter")
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


def boolean(call: Call, name: str) -> bool:
    """The value of a parameter that is true or false; the SDK writes Python's `True`. False where it is missing."""
    text = call.parameters.get(name, "false").lower()
    if text not in ("true", "false"):
        raise GatewayError("InvalidParameter", f"The parameter {name} is true or false.", choice="ram-parameters")
    return text == "true"


def listed(call: Call, name: str, most: int) -> list[Any]:
    """The value of a parameter that is a JSON list; empty where it is missing."""
    try:
        value = json.loads(call.parameters.get(name, "[]"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, list) or len(value) > most:
        raise GatewayError(
            "InvalidParameter", f"The parameter {name} is a JSON list of at most {most}.", choice="ram-parameters"
        )
    return value
