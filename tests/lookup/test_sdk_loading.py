"""aiohttp, which only asynchronous calls need, is not loaded by a look-up; but it is there for whoever wants it."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys, threading
from pulumi_ice_avatar import sdk

with sdk.loading():
    from alibabacloud_tea_openapi.client import Client
    assert sys.modules["aiohttp"].__class__.__name__ == "_LaterAiohttp"
    seen = []
    def another_thread():
        import aiohttp.web
        from aiohttp import ClientSession
        seen.extend([aiohttp.web.Application.__name__, ClientSession.__name__])
    if "meanwhile" in sys.argv:
        thread = threading.Thread(target=another_thread)
        thread.start()
        thread.join()
        print(seen)
if "meanwhile" not in sys.argv:
    assert "aiohttp" not in sys.modules
import darabonba.core
print(darabonba.core.aiohttp.TCPConnector.__module__)
"""


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_not_loaded_until_it_is_used():
    assert run() == "aiohttp.connector\n"


def test_another_thread_gets_the_real_one():
    assert run("meanwhile") == "['Application', 'ClientSession']\naiohttp.connector\n"


def test_threads_that_begin_at_once_share_one_session(emulator):
    program = """
import ssl
made = []
create = ssl.create_default_context
ssl.create_default_context = lambda *args, **named: made.append(1) or create(*args, **named)
import pulumi_ice_avatar as ice
ice.get_avatars([f"Avatar-{number}" for number in range(200)], missing_ok=True)
print(len(made))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **emulator.environment()},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
