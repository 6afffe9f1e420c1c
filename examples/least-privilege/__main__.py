"""A role that may look up avatars and nothing else, and the look-up as that role.

Who deploys needs the `policy-deployer` template's permissions, and never looks up; who looks up is named by the setting
`ice-avatar:roleArn` (or `credentialsUri`), and never changes a policy.
"""

import pulumi

import pulumi_ice_avatar as ice
from pulumi_ice_avatar import ram

config = pulumi.Config()

reader = ram.RamPolicy(
    "avatar-reader",
    template="get-avatar",
    description="Look up one avatar by its id",
    attach_to=[ram.Role(config.require("role"))],
)

# Waits until the policy is there and attached: unknown at the first preview, looked up at every one after.
avatar = ice.get_avatar_output(config.require("avatarId"), opts=pulumi.InvokeOutputOptions(depends_on=[reader]))

pulumi.export("policy", reader.policy_name)
pulumi.export("version", reader.default_version)
pulumi.export("avatar", avatar)
