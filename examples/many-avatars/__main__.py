"""Many avatars from the stack's configuration: one resource, one entry in the state, looked up side by side."""

import pulumi

import pulumi_ice_avatar as ice

config = pulumi.Config()

troupe = ice.Avatars("troupe", avatar_ids=config.require_object("avatarIds"))

pulumi.export("avatars", troupe.avatars)
pulumi.export(
    "portraitFormat",
    troupe.avatars.apply(lambda avatars: [each.avatar_name for each in avatars.values() if each.height > each.width]),
)
