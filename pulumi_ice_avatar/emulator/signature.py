"""The request signature ACS3-HMAC-SHA256, as the service's gateway checks it.

The algorithm: https://help.aliyun.com/document_detail/159972.htm, and what alibabacloud-tea-openapi 0.4.6 sends.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote

from pulumi_ice_avatar.emulator.clock import seconds
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.state import AccessKey

__all__ = ["Authorization", "Verifier", "canonical_query", "canonical_request", "sign", "string_to_sign"]

ALGORITHM = "ACS3-HMAC-SHA256"

#: How far the time of a request may be from the gateway's, in seconds.
WINDOW = 15 * 60

_SHAPE = re.compile(r"Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-fA-F]+)")

#: Of the headers that have to be signed, those that also have to be sent.
_MANDATORY = frozenset({"host", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"})


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """The query string as it is signed: sorted, and encoded anew by RFC 3986.

    The encoding of the URL does not matter: clients write a space as `+` there and sign `%20`. Names stay as they are,
    because the SDK signs them so; no served operation has a parameter whose name encoding would change.

    Args:
        pairs: Decoded names and values.
    """
    return "&".join(f"{name}={quote(value, safe='~')}" for name, value in sorted(pairs))


def canonical_request(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, Sequence[str]],
    signed: Iterable[str],
    body_hash: str,
) -> str:
    """The request in the one form both sides sign.

    Args:
        method: The HTTP method.
        path: The path, encoded as sent.
        query: The canonical query.
        headers: The values of each header by lower-case name.
        signed: The lower-case names of the headers that are signed.
        body_hash: The SHA-256 of the body, in hexadecimal digits.
    """
    names = sorted(signed)
    lines = "".join(f"{name}:{','.join(sorted(value.strip() for value in headers[name]))}\n" for name in names)
    return f"{method}\n{path}\n{query}\n{lines}\n{';'.join(names)}\n{body_hash}"


def string_to_sign(request: str) -> str:
    """The string that is signed for a canonical request."""
    return f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"


def sign(secret: str, text: str) -> str:
    """The signature of a string to sign, in lower-case hexadecimal digits."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Authorization:
    """A parsed Authorization header; its repr hides the signature."""

    access_key_id: str
    signed_headers: frozenset[str]
    signature: str = field(repr=False)

    @classmethod
    def parse(cls, values: Sequence[str]) -> Authorization:
        """Read the values of all Authorization headers of a request.

        Raises:
            GatewayError: There is none, more than one, or it is not of this algorithm's form.
        """
        if not values:
            raise GatewayError("IncompleteSignature", "The Authorization header is missing.", choice="anonymous")
        if len(values) > 1:
            raise GatewayError(
                "IncompleteSignature", "The Authorization header is sent more than once.", choice="headers"
            )
        algorithm, _, rest = values[0].strip().partition(" ")
        if algorithm != ALGORITHM:
            # Only the names of Alibaba Cloud's own algorithms are safe to repeat: a credential may stand here.
            named = f"{algorithm} " if re.fullmatch(r"ACS3-[A-Z0-9-]{1,30}", algorithm) else ""
            raise GatewayError(
                "InvalidSignatureMethod", f"The signature method {named}is not supported; use {ALGORITHM}."
            )
        shape = _SHAPE.fullmatch(rest.strip())
        if not shape:
            raise GatewayError(
                "IncompleteSignature",
                "The Authorization header has to read "
                f"{ALGORITHM} Credential=AccessKeyId,SignedHeaders=name;name,Signature=hexadecimal digits.",
            )
        access_key_id, signed, signature = shape.groups()
        return cls(access_key_id, frozenset(signed.split(";")), signature)


