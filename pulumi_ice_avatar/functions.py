"""The data source: look-ups in a Pulumi program, at preview too, with nothing in state.

Names and forms are those of generated SDKs: `get_x` answers at once, `get_x_output` takes and gives outputs. Under
`pulumi.runtime.set_mocks` every function goes through `Mocks.call`. What goes wrong is an `IceAvatarError` that is a
`pulumi.RunError` too, so that a program which does not catch it ends with one line instead of a traceback.
"""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Literal, TypeVar, overload

import pulumi
from pulumi.runtime.mocks import MockMonitor

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import AvatarClient, client_for, raise_failures
from pulumi_ice_avatar.errors import AvatarNotFoundError, IceAvatarError, InvalidInputError
from pulumi_ice_avatar.models import FIELDS, AvatarRecord, AvatarSummary, SystemAvatar, show
from pulumi_ice_avatar.pool import Pool
from pulumi_ice_avatar.results import (
    AvatarSummaryResult,
    AwaitableGetAvatarResult,
    AwaitableGetAvatarsResult,
    AwaitableListAvatarsResult,
    AwaitableListSystemAvatarsResult,
    GetAvatarResult,
    SystemAvatarResult,
)
from pulumi_ice_avatar.run_errors import run_error

__all__ = [
    "get_avatar",
    "get_avatar_by_name",
    "get_avatar_by_name_output",
    "get_avatar_output",
    "get_avatars",
    "get_avatars_output",
    "list_avatars",
    "list_avatars_output",
    "list_system_avatars",
    "list_system_avatars_output",
]

_T = TypeVar("_T")
_Options = pulumi.InvokeOptions | None
_OutputOptions = pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None


@overload
def get_avatar(
    avatar_id: str, *, region: str | None = None, missing_ok: Literal[False] = False, opts: _Options = None
) -> AwaitableGetAvatarResult: ...
@overload
def get_avatar(
    avatar_id: str, *, region: str | None = None, missing_ok: bool, opts: _Options = None
) -> AwaitableGetAvatarResult | None: ...
def get_avatar(
    avatar_id: str, *, region: str | None = None, missing_ok: bool = False, opts: _Options = None
) -> AwaitableGetAvatarResult | None:
    """Look up one avatar.

    Args:
        avatar_id: Id of a trained avatar.
        region: Its region; by default the setting `region`.
        missing_ok: Return None where there is no such avatar, instead of raising.
        opts: As for every function; a look-up has no provider, so they only reach mocks.

    Raises:
        IceAvatarError: one of its kinds.

    Example:
        ```python
        import pulumi
        import pulumi_ice_avatar as ice

        presenter = ice.get_avatar("Avatar-XXXX")
        pulumi.export("thumbnail", presenter.thumbnail)
        ```
    """
    try:
        return _ask(
            "getAvatar",
            {"avatarId": avatar_id, "region": region},
            opts,
            lambda client: AwaitableGetAvatarResult(**vars(client.get(avatar_id))),
            lambda answer: AwaitableGetAvatarResult(**_attributes(AvatarRecord, answer)),
        )
    except AvatarNotFoundError:
        if missing_ok:
            return None
        raise


@overload
def get_avatar_output(
    avatar_id: pulumi.Input[str],
    *,
    region: pulumi.Input[str | None] = None,
    missing_ok: Literal[False] = False,
    opts: _OutputOptions = None,
) -> pulumi.Output[GetAvatarResult]: ...
@overload
def get_avatar_output(
    avatar_id: pulumi.Input[str],
    *,
    region: pulumi.Input[str | None] = None,
    missing_ok: bool,
    opts: _OutputOptions = None,
) -> pulumi.Output[GetAvatarResult | None]: ...
def get_avatar_output(
    avatar_id: pulumi.Input[str],
    *,
    region: pulumi.Input[str | None] = None,
    missing_ok: bool = False,
    opts: _OutputOptions = None,
) -> pulumi.Output[Any]:
    """`get_avatar` for inputs that may be outputs: unknown while they are, secret if they are."""
    return _output(get_avatar, opts, avatar_id=avatar_id, region=region, missing_ok=missing_ok)


