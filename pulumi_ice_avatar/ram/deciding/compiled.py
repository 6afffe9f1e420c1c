"""A policy made ready for deciding: matched against any number of requests, and able to say why one does not match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from pulumi_ice_avatar.ram.deciding.conditions import Condition
from pulumi_ice_avatar.ram.deciding.requests import Need, Request
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.wording import quote

__all__ = [
    "ActionElement",
    "Circumstance",
    "CompiledPolicy",
    "CompiledStatement",
    "Mismatch",
    "PrincipalElement",
    "ResourceElement",
    "printable",
]

_LISTED = 3
_ROOT = ":root"


def printable(text: str) -> str:
    """A text of the document or the request as part of a line: no longer than fits, and without control characters."""
    return quote(text)[1:-1]


class Mismatch(NamedTuple):
    """The first part of a statement that a request does not match.

    Attributes:
        part: `action`, `resource`, `principal` or `condition`.
        message: Why, in one line.
        operator: The condition operator; None for another part.
        key: The condition key; None for another part.
    """

    part: str
    message: str
    operator: str | None = None
    key: str | None = None


class Part(Protocol):
    """What a statement asks of a request: an action, a resource, a principal, a condition."""

    def met(self, request: Request) -> bool:
        """Tell whether the request has it."""

    def explain(self, request: Request) -> Mismatch:
        """Say why the request does not have it."""


class _Element:
    """A list of patterns under the name of an element, which may be a negated one (choice: not-resource)."""

    __slots__ = ("name", "negated", "patterns")

    def __init__(self, name: str, patterns: Patterns) -> None:
        self.name = name
        self.negated = name.startswith("Not")
        self.patterns = patterns

    def covers(self, text: str) -> bool:
        """Tell whether an action or a resource is meant."""
        return self.patterns.match(text) != self.negated

    def mismatch(self, part: str, requested: str) -> Mismatch:
        """Say that a request has something that is not meant."""
        return Mismatch(
            part,
            f"{printable(requested)} {'is' if self.negated else 'is not'} in {self.name} {_some(self.patterns.texts)}",
        )


class ActionElement(_Element):
    """Action or NotAction, in which case does not matter."""

    __slots__ = ()

    def met(self, request: Request) -> bool:
        """See `Part`."""
        return self.covers(request.action)

    def explain(self, request: Request) -> Mismatch:
        """See `Part`."""
        return self.mismatch("action", request.action)


class ResourceElement(_Element):
    """Resource or NotResource."""

    __slots__ = ()

    def met(self, request: Request) -> bool:
        """See `Part`."""
        return self.covers(request.resource)

    def explain(self, request: Request) -> Mismatch:
        """See `Part`."""
        return self.mismatch("resource", request.resource)


class PrincipalElement(_Element):
    """Principals by type, each a pattern (choice: principal-wildcards).

    A list without types, as bucket policies have, stands under an empty type.
    """

    __slots__ = ("by_type",)

    def __init__(self, name: str, listed: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(name, Patterns(each for values in listed.values() for each in values))
        self.by_type = {type_: Patterns(map(_whole_account, values)) for type_, values in listed.items()}

    def met(self, request: Request) -> bool:
        """See `Part`."""
        return self._lists(request) != self.negated

    def _lists(self, request: Request) -> bool:
        principal, untyped = request.principal, self.by_type.get("")
        if principal is None:
            # Nobody in particular is only meant by everybody (choice: anonymous-principal).
            return untyped is not None and "*" in untyped.texts
        typed = self.by_type.get(principal.type)
        return (typed is not None and any(map(typed.match, principal.names))) or (
            untyped is not None and any(map(untyped.match, principal.identifiers))
        )

    def explain(self, request: Request) -> Mismatch:
        """See `Part`."""
        return self.mismatch(
            "principal", "an anonymous request" if request.principal is None else request.principal.text
        )


class Circumstance:
    """A condition, with the place where a request keeps what it compares."""

    __slots__ = ("condition", "slot")

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.slot = (condition.key.lower(), condition.kind.name)

    def met(self, request: Request) -> bool:
        """See `Part`."""
        return self.condition.met(request.converted.get(self.slot, ()))

    def explain(self, request: Request) -> Mismatch:
        """See `Part`."""
        operator, key, values = self.condition.operator, self.condition.key, self.condition.values
        requested = request.context.get(self.slot[0], ())
        has = f"is {_some(map(str, requested))}" if requested else "is not in the request context"
        return Mismatch(
            "condition", f"{printable(key)} {has}, which does not meet {operator} {_some(values)}", operator, key
        )


class CompiledStatement:
    """One statement of a compiled policy.

    Attributes:
        index: Its place in the list of statements.
        sid: Its Sid; None without one.
        effect: `Allow` or `Deny`.
        denies: Whether its effect is Deny.
        action: Its Action or NotAction.
        resource: Its Resource or NotResource; None without one.
        principal: Its Principal or NotPrincipal; None without one.
        conditions: Each condition key under each operator.
    """

    __slots__ = ("_parts", "action", "conditions", "denies", "effect", "index", "principal", "resource", "sid")

    def __init__(
        self,
        index: int,
        sid: str | None,
        effect: str,
        action: ActionElement,
        resource: ResourceElement | None,
        principal: PrincipalElement | None,
        conditions: tuple[Circumstance, ...],
    ) -> None:
        self.index = index
        self.sid = sid
        self.effect = effect
        self.denies = effect == "Deny"
        self.action = action
        self.resource = resource
        self.principal = principal
        self.conditions = conditions
        elements: tuple[Part | None, ...] = (action, resource, principal)
        self._parts: tuple[Part, ...] = (*filter(None, elements), *conditions)

    def matches(self, request: Request) -> bool:
        """Tell whether the statement applies to a request."""
        for part in self._parts:  # noqa: SIM110 - a generator costs twice the time
            if not part.met(request):
                return False
        return True

    def mismatch(self, request: Request) -> Mismatch | None:
        """Name the first part that a request does not match; None where the statement applies."""
        return next((part.explain(request) for part in self._parts if not part.met(request)), None)


class CompiledPolicy:
    """A policy made ready for deciding; it can be shared between threads.

    Attributes:
        name: What messages and decisions call it.
        resource_based: Whether its statements name principals: a trust policy or the policy of a resource.
        statements: Its statements, in their order.
        needs: Which condition keys it compares, and as what.
    """

    __slots__ = ("name", "needs", "resource_based", "statements")

    def __init__(
        self, name: str, resource_based: bool, statements: tuple[CompiledStatement, ...], needs: tuple[Need, ...]
    ) -> None:
        self.name = name
        self.resource_based = resource_based
        self.statements = statements
        self.needs = needs


def _whole_account(principal: str) -> str:
    """The root of an account stands for every user and role in it (choice: account-principal)."""
    return f"{principal.removesuffix(_ROOT)}:*" if principal.endswith(_ROOT) else principal


def _some(texts: Iterable[str]) -> str:
    listed = list(texts)
    more = f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
    return ", ".join(map(printable, listed[:_LISTED])) + more
