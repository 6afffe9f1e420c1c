"""RAM3xx: the strings of Resource and NotResource.

A resource is `*` or `acs:<ram-code>:<region>:<account-id>:<relative-id>`, with wildcards anywhere
(https://www.alibabacloud.com/help/en/ram/policy-elements, Resource). A star crosses colons, so that also `acs:oss:*`
and `acs:ecs:*:instance/*` name resources, and policies in use have them. Before any error there is therefore one
question: is there a name at all that the text can match?
"""

from __future__ import annotations

import re

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.arn import parse_arn
from pulumi_ice_avatar.ram.language import RESOURCE_BASED
from pulumi_ice_avatar.ram.linting.rules import (
    DOCUMENT,
    ERROR,
    RESOURCE,
    STATEMENT,
    SUGGESTION,
    WARNING,
    Problem,
    remove,
    replace,
    rule,
)
from pulumi_ice_avatar.ram.linting.rules.reach import (
    OWNERS,
    PREFIX,
    REGIONAL,
    Template,
    fits,
    is_whole,
    names_something,
    templates,
    without_resources,
)
from pulumi_ice_avatar.ram.linting.rules.syntax import placeholder
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.patterns import covered, is_pattern
from pulumi_ice_avatar.ram.reading.statements import Policy, Statement
from pulumi_ice_avatar.ram.wording import quote

__all__: list[str] = []

_FORM = "acs:<ram-code>:<region>:<account-id>:<relative-id>"

# --- form ------------------------------------------------------------------------------------------------------------


@rule(
    "RAM301", "malformed-arn", ERROR, RESOURCE, yields_to=("RAM302", "RAM303", "RAM306", "RAM312", "RAM313", "RAM009")
)
def malformed_arn(resource: str) -> Problem | None:
    if not resource.strip("*"):
        return None
    if _SEVERAL.search(resource):
        return Problem(f"{quote(resource)} is several resources in one string: make each an entry of a list")
    sound = names_something(resource)
    if not _INVISIBLE.isdisjoint(resource) or resource[0] == " " or resource[-1] == " ":
        meant = "".join([each for each in resource if each not in _INVISIBLE]).strip(" ")
        message = f"{quote(resource)} has a blank at an end, or a character that cannot be seen: write {quote(meant)}"
        if sound:
            # The name of an object may in fact have it.
            return Problem(message, severity=WARNING)
        return Problem(message)
    if sound:
        return _other_service(resource) if resource.startswith(PREFIX) else _begins_wild(resource)
    return _malformed(resource)


_SEVERAL = re.compile(r"[,;|] {0,9}acs:")
_INVISIBLE = frozenset([*map(chr, range(32)), "\x7f", "\u200b", "\u2060", "\ufeff"])


def _malformed(resource: str) -> Problem:
    for meant in (resource.replace("：", ":"), f"{PREFIX}{resource}"):
        arn = parse_arn(meant)
        if meant != resource and arn and names_something(meant) and catalogue.service(arn.service):
            return Problem(f"{quote(resource)} is not of the form {_FORM}: write {quote(meant)}")
    if catalogue.action(resource):
        return Problem(f"{quote(resource)} is an action, no resource: put it under Action")
    if resource.startswith("oss://"):
        hint = f"write {quote('acs:oss:*:*:' + resource[len('oss://') :])}"
    else:
        hint = f"the form is {_FORM}, such as acs:oss:*:*:my-bucket/*"
    return Problem(f"{quote(resource)} can match no resource: {hint}")


def _begins_wild(resource: str) -> Problem:
    return Problem(
        f"{quote(resource)} begins with a wildcard, and so speaks of every service: write {_FORM}", severity=WARNING
    )


def _other_service(resource: str) -> Problem | None:
    """Speak of a name whose service is that of AWS, or a slip away from one."""
    code, _, rest = resource[len(PREFIX) :].partition(":")
    if is_pattern(code) or catalogue.service(code) or catalogue.is_product(code) or placeholder(resource):
        return None
    aws = catalogue.aws("prefix", code)
    meant = aws.ram if aws and not catalogue.wrong_prefix(code) else catalogue.near_service(code)
    if not meant:
        return None
    named = quote(f"{PREFIX}{meant}:{rest}")
    whose = "is the name AWS has for a service" if aws else "is no known service"
    return Problem(f"{quote(code)} in {quote(resource)} {whose}: did you mean {named}?", severity=WARNING)


