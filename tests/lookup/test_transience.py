"""What is transient is repeated until it succeeds or time is up; what is not fails at once."""

from __future__ import annotations

import json
import threading

import pytest

from pulumi_ice_avatar.errors import ServiceError, ServiceUnavailableError, ThrottledError
from pulumi_ice_avatar.pace import Pace
from tests.support.server import until
from tests.support.world import put

PERMANENT = [
    ("AvatarNotFound", 404),
    ("NoPermission", 403),
    ("InvalidParameter", 400),
    ("OperationDenied", 403),
    ("InvalidApi.NotFound", 404),
    ("SignatureDoesNotMatch", 400),
    ("InvalidAccessKeyId.NotFound", 404),
    ("InvalidSecurityToken.Expired", 400),
]
TRANSIENT = [
    ("ServiceUnavailable", 503),
    ("ServiceUnAvailable", 503),
    ("InternalError", 500),
    ("SomethingNew", 599),
    ("ServiceUnavailable", 400),
]
THROTTLING = [("Throttling", 400), ("Throttling.User", 400), ("Throttling.Api", 429), ("Rejected.Throttling", 503)]


def codes(emulator):
    return [request.code for request in emulator.requests]


@pytest.mark.parametrize(("code", "status"), TRANSIENT)
def test_transient_failure_is_repeated(code, status, emulator, client):
    emulator.faults.update({"fail_next": 2, "fail_code": code, "fail_status": status})
    assert client(retries=2).get("Avatar-XXXX").width == 1080
    assert codes(emulator) == [code, code, "OK"]


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_repeated_as_often_as_the_setting_says(retries, emulator, client):
    emulator.faults.fail_next = 100
    with pytest.raises(ServiceUnavailableError):
        client(retries=retries).get("Avatar-XXXX")
    assert len(emulator.requests) == retries + 1


@pytest.mark.parametrize(("code", "status"), PERMANENT)
def test_permanent_failure_is_not_repeated(code, status, emulator, client):
    emulator.faults.update({"fail_next": 1, "fail_code": code, "fail_status": status})
    with pytest.raises(ServiceError):
        client().get("Avatar-XXXX")
    assert codes(emulator) == [code]


@pytest.mark.parametrize("body", ["html", "array", "wrong-types", "success-false", "no-data", "other-avatar"])
def test_answer_that_makes_no_sense_is_not_repeated(body, emulator, client):
    emulator.faults.body = body
    with pytest.raises(ServiceError):
        client().get("Avatar-XXXX")
    assert len(emulator.requests) == 1


def test_reset_connections_and_truncated_answers_are_repeated(emulator, client):
    emulator.faults.reset_next = 2
    assert client().get("Avatar-XXXX").width == 1080
    assert codes(emulator) == ["reset", "reset", "OK"]
    emulator.faults.update({"body": "truncated", "body_next": 2})
    assert client().get("Avatar-XXXX").width == 1080
    assert len(emulator.requests) == 6


def test_dead_connection_that_was_kept_is_replaced(emulator, client):
    asked = client()
    asked.get("Avatar-XXXX")
    emulator.stop()
    emulator.start()
    assert asked.get("Avatar-XXXX").width == 1080


def test_listing_is_repeated_too(emulator, client):
    emulator.faults.update({"fail_next": 1, "actions": ["ListAvatars"]})
    assert len(client().list_avatars()) == 2
    assert codes(emulator) == ["ServiceUnavailable", "OK"]


@pytest.mark.parametrize(("code", "status"), THROTTLING)
def test_throttling_is_known_by_its_code(code, status, emulator, client):
    emulator.faults.update({"fail_next": 1, "fail_code": code, "fail_status": status})
    with pytest.raises(ThrottledError, match="throttled by"):  # the next slot would be too late
        client(timeout=0.5).get("Avatar-XXXX")
    assert codes(emulator) == [code]


def test_throttling_takes_none_of_the_retries(server, client):
    good = {"AvatarId": "A", "AvatarName": "", "AvatarType": "", "Transparent": False, "Width": 1, "Height": 2}
    answers = [
        (400, {"Code": "Throttling.User", "RequestId": "R", "Message": "slower"}),
        (503, {"Code": "ServiceUnavailable", "RequestId": "R", "Message": "later"}),
        (200, {"Data": {"Avatar": good}}),
    ]
    server.answer = lambda _: (answers[0][0], {}, json.dumps(answers.pop(0)[1]).encode())
    assert client(endpoint=server.endpoint, retries=1).get("A").height == 2


@pytest.mark.parametrize("failure", [{"fail_status": 503}, {"fail_status": 400, "fail_code": "Throttling.User"}])
def test_retry_after_is_honoured(failure, emulator, client):
    emulator.faults.update({"fail_next": 1, "retry_after_ms": 700, **failure})
    client().get("Avatar-XXXX")
    first, second = emulator.requests
    assert second.time - first.time >= 0.7


