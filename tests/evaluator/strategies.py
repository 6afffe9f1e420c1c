"""Policies and requests drawn from so small a world that they often meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ACTIONS = [
    "ice:GetAvatar",
    "ice:GetAvatarTrainingJob",
    "ice:ListAvatars",
    "oss:GetObject",
    "oss:PutObject",
    "sts:AssumeRole",
]
ACTION_PATTERNS = [
    *ACTIONS, "*", "ice:*", "ice:Get*", "ICE:getavatar", "*:Get*", "ice:?etAvatar", "*Avatar*", "oss:*Object", "sts:*",
]  # fmt: skip
RESOURCES = ["*", "acs:ice:*:*:*", "acs:oss:*:1:b", "acs:oss:*:1:b/a", "acs:oss:cn-hangzhou:2:b/a/c", "acs:oss:*:1:B/a"]
RESOURCE_PATTERNS = [*RESOURCES, "acs:oss:*:*:b/*", "acs:oss:*:*:b?*", "acs:*:*:*:*", "*/a", "acs:oss:*:1:?/a", "*b*a*"]
ADDRESSES = ["203.0.113.9", "203.0.113.200", "198.51.100.1", "2001:db8::1", "::ffff:203.0.113.9"]
NETWORKS = [
    "203.0.113.9", "203.0.113.0/24", "203.0.113.7/25", "0.0.0.0/0", "2001:db8::/32", "::/0", "198.51.100.0/31", "*",
]  # fmt: skip
DATES = ["2026-01-01T00:00:00Z", "2026-01-01T08:00:00+08:00", "2026-06-01T12:00:00Z", "2027-01-01T00:00:00+00:00"]
NUMBERS = ["0", "1", "1.0", "-3", "2.5", "10"]
TEXTS = ["", "a", "A", "ab", "abc", "b", "a*", "?"]
USER, ROLE, SESSION = "acs:ram::1:user/alice", "acs:ram::1:role/ci", "acs:ram::1:assumed-role/ci/build"
PRINCIPALS = [USER, ROLE, SESSION, "acs:ram::2:user/bob", "ecs.aliyuncs.com", "acs:ram::1:oidc-provider/k8s"]
NAMED = {
    "RAM": ["*", "acs:ram::1:root", USER, ROLE, "acs:ram::*:user/*"],
    "Service": ["ecs.aliyuncs.com", "fc.aliyuncs.com"],
    "Federated": ["acs:ram::1:oidc-provider/k8s", "acs:ram::1:saml-provider/s"],
}

ORDERED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
TEXTUAL = ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")

#: Operators, values of policies, values of requests. A key is compared as one type only, so that values always fit.
KEYS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "t:Text": ([f"String{each}" for each in TEXTUAL], TEXTS, TEXTS),
    "t:Number": ([f"Numeric{each}" for each in ORDERED], NUMBERS, NUMBERS),
    "acs:CurrentTime": ([f"Date{each}" for each in ORDERED], DATES, DATES),
    "acs:SecureTransport": (["Bool"], ["true", "false", "True"], ["true", "false"]),
    "acs:SourceIp": (["IpAddress", "NotIpAddress", "IpAddressIncludeBorder"], NETWORKS, ADDRESSES),
}


def one_or_more(values: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for _ in range(draw(st.integers(1, 3))):
        key = draw(st.sampled_from(list(KEYS)))
        operators, listed, _ = KEYS[key]
        operator = draw(st.sampled_from(["", "", "", "ForAnyValue:", "ForAllValues:"])) + draw(
            st.sampled_from(operators)
        )
        spelt = draw(st.sampled_from([key, key, key.upper()]))
        block.setdefault(operator, {})[spelt] = draw(one_or_more(listed))
    return block


@st.composite
def statements(draw: st.DrawFn, *, principal: bool = False) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(one_or_more(ACTION_PATTERNS))
    if not principal or draw(st.booleans()):
        statement[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(one_or_more(RESOURCE_PATTERNS))
    if principal:
        typed = st.dictionaries(st.sampled_from(list(NAMED)), st.none(), min_size=1, max_size=2)
        named: Any = {each: draw(one_or_more(NAMED[each])) for each in draw(typed)}
        if draw(st.integers(0, 4)) == 0:
            named = draw(one_or_more(["*", USER]))
        statement[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = named
    if draw(st.booleans()):
        statement["Condition"] = draw(conditions())
    return statement


def policies(*, principal: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda statements: {"Version": "1", "Statement": statements},
        st.lists(statements(principal=principal), min_size=1, max_size=4),
    )


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for key, (_, _, values) in KEYS.items():
        if draw(st.booleans()):
            context[draw(st.sampled_from([key, key.lower()]))] = draw(one_or_more(values))
    return {
        "action": draw(st.sampled_from(ACTIONS)),
        "resource": draw(st.sampled_from(RESOURCES)),
        "context": context,
    }
