"""The error codes the emulator answers with, and the one list of what it had to choose for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["CHOICES", "CODES", "Choice", "Code", "GatewayError"]

_GATEWAY = "https://developer.aliyun.com/ask/278265"
_PARAMETERS = "https://help.aliyun.com/document_detail/435312.html"
_DNS = "https://help.aliyun.com/en/dns/error-code"
_STS = "https://help.aliyun.com/document_detail/53438.html"
_ICE = "dew-serverless/acs-metadata@b3c749cc:en_us/ice/2020-11-09/api-docs.json"


class Code(NamedTuple):
    """An error code and the HTTP status that goes with it.

    Attributes:
        status: The HTTP status of the answer.
        source: Where the code is documented or was seen; empty where the emulator made it up.
    """

    status: int
    source: str


CODES: Mapping[str, Code] = {
    "AvatarNotFound": Code(404, ""),
    "IncompleteSignature": Code(400, _GATEWAY),
    "InternalError": Code(500, _DNS),
    "InvalidAccessKeyId.Inactive": Code(400, _GATEWAY),
    "InvalidAccessKeyId.NotFound": Code(404, "https://help.aliyun.com/en/polardb/client-error-codes"),
    "InvalidApi.NotFound": Code(404, _GATEWAY),
    "InvalidParameter": Code(400, _ICE),
    "InvalidProduct.NotFound": Code(404, "http://help-w.com/finance/1578857855_zh.html"),
    "InvalidSecurityToken.Expired": Code(400, _STS),
    "InvalidSecurityToken.Malformed": Code(400, _STS),
    "InvalidSecurityToken.MismatchWithAccessKey": Code(400, _STS),
    "InvalidSignatureMethod": Code(400, _GATEWAY),
    "InvalidTimeStamp.Expired": Code(400, _GATEWAY),
    "InvalidTimeStamp.Format": Code(400, _GATEWAY),
    "MissingParameter": Code(400, _PARAMETERS),
    "MissingSecurityToken": Code(400, "https://github.com/denverdino/aliyungo/issues/204"),
    "NoPermission": Code(
        403, "https://alibabacloud.com/help/en/ram/support/how-to-troubleshoot-an-access-denied-error"
    ),
    "ServiceUnavailable": Code(503, _DNS),
    "SignatureDoesNotMatch": Code(400, _GATEWAY),
    "SignatureNonceUsed": Code(400, _GATEWAY),
    "Throttling.User": Code(400, _DNS),
    "UnsupportedHTTPMethod": Code(400, _GATEWAY),
}


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


#: Under the error code where every answer with that code rests on the choice, otherwise under a name of its own.
CHOICES: Mapping[str, Choice] = {
    "AvatarNotFound": Choice(
        "code",
        "a missing avatar is answered with 404 AvatarNotFound, after the pattern of the service's other codes",
        "the service documents none",
    ),
    "InvalidAccessKeyId.NotFound": Choice(
        "status", "an unknown access key is answered with 404", "the documentation gives both 404 and 400"
    ),
    "InvalidSecurityToken.Expired": Choice(
        "status", "an expired token is answered with 400", "the service documents none"
    ),
    "InvalidSecurityToken.Malformed": Choice(
        "status", "a token the emulator has never issued is answered with 400", "the service documents none"
    ),
    "InvalidSecurityToken.MismatchWithAccessKey": Choice(
        "status", "a token of another access key is answered with 400", "the service documents none"
    ),
    "MissingSecurityToken": Choice(
        "status", "a missing token is answered with 400", "the service documents none, 400 was seen in the field"
    ),
    "NoPermission": Choice(
        "code",
        "a refusal by RAM is answered with 403 NoPermission and AccessDeniedDetail",
        "NoPermission, Forbidden.RAM and NotAuthorized are all seen, and none is documented for ICE",
    ),
    "SignatureDoesNotMatch": Choice(
        "status", "a wrong signature is answered with 400", "the documentation gives both 400 and 403"
    ),
    "anonymous": Choice(
        "code",
        "a call without the Authorization header is answered with 400 IncompleteSignature",
        "the service documents none for this case",
    ),
    "content-hash": Choice(
        "code",
        "a body that x-acs-content-sha256 does not fit is answered with 400 SignatureDoesNotMatch",
        "the service documents none for this case",
    ),
    "empty-id": Choice(
        "code",
        "an empty AvatarId is answered like a missing one, with 400 MissingParameter",
        "the service documents none for this case",
    ),
    "headers": Choice(
        "code",
        "a protocol header that is sent twice, or not signed, is answered with 400 IncompleteSignature",
        "the service documents none for this case",
    ),
    "parameters": Choice(
        "code",
        "a parameter given twice, and more than 1,000 of them, are answered with 400 InvalidParameter",
        "the service documents none for this case",
    ),
    "list-order": Choice(
        "order", "lists keep the order of the seed file, later additions last", "the service documents none"
    ),
    "page-beyond": Choice(
        "answer", "a page beyond the last is an empty list with the full TotalCount", "the service documents none"
    ),
    "system-avatars": Choice(
        "answer", "GetAvatar does not find system avatars", "the documentation speaks of trained avatars only"
    ),
    "throttling": Choice(
        "answer",
        "the fault throttle_per_second fills one bucket an access key, which holds one second's worth of calls",
        "the service documents no limit and no algorithm",
    ),
}


class GatewayError(Exception):
    """An error as the gateway answers it.

    Attributes:
        code: The error code, such as `AvatarNotFound`.
        message: What happened, with a note where the answer rests on a choice of the emulator's.
        status: The HTTP status.
        access_denied_detail: The answer's `AccessDeniedDetail`; None for none.
        retry_after_ms: The answer's `x-acs-retry-after` header in milliseconds; None for none.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        choice: str | None = None,
        access_denied_detail: Mapping[str, str] | None = None,
        retry_after_ms: int | None = None,
    ) -> None:
        """Make an error.

        Args:
            code: The error code.
            message: What happened, as a sentence.
            status: The HTTP status; by default the one `CODES` has for the code, or 400.
            choice: The entry of `CHOICES` this answer rests on, if it is not the one named like the code.
            access_denied_detail: What to answer as `AccessDeniedDetail`.
            retry_after_ms: What to answer as `x-acs-retry-after`, in milliseconds.
        """
        chosen = CHOICES.get(choice or code)
        note = f" ({chosen.part} chosen by the emulator: {chosen.known})" if chosen else ""
        super().__init__(f"{code}: {message}{note}")
        self.code = code
        self.message = f"{message}{note}"
        self.status = status if status is not None else CODES.get(code, Code(400, "")).status
        self.access_denied_detail = access_denied_detail
        self.retry_after_ms = retry_after_ms
