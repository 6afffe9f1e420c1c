"""Input of any size and depth ends in one clear line and in bounded memory; what a run imports, and how it stops."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.validate.conftest import ENVIRONMENT, GOOD, MISSPELT

STATEMENT = '{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}'
MEMORY = 400 << 20
"""Bytes of addresses that a run may have, the interpreter and its libraries included."""


def bounded(folder, *arguments: str, stdin: object = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pulumi_ice_avatar", "validate", *arguments],
        cwd=folder.path,
        env=ENVIRONMENT,
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )


def huge(folder):
    path = folder.write("x.json", '{"Version": "1", "Statement": [')
    with path.open("ab") as file:
        for _ in range(1600):
            file.write((STATEMENT + ",").encode() * 1000)
    assert path.stat().st_size > 100_000_000


BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghi")
)

LIMITS = {
    "100 MB": (huge, "RAM010", "long and was not read"),
    "100 MB of nothing": (lambda folder: os.truncate(folder.write("x.json", ""), 100 << 20), "RAM010", "was not read"),
    "depth of lists": (lambda folder: folder.write("x.json", "[" * 100_000), "RAM001", "nested"),
    "depth of objects": (lambda folder: folder.write("x.json", '{"S":' * 100_000), "RAM001", "nested"),
    "closed depth": (lambda folder: folder.write("x.json", "[" * 100_000 + "]" * 100_000), "RAM001", "nested"),
    "depth of YAML": (lambda folder: folder.write("x.yaml", "[" * 100_000), "RAM001", "nested"),
    "aliases": (lambda folder: folder.write("x.yaml", BOMB), "RAM001", "aliases"),
    "binary": (lambda folder: folder.write("x.json", bytes(range(256)) * 1000), "RAM001", "binary"),
    "empty": (lambda folder: folder.write("x.json", ""), "RAM001", "empty"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_one_clear_line(folder, limit):
    make, code, said = LIMITS[limit]
    make(folder)
    (name,) = [each.name for each in folder.path.iterdir()]
    done = bounded(folder, name, "--format", "concise")
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert f" error {code} " in line
    assert said in line
    assert len(line) < 300
    # In a folder, what is no policy is passed over just as quickly.
    assert bounded(folder, ".").returncode in (1, 2)


def test_endless_input(folder):
    process = subprocess.Popen(["yes", STATEMENT], stdout=subprocess.PIPE)
    try:
        done = bounded(folder, "-", "--format", "concise", stdin=process.stdout)
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert " error RAM010 " in line


def test_thousands_of_findings_in_every_form(folder):
    wrong = '{"Effect": "Alow", "Action": "ecs:describeinstances", "Resource": "*"}'
    folder.write("x.json", '{"Version": "1", "Statement": [' + ",".join([wrong] * 1000) + "]}")
    for form in ("text", "json", "sarif", "junit", "github", "gitlab"):
        assert bounded(folder, "x.json", "--format", form).returncode == 1


def test_a_sound_document_imports_nothing_heavy(folder):
    folder.write("x.json", GOOD)
    program = (
        "import sys; from pulumi_ice_avatar.cli import main; code = main(['validate', 'x.json']); "
        "print(*sorted({each.partition('.')[0] for each in sys.modules} | set(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder.path, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0
    heavy = {
        "pulumi",
        "grpc",
        "jsonschema",
        "yaml",
        "aiohttp",
        "Tea",
        "alibabacloud_credentials",
        "dataclasses",
        "logging",
    }
    heavy |= {
        "multiprocessing",
        "concurrent.futures",
        "asyncio",
        "inspect",
        "importlib.metadata",
        "tomllib",
        "datetime",
    }
    assert heavy.isdisjoint(done.stdout.split())


def test_interrupted(folder):
    for number in range(2100):
        folder.write(f"p/{number:04}.json", MISSPELT)
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi_ice_avatar", "validate", "p", "--format", "jsonl"],
        cwd=folder.path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    # It is at work once it has written, and cannot end before somebody reads more than a pipe holds.
    assert process.stdout.read(1) == b"{"
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert said == ""
    assert process.returncode == 130


def test_ten_thousand_files(folder):
    for number in range(10_000):
        folder.write(f"p/{number % 100}/{number}.json", GOOD)
    report = json.loads(bounded(folder, "p", "--format", "json").stdout)
    assert report == {"files": 10_000, "findings": []}