@overload
def get_avatars(
    avatar_ids: Iterable[str], *, region: str | None = None, missing_ok: Literal[False] = False, opts: _Options = None
) -> AwaitableGetAvatarsResult[GetAvatarResult]: ...
@overload
def get_avatars(
    avatar_ids: Iterable[str], *, region: str | None = None, missing_ok: bool, opts: _Options = None
) -> AwaitableGetAvatarsResult[GetAvatarResult | None]: ...
def get_avatars(
    avatar_ids: Iterable[str], *, region: str | None = None, missing_ok: bool = False, opts: _Options = None
) -> AwaitableGetAvatarsResult[Any]:
    """Look up many avatars side by side.

    Args:
        avatar_ids: Ids of trained avatars; one that stands there twice is asked for once.
        region: Their region; by default the setting `region`.
        missing_ok: Give None for an avatar that does not exist, instead of raising.
        opts: As for every function; a look-up has no provider, so they only reach mocks.

    Returns:
        The avatars by id, in the order given.

    Raises:
        IceAvatarError: the only failure, or a `LookupsFailedError` that tells all of them at once.
    """
    ids = list(avatar_ids) if isinstance(avatar_ids, Iterator | Set) else avatar_ids  # what is no list fails below

    def ask(client: AvatarClient) -> AwaitableGetAvatarsResult[Any]:
        outcomes: dict[str, Any] = client.get_many(ids)
        if missing_ok:
            outcomes = {
                avatar_id: None if isinstance(outcome, AvatarNotFoundError) else outcome
                for avatar_id, outcome in outcomes.items()
            }
        raise_failures(outcomes)
        return AwaitableGetAvatarsResult(
            (avatar_id, record and GetAvatarResult(**vars(record))) for avatar_id, record in outcomes.items()
        )

    def from_mock(answer: Mapping[str, Any]) -> AwaitableGetAvatarsResult[Any]:
        found = {avatar_id: answer["avatars"].get(avatar_id) for avatar_id in ids}
        missing = [avatar_id for avatar_id, avatar in found.items() if avatar is None]
        if missing and not missing_ok:
            raise AvatarNotFoundError(f"the mocks have no avatar {', '.join(map(show, missing))}")
        return AwaitableGetAvatarsResult(
            (avatar_id, avatar and GetAvatarResult(**_attributes(AvatarRecord, avatar)))
            for avatar_id, avatar in found.items()
        )

    return _ask("getAvatars", {"avatarIds": ids, "region": region}, opts, ask, from_mock)


@overload
def get_avatars_output(
    avatar_ids: pulumi.Input[Sequence[pulumi.Input[str]]],
    *,
    region: pulumi.Input[str | None] = None,
    missing_ok: Literal[False] = False,
    opts: _OutputOptions = None,
) -> pulumi.Output[dict[str, GetAvatarResult]]: ...
@overload
def get_avatars_output(
    avatar_ids: pulumi.Input[Sequence[pulumi.Input[str]]],
    *,
    region: pulumi.Input[str | None] = None,
    missing_ok: bool,
    opts: _OutputOptions = None,
) -> pulumi.Output[dict[str, GetAvatarResult | None]]: ...
def get_avatars_output(
    avatar_ids: pulumi.Input[Sequence[pulumi.Input[str]]],
    *,
    region: pulumi.Input[str | None] = None,
    missing_ok: bool = False,
    opts: _OutputOptions = None,
) -> pulumi.Output[dict[str, Any]]:
    """`get_avatars` for inputs that may be outputs."""
    return _output(get_avatars, opts, avatar_ids=avatar_ids, region=region, missing_ok=missing_ok)


def get_avatar_by_name(
    avatar_name: str, *, avatar_type: str | None = None, region: str | None = None, opts: _Options = None
) -> AwaitableGetAvatarResult:
    """Look up the one avatar that has exactly this name; names need not be unique, so an id is the safer reference.

    Args:
        avatar_name: Name given when the avatar was trained.
        avatar_type: Only among avatars of this type; the only documented one is `2DAvatar`.
        region: Its region; by default the setting `region`.
        opts: As for every function; a look-up has no provider, so they only reach mocks.

    Raises:
        AvatarNameError: no avatar has the name (near ones are listed), or several have (their ids are listed).
        IceAvatarError: another of its kinds.
    """
    return _ask(
        "getAvatarByName",
        {"avatarName": avatar_name, "avatarType": avatar_type, "region": region},
        opts,
        lambda client: AwaitableGetAvatarResult(**vars(client.find(avatar_name, avatar_type))),
        lambda answer: AwaitableGetAvatarResult(**_attributes(AvatarRecord, answer)),
    )


def get_avatar_by_name_output(
    avatar_name: pulumi.Input[str],
    *,
    avatar_type: pulumi.Input[str | None] = None,
    region: pulumi.Input[str | None] = None,
    opts: _OutputOptions = None,
) -> pulumi.Output[GetAvatarResult]:
    """`get_avatar_by_name` for inputs that may be outputs."""
    return _output(get_avatar_by_name, opts, avatar_name=avatar_name, avatar_type=avatar_type, region=region)


