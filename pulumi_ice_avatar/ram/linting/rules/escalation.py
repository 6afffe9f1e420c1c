"""RAM70x: grants that lead to rights which the policy does not name.

Each is reported where the whole way is open: on every user, role or policy, with no Condition and no Deny across it
(see `grants`). A policy that allows everything, or the whole of `ram`, is RAM601's or RAM602's.
"""

from __future__ import annotations

from pulumi_ice_avatar.ram.language import IDENTITY
from pulumi_ice_avatar.ram.linting.rules import DOCUMENT, SECURITY, Problem, rule
from pulumi_ice_avatar.ram.linting.rules.grants import COMPUTE, Grant, grants
from pulumi_ice_avatar.ram.linting.rules.narrowing import EVERYTHING, POLICIES, RAM, ROLES, USERS
from pulumi_ice_avatar.ram.reading.statements import Path, Policy
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []


@rule("RAM701", "privesc-attach-policy", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def attach_policy(policy: Policy) -> list[Problem] | None:
    found = grants(policy)
    if not found:
        return None
    problems = []
    for type_, create in (("user", "CreateUser"), ("group", ""), ("role", "CreateRole")):
        attaching = found.get(f"ram:attachpolicyto{type_}", [])
        # It takes the right on the policy and on whom it is attached to, which may stand in two statements.
        covered = frozenset[str]().union(*(each.scopes for each in attaching))
        if covered & RAM or covered.issuperset((f"ram:{type_}", "ram:system")):
            new = f", also one made with ram:{create}," if f"ram:{create.lower()}" in found else ""
            problems.append(
                Problem(
                    f"{quote(attaching[0].entry)} gives any {type_}{new} any policy, AdministratorAccess included: "
                    f"name the {type_}s and the policies in Resource",
                    attaching[0].place,
                )
            )
    return problems


@rule("RAM702", "privesc-create-policy-version", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def create_policy_version(policy: Policy) -> list[Problem] | None:
    return _on(
        policy,
        ("ram:createpolicyversion", "ram:setdefaultpolicyversion"),
        POLICIES,
        "decides what any custom policy says, those of the caller included: name the policies in Resource",
    )


@rule("RAM703", "privesc-pass-role-compute", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def pass_role_compute(policy: Policy) -> list[Problem] | None:
    found = grants(policy)
    if "ram:passrole" not in found:
        return None
    for operation in COMPUTE:
        running = frozenset((EVERYTHING, operation.partition(":")[0]))
        if any(each.scopes & running for each in found.get(operation.lower(), ())):
            return _on(
                policy,
                ("ram:passrole",),
                ROLES,
                f"on every role, together with {operation}, runs anything under the mightiest role of the account: "
                "name the roles in Resource",
            )
    return None


@rule("RAM704", "privesc-update-trust", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def update_trust(policy: Policy) -> list[Problem] | None:
    return _on(
        policy,
        ("ram:updaterole",),
        ROLES,
        "makes any role trust the caller, who then has its rights: name the roles in Resource",
    )


_CREDENTIALS = (
    "ram:createaccesskey",
    "ram:createloginprofile",
    "ram:updateloginprofile",
    "ims:createaccesskey",
    "ims:createloginprofile",
    "ims:updateloginprofile",
)


@rule("RAM705", "privesc-create-access-key", SECURITY, DOCUMENT, kinds=(IDENTITY,))
def create_access_key(policy: Policy) -> list[Problem] | None:
    return _on(
        policy,
        _CREDENTIALS,
        USERS,
        "gives the caller a key or a password of any user, and so the user's rights: name the users in Resource",
    )


def _on(policy: Policy, actions: tuple[str, ...], scopes: frozenset[str], consequence: str) -> list[Problem] | None:
    """Report any of some actions on any of some scopes, once a statement."""
    found = grants(policy)
    if not found:
        return None
    by_statement: dict[Path, Grant] = {}
    for action in actions:
        for each in found.get(action, ()):
            if each.scopes & scopes:
                by_statement.setdefault(each.statement.path, each)
    return [Problem(f"{quote(each.entry)} {consequence}", each.place) for each in by_statement.values()]
