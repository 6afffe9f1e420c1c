"""A second evaluator: the documented rules written down as plainly as can be, slow, and sharing no code with the first.

It decides on well-formed policies only.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any


def decide(
    policies: list[dict[str, Any]],
    action: str,
    resource: str = "*",
    context: dict[str, Any] | None = None,
    *,
    session: dict[str, Any] | None = None,
    control: list[dict[str, Any]] | None = None,
    of_resource: dict[str, Any] | None = None,
    trust: dict[str, Any] | None = None,
    principal: str | None = None,
) -> str:
    if resource == "*":
        resource = f"acs:{action.split(':')[0]}:*:*:*"
    request = (action, resource, context or {}, principal)
    if control is not None and basic(control, request) != "allow":
        return basic(control, request)
    if session is not None and basic([session], request) != "allow":
        return basic([session], request)
    identity = basic(policies, request)
    if trust is not None:
        answers = [identity, basic([trust], request)]
        if principal and kind_of(principal) != "RAM":
            answers = answers[1:]
        if "deny" in answers:
            return "deny"
        return "allow" if all(each == "allow" for each in answers) else "implicit_deny"
    answers = [identity] + ([basic([of_resource], request)] if of_resource else [])
    if "deny" in answers:
        return "deny"
    return "allow" if "allow" in answers else "implicit_deny"


def basic(policies: list[dict[str, Any]], request: Any) -> str:
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in listed(policy["Statement"])
        if applies(statement, *request)
    }
    return "deny" if "Deny" in effects else "allow" if "Allow" in effects else "implicit_deny"


def applies(
    statement: dict[str, Any], action: str, resource: str, context: dict[str, Any], principal: str | None
) -> bool:
    if "Action" in statement and not any(like(each.lower(), action.lower()) for each in listed(statement["Action"])):
        return False
    if "NotAction" in statement and any(like(each.lower(), action.lower()) for each in listed(statement["NotAction"])):
        return False
    if "Resource" in statement and not any(like(each, resource) for each in listed(statement["Resource"])):
        return False
    if "NotResource" in statement and any(like(each, resource) for each in listed(statement["NotResource"])):
        return False
    if "Principal" in statement and not named(statement["Principal"], principal):
        return False
    if "NotPrincipal" in statement and named(statement["NotPrincipal"], principal):
        return False
    lower = {key.lower(): value for key, value in context.items()}
    return all(
        satisfied(operator, listed(expected), listed(lower.get(key.lower(), [])))
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    )


def satisfied(operator: str, expected: list[str], actual: list[Any]) -> bool:
    if operator.startswith("ForAnyValue:"):
        return any(satisfied(operator[12:], expected, [each]) for each in actual)
    if operator.startswith("ForAllValues:"):
        return all(satisfied(operator[13:], expected, [each]) for each in actual)
    if operator in ("NotIpAddress", "NotIpAddressIncludeBorder"):
        return not satisfied("IpAddress", expected, actual)
    if re.match("String|Numeric|Date", operator) and "Not" in operator:
        return not satisfied(operator.replace("Not", ""), expected, actual)
    return any(one(operator, want, have) for want in expected for have in actual)


def one(operator: str, want: str, have: Any) -> bool:
    if operator == "Bool":
        return want.lower() == str(have).lower()
    if operator in ("IpAddress", "IpAddressIncludeBorder"):
        if want == "*":
            return True
        return unmapped(ipaddress.ip_address(have)) in ipaddress.ip_network(want, strict=False)
    if operator.startswith("String"):
        have = str(have)
        if operator == "StringLike":
            return like(want, have)
        if operator == "StringEqualsIgnoreCase":
            return want.lower() == have.lower()
        return want == have
    left: Any
    right: Any
    if operator.startswith("Numeric"):
        left, right, relation = Fraction(str(have)), Fraction(want), operator[len("Numeric") :]
    else:
        left, right, relation = moment(have), moment(want), operator[len("Date") :]
    return {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }[relation]


def moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    parsed = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def unmapped(address: Any) -> Any:
    return getattr(address, "ipv4_mapped", None) or address


def named(element: Any, principal: str | None) -> bool:
    if not isinstance(element, dict):
        if principal is None:
            return "*" in listed(element)
        return any(like(each, principal) for each in listed(element))
    if principal is None:
        return False
    for each in listed(element.get(kind_of(principal), [])):
        if each.endswith(":root"):
            each = each[: -len("root")] + "*"
        role = re.sub(r":assumed-role/([^/]*)/.*", r":role/\1", principal)
        if like(each, principal) or like(each, role):
            return True
    return False


def kind_of(principal: str) -> str:
    if "-provider/" in principal:
        return "Federated"
    return "Service" if "." in principal and not principal.startswith("acs:") else "RAM"


def like(pattern: str, text: str) -> bool:
    regex = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
