"""The avatar operations of ICE 2020-11-09.

Fields, defaults and limits: https://help.aliyun.com/zh/ims/developer-reference/api-ice-2020-11-09-getavatar,
https://www.alibabacloud.com/help/tc/ims/developer-reference/api-ice-2020-11-09-listavatars and
https://alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-listsmartsysavatarmodels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.operation import Call, Operation, Product, integer, required
from pulumi_ice_avatar.emulator.state import State
from pulumi_ice_avatar.emulator.thumbnails import with_urls

__all__ = ["ICE"]

#: GetAvatar has these, the items of ListAvatars do not.
_ONLY_IN_DETAIL = frozenset({"Width", "Height"})

_LAST_PAGE = 2**31 - 1


def _get_avatar(state: State, call: Call) -> dict[str, Any]:
    avatar_id = required(call, "AvatarId")
    record = state.avatars.get(avatar_id)
    if record is None:
        raise GatewayError("AvatarNotFound", "The specified avatar does not exist.")
    return {"Success": True, "Data": {"Avatar": with_urls(record, call.base_url)}}


def _list_avatars(state: State, call: Call) -> dict[str, Any]:
    kind = call.parameters.get("AvatarType")
    chosen = [record for record in state.avatars.snapshot() if not kind or record.get("AvatarType") == kind]
    items = [
        {name: value for name, value in with_urls(record, call.base_url).items() if name not in _ONLY_IN_DETAIL}
        for record in _page(call, chosen)
    ]
    return {"Success": True, "Data": {"TotalCount": len(chosen), "AvatarList": items}}


def _list_system_avatars(state: State, call: Call) -> dict[str, Any]:
    items = [with_urls(record, call.base_url) for record in _page(call, state.system_avatars)]
    return {"TotalCount": len(state.system_avatars), "SmartSysAvatarModelList": items}


def _page(call: Call, records: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    number = integer(call, "PageNo", default=1, low=1, high=_LAST_PAGE)
    size = integer(call, "PageSize", default=10, low=1, high=100)
    return records[(number - 1) * size : number * size]


ICE = Product(
    "ice",
    "2020-11-09",
    {
        "GetAvatar": Operation("ice:GetAvatar", _get_avatar),
        "ListAvatars": Operation("ice:ListAvatars", _list_avatars),
        "ListSmartSysAvatarModels": Operation("ice:ListSmartSysAvatarModels", _list_system_avatars),
    },
)
