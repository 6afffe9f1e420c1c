"""`ice-avatar doctor`: which settings, credentials and tools are in effect, and whether a look-up is allowed."""

from __future__ import annotations

import json
import shutil

from tests.support.world import SENTINEL


def rows(done):
    return {each["what"]: (each["value"], each["from"]) for each in json.loads(done.stdout)}


def test_all_is_well(ice_avatar, emulator, environment):
    done = ice_avatar("doctor", "--format", "json", "--region", "cn-shanghai")
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(done)
    assert found["region"] == ("cn-shanghai", "argument")
    assert found["endpoint"] == (emulator.endpoint, "environment ICE_AVATAR_ENDPOINT")
    assert found["access_key"] == ("permanent", "environment ICE_AVATAR_ACCESS_KEY")
    assert found["secret_key"] == ("(hidden)", "environment ICE_AVATAR_SECRET_KEY")
    assert found["concurrency"] == ("64", "default")
    assert found["credentials"][0] == "static_ak"
    assert found["ice:GetAvatar"][0] == "allowed"
    assert found["pulumi"] == (shutil.which("pulumi", path=environment["PATH"]) or "-", "PATH")
    assert {"pulumi-language-python", "pulumi-resource-pulumi-python", "aliyun"} <= set(found)
    assert [request.action for request in emulator.requests] == ["GetAvatar"]
    assert SENTINEL not in done.stdout


def test_table_is_the_same(ice_avatar):
    done = ice_avatar("doctor")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split() == ["what", "value", "from"]
    assert SENTINEL not in done.stdout


def test_what_does_not_work_is_told_and_the_rest_shown_all_the_same(ice_avatar, emulator):
    emulator.faults.deny = True
    done = ice_avatar("doctor", "--format", "json")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("ice-avatar: ")
    assert "allows `ice:GetAvatar` on Resource `*`" in line
    assert "region" in rows(done)

    emulator.faults.deny = False
    assert ice_avatar("doctor", env={"ICE_AVATAR_SECRET_KEY": "wrong"}).returncode == 2
    assert ice_avatar("doctor", env={"ICE_AVATAR_ENDPOINT": "http://127.0.0.1:9"}).returncode == 3
    done = ice_avatar("doctor", "--format", "json", env={"ICE_AVATAR_ENDPOINT": ""})
    assert done.returncode == 2
    assert "no region" in done.stderr
    assert rows(done)["endpoint"] == ("-", "default")
