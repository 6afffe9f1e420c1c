"""A request to decide on: who asks to do what, on which resource, under which circumstances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pulumi_ice_avatar.errors import PolicyError
from pulumi_ice_avatar.ram.arn import parse_arn
from pulumi_ice_avatar.ram.deciding.values import Kind
from pulumi_ice_avatar.ram.wording import quote

__all__ = ["FEDERATED", "RAM", "SERVICE", "ContextValue", "Need", "Principal", "Request"]

RAM, SERVICE, FEDERATED = "RAM", "Service", "Federated"

Scalar = str | bool | int | float | datetime
ContextValue = Scalar | Sequence[Scalar]

_SCALARS = (str, bool, int, float, datetime)

_LARGEST = 1 << 256
"""Python refuses to write longer integers as text; no condition key holds a number of this size."""


class Need(NamedTuple):
    """A condition key that a policy compares, and as what.

    Attributes:
        slot: Where the converted values of a request are kept: the key in lower case, and the name of the type.
        key: The key as the policy writes it.
        kind: The type.
        where: The condition that needs it, for a message.
    """

    slot: tuple[str, str]
    key: str
    kind: Kind
    where: str


class Principal:
    """Who sends a request.

    Attributes:
        text: As it was given.
        type: `RAM`, `Service` or `Federated`: under which key of a Principal element it can be listed.
        names: What a typed list may call it: its ARN, and for the session of a role also the role's
            (choice: role-session).
        identifiers: What a list without types may call it: also the account id of a root user
            (choice: untyped-principal).
        is_root: Whether it is the root user of an account.
    """

    __slots__ = ("identifiers", "is_root", "names", "text", "type")

    def __init__(self, text: str) -> None:
        self.text = text
        arn = parse_arn(text)
        relative = arn.relative if arn else ""
        if relative.startswith(("saml-provider/", "oidc-provider/")):
            self.type = FEDERATED
        else:
            self.type = SERVICE if not arn and "." in text else RAM
        self.is_root = relative == "root"
        self.names: tuple[str, ...] = (text,)
        if arn and relative.startswith("assumed-role/"):
            self.names += (f"acs:ram:{arn.region}:{arn.account}:role/{relative.split('/')[1]}",)
        self.identifiers = (*self.names, arn.account) if arn and self.is_root else self.names


class Request:
    """A request, checked and with its context ready to be looked up.

    Attributes:
        action: The action as it was given.
        resource: The resource as it is matched.
        given_resource: The resource as it was given.
        principal: Who asks; None for an anonymous request.
        context: The values of each condition key by the key in lower case (choice: condition-key-case).
        converted: The values of each key as each type that a policy needs; see `prepare`.
    """

    __slots__ = ("action", "context", "converted", "given_resource", "principal", "resource")

    def __init__(
        self, action: str, resource: str, context: Mapping[str, ContextValue | None] | None, principal: str | None
    ) -> None:
        if not isinstance(action, str) or ":" not in action or "*" in action or "?" in action:
            raise PolicyError(f"action {quote(action)}: name one action, such as ice:GetAvatar")
        if not isinstance(resource, str) or not resource:
            raise PolicyError(f'resource {quote(resource)}: name one resource by its ARN, or give "*" for none')
        if principal is not None and (not isinstance(principal, str) or not principal):
            raise PolicyError(
                f"principal {quote(principal)}: name one principal, such as acs:ram::1234567890123456:user/alice"
            )
        self.action = action
        self.given_resource = resource
        # An operation without a resource asks for everything of its service (choice: operation-level-resource).
        self.resource = f"acs:{action.partition(':')[0].lower()}:*:*:*" if resource == "*" else resource
        self.principal = None if principal is None else Principal(principal)
        self.context = _folded(context) if context else {}
        self.converted: dict[tuple[str, str], tuple[Any, ...]] = {}

    def prepare(self, needs: Iterable[Need]) -> None:
        """Convert the context to the types that a policy compares.

        This comes before any matching, so that a value that does not fit is an error whatever else the policies say
        and in whatever order (choice: unfit-context-value).

        Raises:
            PolicyError: A value of the context is not of the type needed.
        """
        for slot, key, kind, where in needs:
            values = self.context.get(slot[0])
            if values is None or slot in self.converted:
                continue
            try:
                self.converted[slot] = tuple([kind.requested(value) for value in values])
            except ValueError as error:
                bad = next(value for value in values if not _converts(kind, value))
                raise PolicyError(f"context key {quote(key)}: {quote(bad)} {error}, as {where} needs it") from None


def _converts(kind: Kind, value: Scalar) -> bool:
    try:
        kind.requested(value)
    except ValueError:
        return False
    return True


def _folded(context: Mapping[str, ContextValue | None]) -> dict[str, tuple[Scalar, ...]]:
    if not isinstance(context, Mapping):
        raise PolicyError(f"context {quote(context)}: give a mapping of condition keys to values")
    folded: dict[str, tuple[Scalar, ...]] = {}
    for key, given in context.items():
        if not isinstance(key, str) or not key:
            raise PolicyError(f"context key {quote(key)}: name a condition key, such as acs:SourceIp")
        values: Any = () if given is None else given if isinstance(given, (list, tuple, set, frozenset)) else (given,)
        for value in values:
            if not isinstance(value, _SCALARS) or (type(value) is int and abs(value) > _LARGEST):
                raise PolicyError(
                    f"context key {quote(key)}: {type(value).__name__} cannot be compared; "
                    "give a string, number, Boolean, aware datetime or a list of these"
                )
        lower = key.lower()
        if lower in folded:
            raise PolicyError(f"context key {quote(key)}: given twice, in different case")
        if values:
            folded[lower] = tuple(values)
    return folded
