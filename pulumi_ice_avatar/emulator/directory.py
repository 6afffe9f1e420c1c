"""Users, groups, roles, policies, and what is attached to whom: the part of an account that RAM manages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.clock import now

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.compiled import CompiledPolicy

__all__ = [
    "CUSTOM",
    "SYSTEM",
    "Attachment",
    "Directory",
    "Entity",
    "Group",
    "Policy",
    "Role",
    "User",
    "Version",
    "system_policies",
]

CUSTOM, SYSTEM = "Custom", "System"


class Entity(NamedTuple):
    """What a policy can be attached to."""

    kind: str
    """`user`, `group` or `role`."""
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> Entity:
        """The entity of a text such as `user/alice`."""
        kind, _, name = text.partition("/")
        return cls(kind, name)

    @property
    def id(self) -> str:
        """The id that RAM would have given it: 18 digits, always the same ones for the same name."""
        return str(2 * 10**17 + int.from_bytes(hashlib.sha256(str(self).encode()).digest()[:8], "big") % 10**17)


@dataclass
class User:
    """A RAM user."""

    name: str
    display_name: str = ""
    comments: str = ""
    created: str = field(default_factory=now)


@dataclass
class Group:
    """A group of users; it can only be made in a seed."""

    name: str
    comments: str = ""
    members: tuple[str, ...] = ()


@dataclass
class Role:
    """A role, with the policy that says who may assume it."""

    name: str
    trust_policy: str
    """The document as it was sent."""
    description: str = ""
    max_session_duration: int = 3600
    """Seconds."""
    tags: dict[str, str] = field(default_factory=dict)
    created: str = field(default_factory=now)

    @cached_property
    def compiled(self) -> CompiledPolicy:
        """The trust policy ready for decisions."""
        return documents.compiled(self.trust_policy, "trust", f"trust policy of {self.name}")


@dataclass
class Version:
    """One version of a policy."""

    id: str
    """Such as `v3`."""
    policy: str
    """The name of the policy."""
    document: str
    """The document as it was sent."""
    created: str = field(default_factory=now)

    @property
    def number(self) -> int:
        """The number in its id."""
        return int(self.id[1:])

    @cached_property
    def compiled(self) -> CompiledPolicy:
        """The document ready for decisions; a version never changes."""
        return documents.compiled(self.document, "identity", f"policy {self.policy}")


@dataclass
class Policy:
    """A policy with its versions by id, the oldest first."""

    name: str
    versions: dict[str, Version]
    default_id: str
    type: str = CUSTOM
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    created: str = field(default_factory=now)
    updated: str = field(default_factory=now)
    next_number: int = 2
    """The number of the version that is made next (choice: version-numbers)."""

    @property
    def key(self) -> tuple[str, str]:
        """Its type and name, which are what tells policies apart."""
        return self.type, self.name

    @property
    def default(self) -> Version:
        """The version in force."""
        return self.versions[self.default_id]


@lru_cache(maxsize=1)
def system_policies() -> Mapping[str, Policy]:
    """The system policies by name (choice: system-policies)."""
    from pulumi_ice_avatar.ram.catalogue import system_policies as known

    policies = {}
    for policy in known():
        if not policy.whole or any(each.condition for each in policy.statements):
            continue
        statements = [
            {"Effect": each.effect, "Action": list(each.actions), "Resource": list(each.resources)}
            for each in policy.statements
        ]
        date = f"{policy.updated}T00:00:00Z"
        document = documents.text({"Version": "1", "Statement": statements})
        version = Version(policy.version, policy.name, document, date)
        policies[policy.name] = Policy(
            policy.name, {version.id: version}, version.id, type=SYSTEM, created=date, updated=date
        )
    return policies


class Attachment(NamedTuple):
    """A policy attached to something."""

    policy: Policy
    date: str
    """Since when."""


@dataclass
class Directory:
    """Everything RAM knows of an account.

    Attributes:
        users: The users by name.
        groups: The groups by name.
        roles: The roles by name.
        policies: The custom policies by name.
        attachments: What is attached to each user, group and role, by the type and name of the policy.
    """

    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    attachments: dict[Entity, dict[tuple[str, str], Attachment]] = field(default_factory=dict)

    def entities(self, kind: str) -> Mapping[str, object]:
        """The users, groups or roles by name."""
        by_kind: dict[str, Mapping[str, object]] = {"user": self.users, "group": self.groups, "role": self.roles}
        return by_kind[kind]

    def policies_of_type(self, type_: str) -> Mapping[str, Policy]:
        """The custom or the system policies by name."""
        return system_policies() if type_ == SYSTEM else self.policies

    def attached_to(self, entity: Entity) -> list[Attachment]:
        """What is attached to a user, group or role."""
        return list(self.attachments.get(entity, {}).values())

    def attachments_of(self, policy: Policy) -> list[tuple[Entity, str]]:
        """What a policy is attached to, and since when."""
        return [
            (entity, attached[policy.key].date)
            for entity, attached in self.attachments.items()
            if policy.key in attached
        ]

    def groups_of(self, user: str) -> list[Group]:
        """The groups that a user is in."""
        return [group for group in self.groups.values() if user in group.members]

    def policies_of(self, principal: str) -> list[CompiledPolicy]:
        """The identity policies of a caller: a user's own and those of its groups, or those of a session's role.

        Args:
            principal: The caller, such as `user/alice` or `assumed-role/studio/morning`.
        """
        kind, _, rest = principal.partition("/")
        if kind == "user":
            holders = [Entity("user", rest), *(Entity("group", group.name) for group in self.groups_of(rest))]
        elif kind == "assumed-role":
            holders = [Entity("role", rest.partition("/")[0])]
        else:
            holders = []
        return [policy.default.compiled for holder in holders for policy, _ in self.attached_to(holder)]
