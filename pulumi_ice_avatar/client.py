"""Look-ups: one avatar, many at once, all there are. One client a process for equal settings."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi_ice_avatar.errors import (
    AuthenticationError,
    AvatarNameError,
    CredentialsError,
    IceAvatarError,
    InvalidInputError,
    LookupsFailedError,
    PermissionDeniedError,
    ServiceUnavailableError,
    ThrottledError,
    UnexpectedAnswerError,
)
from pulumi_ice_avatar.ice_api import IceApi
from pulumi_ice_avatar.models import AvatarRecord, AvatarSummary, SystemAvatar, read, show
from pulumi_ice_avatar.pool import Pool
from pulumi_ice_avatar.settings import Settings

__all__ = ["AvatarClient", "check_id", "client_for", "raise_failures"]

_Listed = TypeVar("_Listed", AvatarSummary, SystemAvatar)

_PAGE_SIZE = 100
"""The most that ListAvatars gives in a page."""

_SHOWN = 20
"""Failures of a batch that its message tells one by one."""

_clients: dict[Settings, AvatarClient] = {}
_clients_lock = threading.Lock()


def client_for(settings: Settings) -> AvatarClient:
    """The process's one client for these settings, so that all look-ups share connections, flights and pace."""
    with _clients_lock:
        if settings not in _clients:
            _clients[settings] = AvatarClient(settings)
        return _clients[settings]


def check_id(avatar_id: object) -> str:
    """Refuse what cannot be an avatar id; nothing is documented about its length or alphabet.

    Raises:
        InvalidInputError: not a string, empty, blank, or with control characters or lone surrogates.
    """
    if not isinstance(avatar_id, str):
        raise InvalidInputError(f"avatar id {show(avatar_id)} is of type {type(avatar_id).__name__}, not a string")
    if not avatar_id.strip():
        raise InvalidInputError(f"avatar id {show(avatar_id)} is {'blank' if avatar_id else 'empty'}")
    if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", avatar_id):
        raise InvalidInputError(f"avatar id {show(avatar_id)} contains control characters")
    return avatar_id


def raise_failures(outcomes: Mapping[str, object]) -> None:
    """Raise what failed in a batch: the error itself where there is one, else one line that tells them all.

    Raises:
        IceAvatarError: the only failure.
        LookupsFailedError: several failures.
    """
    errors = {each: error for each, error in outcomes.items() if isinstance(error, IceAvatarError)}
    if len(errors) == 1:
        raise next(iter(errors.values()))
    if errors:
        lines = list(dict.fromkeys(map(str, errors.values())))
        more = f"; and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        raise LookupsFailedError(
            f"{len(errors)} of {len(outcomes)} look-ups failed: {'; '.join(lines[:_SHOWN])}{more}", errors
        )


@dataclass
class _Batch:
    """Look-ups that were begun together: what would fail all of them fails once, without asking for the others."""

    failure: IceAvatarError | None = None
    served: bool = False
    """Whether the service has answered to one of them, so that others can only fail for themselves."""


