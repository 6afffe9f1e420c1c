"""What the emulator knows: the account, its access keys and its avatars, safe to change while it serves."""

from __future__ import annotations

import json
import threading
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.directory import Directory
from pulumi_ice_avatar.errors import InvalidInputError

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.deciding.compiled import CompiledPolicy

__all__ = ["AccessKey", "Avatars", "State"]


@dataclass(frozen=True)
class AccessKey:
    """An access key; its repr hides what is secret.

    Attributes:
        id: The AccessKey id.
        secret: The AccessKey secret.
        active: Whether the key may be used.
        security_token: The STS token calls with this key have to send; None for a permanent key.
        expiration: When the STS token expires, in seconds since the epoch; None for never.
        principal: Whom the key stands for, as in the last part of an ARN: `root`, `user/alice`,
            `assumed-role/studio/session`.
        session_policy: The policy that narrows what a session of a role may do; None for none.
    """

    id: str
    secret: str = field(repr=False)
    active: bool = True
    security_token: str | None = field(default=None, repr=False)
    expiration: float | None = None
    principal: str = "root"
    session_policy: str | None = None

    @cached_property
    def compiled_session_policy(self) -> CompiledPolicy | None:
        """The session policy ready for decisions."""
        if self.session_policy is None:
            return None
        return documents.compiled(self.session_policy, "session", "session policy")


class Avatars(MutableMapping[str, dict[str, Any]]):
    """The trained avatars by id, as GetAvatar's wire names have them; edits are visible to the next request."""

    def __init__(
        self, records: Iterable[Mapping[str, Any]], lock: threading.RLock, changed: Callable[[], None]
    ) -> None:
        self._lock = lock
        self._changed = changed
        self._records = {record["AvatarId"]: dict(record) for record in records}

    def __getitem__(self, avatar_id: str) -> dict[str, Any]:
        with self._lock:
            return self._records[avatar_id]

    def __setitem__(self, avatar_id: str, record: Mapping[str, Any]) -> None:
        complete = {"AvatarId": avatar_id, **record}
        try:
            json.dumps(complete)
        except (TypeError, ValueError) as error:
            raise InvalidInputError(f"avatar {avatar_id!r} cannot be sent as JSON: {error}") from None
        with self._lock:
            self._records[avatar_id] = complete
            self._changed()

    def __delitem__(self, avatar_id: str) -> None:
        with self._lock:
            del self._records[avatar_id]
            self._changed()

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(tuple(self._records))

    def __len__(self) -> int:
        with self._lock:
            return len(self._records)

    def __repr__(self) -> str:
        return f"<Avatars: {len(self)}>"

    def snapshot(self) -> list[dict[str, Any]]:
        """Copies of all records, in order."""
        with self._lock:
            return [dict(record) for record in self._records.values()]


class State:
    """Everything one emulator serves.

    Attributes:
        account_id: The id of the account all of it belongs to.
        access_keys: The access keys by id.
        sessions: The temporary access keys that were given out for roles, by id.
        keys: Both of them.
        avatars: The trained avatars.
        system_avatars: The system avatars, as ListSmartSysAvatarModels' wire names have them.
        directory: What RAM knows.
        lock: To be held while reading more than one thing, or changing anything.
        saved: Called after each change, with the lock held; keeps the state somewhere.
    """

    def __init__(
        self,
        account_id: str,
        access_keys: Iterable[AccessKey],
        sessions: Iterable[AccessKey],
        avatars: Iterable[Mapping[str, Any]],
        system_avatars: Sequence[Mapping[str, Any]],
        directory: Directory,
    ) -> None:
        self.lock = threading.RLock()
        self.saved: Callable[[], None] = lambda: None
        self.account_id = account_id
        self.access_keys = {key.id: key for key in access_keys}
        self.sessions = {key.id: key for key in sessions}
        self.keys: Mapping[str, AccessKey] = ChainMap(self.access_keys, self.sessions)
        self.avatars = Avatars(avatars, self.lock, lambda: self.saved())
        self.system_avatars = system_avatars
        self.directory = directory

    def arn(self, relative: str) -> str:
        """The ARN of something in the account, such as `user/alice`."""
        return f"acs:ram::{self.account_id}:{relative}"
