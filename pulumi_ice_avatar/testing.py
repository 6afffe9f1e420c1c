"""What a program's own tests need: its avatars under Pulumi's mocks, or a service on this machine.

Mocks answer at once, and leave out everything between the program and the service; `emulated` leaves out nothing but
the service itself.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pulumi
from pulumi.output import Unknown

from pulumi_ice_avatar.errors import AvatarNameError, AvatarNotFoundError, InvalidInputError
from pulumi_ice_avatar.models import FIELDS, AvatarRecord, AvatarSummary, Field, SystemAvatar, show
from pulumi_ice_avatar.provider import outputs

if TYPE_CHECKING:
    from pulumi_ice_avatar.emulator import Emulator

__all__ = ["AvatarMocks", "emulated"]

_TOKEN = "ice-avatar:index:"
_AVATAR, _AVATARS = "pulumi-python:dynamic/ice:Avatar", "pulumi-python:dynamic/ice:Avatars"


class AvatarMocks(pulumi.runtime.Mocks):
    """Mocks for programs with avatars; for a program's other functions and resources, override and call `super()`.

    Example:
        >>> import pulumi
        >>> import pulumi_ice_avatar as ice
        >>> from pulumi_ice_avatar.testing import AvatarMocks
        >>> pulumi.runtime.set_mocks(AvatarMocks({"Avatar-XXXX": {"avatar_name": "Mina", "width": 720}}))
        >>> ice.get_avatar("Avatar-XXXX").avatar_name
        'Mina'
        >>> @pulumi.runtime.test
        ... def test_width():
        ...     return ice.Avatar("host", avatar_id="Avatar-XXXX").width.apply(print)
        >>> test_width()
        720
        >>> ice.get_avatar("Avatar-YYYY")
        Traceback (most recent call last):
        ...
        pulumi_ice_avatar.errors.AvatarNotFoundError: avatar 'Avatar-YYYY' is not among the mocked: Avatar-XXXX
    """

    def __init__(
        self,
        avatars: Mapping[str, Mapping[str, Any]],
        system_avatars: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Make mocks.

        Args:
            avatars: The avatars there are, by id: some of the attributes of `GetAvatarResult`. What is not given is an
                empty text, `2DAvatar`, False, and a size of 1080 by 1920.
            system_avatars: The avatars that the service itself offers, by id: attributes of `SystemAvatarResult`.

        Raises:
            InvalidInputError: an avatar has no such attribute, or not of that type.
        """
        defaults = {"avatar_type": "2DAvatar", "width": 1080, "height": 1920}
        self._avatars = {each: AvatarRecord(**_values(AvatarRecord, each, avatars[each], defaults)) for each in avatars}
        system = system_avatars or {}
        self._system = [SystemAvatar(**_values(SystemAvatar, each, system[each], defaults)) for each in system]

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Answer this package's functions; nothing for others."""
        given = args.args
        match args.token.removeprefix(_TOKEN):
            case "getAvatar":
                return _facts(self._known(given["avatarId"]))
            case "getAvatars":
                return {"avatars": {each: _facts(self._avatars.get(each)) for each in given["avatarIds"]}}
            case "getAvatarByName":
                return _facts(self._named(given["avatarName"], given.get("avatarType")))
            case "listAvatars":
                return {"avatars": [_facts(each, AvatarSummary) for each in self._of_type(given.get("avatarType"))]}
            case "listSystemAvatars":
                return {"avatars": [_facts(each) for each in self._system]}
        return {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Give `Avatar` and `Avatars` their outputs; other resources their inputs, and an id made from the name."""
        given = args.inputs
        if args.typ == _AVATAR and _is_known(given.get("avatarId")):
            return given["avatarId"], {**given, **outputs(self._known(given["avatarId"]))}
        if args.typ == _AVATARS and _is_known(given.get("avatarIds")):
            return "avatars", {**given, "avatars": {each: outputs(self._known(each)) for each in given["avatarIds"]}}
        return args.resource_id or f"{args.name}-id", given

    def _known(self, avatar_id: str) -> AvatarRecord:
        if avatar_id not in self._avatars:
            raise AvatarNotFoundError(
                f"avatar {show(avatar_id)} is not among the mocked: {', '.join(self._avatars) or 'there are none'}"
            )
        return self._avatars[avatar_id]

    def _of_type(self, avatar_type: str | None) -> list[AvatarRecord]:
        return [each for each in self._avatars.values() if avatar_type in (None, each.avatar_type)]

    def _named(self, name: str, avatar_type: str | None) -> AvatarRecord:
        found = [each for each in self._of_type(avatar_type) if each.avatar_name == name]
        if len(found) != 1:
            raise AvatarNameError(f"{len(found) or 'none'} of the mocked avatars have the name {show(name)}")
        return found[0]


@contextmanager
def emulated(seed: Mapping[str, Any] | str | os.PathLike[str] | None = None) -> Iterator[Emulator]:
    """Serve ICE and RAM on this machine, to this process and to those it starts; nothing reaches the real service.

    Meanwhile the variables of the default credential chain hold the seed's first access key, and what was there before
    does not count: this process's settings for the real service, mocks, clients that earlier look-ups have left. All
    of it is back afterwards.

    Args:
        seed: What the emulator knows, as `ice-avatar emulator --seed` takes it; a small default seed if None.

    Yields:
        The running emulator: change its `avatars`, set its `faults`, read its `requests`.

    Raises:
        ConfigurationError: The seed is not one.

    Example:
        >>> import pulumi_ice_avatar as ice
        >>> from pulumi_ice_avatar.testing import emulated
        >>> with emulated() as service:
        ...     service.avatars["Avatar-New"] = {"AvatarName": "New", "Transparent": True, "Width": 720, "Height": 1280}
        ...     ice.get_avatar("Avatar-New").avatar_name
        'New'

        In pytest it is the fixture `ice_emulator`; here for all tests of a module:

        >>> import pytest
        >>> @pytest.fixture(scope="module")
        ... def service():
        ...     with emulated() as emulator:
        ...         yield emulator
    """
    from pulumi_ice_avatar.emulator import Emulator

    with Emulator(seed) as emulator, _variables(emulator.environment()), _no_clients(), _no_mocks():
        yield emulator


@contextmanager
def _variables(given: Mapping[str, str]) -> Iterator[None]:
    """These variables, and no others that say how the service is reached, for this process's own SDK too."""
    try:
        with patch.dict(os.environ):
            for name in list(os.environ):
                # The SDK sends even what goes to this machine through a proxy.
                if name.startswith(("ICE_AVATAR_", "ALICLOUD_", "ALIBABA_CLOUD_")) or name.upper() == "HTTP_PROXY":
                    del os.environ[name]
            os.environ.update(given)
            _read_again()
            yield
    finally:
        _read_again()


def _read_again() -> None:
    """The SDK reads the variables of its default credential chain only once, when this module of it is loaded."""
    module = sys.modules.get("alibabacloud_credentials.utils.auth_util")
    if module is not None:
        importlib.reload(module)


def _no_clients() -> AbstractContextManager[object]:
    """A client keeps its credentials and its pace: one that equal settings gave before must not answer now."""
    return patch.dict("pulumi_ice_avatar.client._clients", clear=True)


@contextmanager
def _no_mocks() -> Iterator[None]:
    """Without mocks that other tests of this process have set, which would answer in the emulator's place."""
    settings = pulumi.runtime.settings.SETTINGS
    before, settings.monitor = settings.monitor, None
    try:
        yield
    finally:
        settings.monitor = before


def _is_known(value: Any) -> bool:
    """Whether an input, or every element of it, is known; under a mocked preview it may not be."""
    elements = value if isinstance(value, list) else [value]
    return not any(each is None or isinstance(each, Unknown) for each in elements)


def _values(
    record: type[AvatarRecord] | type[SystemAvatar],
    avatar_id: str,
    given: Mapping[str, Any],
    defaults: Mapping[str, Any],
) -> dict[str, Any]:
    types = {each.attribute: each.type for each in _fields(record)}
    values = {name: defaults.get(name, kind()) for name, kind in types.items()}
    for name, value in {**given, "avatar_id": avatar_id}.items():
        if name not in types:
            raise InvalidInputError(f"avatar {show(avatar_id)} has no {show(name)}; it has {', '.join(types)}")
        if type(value) is not types[name]:
            raise InvalidInputError(
                f"{name} of avatar {show(avatar_id)} is {show(value)}, not of type {types[name].__name__}"
            )
        values[name] = value
    return values


def _facts(record: AvatarSummary | SystemAvatar | None, kind: type[AvatarSummary] | None = None) -> Any:
    """What a function answers, under the names of outputs."""
    return record and {field.output: getattr(record, field.attribute) for field in _fields(kind or type(record))}


def _fields(record: type[AvatarSummary] | type[SystemAvatar]) -> list[Field]:
    wanted = {each.name for each in fields(record)}
    return [field for field in FIELDS if field.attribute in wanted]
