"""Bringing an account's policy to what is wanted: which steps, in which order, so that nobody loses access on the way.

A plan is made from what is in the account, not from what was done before: made again after an interruption at any step,
it holds just the steps that are left. The order: first the document, then new attachments, and only then what takes
something away. So nobody, and not the account as a whole, ever has less access than it had before or is to have; what
is about to be detached has the new document for the moment in between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from pulumi_ice_avatar.errors import ConflictError
from pulumi_ice_avatar.models import show
from pulumi_ice_avatar.ram.applying.account import Account, Policy, Target
from pulumi_ice_avatar.ram.linting.linter import Finding, lint

__all__ = ["NAME", "Step", "Wanted", "canonical", "objections", "plan", "plan_removal", "run"]


NAME = re.compile(r"[A-Za-z0-9-]{1,128}")
"""What RAM takes as the name of a policy. Source: the page of CreatePolicy."""


@dataclass(frozen=True)
class Wanted:
    """A policy as it is to be."""

    name: str
    document: Mapping[str, Any]
    description: str = ""
    tags: Mapping[str, str] | None = None
    """None leaves tags alone."""
    attach_to: frozenset[Target] = frozenset()


class Step(NamedTuple):
    """One change of the account."""

    text: str
    """What it does, in a line."""
    change: Callable[[], None]


def plan(account: Account, wanted: Wanted, *, formerly: Iterable[Target] = (), adopt: bool = False) -> list[Step]:
    """The steps from what is in the account to what is wanted; none where it is so already.

    Args:
        account: The account.
        wanted: The policy as it is to be.
        formerly: Targets to detach from unless they are still wanted; others that it is attached to are left alone.
        adopt: Take over a policy of that name that has another document.

    Raises:
        ConflictError: there is such a policy with another document, and `adopt` is not set.
        ServiceError: one of its kinds.
    """
    there = account.policy(wanted.name)
    if there and not adopt and not _same(there.document, wanted.document):
        raise ConflictError(
            f"the account already has a policy {show(wanted.name)} with another document; "
            "choose another name, or adopt it"
        )
    steps = _attributes(account, wanted, there) if there else _creation(account, wanted)
    attached = there.attached_to if there else frozenset()
    for target in sorted(wanted.attach_to - attached):
        steps.append(Step(f"attach {wanted.name} to {target}", partial(account.attach, wanted.name, target)))
    for target in sorted(attached & (frozenset(formerly) - wanted.attach_to)):
        steps.append(Step(f"detach {wanted.name} from {target}", partial(account.detach, wanted.name, target)))
    return steps


def plan_removal(account: Account, name: str, attached_to: Iterable[Target]) -> list[Step]:
    """The steps that remove a policy and the attachments given.

    Raises:
        ConflictError: it is attached to somebody else too.
        ServiceError: one of its kinds.
    """
    there = account.policy(name)
    if there is None:
        return []
    others = sorted(there.attached_to - frozenset(attached_to))
    if others:
        raise ConflictError(
            f"policy {show(name)} is also attached to {', '.join(map(str, others[:10]))}, which this does not manage; "
            "detach it there first, or refresh to take the attachments over"
        )
    steps = [
        Step(f"detach {name} from {target}", partial(account.detach, name, target))
        for target in sorted(there.attached_to)
    ]
    return [*steps, Step(f"delete {name} and its versions", partial(account.delete, name))]


def objections(
    document: Mapping[str, Any] | bytes, allowed: Collection[str], source: str | None = None
) -> list[Finding]:
    """What the linter finds wrong or dangerous in a document, so that it is not to be applied.

    Args:
        document: The document, or its text.
        allowed: Codes of findings to accept.
        source: The name of the file it comes from.
    """
    return [
        finding
        for finding in lint(document, "identity", source=source)
        if finding.severity in ("error", "security") and finding.code not in allowed
    ]


def run(steps: Iterable[Step]) -> None:
    """Run the steps in their order; the first that fails ends it."""
    for step in steps:
        step.change()


def canonical(document: Mapping[str, Any]) -> str:
    """A document as the shortest JSON text, for the limit counts characters; keys keep their order."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _creation(account: Account, wanted: Wanted) -> list[Step]:
    create = partial(account.create, wanted.name, canonical(wanted.document), wanted.description, wanted.tags or {})
    return [Step(f"create {wanted.name}", create)]


def _attributes(account: Account, wanted: Wanted, there: Policy) -> list[Step]:
    name = wanted.name
    steps = []
    if not _same(there.document, wanted.document):
        former = _version_with(account, wanted)
        if former:
            restore = partial(account.set_default_version, name, former)
            steps.append(Step(f"put version {former} of {name} in force again", restore))
        else:
            renew = partial(account.create_version, name, canonical(wanted.document))
            steps.append(Step(f"put a new version of {name} in force", renew))
    if there.description != wanted.description:
        steps.append(Step(f"describe {name} anew", partial(account.set_description, name, wanted.description)))
    if wanted.tags is None:
        return steps
    changed = {key: value for key, value in wanted.tags.items() if there.tags.get(key) != value}
    if changed:
        steps.append(Step(f"tag {name} with {', '.join(changed)}", partial(account.set_tags, name, changed)))
    superfluous = [key for key in there.tags if key not in wanted.tags]
    if superfluous:
        steps.append(Step(f"untag {', '.join(superfluous)} of {name}", partial(account.remove_tags, name, superfluous)))
    return steps


def _version_with(account: Account, wanted: Wanted) -> str | None:
    """An existing version with the wanted document, left by somebody who put another one in force."""
    for version in account.versions(wanted.name):
        if not version.is_default and _same(account.version_document(wanted.name, version.id), wanted.document):
            return version.id
    return None


def _same(one: Any, other: Any) -> bool:
    """Documents are compared as JSON: the service need not keep the text as it was."""
    return bool(one == other)
