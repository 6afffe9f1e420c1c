"""The ICE API: one signed call, its answer checked.

It uses the SDK's generic call (`alibabacloud_tea_openapi.client.Client.call_api`), not the generated ICE client on top
of it: that one takes 0.3 s more to load, and drops whatever in an answer does not fit its models, while an answer that
is not as documented has to be told here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pulumi_ice_avatar import failures
from pulumi_ice_avatar.connection import Connection
from pulumi_ice_avatar.errors import UnexpectedAnswerError
from pulumi_ice_avatar.models import show
from pulumi_ice_avatar.settings import Settings

if TYPE_CHECKING:
    from alibabacloud_tea_openapi.client import Client
    from alibabacloud_tea_openapi.utils_models import Config
    from darabonba.runtime import RuntimeOptions

__all__ = ["IceApi"]

_VERSION = "2020-11-09"


class IceApi:
    """The operations of ICE at one endpoint, with one set of credentials; safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self.connection = Connection(settings, _client)

    def ask(self, action: str, query: dict[str, str], subject: str) -> dict[str, Any]:
        """Call an operation; the answer is a JSON object that does not deny its success.

        Args:
            action: The operation, such as `GetAvatar`.
            query: Its parameters.
            subject: What is asked for, to begin messages with.

        Raises:
            ServiceError: one of its kinds.
            CredentialsError: no credentials could be loaded, or renewed.
        """
        body: bytes = self.connection.call(
            f"ice:{action}", subject, lambda client, runtime: _send(client, runtime, action, query)
        )
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            raise self.unexpected(action, body.decode(errors="replace"), "not JSON") from None
        if not isinstance(answer, dict):
            raise self.unexpected(action, body.decode(errors="replace"), "not a JSON object")
        if answer.get("Success", True) is not True:
            raise self.unexpected(action, answer, f"Success is {show(answer['Success'])}")
        return answer

    def unexpected(self, action: str, answer: object, what: str) -> UnexpectedAnswerError:
        """The error for an answer that is not what the operation documents."""
        return failures.unexpected(answer, what, self.connection.settings, action)


def _client(config: Config) -> Client:
    from alibabacloud_tea_openapi.client import Client

    return Client(config)


def _send(client: Client, runtime: RuntimeOptions, action: str, query: dict[str, str]) -> bytes:
    from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params

    params = Params(
        action=action,
        version=_VERSION,
        protocol="HTTPS",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="byte",
    )
    body: bytes = client.call_api(params, OpenApiRequest(query=query), runtime)["body"]
    return body
