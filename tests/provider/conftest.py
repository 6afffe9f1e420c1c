"""The dynamic provider as a process over its own gRPC: really pickled, really unpickled, without an engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_ice_avatar.emulator import Emulator, Faults
from pulumi_ice_avatar.provider import AvatarProvider, AvatarsProvider
from tests.support.world import KEY, QUICK, SEED

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that is not known yet, in the engine's protocol."""

PLACEHOLDERS = dict.fromkeys(
    ("avatarName", "avatarDescription", "avatarType", "thumbnail", "portrait", "transparent", "width", "height"), ""
)


class ProviderError(Exception):
    """What the provider's process answered instead."""


class Processes:
    """Processes as the engine starts them, one for each operation."""

    def __init__(self, endpoint: str, home: Path) -> None:
        self._variables = {**os.environ, "HOME": str(home), "ICE_AVATAR_ENDPOINT": endpoint, **KEY, **QUICK}
        self._home = home
        self._running: list[tuple[subprocess.Popen[str], grpc.Channel]] = []
        self._stubs: dict[Any, provider_pb2_grpc.ResourceProviderStub] = {}

    def start(
        self, env: Mapping[str, str | None], config: Mapping[str, str], *, fresh: bool
    ) -> provider_pb2_grpc.ResourceProviderStub:
        key = (frozenset(env.items()), frozenset(config.items()))
        if fresh or key not in self._stubs:
            self._stubs[key] = self._start({**self._variables, **env}, config)
        return self._stubs[key]

    def _start(self, env: Mapping[str, str | None], config: Mapping[str, str]) -> Any:
        with (self._home / f"log-{len(self._running)}").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "pulumi.dynamic"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={name: value for name, value in env.items() if value is not None},
            )
        channel = grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}")
        self._running.append((process, channel))
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config)), wait_for_ready=True)
        return stub

    def logs(self) -> str:
        return "".join(each.read_text() for each in sorted(self._home.glob("log-*")))

    def forget_logs(self) -> None:
        for each in self._home.glob("log-*"):
            os.truncate(each, 0)

    def stop(self) -> None:
        for process, channel in self._running:
            channel.close()
            process.kill()
            process.communicate()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


class Provider:
    """One of the two providers in a process."""

    def __init__(self, stub: provider_pb2_grpc.ResourceProviderStub, kind: type) -> None:
        self._stub = stub
        self._pickled = serialize_provider(kind())

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> tuple[dict[str, Any], list[str]]:
        """The checked inputs, and what is wrong with them."""
        answer = self._call("Check", provider_pb2.CheckRequest, news=news, olds=olds or {})
        for failure in answer.failures:
            assert failure.property == ""
        return self._properties(answer.inputs), [failure.reason for failure in answer.failures]

    def create(self, props: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        answer = self._call("Create", provider_pb2.CreateRequest, properties=props)
        return answer.id, self._properties(answer.properties)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._call("Update", provider_pb2.UpdateRequest, id=id_, olds=olds, news=news)
        return self._properties(answer.properties)

    def diff(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> tuple[int, list[str]]:
        answer = self._call("Diff", provider_pb2.DiffRequest, id=id_, olds=olds, news=news)
        return answer.changes, list(answer.replaces)

    def read(self, id_: str, *, props: Mapping[str, Any] | None = None, inputs: Mapping[str, Any] | None = None) -> Any:
        given = {"properties": props} if props is not None else {"inputs": inputs}
        answer = self._call("Read", provider_pb2.ReadRequest, id=id_, **given)
        return answer.id, self._properties(answer.properties), self._properties(answer.inputs)

    def delete(self, id_: str, props: Mapping[str, Any]) -> None:
        self._call("Delete", provider_pb2.DeleteRequest, id=id_, properties=props)

    def _call(self, method: str, request: Callable[..., Any], **fields: Any) -> Any:
        given = {
            name: _struct({**value, "__provider": self._pickled}) if isinstance(value, Mapping) else value
            for name, value in fields.items()
        }
        try:
            return getattr(self._stub, method)(request(**given), timeout=60)
        except grpc.RpcError as error:
            raise ProviderError(error.details()) from None

    def _properties(self, struct: struct_pb2.Struct) -> dict[str, Any]:
        values = json_format.MessageToDict(struct)
        assert values.pop("__provider", self._pickled) == self._pickled
        return values


@pytest.fixture(scope="module")
def service() -> Iterator[Emulator]:
    with Emulator(SEED) as running:
        yield running


@pytest.fixture
def emulator(service: Emulator) -> Emulator:
    """One for all tests of a module, as new for each, so that they can share provider processes too."""
    service.faults = Faults()
    service.avatars.clear()
    service.avatars.update({each["AvatarId"]: dict(each) for each in SEED["avatars"]})
    service.clear_requests()
    return service


@pytest.fixture(scope="module")
def processes(service: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    started = Processes(service.endpoint, tmp_path_factory.mktemp("provider"))
    yield started
    started.stop()


@pytest.fixture
def provider(emulator: Emulator, processes: Processes) -> Callable[..., Provider]:
    """A provider that asks the emulator; one process for the same variables and configuration."""

    def start(
        kind: type = AvatarProvider,
        *,
        env: Mapping[str, str | None] | None = None,
        config: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Provider:
        return Provider(processes.start(env or {}, config or {}, fresh=fresh), kind)

    return start


@pytest.fixture
def avatars(provider: Callable[..., Provider]) -> Callable[..., Provider]:
    """The provider of `Avatars`."""
    return lambda **options: provider(AvatarsProvider, **options)


@pytest.fixture
def logs(processes: Processes) -> Callable[[], str]:
    """What the provider processes write during a test; the engine would show it to the user."""
    processes.forget_logs()
    return processes.logs
