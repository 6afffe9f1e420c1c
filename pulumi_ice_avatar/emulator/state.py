"""What the emulator knows: the account, its access keys and its avatars, safe to change while it serves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pulumi_ice_avatar.errors import InvalidInputError

__all__ = ["AccessKey", "Avatars", "State", "seconds"]

#: The time format of Alibaba Cloud's interfaces (UTC, seconds).
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def seconds(text: str) -> float:
    """A time such as `2026-01-01T00:00:00Z`, in seconds since the epoch.

    Raises:
        ValueError: `text` is not in that format, or no such time exists.
    """
    if len(text) != len("2026-01-01T00:00:00Z"):
        raise ValueError(text)
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=timezone.utc).timestamp()


@dataclass(frozen=True)
class AccessKey:
    """An access key of the seed; its repr hides what is secret.

    Attributes:
        id: The AccessKey id.
        secret: The AccessKey secret.
        active: Whether the key may be used.
        security_token: The STS token calls with this key have to send; None for a permanent key.
        expiration: When the STS token expires, in seconds since the epoch; None for never.
        principal: Whom the key stands for, as in the last part of an ARN: `root`, `user/alice`,
            `assumed-role/studio/session`.
    """

    id: str
    secret: str = field(repr=False)
    active: bool = True
    security_token: str | None = field(default=None, repr=False)
    expiration: float | None = None
    principal: str = "root"


class Avatars(MutableMapping[str, dict[str, Any]]):
    """The trained avatars by id, as GetAvatar's wire names have them; edits are visible to the next request."""

    def __init__(self, records: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.RLock()
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

    def __delitem__(self, avatar_id: str) -> None:
        with self._lock:
            del self._records[avatar_id]

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


@dataclass(frozen=True)
class State:
    """Everything one emulator serves.

    Attributes:
        account_id: The id of the account all of it belongs to.
        access_keys: The access keys by id.
        avatars: The trained avatars.
        system_avatars: The system avatars, as ListSmartSysAvatarModels' wire names have them.
    """

    account_id: str
    access_keys: Mapping[str, AccessKey]
    avatars: Avatars
    system_avatars: Sequence[Mapping[str, Any]]

    @classmethod
    def from_seed(cls, seed: Mapping[str, Any]) -> State:
        """The state a checked seed describes."""
        keys = [
            AccessKey(
                id=key["accessKeyId"],
                secret=key["accessKeySecret"],
                active=key.get("status", "Active") == "Active",
                security_token=key.get("securityToken"),
                expiration=seconds(key["expiration"]) if "expiration" in key else None,
                principal=key.get("principal", "root"),
            )
            for key in seed["accessKeys"]
        ]
        return cls(
            account_id=seed.get("accountId", "1000000000000001"),
            access_keys={key.id: key for key in keys},
            avatars=Avatars(seed.get("avatars", [])),
            system_avatars=[dict(avatar) for avatar in seed.get("systemAvatars", [])],
        )
