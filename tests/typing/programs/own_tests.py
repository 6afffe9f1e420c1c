"""A user's own tests; they are only type-checked, never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

import pulumi_ice_avatar as ice
from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.testing import AvatarMocks, emulated


class MyMocks(AvatarMocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "alicloud:oss/bucket:Bucket":
            return "bucket", args.inputs
        return super().new_resource(args)


pulumi.runtime.set_mocks(MyMocks({"Avatar-XXXX": {"avatar_name": "Mina", "width": 1080}}))


@pytest.fixture
def service() -> Iterator[Emulator]:
    with emulated() as emulator:
        yield emulator


def test_refused(service: Emulator) -> None:
    service.faults.deny = True
    with pytest.raises(ice.PermissionDeniedError):
        ice.get_avatar("Avatar-XXXX")
