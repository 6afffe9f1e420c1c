"""Ctrl-C in the middle of slow look-ups: the operation ends, and leaves nothing pending behind."""

from __future__ import annotations

import pytest

HEAD = "import pulumi_ice_avatar as ice\n"
PROGRAMS = {
    "function": "ice.get_avatar('Avatar-XXXX')\n",
    "resource": "ice.Avatars('troupe', avatar_ids=[f'Avatar-{number}' for number in range(10)])\n",
}


@pytest.mark.parametrize("form", PROGRAMS)
def test_interrupt(form, project, server, start):
    stack = project(HEAD + PROGRAMS[form])
    stack.environment |= {"ICE_AVATAR_ENDPOINT": server.endpoint, "ICE_AVATAR_RETRIES": "0"}
    running = start(stack, "up", "--yes", "--skip-preview")
    assert server.arrived.wait(60)
    running.interrupt()
    if form == "resource":
        server.proceed.set()  # the engine waits for the provider's answer
    code, said = running.end()
    assert code != 0
    assert "^C received; cancelling" in said
    assert "Traceback" not in said
    state = stack.state()
    assert not state.get("pending_operations")
    assert stack.resources() == {}
    assert "update canceled" not in stack.run("stack", "export")  # the stack is not locked either
