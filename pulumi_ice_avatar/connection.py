"""Calls of Alibaba Cloud's SDK, repeated while they may still succeed: the one place where they are made and fail."""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from pulumi_ice_avatar import failures, sdk
from pulumi_ice_avatar.credentials import credentials
from pulumi_ice_avatar.errors import CredentialsError, ServiceError, ServiceUnavailableError, ThrottledError
from pulumi_ice_avatar.pace import Pace
from pulumi_ice_avatar.settings import Settings

if TYPE_CHECKING:
    from alibabacloud_tea_openapi.utils_models import Config
    from darabonba.runtime import RuntimeOptions

__all__ = ["Connection"]

_Client = TypeVar("_Client")
_Answer = TypeVar("_Answer")

_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.2, 5.0
"""Seconds: the most that is waited before the first repetition, doubled for each further one, up to the second."""


class Connection(Generic[_Client]):
    """One of the SDK's clients, with one set of credentials; safe to use from many threads.

    Args:
        settings: Which endpoint, which credentials, how patient.
        make: Makes the SDK's client from its configuration; called once, when the client is first needed.
    """

    def __init__(self, settings: Settings, make: Callable[[Config], _Client]) -> None:
        self.settings = settings
        self._make = make
        self._pace = Pace()
        self._abandoned = threading.Event()
        self._connecting = threading.Lock()
        self._failure: CredentialsError | None = None
        self._refusal: ThrottledError | None = None
        self._client: _Client | None = None
        self._source = ""

    def client(self) -> _Client:
        """The SDK's client, with the first credentials loaded.

        Raises:
            CredentialsError: no credentials could be loaded.
        """
        known = self._failure
        with self._connecting:
            if self._client is None:
                if self._failure is not None and self._failure is not known:
                    raise self._failure  # of the attempt that this thread has waited for
                try:
                    self._client = self._connect()
                except CredentialsError as error:
                    self._failure = error
                    raise
            return self._client

    def credentials_source(self) -> str:
        """Which of the places that may hold credentials they came from, such as `default/env`.

        Raises:
            CredentialsError: no credentials could be loaded.
        """
        self.client()
        return self._source

    def call(self, permission: str, subject: str, send: Callable[[_Client, RuntimeOptions], _Answer]) -> _Answer:
        """Call an operation.

        What is transient is repeated, after a random part of a pause that doubles: connection trouble and 5xx as often
        as the settings say, throttling until the deadline, all threads at one pace.

        Args:
            permission: What RAM has to allow, such as `ice:GetAvatar`.
            subject: What is asked for, to begin messages with.
            send: Sends the request with the SDK's client.

        Raises:
            ServiceError: one of its kinds.
            CredentialsError: no credentials could be loaded, or renewed.
        """
        client = self.client()
        deadline = time.monotonic() + self.settings.timeout
        failure: ServiceError | None = None
        troubles, longest_pause = 0, _FIRST_BACKOFF
        while self._pace.wait(deadline - time.monotonic(), self._abandoned):
            try:
                return self._call_once(permission, subject, lambda runtime: send(client, runtime), deadline)
            except ThrottledError as error:
                failure = self._refusal = error
            except ServiceUnavailableError as error:
                failure = error
                troubles += 1
            pause = random.uniform(0, longest_pause)
            longest_pause = min(2 * longest_pause, _LONGEST_BACKOFF)
            late = time.monotonic() + pause >= deadline
            if late or troubles > self.settings.retries or self._abandoned.wait(pause):
                break
        raise failure or failures.out_of_time(self.settings, subject, self._refusal)

    def abandon(self) -> None:
        """End all waiting: calls under way finish, none is repeated."""
        self._abandoned.set()

    def _call_once(
        self, permission: str, subject: str, send: Callable[[RuntimeOptions], _Answer], deadline: float
    ) -> _Answer:
        from darabonba.runtime import RuntimeOptions
        from Tea.exceptions import TeaException

        left = deadline - time.monotonic()
        runtime = RuntimeOptions(
            connect_timeout=_milliseconds(min(self.settings.connect_timeout, left)),
            read_timeout=_milliseconds(min(self.settings.read_timeout, left)),
        )
        try:
            answer = send(runtime)
        except TeaException as error:
            failure = failures.failure(error, self.settings, permission, subject)
            pause = (getattr(error, "retry_after", None) or 0) / 1000
            if pause or isinstance(failure, ThrottledError):
                self._pace.throttled(pause)
            raise failure from None
        self._pace.granted()
        return answer

    def _connect(self) -> _Client:
        with sdk.loading():
            from alibabacloud_tea_openapi.utils_models import Config

        sdk.share_sessions()
        _keep_secrets_out_of_logs()
        chosen = credentials(self.settings)
        try:
            self._source = chosen.get_credential().provider_name
        except Exception as error:  # the providers raise many kinds; each means that there are no credentials
            raise failures.no_credentials(error, self.settings) from None
        config = Config(
            credential=chosen,
            endpoint=self.settings.endpoint,
            protocol=self.settings.protocol,
            user_agent="pulumi-ice-avatar",
            max_idle_conns=self.settings.concurrency,
        )
        with sdk.loading():
            return self._make(config)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _keep_secrets_out_of_logs() -> None:
    """With `DEBUG=sdk` the SDK logs every header; the engine shows whatever a provider's process logs."""
    for name in ("darabonba-core", "alibabacloud-tea", "urllib3.connectionpool"):
        _add_filter(name, _Redaction())
    _add_filter("credentials", _Silence())


def _add_filter(name: str, wanted: logging.Filter) -> None:
    logger = logging.getLogger(name)
    if not any(isinstance(each, type(wanted)) for each in logger.filters):
        logger.addFilter(wanted)


class _Silence(logging.Filter):
    """Drops what the credential providers log: tracebacks, with whole answers in them, of what is raised besides."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "alibabacloud_credentials" not in record.pathname


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
