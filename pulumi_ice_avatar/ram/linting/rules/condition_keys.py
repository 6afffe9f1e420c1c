"""RAM4xx: condition keys.

No complete list of them is known, and services have keys that no table here has: an unknown key is spoken of only
when it is near a known one. Keys are looked up without regard to case, as the documents spell both
`acs:PrincipalARN` and `acs:PrincipalArn`.
"""

from __future__ import annotations

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.language import OPERATORS, RESOURCE_BASED, split_operator
from pulumi_ice_avatar.ram.linting.rules import (
    CONDITION,
    CONDITION_KEY,
    ERROR,
    STATEMENT,
    WARNING,
    Problem,
    rule,
)
from pulumi_ice_avatar.ram.linting.rules.syntax import placeholder
from pulumi_ice_avatar.ram.reading.statements import Condition, Statement
from pulumi_ice_avatar.ram.wording import quote

__all__ = ["is_oss"]

# --- the key ---------------------------------------------------------------------------------------------------------


@rule("RAM404", "unknown-condition-key", WARNING, CONDITION_KEY, yields_to=("RAM405", "RAM416"))
def unknown_condition_key(key: str) -> Problem | None:
    if catalogue.condition_key(key) or placeholder(key):
        return None
    meant = _meant(key)
    if meant is None:
        return None
    return Problem(f"{quote(key)} is not among the known condition keys: did you mean {quote(meant)}?")


def _meant(key: str) -> str | None:
    prefix, _, name = key.lower().partition(":")
    if prefix == "acs":
        # A name of AWS with the right prefix (acs:MultiFactorAuthPresent), or a known one with more in front.
        counterpart = catalogue.aws("condition-key", f"aws:{name}")
        if counterpart and counterpart.ram:
            return counterpart.ram
        for known in _UNMISTAKABLE:
            if name.endswith(known.lower()):
                return f"acs:{known}"
    if "." in prefix and name in _CLAIMS:
        # AWS names the claims of an OIDC token by its issuer: token.actions.githubusercontent.com:sub.
        return f"oidc:{name}"
    return catalogue.near_condition_key(key)


_UNMISTAKABLE = ("MFAPresent", "CurrentTime", "SecureTransport", "PrincipalARN")
_CLAIMS = frozenset(("aud", "iss", "sub"))


@rule("RAM405", "aws-condition-key", ERROR, CONDITION_KEY, yields_to=("RAM416",))
def aws_condition_key(key: str) -> Problem | None:
    prefix, colon, _ = key.strip().partition(":")
    if not colon or catalogue.condition_key(key):
        return None
    if prefix.lower() != "aws" and catalogue.aws("prefix", prefix) is None:
        return None
    found = catalogue.aws("condition-key", key.strip())
    if found is None or found.ram is None:
        return Problem(f"{quote(key)} is a condition key of AWS, and RAM has no counterpart: take it out")
    note = f" ({found.note})" if found.note else ""
    return Problem(f"{quote(key)} is a condition key of AWS: RAM has {quote(found.ram)}{note}")


@rule("RAM416", "condition-key-whitespace", ERROR, CONDITION_KEY)
def condition_key_whitespace(key: str) -> Problem | None:
    family, slash, tag = key.partition("/")
    if " " not in family and family.isprintable() and tag == tag.strip():
        return None
    whole = "".join(each for each in family if each.isprintable() and each != " ") + slash + tag.strip()
    if whole == family + slash + tag.strip():
        # Tag keys hold blanks, at their ends too as far as is documented.
        message = f"{quote(key)} has a blank at an end of the tag key: take it out unless the tag has it"
        return Problem(message, severity=WARNING)
    return Problem(f"{quote(key)} has a blank in it: write {quote(whole)}")


# --- the key and its operator ----------------------------------------------------------------------------------------


@rule("RAM406", "operator-key-type-mismatch", WARNING, CONDITION)
def operator_key_type_mismatch(operator: str, key: str) -> Problem | None:
    compared = OPERATORS.get(split_operator(operator)[1])
    known = catalogue.condition_key(key)
    if compared is None or known is None or known.type is None:
        return None
    # The values of tags are free text, which may well be numbers or dates; services' own types are partly inferred.
    if known.name.endswith("}") or known.scope not in _DOCUMENTED:
        return None
    if _TYPES.get(compared, compared) == known.type:
        return None
    return Problem(
        f"{operator} compares {_COMPARED[compared]}, and {quote(key)} is {_IS[known.type]}: use {_FITTING[known.type]}"
    )


_DOCUMENTED = frozenset(("global", "oss", "oidc", "saml", "sts"))
_TYPES = {"Boolean": "Bool"}
_COMPARED = {"String": "text", "Number": "numbers", "Date": "dates", "Boolean": "true or false", "IP": "addresses"}
_IS = {"String": "text", "Date": "a date", "Bool": "true or false", "IP": "an address"}
_FITTING = {
    "String": "a String… operator",
    "Date": "a Date… operator",
    "Bool": "Bool",
    "IP": "IpAddress or NotIpAddress",
}


