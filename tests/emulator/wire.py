"""A client written from the protocol's description alone, able to send what no SDK would."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

KEY, SECRET = "emulator-key-id", "emulator-key-secret"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["Code"]


def moment(offset: timedelta = timedelta()) -> str:
    return (datetime.now(timezone.utc) + offset).strftime("%Y-%m-%dT%H:%M:%SZ")


def signed_headers(
    endpoint: str,
    parameters: dict[str, str],
    *,
    key: str = KEY,
    secret: str = SECRET,
    method: str = "POST",
    body: bytes = b"",
    **changes: str | None,
) -> dict[str, str]:
    """The headers of a good request; `changes` are headers (`_` for `-`), None leaves one out, before signing."""
    headers: dict[str, str | None] = {
        "accept": "application/json",
        "host": urlsplit(endpoint).netloc,
        "user-agent": "wire",
        "x-acs-action": "GetAvatar",
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": moment(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": "2020-11-09",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    sent = {name: value for name, value in sorted(headers.items()) if value is not None}
    query = "&".join(f"{name}={quote(parameters[name], safe='~')}" for name in sorted(parameters))
    lines = "".join(f"{name}:{value}\n" for name, value in sent.items())
    canonical = f"{method}\n/\n{query}\n{lines}\n{';'.join(sent)}\n{hashlib.sha256(body).hexdigest()}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    sent["Authorization"] = f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(sent)},Signature={signature}"
    return sent


def send(
    endpoint: str,
    headers: dict[str, str] | list[tuple[str, str]],
    target: str = "/",
    *,
    method: str = "POST",
    body: bytes = b"",
) -> Reply:
    """Send exactly these headers; as a list they may repeat."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items() if isinstance(headers, dict) else headers:
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def call(
    endpoint: str, parameters: dict[str, str] | None = None, *, method: str = "POST", body: bytes = b"", **options: Any
) -> Reply:
    """Send one signed request; `options` go to `signed_headers`."""
    parameters = {"AvatarId": "Avatar-XXXX"} if parameters is None else parameters
    headers = signed_headers(endpoint, parameters, method=method, body=body, **options)
    return send(endpoint, headers, f"/?{urlencode(parameters)}", method=method, body=body)


def control(endpoint: str, method: str, path: str, content: Any = None) -> Reply:
    """Send a request for control; `content` is bytes, or what becomes JSON."""
    body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
    return send(endpoint, {"Host": urlsplit(endpoint).netloc}, f"/_emulator/{path}", method=method, body=body)
