"""What the evaluator does where Alibaba Cloud's documents are silent, contradict each other or leave room.

A comment `(choice: name)` stands wherever one of these is put into code. None of them is known to be what the service
does: a decision that hangs on one is worth trying out.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CHOICES", "Choice"]


class Choice(NamedTuple):
    """One decision that the documents left to us.

    Attributes:
        name: What comments and the documentation call it.
        documented: What the documents say, and what they do not.
        chosen: What the evaluator does.
        why: The reason.
    """

    name: str
    documented: str
    chosen: str
    why: str


CHOICES = (
    # Elements
    Choice(
        "resource-case",
        "Actions are compared without regard to case; nothing is said of resources.",
        "Resources and principals are compared with regard to case.",
        "Names of buckets, objects and tables differ by case, and a pattern that is too narrow shows at once.",
    ),
    Choice(
        "operation-level-resource",
        'Operations without resources need Resource "*", yet the system policies AliyunICEFullAccess and '
        "AliyunICEReadOnlyAccess grant them on acs:ice:*:*:*.",
        'The request resource "*" is matched as the text acs:<service of the action>:*:*:*, in which each star stands '
        "for itself.",
        "Both ways of writing match, and a pattern that names a region, an account or an object does not, as the pages "
        "of 2026 say.",
    ),
    Choice(
        "not-resource",
        "No published grammar has NotResource or NotPrincipal.",
        "They match what Resource or Principal with the same list would not.",
        "It is the only reading that the name allows, and NotAction is documented that way.",
    ),
    Choice(
        "resource-in-resource-based-policy",
        "A trust policy has no Resource; nothing is said of one that has, nor of a bucket policy without.",
        "A Resource that is there has to match; one that is not there does not restrict.",
        "The policy is attached to the one resource that it is about.",
    ),
    Choice(
        "lone-statement",
        "Statement is a list; Alibaba Cloud's own tooling also takes a single object.",
        "A single object is a list of one.",
        "It has only one meaning.",
    ),
    Choice(
        "unknown-elements",
        "What the service does with elements outside the grammar is not documented.",
        "At the top of the document they are passed over; in a statement they are an error.",
        "An element of a statement that is misspelt may be the restriction that mattered.",
    ),
    Choice(
        "policy-variables",
        "No page mentions variables such as ${acs:username}.",
        "They are text like any other.",
        "Guessing a value would decide on a request that nobody made.",
    ),
    # Conditions
    Choice(
        "condition-key-case",
        "The documents spell one key both acs:PrincipalARN and acs:PrincipalArn.",
        "Condition keys are compared without regard to case, tag keys included.",
        "Both spellings occur in policies in use.",
    ),
    Choice(
        "several-values",
        "Several values in a policy are alternatives; what several values in a request mean is not documented.",
        "A positive operator is met when any value of the request matches any that is listed, a negated one when none "
        "does.",
        "Negated operators stay the opposite of positive ones, as the documented samples rely on.",
    ),
    Choice(
        "set-operators",
        "ForAnyValue is in no list of operators but in a system policy, ForAllValues in an official Terraform module.",
        "ForAnyValue is met when at least one value of the request satisfies the operator, ForAllValues when every one "
        "does; without the key, ForAnyValue is not met and ForAllValues is.",
        "It is what the words say.",
    ),
    Choice(
        "address-border",
        "IpAddressIncludeBorder is in a table of OSS without explanation, its negation only in a client library.",
        "They do what IpAddress and NotIpAddress do, which include both ends of a block.",
        "A block without its ends would be no block.",
    ),
    Choice(
        "address-wildcard",
        "OSS and VOD say that acs:SourceIp supports the asterisk, and no more.",
        "A lone asterisk is every address; 10.1.* is every IPv4 address that begins so.",
        "Other positions would not make one block of addresses.",
    ),
    Choice(
        "host-bits",
        "The pages of 2021 want a lone value to be an address; newer samples have a lone block, some with host bits.",
        "A block may stand anywhere an address may, and bits behind the prefix do not matter.",
        "Policies in use have both.",
    ),
    Choice(
        "mapped-ipv4",
        "Nothing is said of IPv4 addresses in IPv6 form.",
        "::ffff:203.0.113.9 is 203.0.113.9, on both sides.",
        "It is the same client, seen through a socket that speaks both.",
    ),
    Choice(
        "date-without-zone",
        "Dates are ISO 8601; all samples end in Z.",
        "A date without a zone is taken as UTC.",
        "It is the zone of every sample.",
    ),
    Choice(
        "boolean-case",
        'Booleans are "true" and "false".',
        "They are taken in any case.",
        "There is nothing else that they could mean.",
    ),
    Choice(
        "unfit-context-value",
        "What happens when a request's value is not of the operator's type is not documented.",
        "It is an error, whether or not the condition would have been looked at.",
        "A value that is passed over as no match would hide the slip, in a Deny as well.",
    ),
    # Principals
    Choice(
        "account-principal",
        "acs:ram::<account>:root trusts the account; whether that is each of its users and roles follows from samples.",
        "It matches the root user, every user, every role and every session of a role of that account.",
        "The page on roles for a trusted account says that its users and roles may then assume the role.",
    ),
    Choice(
        "principal-wildcards",
        'Wildcards are documented for strings in general; of principals only a lone "*" is shown.',
        "Principals are patterns like resources.",
        "An account id that is partly masked with asterisks is then at least not passed over.",
    ),
    Choice(
        "role-session",
        "A trust policy names roles; a request comes from a session of a role.",
        "acs:ram::<account>:assumed-role/<role>/<session> also matches where its role is named.",
        "A role cannot act but in a session.",
    ),
    Choice(
        "untyped-principal",
        "Bucket policies list UIDs and arn:sts::… without a type.",
        "Such an entry is compared with the principal's text, and for a root user with the account id.",
        "The UID of a user cannot be told from its ARN: ask with the UID.",
    ),
    Choice(
        "principal-type-case",
        "The types are RAM, Service and Federated; policies in use have other cases.",
        "They are taken in any case.",
        "There is nothing else that they could mean.",
    ),
    Choice(
        "anonymous-principal",
        'Bucket policies may allow anonymous access with the principal "*".',
        'A request without a principal matches only an untyped "*".',
        "RAM, Service and Federated all speak of somebody who has signed in.",
    ),
    # Layers
    Choice(
        "control-policy-levels",
        "Control policies are inherited down the resource directory.",
        "All that are given form one list, of which one has to allow.",
        "The levels of a directory are not part of a request.",
    ),
    Choice(
        "resource-group-policies",
        "Where identity policies of the account neither allow nor deny, those granted on a resource group are asked.",
        "All identity policies that are given count as the account's.",
        "ICE does not support grants on resource groups.",
    ),
    Choice(
        "root-user",
        "A root user needs no policy, and control policies do not bind the root user of a member.",
        "Identity and control policies do not count for acs:ram::<account>:root; a Deny of the resource's policy does. "
        "The resource is taken to be of the same account.",
        "Whose a resource is cannot always be told from its ARN.",
    ),
    Choice(
        "service-principal",
        "To assume a role, the caller's identity policies and the trust policy must both allow; with role SSO only the "
        "trust policy counts.",
        "Only the trust policy counts for a cloud service, too.",
        "A service has no identity policies in the account.",
    ),
)
