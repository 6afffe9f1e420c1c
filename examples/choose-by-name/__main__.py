"""An avatar chosen by its name, and the names there are: plain functions, nothing in the stack's state."""

import pulumi

import pulumi_ice_avatar as ice

config = pulumi.Config()

presenter = ice.get_avatar_by_name(config.require("avatarName"))

pulumi.export("presenter", presenter)
pulumi.export("names", sorted(avatar.avatar_name for avatar in ice.list_avatars()))
