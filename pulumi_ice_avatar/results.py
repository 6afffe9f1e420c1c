"""What the functions return: Pulumi output types, exportable as they are, with the attributes of `models`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

__all__ = [
    "AvatarSummaryResult",
    "AwaitableGetAvatarResult",
    "AwaitableGetAvatarsResult",
    "AwaitableListAvatarsResult",
    "AwaitableListSystemAvatarsResult",
    "GetAvatarResult",
    "SystemAvatarResult",
]


_T = TypeVar("_T")


class _Result:
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Result) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


@pulumi.output_type
class AvatarSummaryResult(_Result):
    """An avatar as it is listed: without its size, which only a look-up tells."""

    avatar_id: str = pulumi.property("avatarId")
    """Id of the avatar, such as `Avatar-XXXX`."""
    avatar_name: str = pulumi.property("avatarName")
    """Name given when it was trained; may be empty."""
    avatar_description: str = pulumi.property("avatarDescription")
    """Description given when it was trained; may be empty."""
    avatar_type: str = pulumi.property("avatarType")
    """Kind of avatar; the only documented value is `2DAvatar`."""
    thumbnail: str = pulumi.property("thumbnail")
    """URL of the thumbnail."""
    portrait: str = pulumi.property("portrait")
    """Media-asset id of the portrait image."""
    transparent: bool = pulumi.property("transparent")
    """Whether the avatar supports an alpha channel."""

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


@pulumi.output_type
class GetAvatarResult(_Result):
    """An avatar: the nine fields of GetAvatar."""

    avatar_id: str = pulumi.property("avatarId")
    """Id of the avatar, such as `Avatar-XXXX`."""
    avatar_name: str = pulumi.property("avatarName")
    """Name given when it was trained; may be empty."""
    avatar_description: str = pulumi.property("avatarDescription")
    """Description given when it was trained; may be empty."""
    avatar_type: str = pulumi.property("avatarType")
    """Kind of avatar; the only documented value is `2DAvatar`."""
    thumbnail: str = pulumi.property("thumbnail")
    """URL of the thumbnail."""
    portrait: str = pulumi.property("portrait")
    """Media-asset id of the portrait image."""
    transparent: bool = pulumi.property("transparent")
    """Whether the avatar supports an alpha channel."""
    width: int = pulumi.property("width")
    """Width of the picture in pixels."""
    height: int = pulumi.property("height")
    """Height of the picture in pixels."""

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


@pulumi.output_type
class SystemAvatarResult(_Result):
    """An avatar that the service itself offers."""

    avatar_id: str = pulumi.property("avatarId")
    """Id of the avatar, such as `yunqiao`."""
    avatar_name: str = pulumi.property("avatarName")
    """Name of the avatar."""
    cover_url: str = pulumi.property("coverUrl")
    """URL of the cover picture."""
    video_url: str = pulumi.property("videoUrl")
    """URL of a sample video."""
    width: int = pulumi.property("width")
    """Width of the picture in pixels."""
    height: int = pulumi.property("height")
    """Height of the picture in pixels."""

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


# As in generated SDKs, the direct forms can be awaited too, although their values are there already.


class AwaitableGetAvatarResult(GetAvatarResult):
    """A `GetAvatarResult` that can also be awaited."""

    def __await__(self) -> Generator[Any, None, GetAvatarResult]:
        yield from ()
        return GetAvatarResult(**vars(self))


class AwaitableGetAvatarsResult(dict[str, _T]):
    """Avatars by id, in the order asked for; can also be awaited."""

    def __await__(self) -> Generator[Any, None, dict[str, _T]]:
        yield from ()
        return dict(self)


class AwaitableListAvatarsResult(list[AvatarSummaryResult]):
    """All avatars; can also be awaited."""

    def __await__(self) -> Generator[Any, None, list[AvatarSummaryResult]]:
        yield from ()
        return list(self)


class AwaitableListSystemAvatarsResult(list[SystemAvatarResult]):
    """All avatars that the service offers; can also be awaited."""

    def __await__(self) -> Generator[Any, None, list[SystemAvatarResult]]:
        yield from ()
        return list(self)
