"""One look-up service a process: single flight, connections kept, a bounded pool, nothing loaded in vain."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import client_for
from pulumi_ice_avatar.errors import AuthenticationError, CredentialsError, ServiceUnavailableError
from pulumi_ice_avatar.pool import Pool
from tests.support.server import until
from tests.support.world import CLOSED

FACTS = {"AvatarName": "", "AvatarType": "2DAvatar", "Transparent": False, "Width": 1, "Height": 2}


def answering(server):
    """Have the server answer with whatever avatar is asked for."""

    def answer(path):
        (avatar_id,) = parse_qs(urlsplit(path).query)["AvatarId"]
        return 200, {}, json.dumps({"Data": {"Avatar": {"AvatarId": avatar_id, **FACTS}}}).encode()

    server.answer = answer
    return server


def waiting_for_a_flight(thread):
    frame = sys._current_frames().get(thread.ident)
    while frame is not None:
        if frame.f_code.co_filename.endswith("concurrent/futures/_base.py"):
            return True
        frame = frame.f_back
    return False


def test_equal_settings_share_one_client(monkeypatch):
    first = settings.load(environment={}, endpoint="a.example", access_key="a", secret_key="b")
    again = settings.load(environment={}, endpoint="a.example", access_key="a", secret_key="b")
    other = settings.load(environment={}, endpoint="a.example", access_key="a", secret_key="c")
    assert client_for(first) is client_for(again)
    assert client_for(first) is not client_for(other)


def test_single_flight(server, client):
    asked = client(endpoint=answering(server).endpoint)
    server.proceed.clear()
    records = []
    threads = [threading.Thread(target=lambda: records.append(asked.get("Avatar-A"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    until(lambda: server.arrived.is_set() and all(map(waiting_for_a_flight, threads)))
    server.proceed.set()
    for thread in threads:
        thread.join()
    assert len(records) == 20
    assert len(set(map(id, records))) == 1
    assert len(server.requests) == 1

    asked.get("Avatar-A")  # nothing is kept longer than the flight: the next look-up tells the truth of its moment
    assert len(server.requests) == 2


def test_failed_flight_is_not_kept_either(emulator, client):
    asked = client(retries=0)
    emulator.faults.fail_next = 1
    with pytest.raises(ServiceUnavailableError):
        asked.get("Avatar-XXXX")
    assert asked.get("Avatar-XXXX").width == 1080


def test_connections_are_kept(server, client):
    asked = client(endpoint=answering(server).endpoint)
    for number in range(30):
        asked.get(f"Avatar-{number}")
    assert len(server.requests) == 30
    assert server.connections == 1


@pytest.mark.parametrize("concurrency", [1, 8])
def test_pool_is_bounded_and_used_to_its_bound(concurrency, server, client):
    asked = client(endpoint=answering(server).endpoint, concurrency=concurrency)
    server.proceed.clear()
    found = []
    batch = threading.Thread(target=lambda: found.append(asked.get_many([f"Avatar-{n}" for n in range(60)])))
    batch.start()
    until(lambda: server.at_once == concurrency)
    server.proceed.set()
    batch.join()
    assert [each.avatar_id for each in found[0].values()] == [f"Avatar-{n}" for n in range(60)]
    assert server.most_at_once == concurrency
    # The first calls race for the SDK's session, so that some of their connections are not used again.
    assert server.connections < 2 * concurrency + 1


def test_pool_starts_no_more_threads_than_there_is_work_for():
    pool = Pool(64, "a-pool-of-this-test")
    for number in range(100):
        assert pool.submit(lambda n=number: n).result() == number
    started = [each for each in threading.enumerate() if each.name.startswith("a-pool-of-this-test")]
    # The thread before may still be on its way back when the next call is made.
    assert 1 <= len(started) <= 5
    assert all(each.daemon for each in started)


def test_threads_of_a_pool_end_when_there_is_nothing_to_do(monkeypatch):
    def threads():
        return [each for each in threading.enumerate() if each.name.startswith("an-idle-pool")]

    monkeypatch.setattr("pulumi_ice_avatar.pool._IDLE", 0.01)
    pool = Pool(8, "an-idle-pool")
    for future in [pool.submit(str, number) for number in range(100)]:
        future.result()
    until(lambda: not threads())
    assert pool.submit(str, 5).result() == "5"


def test_pool_hands_over_what_is_raised():
    pool = Pool(1, "pool")
    with pytest.raises(KeyboardInterrupt):
        pool.submit(lambda: (_ for _ in ()).throw(KeyboardInterrupt)).result()
    assert pool.submit(str, 5).result() == "5"  # the thread lives on


def test_pool_drops_what_has_not_begun():
    pool, begun, proceed = Pool(1, "pool"), threading.Event(), threading.Event()
    first = pool.submit(lambda: (begun.set(), proceed.wait()))
    rest = [pool.submit(str, number) for number in range(10)]
    begun.wait()
    pool.cancel()
    proceed.set()
    first.result()
    assert all(each.cancelled() for each in rest)


# --- what fails all look-ups of a batch fails once


def test_wrong_secret_is_not_tried_for_every_avatar(emulator, client):
    asked = client(concurrency=4, access_key="inactive")
    with pytest.raises(AuthenticationError, match="does not accept the credentials"):
        asked.get_many([f"Avatar-{number}" for number in range(200)])
    assert 1 <= len(emulator.requests) <= 4


def test_service_out_of_reach_is_not_tried_for_every_avatar(emulator, client):
    asked = client(concurrency=4, endpoint=f"http://{CLOSED}", retries=0)
    with pytest.raises(ServiceUnavailableError, match="cannot reach"):
        asked.get_many([f"Avatar-{number}" for number in range(200)])


def test_service_that_fails_now_and_then_fails_only_for_whom_it_fails(emulator, client):
    asked = client(concurrency=1, retries=0)
    asked.get("Avatar-XXXX")
    emulator.faults.update({"fail_next": 1, "avatar_ids": ["Avatar-YYYY"]})
    found = asked.get_many(["Avatar-XXXX", "Avatar-YYYY"])
    assert found["Avatar-XXXX"].width == 1080
    assert isinstance(found["Avatar-YYYY"], ServiceUnavailableError)


def test_threads_that_wait_for_credentials_share_their_absence(monkeypatch):
    from pulumi_ice_avatar import connection as module

    attempts = []

    class Nothing:
        def get_credential(self):
            attempts.append(threading.current_thread().name)
            if len(attempts) == 1:
                until(lambda: all(map(waiting_for_the_lock, threads)))
            raise ValueError("there are none")

    def waiting_for_the_lock(thread):
        if thread.name in attempts:
            return True
        frame = sys._current_frames().get(thread.ident)
        return frame is not None and frame.f_code.co_name == "client"

    monkeypatch.setattr(module, "credentials", lambda _: Nothing())
    connection = module.Connection(settings.load(environment={}, endpoint="a.example"), lambda _: None)
    outcomes = []

    def connect():
        try:
            connection.client()
        except CredentialsError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=connect) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 10
    assert all("there are none" in each for each in outcomes)
    assert len(attempts) == 1

    with pytest.raises(CredentialsError):
        connection.client()
    assert len(attempts) == 2  # who comes later tries anew: there may be some by now


# --- nothing before it is needed


def run(program, *, timeout=60, **env):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=timeout, env=env or None
    )


HEAVY = ("pulumi", "grpc", "alibabacloud_", "darabonba", "Tea", "requests", "aiohttp", "jsonschema", "yaml", "asyncio")
SDK = ("alibabacloud_", "darabonba", "Tea", "requests", "aiohttp", "jsonschema")


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import pulumi_ice_avatar", HEAVY),
        ("import pulumi_ice_avatar.cli", HEAVY),
        ("from pulumi_ice_avatar import AvatarNotFoundError, ram", HEAVY),
        ("import pulumi_ice_avatar as ice; ice.get_avatar, ice.Avatar, ice.GetAvatarResult", SDK),
        ("import pulumi_ice_avatar.testing", SDK),
    ],
)
def test_what_an_import_loads(statement, unwanted):
    done = run(f"{statement}\nimport sys\nprint(*sys.modules)")
    assert done.stderr == ""
    names = {name.partition(".")[0] for name in done.stdout.split()}
    assert "pulumi_ice_avatar" in names
    assert [name for name in sorted(names) if name.startswith(unwanted) and name != "pulumi_ice_avatar"] == []


def test_public_names_are_all_there():
    done = run("from pulumi_ice_avatar import *\nimport pulumi_ice_avatar as i\nprint(set(i.__all__) <= set(dir(i)))")
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert (
        "AttributeError: module 'pulumi_ice_avatar' has no attribute 'nothing'"
        in run("import pulumi_ice_avatar\npulumi_ice_avatar.nothing").stderr
    )


LOOK_UP = """
import sys, threading, pulumi_ice_avatar as ice
from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import AvatarClient
client = AvatarClient(settings.load(endpoint=sys.argv[1], access_key="permanent", secret_key="x", read_timeout="600",
                                    timeout="600"))
