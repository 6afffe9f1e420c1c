"""Files as the tools write them. Their shapes are those of the documentation that the readers name."""

from __future__ import annotations

import json
from typing import Any

from tests.validate.conftest import Folder, folder

__all__ = ["BAD", "GOOD", "Folder", "change", "export", "folder", "marked", "plan", "policy", "preview", "state"]


def policy(effect: str = "Allow", action: Any = "oss:GetObject", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": "acs:oss:*:*:pictures/*", **more}
    return {"Version": "1", "Statement": [statement]}


GOOD = json.dumps(policy())
BAD = json.dumps(policy("Alow"))
"""RAM108 at the Effect."""

PROVIDER = "terraform.example.com/aliyun/alicloud"


def change(
    name: str = "reader",
    after: Any = None,
    *,
    kind: str = "alicloud_ram_policy",
    module: str = "",
    actions: tuple[str, ...] = ("create",),
    **flags: Any,
) -> dict[str, Any]:
    """An entry of `resource_changes`."""
    return {
        "address": f"{module}.{kind}.{name}" if module else f"{kind}.{name}",
        **({"module_address": module} if module else {}),
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": PROVIDER,
        "change": {
            "actions": list(actions),
            "before": None,
            "after": after,
            "after_unknown": flags.get("unknown", {"id": True}),
            "before_sensitive": False,
            "after_sensitive": flags.get("sensitive", {}),
        },
    }


def plan(*changes: dict[str, Any], configuration: Any = None) -> dict[str, Any]:
    """What `terraform show -json` says of a plan."""
    planned = [
        {
            **{key: each[key] for key in ("address", "mode", "type", "name", "provider_name")},
            "schema_version": 0,
            "values": each["change"]["after"] or {},
            "sensitive_values": each["change"]["after_sensitive"],
        }
        for each in changes
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "variables": {"bucket": {"value": "pictures"}},
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": list(changes),
        "configuration": configuration
        or {"provider_config": {"alicloud": {"name": "alicloud", "full_name": PROVIDER}}, "root_module": {}},
        "relevant_attributes": [],
        "timestamp": "2026-11-20T08:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def state(*resources: dict[str, Any], children: Any = ()) -> dict[str, Any]:
    """What `terraform show -json` says of a state."""
    return {
        "format_version": "1.0",
        "terraform_version": "1.9.8",
        "values": {"root_module": {"resources": list(resources), "child_modules": list(children)}},
    }


def preview(*resources: dict[str, Any]) -> dict[str, Any]:
    """What `pulumi preview --json` says."""
    return {
        "config": {"alicloud:region": "cn-shanghai"},
        "steps": [{"op": "create", "urn": each["urn"], "newState": each, "detailedDiff": None} for each in resources],
        "duration": 1010457220,
        "changeSummary": {"create": len(resources)},
    }


def export(*resources: dict[str, Any]) -> dict[str, Any]:
    """What `pulumi stack export` says."""
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": "2026-11-20T08:00:00Z", "magic": "", "version": "v3.220.0"},
            "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:"}},
            "resources": list(resources),
        },
    }


def marked(text: str, finding: dict[str, Any]) -> str:
    """The characters of a file that a finding is about, all on one line."""
    assert finding["line"] == finding["end_line"]
    return text.split("\n")[finding["line"] - 1][finding["column"] - 1 : finding["end_column"] - 1]