def test_throttled_batch_finishes_without_a_failure(emulator, client):
    for number in range(50):
        put(emulator, f"Avatar-{number}")
    emulator.faults.throttle_per_second = 15
    found = client().get_many([f"Avatar-{number}" for number in range(50)])
    assert [record.avatar_id for record in found.values()] == list(found)
    refused = codes(emulator).count("Throttling.User")
    assert 1 <= refused <= 150  # they slowed down together instead of trying on


def test_batch_survives_a_service_that_refuses_everything_for_a_while(emulator, client):
    """Nothing is known of the service's rate then: the pace has to find it, not to stay at its slowest.

    At one request a second, the slowest, the last of these would come after their deadline.
    """
    ids = [f"Avatar-{number}" for number in range(60)]
    for avatar_id in ids:
        put(emulator, avatar_id)
    emulator.faults.throttle_per_second = 0.001
    found = []
    batch = threading.Thread(target=lambda: found.append(client(timeout=20).get_many(ids)))
    batch.start()
    until(lambda: codes(emulator).count("Throttling.User") > 1)
    emulator.faults.throttle_per_second = 100
    batch.join()
    assert [getattr(record, "avatar_id", record) for record in found[0].values()] == ids


def test_deadline_ends_a_look_up_that_gets_no_answer(emulator, client):
    emulator.faults.latency_ms = 600_000
    with pytest.raises(ServiceUnavailableError, match="no answer in time"):
        client(timeout=0.3, read_timeout=600).get("Avatar-XXXX")


def test_deadline_ends_repetitions(emulator, client):
    emulator.faults.fail_next = 1_000_000
    with pytest.raises(ServiceUnavailableError):
        client(timeout=0.5, retries=20).get("Avatar-XXXX")


def test_throttled_to_the_end_tells_the_last_refusal(emulator, client):
    emulator.faults.update({"fail_next": 1_000_000, "fail_code": "Throttling.User", "fail_status": 400})
    asked = client(timeout=0.4)
    for _ in range(2):  # the second time the common pace leaves no room for a single request
        with pytest.raises(ThrottledError) as raised:
            asked.get("Avatar-XXXX")
        assert raised.value.code == "Throttling.User"
        assert raised.value.request_id in str(raised.value)


# --- the pace by itself, with a clock of its own


class Clock:
    """Time that passes when it is waited for."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds
        return False


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("pulumi_ice_avatar.pace.time", clock)
    return clock


def slots(pace, clock, count):
    """When the next slots come, from now on."""
    begun = clock.now
    times = []
    for _ in range(count):
        assert pace.wait(600, clock)
        times.append(round(clock.now - begun, 6))
    return times


def test_no_pace_before_the_first_refusal(clock):
    pace = Pace()
    assert slots(pace, clock, 50) == [0] * 50
    assert not pace.wait(0, clock)


def test_refusal_sets_the_pace_a_little_below_what_was_granted(clock):
    pace = Pace()
    slots(pace, clock, 1)
    for _ in range(100):
        clock.now += 0.01
        pace.granted()
    pace.throttled()
    assert slots(pace, clock, 3) == pytest.approx([1 / 95, 2 / 95, 3 / 95], abs=1e-3)


def test_refusals_that_were_on_their_way_change_nothing(clock):
    one, other = Pace(), Pace()
    for pace in (one, other):
        pace.wait(1, clock)
    clock.now += 1
    for pace, refusals in ((one, 1), (other, 60)):
        for _ in range(50):
            pace.granted()
        for _ in range(refusals):
            pace.throttled()
    begun = clock.now
    times = slots(one, clock, 5)
    clock.now = begun
    assert slots(other, clock, 5) == times


def test_pace_grows_slowly_where_the_rate_is_known_and_doubles_where_it_is_not(clock):
    known, unknown = Pace(), Pace()
    for pace in (known, unknown):
        pace.wait(1, clock)
    clock.now += 1
    for _ in range(100):
        known.granted()
    known.throttled()
    unknown.throttled()
    for pace, growth in ((known, 1.05), (unknown, 2)):
        before = pace._rate
        for _ in range(round(before)):  # as many as there are in a second
            pace.granted()
        assert pace._rate / before == pytest.approx(growth, rel=0.01)


def test_pause_that_the_service_asks_for_holds_for_all(clock):
    pace = Pace()
    pace.wait(1, clock)
    pace.throttled(7.5)
    assert slots(pace, clock, 1) == [7.5]


def test_slot_that_comes_too_late_is_known_at_once(clock):
    pace = Pace()
    pace.wait(1, clock)
    pace.throttled(7.5)
    now = clock.now
    assert not pace.wait(7, clock)
    assert clock.now == now
    assert pace.wait(8, clock)


def test_threads_wait_for_their_turn(clock):
    """Slots are not handed out in advance: who waits follows a pace that has changed meanwhile."""
    pace = Pace()
    pace.wait(1, clock)
    pace.throttled()  # one a second
    times = []
    lock = threading.Lock()

    def work():
        assert pace.wait(600, clock)
        with lock:
            times.append(clock.now)
        for _ in range(10):
            pace.granted()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(times) - 1000 < 12  # at one a second all the way it would have been 20
