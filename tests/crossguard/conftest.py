"""The policy pack as a process, asked in the protocol that the engine speaks with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.conftest import ROOT

PACK = ROOT / "policies" / "pack"

POLICY = "alicloud:ram/policy:Policy"
ROLE = "alicloud:ram/role:Role"
ATTACHMENT = "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment"
RAM_POLICY = "pulumi-python:dynamic/ice:RamPolicy"
AVATAR = "pulumi-python:dynamic/ice:Avatar"

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that is not known yet, in the engine's protocol."""

READER = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]})
MISSPELT = READER.replace("Allow", "Alow")


class Violation(NamedTuple):
    rule: str
    level: str
    message: str
    urn: str


class Pack:
    """A running pack."""

    def __init__(self, folder: Path = PACK) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._process.stdout.readline().strip()}")
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        self.rules = {each.name: each for each in self._stub.GetAnalyzerInfo(_empty(), wait_for_ready=True).policies}

    def configure(self, **settings: Mapping[str, Any]) -> None:
        """Configure rules; dashes of their names are underscores here, and all others are as they were."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for name, properties in settings.items():
            rule = name.replace("_", "-")
            level = properties.get("enforcementLevel")
            request.policyConfig[rule].enforcementLevel = (
                analyzer_pb2.EnforcementLevel.Value(level.upper()) if level else self.rules[rule].enforcementLevel
            )
            own = {key: value for key, value in properties.items() if key != "enforcementLevel"}
            request.policyConfig[rule].properties.CopyFrom(_struct(own))
        self._stub.Configure(request)

    def analyze(self, type_: str, props: Mapping[str, Any], name: str = "it") -> list[Violation]:
        """What the pack says of a resource with these inputs."""
        request = analyzer_pb2.AnalyzeRequest(type=type_, name=name, urn=urn(type_, name), properties=_struct(props))
        return _violations(self._stub.Analyze(request, timeout=60))

    def analyze_stack(self, *resources: tuple[str, str, Mapping[str, Any]]) -> list[Violation]:
        """What the pack says of a stack of resources: type, name and outputs of each."""
        return _violations(
            self._stub.AnalyzeStack(
                analyzer_pb2.AnalyzeStackRequest(
                    resources=[
                        analyzer_pb2.AnalyzerResource(
                            type=type_, name=name, urn=urn(type_, name), properties=_struct(props)
                        )
                        for type_, name, props in resources
                    ]
                ),
                timeout=60,
            )
        )

    def stop(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.communicate()


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:dev::project::{type_}::{name}"


def _empty() -> Any:
    from google.protobuf import empty_pb2

    return empty_pb2.Empty()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def _violations(response: Any) -> list[Violation]:
    return [
        Violation(
            each.policyName,
            analyzer_pb2.EnforcementLevel.Name(each.enforcementLevel).lower(),
            each.message.removeprefix(f"{each.description}\n"),
            each.urn,
        )
        for each in response.diagnostics
    ]


@pytest.fixture(scope="package")
def running() -> Iterator[Pack]:
    started = Pack()
    yield started
    started.stop()


@pytest.fixture
def pack(running: Pack) -> Pack:
    """The project's own pack, with the configuration it comes with."""
    running.configure()
    return running


@pytest.fixture
def own_pack(tmp_path: Path) -> Iterator[Callable[[str], Pack]]:
    """Starts packs whose rules are what an expression says."""
    started = []

    def start(rules: str) -> Pack:
        folder = tmp_path / f"pack-{len(started)}"
        folder.mkdir()
        (folder / "__main__.py").write_text(
            "from pulumi_policy import EnforcementLevel, PolicyPack\n"
            "from pulumi_ice_avatar.crossguard import ram_policies\n"
            f"PolicyPack('own', {rules})\n"
        )
        started.append(Pack(folder))
        return started[-1]

    yield start
    for each in started:
        each.stop()
