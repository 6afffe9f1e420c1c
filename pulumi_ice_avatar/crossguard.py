"""Rules of a policy pack: the RAM documents of a stack are checked before anything is created.

Needs the extra `policy`, and runs in the process that the engine starts for a pack. The engine asks about each resource
with its inputs, and about the whole stack with its outputs. What only the update will know is in neither: to touch it
raises an error, which the policy SDK turns into a note on the resource
(https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, NamedTuple

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from pulumi_ice_avatar.errors import InvalidInputError, PolicyError
from pulumi_ice_avatar.ram.deciding.comparison import check
from pulumi_ice_avatar.ram.holders import HOLDERS
from pulumi_ice_avatar.ram.language import IDENTITY, VERSION
from pulumi_ice_avatar.ram.linting.linter import Finding, lint
from pulumi_ice_avatar.ram.linting.project import failing
from pulumi_ice_avatar.ram.linting.rules import SECURITY, SEVERITIES
from pulumi_ice_avatar.ram.reading.document import Document, parse

__all__ = ["Lists", "ram_policies"]

Lists = Sequence[str] | Mapping[str, Sequence[str]]
"""A list for all resources, or lists by pattern of the name that a resource has in the program."""

_MOST_FINDINGS = 20
"""Shown of one document: the engine prints each on several lines."""

_POLICY = "alicloud:ram/policy:Policy"
_ROLE = "alicloud:ram/role:Role"
_ATTACHMENT = "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment"
_RAM_POLICY = "pulumi-python:dynamic/ice:RamPolicy"
_AVATARS = ("pulumi-python:dynamic/ice:Avatar", "pulumi-python:dynamic/ice:Avatars")


def ram_policies(
    *,
    ignore: Lists = (),
    fail_on: str = SECURITY,
    must_allow: Lists = (),
    must_deny: Lists = (),
    roles: Sequence[str] = ("*",),
    enforcement_level: EnforcementLevel = EnforcementLevel.MANDATORY,
) -> list[Policy]:
    """The rules, for a `PolicyPack` of one's own; the configuration of the pack replaces each of these settings.

    Args:
        ignore: Findings not to report: codes, beginnings of codes and names of rules.
        fail_on: The lightest severity that is a violation: `error`, `security`, `warning` or `suggestion`.
        must_allow: Actions that a policy has to allow, and no others (RAM901, RAM902).
        must_deny: Actions that a policy must not allow (RAM903).
        roles: The roles that have to be able to read the stack's avatars, as patterns of their names in the program.
        enforcement_level: Of `ram-documents` and `ram-access`; `avatars-readable` is advisory.

    Returns:
        `ram-documents`, `ram-access` and `avatars-readable`.

    Raises:
        InvalidInputError: There is no such severity.

    Example:
        ```python
        from pulumi_policy import PolicyPack

        from pulumi_ice_avatar.crossguard import ram_policies

        PolicyPack("house-rules", ram_policies(must_deny=["ram:*"]))
        ```
    """
    if fail_on not in SEVERITIES:
        raise InvalidInputError(f"there is no severity {fail_on!r}: use {', '.join(SEVERITIES)}")
    lists = {"anyOf": [_STRINGS, {"type": "object", "additionalProperties": _STRINGS}]}
    return [
        ResourceValidationPolicy(
            "ram-documents",
            "RAM documents have no errors and grant nothing dangerous.",
            partial(_check_documents, {"ignore": ignore, "failOn": fail_on}),
            enforcement_level,
            PolicyConfigSchema({"ignore": lists, "failOn": {"enum": list(SEVERITIES)}}),
        ),
        ResourceValidationPolicy(
            "ram-access",
            "RAM policies allow what they must and nothing that they must not.",
            partial(_check_access, {"mustAllow": must_allow, "mustDeny": must_deny}),
            enforcement_level,
            PolicyConfigSchema({"mustAllow": lists, "mustDeny": lists}),
        ),
        StackValidationPolicy(
            "avatars-readable",
            "The roles of a stack can read the avatars that it refers to.",
            partial(_check_roles, {"roles": roles}),
            EnforcementLevel.ADVISORY,
            PolicyConfigSchema({"roles": _STRINGS}),
        ),
    ]


_STRINGS = {"type": "array", "items": {"type": "string"}}


# --- resources -------------------------------------------------------------------------------------------------------


def _check_documents(defaults: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    settings = {**defaults, **args.get_config()}
    ignore, severities = _listed(settings["ignore"], args.name), failing(settings["failOn"])
    unknown = None
    for held in _documents(args.resource_type, args.name, args.props):
        if isinstance(held, UnknownValueError):
            unknown = held
            continue
        try:
            findings = [each for each in lint(held.document, ignore=ignore) if each.severity in severities]
        except InvalidInputError as error:
            report(f"ignore: {error}", None)
            return
        for each in findings[:_MOST_FINDINGS]:
            report(f"{held.at(each)}: {each.severity} {each.code} {each.name}: {each.message}", None)
        if len(findings) > _MOST_FINDINGS:
            report(f"{held.place}: {len(findings) - _MOST_FINDINGS:,} findings more", None)
    if unknown:
        raise unknown


def _check_access(defaults: Mapping[str, Any], args: ResourceValidationArgs, report: ReportViolation) -> None:
    settings = {**defaults, **args.get_config()}
    must_allow, must_deny = (_listed(settings[setting], args.name) for setting in ("mustAllow", "mustDeny"))
    if not must_allow and not must_deny:
        return
    unknown = None
    for held in _documents(args.resource_type, args.name, args.props):
        if isinstance(held, UnknownValueError):
            unknown = held
        elif held.document.given_kind == IDENTITY:
            try:
                unmet = check(held.document, must_allow=must_allow, must_deny=must_deny).unmet
            except PolicyError as error:
                report(f"{held.place}: {error}", None)
                continue
            for each in unmet:
                report(f"{held.place}: {each.code} {each.name}: {each.message}", None)
    if unknown:
        raise unknown


def _listed(lists: Lists, name: str) -> list[str]:
    if isinstance(lists, Mapping):
        return [each for pattern, listed in lists.items() if fnmatchcase(name, pattern) for each in listed]
    return list(lists)


# --- the stack -------------------------------------------------------------------------------------------------------


def _check_roles(defaults: Mapping[str, Any], args: StackValidationArgs, report: ReportViolation) -> None:
    settings = {**defaults, **args.get_config()}
    avatars = [each.name for each in args.resources if each.resource_type in _AVATARS]
    if not avatars:
        return
    for role in args.resources:
        if role.resource_type != _ROLE or not any(fnmatchcase(role.name, pattern) for pattern in settings["roles"]):
            continue
        try:
            refused = not _may_read(role, args.resources)
        except (UnknownValueError, KeyError, PolicyError):
            continue  # the update will know, and a malformed document is the business of `ram-documents`
        if refused:
            report(
                f"{role.name}: no policy that the stack attaches to this role allows ice:GetAvatar, and the stack "
                f"refers to {', '.join(avatars)}: attach the template get-avatar to it",
                role.urn,
            )


def _may_read(role: PolicyResource, resources: Sequence[PolicyResource]) -> bool:
    """Whether a role may look up avatars, or has policies of which the stack does not tell."""
    name = _name(role, "roleName")
    policies = {_name(each, "policyName"): each for each in resources if each.resource_type == _POLICY}
    attached = []
    for each in resources:
        if each.resource_type == _ATTACHMENT and each.props["roleName"] == name:
            if each.props["policyType"] != "Custom" or each.props["policyName"] not in policies:
                return True
            attached.append(policies[each.props["policyName"]])
        elif each.resource_type == _RAM_POLICY:
            targets = each.props.get("attachTo") or []
            if any((target["kind"], target["name"]) == ("role", name) for target in targets):
                attached.append(each)
    checked = check([_document(each) for each in attached], must_allow=["ice:GetAvatar"])
    return not checked.complete or all(each.code != "RAM901" for each in checked.unmet)


def _name(resource: PolicyResource, property_: str) -> Any:
    """What a resource is called in the account; `name` is the property's deprecated form."""
    return resource.props.get(property_) or resource.props["name"]


