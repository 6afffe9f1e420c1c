"""What the program makes of its avatars, under Pulumi's mocks: no service, no engine."""

from __future__ import annotations

import pulumi
import pytest
from presenter import frame, presenter

from pulumi_ice_avatar.testing import AvatarMocks


@pytest.fixture(autouse=True)
def mocks() -> None:
    avatars = {
        "Avatar-XXXX": {"avatar_name": "Mina", "transparent": True, "width": 720, "height": 1280},
        "Avatar-YYYY": {"avatar_name": "Theo", "transparent": False},
    }
    pulumi.runtime.set_mocks(AvatarMocks(avatars))


@pulumi.runtime.test
def test_frame() -> pulumi.Output[None]:
    def check(found: str) -> None:
        assert found == "720x1280"

    return frame(presenter("Avatar-XXXX")).apply(check)


@pulumi.runtime.test
def test_only_a_transparent_avatar_presents() -> None:
    with pytest.raises(pulumi.RunError, match="choose a transparent one"):
        presenter("Avatar-YYYY")
