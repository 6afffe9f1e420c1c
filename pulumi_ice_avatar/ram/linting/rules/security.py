"""RAM60x and RAM610: Allow statements that give more than anybody should have.

Only identity policies grant: a session or control policy limits what others grant, so "everything" there takes nothing
away. What counts as granted, and what a Condition or a Deny takes back, is in `grants`.
"""

from __future__ import annotations

from pulumi_ice_avatar.ram.language import IDENTITY, RESOURCE_BASED
from pulumi_ice_avatar.ram.linting.rules import DOCUMENT, SECURITY, Problem, rule
from pulumi_ice_avatar.ram.linting.rules.grants import ADMIN, COMPUTE, OTHERS, SECRET, SERVICE, WRITE, Grant, grants
from pulumi_ice_avatar.ram.linting.rules.narrowing import ROLES, denials, narrowed, scopes
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.reading.statements import Path, Policy, Statement
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []

_UNUSABLE = ("RAM201", "RAM202", "RAM205", "RAM206", "RAM207")
"""An action that these rules speak of grants nothing as it stands."""


@rule("RAM601", "admin-access", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def admin_access(policy: Policy) -> list[Problem] | None:
    found = grants(policy).get(ADMIN)
    if not found:
        return None
    return [
        Problem(
            "this allows every action on every resource: whoever gets hold of these credentials owns the account; "
            "list the actions that are needed, or add a Condition",
            each.place,
        )
        for each in found
    ]


@rule("RAM602", "full-service-wildcard", SECURITY, DOCUMENT, kinds=(IDENTITY,), yields_to=_UNUSABLE)
def full_service_wildcard(policy: Policy) -> list[Problem] | None:
    found = grants(policy).get(SERVICE)
    if not found:
        return None
    from pulumi_ice_avatar.ram import catalogue

    # Known services first: where an unknown one is misspelt, the rule yields to what is said of it.
    found = sorted(found, key=lambda each: catalogue.service(_service(each)) is None)
    return [
        Problem(f"{names} on everything includes {consequence}", first.place)
        for of_identities, consequence in _FULL_SERVICE
        for names, first in _by_statement([each for each in found if (_service(each) in _IDENTITIES) is of_identities])
    ]


_IDENTITIES = ("ram", "ims")
_FULL_SERVICE = (
    (
        True,
        "granting oneself any other right: list the actions that are needed, or name the users, roles and policies in "
        "Resource",
    ),
    (
        False,
        "deleting all there is, and what the service will be able to do one day: list the actions that are needed, or "
        "name the resources",
    ),
)
_LISTED = 2


def _by_statement(found: list[Grant]) -> list[tuple[str, Grant]]:
    """Put the entries of each statement into words; with each, the first of them."""
    by_statement: dict[Path, list[Grant]] = {}
    for each in found:
        by_statement.setdefault(each.statement.path, []).append(each)
    return [(_some([each.entry for each in listed]), listed[0]) for listed in by_statement.values()]


def _some(entries: list[str]) -> str:
    more = f" and {len(entries) - _LISTED} more" if len(entries) > _LISTED else ""
    return ", ".join(map(quote, entries[:_LISTED])) + more


@rule("RAM603", "allow-not-action", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def allow_not_action(policy: Policy) -> list[Problem] | None:
    found = grants(policy).get(OTHERS)
    if not found:
        return None
    return [
        Problem(
            "Allow with NotAction grants all other actions of all services, those added later included: list what is "
            "needed under Action",
            (*each.statement.path, "NotAction"),
            key=True,
        )
        for each in found
    ]


@rule("RAM604", "write-on-star", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def write_on_star(policy: Policy) -> list[Problem] | None:
    found = grants(policy)
    if WRITE not in found:
        return None
    # What another rule asks of a statement and a service answers this one, too.
    answered = {
        (each.statement.path, _service(each))
        for granted, listed in found.items()
        if granted not in _SILENT
        for each in listed
    }
    return [
        Problem(
            f"{names} on everything: whoever has this can change or delete what others rely on; name the resources",
            first.statement.path + first.statement.at("Resource", _widest(first.statement)),
        )
        for names, first in _by_statement(
            [each for each in found[WRITE] if (each.statement.path, _service(each)) not in answered]
        )
    ]


_SILENT = frozenset((WRITE, OTHERS, "ram:createuser", "ram:createrole", *map(str.lower, COMPUTE)))
"""No rule speaks of these grants alone."""


def _service(grant: Grant) -> str:
    return grant.entry.partition(":")[0].lower()


def _widest(statement: Statement) -> str:
    return next(each for each in statement.resources if scopes((each,)))


@rule("RAM605", "pass-role-star", SECURITY, DOCUMENT, kinds=(IDENTITY,), yields_to=("RAM703",))
def pass_role_star(policy: Policy) -> list[Problem] | None:
    found = grants(policy).get("ram:passrole")
    if not found:
        return None
    return [
        Problem(
            f"{quote(each.entry)} lets a service act under any role of the account, the mightiest included: name the "
            "roles in Resource, or the service in a Condition on acs:Service",
            each.place,
        )
        for each in found
        if each.scopes & ROLES
    ]


@rule("RAM606", "assume-role-star", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def assume_role_star(policy: Policy) -> list[Problem] | None:
    found = grants(policy).get("sts:assumerole")
    if not found:
        return None
    return [
        Problem(
            f"{quote(each.entry)} takes on any role that trusts the account: name the roles in Resource, as in "
            '"acs:ram:*:*:role/my-role"',
            each.place,
        )
        for each in found
        if each.scopes & ROLES
    ]


@rule("RAM607", "sensitive-action-without-condition", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def sensitive_action_without_condition(policy: Policy) -> list[Problem] | None:
    found = grants(policy).get(SECRET)
    if not found:
        return None
    return [
        Problem(
            f"{names} on everything and from everywhere: {_sensitive(first.entry)}; name the resources, or add a "
            "Condition on acs:SourceIp, acs:SourceVpc or acs:MFAPresent",
            first.place,
        )
        for names, first in _by_statement(found)
    ]


def _sensitive(entry: str) -> str:
    from pulumi_ice_avatar.ram import catalogue

    why = catalogue.sensitive(entry)
    return f"it {why}" if why else "that is about credentials or keys"


@rule("RAM610", "public-resource-policy", SECURITY, DOCUMENT, kinds=(RESOURCE_BASED,))
def public_resource_policy(policy: Policy) -> list[Problem] | None:
    found = [
        (each, type_, value)
        for each in policy.statements
        if each.effect == "Allow"
        for type_, value in each.principals
        if not value.strip("*") and any(map(_is_of_service, each.actions))
    ]
    if not found:
        return None
    fences = [
        (each, Patterns(each.statement.resources))
        for each in denials(policy)
        if any(not value.strip("*") for _, value in each.statement.principals)
    ]
    return [
        Problem(
            f'"*" is {_everybody(type_)}: list the principals, or add a Condition such as one on acs:SourceVpc',
            each.path + each.at("Principal", *((type_, value) if type_ else (value,))),
        )
        for each, type_, value in found
        if not narrowed(each)
        and not any(
            all(map(denial.takes, each.actions)) and all(map(resources.match, each.resources))
            for denial, resources in fences
        )
    ]


def _everybody(type_: str) -> str:
    return "every user of every account" if type_ else "everybody, even without signing in"


def _is_of_service(action: str) -> bool:
    """Tell the policy of a bucket or a key from that of an endpoint or a stack, where "*" lets nobody new in."""
    from pulumi_ice_avatar.ram import catalogue

    return catalogue.service(action.partition(":")[0]) is not None
