"""Faults on demand: what the emulator does to calls whose signature is good."""

from __future__ import annotations

import dataclasses
import json
import math
import reprlib
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.errors import InvalidInputError

__all__ = ["BODIES", "DISTORTIONS", "Effects", "Faults", "Throttle"]

#: Bodies that are not the answer at all, whatever it is; and answers that are wrong in one respect.
BODIES: Mapping[str, str] = {
    "html": "an HTML page",
    "empty": "nothing",
    "truncated": "half of the answer, then the connection closes",
    "array": "the answer inside a JSON array",
    "wrong-types": "numbers and booleans as text",
    "text-data": "Data as JSON inside a text",
    "success-false": "Success is false",
    "no-data": "nothing but RequestId and Success",
    "other-avatar": "the avatar has another id than the one asked for",
}


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _with_text_data(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in answer.items()}


def _of_another(answer: dict[str, Any]) -> dict[str, Any]:
    if "Avatar" not in answer.get("Data", {}):
        return answer
    return {**answer, "Data": {"Avatar": {**answer["Data"]["Avatar"], "AvatarId": "Avatar-Somebody-Else"}}}


#: What is done to the body of a good answer, before it is written as JSON.
DISTORTIONS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "array": lambda answer: [answer],
    "wrong-types": _as_text,
    "text-data": _with_text_data,
    "success-false": lambda answer: {**answer, "Success": False},
    "no-data": lambda answer: {name: answer[name] for name in ("RequestId", "Success") if name in answer},
    "other-avatar": _of_another,
}


class _Setting(NamedTuple):
    """One fault: what it takes, as a sentence for errors; how to check a value; how to read it from text."""

    takes: str
    fits: Callable[[Any], bool]
    read: Callable[[str], Any]


def _number(low: float, high: float) -> _Setting:
    return _Setting(
        f"a number from {low:g} to {high:g}",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high,
        float,
    )


def _whole(low: int, high: int = 1_000_000_000) -> _Setting:
    return _Setting(
        f"a whole number from {low} to {high}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
        int,
    )


def _text(takes: str, fits: Callable[[str], bool]) -> _Setting:
    return _Setting(takes, lambda value: isinstance(value, str) and fits(value), str)


def _fault(default: Any, setting: _Setting, effect: str) -> Any:
    return field(default=default, metadata={"setting": setting, "effect": effect})


_SWITCH = _Setting("true or false", lambda value: isinstance(value, bool), {"true": True, "false": False}.__getitem__)
_NAMES = _Setting(
    "a list of names",
    lambda value: isinstance(value, tuple) and all(isinstance(name, str) and name for name in value),
    lambda text: tuple(text.split(",")),
)
_BODY = _text(f"one of {', '.join(BODIES)}", BODIES.__contains__)
_CODE = _text("an error code", lambda text: 0 < len(text) <= 100)

#: One lock for the counters of all faults: they change on the server's thread and on the test's.
_LOCK = threading.Lock()


class Effects(NamedTuple):
    """What the faults do to one call; `reset` comes before it is carried out, `lose` after."""

    latency: float = 0.0
    reset: bool = False
    lose: bool = False
    failure: GatewayError | None = None
    throttle_per_second: float | None = None
    retry_after_ms: int | None = None
    deny: bool = False
    body: str | None = None


