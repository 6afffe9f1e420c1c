"""The avatar that presents: a module of its own, so that tests can call it."""

from __future__ import annotations

import pulumi

import pulumi_ice_avatar as ice


def presenter(avatar_id: str) -> ice.Avatar:
    """Record the avatar, if it can stand before the studio's own background."""
    if not ice.get_avatar(avatar_id).transparent:
        raise pulumi.RunError(f"avatar {avatar_id} brings a background of its own; choose a transparent one")
    return ice.Avatar("presenter", avatar_id=avatar_id)


def frame(avatar: ice.Avatar) -> pulumi.Output[str]:
    """Its size as the video encoder wants it."""
    return pulumi.Output.format("{0}x{1}", avatar.width, avatar.height)
