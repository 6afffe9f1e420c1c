"""A second stack that knows the first one's avatar only through its outputs: no look-up, no credentials."""

import pulumi

config = pulumi.Config()

avatars = pulumi.StackReference(config.require("avatarStack"))
width = avatars.require_output("width")
height = avatars.require_output("height")

pulumi.export("thumbnail", avatars.require_output("thumbnail"))
pulumi.export("canvas", pulumi.Output.format("{0}x{1}", width.apply(int), height.apply(int)))
