"""The facts of one avatar as stack outputs: recorded in the stack's state, so that a preview shows when they change."""

import pulumi

import pulumi_ice_avatar as ice

config = pulumi.Config()

host = ice.Avatar("host", avatar_id=config.require("avatarId"))

pulumi.export("avatarId", host.avatar_id)
pulumi.export("name", host.avatar_name)
pulumi.export("description", host.avatar_description)
pulumi.export("type", host.avatar_type)
pulumi.export("thumbnail", host.thumbnail)
pulumi.export("portrait", host.portrait)
pulumi.export("transparent", host.transparent)
pulumi.export("width", host.width)
pulumi.export("height", host.height)
