"""What goes wrong on the way to the service, as errors of this package; one line each, with the way out.

Sources: the error codes of the gateway and of ICE as its metadata and documentation list them; which exceptions the SDK
raises for what was read in `alibabacloud-tea-openapi` 0.4.6 and `darabonba-core` 1.0.9.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import urlsplit

from pulumi_ice_avatar.errors import (
    AuthenticationError,
    AvatarNotFoundError,
    CredentialsError,
    IceAvatarError,
    PermissionDeniedError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
    UnexpectedAnswerError,
)
from pulumi_ice_avatar.settings import REGIONS, Settings

__all__ = ["failure", "no_credentials", "out_of_time", "unexpected"]

_HOW_TO_SIGN_IN = (
    "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, configure a profile with `aliyun configure`, "
    "or set alicloud:accessKey and alicloud:secretKey in the stack"
)
_SLOWER = "lower the concurrency setting, raise the timeout setting, or try again later"
_AUTHENTICATION = (
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken",
    "MissingSecurityToken", "InvalidTimeStamp", "SignatureNonceUsed", "InvalidSignature",
)  # fmt: skip
_DENIED = ("Forbidden", "Forbidden.RAM", "NotAuthorized", "NoPermission")
_UNSERVED = ("InvalidApi", "InvalidAction", "InvalidProduct", "InvalidVersion")


def failure(error: Any, settings: Settings, permission: str, subject: str) -> IceAvatarError:
    """What an exception of the SDK means.

    Decided by code, because the exception's class and the HTTP status vary between gateways.

    Args:
        error: A `TeaException`, the base of all that the SDK raises for a call.
        settings: The settings of the call.
        permission: What RAM has to allow for the call, such as `ice:GetAvatar`.
        subject: What was asked for, to begin the message with.
    """
    inner = getattr(error, "inner_exception", None)
    if inner is not None:
        return _no_answer(inner, settings, subject)
    data = error.data if isinstance(error.data, dict) else {}
    code = _text(data.get("Code") or data.get("code")) or _text(error.code) or ""
    status = getattr(error, "status_code", None) or 0
    request_id = _text(data.get("RequestId") or data.get("requestId"))
    said = _shown(_text(data.get("Message") or data.get("message")) or "no message")[:500] + traces(code, request_id)
    facts: dict[str, Any] = {"code": code or None, "request_id": request_id, "status": status or None}
    endpoint = settings.endpoint
    if code == "InvalidCredentials":
        return CredentialsError(f"no credentials; {_HOW_TO_SIGN_IN}")
    if code.startswith(_UNSERVED):
        return ServiceError(f"{endpoint} does not serve {permission}: {said}; check the endpoint setting", **facts)
    if code.startswith(_AUTHENTICATION):
        return AuthenticationError(f"{endpoint} does not accept the credentials: {said}; {_remedy(code)}", **facts)
    if code in _DENIED:
        return PermissionDeniedError(
            f"{subject}: RAM refuses {permission}: {said}; the caller needs a policy that allows `{permission}` on "
            f"Resource `*`: `ice-avatar templates show {_template(permission)}`",
            **facts,
        )
    if "Throttling" in code or "FlowControl" in code:
        return ThrottledError(f"{subject}: throttled by {endpoint}: {said}; {_SLOWER}", **facts)
    if status >= 500 or code.startswith(("ServiceUnavailable", "ServiceUnAvailable", "InternalError")):
        return ServiceUnavailableError(
            f"{subject}: {endpoint} failed with HTTP {status}: {said}; try again later", **facts
        )
    if permission.startswith("ice:") and code and (status == 404 or "NotFound" in code or "NotExist" in code):
        return AvatarNotFoundError(
            f"{subject} not found at {endpoint}: {said}; check the id and the region, and that its training succeeded",
            **facts,
        )
    return ServiceError(f"{subject}: {endpoint} refused with HTTP {status}: {said}", **facts)


def unexpected(came: object, what: str, settings: Settings, action: str) -> UnexpectedAnswerError:
    """An answer with HTTP 200 that is not what the operation documents; the message shows what came."""
    code, request_id = None, None
    if isinstance(came, dict):
        code, request_id = _text(came.get("Code")), _text(came.get("RequestId"))
        came = json.dumps(came, ensure_ascii=False)
    text = _shown(str(came))
    shown = text if len(text) <= 300 else f"{text[:300]}… ({len(text):,} characters)"
    return UnexpectedAnswerError(
        f"{action} at {settings.endpoint} gave an answer it does not document ({what}): "
        f"{shown or 'nothing'}{traces(code, request_id)}",
        code=code,
        request_id=request_id,
        status=200,
    )


def no_credentials(error: Exception, settings: Settings) -> CredentialsError:
    """None of the places that may hold credentials has any that work."""
    reason = _shown(str(getattr(error, "message", None) or error))[:800]
    if settings.profile and not settings.access_key:
        return CredentialsError(
            f"profile {settings.profile!r} gives no credentials: {reason}; it is looked for in ~/.aliyun/config.json, "
            "then in ~/.alibabacloud/credentials.ini"
        )
    return CredentialsError(f"no credentials: {reason}; {_HOW_TO_SIGN_IN}")


def out_of_time(settings: Settings, subject: str, refusal: ThrottledError | None) -> ThrottledError:
    """The common pace left a call no slot before its deadline; `refusal` is the last one that another call met with."""
    code, request_id = (refusal.code, refusal.request_id) if refusal else (None, None)
    return ThrottledError(
        f"{subject}: throttled by {settings.endpoint} until its deadline of {settings.timeout:g} s"
        f"{traces(code, request_id)}; {_SLOWER}",
        code=code,
        request_id=request_id,
    )


def traces(code: str | None, request_id: str | None) -> str:
    """What a support ticket needs, where the service gave it."""
    found = [f"code {code}"] if code else []
    found += [f"request id {request_id}"] if request_id else []
    return f" ({', '.join(found)})" if found else ""


def _no_answer(inner: Exception, settings: Settings, subject: str) -> IceAvatarError:
    """The SDK got no answer that it could read."""
    if type(inner).__name__ == "CredentialException" or type(inner).__module__.startswith("Tea."):
        return no_credentials(inner, settings)  # they were there, and could not be renewed
    text = _shown(str(getattr(inner, "message", inner)))
    if type(inner).__name__ != "RetryError":
        # The SDK itself parses only the bodies of errors, and gives up on those that are not the gateway's JSON.
        page = re.search(r'Value: "(.*)"', text)
        return ServiceUnavailableError(
            f"{subject}: {settings.endpoint} failed with an error page that is not the gateway's: "
            f"{(page[1] if page else text)[:300] or 'nothing'}; check the endpoint, and what stands in front of it"
        )
    proxy = _proxy(settings.protocol)
    way = f" through the proxy {proxy[1]} of {proxy[0]} (the SDK heeds no NO_PROXY)" if proxy else ""
    where = f"{settings.protocol}://{settings.endpoint}{way}"
    reason = _reason(text)
    if "CERTIFICATE_VERIFY_FAILED" in text or "SSLError" in text:
        plain = "; for a service without TLS the endpoint has to begin with http://" if "WRONG_VERSION" in text else ""
        return ServiceError(f"{subject}: no secure connection to {where}: {reason}{plain}")
    if "timed out" in text:
        return ServiceUnavailableError(
            f"{subject}: no answer in time from {where}: {reason}; raise the timeout settings, or try again later"
        )
    if settings.region and settings.region not in REGIONS:
        hint = f"region {settings.region!r} is not among the documented {', '.join(REGIONS)}"
    else:
        hint = "check the endpoint and the network"
    return ServiceUnavailableError(f"{subject}: cannot reach {where}: {reason}; {hint}")


def _reason(text: str) -> str:
    """What urllib3 says at the innermost of the exceptions that it wraps into one another."""
    found = re.findall(
        r"\[Errno -?\d+\] ([^()'\"]+)|Error\(\d+, '([^']+)'|((?:Read )?timed out\. \([a-z ]+=[\d.]+\))|Read\(([^)]+)\)",
        text,
    )
    return next(filter(None, found[-1])) if found else text[:300]


def _template(permission: str) -> str:
    """The bundled policy that grants a permission."""
    if permission.startswith("ram:"):
        return "policy-deployer"
    return "get-avatar" if permission == "ice:GetAvatar" else "avatar-reader"


def _remedy(code: str) -> str:
    if code.startswith("InvalidTimeStamp"):
        return "set this machine's clock"
    if "SecurityToken" in code:
        return "renew the security token"
    return "check the AccessKey secret" if code == "SignatureDoesNotMatch" else "check the AccessKey"


def _text(value: object) -> str | None:
    """A text of the service, fit for a line; the SDK writes the word None where there was none."""
    return _shown(value) if isinstance(value, str) and value not in ("", "None") else None


def _shown(text: str) -> str:
    """A text of others on one line, without what may be in it of secrets: in proxies' URLs, in credentials' JSON."""
    text = re.sub(r"//[^/@\s'\"]*@", "//", text)
    text = re.sub(r"(?i)((?:secret|token)\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\"'\s,&}\\]+", r"\1(hidden)", text)
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _proxy(protocol: str) -> tuple[str, str] | None:
    """The variable and the proxy that the SDK sends requests of this protocol through."""
    for name in (f"{protocol.upper()}_PROXY", f"{protocol}_proxy"):
        if os.environ.get(name):
            return name, urlsplit(os.environ[name]).netloc.rpartition("@")[2] or "(unreadable)"
    return None
