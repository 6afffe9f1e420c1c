"""The RAM API of an account, as far as applying a policy needs it: one method an operation, over the generated SDK.

Every method that changes something can be called again after it has been interrupted: what is already so is no error.
Source: the RAM API 2015-05-01 (https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-overview).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.connection import Connection
from pulumi_ice_avatar.errors import ServiceError, UnexpectedAnswerError
from pulumi_ice_avatar.models import show
from pulumi_ice_avatar.settings import Settings

if TYPE_CHECKING:
    from alibabacloud_ram20150501.client import Client
    from alibabacloud_tea_openapi.utils_models import Config
    from darabonba.runtime import RuntimeOptions

__all__ = ["KINDS", "Account", "Policy", "Target", "Version"]

KINDS = ("user", "group", "role")
"""What a policy can be attached to."""

_SETTLING = 10.0
"""Seconds for which a change is tried again while RAM does not yet know of one made just before: it is eventually
consistent."""


class Target(NamedTuple):
    """A user, group or role that a policy is attached to."""

    kind: str
    """`user`, `group` or `role`."""
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Version(NamedTuple):
    """One of the up to five versions of a policy."""

    id: str
    """Such as `v3`."""
    is_default: bool
    """Whether it is the one in force."""


@dataclass(frozen=True)
class Policy:
    """A custom policy as it is in the account."""

    name: str
    document: Mapping[str, Any]
    """The document of the default version."""
    description: str
    tags: Mapping[str, str]
    default_version: str
    """Such as `v3`."""
    attached_to: frozenset[Target]


class Account:
    """The custom policies of an account, through one set of credentials."""

    def __init__(self, settings: Settings) -> None:
        self._connection = Connection(settings, _client)

    def policy(self, name: str) -> Policy | None:
        """The custom policy of this name, or None."""
        try:
            answer = self._call("GetPolicy", name, PolicyName=name, PolicyType="Custom")
        except ServiceError as error:
            if _is(error, "EntityNotExist"):
                return None
            raise
        version = answer.get("DefaultPolicyVersion") or {}
        try:
            document = json.loads(version.get("PolicyDocument") or "")
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise UnexpectedAnswerError(
                f"policy {show(name)}: GetPolicy gave a document that is no JSON object: "
                f"{show(version.get('PolicyDocument'))}"
            )
        return Policy(
            name=name,
            document=document,
            description=answer.get("Policy", {}).get("Description") or "",
            tags=self._tags(name),
            default_version=str(version.get("VersionId")),
            attached_to=self._targets(name),
        )

    def versions(self, name: str) -> list[Version]:
        """The versions of a policy, the newest first."""
        answer = self._call("ListPolicyVersions", name, PolicyName=name, PolicyType="Custom")
        return [
            Version(each["VersionId"], bool(each.get("IsDefaultVersion")))
            for each in answer.get("PolicyVersions", {}).get("PolicyVersion", [])
        ]

    def version_document(self, name: str, version: str) -> Any:
        """The document of one version, parsed; None where it cannot be."""
        answer = self._call("GetPolicyVersion", name, PolicyName=name, PolicyType="Custom", VersionId=version)
        try:
            return json.loads(answer["PolicyVersion"]["PolicyDocument"])
        except (ValueError, LookupError, TypeError):
            return None

    def create(self, name: str, document: str, description: str, tags: Mapping[str, str]) -> None:
        """Create a policy."""
        optional: dict[str, Any] = {"Description": description, "Tag": _tag_list(tags)}
        given = {parameter: value for parameter, value in optional.items() if value}
        self._call("CreatePolicy", name, PolicyName=name, PolicyDocument=document, **given)

    def create_version(self, name: str, document: str) -> None:
        """Put a new version in force; the oldest of those not in force makes room for it."""
        self._call(
            "CreatePolicyVersion",
            name,
            PolicyName=name,
            PolicyDocument=document,
            SetAsDefault=True,
            RotateStrategy="DeleteOldestNonDefaultVersionWhenLimitExceeded",
        )

    def set_default_version(self, name: str, version: str) -> None:
        """Put an existing version in force."""
        self._call("SetDefaultPolicyVersion", name, PolicyName=name, VersionId=version)

    def set_description(self, name: str, description: str) -> None:
        """Replace the description."""
        self._call("UpdatePolicyDescription", name, PolicyName=name, NewDescription=description)

    def set_tags(self, name: str, tags: Mapping[str, str]) -> None:
        """Add tags, and replace the values of those that exist."""
        self._call("TagResources", name, ResourceType="policy", ResourceNames=[name], Tag=_tag_list(tags))

    def remove_tags(self, name: str, keys: Iterable[str]) -> None:
        """Remove tags."""
        self._call("UntagResources", name, ResourceType="policy", ResourceNames=[name], TagKeys=list(keys))

    def attach(self, name: str, target: Target) -> None:
        """Attach a policy; a target that was created just before may take a moment to be known."""
        attach = partial(self._attachment, "AttachPolicyTo", name, target)
        self._tolerating("EntityAlreadyExists", lambda: self._settling("EntityNotExist", attach))

    def detach(self, name: str, target: Target) -> None:
        """Detach a policy."""
        self._tolerating("EntityNotExist", partial(self._attachment, "DetachPolicyFrom", name, target))

    def delete(self, name: str) -> None:
        """Delete a policy and all of its versions; it must not be attached any more."""
        delete = partial(self._call, "DeletePolicy", name, PolicyName=name, CascadingDelete=True)
        self._tolerating("EntityNotExist", lambda: self._settling("DeleteConflict", delete))

    def _attachment(self, verb: str, name: str, target: Target) -> None:
        kind = target.kind.capitalize()
        self._call(
            f"{verb}{kind}",
            f"{name} and {target}",
            PolicyType="Custom",
            PolicyName=name,
            **{f"{kind}Name": target.name},
        )

    def _targets(self, name: str) -> frozenset[Target]:
        answer = self._call("ListEntitiesForPolicy", name, PolicyName=name, PolicyType="Custom")
        return frozenset(
            Target(kind, each[f"{kind.capitalize()}Name"])
            for kind in KINDS
            for each in (answer.get(f"{kind.capitalize()}s") or {}).get(kind.capitalize()) or ()
        )

    def _tags(self, name: str) -> dict[str, str]:
        answer = self._call("ListTagResources", name, ResourceType="policy", ResourceNames=[name])
        return {each["TagKey"]: each.get("TagValue") or "" for each in answer.get("TagResources") or ()}

    def _settling(self, code: str, change: Callable[[], object]) -> None:
        """Make a change, and try again for a while when what it needs was itself changed only just now."""
        deadline = time.monotonic() + _SETTLING
        pause = 0.1
        while True:
            try:
                change()
            except ServiceError as error:
                if not _is(error, code) or time.monotonic() + pause > deadline:
                    raise
            else:
                return
            time.sleep(pause)
            pause = min(2 * pause, 2)

    def _tolerating(self, code: str, change: Callable[[], object]) -> None:
        try:
            change()
        except ServiceError as error:
            if not _is(error, code):
                raise

    def _call(self, operation: str, name: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._connection.call(
            f"ram:{operation}",
            f"policy {show(name)}",
            lambda client, runtime: _send(client, runtime, operation, parameters),
        )
        return answer


def _client(config: Config) -> Client:
    from alibabacloud_ram20150501.client import Client

    return Client(config)


def _send(client: Client, runtime: RuntimeOptions, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Call the generated method of an operation; the answer's body as it came over the wire."""
    import re

    from alibabacloud_ram20150501 import models

    request = getattr(models, f"{operation}Request")().from_map(dict(parameters))
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
    body: dict[str, Any] = getattr(client, f"{method}_with_options")(request, runtime).body.to_map()
    return body


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def _is(error: BaseException, code: str) -> bool:
    """Whether the service answered with a code of this family, such as `EntityNotExist`."""
    return isinstance(error, ServiceError) and (error.code or "").startswith(code)
