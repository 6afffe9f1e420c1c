"""Everything that can go wrong with a look-up, at the border of a resource: the failures of `Check`."""

from __future__ import annotations

import pytest

from pulumi_ice_avatar.provider import AvatarProvider, AvatarsProvider
from tests.provider.conftest import PLACEHOLDERS
from tests.support.world import CASES, SENTINEL, Case, assert_tells


@pytest.mark.parametrize("case", CASES, ids=str)
def test_resource(case: Case, provider, emulator, logs):
    emulator.faults.update(case.faults)
    one = len(case.ids) == 1
    inputs = {**PLACEHOLDERS, "avatarId": case.ids[0]} if one else {"avatarIds": list(case.ids), "avatars": {}}
    checked, failures = provider(AvatarProvider if one else AvatarsProvider, env=case.env).check(inputs)

    (failure,) = failures
    assert_tells(failure, case)
    assert checked == inputs
    assert logs() == ""
    assert SENTINEL not in str(checked)
