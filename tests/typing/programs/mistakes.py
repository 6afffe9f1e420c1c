# ruff: noqa: B018
"""Mistakes that a type checker has to find: each line says which."""

from __future__ import annotations

import pulumi

import pulumi_ice_avatar as ice

host = ice.Avatar("host", avatar_id="Avatar-XXXX")
ice.get_avatar(5)  # [call-overload]
ice.get_avatar(host.avatar_id)  # [call-overload]
ice.get_avatar("Avatar-XXXX", "cn-shanghai")  # [call-overload]
ice.get_avatar("Avatar-XXXX", missing_ok=True).width  # [union-attr]
ice.get_avatar("Avatar-XXXX").name  # [attr-defined]
ice.get_avatars([host.avatar_id])  # [list-item]
ice.get_avatars(["Avatar-XXXX"], missing_ok=True)["Avatar-XXXX"].width  # [union-attr]
ice.list_avatars()[0].width  # [attr-defined]
ice.Avatar("host")  # [call-arg]
ice.Avatar("host", avatar_id=5)  # [arg-type]
ice.Avatars("troupe", avatar_ids=[5])  # [list-item]
width: str = ice.get_avatar("Avatar-XXXX").width  # [assignment]
later: pulumi.Output[str] = host.width  # [assignment]
ice.nothing  # [attr-defined]
