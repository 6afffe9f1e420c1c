"""What one policy allows that another does not, each with a request that shows it.

Two requests that every statement answers alike cannot be told apart by the policies, so one of each class is tried:
known actions, and made-up names for classes without a known one; no resource, and ARNs of the action's service and of
those that the new policy spells out, in the regions and accounts that are spelt out and in one more; principals; and
for each condition key the values at and around every bound, one that no condition mentions, and none at all.

What is reported was decided on by the evaluator, so it is so. Nothing found means nothing in these classes; where
they were too many to try them all, `Comparison.complete` is False.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.errors import PolicyError
from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.deciding import candidates
from pulumi_ice_avatar.ram.deciding.compiled import Circumstance, CompiledPolicy, CompiledStatement
from pulumi_ice_avatar.ram.deciding.evaluator import Decision, compile_policy, evaluate
from pulumi_ice_avatar.ram.deciding.requests import ContextValue, Request
from pulumi_ice_avatar.ram.deciding.values import Kind
from pulumi_ice_avatar.ram.language import IDENTITY, RESOURCE_BASED, TRUST
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.patterns import is_pattern
from pulumi_ice_avatar.ram.wording import quote

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.evaluator import Policy

__all__ = ["Checked", "Comparison", "NewAccess", "Unmet", "check", "compare"]

_MOST_CONTEXTS = 3_000
"""Contexts tried for one action on one resource."""

_MOST_REQUESTS = 20_000
"""Requests tried in all, a second or two."""


_MISSING = ("RAM901", "required-action-not-granted", "error")
_BEYOND = ("RAM902", "grants-more-than-required", "warning")
_FORBIDDEN = ("RAM903", "denied-action-granted", "error")


class NewAccess(NamedTuple):
    """A request that the new policy allows and the old one does not.

    Attributes:
        action: The action.
        resource: The resource; `*` for none.
        context: The condition keys.
        principal: Who asks; None where the policies name no principals, and for an anonymous request.
        actions: Every known action that the same is true of.
        statement: The statement that allows it, in words.
    """

    action: str
    resource: str
    context: Mapping[str, ContextValue]
    principal: str | None
    actions: tuple[str, ...]
    statement: str

    def to_dict(self) -> dict[str, Any]:
        """The request as JSON values."""
        return self._asdict()

    def __str__(self) -> str:
        more = f" (and {len(self.actions) - 1} more)" if len(self.actions) > 1 else ""
        who = f" by {self.principal}" if self.principal else ""
        when = ", ".join(f"{key}={value}" for key, value in self.context.items())
        return f"{self.action}{more} on {self.resource}{who}{f' with {when}' if when else ''}"


class Comparison(NamedTuple):
    """What a new policy allows that an old one does not.

    Attributes:
        new_access: A request of each class, with the actions that it stands for.
        complete: Whether every class was tried.
    """

    new_access: tuple[NewAccess, ...]
    complete: bool

    def __bool__(self) -> bool:
        return bool(self.new_access)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {"new_access": [each.to_dict() for each in self.new_access], "complete": self.complete}


class Unmet(NamedTuple):
    """A requirement that a policy does not meet.

    Attributes:
        code: `RAM901`, `RAM902` or `RAM903`.
        name: The name of the rule.
        severity: `error` or `warning`.
        message: One line.
        witness: A request that shows it; None where the point is that there is none.
    """

    code: str
    name: str
    severity: str
    message: str
    witness: NewAccess | None

    def to_dict(self) -> dict[str, Any]:
        """The requirement as JSON values."""
        return {**self._asdict(), "witness": self.witness and self.witness.to_dict()}


class Checked(NamedTuple):
    """How policies compare with lists of actions.

    Attributes:
        unmet: What is not met.
        complete: Whether every class of requests was tried.
    """

    unmet: tuple[Unmet, ...]
    complete: bool


def compare(old: Policy | Iterable[Policy], new: Policy | Iterable[Policy]) -> Comparison:
    """Find what new policies allow that old ones do not.

    Args:
        old: One policy, or the identity policies of a principal together. Trust policies and those of resources are
            compared one by one.
        new: The same, as it is to become.

    Returns:
        The comparison, which is true where there is new access.

    Raises:
        PolicyError: A policy is malformed, or the two are of different kinds.
    """
    sides = _side(old, "the old policy"), _side(new, "the new policy")
    kinds = {policy.resource_based for side in sides for policy in side}
    if len(kinds) > 1:
        raise PolicyError("a policy that names principals cannot be compared with one that does not")
    if kinds == {True} and max(map(len, sides)) > 1:
        raise PolicyError("trust policies and those of resources are compared one by one")
    return _Search(*sides).run()


def check(
    policies: Policy | Iterable[Policy], *, must_allow: Iterable[str] = (), must_deny: Iterable[str] = ()
) -> Checked:
    """Hold policies against lists of actions.

    Args:
        policies: One policy, or several together.
        must_allow: Actions and patterns of known actions. Each has to be allowed for some request, and where there
            are any, nothing else may be allowed.
        must_deny: Actions and patterns that must not be allowed for any request.

    Returns:
        What is not met, and whether the search was complete.

    Raises:
        PolicyError: A policy or a list is malformed.
    """
    required, forbidden = _listed(must_allow), _listed(must_deny)
    found, complete = _Search((), _side(policies, "the policy"), (required, forbidden)).run()
    granted = {action.lower() for each in found for action in each.actions}
    missing = [action for action in _expanded(required) if action.lower() not in granted]
    unmet = [
        *(
            Unmet(*_MISSING, f"{action} is required, and no request for it was found that is allowed", None)
            for action in missing
        ),
        *(
            Unmet(*_BEYOND, f"{each} is allowed by {each.statement}, beyond what is required", each)
            for each in found
            if required.texts and not required.match(each.action)
        ),
        *(
            Unmet(*_FORBIDDEN, f"{each} is allowed by {each.statement}, and must not be", each)
            for each in found
            if forbidden.match(each.action)
        ),
    ]
    return Checked(tuple(unmet), complete)


class _ActionClass(NamedTuple):
    """What decides for which actions the rest of a request has to be tried once."""

    covering: tuple[CompiledStatement, ...]
    listed: tuple[bool, ...]
    takes_no_resource: bool


class _Search:
    """The search for requests that the new policies allow and the old ones do not."""

    def __init__(
        self, old: tuple[CompiledPolicy, ...], new: tuple[CompiledPolicy, ...], lists: Sequence[Patterns] = ()
    ) -> None:
        self.old = old
        self.new = new
        self.lists = lists
        self.statements = [statement for policy in (*old, *new) for statement in policy.statements]
        self.allowing = {statement for policy in new for statement in policy.statements if not statement.denies}
        self.kinds: dict[str, list[Kind]] = {}
        for need in (need for policy in (*old, *new) for need in policy.needs):
            self.kinds.setdefault(need.slot[0], []).append(need.kind)
        self.requests = _MOST_REQUESTS
        self.complete = True

    def run(self) -> Comparison:
        """Try one request of each class."""
        names, self.complete = candidates.actions(self.statements, self.lists)
        classes: dict[_ActionClass, list[str]] = {}
        for name in names:
            known = catalogue.action(name)
            covering = tuple(statement for statement in self.statements if statement.action.covers(name))
            listed = tuple(patterns.match(name) for patterns in self.lists)
            starred, other = _ActionClass(covering, listed, True), _ActionClass(covering, listed, False)
            # Known actions come first; a made-up one is only of use where there is none.
            if known or (starred not in classes and other not in classes):
                classes.setdefault(starred if known and known.needs_star else other, []).append(name)
        found = [each for class_, names in classes.items() for each in self.actions(names, class_.covering)]
        return Comparison(tuple(found), self.complete)

    def actions(self, names: list[str], covering: tuple[CompiledStatement, ...]) -> Iterator[NewAccess]:
        """Find new access to actions that the same statements cover."""
        if self.allowing.isdisjoint(covering):
            return
        resources, complete = candidates.resources(names[0], covering)
        self.complete = self.complete and complete
        principals: list[str | None] = [None]
        if self.new[0].resource_based:
            principals, complete = candidates.principals(covering)
            self.complete = self.complete and complete
        tried: set[tuple[CompiledStatement, ...]] = set()
        for resource, principal in product(resources, principals):
            request = Request(names[0], resource, None, principal)
            matching = tuple(
                statement
                for statement in covering
                if all(element.met(request) for element in (statement.resource, statement.principal) if element)
            )
            if matching not in tried and not self.allowing.isdisjoint(matching):
                tried.add(matching)
                for context in self.contexts(matching):
                    if self.is_new(names[0], resource, context, principal):
                        yield self.witness(names, resource, context, principal)
                        break

    def contexts(self, statements: Sequence[CompiledStatement]) -> Iterator[dict[str, ContextValue]]:
        """One context of every class that the conditions of statements make, as far as a new Allow is met."""
        by_key: dict[str, list[Circumstance]] = {}
        for statement in statements:
            for each in statement.conditions:
                by_key.setdefault(each.slot[0], []).append(each)
        classes = {key: self.values(conditions) for key, conditions in by_key.items()}
        for allowing in filter(self.allowing.__contains__, statements):
            choices = []
            for key, conditions in by_key.items():
                own = [index for index, each in enumerate(conditions) if each in allowing.conditions]
                choices.append([value for truth, value in classes[key].items() if all(truth[index] for index in own)])
            for combination in self.combinations(choices):
                named = zip(by_key.values(), combination, strict=True)
                yield {conditions[0].condition.key: value for conditions, value in named if value is not None}

    def combinations(self, choices: list[list[ContextValue | None]]) -> Iterable[tuple[ContextValue | None, ...]]:
        """All ways to choose one of each, or a sample where they are too many."""
        if prod(map(len, choices)) <= _MOST_CONTEXTS:
            return product(*choices)
        self.complete = False
        # The first ones of a product differ in the last choices only; a sample varies all, the same way every time.
        dice = random.Random(0)
        return (tuple(dice.choice(values) for values in choices) for _ in range(_MOST_CONTEXTS))

    def values(self, conditions: list[Circumstance]) -> dict[tuple[bool, ...], ContextValue | None]:
        """One value of every class that conditions on one key make, by which of them are met."""
        classes: dict[tuple[bool, ...], ContextValue | None] = {}
        values, complete = candidates.values(conditions, self.kinds[conditions[0].slot[0]])
        self.complete = self.complete and complete
        for value in values:
            given = () if value is None else value if isinstance(value, list) else (value,)
            truth = tuple(each.condition.met(tuple(map(each.condition.kind.requested, given))) for each in conditions)
            classes.setdefault(truth, value)
        return classes

    def is_new(self, action: str, resource: str, context: Mapping[str, ContextValue], principal: str | None) -> bool:
        """Ask the evaluator whether the new policies allow a request that the old ones do not."""
        if not self.requests:
            self.complete = False
            return False
        self.requests -= 1
        return bool(
            _decide(self.new, action, resource, context, principal)
            and not _decide(self.old, action, resource, context, principal)
        )

    def witness(
        self, names: list[str], resource: str, context: dict[str, ContextValue], principal: str | None
    ) -> NewAccess:
        """Describe new access, by an action of the resource's own service if there is one."""
        by_service: dict[str, list[str]] = {}
        for name in names:
            by_service.setdefault(name.partition(":")[0].lower(), []).append(name)
        # Actions of one class and service differ in nothing that a decision depends on.
        confirmed = {
            code: same for code, same in by_service.items() if self.is_new(same[0], resource, context, principal)
        }
        action = confirmed.get(f"{resource}:::".split(":")[1], names)[0]
        known = (name for same in confirmed.values() for name in same if catalogue.action(name))
        actions = dict.fromkeys([action, *known])
        decision = _decide(self.new, action, resource, context, principal)
        return NewAccess(action, resource, context, principal, tuple(actions), ", ".join(map(str, decision.statements)))


