"""What the service says of an avatar: the one table of wire names, attributes and types.

Source: the GetAvatar, ListAvatars and ListSmartSysAvatarModels pages of Intelligent Media Services, API 2020-11-09
(https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-getavatar).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, TypeVar

from pulumi_ice_avatar.errors import UnexpectedAnswerError

__all__ = ["FIELDS", "AvatarRecord", "AvatarSummary", "Field", "SystemAvatar", "read"]


class Field(NamedTuple):
    """One field of an avatar."""

    attribute: str
    """Name in Python, such as `avatar_id`."""
    wire: str
    """Name in the service's answers, such as `AvatarId`."""
    output: str
    """Name in stack outputs and state, such as `avatarId`."""
    type: type
    """str, bool or int."""


FIELDS = (
    Field("avatar_id", "AvatarId", "avatarId", str),
    Field("avatar_name", "AvatarName", "avatarName", str),
    Field("avatar_description", "AvatarDescription", "avatarDescription", str),
    Field("avatar_type", "AvatarType", "avatarType", str),
    Field("thumbnail", "Thumbnail", "thumbnail", str),
    Field("portrait", "Portrait", "portrait", str),
    Field("transparent", "Transparent", "transparent", bool),
    Field("width", "Width", "width", int),
    Field("height", "Height", "height", int),
    # Only the avatars of the system have these two.
    Field("cover_url", "CoverUrl", "coverUrl", str),
    Field("video_url", "VideoUrl", "videoUrl", str),
)

_BY_ATTRIBUTE = {field.attribute: field for field in FIELDS}


@dataclass(frozen=True)
class AvatarSummary:
    """An avatar as ListAvatars shows it: without its size."""

    avatar_id: str
    """Id of the avatar, such as `Avatar-XXXX`."""
    avatar_name: str
    """Name given when it was trained; may be empty."""
    avatar_description: str
    """Description given when it was trained; may be empty."""
    avatar_type: str
    """Kind of avatar; the only documented value is `2DAvatar`."""
    thumbnail: str
    """URL of the thumbnail."""
    portrait: str
    """Media-asset id of the portrait image."""
    transparent: bool
    """Whether the avatar supports an alpha channel."""


@dataclass(frozen=True)
class AvatarRecord(AvatarSummary):
    """An avatar as GetAvatar shows it: all nine fields."""

    width: int
    """Width of the picture in pixels."""
    height: int
    """Height of the picture in pixels."""


@dataclass(frozen=True)
class SystemAvatar:
    """An avatar that the service itself offers, as ListSmartSysAvatarModels shows it."""

    avatar_id: str
    """Id of the avatar, such as `yunqiao`; it carries no `Avatar-` prefix."""
    avatar_name: str
    """Name of the avatar."""
    cover_url: str
    """URL of the cover picture."""
    video_url: str
    """URL of a sample video."""
    width: int
    """Width of the picture in pixels."""
    height: int
    """Height of the picture in pixels."""


_Record = TypeVar("_Record", AvatarSummary, AvatarRecord, SystemAvatar)


def read(kind: type[_Record], wire: object) -> _Record:
    """Turn one avatar of an answer into a record.

    A text that is absent or null reads as the empty string, as the service's own sample shows empty texts; an id, a
    Boolean or a number cannot be guessed, so its absence is an error, and so is a value of another type.

    Raises:
        UnexpectedAnswerError: a field is missing or has another type than documented; the message shows what came.
    """
    if not isinstance(wire, Mapping):
        raise UnexpectedAnswerError(f"the avatar is {show(wire)}, not an object")
    values: dict[str, Any] = {}
    for attribute in (each.name for each in fields(kind)):
        field = _BY_ATTRIBUTE[attribute]
        value = wire.get(field.wire)
        if value is None and field.type is str and attribute != "avatar_id":
            value = ""
        if not _is(value, field.type):
            came = show(value) if field.wire in wire else "missing"
            raise UnexpectedAnswerError(f"{field.wire} is {came}, not {_EXPECTED[field.type]}")
        values[attribute] = value
    return kind(**values)


_EXPECTED = {str: "a string of Unicode", bool: "true or false", int: "a whole number of 32 bits"}


def _is(value: object, kind: type) -> bool:
    """Whether a value of JSON, which allows more than the service documents, is of a type of the table."""
    if isinstance(value, str):
        return kind is str and not re.search("[\ud800-\udfff]", value)  # half a pair fits into no output
    return type(value) is kind and (kind is not int or -(2**31) <= value < 2**31)  # type: ignore[operator]


def show(value: object, limit: int = 80) -> str:
    """A value as a short piece of one line, for messages that have to say what came."""
    text = repr(value)
    length = len(value) if isinstance(value, str) else len(text)
    return text if len(text) <= limit else f"{text[:limit]}… ({length:,} characters)"
