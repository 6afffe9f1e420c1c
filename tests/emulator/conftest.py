from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from alibabacloud_ice20201109.client import Client
from alibabacloud_ram20150501.client import Client as RamClient
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
        {"accessKeyId": "root-key-id", "accessKeySecret": "root-key-secret"},
        {"accessKeyId": "bruno-key-id", "accessKeySecret": "bruno-key-secret", "principal": "user/bruno"},
    ],
    "users": [{"userName": "alice", "displayName": "Alice"}, {"userName": "bruno", "comments": "May do nothing"}],
    "groups": [
        {"groupName": "presenters", "comments": "They look avatars up", "members": ["alice"]},
        {"groupName": "nobody"},
    ],
    "roles": [
        {
            "roleName": "studio",
            "description": "Shows avatars",
            "trustPolicy": {
                "Version": "1",
                "Statement": [
                    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
                ],
            },
        }
    ],
    "policies": [
        {
            "policyName": "get-avatar",
            "document": {
                "Version": "1",
                "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}],
            },
        }
    ],
    "attachments": [
        {"policyType": "System", "policyName": "AliyunICEReadOnlyAccess", "to": "group/presenters"},
        {"policyName": "get-avatar", "to": "role/studio"},
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
    """The real generated client of ICE, pointed at the emulator, as Alice."""
    return Client(_config(emulator, "emulator-key-id", changes))


def ram_sdk(emulator: Emulator, key: str = "root-key-id", **changes: Any) -> RamClient:
    """The real generated client of RAM, pointed at the emulator, as root."""
    return RamClient(_config(emulator, key, changes))


def _config(emulator: Emulator, key: str, changes: Mapping[str, Any]) -> Config:
    settings = {
        "access_key_id": key,
        "access_key_secret": key.replace("-id", "-secret"),
        "endpoint": emulator.endpoint.removeprefix("http://"),
        "protocol": "http",
        **changes,
    }
    return Config(**settings)
