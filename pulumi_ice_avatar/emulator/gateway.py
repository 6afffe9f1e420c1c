"""The gateway in front of the products: reads a request, trusts it or not, lets the operation answer.

It knows nothing of sockets; `transport` brings it requests and sends what it returns.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import parse_qsl

from pulumi_ice_avatar.emulator import clock
from pulumi_ice_avatar.emulator.authorisation import authorise, denial
from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.faults import DISTORTIONS, Effects, Faults, Throttle
from pulumi_ice_avatar.emulator.ice import ICE
from pulumi_ice_avatar.emulator.operation import Call, Operation, Product
from pulumi_ice_avatar.emulator.ram import RAM
from pulumi_ice_avatar.emulator.signature import Authorization, Verifier
from pulumi_ice_avatar.emulator.state import AccessKey, State
from pulumi_ice_avatar.errors import ConfigurationError

__all__ = ["Answer", "Gateway", "Incoming", "Record"]

PRODUCTS: Sequence[Product] = (ICE, RAM)

#: The oldest records go first; a server left running must not grow.
_RECORDS_KEPT = 10_000

#: Where older ways of signing put what must not be recorded.
_SECRET_PARAMETERS = frozenset({"Signature", "SecurityToken", "BearerToken"})

_JSON: Mapping[str, str] = {"Content-Type": "application/json;charset=utf-8"}
_HTML = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"

_log = logging.getLogger("pulumi_ice_avatar.emulator")


@dataclass(frozen=True)
class Incoming:
    """A request as it arrived; its repr hides headers and body.

    Attributes:
        method: The HTTP method.
        path: The path, encoded as sent.
        query: The query string, encoded as sent.
        headers: The values of each header, by lower-case name.
        body: The body as sent.
        peer: The client's address.
        secure: Whether it came over TLS.
    """

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, Sequence[str]] = field(repr=False)
    body: bytes = field(repr=False)
    peer: str
    secure: bool

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return self.headers.get(name, ("",))[0]

    def circumstances(self) -> dict[str, str]:
        """The condition keys of the call (choice: context)."""
        return {
            "acs:SourceIp": self.peer,
            "acs:SecureTransport": "true" if self.secure else "false",
            "acs:CurrentTime": clock.now(),
        }


@dataclass(frozen=True)
class Answer:
    """What to send back.

    Attributes:
        status: The HTTP status.
        headers: The headers, without Content-Length.
        body: The body, whole.
        delivery: Send all of it, cut it in half and close, or reset the connection without a byte.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    delivery: Literal["whole", "truncated", "reset"] = "whole"


@dataclass(frozen=True)
class Record:
    """One request the emulator has answered.

    Attributes:
        action: The operation asked for; empty if the request named none.
        parameters: The parameters, without signatures and tokens.
        access_key_id: Whose call it claimed to be; None for an anonymous one.
        user_agent: The client's User-Agent.
        code: `OK`, the error code of the answer, `reset`, or `lost` where the answer was made and not sent.
        time: When it arrived, in seconds since the epoch.
    """

    action: str
    parameters: Mapping[str, str]
    access_key_id: str | None
    user_agent: str
    code: str
    time: float


