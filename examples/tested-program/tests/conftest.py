"""The account that the emulator plays: a role with the program's own policy, and one avatar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

POLICY = Path(__file__).parent.parent / "policy.json"


@pytest.fixture
def policy() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(POLICY.read_text("utf-8"))
    return document


@pytest.fixture
def ice_seed(policy: dict[str, Any]) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
    return {
        "accessKeys": [{"accessKeyId": "test-key-id", "accessKeySecret": "test-key-secret"}],
        "roles": [{"roleName": "studio", "trustPolicy": {"Version": "1", "Statement": [trust]}}],
        "policies": [{"policyName": "presenter-reader", "document": policy}],
        "attachments": [{"policyName": "presenter-reader", "to": "role/studio"}],
        "avatars": [
            {"AvatarId": "Avatar-XXXX", "AvatarName": "Mina", "Transparent": True, "Width": 720, "Height": 1280}
        ],
    }
