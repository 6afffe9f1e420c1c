"""`ice-avatar templates`, as a process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_ice_avatar import ram


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pulumi_ice_avatar", "templates", *arguments], capture_output=True, text=True, timeout=60
    )


def output(*arguments: str) -> str:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_list() -> None:
    lines = output("list").splitlines()
    assert [line.split()[0] for line in lines] == ["name", *(each.name for each in ram.templates())]
    listed = json.loads(output("list", "--format", "json"))
    assert {each["name"]: each["document"] for each in listed} == {each.name: each.document for each in ram.templates()}


def test_show() -> None:
    text = output("show", "get-avatar-from-network")
    assert "ice:GetAvatar" in text
    assert "source_ip: the addresses" in text
    assert text.endswith((Path(__file__).parents[2] / "policies/templates/get-avatar-from-network.json").read_text())
    shown = json.loads(output("show", "get-avatar-from-network", "--format", "json"))
    assert shown["must_allow"] == ["ice:GetAvatar"]
    assert shown["parameters"]["source_ip"]["required"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (["source_ip=10.0.0.0/8"], ["10.0.0.0/8"]),
        (["source_ip=10.0.0.0/8", "source_ip=::1"], ["10.0.0.0/8", "::1"]),
        (['source_ip=["10.0.0.0/8", "::1"]'], ["10.0.0.0/8", "::1"]),
        (['source_ip=["10.0.0.0/8"]', 'source_ip="::1"'], ["10.0.0.0/8", "::1"]),
    ],
)
def test_render(parameters: list[str], expected: list[str]) -> None:
    arguments = [part for each in parameters for part in ("-p", each)]
    rendered = json.loads(output("render", "get-avatar-from-network", *arguments))
    assert rendered == ram.template("get-avatar-from-network", source_ip=expected)


def test_render_combined() -> None:
    name = "avatar-reader+get-avatar-from-network+get-avatar-in-time-window"
    parameters = {"source_ip": "10.0.0.0/8", "not_after": "2030-01-01T00:00:00Z"}
    rendered = output("render", name, *(part for pair in parameters.items() for part in ("-p", "=".join(pair))))
    assert json.loads(rendered) == ram.template(name, **parameters)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "get-avatarr"], "did you mean get-avatar?"),
        (["render", "get-avatar-from-network"], "needs the parameter source_ip"),
        (["render", "get-avatar-from-network", "-p", "source_ip"], "NAME=VALUE"),
        (["render", "get-avatar-from-network", "-p", "source_ip=[1"], "JSON"),
        (["render", "get-avatar-from-network", "-p", "source_ip=" + "[" * 100_000], "JSON"),
        (["render", "get-avatar-from-network", "-p", "source_ip=[]"], "does not fit"),
        (["render", "get-avatar-from-network", "-p", "source_ip=10.0.0.256"], "not an IP address"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ice-avatar: ")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