def _decide(
    policies: tuple[CompiledPolicy, ...],
    action: str,
    resource: str,
    context: Mapping[str, ContextValue],
    principal: str | None,
) -> Decision:
    if policies and policies[0].resource_based:
        return evaluate(
            (), action=action, resource=resource, context=context, principal=principal, resource_policy=policies[0]
        )
    return evaluate(policies, action=action, resource=resource, context=context, principal=principal)


def _side(policies: Policy | Iterable[Policy], name: str) -> tuple[CompiledPolicy, ...]:
    from pulumi_ice_avatar.ram.reading.document import Document, parse

    if isinstance(policies, (CompiledPolicy, str, bytes, Mapping, Document)):
        policies = [policies]
    compiled = []
    for policy in policies:
        if isinstance(policy, CompiledPolicy):
            compiled.append(policy)
            continue
        document = policy if isinstance(policy, Document) else parse(policy)
        kind = RESOURCE_BASED if document.kind in (RESOURCE_BASED, TRUST) else IDENTITY
        compiled.append(compile_policy(document, kind=kind, name=name))
    return tuple(compiled)


def _listed(actions: Iterable[str]) -> Patterns:
    listed = [actions] if isinstance(actions, str) else list(actions)
    for each in listed:
        if not isinstance(each, str) or ":" not in each:
            raise PolicyError(f"{quote(each)} is no action: write it as <service>:<Operation>, such as ice:GetAvatar")
    return Patterns(listed, ignore_case=True)


def _expanded(required: Patterns) -> list[str]:
    """Required actions, with a pattern as the known actions that it covers."""
    actions: dict[str, None] = {}
    for text in required.texts:
        if is_pattern(text):
            known = [action.name for action in catalogue.match(text)]
            if not known:
                raise PolicyError(f"{quote(text)} covers no known action: list the actions that are required")
            actions.update(dict.fromkeys(known))
        else:
            actions[text] = None
    return list(actions)