class Gateway:
    """One account behind one address.

    Attributes:
        state: What the operations work on.
        faults: The faults in effect.
        base_url: Where the emulator listens; answers point there for what their codes mean, and for pictures.
    """

    def __init__(self, state: State, faults: Faults) -> None:
        self.state = state
        self.faults = faults
        self.base_url = ""
        self._verifier = Verifier(state.keys)
        self._throttle = Throttle()
        self._records: deque[Record] = deque(maxlen=_RECORDS_KEPT)
        self._records_lock = threading.Lock()

    def records(self) -> list[Record]:
        """The latest requests, oldest first."""
        with self._records_lock:
            return list(self._records)

    def clear_records(self) -> None:
        """Forget the requests so far."""
        with self._records_lock:
            self._records.clear()

    async def answer(self, incoming: Incoming) -> Answer:
        """Answer one request to the service."""
        arrived = time.time()
        request_id = str(uuid.uuid4()).upper()
        exchange = _Exchange(action=incoming.header("x-acs-action"))
        try:
            result = {"RequestId": request_id, **await self._result(incoming, exchange)}
            distort = DISTORTIONS.get(exchange.effects.body or "")
            answer = Answer(200, _JSON, _json(distort(result) if distort else result))
            code = "OK"
        except GatewayError as error:
            answer, code = self._refusal(error, request_id, incoming), error.code
        except Exception:
            # A defect of the emulator must look like one of the service, and leave its trace with whoever runs it.
            _log.exception("defect while answering %s", exchange.action)
            defect = GatewayError("InternalError", "The emulator has a defect; its log has the traceback.")
            answer, code = self._refusal(defect, request_id, incoming), defect.code
        effects = exchange.effects
        self._record(incoming, exchange, "reset" if effects.reset else "lost" if effects.lose else code, arrived)
        return _spoilt(answer, effects)

    async def _result(self, incoming: Incoming, exchange: _Exchange) -> dict[str, Any]:
        pairs = _pairs(incoming.query)
        exchange.parameters = _parameters(incoming, pairs)
        operation = self._operation(incoming)
        authorization = Authorization.parse(incoming.headers.get("authorization", ()))
        # The key is recorded as claimed: who tried is worth knowing of a refused request too.
        exchange.access_key_id = authorization.access_key_id
        key = self._verifier.verify(
            authorization,
            method=incoming.method,
            path=incoming.path,
            pairs=pairs,
            headers=incoming.headers,
            body=incoming.body,
        )
        exchange.effects = effects = self.faults.take(exchange.action, exchange.parameters.get("AvatarId"))
        if effects.latency:
            await asyncio.sleep(effects.latency)
        if effects.reset:
            return {}
        self._obstruct(effects, key, operation)
        return self._carry_out(operation, Call(exchange.parameters, key, self.base_url), incoming)

    def _carry_out(self, operation: Operation, call: Call, incoming: Incoming) -> dict[str, Any]:
        state = self.state
        with state.lock:
            resources = operation.resources(state, call)
            authorise(state, call.access_key, operation.permission, resources, incoming.circumstances())
            answer = operation.answer(state, call)
            if operation.changes:
                try:
                    state.saved()
                except ConfigurationError as error:
                    _log.error("%s", error)
                    raise GatewayError("InternalError", f"{error}.") from None
        return answer

    def _operation(self, incoming: Incoming) -> Operation:
        if incoming.method not in ("GET", "POST"):
            raise GatewayError("UnsupportedHTTPMethod", "The HTTP method has to be GET or POST.")
        action, version = incoming.header("x-acs-action"), incoming.header("x-acs-version")
        if not action or not version:
            raise GatewayError("MissingParameter", "The headers x-acs-action and x-acs-version are mandatory.")
        for product in _products(incoming.header("host")):
            if product.version == version and action in product.operations and incoming.path == "/":
                return product.operations[action]
        served = {product.version: ", ".join(product.operations) for product in PRODUCTS}
        raise GatewayError(
            "InvalidApi.NotFound",
            f"The specified API is not found. The emulator serves {served.get(version) or ' and '.join(served)}.",
        )

    def _obstruct(self, effects: Effects, key: AccessKey, operation: Operation) -> None:
        if effects.failure:
            raise effects.failure
        if effects.throttle_per_second and not self._throttle.admits(key.id, effects.throttle_per_second):
            raise GatewayError(
                "Throttling.User", "The request was denied by flow control.", retry_after_ms=effects.retry_after_ms
            )
        if effects.deny:
            raise denial(self.state, key.principal, operation.permission, "*", "the fault to deny calls is in effect")

    def _refusal(self, error: GatewayError, request_id: str, incoming: Incoming) -> Answer:
        """An error in the gateway's form: https://www.alibabacloud.com/help/en/imm/developer-reference/error-handling-1."""
        body: dict[str, Any] = {
            "RequestId": request_id,
            "HostId": incoming.header("host"),
            "Code": error.code,
            "Message": error.message,
            "Recommend": f"{self.base_url}/_emulator/codes",
        }
        if error.access_denied_detail is not None:
            body["AccessDeniedDetail"] = dict(error.access_denied_detail)
        retry = {} if error.retry_after_ms is None else {"x-acs-retry-after": str(error.retry_after_ms)}
        return Answer(error.status, {**_JSON, **retry}, _json(body))

    def _record(self, incoming: Incoming, exchange: _Exchange, code: str, arrived: float) -> None:
        parameters = {name: value for name, value in exchange.parameters.items() if name not in _SECRET_PARAMETERS}
        record = Record(
            exchange.action, parameters, exchange.access_key_id, incoming.header("user-agent"), code, arrived
        )
        with self._records_lock:
            self._records.append(record)
        if _log.isEnabledFor(logging.INFO):
            shown = json.dumps(
                {"action": record.action, "parameters": parameters, "accessKeyId": record.access_key_id, "code": code}
            )
            _log.info("%s %.1f ms", shown, (time.time() - arrived) * 1000)


@dataclass
class _Exchange:
    """What has become known of a request so far, however far it came."""

    action: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    access_key_id: str | None = None
    effects: Effects = field(default_factory=Effects)


def _products(host: str) -> Sequence[Product]:
    """The products behind a host: all of them, except behind a name that the service gives to one of them."""
    name = host.lower().partition(":")[0]
    if not name.endswith(".aliyuncs.com"):
        return PRODUCTS
    code = name.partition(".")[0].removesuffix("-vpc")
    named = [product for product in PRODUCTS if product.code == code]
    if not named:
        raise GatewayError("InvalidProduct.NotFound", "The emulator serves no product behind the requested host.")
    return named


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        raise GatewayError(
            "InvalidParameter", "The request has more than 1,000 parameters.", choice="parameters"
        ) from None


def _parameters(incoming: Incoming, pairs: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    form = incoming.header("content-type").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"
    everything = [*pairs, *(_pairs(incoming.body.decode(errors="replace")) if form else ())]
    parameters = dict(everything)
    if len(parameters) < len(everything):
        raise GatewayError("InvalidParameter", "The request has a parameter more than once.", choice="parameters")
    return parameters


def _json(body: Any) -> bytes:
    # A seed can hold half a surrogate pair, which JSON allows and UTF-8 does not.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _spoilt(answer: Answer, effects: Effects) -> Answer:
    if effects.reset or effects.lose:
        return replace(answer, delivery="reset")
    if effects.body == "truncated":
        return replace(answer, delivery="truncated")
    if effects.body == "html":
        return replace(answer, headers={**answer.headers, "Content-Type": "text/html;charset=utf-8"}, body=_HTML)
    if effects.body == "empty":
        return replace(answer, body=b"")
    return answer