class Verifier:
    """Says whose request this is, and remembers the nonces of the window against replays."""

    def __init__(self, access_keys: Mapping[str, AccessKey]) -> None:
        self._keys = access_keys
        self._nonces: OrderedDict[tuple[str, str], float] = OrderedDict()

    def verify(
        self,
        authorization: Authorization,
        *,
        method: str,
        path: str,
        pairs: Sequence[tuple[str, str]],
        headers: Mapping[str, Sequence[str]],
        body: bytes,
    ) -> AccessKey:
        """The access key a request is signed with.

        Args:
            authorization: The request's Authorization.
            method: The HTTP method.
            path: The path, encoded as sent.
            pairs: Decoded names and values of the query string.
            headers: The values of each header by lower-case name.
            body: The body as sent.

        Raises:
            GatewayError: The request is not to be trusted.
        """
        _check_headers(headers, authorization.signed_headers)
        key = self._key(authorization.access_key_id, headers.get("x-acs-security-token", [None])[0])
        now = time.time()
        signed_at = _signed_at(headers["x-acs-date"][0], now)
        body_hash = hashlib.sha256(body).hexdigest()
        if headers["x-acs-content-sha256"][0].strip().lower() != body_hash:
            raise GatewayError(
                "SignatureDoesNotMatch",
                "The header x-acs-content-sha256 is not the SHA-256 of the body that arrived.",
                choice="content-hash",
            )
        text = string_to_sign(
            canonical_request(method, path, canonical_query(pairs), headers, authorization.signed_headers, body_hash)
        )
        if not hmac.compare_digest(sign(key.secret, text), authorization.signature.lower()):
            raise GatewayError(
                "SignatureDoesNotMatch",
                "The signature is not the one the gateway calculates with the secret of this access key; "
                f"the gateway's string to sign has {len(text)} characters.",
            )
        self._spend((key.id, headers["x-acs-signature-nonce"][0]), signed_at, now)
        return key

    def _key(self, access_key_id: str, token: str | None) -> AccessKey:
        key = self._keys.get(access_key_id)
        if key is None:
            raise GatewayError("InvalidAccessKeyId.NotFound", "The specified access key does not exist.")
        if not key.active:
            raise GatewayError("InvalidAccessKeyId.Inactive", "The specified access key is disabled.")
        if token is None:
            if key.security_token is not None:
                raise GatewayError(
                    "MissingSecurityToken",
                    "This access key is temporary: the header x-acs-security-token is mandatory.",
                )
            return key
        if key.security_token is None or not _same(token, key.security_token):
            if any(_same(token, other.security_token) for other in self._keys.values()):
                raise GatewayError(
                    "InvalidSecurityToken.MismatchWithAccessKey", "The security token belongs to another access key."
                )
            raise GatewayError("InvalidSecurityToken.Malformed", "The security token is not one that was issued.")
        if key.expiration is not None and key.expiration <= time.time():
            raise GatewayError("InvalidSecurityToken.Expired", "The security token has expired.")
        return key

    def _spend(self, nonce: tuple[str, str], signed_at: float, now: float) -> None:
        """Refuse a nonce that was used before; forget those whose requests are refused for their time anyway."""
        while self._nonces and next(iter(self._nonces.values())) < now:
            self._nonces.popitem(last=False)
        if nonce in self._nonces:
            raise GatewayError("SignatureNonceUsed", "The nonce of this signature was used before.")
        self._nonces[nonce] = signed_at + WINDOW


def _same(token: str, issued: str | None) -> bool:
    return issued is not None and hmac.compare_digest(token.encode(), issued.encode())


def _check_headers(headers: Mapping[str, Sequence[str]], signed: Collection[str]) -> None:
    protocol = {name for name in headers if name.startswith("x-acs-") or name == "host"}
    twice = sorted(name for name in protocol if len(headers[name]) > 1)
    if twice:
        raise GatewayError("IncompleteSignature", f"Headers sent more than once: {', '.join(twice)}.", choice="headers")
    missing = sorted(_MANDATORY - protocol)
    if missing:
        raise GatewayError("MissingParameter", f"Headers that are mandatory: {', '.join(missing)}.")
    unsigned = sorted(protocol.difference(signed))
    if unsigned:
        raise GatewayError(
            "IncompleteSignature", f"Headers that are not signed: {', '.join(unsigned)}.", choice="headers"
        )
    absent = sum(name not in headers for name in signed)
    if absent:
        raise GatewayError("IncompleteSignature", f"{absent} of the signed headers are not sent.", choice="headers")


@lru_cache(maxsize=64)
def _epoch(text: str) -> float:
    return seconds(text)


def _signed_at(text: str, now: float) -> float:
    try:
        signed_at = _epoch(text)
    except ValueError:
        raise GatewayError(
            "InvalidTimeStamp.Format", "The header x-acs-date has to be a UTC time such as 2026-01-01T00:00:00Z."
        ) from None
    if abs(signed_at - now) > WINDOW:
        raise GatewayError(
            "InvalidTimeStamp.Expired",
            f"The header x-acs-date is {abs(signed_at - now):.0f} seconds from the gateway's time, "
            f"and may be at most {WINDOW}.",
        )
    return signed_at