def list_avatars(
    avatar_type: str | None = None, *, region: str | None = None, opts: _Options = None
) -> AwaitableListAvatarsResult:
    """List all avatars of a region, from as many pages as there are.

    Args:
        avatar_type: Only avatars of this type; the only documented one is `2DAvatar`.
        region: The region; by default the setting `region`.
        opts: As for every function; a look-up has no provider, so they only reach mocks.

    Raises:
        IceAvatarError: one of its kinds.
    """
    return _ask(
        "listAvatars",
        {"avatarType": avatar_type, "region": region},
        opts,
        lambda client: AwaitableListAvatarsResult(
            AvatarSummaryResult(**vars(each)) for each in client.list_avatars(avatar_type)
        ),
        lambda answer: AwaitableListAvatarsResult(
            AvatarSummaryResult(**_attributes(AvatarSummary, each)) for each in answer["avatars"]
        ),
    )


def list_avatars_output(
    avatar_type: pulumi.Input[str | None] = None,
    *,
    region: pulumi.Input[str | None] = None,
    opts: _OutputOptions = None,
) -> pulumi.Output[list[AvatarSummaryResult]]:
    """`list_avatars` for inputs that may be outputs."""
    return _output(list_avatars, opts, avatar_type=avatar_type, region=region)


def list_system_avatars(*, region: str | None = None, opts: _Options = None) -> AwaitableListSystemAvatarsResult:
    """List the avatars that the service itself offers; whether `get_avatar` resolves their ids is not documented.

    Args:
        region: The region; by default the setting `region`.
        opts: As for every function; a look-up has no provider, so they only reach mocks.

    Raises:
        IceAvatarError: one of its kinds.
    """
    return _ask(
        "listSystemAvatars",
        {"region": region},
        opts,
        lambda client: AwaitableListSystemAvatarsResult(
            SystemAvatarResult(**vars(each)) for each in client.list_system()
        ),
        lambda answer: AwaitableListSystemAvatarsResult(
            SystemAvatarResult(**_attributes(SystemAvatar, each)) for each in answer["avatars"]
        ),
    )


def list_system_avatars_output(
    *, region: pulumi.Input[str | None] = None, opts: _OutputOptions = None
) -> pulumi.Output[list[SystemAvatarResult]]:
    """`list_system_avatars` for inputs that may be outputs."""
    return _output(list_system_avatars, opts, region=region)


def _ask(
    name: str,
    arguments: dict[str, Any],
    opts: _Options,
    ask: Callable[[AvatarClient], _T],
    from_mock: Callable[[Mapping[str, Any]], _T],
) -> _T:
    try:
        for argument, value in arguments.items():
            if isinstance(value, pulumi.Output):
                form = re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", f"{name}Output")
                raise InvalidInputError(f"{argument} is an output, whose value is known only later: use {form}")
        if _mocked():
            return from_mock(pulumi.runtime.invoke(f"ice-avatar:index:{name}", arguments, opts).value)
        return ask(client_for(settings.load(pulumi.runtime.get_config, region=arguments["region"])))
    except IceAvatarError as error:
        raise run_error(error) from None


def _output(function: Callable[..., Any], opts: _OutputOptions, **arguments: Any) -> pulumi.Output[Any]:
    """Call the direct form in a thread of its own once the arguments, and what it depends on, are there."""

    async def call(known: dict[str, Any]) -> Any:
        known.pop("depends_on")
        look_up = functools.partial(function, opts=opts, **known)
        if _mocked():
            return look_up()
        context = contextvars.copy_context()  # it holds the stack's configuration
        return await asyncio.get_running_loop().run_in_executor(_threads(), context.run, look_up)

    return pulumi.Output.all(**arguments, depends_on=_depends_on(opts)).apply(call)


def _depends_on(opts: _OutputOptions) -> pulumi.Output[Any]:
    """Known when the resources exist: a resource's id is unknown until it is created, also at preview."""

    def ids(resources: Any) -> pulumi.Output[Any]:
        listed = resources if isinstance(resources, Sequence) else [resources]
        return pulumi.Output.all(*(getattr(each, "id", each.urn) for each in listed))

    return pulumi.Output.from_input(getattr(opts, "depends_on", None) or []).apply(ids)


@functools.cache
def _threads() -> Pool:
    """Apart from the event loop's own threads, which the SDK needs for its calls to the engine."""
    return Pool(64, "ice-avatar-output")


def _mocked() -> bool:
    return isinstance(pulumi.runtime.settings.get_monitor(), MockMonitor)


def _attributes(record: type, answer: Mapping[str, Any]) -> dict[str, Any]:
    """What a mock gave under the names of outputs, under those of attributes; a mock need not give all."""
    wanted = {each.name for each in dataclasses.fields(record)}
    values = {field.attribute: answer.get(field.output) for field in FIELDS if field.attribute in wanted}
    # All numbers are floats on their way through the SDK.
    return {name: int(value) if isinstance(value, float) else value for name, value in values.items()}
