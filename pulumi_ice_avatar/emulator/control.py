"""Control of a running emulator over HTTP, under `/_emulator/` and from loopback only.

::

    GET                /_emulator/codes                the error codes, and what of them the emulator chose
    GET PUT PATCH      /_emulator/faults               the faults in effect: read, replace, change some
    GET                /_emulator/avatars              all avatars by id
    GET PUT DELETE     /_emulator/avatars/{id}         one avatar
    GET                /_emulator/state                everything it knows, in the format of a seed
    GET DELETE         /_emulator/requests             the latest requests: read, forget
    GET                /_emulator/credentials/{role}   temporary credentials of a role, for a credentials URI
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from pulumi_ice_avatar.emulator.choices import CHOICES
from pulumi_ice_avatar.emulator.codes import CODES, GatewayError
from pulumi_ice_avatar.emulator.faults import Faults
from pulumi_ice_avatar.emulator.seed import check_avatar, decode
from pulumi_ice_avatar.emulator.seeding import seed_of
from pulumi_ice_avatar.emulator.sessions import assume
from pulumi_ice_avatar.errors import IceAvatarError, InvalidInputError

if TYPE_CHECKING:
    from pulumi_ice_avatar.emulator.gateway import Gateway, Incoming

__all__ = ["PREFIX", "control"]

PREFIX = "/_emulator/"


def control(gateway: Gateway, incoming: Incoming) -> tuple[int, bytes]:
    """Answer one request for control.

    Args:
        gateway: The gateway to control.
        incoming: The request.

    Returns:
        The HTTP status, and the body as JSON.
    """
    if not _is_loopback(incoming.peer):
        return 403, _json({"error": "the emulator is controlled from loopback only"})
    method, path = incoming.method, incoming.path
    room, _, rest = path.removeprefix(PREFIX).partition("/")
    route = _ROUTES.get((method, room, bool(rest)))
    if route is None:
        known = ", ".join(f"{verb} {PREFIX}{room}{'/{name}' if named else ''}" for verb, room, named in _ROUTES)
        return 404, _json({"error": f"there is no {method} {path}; there are {known}"})
    try:
        return 200, _json(route(gateway, unquote(rest), incoming))
    except KeyError as error:
        return 404, _json({"error": f"there is no avatar {error}"})
    except IceAvatarError as error:
        return 400, _json({"error": str(error)})
    except GatewayError as error:
        return error.status, _json({"Code": error.code, "Message": error.message, **_detail(error)})


def _is_loopback(address: str) -> bool:
    return bool(address) and ipaddress.ip_address(address).is_loopback


def _detail(error: GatewayError) -> dict[str, Any]:
    return {} if error.access_denied_detail is None else {"AccessDeniedDetail": dict(error.access_denied_detail)}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def _object(body: bytes) -> dict[str, Any]:
    value = decode(body, "body")
    if not isinstance(value, dict):
        raise InvalidInputError("body: has to be a JSON object")
    return value


def _codes(_: Gateway, __: str, ___: Incoming) -> Any:
    return {
        "codes": {code: known._asdict() for code, known in CODES.items()},
        "choices": {subject: choice._asdict() for subject, choice in CHOICES.items()},
    }


def _faults(gateway: Gateway, _: str, __: Incoming) -> Any:
    return gateway.faults.as_dict()


def _replace_faults(gateway: Gateway, _: str, incoming: Incoming) -> Any:
    faults = Faults()
    faults.update(_object(incoming.body))
    gateway.faults = faults
    return faults.as_dict()


def _change_faults(gateway: Gateway, _: str, incoming: Incoming) -> Any:
    gateway.faults.update(_object(incoming.body))
    return gateway.faults.as_dict()


def _avatars(gateway: Gateway, _: str, __: Incoming) -> Any:
    return dict(gateway.state.avatars)


def _avatar(gateway: Gateway, avatar_id: str, _: Incoming) -> Any:
    return gateway.state.avatars[avatar_id]


def _put_avatar(gateway: Gateway, avatar_id: str, incoming: Incoming) -> Any:
    record = {"AvatarId": avatar_id, **_object(incoming.body)}
    check_avatar(record)
    if record["AvatarId"] != avatar_id:
        raise InvalidInputError("avatar: /AvatarId is not the id in the path")
    gateway.state.avatars[avatar_id] = record
    return record


def _delete_avatar(gateway: Gateway, avatar_id: str, _: Incoming) -> Any:
    return gateway.state.avatars.pop(avatar_id)


def _state(gateway: Gateway, _: str, __: Incoming) -> Any:
    return seed_of(gateway.state, sessions=False)


def _credentials(gateway: Gateway, role: str, incoming: Incoming) -> Any:
    given = parse_qsl(incoming.query, keep_blank_values=True)
    return assume(gateway.state, role, given, incoming.circumstances())


def _requests(gateway: Gateway, _: str, __: Incoming) -> Any:
    return [dataclasses.asdict(record) for record in gateway.records()]


def _forget_requests(gateway: Gateway, _: str, __: Incoming) -> Any:
    gateway.clear_records()
    return []


#: Method, room, and whether something is named in it.
_ROUTES: Mapping[tuple[str, str, bool], Callable[[Gateway, str, Incoming], Any]] = {
    ("GET", "codes", False): _codes,
    ("GET", "faults", False): _faults,
    ("PUT", "faults", False): _replace_faults,
    ("PATCH", "faults", False): _change_faults,
    ("GET", "avatars", False): _avatars,
    ("GET", "avatars", True): _avatar,
    ("PUT", "avatars", True): _put_avatar,
    ("DELETE", "avatars", True): _delete_avatar,
    ("GET", "state", False): _state,
    ("GET", "requests", False): _requests,
    ("DELETE", "requests", False): _forget_requests,
    ("GET", "credentials", True): _credentials,
}
