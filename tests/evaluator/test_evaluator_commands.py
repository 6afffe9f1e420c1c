"""`ice-avatar simulate` and `ice-avatar compare`, as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

READER = {"Version": "1", "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "ice:Get*", "Resource": "*"}]}
GUARD = {"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ice:GetAvatarTrainingJob", "Resource": "*"}]}
GRANT = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.aliyuncs.com"}}],
}
BUCKET = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*", "Principal": ["*"]}],
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    documents = {"reader": READER, "guard": GUARD, "grant": GRANT, "trust": TRUST, "bucket": BUCKET}
    for name, document in documents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    return tmp_path


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pulumi_ice_avatar", *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        timeout=60,
        env={**os.environ, "COLUMNS": "120"},
    )


def decision(*arguments: str, code: int = 0, stdin: str | None = None) -> dict[str, Any]:
    done = run("simulate", "--format", "json", *arguments, stdin=stdin)
    assert (done.returncode, done.stderr) == (code, "")
    return json.loads(done.stdout)


def failure(*arguments: str) -> str:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ice-avatar: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_simulate_allows_with_0_and_names_the_statement() -> None:
    result = decision("--policy", "reader.json", "--action", "ice:GetAvatar")
    assert result["decision"] == "allow"
    assert [(each["policy"], each["statement"], each["sid"]) for each in result["statements"]] == [
        ("reader.json", 0, "Read")
    ]


def test_simulate_denies_with_1() -> None:
    both = ["--policy", "reader.json", "guard.json"]
    assert decision(*both, "--action", "ice:GetAvatarTrainingJob", code=1)["decision"] == "deny"
    result = decision(*both, "--action", "ice:ListAvatars", code=1)
    assert result["decision"] == "implicit_deny"
    assert result["statements"] == []
    assert [each["mismatch"]["part"] for each in result["others"]] == ["action", "action"]


def test_simulate_takes_context_with_several_values() -> None:
    arguments = ["--policy", "template:get-avatar-from-network", "--action", "ice:GetAvatar", "--context"]
    assert decision(*arguments, "acs:SourceIp=203.0.113.9")["decision"] == "allow"
    assert decision(*arguments, "acs:SourceIp=198.51.100.1", code=1)["decision"] == "implicit_deny"
    several = decision(*arguments, "acs:SourceIp=198.51.100.1", "a=b=c", "--context", "acs:SourceIp=203.0.113.9")
    assert several["decision"] == "allow"


def test_simulate_takes_every_layer() -> None:
    ask = ["--policy", "grant.json", "--action", "ice:GetAvatar"]
    assert decision(*ask, "--control-policy", "grant.json", "guard.json")["decision"] == "allow"
    assert decision(*ask, "--control-policy", "guard.json", code=1)["decision"] == "implicit_deny"
    assert decision(*ask, "--session-policy", "reader.json")["decision"] == "allow"
    assert decision(*ask, "--session-policy", "guard.json", code=1)["decision"] == "implicit_deny"
    bucket = ["--action", "oss:GetObject", "--resource", "acs:oss:*:1:b/a", "--resource-policy", "bucket.json"]
    assert decision(*bucket)["decision"] == "allow"
    role = ["--action", "sts:AssumeRole", "--trust-policy", "trust.json", "--principal"]
    assert decision(*role, "ecs.aliyuncs.com")["decision"] == "allow"
    assert decision(*role, "fc.aliyuncs.com", code=1)["decision"] == "implicit_deny"


def test_simulate_reads_standard_input() -> None:
    assert decision("--policy", "-", "--action", "ice:GetAvatar", stdin=json.dumps(READER))["decision"] == "allow"


def test_simulate_explains_in_words() -> None:
    done = run("simulate", "--policy", "reader.json", "guard.json", "--action", "ice:GetAvatar")
    assert done.returncode == 0
    first, second = done.stdout.splitlines()
    assert first == "allow: allowed by reader.json statement 0 (Read)"
    assert "guard.json statement 0" in second
    assert "ice:GetAvatarTrainingJob" in second


def test_mistakes_are_one_line(here: Path) -> None:
    ask = ["simulate", "--action", "ice:GetAvatar", "--policy"]
    (here / "broken.json").write_text('{"Version": "1",\n"Statement": [{"Effect": "Alow"}]}')
    assert "broken.json:2:26" in failure(*ask, "broken.json")
    assert "nowhere.json: no such file" in failure(*ask, "nowhere.json")
    assert "a folder, not a file" in failure(*ask, str(here))
    assert "did you mean get-avatar?" in failure(*ask, "template:get-avatarr")
    assert "KEY=VALUE" in failure(*ask, "reader.json", "--context", "x")
    assert "not an IP address" in failure(*ask, "template:get-avatar-from-network", "--context", "acs:SourceIp=abc")
    assert "one action" in failure("simulate", "--action", "ice:Get*", "--policy", "reader.json")


def test_compare_prints_new_access_and_exits_with_1() -> None:
    done = run("compare", "template:get-avatar", "reader.json")
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("+ ice:Get")
    assert "reader.json statement 0 (Read)" in line
    result = json.loads(run("compare", "template:get-avatar", "reader.json", "--format", "json").stdout)
    assert result["complete"]
    (access,) = result["new_access"]
    assert "ice:GetAvatarTrainingJob" in access["actions"]
    assert "ice:GetAvatar" not in access["actions"]


def test_compare_without_new_access_exits_with_0() -> None:
    done = run("compare", "reader.json", "template:get-avatar")
    assert (done.returncode, done.stdout) == (0, "no new access found\n")


def test_compare_against_lists(here: Path) -> None:
    (here / "required.txt").write_text("# what the program calls\nice:GetAvatar\n\nice:ListAvatars # listing\n")
    same = ["compare", "template:avatar-reader", "template:avatar-reader"]
    done = run(*same, "--must-allow", "required.txt", "--must-deny", "ice:Create*")
    assert done.returncode == 1
    assert {line.split()[0] for line in done.stdout.splitlines()[1:]} == {"RAM902"}
    done = run(*same, "--must-allow", "ice:GetAvatar", "ice:DeleteAvatarTrainingJob", "--must-deny", "ice:List*")
    assert {line.split()[0] for line in done.stdout.splitlines()[1:]} == {"RAM901", "RAM902", "RAM903"}
    result = json.loads(run(*same, "--must-deny", "ice:List*", "--format", "json").stdout)
    assert [each["code"] for each in result["unmet"]] == ["RAM903"]
    assert run(*same, "--must-allow", "ice:Get*Avatar*", "ice:List*Avatar*").returncode == 0


def test_compare_mistakes_are_one_line(here: Path) -> None:
    (here / "latin.txt").write_bytes(b"\xe9")
    same = ["compare", "reader.json", "reader.json", "--must-allow"]
    assert "nowhere.txt" in failure(*same, "nowhere.txt")
    assert "UTF-8" in failure(*same, "latin.txt")
    assert "ice:GetAvatar" in failure(*same, "GetAvatar")
    assert "no known action" in failure(*same, "ice:Frobnicate*")
    assert "names principals" in failure("compare", "reader.json", "trust.json")