def _document(policy: PolicyResource) -> Document:
    """The document of a policy; the provider gives the properties that hold it the same content."""
    unknown = None
    for held in _documents(policy.resource_type, policy.name, policy.props):
        if not isinstance(held, UnknownValueError):
            return held.document
        unknown = held
    raise unknown or PolicyError(f"{policy.name} has no document")


# --- documents -------------------------------------------------------------------------------------------------------


class _Held(NamedTuple):
    """A document, and the property of a resource that holds it."""

    place: str
    document: Document

    def at(self, finding: Finding) -> str:
        """Where a finding is: its JSON Pointer below the property, or line and column of a text that is not JSON."""
        if not finding.pointer and finding.line:
            return f"{self.place}:{finding.line}:{finding.column}"
        return self.place + finding.pointer


class _HeldStatements(_Held):
    """Statements in the deprecated form that is a list of objects."""

    def at(self, finding: Finding) -> str:
        place = finding.pointer.removeprefix("/Statement")
        for element, property_ in _STATEMENT.items():
            place = place.replace(f"/{element}", f"/{property_}", 1)
        return self.place + place


_STATEMENT = {"Effect": "effect", "Action": "actions", "Resource": "resources"}


def _documents(type_: str, name: str, props: Mapping[str, Any]) -> Iterator[_Held | UnknownValueError]:
    """The documents of a resource, with an error in the place of each that is not known yet."""
    for path, kind in HOLDERS.get(type_, {}).items():
        property_, *below = path.split("/")
        for place, value in _values(_plain(props, property_), below, property_):
            unknown = _unknown_in(value)
            if unknown:
                yield unknown
            elif value and isinstance(value, (str, dict)):
                # Called a JSON file, a text is not taken for YAML, which none of these properties takes.
                document = parse(value, kind=kind, source=f"{property_}.json")
                document.source = None
                yield _Held(f"{name}.{place}", document)
    if type_ == _POLICY:
        yield from _statements(name, _plain(props, "statements"), _plain(props, "version"))


