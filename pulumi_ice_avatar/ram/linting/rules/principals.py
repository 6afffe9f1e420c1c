"""RAM5xx: the principals of trust policies and of the policies of resources.

Forms: AlibabaCloudDocs/ram@20c6e869, `Edit the trust policy of a RAM role.md`, and
https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements for buckets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.arn import parse_arn
from pulumi_ice_avatar.ram.language import PRINCIPAL_TYPES, RESOURCE_BASED, TRUST, split_operator
from pulumi_ice_avatar.ram.linting.rules import (
    ERROR,
    PRINCIPAL,
    PRINCIPAL_TYPE,
    SECURITY,
    STATEMENT,
    SUGGESTION,
    VALUE,
    WARNING,
    Problem,
    rename,
    replace,
    rule,
)
from pulumi_ice_avatar.ram.linting.rules.condition_keys import is_oss
from pulumi_ice_avatar.ram.linting.rules.syntax import placeholder
from pulumi_ice_avatar.ram.matching import wildcard
from pulumi_ice_avatar.ram.reading.statements import Statement
from pulumi_ice_avatar.ram.spelling import Vocabulary
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []

_WITH_PRINCIPAL = (TRUST, RESOURCE_BASED)

# --- the type --------------------------------------------------------------------------------------------------------


@rule("RAM501", "invalid-principal-type", ERROR, PRINCIPAL_TYPE, kinds=_WITH_PRINCIPAL, schema=True)
def invalid_principal_type(type_: str) -> Problem | None:
    if type_.lower() in _TYPES:
        return None
    counterpart = catalogue.aws("principal-key", type_)
    meant = counterpart.ram if counterpart else Vocabulary(PRINCIPAL_TYPES).nearest(type_.strip())
    if counterpart:
        return Problem(f"{quote(type_)} is a type of principal of AWS: RAM has {meant}")
    if meant:
        return Problem(f"{quote(type_)} is no type of principal: did you mean {meant}?")
    return Problem(f"{quote(type_)} is no type of principal: there are {', '.join(PRINCIPAL_TYPES)}")


@rule("RAM510", "principal-key-case", WARNING, PRINCIPAL_TYPE, kinds=_WITH_PRINCIPAL)
def principal_key_case(type_: str) -> Problem | None:
    known = _TYPES.get(type_.lower(), type_)
    return None if known == type_ else Problem(f"{quote(type_)} is spelt {known}", fix=rename(known))


_TYPES = {each.lower(): each for each in PRINCIPAL_TYPES}

# --- the principal ---------------------------------------------------------------------------------------------------


def _each(statement: Statement, judge: Callable[[str, str], Problem | None]) -> list[Problem] | None:
    """Judge each principal by its type and text, and place what is found."""
    problems = []
    listed, index = None, 0
    for type_, value in statement.principals:
        index = index + 1 if type_ == listed else 0
        listed = type_
        problem = judge(type_, value)
        if problem is not None:
            # Where entries of the wrong type were left out, the indexes do not count.
            last = value if statement.irregular else index
            problems.append(problem._replace(at=statement.at("Principal", *((type_, last) if type_ else (last,)))))
    return problems or None


@rule("RAM502", "malformed-principal-arn", ERROR, STATEMENT, kinds=_WITH_PRINCIPAL, yields_to=("RAM503",))
def malformed_principal_arn(statement: Statement) -> list[Problem] | None:
    return _each(statement, _of_roles if statement.kind == TRUST else _of_resources)


def _of_roles(type_: str, value: str) -> Problem | None:
    return (_kept if len(value) <= _LONGEST_KEPT else _judge)(type_, value, True)


def _of_resources(type_: str, value: str) -> Problem | None:
    return (_kept if len(value) <= _LONGEST_KEPT else _judge)(type_, value, False)


def _judge(type_: str, value: str, trust: bool) -> Problem | None:
    type_ = type_.lower()
    form = _FORMS.get(type_)
    if value == "*" or (type_ and form is None) or placeholder(value):
        return None
    if value.startswith("arn:aws"):
        return Problem(_foreign(value))
    if form is None:
        return None  # in a list without types, anything may stand
    if not trust and (value.isdigit() or value.startswith("arn:sts:")):
        return None  # the principals of buckets, which other services may take as well
    arn = parse_arn(value)
    if arn is None or arn.service.lower() != "ram":
        message, severity = _no_arn(value, form), ERROR
    elif not arn.account.isdigit():
        # A pattern is documented nowhere, yet stands in an official sample; words are what a manual wants replaced.
        severity = WARNING if "*" in arn.account or _WORDS.search(arn.account) else ERROR
        message = f"{quote(value)} has {quote(arn.account)} for its account: write the id, a number"
    else:
        message, severity = _relative(type_, value, arn.relative)
        if not message and (arn.region or arn.service != "ram"):
            written = f"acs:ram::{arn.account}:{arn.relative}"
            return Problem(f"{quote(value)} is documented as {quote(written)}", severity=WARNING)
    if not message:
        return None
    return Problem(message, severity=severity if trust else WARNING)


_kept = lru_cache(maxsize=4096)(_judge)
_LONGEST_KEPT = 500
"""As for the verdicts that the engine keeps: the memory has a bound."""

_FORMS = {
    "ram": "acs:ram::<account>:root, …:user/<name> or …:role/<name>",
    "federated": "acs:ram::<account>:saml-provider/<name> or …:oidc-provider/<name>",
}
_WORDS = re.compile(r"[^\x00-\x7f]|[ _A-Z]")


def _foreign(value: str) -> str:
    counterpart = catalogue.aws("arn", value)
    arn = parse_arn(counterpart.ram) if counterpart and counterpart.ram else None
    if arn is None:
        return f"{quote(value)} is a principal of AWS: name one of Alibaba Cloud"
    return f"{quote(value)} is a principal of AWS: the form here is {quote(f'acs:ram::{arn.account}:{arn.relative}')}"


def _no_arn(value: str, form: str) -> str:
    if value.isdigit():
        return f'{quote(value)} is an id alone: write "acs:ram::{value[:40]}:root" for the account'
    if value.endswith(".aliyuncs.com"):
        return f"{quote(value)} is a service: put it under Service"
    return f"{quote(value)} is no principal: write {form}"


def _relative(type_: str, value: str, relative: str) -> tuple[str, str]:
    """Judge the part after the account: a message, empty when it is sound, and how grave it is."""
    kind, _, name = relative.partition("/")
    own = _KINDS[type_]
    if kind in own and bool(name) == (kind != "root") and "*" not in name:
        return "", WARNING
    if kind in own and name == "":
        return f"{quote(value)} lacks the name after {kind}/", ERROR
    if "*" in relative:
        return f"{quote(value)} is a pattern, which no page has for principals: name each", WARNING
    if kind == "assumed-role":
        return f"{quote(value)} is a session: name its role, …:role/{name.partition('/')[0]}", WARNING
    if kind == "group":
        return f"{quote(value)} is a group, which cannot be a principal: name its users", ERROR
    for other, kinds in _KINDS.items():
        if other != type_ and kind in kinds:
            return f"{quote(value)} belongs under {_TYPES[other]}", ERROR
    near = kind.lower() if kind.lower() in own else Vocabulary(own).nearest(kind)
    hint = f"did you mean {near}?" if near else f"write {_FORMS[type_]}"
    return f"{quote(value)} names no {' or '.join(own)}: {hint}", WARNING if near == kind.lower() else ERROR


_KINDS = {"ram": ("root", "user", "role"), "federated": ("saml-provider", "oidc-provider")}


@rule("RAM504", "invalid-service-principal", ERROR, PRINCIPAL, kinds=_WITH_PRINCIPAL)
def invalid_service_principal(type_: str, value: str) -> Problem | None:
    if type_.lower() != "service" or value == "*" or placeholder(value):
        return None
    # Services act for another account as <account-id>@log.aliyuncs.com.
    account, at, domain = value.rpartition("@")
    if _DOMAIN.fullmatch(domain):
        if not at or account.isdigit():
            return None
        return Problem(f"{quote(value)} has {quote(account)} for its account: write the id, a number", severity=WARNING)
    lower = value.lower()
    if lower.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        found = catalogue.aws("service-principal", lower)
        meant = (
            f"RAM has {quote(found.ram)}"
            if found and found.ram
            else "name one of Alibaba Cloud, such as ecs.aliyuncs.com"
        )
        return Problem(f"{quote(value)} is a service of AWS: {meant}")
    if lower.startswith(("acs:", "arn:")) or value.isdigit():
        provider = "-provider/" in value
        return Problem(f"{quote(value)} is no service: put it under {'Federated' if provider else 'RAM'}")
    if _DOMAIN.fullmatch(lower.strip()):
        return Problem(f"{quote(value)} is documented as {quote(lower.strip())}", severity=WARNING)
    name = lower.strip().removesuffix(".aliyun.com").removesuffix(".alibabacloud.com")
    if re.fullmatch(r"[a-z0-9-]+", name):
        return Problem(f"{quote(value)} is no service principal: did you mean {quote(f'{name}.aliyuncs.com')}?")
    # Other domains may well exist, of dedicated regions for one.
    severity = WARNING if re.fullmatch(r"[a-z0-9.-]+", lower) else None
    return Problem(f'{quote(value)} is no service principal, such as "ecs.aliyuncs.com"', severity=severity)


_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.aliyuncs\.com")


@rule("RAM509", "ram-arn-in-bucket-policy", WARNING, STATEMENT, kinds=(RESOURCE_BASED,), yields_to=("RAM502",))
def ram_arn_in_bucket_policy(statement: Statement) -> list[Problem] | None:
    if not statement.principals or not is_oss(statement):
        return None
    typed = [
        Problem(
            f'{quote(type_)} is not for bucket policies: list the principals, such as ["1234567890123456"]',
            at=("Principal", type_),
            key=True,
        )
        for type_ in statement.principal_types
    ]
    return typed or _each(statement, _of_buckets)


def _of_buckets(_: str, value: str) -> Problem | None:
    if _BUCKET_PRINCIPAL.fullmatch(value) or placeholder(value):
        return None
    return Problem(
        f"{quote(value)} matches nobody in a bucket policy: name the UID of an account or user, or "
        '"arn:sts::<account>:assumed-role/<role>/*"'
    )


_BUCKET_PRINCIPAL = re.compile(r"\*|[0-9*]+|arn:sts::[^:]*:assumed-role/[^/]+/.+")

# --- who may assume the role -----------------------------------------------------------------------------------------


@rule("RAM503", "wildcard-principal", SECURITY, STATEMENT, kinds=(TRUST,))
def wildcard_principal(statement: Statement) -> list[Problem] | None:
    return _each(statement, _everybody) if statement.effect == "Allow" and not statement.conditions else None


def _everybody(type_: str, value: str) -> Problem | None:
    if value not in _EVERYBODY:
        return None
    return Problem(f"{quote(value)} lets {_WHOEVER.get(type_.lower(), 'anyone')} assume the role: name who may")


_EVERYBODY = frozenset(("*", "acs:ram::*:root", "acs:ram::*:*"))
_WHOEVER = {"ram": "every account", "service": "every service", "federated": "every identity provider"}


@rule("RAM508", "trusts-whole-account", SUGGESTION, STATEMENT, kinds=(TRUST,))
def trusts_whole_account(statement: Statement) -> list[Problem] | None:
    return _each(statement, _whole_account) if statement.effect == "Allow" and not statement.conditions else None


def _whole_account(type_: str, value: str) -> Problem | None:
    if not value.endswith(":root") or type_.lower() != "ram" or value in _EVERYBODY or not parse_arn(value):
        return None
    return Problem(
        f"{quote(value)} trusts every user and role of that account which may call {_ASSUME_ROLE}: "
        "name the user or role, or add a condition"
    )


@rule("RAM505", "federated-without-condition", SECURITY, STATEMENT, kinds=(TRUST,))
def federated_without_condition(statement: Statement) -> list[Problem] | None:
    if statement.effect != "Allow" or not any(each.lower() == "federated" for each in statement.principal_types):
        return None
    asked = {condition.key.lower() for condition in statement.conditions if "Not" not in condition.operator}
    return _each(statement, lambda type_, value: _unbound(asked, value) if type_.lower() == "federated" else None)


def _unbound(asked: set[str], provider: str) -> Problem | None:
    if not provider.startswith("acs:"):
        return None
    if ":saml-provider/" in provider:
        if "saml:recipient" in asked:
            return None
        return Problem(f"{quote(provider)} is trusted with any assertion: add StringEquals for saml:recipient")
    missing = [claim for claim in _CLAIMS if claim not in asked]
    if ":oidc-provider/" not in provider or not missing:
        return None
    if "oidc:aud" in missing and "oidc:sub" in missing:
        return Problem(f"{quote(provider)} is trusted with any token: add conditions for {', '.join(_CLAIMS)}")
    said = " and ".join(missing)
    return Problem(f"{quote(provider)} is trusted whatever its token has for {said}: add a condition", severity=WARNING)


_CLAIMS = ("oidc:iss", "oidc:aud", "oidc:sub")


@rule("RAM506", "wildcard-oidc-subject", SECURITY, VALUE, kinds=(TRUST,))
def wildcard_oidc_subject(operator: str, key: str, value: object) -> Problem | None:
    if key.lower() != "oidc:sub" or split_operator(operator)[1] != "StringLike" or type(value) is not str:
        return None
    if value.replace("*", "") not in _ANYBODY:
        return None
    return Problem(f"{quote(value)} is every subject of the issuer: name the service account or repository")


#: What is left of a pattern that names nobody: of Kubernetes, GitHub, GitLab, and of anything.
_ANYBODY = frozenset(
    ("", ":", "system:serviceaccount:", "system:serviceaccount::", "system:", "repo:", "repo:/", "project_path:")
)

# --- the action of a trust policy ------------------------------------------------------------------------------------


@rule("RAM507", "unexpected-trust-action", ERROR, STATEMENT, kinds=(TRUST,))
def unexpected_trust_action(statement: Statement) -> Iterator[Problem] | None:
    return None if statement.actions == (_ASSUME_ROLE,) else _unexpected_actions(statement)


_ASSUME_ROLE = "sts:AssumeRole"
#: The second is what the page of AssumeRole names as an associated action.
_EXPECTED = frozenset((_ASSUME_ROLE.lower(), "sts:setsourceidentity"))
_OPERATIONS = frozenset(("sts:assumerolewithsaml", "sts:assumerolewithoidc"))


def _unexpected_actions(statement: Statement) -> Iterator[Problem]:
    matching = {action for action in statement.actions if wildcard(action.lower())(_ASSUME_ROLE.lower())}
    for index, action in enumerate(statement.actions):
        if action.lower() in _EXPECTED:
            continue
        at = statement.at("Action", action if statement.irregular else index)
        if action in matching:
            message = f"{quote(action)} is documented as {_ASSUME_ROLE} in a trust policy: write that"
            yield Problem(message, at=at, severity=WARNING)
        elif matching:
            # The statement works by its other action.
            yield Problem(f"{quote(action)} does nothing in a trust policy: leave it out", at=at, severity=WARNING)
        else:
            # Public policies name the operations of SAML and OIDC; nobody documents that RAM heeds them, or does not.
            severity = WARNING if action.lower() in _OPERATIONS else None
            fix = replace(_ASSUME_ROLE) if action.lower() == "sts:assumerolewithwebidentity" else None
            message = f"{quote(action)} is not the action of a trust policy: write {_ASSUME_ROLE}"
            yield Problem(message, at=at, fix=fix, severity=severity)
