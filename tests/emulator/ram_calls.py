"""Calls of RAM through the generated client, and policy documents to call it with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_ram20150501 import models
from alibabacloud_ram20150501.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.codes import CODES
from tests.emulator.wire import Reply, call


def document(action: str = "ice:GetAvatar", **more: Any) -> str:
    return json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **more}]})


TRUST = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1000000000000001:root"]}}
        ],
    }
)


def ask(client: Client, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call the generated method of an operation; the answer as it came, without its request id."""
    method, request = _method(operation), getattr(models, f"{operation}Request")().from_map(parameters)
    body = getattr(client, method)(request).body.to_map()
    assert body.pop("RequestId")
    return body


def _method(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)[1:]


def as_root(emulator: Emulator, operation: str, parameters: dict[str, str], **changes: Any) -> Reply:
    """A call that no SDK has touched."""
    version, key = {"x_acs_version": "2015-05-01"}, {"key": "root-key-id", "secret": "root-key-secret"}
    return call(emulator.endpoint, parameters, **key, **version, x_acs_action=operation, **changes)


def refused(client: Client, operation: str, **parameters: Any) -> str:
    with pytest.raises(AlibabaCloudException) as caught:
        ask(client, operation, **parameters)
    assert caught.value.status_code == CODES[caught.value.code].status
    return caught.value.code
