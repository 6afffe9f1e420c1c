"""RAM608 and RAM609: Deny statements that want a second factor.

`acs:MFAPresent` tells whether a user signed in to the console with a second factor. Requests made with an AccessKey do
not carry the key at all (reported from use), so a condition that it is "false" is not met by them. The language has no
operator to test that a key is absent.
Source: https://www.alibabacloud.com/help/en/ram/policy-elements and
https://www.alibabacloud.com/help/en/ram/restart-ecs-instances (an Allow that wants it to be "true").
"""

from __future__ import annotations

from pulumi_ice_avatar.ram.language import CONTROL, IDENTITY
from pulumi_ice_avatar.ram.linting.rules import SECURITY, STATEMENT, Problem, rule
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.reading.statements import Condition, Statement

__all__: list[str] = []

_KEY = "acs:mfapresent"

# The operations by which a user gets a second factor, in the names of either API.
_ENROL = ("ims:CreateVirtualMFADevice", "ims:BindMFADevice", "ram:CreateVirtualMFADevice", "ram:BindMFADevice")


@rule("RAM608", "deny-locks-out-mfa", SECURITY, STATEMENT, kinds=(IDENTITY, CONTROL))
def deny_locks_out_mfa(statement: Statement) -> Problem | None:
    missing = _missing(statement)
    if missing is None or "*" not in statement.resources:
        return None
    named = Patterns(statement.actions or statement.not_actions, ignore_case=True)
    if statement.actions:
        locked_out = all(map(named.match, _ENROL))
    else:
        locked_out = not any("mfa" in each.lower() for each in statement.not_actions) and not any(
            map(named.match, _ENROL)
        )
    if not locked_out:
        return None
    return Problem(
        "without a second factor this also denies setting one up, which locks new users out: deny with NotAction and "
        "list ims:CreateVirtualMFADevice, ims:BindMFADevice and their like there",
        statement.at("Condition", missing.operator, missing.key),
        key=True,
    )


@rule("RAM609", "mfa-condition-skips-access-key", SECURITY, STATEMENT, kinds=(IDENTITY, CONTROL), yields_to=("RAM608",))
def mfa_condition_skips_access_key(statement: Statement) -> Problem | None:
    missing = _missing(statement)
    if missing is None or missing.operator != "Bool":
        return None
    return Problem(
        "requests made with an AccessKey do not carry acs:MFAPresent, so this Deny lets them pass: allow with "
        '"Bool": {"acs:MFAPresent": "true"} instead of denying',
        statement.at("Condition", missing.operator, missing.key),
        key=True,
    )


def _missing(statement: Statement) -> Condition | None:
    """The condition by which a Deny is about requests without a second factor."""
    if statement.effect == "Deny":
        for each in statement.conditions:
            if each.key.lower() == _KEY and [str(value).lower() for value in each.values] == [
                _UNWANTED.get(each.operator)
            ]:
                return each
    return None


_UNWANTED = {"Bool": "false", "StringNotEquals": "true"}
