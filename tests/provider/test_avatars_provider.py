"""The provider of `Avatars`, over the protocol that the engine speaks."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.provider.conftest import UNKNOWN, ProviderError
from tests.support.world import MINA, put

IDS = ["Avatar-YYYY", "Avatar-XXXX"]


def inputs(ids, **others):
    return {"avatarIds": ids, "avatars": {}, **others}


def test_whole_life(avatars, emulator, logs):
    first = avatars(config={"ice-avatar:region": "cn-shanghai"})
    checked, failures = first.check(inputs([*IDS, "Avatar-XXXX"]))
    assert failures == []
    assert checked["avatarIds"] == [*IDS, "Avatar-XXXX"]
    assert set(checked["avatars"]) == set(IDS)
    assert checked["avatars"]["Avatar-XXXX"] == MINA
    assert checked["region"] == "cn-shanghai"
    assert len(emulator.requests) == 2
    assert first.create(checked) == ("avatars", checked)

    second = avatars(config={"ice-avatar:region": "cn-shanghai"}, fresh=True)
    put(emulator, Width=720)
    drifted, _ = second.check(inputs([*IDS, "Avatar-XXXX"]), checked)
    assert drifted["avatars"]["Avatar-XXXX"] == {**MINA, "width": 720}
    assert second.diff("avatars", checked, drifted) == (provider_pb2.DiffResponse.DIFF_UNKNOWN, [])
    assert second.update("avatars", checked, drifted) == drifted
    second.delete("avatars", drifted)
    assert logs() == ""


def test_ids_may_come_and_go_without_replacing(avatars):
    started = avatars()
    olds, _ = started.check(inputs(IDS))
    news, _ = started.check(inputs(IDS[:1]), olds)
    assert started.diff("avatars", olds, news)[1] == []
    assert started.diff("avatars", olds, {**news, "region": "cn-beijing"})[1] == ["region"]


def test_ids_that_look_like_something_else(avatars, emulator):
    ids = ["avatarId", "width", "__provider", "a.b", "a/b", "中", "4dabf18193072939515e22adb298388d"]
    for avatar_id in ids:
        put(emulator, avatar_id)
    checked, failures = avatars().check(inputs(ids))
    assert failures == []
    assert {key: each["avatarId"] for key, each in checked["avatars"].items()} == {each: each for each in ids}


@pytest.mark.parametrize("ids", [UNKNOWN, [UNKNOWN], ["Avatar-XXXX", UNKNOWN]], ids=["all", "the only", "one of two"])
def test_unknown_at_preview(ids, avatars, emulator):
    news = {"avatarIds": ids, "avatars": UNKNOWN}
    assert avatars().check(news) == (news, [])
    assert emulator.requests == []


def test_nothing_to_look_up(avatars):
    assert avatars().check(inputs([])) == ({"avatarIds": [], "avatars": {}}, [])


@pytest.mark.parametrize("ids", [None, "Avatar-XXXX", 5, True, {"Avatar-XXXX": 1}], ids=repr)
def test_ids_that_are_no_list(ids, avatars):
    _, failures = avatars().check(inputs(ids))
    (failure,) = failures
    assert failure.endswith(" is not a list of avatar ids")


def test_all_problems_at_once_in_one_line(avatars):
    _, failures = avatars().check(inputs(["Avatar-nobody", "Avatar-XXXX", "", 5, None, "Avatar-none"]))
    (failure,) = failures
    assert failure.startswith("5 of 6 look-ups failed: avatar 'Avatar-nobody' not found")
    for piece in ("'Avatar-none' not found", "avatar id '' is empty", "avatar id 5.0 is of type float", "None is of"):
        assert piece in failure
    assert "\n" not in failure


def test_very_many_bad_ids_are_one_line_that_can_be_read(avatars):
    _, failures = avatars().check(inputs([f"Avatar-{number}" for number in range(300)]))
    (failure,) = failures
    assert failure.startswith("300 of 300 look-ups failed")
    assert failure.endswith("; and 280 more")


def test_refresh_leaves_out_what_is_gone_and_nothing_else(avatars, emulator):
    started = avatars()
    checked, _ = started.check(inputs(IDS))
    del emulator.avatars["Avatar-YYYY"]
    id_, refreshed, refreshed_inputs = started.read("avatars", props=checked)
    assert id_ == "avatars"
    assert refreshed == refreshed_inputs == {"avatarIds": IDS, "avatars": {"Avatar-XXXX": MINA}}
    # The next preview says which of them is missing.
    _, (failure,) = started.check(inputs(IDS), refreshed)
    assert "avatar 'Avatar-YYYY' not found" in failure

    emulator.faults.update({"fail_next": 100})
    with pytest.raises(ProviderError, match="ServiceUnavailable"):
        started.read("avatars", props=checked)
