"""System policies."""

from __future__ import annotations

from typing import NamedTuple

from pulumi_ice_avatar.ram.catalogue.tables import load

__all__ = [
    "PolicyStatement",
    "SystemPolicy",
    "system_policies",
]


class PolicyStatement(NamedTuple):
    """A statement of a system policy; `condition` is text: operator, key, values."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: str


class SystemPolicy(NamedTuple):
    """A system policy. Without `statements` only its name is known; `whole` is False when some were not readable."""

    name: str
    kind: str
    version: str
    updated: str
    statements: tuple[PolicyStatement, ...]

    @property
    def whole(self) -> bool:
        """Whether every statement is known."""
        return bool(self.statements) and "cut off" not in self.kind


def system_policies() -> tuple[SystemPolicy, ...]:
    """The known system policies, by name; of most only the name is known."""
    return tuple(
        SystemPolicy(
            entry["name"],
            entry["kind"],
            entry["version"],
            entry["updated"],
            tuple(
                PolicyStatement(
                    statement["effect"],
                    tuple(statement["actions"].split()),
                    tuple(statement["resources"].split()),
                    statement["condition"],
                )
                for statement in entry.get("statements", ())
            ),
        )
        for entry in load("system-policies")
    )