@rule("RAM302", "wrong-arn-prefix", ERROR, RESOURCE)
def wrong_arn_prefix(resource: str) -> Problem | None:
    if resource[:4].lower() != "arn:":
        return None
    if resource.startswith("arn:acs:"):
        meant = resource[len("arn:") :]
        return Problem(f"{quote(resource)} begins with arn:, names of Alibaba Cloud with acs:: write {quote(meant)}")
    what = f"{quote(resource)} is a name of AWS"
    parts = resource.split(":", 5)
    if len(parts) < _AWS_FIELDS:
        return Problem(f"{what}: the form is {_FORM}")
    code, relative = parts[2].lower(), parts[5]
    if code == "s3" and relative and not relative.startswith(("accesspoint", "arn:")):
        meant = f"acs:oss:*:*:{relative}"
        return Problem(f"{what}: write {quote(meant)}")
    known = catalogue.aws("arn", ":".join(["arn:aws", *parts[2:]]))
    if known and known.ram and "{" not in known.ram:
        return Problem(f"{what}: write {quote(known.ram)}")
    service = catalogue.aws("prefix", code)
    meant = (service and service.ram) or (code if catalogue.service(code) else "<ram-code>")
    return Problem(f"{what}: the form is {_FORM.replace('<ram-code>', meant)}")


_AWS_FIELDS = 6


@rule("RAM312", "arn-field-missing", ERROR, RESOURCE, yields_to=("RAM303", "RAM009"))
def arn_field_missing(resource: str) -> Problem | None:
    if not resource.startswith(PREFIX):
        return None
    fields = resource.split(":", _FIELDS - 1)
    if fields[-1] and (len(fields) == _FIELDS or (not fields[-1].strip("*") and names_something(resource))):
        return None
    said = f"{quote(resource)} has {len(fields) - (not fields[-1])} of {_FIELDS} fields"
    if fields[-1] and names_something(resource):
        # MaxCompute documents such names. Only what begins as no region does, `acs:oss:my-bucket*`, is hardly meant.
        severity = WARNING if len(fields) == _REGION_LAST and fields[-1][0] != "*" else SUGGESTION
        return Problem(f"{said}, and its star stands for the others: write {_FORM}", severity=severity)
    return Problem(f"{said}: the form is {_FORM}")


_FIELDS, _REGION_LAST = 5, 3


@rule("RAM306", "invalid-account-id", ERROR, RESOURCE, yields_to=("RAM009", "RAM303"))
def invalid_account_id(resource: str) -> Problem | None:
    arn = parse_arn(resource)
    if arn is None or not arn.account.strip("0123456789") or is_pattern(arn.account) or arn.account in OWNERS:
        return None
    if placeholder(resource):
        return None
    said = f"{quote(arn.account)} in {quote(resource)} is no account id"
    if arn.account.isalpha() and arn.account.islower() and arn.account.isascii():
        # Two such words do occur where the resource is Alibaba Cloud's own, so there may be more.
        return Problem(f"{said}: write its digits, or * for any account", severity=WARNING)
    if "/" in arn.account and names_something(resource):
        return Problem(f"{said}: the form is {_FORM}", severity=WARNING)
    return Problem(f"{said}: write its digits, or * for any account")


# --- the fields ------------------------------------------------------------------------------------------------------


@rule("RAM303", "arn-service-case", WARNING, RESOURCE)
def arn_service_case(resource: str) -> Problem | None:
    if resource[: len(PREFIX)].lower() != PREFIX or placeholder(resource):
        return None
    code, colon, rest = resource[len(PREFIX) :].partition(":")
    meant = f"{PREFIX}{code.lower()}{colon}{rest}"
    if meant == resource:
        return None
    return Problem(f"{quote(resource)} begins with capital letters: names are written {quote(meant)}")


