"""RAM611 and RAM80x: statements, and parts of statements, that do nothing, or could be said shorter.

What one statement has to do with another is worked out in `coverage`.
"""

from __future__ import annotations

from pulumi_ice_avatar.ram.linting.rules import (
    DOCUMENT,
    STATEMENT,
    SUGGESTION,
    WARNING,
    Change,
    Problem,
    Repair,
    rule,
)
from pulumi_ice_avatar.ram.linting.rules.coverage import Overlap, relations
from pulumi_ice_avatar.ram.reading.statements import Policy, Statement
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []


@rule("RAM611", "allow-deny-overlap", WARNING, DOCUMENT)
def allow_deny_overlap(policy: Policy) -> list[Problem] | None:
    found = relations(policy)
    if found is None or not found.overlapping:
        return None
    return [_overlap(each) for each in found.overlapping]


def _overlap(overlap: Overlap) -> Problem:
    statement = overlap.allow
    place = _name(overlap.deny)
    if not overlap.element:
        return Problem(f"{place} denies the very same, and Deny wins: keep one of the two", statement.path)
    entry = overlap.entries[0]
    more = f" and {len(overlap.entries) - 1} more" if len(overlap.entries) > 1 else ""
    rest = "on all its resources" if overlap.element == "Action" else "for all its actions"
    return Problem(
        f"{quote(entry)}{more} is allowed in vain: {place} denies it {rest}; remove it in one of the two",
        statement.path + statement.at(overlap.element, entry),
    )


@rule("RAM801", "redundant-statement", SUGGESTION, DOCUMENT)
def redundant_statement(policy: Policy) -> list[Problem] | None:
    found = relations(policy)
    if found is None or not found.redundant:
        return None
    return [
        Problem(f"{_name(other)} says all of this already: remove the statement", statement.path)
        for statement, other in found.redundant
    ]


@rule("RAM802", "shadowed-by-deny", WARNING, DOCUMENT)
def shadowed_by_deny(policy: Policy) -> list[Problem] | None:
    found = relations(policy)
    if found is None or not found.shadowed:
        return None
    return [
        Problem(
            f"{_name(other)} denies all that this one allows, and Deny wins: remove the statement, or narrow the Deny",
            statement.path,
        )
        for statement, other in found.shadowed
    ]


@rule("RAM803", "mergeable-statements", SUGGESTION, DOCUMENT)
def mergeable_statements(policy: Policy) -> list[Problem] | None:
    found = relations(policy)
    if found is None or not found.mergeable:
        return None
    return [
        Problem(f"{_name(other)} differs in Action alone: list the actions of both in one statement", statement.path)
        for statement, other in found.mergeable
    ]


@rule("RAM804", "unsorted-actions", SUGGESTION, STATEMENT, default=False)
def unsorted_actions(statement: Statement) -> Problem | None:
    element, actions = ("Action", statement.actions) if statement.actions else ("NotAction", statement.not_actions)
    ordered = tuple(sorted(actions, key=lambda action: (action.lower(), action)))
    if ordered == actions or statement.irregular:
        return None
    return Problem(
        "the actions are not in alphabetical order",
        at=(element,),
        fix=Repair(
            "sort them",
            tuple(
                [
                    Change("replace", (index,), after)
                    for index, (before, after) in enumerate(zip(actions, ordered))  # noqa: B905 - as long as each other
                    if before != after
                ]
            ),
        ),
    )


def _name(statement: Statement) -> str:
    """Name a statement in a message: by its Sid, or by its place counted from 1."""
    sid = statement.value.get("Sid")
    return f"statement {quote(sid)}" if type(sid) is str and sid else f"statement {statement.index + 1}"
