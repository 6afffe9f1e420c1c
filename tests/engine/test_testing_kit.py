"""A stack that a user's own test brings up: the engine and its providers ask the emulator of that test."""

from __future__ import annotations

import os

from tests.conftest import EXAMPLES


def test_a_whole_stack(project, ice_emulator):
    stack = project(EXAMPLES / "reference-avatar")
    stack.environment |= {name: os.environ[name] for name in ice_emulator.environment()}
    assert "+ 2 created" in stack.up()
    assert stack.outputs()["name"] == "Anna"
    assert {request.action for request in ice_emulator.requests} == {"GetAvatar"}
