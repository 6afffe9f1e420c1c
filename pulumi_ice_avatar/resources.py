"""Avatars as resources: recorded in state, so that drift shows as a property diff and other stacks can read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from pulumi_ice_avatar.functions import get_avatar_output
from pulumi_ice_avatar.models import FIELDS, AvatarRecord
from pulumi_ice_avatar.provider import AvatarProvider, AvatarsProvider
from pulumi_ice_avatar.results import GetAvatarResult

__all__ = ["Avatar", "Avatars"]


_ATTRIBUTES = {"avatarIds": "avatar_ids", **{field.output: field.attribute for field in FIELDS}}
_OUTPUTS = {attribute: output for output, attribute in _ATTRIBUTES.items()}


class _Recorded(Resource):
    """A dynamic resource whose properties have the names of Python here, and those of Pulumi in the state."""

    def translate_input_property(self, prop: str) -> str:
        return _OUTPUTS.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        return _ATTRIBUTES.get(prop, prop)


class Avatar(_Recorded, module="ice", name="Avatar"):
    """One avatar, looked up at preview and at update; nothing in the cloud is created, changed or deleted.

    For more than a few avatars use `Avatars`: the engine checks resources one after another.

    Args:
        resource_name: Name of the resource.
        avatar_id: Id of a trained avatar. A secret id makes all outputs secret; not the resource's own id, which is the
            same and which Pulumi stores as it is.
        region: Its region; by default the setting `region`. A change of id or region replaces the resource.
        opts: Options of the resource. `import_` is not supported by the engine for dynamic resources, and not
            needed: creating the resource is adopting the avatar.

    Example:
        ```python
        import pulumi
        import pulumi_ice_avatar as ice

        host = ice.Avatar("host", avatar_id="Avatar-XXXX")
        pulumi.export("width", host.width)
        ```
    """

    avatar_id: pulumi.Output[str] = pulumi.property("avatarId")
    """Id of the avatar."""
    region: pulumi.Output[str | None] = pulumi.property("region")
    """Region it was looked up in; none where only an endpoint is set."""
    avatar_name: pulumi.Output[str] = pulumi.property("avatarName")
    """Name given when it was trained; may be empty."""
    avatar_description: pulumi.Output[str] = pulumi.property("avatarDescription")
    """Description given when it was trained; may be empty."""
    avatar_type: pulumi.Output[str] = pulumi.property("avatarType")
    """Kind of avatar; the only documented value is `2DAvatar`."""
    thumbnail: pulumi.Output[str] = pulumi.property("thumbnail")
    """URL of the thumbnail, without a signature: that would be a secret, and differ at every preview."""
    portrait: pulumi.Output[str] = pulumi.property("portrait")
    """Media-asset id of the portrait image."""
    transparent: pulumi.Output[bool] = pulumi.property("transparent")
    """Whether the avatar supports an alpha channel."""
    width: pulumi.Output[int] = pulumi.property("width")
    """Width of the picture in pixels."""
    height: pulumi.Output[int] = pulumi.property("height")
    """Height of the picture in pixels."""

    def __init__(
        self,
        resource_name: str,
        avatar_id: pulumi.Input[str],
        region: pulumi.Input[str | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        # What the look-up fills in begins as a placeholder made from what it needs: unknown if that is, secret if that
        # is. The engine keeps such marks by property name when `check` puts the facts in their place.
        placeholder = pulumi.Output.all(avatar_id, region).apply(lambda _: "")
        props: dict[str, Any] = dict.fromkeys(AvatarRecord.__dataclass_fields__, placeholder)
        props |= {"avatar_id": avatar_id, "region": region}
        super().__init__(AvatarProvider(), resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - the name that every resource's `get` has
        region: pulumi.Input[str | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> Avatar:
        """Read an avatar without managing it: the engine reads it at every preview and update.

        Args:
            resource_name: Name of the resource.
            id: Id of the avatar.
            region: Its region; by default the setting `region`.
            opts: Options of the resource.
        """
        # A provider's failing read is shown as a traceback; a failing function, which runs first, as one line.
        found = get_avatar_output(id, region=region).apply(lambda avatar: avatar.avatar_id)
        # Pulumi cannot read a resource by a secret id; the outputs still are secret if the id given here is.
        by_id = pulumi.ResourceOptions(id=pulumi.Output.unsecret(found))
        return Avatar(resource_name, found, region, pulumi.ResourceOptions.merge(opts, by_id))


class Avatars(_Recorded, module="ice", name="Avatars"):
    """Many avatars in one resource, looked up side by side at preview and at update.

    Args:
        resource_name: Name of the resource.
        avatar_ids: Ids of trained avatars; secret ids make all outputs secret.
        region: Their region; by default the setting `region`. A change of it replaces the resource.
        opts: Options of the resource.

    Example:
        ```python
        import pulumi
        import pulumi_ice_avatar as ice

        troupe = ice.Avatars("troupe", avatar_ids=["Avatar-A", "Avatar-B"])
        pulumi.export("widths", troupe.avatars.apply(lambda all_: {id_: each.width for id_, each in all_.items()}))
        ```
    """

    avatar_ids: pulumi.Output[list[str]] = pulumi.property("avatarIds")
    """Ids of the avatars."""
    region: pulumi.Output[str | None] = pulumi.property("region")
    """Region they were looked up in; none where only an endpoint is set."""
    avatars: pulumi.Output[dict[str, GetAvatarResult]] = pulumi.property("avatars")
    """The avatars by id."""

    def __init__(
        self,
        resource_name: str,
        avatar_ids: pulumi.Input[Sequence[pulumi.Input[str]]],
        region: pulumi.Input[str | None] = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        nothing_yet: dict[str, Any] = {}
        placeholder = pulumi.Output.all(avatar_ids, region).apply(lambda _: nothing_yet)
        props: dict[str, Any] = {"avatar_ids": avatar_ids, "region": region, "avatars": placeholder}
        super().__init__(AvatarsProvider(), resource_name, props, opts)
