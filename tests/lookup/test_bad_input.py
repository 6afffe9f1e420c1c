"""Everything that can go wrong with a look-up, at the border of a program: the functions."""

from __future__ import annotations

import asyncio

import pulumi
import pytest

import pulumi_ice_avatar as ice
from pulumi_ice_avatar import errors
from tests.support.world import CASES, NAMED, SENTINEL, Case, assert_tells

# The default chain reads its variables when it is loaded, and the home folder of whoever runs the tests: a process of
# its own takes this case, in `test_credentials`.
IN_PROCESS = [case for case in CASES if case.name != "no credentials"]


@pytest.mark.parametrize("case", IN_PROCESS, ids=str)
def test_function(case: Case, emulator, asking):
    asking(case.env)
    emulator.faults.update(case.faults)

    with pytest.raises(case.error) as raised:
        ice.get_avatars(case.ids)
    assert isinstance(raised.value, pulumi.RunError)
    assert_tells(str(raised.value), case)
    assert SENTINEL not in repr(raised.value)

    if len(case.ids) == 1:
        with pytest.raises(case.error) as raised:
            ice.get_avatar(case.ids[0])
        assert type(raised.value).__name__ in errors.__all__
        assert_tells(str(raised.value), case)
        if case.code:
            assert raised.value.code == case.code
            assert raised.value.request_id in str(raised.value)


@pytest.mark.parametrize("value", [None, 5, 5.0, True, b"Avatar-XXXX", ["Avatar-XXXX"], len], ids=repr)
def test_id_that_is_no_string(value, asking):
    with pytest.raises(errors.InvalidInputError, match=r"avatar id .* is of type \w+, not a string$"):
        ice.get_avatar(value)
    with pytest.raises(errors.InvalidInputError, match=r"is of type \w+, not a string$"):
        ice.get_avatars([value])


@pytest.mark.parametrize("value", ["Avatar-XXXX", b"Avatar-XXXX", None, 5, {"Avatar-XXXX": 1}], ids=repr)
def test_ids_that_are_no_list(value, asking):
    with pytest.raises(errors.InvalidInputError, match=r"is not a list of avatar ids$"):
        ice.get_avatars(value)


@pytest.fixture
def event_loop():
    """What Pulumi gives a program: outputs cannot be made where another test has closed the thread's loop."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()
    asyncio.set_event_loop(None)


@pytest.mark.usefixtures("event_loop")
def test_output_given_to_the_direct_form(asking):
    later = pulumi.Output.from_input("Avatar-XXXX")
    with pytest.raises(errors.InvalidInputError, match=r"avatarId is an output.*use get_avatar_output$"):
        ice.get_avatar(later)
    with pytest.raises(errors.InvalidInputError, match=r"avatarIds is an output.*use get_avatars_output$"):
        ice.get_avatars(later)
    with pytest.raises(errors.InvalidInputError, match=r"avatarName is an output.*use get_avatar_by_name_output$"):
        ice.get_avatar_by_name(later)


def test_errors_can_be_caught_by_type(asking):
    for kind in (ice.AvatarNotFoundError, ice.ServiceError, ice.IceAvatarError, pulumi.RunError):
        with pytest.raises(kind):
            ice.get_avatar("Avatar-nobody")


def test_missing_ok(emulator, asking):
    assert ice.get_avatar("Avatar-nobody", missing_ok=True) is None
    found = ice.get_avatars(["Avatar-nobody", "Avatar-XXXX"], missing_ok=True)
    assert list(found) == ["Avatar-nobody", "Avatar-XXXX"]
    assert found["Avatar-nobody"] is None
    assert found["Avatar-XXXX"].width == 1080

    # Only a missing avatar is all right, not a service that fails.
    emulator.faults.deny = True
    with pytest.raises(ice.PermissionDeniedError):
        ice.get_avatar("Avatar-nobody", missing_ok=True)


def test_batch_tells_every_problem_and_keeps_the_errors(asking):
    case = NAMED["several bad ids in a batch"]
    with pytest.raises(ice.LookupsFailedError) as raised:
        ice.get_avatars(case.ids)
    assert {each: type(error) for each, error in raised.value.errors.items()} == {
        "Avatar-nobody": errors.AvatarNotFoundError,
        "Avatar-none": errors.AvatarNotFoundError,
        "": errors.InvalidInputError,
    }


def test_batch_of_very_many_bad_ids_is_still_one_readable_line(asking):
    with pytest.raises(ice.LookupsFailedError) as raised:
        ice.get_avatars([f"Avatar-{number}" for number in range(300)])
    line = str(raised.value)
    assert line.startswith("300 of 300 look-ups failed: avatar 'Avatar-0' not found")
    assert line.endswith("; and 280 more")
    assert "\n" not in line
    assert len(raised.value.errors) == 300