def _statements(name: str, statements: Any, version: Any) -> Iterator[_Held | UnknownValueError]:
    unknown = _unknown_in([statements, version]) if statements else None
    if unknown:
        yield unknown
    elif statements and isinstance(statements, list):
        elements = [
            {element: each[property_] for element, property_ in _STATEMENT.items() if property_ in each}
            if isinstance(each, dict)
            else each
            for each in statements
        ]
        document = parse({"Version": version or VERSION, "Statement": elements}, kind=IDENTITY)
        yield _HeldStatements(f"{name}.statements", document)


def _values(value: Any, path: Sequence[str], place: str) -> Iterator[tuple[str, Any]]:
    """What is at a path below a value, in which `*` stands for any index of a list."""
    if not path or isinstance(value, UnknownValueError):
        yield place, value
    elif isinstance(value, list) and path[0] == "*":
        for index, each in enumerate(value):
            yield from _values(each, path[1:], f"{place}/{index}")
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:], f"{place}/{path[0]}")


def _plain(container: Any, key: Any) -> Any:
    """A value without the SDK's wrappers: an error in the place of what is unknown, and integers as such.

    The protocol has no integers, and a rule about a limit in a condition would see `5.0`.
    """
    try:
        value = container[key]
    except UnknownValueError as unknown:
        return unknown
    except KeyError:
        return None
    if isinstance(value, Mapping):
        return {each: _plain(value, each) for each in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(value, index) for index in range(len(value))]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _unknown_in(value: Any) -> UnknownValueError | None:
    if isinstance(value, UnknownValueError):
        return value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, map(_unknown_in, inner)), None)
