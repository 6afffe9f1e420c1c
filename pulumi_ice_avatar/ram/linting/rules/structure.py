"""RAM1xx: the elements of policy documents, which there are and which there must be.

Rules with `schema=True` refuse exactly what the published JSON Schema refuses, only faster and in better words.
Grammar: https://www.alibabacloud.com/help/en/ram/policy-elements and
https://www.alibabacloud.com/help/document_detail/93739.html (structure and syntax).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from pulumi_ice_avatar.ram.language import (
    CONTROL,
    EFFECTS,
    ELEMENTS,
    IDENTITY,
    RESOURCE_BASED,
    SESSION,
    TOP_ELEMENTS,
    TRUST,
    VERSION,
)
from pulumi_ice_avatar.ram.linting.rules import (
    DOCUMENT,
    ERROR,
    STATEMENT,
    WARNING,
    Problem,
    remove,
    rename,
    replace,
    rule,
    wrap,
)
from pulumi_ice_avatar.ram.reading.statements import Policy, Statement, recognise
from pulumi_ice_avatar.ram.spelling import Vocabulary
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []

# --- the document ----------------------------------------------------------------------------------------------------


@rule("RAM101", "missing-version", ERROR, DOCUMENT, schema=True)
def missing_version(policy: Policy) -> Problem | None:
    if type(policy.value) is not dict or "Version" in policy.value or _meant(policy.value, TOP_ELEMENTS, "Version"):
        return None
    return Problem('Version is missing: add "Version": "1"')


@rule("RAM102", "invalid-version", ERROR, DOCUMENT, schema=True)
def invalid_version(policy: Policy) -> Problem | None:
    version = policy.value.get("Version", VERSION) if type(policy.value) is dict else VERSION
    if version == VERSION or type(version) is not str:
        return None
    return Problem(f'Version is {quote(version)}: the only version is "1"', at=("Version",), fix=replace(VERSION))


@rule("RAM103", "missing-statement", ERROR, DOCUMENT, schema=True)
def missing_statement(policy: Policy) -> Problem | None:
    if type(policy.value) is not dict or "Statement" in policy.value or _meant(policy.value, TOP_ELEMENTS, "Statement"):
        return None
    return Problem("Statement is missing: add a list with at least one statement")


@rule("RAM104", "statement-not-a-list", WARNING, DOCUMENT)
def statement_not_a_list(policy: Policy) -> Problem | None:
    if type(policy.value) is not dict or type(policy.value.get("Statement")) is not dict:
        return None
    message = "Statement is an object, the documented form is a list: put [ ] around it"
    return Problem(message, at=("Statement",), fix=wrap())


@rule("RAM105", "empty-statement", ERROR, DOCUMENT, schema=True)
def empty_statement(policy: Policy) -> Problem | None:
    if policy.statements or type(policy.value) is not dict or policy.value.get("Statement") != []:
        return None
    return Problem("Statement is an empty list: add a statement", at=("Statement",))


@rule("RAM106", "unknown-element", ERROR, DOCUMENT, schema=True)
def unknown_element(policy: Policy) -> Iterator[Problem] | None:
    if type(policy.value) is not dict:
        return None
    if _TOP.issuperset(policy.value):
        for statement in policy.statements:
            if not _ELEMENTS.issuperset(statement.elements):
                break
        else:
            return None
    return _unknown_elements(policy)


def _unknown_elements(policy: Policy) -> Iterator[Problem]:
    objects = [(policy.value, (), TOP_ELEMENTS), *((each.value, each.path, ELEMENTS) for each in policy.statements)]
    for value, path, known in objects:
        for name in value:
            if name in known:
                continue
            place = "a statement" if path else "a policy document"
            meant = _nearest(name, known)
            if meant is None:
                known_names = ", ".join(each for each in known if not each.startswith("Not"))
                yield Problem(f"{quote(name)} is no element of {place}: it has {known_names}", (*path, name), key=True)
            elif meant in value:
                yield Problem(
                    f"{quote(name)} is no element of {place}, and {meant} is there too", (*path, name), key=True
                )
            else:
                fix = rename(meant) if name.strip().lower() == meant.lower() else None
                yield Problem(
                    f"{quote(name)} is no element of {place}: did you mean {meant}?", (*path, name), key=True, fix=fix
                )


# --- a statement -----------------------------------------------------------------------------------------------------


@rule("RAM107", "missing-effect", ERROR, STATEMENT, schema=True)
def missing_effect(statement: Statement) -> Problem | None:
    if "Effect" in statement.value or _meant(statement.value, ELEMENTS, "Effect"):
        return None
    return Problem("the statement has no Effect: add Allow or Deny")


@rule("RAM108", "invalid-effect", ERROR, STATEMENT, schema=True)
def invalid_effect(statement: Statement) -> Problem | None:
    if statement.effect or type(statement.value.get("Effect")) is not str:
        return None
    effect = statement.value["Effect"]
    meant = effect.strip().capitalize()
    if meant in EFFECTS:
        return Problem(f"Effect is {quote(effect)}: it is spelt {meant}", at=("Effect",), fix=replace(meant))
    near = _nearest(effect, EFFECTS)
    hint = f"did you mean {near}?" if near else "it is either Allow or Deny"
    return Problem(f"Effect is {quote(effect)}: {hint}", at=("Effect",))


@rule("RAM109", "missing-action", ERROR, STATEMENT, schema=True)
def missing_action(statement: Statement) -> Problem | None:
    value = statement.value
    if (
        "Action" in value
        or "NotAction" in value
        or _meant(value, ELEMENTS, "Action")
        or _meant(value, ELEMENTS, "NotAction")
    ):
        return None
    return Problem("the statement has neither Action nor NotAction: add one")


@rule("RAM110", "action-and-notaction", ERROR, STATEMENT, schema=True)
def action_and_notaction(statement: Statement) -> Problem | None:
    if "NotAction" not in statement.value or "Action" not in statement.value:
        return None
    return Problem("the statement has Action and NotAction: keep one, or split it in two", at=("NotAction",), key=True)


@rule("RAM111", "missing-resource", ERROR, STATEMENT, kinds=(IDENTITY, SESSION, CONTROL), schema=True)
def missing_resource(statement: Statement) -> Problem | None:
    value = statement.value
    # With a principal it is a trust policy in the wrong place (RAM116), not one without a resource.
    if not _NEEDS_NO_RESOURCE.isdisjoint(value) or _meant(value, ELEMENTS, "Resource"):
        return None
    return Problem('the statement has no Resource: add one, "*" for operations without resources')


_NEEDS_NO_RESOURCE = frozenset(("Resource", "NotResource", "Principal"))


@rule("RAM115", "undocumented-element", WARNING, STATEMENT)
def undocumented_element(statement: Statement) -> list[Problem] | None:
    if _UNDOCUMENTED.isdisjoint(statement.value):
        return None
    found = _UNDOCUMENTED.intersection(statement.value)
    if statement.kind == RESOURCE_BASED:
        found -= {"Sid"}
    return [
        Problem(f"{name} is not in the documented policy language: {_UNDOCUMENTED_ADVICE[name]}", at=(name,), key=True)
        for name in sorted(found)
    ]


_UNDOCUMENTED_ADVICE = {
    "Sid": "nothing depends on it, so leave it out if the service refuses it",
    "NotResource": "list the resources under Resource instead",
    "NotPrincipal": "list the principals under Principal instead",
}
_UNDOCUMENTED = frozenset(_UNDOCUMENTED_ADVICE)


@rule("RAM116", "principal-in-identity-policy", ERROR, STATEMENT, kinds=(IDENTITY, SESSION, CONTROL), schema=True)
def principal_in_identity_policy(statement: Statement) -> Problem | None:
    if "Principal" not in statement.value:
        return None
    kind = _KIND_NAMES[statement.kind]
    message = f"Principal does not belong in {kind}: whom it is attached to decides for whom it counts"
    return Problem(message, at=("Principal",), key=True)


@rule("RAM117", "missing-principal", ERROR, STATEMENT, kinds=(TRUST, RESOURCE_BASED), schema=True)
def missing_principal(statement: Statement) -> Problem | None:
    value = statement.value
    if "Principal" in value or "NotPrincipal" in value or _meant(value, ELEMENTS, "Principal"):
        return None
    return Problem(f"the statement has no Principal: {_KIND_NAMES[statement.kind]} says for whom it counts")


@rule("RAM118", "resource-in-trust-policy", WARNING, STATEMENT, kinds=(TRUST,))
def resource_in_trust_policy(statement: Statement) -> Problem | None:
    if "Resource" not in statement.value:
        return None
    return Problem(
        "Resource has no place in a trust policy, which is about its own role: remove it",
        at=("Resource",),
        key=True,
        fix=remove() if statement.resources == ("*",) else None,
    )


@rule("RAM120", "policy-type-mismatch", WARNING, DOCUMENT)
def policy_type_mismatch(policy: Policy) -> Problem | None:
    if policy.given_kind is None or not policy.statements:
        return None
    looks = recognise(policy.value)
    if looks == IDENTITY and policy.kind in (TRUST, RESOURCE_BASED):
        mismatch = all("Resource" in each.value or "NotResource" in each.value for each in policy.statements)
    elif looks == RESOURCE_BASED and policy.kind == TRUST:
        # Also a trust policy with a resource or a wrong action looks like this; those have rules of their own.
        mismatch = not any(action.lower().startswith("sts:") for each in policy.statements for action in each.actions)
    else:
        # A principal in a policy that is attached to someone is RAM116's, unless the whole is a trust policy.
        mismatch = looks == TRUST != policy.kind
    if not mismatch:
        return None
    kind, other = _KIND_NAMES[policy.kind], _KIND_NAMES[looks]
    return Problem(f"this looks like {other}, and is checked as {kind}: was another file or kind meant?")


_KIND_NAMES = {
    IDENTITY: "an identity policy",
    TRUST: "a trust policy",
    SESSION: "a session policy",
    CONTROL: "a control policy",
    RESOURCE_BASED: "a resource-based policy",
}

# --- spelling --------------------------------------------------------------------------------------------------------

_TOP = frozenset(TOP_ELEMENTS)
_ELEMENTS = frozenset(ELEMENTS)


def _meant(value: dict[Any, Any], known: tuple[str, ...], element: str) -> bool:
    """Tell whether a misspelt name in an object stands for an element: RAM106 speaks of it, and nothing is missing."""
    return any(_nearest(name, known) == element for name in islice(value, _MOST_NAMES) if name not in known)


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known word that a misspelt one stands for: another case, a blank, a plural, or a slip away."""
    word = name.strip().lower().replace("_", "").replace("-", "")
    for each in known:
        if word in (each.lower(), each.lower() + "s"):
            return each
    return Vocabulary(known).nearest(name.strip()) if len(name) <= _LONGEST_NAME else None


_LONGEST_NAME = 40
_MOST_NAMES = 50
"""An object with more of them is no misspelt policy."""
