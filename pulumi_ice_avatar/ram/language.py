"""The documented policy language as data: kinds, elements, operators, limits.

Sources: https://www.alibabacloud.com/help/en/ram/policy-elements, https://www.alibabacloud.com/help/document_detail/93739.html
(structure and syntax), https://www.alibabacloud.com/help/en/ram/conditional-operator and
https://www.alibabacloud.com/help/en/ram/product-overview/limits, where a line below names no other.
"""

from __future__ import annotations

__all__ = [
    "CONTROL",
    "EFFECTS",
    "ELEMENTS",
    "IDENTITY",
    "KINDS",
    "LIMITS",
    "OPERATORS",
    "PRINCIPAL_TYPES",
    "RESOURCE_BASED",
    "SESSION",
    "SET_PREFIXES",
    "TOP_ELEMENTS",
    "TRUST",
    "VERSION",
    "split_operator",
]

IDENTITY, TRUST, SESSION, CONTROL, RESOURCE_BASED = "identity", "trust", "session", "control", "resource"

#: What a document can be: a custom policy attached to users, groups and roles; the trust policy of a role; the policy
#: passed to AssumeRole; a control policy of a resource directory; the policy of a bucket, a key or another resource.
KINDS = (IDENTITY, TRUST, SESSION, CONTROL, RESOURCE_BASED)

#: The longest document of a kind, in characters. No limit of trust and resource-based policies is documented.
#: Session: the STS metadata of AssumeRole. Control: the reference page of CreateControlPolicy.
LIMITS = {IDENTITY: 6144, SESSION: 2048, CONTROL: 4096}

VERSION = "1"
EFFECTS = ("Allow", "Deny")
TOP_ELEMENTS = ("Version", "Statement")

#: Sid, NotResource and NotPrincipal are outside the grammar, yet occur in policies in use: see RAM115.
ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)

PRINCIPAL_TYPES = ("RAM", "Service", "Federated")

#: Every condition operator, and the type of the values it compares. The two operators with IncludeBorder stand in a
#: table of Object Storage Service and in policies in use, not on RAM's own page.
OPERATORS = {
    "StringEquals": "String",
    "StringNotEquals": "String",
    "StringEqualsIgnoreCase": "String",
    "StringNotEqualsIgnoreCase": "String",
    "StringLike": "String",
    "StringNotLike": "String",
    "NumericEquals": "Number",
    "NumericNotEquals": "Number",
    "NumericLessThan": "Number",
    "NumericLessThanEquals": "Number",
    "NumericGreaterThan": "Number",
    "NumericGreaterThanEquals": "Number",
    "DateEquals": "Date",
    "DateNotEquals": "Date",
    "DateLessThan": "Date",
    "DateLessThanEquals": "Date",
    "DateGreaterThan": "Date",
    "DateGreaterThanEquals": "Date",
    "Bool": "Boolean",
    "IpAddress": "IP",
    "NotIpAddress": "IP",
    "IpAddressIncludeBorder": "IP",
    "NotIpAddressIncludeBorder": "IP",
}

#: In no list of operators, yet an official system policy uses the first and an official Terraform module the second:
#: https://www.alibabacloud.com/help/en/ram/developer-reference/aliyunaliyunadcpmanagedlogrolepolicy
SET_PREFIXES = ("ForAnyValue:", "ForAllValues:")


def split_operator(operator: str) -> tuple[str, str]:
    """Split a condition operator into its set prefix and the rest.

    Args:
        operator: An operator as written, such as `ForAnyValue:StringEquals`.

    Returns:
        The prefix with its colon, or an empty string, and the operator proper.
    """
    if not operator.startswith(SET_PREFIXES):
        return "", operator
    prefix, colon, name = operator.partition(":")
    return prefix + colon, name
