"""RAM policies as resources."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from pulumi_ice_avatar.errors import IceAvatarError, InvalidInputError
from pulumi_ice_avatar.ram.provider import RamPolicyProvider
from pulumi_ice_avatar.run_errors import run_error

__all__ = ["Attachable", "Group", "RamPolicy", "Role", "User"]


class Attachable:
    """Something that a policy can be attached to.

    Args:
        name: Its name in the account; may be an output, such as the name of a role that the same program creates.
    """

    _kind = ""

    def __init__(self, name: pulumi.Input[str]) -> None:
        self.name = name

    def _props(self) -> dict[str, Any]:
        return {"kind": self._kind, "name": self.name}


class User(Attachable):
    """A RAM user."""

    _kind = "user"


class Group(Attachable):
    """A group of RAM users."""

    _kind = "group"


class Role(Attachable):
    """A RAM role."""

    _kind = "role"


class RamPolicy(Resource, module="ice", name="RamPolicy"):
    """A custom RAM policy, and whom it is attached to.

    The document is checked at preview: errors and security findings of the linter fail it. A changed document becomes a
    new version that is put in force; the oldest of the others makes room for it. Nobody has less access half-way than
    before or after, and what is interrupted is finished by the next update.

    Args:
        resource_name: Name of the resource.
        document: The policy document: a mapping or JSON text. Either this or a template.
        template: Name of a bundled template, as `ice-avatar templates list` shows them.
        parameters: The template's parameters.
        policy_name: Name of the policy, 1 to 128 letters, digits and hyphens; by default the resource's name. A change
            of it replaces the policy.
        description: What it is for, up to 1,024 characters.
        attach_to: Users, groups and roles that it is to be attached to. Attachments made elsewhere are left alone until
            a refresh has recorded them.
        tags: Tags of the policy; None leaves tags alone.
        allow: Codes of findings to accept, such as `RAM602`.
        adopt: Take over a policy of that name which has another document.
        opts: Options of the resource.

    Raises:
        InvalidInputError: not exactly one of document and template is given.

    Example:
        ```python
        from pulumi_ice_avatar import ram

        ram.RamPolicy("avatar-reader", template="get-avatar", attach_to=[ram.Role("studio")])
        ```
    """

    policy_name: pulumi.Output[str] = pulumi.property("policyName")
    """Name of the policy."""
    document: pulumi.Output[dict[str, Any]] = pulumi.property("document")
    """The document in force."""
    description: pulumi.Output[str | None] = pulumi.property("description")
    """What it is for."""
    tags: pulumi.Output[dict[str, str] | None] = pulumi.property("tags")
    """Tags of the policy, where they are managed."""
    attach_to: pulumi.Output[list[dict[str, str]]] = pulumi.property("attachTo")
    """What it is attached to: objects with `kind` and `name`."""
    default_version: pulumi.Output[str] = pulumi.property("defaultVersion")
    """The version in force, such as `v3`."""

    def __init__(
        self,
        resource_name: str,
        document: pulumi.Input[Mapping[str, Any] | str] | None = None,
        *,
        template: str | None = None,
        parameters: Mapping[str, pulumi.Input[Any]] | None = None,
        policy_name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str | None] = None,
        attach_to: Sequence[Attachable] = (),
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = None,
        allow: Sequence[str] = (),
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        reading = opts is not None and opts.id is not None
        if not reading and (document is None) == (template is None):
            raise run_error(InvalidInputError(f"RamPolicy {resource_name!r}: give either document or template"))
        read_document: pulumi.Output[Any] | None = None
        if template is not None:
            read_document = pulumi.Output.from_input(dict(parameters or {})).apply(
                lambda known: _render(template, known)
            )
        elif document is not None:
            given: pulumi.Output[Any] = pulumi.Output.from_input(document)
            read_document = given.apply(_parse)
        props: dict[str, Any] = {
            "policy_name": policy_name or resource_name,
            "document": read_document,
            "description": description,
            "tags": tags,
            "attach_to": [each._props() for each in attach_to],
            "allow": list(allow) or None,
            "adopt": adopt or None,
            "default_version": None,
        }
        if reading:
            props = dict.fromkeys(props)
        super().__init__(RamPolicyProvider(), resource_name, props, opts)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - the name that every resource's `get` has
        opts: pulumi.ResourceOptions | None = None,
    ) -> RamPolicy:
        """Read a policy without managing it.

        Args:
            resource_name: Name of the resource.
            id: Name of the policy in the account.
            opts: Options of the resource.
        """
        return RamPolicy(resource_name, opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))

    def translate_input_property(self, prop: str) -> str:
        return _OUTPUTS.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        return _ATTRIBUTES.get(prop, prop)


_ATTRIBUTES = {"policyName": "policy_name", "attachTo": "attach_to", "defaultVersion": "default_version"}
_OUTPUTS = {attribute: output for output, attribute in _ATTRIBUTES.items()}


def _render(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    from pulumi_ice_avatar.ram.templating import template

    try:
        return template(name, **parameters)
    except IceAvatarError as error:
        raise run_error(error) from None


def _parse(document: Mapping[str, Any] | str) -> Any:
    if isinstance(document, str):
        try:
            return json.loads(document)
        except (ValueError, RecursionError) as error:
            raise run_error(InvalidInputError(f"the policy document is not JSON: {error}")) from None
    return dict(document)
