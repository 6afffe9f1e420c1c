from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from pulumi_ice_avatar.emulator import Emulator

SEED: dict[str, Any] = {
    "accountId": "1000000000000001",
    "accessKeys": [
        {"accessKeyId": "emulator-key-id", "accessKeySecret": "emulator-key-secret", "principal": "user/alice"},
        {"accessKeyId": "retired-key-id", "accessKeySecret": "retired-key-secret", "status": "Inactive"},
        {
            "accessKeyId": "session-key-id",
            "accessKeySecret": "session-key-secret",
            "securityToken": "session-token",
            "expiration": "2999-01-01T00:00:00Z",
            "principal": "assumed-role/studio/morning",
        },
        {
            "accessKeyId": "stale-key-id",
            "accessKeySecret": "stale-key-secret",
            "securityToken": "stale-token",
            "expiration": "2020-01-01T00:00:00Z",
        },
    ],
    "avatars": [
        {
            "AvatarId": "Avatar-XXXX",
            "AvatarName": "Anna",
            "AvatarDescription": "Presents the news",
            "AvatarType": "2DAvatar",
            "Thumbnail": "https://example.com/anna.png",
            "Portrait": "00000000000000000000000000000001",
            "Transparent": True,
            "Width": 1080,
            "Height": 1920,
        },
        *({"AvatarId": f"Avatar-{number}", "AvatarType": "3DAvatar", "Width": number} for number in range(1, 25)),
    ],
    "systemAvatars": [{"AvatarId": "yunqiao", "AvatarName": "Yunqiao", "Bitrate": 4000, "OutputMask": True}],
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(SEED) as running:
        yield running


def sdk(emulator: Emulator, **changes: Any) -> Client:
    """The real generated client, pointed at the emulator."""
    settings = {
        "access_key_id": "emulator-key-id",
        "access_key_secret": "emulator-key-secret",
        "endpoint": emulator.endpoint.removeprefix("http://"),
        "protocol": "http",
        **changes,
    }
    return Client(Config(**settings))