@dataclass
class Faults:
    """The faults in effect; every attribute can be changed while the emulator runs.

    They act on calls whose signature is good, in this order: latency, reset, failure, throttling, refusal, loss, body.
    None stands for "not in effect".

    Raises:
        InvalidInputError: A value that a fault does not take.
    """

    latency_ms: float = _fault(0, _number(0, 600_000), "wait before each answer, in milliseconds")
    reset_next: int = _fault(0, _whole(0), "reset the connections of the next N calls, which change nothing")
    reset_after: int | None = _fault(
        None, _whole(0), "answer N more calls, then reset all connections; those calls change nothing"
    )
    lose_after: int | None = _fault(
        None,
        _whole(0),
        "answer N more calls, carry out one more but reset its connection, then reset all, which change nothing",
    )
    fail_next: int = _fault(0, _whole(0), "fail the next N calls")
    fail_share: float = _fault(0, _number(0, 1), "fail this share of the calls, evenly spread")
    fail_status: int = _fault(503, _whole(400, 599), "the HTTP status of failures")
    fail_code: str | None = _fault(
        None, _CODE, "the error code of failures; by default InternalError for 500, else ServiceUnavailable"
    )
    throttle_per_second: float | None = _fault(
        None, _number(0.001, 1_000_000), "answer Throttling.User beyond so many calls a second of one access key"
    )
    retry_after_ms: int | None = _fault(
        None, _whole(1), "send x-acs-retry-after with failures and Throttling.User, in milliseconds"
    )
    deny: bool = _fault(False, _SWITCH, "refuse every call with NoPermission")
    body: str | None = _fault(None, _BODY, "spoil the bodies of the answers")
    body_next: int | None = _fault(None, _whole(0), "spoil only the next N bodies")
    actions: tuple[str, ...] = _fault((), _NAMES, "act on calls of these actions only, such as GetAvatar")
    avatar_ids: tuple[str, ...] = _fault((), _NAMES, "act on calls with one of these values of AvatarId only")

    #: How many failures `fail_share` has brought so far, with the fraction on the way to the next.
    _passed = 0.0

    def __setattr__(self, name: str, value: Any) -> None:
        value = _checked(name, value)
        with _LOCK:
            super().__setattr__(name, value)

    def update(self, changes: Mapping[str, Any]) -> None:
        """Change several faults, or none of them if one value does not fit.

        Args:
            changes: Values by the name of the fault.

        Raises:
            InvalidInputError: An unknown name, or a value that the fault does not take.
        """
        checked = {name: _checked(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    @classmethod
    def from_text(cls, settings: Iterable[str]) -> Faults:
        """The faults of settings such as `latency_ms=50`; lists have commas between their names.

        Raises:
            InvalidInputError: A setting without `=`, with an unknown name or with a value that does not fit.
        """
        faults = cls()
        for text in settings:
            name, equals, value = text.partition("=")
            if not equals:
                raise InvalidInputError(f"fault {reprlib.repr(text)}: write it as NAME=VALUE, such as latency_ms=50")
            setting = _setting(name)
            try:
                read = setting.read(value)
            except (ValueError, KeyError):
                raise InvalidInputError(f"fault {name}: {reprlib.repr(value)} is not {setting.takes}") from None
            setattr(faults, name, read)
        return faults

    def as_dict(self) -> dict[str, Any]:
        """Every fault and its value, fit for JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(self).items()
        }

    def take(self, action: str, avatar_id: str | None) -> Effects:
        """What the faults do to the next call; this counts it.

        Args:
            action: The call's operation.
            avatar_id: The call's parameter AvatarId, if it has one.
        """
        with _LOCK:
            if (self.actions and action not in self.actions) or (self.avatar_ids and avatar_id not in self.avatar_ids):
                return Effects()
            reset = self._count_down("reset_next") or self._is_past("reset_after")
            return Effects(
                latency=self.latency_ms / 1000,
                reset=reset,
                lose=not reset and self._is_lost(),
                failure=self._failure() if self._count_down("fail_next") or self._is_in_share() else None,
                throttle_per_second=self.throttle_per_second,
                retry_after_ms=self.retry_after_ms,
                deny=self.deny,
                body=self.body if self.body and (self.body_next is None or self._count_down("body_next")) else None,
            )

    def _count_down(self, name: str) -> bool:
        left: int = getattr(self, name)
        if left:
            object.__setattr__(self, name, left - 1)
        return left > 0

    def _is_past(self, name: str) -> bool:
        """Whether so many calls have been answered; this counts one."""
        return getattr(self, name) is not None and not self._count_down(name)

    def _is_lost(self) -> bool:
        lost = self._is_past("lose_after")
        if lost:
            object.__setattr__(self, "lose_after", None)
            object.__setattr__(self, "reset_after", 0)
        return lost

    def _is_in_share(self) -> bool:
        """Whether this call is one of the share: the share of all calls so far has passed a whole number."""
        before = self._passed
        # The rounding keeps ten times 0.1 from ending just below 1.
        object.__setattr__(self, "_passed", round(before + self.fail_share, 9))
        return math.floor(self._passed) > math.floor(before)

    def _failure(self) -> GatewayError:
        return GatewayError(
            self.fail_code or ("InternalError" if self.fail_status == 500 else "ServiceUnavailable"),
            "The fault to fail calls is in effect.",
            status=self.fail_status,
            retry_after_ms=self.retry_after_ms,
        )


_FIELDS: Mapping[str, Any] = {each.name: each for each in dataclasses.fields(Faults)}
_OPTIONAL: Collection[str] = {name for name, each in _FIELDS.items() if each.default is None}


def _setting(name: str) -> _Setting:
    if name not in _FIELDS:
        raise InvalidInputError(f"there is no fault {reprlib.repr(name)}; there are {', '.join(_FIELDS)}")
    setting: _Setting = _FIELDS[name].metadata["setting"]
    return setting


def _checked(name: str, value: Any) -> Any:
    setting = _setting(name)
    if value is None and name in _OPTIONAL:
        return None
    if isinstance(value, list):
        value = tuple(value)
    if not setting.fits(value):
        raise InvalidInputError(f"fault {name}: {reprlib.repr(value)} is not {setting.takes}")
    return value


class Throttle:
    """One bucket of calls for each access key, filled at a rate; it holds what a second brings, and at least one."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def admits(self, access_key_id: str, per_second: float) -> bool:
        """Whether the bucket has a call left; this takes it."""
        now = time.monotonic()
        capacity = max(1.0, per_second)
        left, since = self._buckets.get(access_key_id, (capacity, now))
        left = min(capacity, left + (now - since) * per_second)
        admitted = left >= 1
        self._buckets[access_key_id] = (left - admitted, now)
        return admitted
