"""All avatars that a caller may see: those of the account with their sizes, and those of the system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pulumi_ice_avatar.client import AvatarClient
from pulumi_ice_avatar.errors import IceAvatarError, PermissionDeniedError
from pulumi_ice_avatar.models import AvatarRecord, AvatarSummary, SystemAvatar

__all__ = ["Gathered", "gather"]


@dataclass
class Gathered:
    """Avatars, and what could not be learnt."""

    avatars: list[AvatarSummary | SystemAvatar] = field(default_factory=list)
    """In the service's order, those of the account first; an `AvatarRecord` where the size is known."""
    left_out: dict[str, IceAvatarError] = field(default_factory=dict)
    """What is left out, such as `the system avatars`, and why."""


def gather(
    client: AvatarClient, *, custom: bool = True, system: bool = True, avatar_type: str | None = None
) -> Gathered:
    """List avatars, and look up the sizes that ListAvatars does not tell.

    A list that RAM refuses is left out, unless no other is left; so are sizes that cannot be looked up.

    Args:
        client: Whom to ask.
        custom: Whether the avatars of the account are wanted.
        system: Whether those that the service itself offers are.
        avatar_type: Of those of the account, only avatars of this type.

    Raises:
        CredentialsError: no credentials could be loaded.
        ServiceError: one of its kinds; `PermissionDeniedError` where all that is wanted is refused.
    """
    gathered = Gathered()
    lists: dict[str, Callable[[], Sequence[AvatarSummary | SystemAvatar]]] = {}
    if custom:
        lists["the avatars of the account"] = lambda: _with_sizes(client, client.list_avatars(avatar_type), gathered)
    if system:
        lists["the system avatars"] = client.list_system
    refused = {}
    for what, ask in lists.items():
        try:
            gathered.avatars += ask()
        except PermissionDeniedError as error:
            refused[what] = error
    if refused.keys() == lists.keys():
        raise next(iter(refused.values()))
    gathered.left_out.update(refused)
    return gathered


def _with_sizes(client: AvatarClient, listed: Sequence[AvatarSummary], gathered: Gathered) -> Sequence[AvatarSummary]:
    try:
        outcomes = client.get_many(each.avatar_id for each in listed)
    except PermissionDeniedError as error:
        gathered.left_out["the sizes"] = error
        return listed
    failures = [outcome for outcome in outcomes.values() if isinstance(outcome, IceAvatarError)]
    if failures:
        what = "the size of one avatar" if len(failures) == 1 else f"the sizes of {len(failures)} avatars"
        gathered.left_out[what] = failures[0]
    found = {each: outcome for each, outcome in outcomes.items() if isinstance(outcome, AvatarRecord)}
    return [found.get(each.avatar_id, each) for each in listed]
