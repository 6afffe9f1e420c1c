"""Which resources of Terraform, Pulumi and Resource Orchestration Service hold a policy, where, and of what kind.

The Pulumi provider is a bridge to Terraform's: its types have names of their own, its properties are Terraform's in
camel case. So the two share a row. Sources: the argument references of the Terraform provider
(https://github.com/aliyun/terraform-provider-alicloud, website/docs/r), the tokens of the pulumi-alicloud package, and
the pages of the ROS resource types (https://www.alibabacloud.com/help/en/ros/developer-reference/aliyun-ram-role and
its neighbours).

Left out are properties whose text is not in RAM's language (the policy of a MaxCompute role, tag policies) and those
where to allow everything is the service's default (endpoint policies of a VPC and of PrivateLink).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pulumi_ice_avatar.ram.language import CONTROL, IDENTITY, RESOURCE_BASED, TRUST

__all__ = ["HOLDERS", "ROS", "TERRAFORM", "Holder", "camel_case"]


class Holder(NamedTuple):
    """A resource type that holds policies.

    Attributes:
        terraform: Its name in Terraform.
        pulumi: Its token in Pulumi.
        properties: The kind of policy that each property holds, by Terraform's name of the property. A property is a
            path where the policy is further down: `*` in it stands for any index of a list. Two properties of one kind
            are two names of one thing, and the first one counts.
    """

    terraform: str
    pulumi: str
    properties: dict[str, str]


_ROWS = (
    Holder("alicloud_ram_policy", "alicloud:ram/policy:Policy", {"policy_document": IDENTITY, "document": IDENTITY}),
    Holder("alicloud_ram_role", "alicloud:ram/role:Role", {"assume_role_policy_document": TRUST, "document": TRUST}),
    Holder("alicloud_resource_manager_policy", "alicloud:resourcemanager/policy:Policy", {"policy_document": IDENTITY}),
    Holder(
        "alicloud_resource_manager_policy_version",
        "alicloud:resourcemanager/policyVersion:PolicyVersion",
        {"policy_document": IDENTITY},
    ),
    Holder(
        "alicloud_resource_manager_control_policy",
        "alicloud:resourcemanager/controlPolicy:ControlPolicy",
        {"policy_document": CONTROL},
    ),
    Holder(
        "alicloud_resource_manager_role",
        "alicloud:resourcemanager/role:Role",
        {"assume_role_policy_document": TRUST},
    ),
    Holder(
        "alicloud_cloud_sso_access_configuration",
        "alicloud:cloudsso/accessConfiguration:AccessConfiguration",
        {"permission_policies/*/permission_policy_document": IDENTITY},
    ),
    Holder("alicloud_oss_bucket_policy", "alicloud:oss/bucketPolicy:BucketPolicy", {"policy": RESOURCE_BASED}),
    Holder("alicloud_oss_bucket", "alicloud:oss/bucket:Bucket", {"policy": RESOURCE_BASED}),
    Holder("alicloud_kms_key", "alicloud:kms/key:Key", {"policy": RESOURCE_BASED}),
    Holder("alicloud_kms_secret", "alicloud:kms/secret:Secret", {"policy": RESOURCE_BASED}),
    Holder("alicloud_log_project", "alicloud:log/project:Project", {"policy": RESOURCE_BASED}),
)


def camel_case(path: str) -> str:
    """Terraform's name of a property, or a path of them, as Pulumi's."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), path)


HOLDERS: dict[str, dict[str, str]] = {
    **{row.pulumi: {camel_case(path): kind for path, kind in row.properties.items()} for row in _ROWS},
    # The resource of this package: a dynamic resource, whose class names its module and itself.
    "pulumi-python:dynamic/ice:RamPolicy": {"document": IDENTITY},
}
"""Pulumi type token -> property (or path) -> kind of policy. The value is a policy's text or an object."""

TERRAFORM: dict[str, dict[str, str]] = {row.terraform: row.properties for row in _ROWS}
"""Terraform type -> property (or path) -> kind of policy. The value is a policy's text."""

_INLINE = {"Policies/*/PolicyDocument": IDENTITY}

ROS: dict[str, dict[str, str]] = {
    "ALIYUN::RAM::ManagedPolicy": {"PolicyDocumentUnchecked": IDENTITY, "PolicyDocument": IDENTITY},
    "ALIYUN::RAM::Role": {"AssumeRolePolicyDocument": TRUST, **_INLINE},
    "ALIYUN::RAM::User": _INLINE,
    "ALIYUN::RAM::Group": _INLINE,
    "ALIYUN::ResourceManager::ControlPolicy": {"PolicyDocument": CONTROL},
    "ALIYUN::OSS::Bucket": {"Policy": RESOURCE_BASED},
}
"""ROS resource type -> property (or path) -> kind of policy. The value is an object, or a policy's text."""