@rule("RAM304", "invalid-region", WARNING, RESOURCE, yields_to=("RAM301", "RAM305"))
def invalid_region(resource: str) -> Problem | None:
    arn = parse_arn(resource)
    if arn is None or not arn.region or is_pattern(arn.region) or catalogue.region(arn.region):
        return None
    near = None if placeholder(resource) else catalogue.near_region(arn.region)
    if near is None:
        return None
    if near.reason == "aws":
        return Problem(f"{quote(arn.region)} in {quote(resource)} is a region of AWS: name one of Alibaba Cloud, or *")
    what = "a zone, where a region belongs" if near.reason == "zone" else "no known region"
    return Problem(f"{quote(arn.region)} in {quote(resource)} is {what}: did you mean {near.region}?")


@rule("RAM305", "region-not-supported", WARNING, RESOURCE)
def region_not_supported(resource: str) -> Problem | None:
    arn = parse_arn(resource)
    if arn is None or arn.service not in _WITHOUT_REGION or (arn.region and not arn.region.strip("*")):
        return None
    if placeholder(resource) or arn.region.startswith("oss-") or arn.relative.startswith(REGIONAL):
        # Whether OSS takes its own name of a location, as policies in use have it, is not documented.
        return None
    what = f"the region {quote(arn.region)}" if arn.region else "no region"
    meant = quote(f"{PREFIX}{arn.service}:*:{arn.account or '*'}:{arn.relative}")
    return Problem(f"{quote(resource)} has {what}: {_WITHOUT_REGION[arn.service]} takes only * there, write {meant}")


_WITHOUT_REGION = {"oss": "Object Storage Service", "vod": "ApsaraVideo VOD"}


@rule("RAM309", "unknown-resource-type", WARNING, RESOURCE)
def unknown_resource_type(resource: str) -> Problem | None:
    arn = parse_arn(resource)
    if arn is None:
        return None
    word = arn.relative.partition("/")[0]
    if is_pattern(word) or is_pattern(arn.service) or placeholder(resource):
        return None
    meant = catalogue.near_resource_type(arn.service, word)
    if not meant:
        return None
    return Problem(
        f"{arn.service} has no known type of resource {quote(word)}, as in {quote(resource)}: did you mean {meant}?"
    )


@rule("RAM311", "ots-instance-case", WARNING, RESOURCE)
def ots_instance_case(resource: str) -> Problem | None:
    arn = parse_arn(resource)
    if arn is None or arn.service != "ots" or not arn.relative.startswith("instance/"):
        return None
    _, name, *rest = arn.relative.split("/", 2)
    if name == name.lower() or placeholder(resource):
        return None
    relative = "/".join(["instance", name.lower(), *rest])
    meant = f"{PREFIX}ots:{arn.region}:{arn.account}:{relative}"
    return Problem(
        f"{quote(name)} in {quote(resource)} has capital letters, with which Tablestore matches no instance: "
        f"write {quote(meant)}"
    )


@rule("RAM313", "effectively-star", SUGGESTION, RESOURCE)
def effectively_star(resource: str) -> Problem | None:
    fields = resource.removeprefix(PREFIX).split(":")
    if resource == "*" or any(not field or field.strip("*") for field in fields):
        return None
    return Problem(f"{quote(resource)} matches every resource of every service: write *", fix=replace("*"))


# --- actions and resources -------------------------------------------------------------------------------------------


@rule("RAM308", "action-requires-star-resource", WARNING, STATEMENT)
def action_requires_star_resource(statement: Statement) -> Problem | None:
    if not statement.resources or "*" in statement.resources:
        return None
    narrowed = [
        (index, action)
        for index, action in enumerate(statement.actions)
        if (code := without_resources(action)) and not any(is_whole(each, code) for each in statement.resources)
    ]
    if not narrowed:
        return None
    index, action = narrowed[0]
    return Problem(
        f"{quote(action)}{_and_more(narrowed)} cannot be narrowed to resources, and does nothing on "
        f"{_listed(statement.resources)}: put it in a statement with the resource *",
        at=statement.at("Action", action if statement.irregular else index),
    )


