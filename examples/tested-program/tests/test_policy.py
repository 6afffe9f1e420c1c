"""What is in the policy, and what it allows."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ice_avatar import ram


def test_nothing_is_wrong_with_it(policy: dict[str, Any]) -> None:
    assert ram.lint(policy) == []


@pytest.mark.parametrize(("action", "allowed"), [("ice:GetAvatar", True), ("ice:ListAvatars", False)])
def test_it_allows_the_look_up_alone(policy: dict[str, Any], action: str, allowed: bool) -> None:
    assert bool(ram.evaluate(policy, action=action)) == allowed
