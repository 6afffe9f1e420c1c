"""What the emulator had to choose for itself, because the service does not document it: the one list of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["CHOICES", "Choice"]


class Choice(NamedTuple):
    """Something the service does not document, and what the emulator does instead of guessing silently.

    Attributes:
        part: Which part of the answer was chosen.
        does: What the emulator does.
        known: What is known of the service.
    """

    part: str
    does: str
    known: str


_UNDOCUMENTED = "the service documents none"
_NO_CASE = "the service documents none for this case"

#: Under the error code where every answer with that code rests on the choice, otherwise under a name of its own.
CHOICES: Mapping[str, Choice] = {
    # The gateway
    "InvalidAccessKeyId.NotFound": Choice(
        "status", "an unknown access key is answered with 404", "the documentation gives both 404 and 400"
    ),
    "InvalidSecurityToken.Expired": Choice("status", "an expired token is answered with 400", _UNDOCUMENTED),
    "InvalidSecurityToken.Malformed": Choice(
        "status", "a token the emulator has never issued is answered with 400", _UNDOCUMENTED
    ),
    "InvalidSecurityToken.MismatchWithAccessKey": Choice(
        "status", "a token of another access key is answered with 400", _UNDOCUMENTED
    ),
    "MissingSecurityToken": Choice(
        "status", "a missing token is answered with 400", "the service documents none, 400 was seen in the field"
    ),
    "SignatureDoesNotMatch": Choice(
        "status", "a wrong signature is answered with 400", "the documentation gives both 400 and 403"
    ),
    "anonymous": Choice(
        "code", "a call without the Authorization header is answered with 400 IncompleteSignature", _NO_CASE
    ),
    "content-hash": Choice(
        "code", "a body that x-acs-content-sha256 does not fit is answered with 400 SignatureDoesNotMatch", _NO_CASE
    ),
    "empty-parameter": Choice(
        "code", "an empty mandatory parameter is answered like a missing one, with 400 MissingParameter", _NO_CASE
    ),
    "headers": Choice(
        "code",
        "a protocol header that is sent twice, or not signed, is answered with 400 IncompleteSignature",
        _NO_CASE,
    ),
    "parameters": Choice(
        "code",
        "a parameter given twice, and more than 1,000 of them, are answered with 400 InvalidParameter",
        _NO_CASE,
    ),
    "throttling": Choice(
        "answer",
        "the fault throttle_per_second fills one bucket an access key, which holds one second's worth of calls",
        "the service documents no limit and no algorithm",
    ),
    # Who may do what
    "ice-denial": Choice(
        "code",
        "a refusal of an ICE call by RAM is answered with 403 NoPermission and AccessDeniedDetail",
        "NoPermission, Forbidden.RAM and NotAuthorized are all seen, and none is documented for ICE",
    ),
    "undecidable": Choice(
        "answer",
        "where a policy compares something as a type that it does not have, the call is refused with 403 NoPermission",
        _NO_CASE,
    ),
    "context": Choice(
        "answer",
        "a call carries acs:SourceIp, acs:SecureTransport and acs:CurrentTime, and no other condition key",
        "there is no complete list of the keys that a call carries",
    ),
    "ram-resources": Choice(
        "answer",
        "a RAM resource has an empty region, which a policy's * matches too; tags are checked on each resource named, "
        "ListPoliciesFor… on the user, group or role, UpdatePolicyDescription on the policy",
        "the documented form has * for the region, and these operations are not in its list",
    ),
    "deleted-roles": Choice(
        "answer", "the sessions of a role end when it is deleted: their access keys are unknown then", _NO_CASE
    ),
    "credentials-uri": Choice(
        "answer",
        "who asks for a role's credentials is whom the URL names, by default the service ecs.aliyuncs.com",
        "the service has no such URL; the SDK reads one that the operator provides",
    ),
    # ICE
    "AvatarNotFound": Choice(
        "code",
        "a missing avatar is answered with 404 AvatarNotFound, after the pattern of the service's other codes",
        _UNDOCUMENTED,
    ),
    "list-order": Choice("order", "lists keep the order of the seed file, later additions last", _UNDOCUMENTED),
    "page-beyond": Choice("answer", "a page beyond the last is an empty list with the full TotalCount", _UNDOCUMENTED),
    "system-avatars": Choice(
        "answer", "GetAvatar does not find system avatars", "the documentation speaks of trained avatars only"
    ),
    # RAM
    "document-grammar": Choice(
        "answer",
        "MalformedPolicyDocument is what the published schema refuses and what the evaluator cannot decide on; "
        "action names, resource names and condition keys are not checked",
        "only some refusals are known, and that names are not checked",
    ),
    "document-length": Choice(
        "answer",
        "6,144 characters of a policy document are allowed, blanks counted",
        "CreatePolicy's page says characters, CreatePolicyVersion's bytes, and neither says whether blanks count",
    ),
    "document-text": Choice(
        "answer", "documents come back as they were sent, to the character", "nothing is said of it"
    ),
    "empty-description": Choice(
        "answer",
        "an empty NewDescription removes the description",
        "descriptions are documented to have 1 to 1,024 characters, and no way to remove one is",
    ),
    "names": Choice(
        "answer",
        "names of users, groups and roles have letters, digits, `.`, `@`, `-` and `_`",
        "pages of different years allow different ones of these",
    ),
    "ram-parameters": Choice(
        "code",
        "a parameter of RAM without an error code of its own is answered with 400 InvalidParameter",
        _NO_CASE,
    ),
    "policy-of-a-role": Choice(
        "code",
        "deleting a policy that is attached to a role is answered with 409 DeleteConflict.Role.Policy",
        "the Terraform provider waits on that code; DeleteConflict.Policy.Role is not documented",
    ),
    "system-policies": Choice(
        "answer",
        "the system policies are those whose documents are known here in full and have no conditions",
        "there are some hundreds more, among them AdministratorAccess",
    ),
    "version-numbers": Choice("answer", "the number of a deleted version is not used again", _UNDOCUMENTED),
}