@rule("RAM307", "resource-action-mismatch", WARNING, DOCUMENT)
def resource_action_mismatch(policy: Policy) -> list[Problem] | None:
    unmet = [(each, actions) for each in policy.statements if (actions := _unmet(each))]
    if not unmet:
        return None
    # Consoles write the actions of every level into a statement, above all of bucket policies: where another statement
    # has the same action with the right resources, nothing is amiss.
    met = {effect: _Met(policy, effect) for effect in {each.effect for each, _ in unmet}}
    problems = []
    for statement, actions in unmet:
        actions = [each for each in actions if not met[statement.effect].has(each[1])]
        if actions and (policy.kind != RESOURCE_BASED or len(actions) == len(statement.actions)):
            problems.append(_mismatch(actions, statement))
    return problems or None


def _unmet(statement: Statement) -> list[tuple[int, str]]:
    """The actions that none of the resources of their statement can be about, with their places."""
    if not statement.resources or "*" in statement.resources:
        return []
    met: dict[tuple[Template, ...], bool] = {(): True}
    unmet = []
    for index, action in enumerate(statement.actions):
        about = templates(action)
        if about not in met:
            met[about] = any(fits(resource, about) for resource in statement.resources)
        if not met[about]:
            unmet.append((index, action))
    return unmet


class _Met:
    """The actions that have resources of theirs in some statement of an effect."""

    def __init__(self, policy: Policy, effect: str | None) -> None:
        self._exact: set[str] = set()
        self._missing: set[str] = set()
        self._wild: list[tuple[Patterns, tuple[str, ...]]] = []
        for statement in policy.statements:
            if statement.effect == effect:
                unmet = {action for _, action in _unmet(statement)}
                self._exact |= {action.lower() for action in statement.actions if action not in unmet}
                patterns = [action for action in statement.actions if is_pattern(action)]
                if patterns and len(self._wild) < _MOST_WILD:
                    self._wild.append((Patterns(patterns, ignore_case=True), statement.resources))

    def has(self, action: str) -> bool:
        """Tell whether an action is among them, by its name or by a pattern."""
        name = action.lower()
        if name not in self._exact and name not in self._missing:
            by_pattern = any(
                patterns.match(action) and any(fits(resource, templates(action)) for resource in resources)
                for patterns, resources in self._wild
            )
            (self._exact if by_pattern else self._missing).add(name)
        return name in self._exact


_MOST_WILD = 32
"""So many statements with patterns are asked about each action."""


def _mismatch(unmet: list[tuple[int, str]], statement: Statement) -> Problem:
    index, action = unmet[0]
    known = catalogue.action(action)
    return Problem(
        f"{quote(action)}{_and_more(unmet)} is about {' or '.join(known.resources if known else ())}, "
        f"which {_listed(statement.resources)} cannot match: add such a resource",
        at=(*statement.path, *statement.at("Action", action if statement.irregular else index)),
    )


def _and_more(found: list[tuple[int, str]]) -> str:
    return f" (and {len(found) - 1} more)" if len(found) > 1 else ""


def _listed(resources: tuple[str, ...]) -> str:
    return quote(resources[0]) if len(resources) == 1 else f"these {len(resources)} resources"


# --- the list --------------------------------------------------------------------------------------------------------


_GRAVER = ("RAM301", "RAM302", "RAM303", "RAM304", "RAM305", "RAM306", "RAM309", "RAM311", "RAM312")


@rule("RAM310", "redundant-resource", SUGGESTION, STATEMENT, yields_to=_GRAVER)
def redundant_resource(statement: Statement) -> list[Problem] | None:
    if len(statement.resources) < _A_LIST and len(statement.not_resources) < _A_LIST:
        return None
    problems = []
    for element, resources in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
        if len(resources) >= _A_LIST and not statement.irregular:
            for index, other in covered(resources):
                resource, place = resources[index], statement.at(element, index)
                said = "is listed twice" if resource == resources[other] else f"is covered by {quote(resources[other])}"
                problems.append(Problem(f"{quote(resource)} {said}: remove it", at=place, fix=remove()))
    return problems or None


_A_LIST = 2
