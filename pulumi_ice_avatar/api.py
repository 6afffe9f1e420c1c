"""One call of the ICE API: signed by Alibaba Cloud's SDK, repeated while it may still succeed, its answer checked.

It uses the SDK's generic call (`alibabacloud_tea_openapi.client.Client.call_api`), not the generated ICE client on top
of it: that one takes 0.3 s more to load, and drops whatever in an answer does not fit its models, while an answer that
is not as documented has to be told here.
"""

from __future__ import annotations

import json
import logging
import random
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from pulumi_ice_avatar import failures, sdk
from pulumi_ice_avatar.credentials import credentials
from pulumi_ice_avatar.errors import ServiceUnavailableError, ThrottledError
from pulumi_ice_avatar.models import show
from pulumi_ice_avatar.pace import Pace
from pulumi_ice_avatar.settings import Settings

if TYPE_CHECKING:
    from alibabacloud_tea_openapi.client import Client

__all__ = ["Api"]

_VERSION = "2020-11-09"
_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.2, 5.0
"""Seconds: the most that is waited before the first repetition, doubled for each further one, up to the second."""


class Api:
    """The ICE API at one endpoint, with one set of credentials; safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pace = Pace()
        self._abandoned = threading.Event()
        self._connecting = threading.Lock()
        self._client: Client | None = None

    def connect(self) -> Client:
        """Load the SDK and the first credentials, once.

        Raises:
            CredentialsError: no credentials could be loaded.
        """
        with self._connecting:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def ask(self, action: str, query: dict[str, str], subject: str) -> dict[str, Any]:
        """Call an operation; the answer is a JSON object that does not deny its success.

        What is transient is repeated: connection trouble and 5xx as often as the settings say, throttling until the
        deadline, all threads at one pace.

        Args:
            action: The operation, such as `GetAvatar`.
            query: Its parameters.
            subject: What is asked for, to begin messages with.

        Raises:
            ServiceError: one of its kinds.
            CredentialsError: no credentials could be loaded, or renewed.
        """
        deadline = time.monotonic() + self._settings.timeout
        retrying = Retrying(
            retry=retry_if_exception_type((ThrottledError, ServiceUnavailableError)),
            stop=lambda state: self._gives_up(state, deadline),
            wait=_backoff,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._ask_once, action, query, subject, deadline)

    def abandon(self) -> None:
        """End all waiting: calls under way finish, none is repeated."""
        self._abandoned.set()

    def _ask_once(self, action: str, query: dict[str, str], subject: str, deadline: float) -> dict[str, Any]:
        client = self.connect()
        from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
        from darabonba.runtime import RuntimeOptions
        from Tea.exceptions import TeaException

        self._sleep(min(self._pace.reserve(), deadline - time.monotonic()))
        left = deadline - time.monotonic()
        if left <= 0:
            raise failures.out_of_time(self._settings, subject)
        params = Params(
            action=action,
            version=_VERSION,
            protocol="HTTPS",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="string",
        )
        runtime = RuntimeOptions(
            connect_timeout=_milliseconds(min(self._settings.connect_timeout, left)),
            read_timeout=_milliseconds(min(self._settings.read_timeout, left)),
        )
        try:
            answer = client.call_api(params, OpenApiRequest(query=query), runtime)
        except TeaException as error:
            failure = failures.failure(error, self._settings, action, subject)
            pause = (getattr(error, "retry_after", None) or 0) / 1000
            if pause or isinstance(failure, ThrottledError):
                self._pace.throttled(pause)
            raise failure from None
        self._pace.granted()
        return self._checked(answer["body"], action)

    def _checked(self, body: str, action: str) -> dict[str, Any]:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            raise failures.unexpected(body, "not JSON", self._settings, action) from None
        if not isinstance(answer, dict):
            raise failures.unexpected(body, "not a JSON object", self._settings, action)
        if answer.get("Success", True) is not True:
            raise failures.unexpected(answer, f"Success is {show(answer['Success'])}", self._settings, action)
        return answer

    def _gives_up(self, state: RetryCallState, deadline: float) -> bool:
        throttled = state.outcome is not None and isinstance(state.outcome.exception(), ThrottledError)
        spent = state.attempt_number > self._settings.retries and not throttled
        return self._abandoned.is_set() or spent or time.monotonic() + state.upcoming_sleep >= deadline

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._abandoned.wait(seconds)

    def _connect(self) -> Client:
        with sdk.loading():
            from alibabacloud_tea_openapi.client import Client
            from alibabacloud_tea_openapi.utils_models import Config

        _keep_secrets_out_of_logs()
        chosen = credentials(self._settings)
        try:
            chosen.get_credential()
        except Exception as error:  # the providers raise many kinds; each means that there are no credentials
            raise failures.no_credentials(error, self._settings) from None
        return Client(
            Config(
                credential=chosen,
                endpoint=self._settings.endpoint,
                protocol=self._settings.protocol,
                user_agent="pulumi-ice-avatar",
                max_idle_conns=self._settings.concurrency,
            )
        )


def _backoff(state: RetryCallState) -> float:
    """Full jitter; a throttled call waits for its slot in the common pace besides."""
    return random.uniform(0, min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2 ** (state.attempt_number - 1)))


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _keep_secrets_out_of_logs() -> None:
    """With `DEBUG=sdk` the SDK logs every header; the engine shows whatever a provider's process logs."""
    for name in ("darabonba-core", "alibabacloud-tea"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Redaction) for each in logger.filters):
            logger.addFilter(_Redaction())


class _Redaction(logging.Filter):
    """Hides what can be used to sign in, in headers and in the query of STS requests."""

    _SECRETS = re.compile(
        r"(?im)(^\W*(?:authorization|x-acs-security-token|x-acs-bearer-token|x-acs-accesskey-id)\s*:\s*)[^\n]*"
        r"|((?:SecurityToken|Signature|OIDCToken|SAMLAssertion)=)[^&\s]*"
    )

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._SECRETS.sub(lambda found: f"{found[1] or found[2]}(hidden)", record.getMessage())
        record.args = ()
        return True
