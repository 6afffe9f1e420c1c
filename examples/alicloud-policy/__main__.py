"""A bundled policy as the document of `alicloud.ram.Policy`: templates are data, whatever applies them."""

import json

import pulumi
import pulumi_alicloud as alicloud

from pulumi_ice_avatar import ram

document = ram.template("get-avatar-from-vpc", source_vpc=["vpc-bp1a2b3c4d5e6f7g8h9i0"])
ram.validate(document)

reader = alicloud.ram.Policy("reader", policy_name="avatar-reader", policy_document=json.dumps(document))

pulumi.export("policy", reader.policy_name)