"""


def test_look_up_leaves_the_asynchronous_half_of_the_sdk_alone_and_usable(server):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            LOOK_UP + "client.get('A')\nassert 'aiohttp' not in sys.modules\n"
            "import asyncio, aiohttp\nassert isinstance(aiohttp.ClientSession, type)\n"
            "from alibabacloud_tea_openapi.client import Client\n"
            "from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params\n"
            "from darabonba.runtime import RuntimeOptions\n"
            "config = Config(access_key_id='a', access_key_secret='b', endpoint=sys.argv[1][7:], protocol='http')\n"
            "their = Client(config)\n"
            "params = Params(action='GetAvatar', version='2020-11-09', protocol='HTTP', pathname='/', method='POST',\n"
            "                auth_type='AK', style='RPC', req_body_type='formData', body_type='json')\n"
            "call = their.call_api_async(params, OpenApiRequest(query={'AvatarId': 'B'}), RuntimeOptions())\n"
            "print(asyncio.run(call)['body']['Data']['Avatar']['AvatarId'])\n",
            answering(server).endpoint,
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("B\n", "")


@pytest.mark.parametrize(
    "program",
    [
        "threading.Thread(target=client.get, args=('A',), daemon=True).start()",
        "client._submit('A', __import__('pulumi_ice_avatar.client').client._Batch())",
    ],
    ids=["one waits", "nobody waits"],
)
def test_interpreter_does_not_wait_for_look_ups_under_way(program, server):
    server.proceed.clear()
    process = subprocess.Popen(
        [sys.executable, "-c", f"{LOOK_UP}\n{program}\ninput()", server.endpoint],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.arrived.wait(30)
    # The server keeps the look-up waiting for as long as it runs.
    output, _ = process.communicate("end\n", timeout=30)
    assert (process.returncode, output) == (0, "")