@rule("RAM419", "set-operator-single-valued", WARNING, CONDITION)
def set_operator_single_valued(operator: str, key: str) -> Problem | None:
    prefix, name = split_operator(operator)
    if not prefix or name not in OPERATORS:
        return None
    known = catalogue.condition_key(key)
    if known is None or known.multivalued or known.name.lower() not in _SINGLE:
        return None
    absent = ", and is met where the request does not have it at all" if prefix == "ForAllValues:" else ""
    return Problem(f"{quote(key)} has one value, {operator} is for keys with several{absent}: write {name}")


#: Keys of which a request cannot have two values.
_SINGLE = frozenset(
    (
        "acs:accessid",
        "acs:currenttime",
        "acs:mfapresent",
        "acs:principalarn",
        "acs:requesttag/{tag-key}",
        "acs:resourcetag/{tag-key}",
        "acs:securetransport",
        "acs:sourceip",
        "acs:sourcevpc",
        "acs:useragent",
        "acs:vpcsourceip",
        "oidc:iss",
        "oidc:sub",
        "oss:delimiter",
        "oss:prefix",
        "saml:recipient",
    )
)

# --- the key and its statement ---------------------------------------------------------------------------------------


@rule("RAM414", "condition-key-not-populated", WARNING, STATEMENT)
def condition_key_not_populated(statement: Statement) -> list[Problem] | None:
    if not statement.conditions:
        return None
    problems = []
    for condition in statement.conditions:
        message = _not_populated(statement, condition)
        if message:
            problems.append(Problem(message, at=("Condition", condition.operator, condition.key), key=True))
    return problems or None


def _not_populated(statement: Statement, condition: Condition) -> str | None:
    key, actions = condition.key.lower(), statement.actions
    if not actions:
        return None
    never = _outcome(condition, statement.effect)
    if key.startswith("acs:resourcetag/"):
        services = {action.partition(":")[0].lower() for action in actions}
        if services == {"rds"}:
            return f"requests to RDS do not carry acs:ResourceTag, so {never}: use rds:ResourceTag"
        if services == {"oss"}:
            return (
                f"requests to OSS do not carry acs:ResourceTag, so {never}: use oss:BucketTag or oss:ExistingObjectTag"
            )
        if services <= _LISTS_WITHOUT_TAGS and all(map(_lists, actions)):
            return f"list queries that name no resource do not carry acs:ResourceTag, so {never}: leave it out"
    elif key in ("oss:prefix", "oss:delimiter"):
        if all(map(_is_on_objects, actions)):
            return f"only requests that list objects carry {quote(condition.key)}, so {never}: name objects in Resource"
    elif key == "acs:principalarn" and statement.kind == RESOURCE_BASED and is_oss(statement):
        return (
            f"OSS does not evaluate {quote(condition.key)} in bucket policies, so the statement does nothing: "
            "name who is meant in Principal"
        )
    return None


#: Where it was measured; the pages of other services show list queries with tags that work.
_LISTS_WITHOUT_TAGS = frozenset(("alb", "ecs", "vpc"))


def _lists(action: str) -> bool:
    return action.partition(":")[2].lower().startswith(("describe", "list"))


def _is_on_objects(action: str) -> bool:
    service, _, name = action.lower().partition(":")
    return service == "oss" and "object" in name and "list" not in name and "*" not in name and "?" not in name


def _outcome(condition: Condition, effect: str | None) -> str:
    if "Not" in condition.operator:
        return "the condition is always met"
    return f"the condition is never met and nothing is {'denied' if effect == 'Deny' else 'allowed'}"


@rule("RAM421", "source-ip-without-source-vpc", WARNING, STATEMENT, kinds=(RESOURCE_BASED,))
def source_ip_without_source_vpc(statement: Statement) -> Problem | None:
    if not statement.conditions:
        return None
    keys = {condition.key.lower(): condition for condition in statement.conditions}
    if "acs:sourceip" not in keys or "acs:sourcevpc" in keys or not is_oss(statement):
        return None
    condition = keys["acs:sourceip"]
    return Problem(
        "OSS takes no new bucket policy with acs:SourceIp alone: add acs:SourceVpc, such as "
        'StringNotLike "vpc-*" for addresses on the Internet',
        at=("Condition", condition.operator, condition.key),
        key=True,
    )


def is_oss(statement: Statement) -> bool:
    """Tell whether a statement of a resource-based policy stands in that of an OSS bucket."""
    named = (*statement.actions, *statement.not_actions)
    return any(each.lower().startswith("oss:") for each in named) or any(
        each.startswith("acs:oss:") for each in statement.resources
    )
