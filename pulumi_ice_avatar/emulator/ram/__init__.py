"""The operations of RAM 2015-05-01 that deal with policies, and the few that make somebody to attach them to.

Fields of the answers: dew-serverless/acs-metadata@b3c749cc:en_us/ram/2015-05-01/api-docs.json. Which resources an
operation is authorised on: AlibabaCloudDocs/ram@20c6e869:intl.en-US/API Reference/RAM authentication.md.
"""

from __future__ import annotations

from pulumi_ice_avatar.emulator.operation import Product
from pulumi_ice_avatar.emulator.ram.attachments import ATTACHMENTS
from pulumi_ice_avatar.emulator.ram.policies import POLICIES
from pulumi_ice_avatar.emulator.ram.principals import PRINCIPALS
from pulumi_ice_avatar.emulator.ram.tags import TAGS
from pulumi_ice_avatar.emulator.ram.versions import VERSIONS

__all__ = ["RAM"]

RAM = Product("ram", "2015-05-01", {**POLICIES, **VERSIONS, **ATTACHMENTS, **TAGS, **PRINCIPALS})
