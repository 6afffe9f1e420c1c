"""A policy that allows look-ups from some networks only, and only until a date: two guarded templates in one."""

import pulumi

from pulumi_ice_avatar import ram

config = pulumi.Config()

guarded = ram.RamPolicy(
    "guarded-reader",
    template="get-avatar-from-network+get-avatar-in-time-window",
    parameters={"source_ip": config.require_object("networks"), "not_after": config.require("notAfter")},
)

pulumi.export("policy", guarded.policy_name)
pulumi.export("conditions", guarded.document.apply(lambda document: document["Statement"][0]["Condition"]))