class AvatarClient:
    """Looks up avatars with one set of settings; safe to use from many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._api = IceApi(settings)
        self._pool = Pool(settings.concurrency, "ice-avatar")
        self._flights: dict[str, Future[AvatarRecord]] = {}
        self._flights_lock = threading.Lock()

    def get(self, avatar_id: str) -> AvatarRecord:
        """Look up one avatar.

        Raises:
            InvalidInputError: the id cannot be meant.
            CredentialsError: no credentials could be loaded.
            ServiceError: one of its kinds: there is no such avatar, the call was refused, or no good answer came.
        """
        return self._look_up([check_id(avatar_id)])[0].result()

    def get_many(self, avatar_ids: Iterable[str]) -> dict[str, AvatarRecord | IceAvatarError]:
        """Look up many avatars side by side.

        Returns:
            For each id, in the given order and once, its avatar or what went wrong with it.

        Raises:
            InvalidInputError: these are not ids, but something else altogether.
            CredentialsError: no credentials could be loaded, so that nothing was asked.
            ServiceError: something that fails all look-ups alike, such as a wrong secret or a service out of reach.
        """
        if isinstance(avatar_ids, str | bytes | Mapping) or not isinstance(avatar_ids, Iterable):
            raise InvalidInputError(f"{show(avatar_ids)} is not a list of avatar ids")
        outcomes: dict[str, Any] = {}
        for avatar_id in avatar_ids:
            key = avatar_id if isinstance(avatar_id, str) else show(avatar_id)
            try:
                outcomes[key] = check_id(avatar_id)
            except InvalidInputError as error:
                outcomes[key] = error
        good = [avatar_id for avatar_id, outcome in outcomes.items() if isinstance(outcome, str)]
        for avatar_id, flight in zip(good, self._look_up(good), strict=True):
            try:
                outcomes[avatar_id] = flight.result()
            except IceAvatarError as error:
                outcomes[avatar_id] = error
        return outcomes

    def list_avatars(self, avatar_type: str | None = None) -> list[AvatarSummary]:
        """All avatars of the account in the region, from as many pages as there are, in the service's order.

        Args:
            avatar_type: Only avatars of this type; the only documented one is `2DAvatar`.

        Raises:
            CredentialsError: no credentials could be loaded.
            ServiceError: one of its kinds.
        """
        query = {"AvatarType": avatar_type} if avatar_type else {}
        return self._list(AvatarSummary, "ListAvatars", query, "AvatarList")

    def list_system(self) -> list[SystemAvatar]:
        """All avatars that the service itself offers, in its order.

        Raises:
            CredentialsError: no credentials could be loaded.
            ServiceError: one of its kinds.
        """
        return self._list(SystemAvatar, "ListSmartSysAvatarModels", {}, "SmartSysAvatarModelList")

    def find(self, avatar_name: str, avatar_type: str | None = None) -> AvatarRecord:
        """The one avatar that has exactly this name.

        Raises:
            InvalidInputError: the name is not a string.
            AvatarNameError: none has it, or several have; the message lists near names, or the ids.
            ServiceError: one of its kinds.
        """
        import difflib

        if not isinstance(avatar_name, str):
            raise InvalidInputError(
                f"avatar name {show(avatar_name)} is of type {type(avatar_name).__name__}, not a string"
            )
        listed = self.list_avatars(avatar_type)
        found = [each.avatar_id for each in listed if each.avatar_name == avatar_name]
        if len(found) == 1:
            return self.get(found[0])
        if found:
            raise AvatarNameError(
                f"{len(found)} avatars are named {show(avatar_name)}: {', '.join(found[:10])}; use the id of one"
            )
        near = difflib.get_close_matches(avatar_name, dict.fromkeys(each.avatar_name for each in listed), 5, 0.4)
        hint = f"near names: {', '.join(map(repr, near))}" if near else f"none of the {len(listed)} there is near"
        raise AvatarNameError(f"no avatar is named {show(avatar_name)} at {self._settings.endpoint}; {hint}")

    def credentials_source(self) -> str:
        """Which of the places that may hold credentials they came from, such as `default/env`.

        Raises:
            CredentialsError: no credentials could be loaded.
        """
        return self._api.connection.credentials_source()

    def _look_up(self, avatar_ids: list[str]) -> list[Future[AvatarRecord]]:
        """Look-ups side by side, and wait for them; an interrupt drops what has not begun, and repeats nothing."""
        batch = _Batch()
        try:
            flights = [self._submit(avatar_id, batch) for avatar_id in avatar_ids]
            for flight in flights:
                flight.exception()
        except BaseException:
            self._api.connection.abandon()
            self._pool.cancel()
            with _clients_lock:
                _clients.pop(self._settings, None)
            raise
        if batch.failure:
            raise batch.failure
        return flights

    def _submit(self, avatar_id: str, batch: _Batch) -> Future[AvatarRecord]:
        """Begin a look-up, or join the one under way for the same id."""
        with self._flights_lock:
            flight = self._flights.get(avatar_id)
            if flight is not None:
                return flight
            flight = self._flights[avatar_id] = self._pool.submit(self._get, avatar_id, batch)
        flight.add_done_callback(lambda _: self._land(avatar_id))
        return flight

    def _land(self, avatar_id: str) -> None:
        with self._flights_lock:
            del self._flights[avatar_id]

    def _get(self, avatar_id: str, batch: _Batch) -> AvatarRecord:
        if batch.failure:
            raise batch.failure.with_traceback(None)
        try:
            record = self._ask(avatar_id)
        except (CredentialsError, AuthenticationError, PermissionDeniedError) as error:
            batch.failure = error
            raise
        except (ServiceUnavailableError, ThrottledError) as error:
            if not batch.served:
                batch.failure = error
            raise
        except IceAvatarError:
            batch.served = True
            raise
        batch.served = True
        return record

    def _ask(self, avatar_id: str) -> AvatarRecord:
        answer = self._api.ask("GetAvatar", {"AvatarId": avatar_id}, f"avatar {show(avatar_id)}")
        data = answer.get("Data")
        avatar = data.get("Avatar") if isinstance(data, dict) else None
        if avatar is None:
            raise self._api.unexpected("GetAvatar", answer, "no Data.Avatar")
        try:
            record = read(AvatarRecord, avatar)
        except UnexpectedAnswerError as error:
            raise self._api.unexpected("GetAvatar", answer, str(error)) from None
        if record.avatar_id != avatar_id:
            what = f"asked for {show(avatar_id)}, not {show(record.avatar_id)}"
            raise self._api.unexpected("GetAvatar", answer, what)
        return record

    def _list(self, kind: type[_Listed], action: str, query: dict[str, str], items_key: str) -> list[_Listed]:
        listed: list[_Listed] = []
        for page in itertools.count(1):
            paging = {"PageNo": str(page), "PageSize": str(_PAGE_SIZE)}
            answer = self._api.ask(action, {**query, **paging}, "the list of avatars")
            # ListAvatars wraps its answer in Data; ListSmartSysAvatarModels does not.
            body = answer.get("Data", answer)
            items = body.get(items_key) if isinstance(body, dict) else None
            total = body.get("TotalCount") if isinstance(body, dict) else None
            if not isinstance(items, list) or type(total) is not int:
                raise self._api.unexpected(action, answer, f"no {items_key} or no TotalCount")
            try:
                listed += [read(kind, item) for item in items]
            except UnexpectedAnswerError as error:
                raise self._api.unexpected(action, answer, str(error)) from None
            if not items or len(listed) >= total:
                break
        return listed
