"""A program that uses every public form of the data source and the resources; it is only type-checked, never run."""

from __future__ import annotations

import pulumi

import pulumi_ice_avatar as ice

# The direct forms.
presenter = ice.get_avatar("Avatar-XXXX", region="cn-shanghai")
width: int = presenter.width
name: str = presenter.avatar_name
transparent: bool = presenter.transparent
as_result: ice.GetAvatarResult = presenter

maybe = ice.get_avatar("Avatar-XXXX", missing_ok=True)
if maybe is not None:
    height: int = maybe.height

cast = ice.get_avatars(["Avatar-A", "Avatar-B"])
widths: dict[str, int] = {avatar_id: avatar.width for avatar_id, avatar in cast.items()}
of_a_set: int = len(ice.get_avatars({"Avatar-A"}))
some = ice.get_avatars(["Avatar-A"], missing_ok=True)
there: list[str] = [avatar.avatar_name for avatar in some.values() if avatar is not None]

named: int = ice.get_avatar_by_name("Mina", avatar_type="2DAvatar").height
names: list[str] = [avatar.avatar_name for avatar in ice.list_avatars("2DAvatar")]
covers: list[str] = [avatar.cover_url for avatar in ice.list_system_avatars()]
summary: ice.AvatarSummaryResult = ice.list_avatars()[0]

# The resources.
host = ice.Avatar("host", avatar_id="Avatar-XXXX", opts=pulumi.ResourceOptions(protect=True))
host_width: pulumi.Output[int] = host.width
host_region: pulumi.Output[str | None] = host.region
hidden = ice.Avatar("hidden", avatar_id=pulumi.Output.secret("Avatar-XXXX"), region=pulumi.Output.from_input("cn-x"))
troupe = ice.Avatars("troupe", avatar_ids=["Avatar-A", host.avatar_id], region="cn-shanghai")
total: pulumi.Output[int] = troupe.avatars.apply(lambda avatars: sum(each.width for each in avatars.values()))
got: ice.Avatar = ice.Avatar.get("got", "Avatar-XXXX", opts=pulumi.ResourceOptions(depends_on=[host]))

# The output forms.
one: pulumi.Output[ice.GetAvatarResult] = ice.get_avatar_output(host.avatar_id)
one_width: pulumi.Output[int] = one.apply(lambda avatar: avatar.width)
one_maybe: pulumi.Output[ice.GetAvatarResult | None] = ice.get_avatar_output(host.avatar_id, missing_ok=True)
many: pulumi.Output[dict[str, ice.GetAvatarResult]] = ice.get_avatars_output(["Avatar-A", host.avatar_id])
many_maybe: pulumi.Output[dict[str, ice.GetAvatarResult | None]] = ice.get_avatars_output(
    pulumi.Output.from_input(["Avatar-A"]), missing_ok=True
)
listed: pulumi.Output[list[ice.AvatarSummaryResult]] = ice.list_avatars_output()
system: pulumi.Output[list[ice.SystemAvatarResult]] = ice.list_system_avatars_output(region="cn-shanghai")
by_name: pulumi.Output[ice.GetAvatarResult] = ice.get_avatar_by_name_output(host.avatar_name)
after = ice.get_avatar_output("Avatar-A", opts=pulumi.InvokeOutputOptions(depends_on=[host]))
also_after = ice.get_avatar_output("Avatar-A", opts=pulumi.InvokeOptions())

# Errors.
try:
    ice.get_avatar("Avatar-XXXX")
except ice.AvatarNotFoundError as error:
    code: str | None = error.code
    request_id: str | None = error.request_id
except ice.LookupsFailedError as error:
    errors: dict[str, ice.IceAvatarError] = error.errors


async def awaited() -> int:
    avatar = await ice.get_avatar("Avatar-XXXX")
    avatars = await ice.get_avatars(["Avatar-XXXX"])
    return avatar.width + avatars["Avatar-XXXX"].height


pulumi.export("presenter", presenter)
pulumi.export("cast", cast)
