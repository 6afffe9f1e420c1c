"""Who may do what: every call is decided on by the project's evaluator, and refused as RAM refuses.

AccessDeniedDetail: https://help.aliyun.com/zh/ram/developer-reference/api-ram-2015-05-01-decodediagnosticmessage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import Entity
from pulumi_ice_avatar.emulator.state import AccessKey, State
from pulumi_ice_avatar.errors import PolicyError

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.evaluator import Decision

__all__ = ["IDENTITY", "authorise", "because", "denial"]

IDENTITY, SESSION = "AccountLevelIdentityBasedPolicy", "SessionPolicy"


def authorise(
    state: State, key: AccessKey, permission: str, resources: Iterable[str], circumstances: Mapping[str, str]
) -> None:
    """Check that a caller may do something.

    Args:
        state: The state, locked.
        key: The caller's access key.
        permission: The RAM action.
        resources: The ARNs of what it is to be done with.
        circumstances: The condition keys of the call.

    Raises:
        GatewayError: One of the resources is not allowed.
    """
    from pulumi_ice_avatar.ram.deciding.evaluator import evaluate

    policies = state.directory.policies_of(key.principal)
    session_policy = key.compiled_session_policy
    for resource in resources:
        decide = partial(
            evaluate,
            policies,
            action=permission,
            resource=resource,
            context=circumstances,
            principal=state.arn(key.principal),
        )
        try:
            decision = decide(session_policy=session_policy)
            if decision:
                continue
            narrowed = session_policy is not None and bool(decide())
        except PolicyError as error:
            raise denial(state, key.principal, permission, resource, str(error), choice="undecidable") from None
        raise denial(
            state,
            key.principal,
            permission,
            resource,
            because(decision),
            explicit=decision.effect == "deny",
            policy_type=SESSION if narrowed else IDENTITY,
        )


def because(decision: Decision) -> str:
    """Why a decision is not to allow: in a line, with the nearest miss where nothing allows."""
    if decision.effect == "deny":
        return decision.reason
    for statement in decision.others:
        if statement.mismatch is not None and statement.mismatch.part != "action":
            return f"{decision.reason}; {statement}: {statement.mismatch.message}"
    return decision.reason


def denial(
    state: State,
    principal: str,
    permission: str,
    resource: str,
    reason: str,
    *,
    explicit: bool = False,
    policy_type: str = IDENTITY,
    choice: str | None = None,
) -> GatewayError:
    """A refusal by RAM.

    Args:
        state: The state.
        principal: The caller, such as `user/alice`, or a service.
        permission: The RAM action that was refused.
        resource: The ARN it was refused on; `*` for none.
        reason: Why, as a line.
        explicit: Whether a statement denies, rather than none allowing.
        policy_type: The kind of the policies that refused.
        choice: The entry of `CHOICES` the refusal rests on; by default that of ICE's refusals, for those.
    """
    kind, _, name = principal.partition("/")
    user = kind == "user"
    return GatewayError(
        "NoPermission",
        f"{principal} is not authorized to perform {permission} on {resource}: {reason}.",
        choice=choice or ("ice-denial" if permission.startswith("ice:") else None),
        access_denied_detail={
            "AuthAction": permission,
            "AuthPrincipalType": "AssumedRoleUser" if kind == "assumed-role" else "SubUser",
            "AuthPrincipalOwnerId": state.account_id,
            "AuthPrincipalDisplayName": Entity(kind, name).id if user else name.replace("/", ":") or principal,
            "PolicyType": policy_type,
            "NoPermissionType": "ExplicitDeny" if explicit else "ImplicitDeny",
        },
    )
