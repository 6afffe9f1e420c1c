"""Temporary credentials of a role, as STS's AssumeRole gives them out, for the SDK's credentials URI.

Limits and codes: dew-serverless/acs-metadata@b3c749cc:en_us/sts/2015-04-01/api-docs.json. The five members of the
answer: alibabacloud-credentials 1.0.12, `provider/uri.py`.
"""

from __future__ import annotations

import re
import reprlib
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.authorisation import IDENTITY, because, denial
from pulumi_ice_avatar.emulator.clock import text
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.directory import Role
from pulumi_ice_avatar.emulator.state import AccessKey, State
from pulumi_ice_avatar.errors import PolicyError
from pulumi_ice_avatar.ram.language import LIMITS, SESSION

__all__ = ["INSTANCE", "assume"]

#: Who asks unless the URL says otherwise: an instance that the role was given to.
INSTANCE = "ecs.aliyuncs.com"

_ACTION = "sts:AssumeRole"
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.aliyuncs\.com")
_SHORTEST = 900

#: Session keys are forgotten so many seconds after their end; until then they are answered as expired.
_REMEMBERED = 24 * 3600


def assume(state: State, role_name: str, given: Sequence[tuple[str, str]], circumstances: Mapping[str, str]) -> Any:
    """Assume a role.

    Args:
        state: The state.
        role_name: The role.
        given: `principal`, `session`, `duration` and `policy`, all optional, and condition keys of the call.
        circumstances: The condition keys that the emulator knows itself.

    Returns:
        What the SDK reads from a credentials URI.

    Raises:
        GatewayError: The role is not to be assumed so.
    """
    options, context = _options(given, circumstances)
    with state.lock:
        role = state.directory.roles.get(role_name)
        if role is None:
            known = ", ".join(state.directory.roles) or "none"
            raise GatewayError(
                "EntityNotExist.Role", f"There is no role {reprlib.repr(role_name)}; the roles are: {known}."
            )
        principal = options.get("principal", INSTANCE)
        session = options.get("session", "emulator")
        if not _SESSION_NAME.fullmatch(session):
            raise GatewayError(
                "InvalidParameter.RoleSessionName", "A session name has 2 to 64 letters, digits and characters .@_-."
            )
        policy = _session_policy(options.get("policy"))
        lasts = _duration(options.get("duration"), role)
        _check(state, role, principal, context)
        now = int(time.time())
        _forget_ended(state, now)
        key = AccessKey(
            id=f"STS.emulator-{secrets.token_hex(8)}",
            secret=f"emulator-secret-{secrets.token_hex(16)}",
            security_token=f"emulator-token-{secrets.token_hex(32)}",
            expiration=float(now + lasts),
            principal=f"assumed-role/{role.name}/{session}",
            session_policy=policy,
        )
        state.sessions[key.id] = key
        state.saved()
    return {
        "Code": "Success",
        "AccessKeyId": key.id,
        "AccessKeySecret": key.secret,
        "SecurityToken": key.security_token,
        "Expiration": text(now + lasts),
    }


def _options(
    given: Sequence[tuple[str, str]], circumstances: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    options, context = {}, dict(circumstances)
    for name, value in given:
        if ":" in name and not name.lower().startswith("acs:"):
            context[name] = value
        elif name in ("principal", "session", "duration", "policy"):
            options[name] = value
        else:
            raise GatewayError(
                "InvalidParameter",
                f"There is no parameter {reprlib.repr(name)}; there are principal, session, duration, policy, and "
                "condition keys such as sts:ExternalId but those of acs:.",
                choice="credentials-uri",
            )
    return options, context


def _session_policy(document: str | None) -> str | None:
    if document is None:
        return None
    if len(document) > LIMITS[SESSION]:
        raise GatewayError(
            "InvalidParameter.PolicySize", f"A session policy has at most {LIMITS[SESSION]:,} characters."
        )
    flaw = documents.flaw(document, SESSION)
    if flaw:
        raise GatewayError("InvalidParameter.PolicyGrammar", f"The session policy: {flaw}.")
    return document


def _duration(given: str | None, role: Role) -> int:
    longest = role.max_session_duration
    if given is None:
        return min(3600, longest)
    if not re.fullmatch("[0-9]{1,6}", given) or not _SHORTEST <= int(given) <= longest:
        raise GatewayError(
            "InvalidParameter.DurationSeconds", f"A session of this role lasts {_SHORTEST} to {longest} seconds."
        )
    return int(given)


def _check(state: State, role: Role, principal: str, context: Mapping[str, str]) -> None:
    """Check that both sides agree: the caller's policies and the role's trust policy."""
    from pulumi_ice_avatar.ram.deciding.evaluator import evaluate

    arn, resource = _arn(state, principal), state.arn(f"role/{role.name}")
    policies = state.directory.policies_of(principal)
    try:
        decision = evaluate(
            policies, action=_ACTION, resource=resource, context=context, trust_policy=role.compiled, principal=arn
        )
        if decision:
            return
        own = evaluate(policies, action=_ACTION, resource=resource, context=context)
    except PolicyError as error:
        raise denial(state, principal, _ACTION, resource, str(error), choice="undecidable") from None
    user_lacks = principal.startswith(("user/", "assumed-role/")) and not own
    raise denial(
        state,
        principal,
        _ACTION,
        resource,
        because(decision),
        explicit=decision.effect == "deny",
        policy_type=IDENTITY if user_lacks else "AssumeRolePolicy",
    )


def _arn(state: State, principal: str) -> str:
    """What the evaluator calls a principal, which has to be one of the account, or a service."""
    kind, _, name = principal.partition("/")
    directory = state.directory
    exists = {
        "root": not name,
        "user": name in directory.users,
        "assumed-role": name.partition("/")[0] in directory.roles and name.count("/") == 1,
        "saml-provider": bool(name),
        "oidc-provider": bool(name),
    }
    if exists.get(kind):
        return state.arn(principal)
    if _SERVICE.fullmatch(principal):
        return principal
    raise GatewayError(
        "InvalidParameter",
        f"The principal {reprlib.repr(principal)} is none: write user/NAME or assumed-role/ROLE/SESSION with a name "
        "that exists, oidc-provider/NAME, saml-provider/NAME, or a service such as ecs.aliyuncs.com.",
        choice="credentials-uri",
    )


def _forget_ended(state: State, now: float) -> None:
    """Drop the sessions that ended long ago; a server left running must not grow."""
    for key in list(state.sessions.values()):
        if key.expiration is not None and key.expiration + _REMEMBERED < now:
            del state.sessions[key.id]
