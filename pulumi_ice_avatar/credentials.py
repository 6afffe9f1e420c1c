"""Which credentials a look-up uses: a key pair or a profile from the settings, else Alibaba's default chain.

Only this module and `client.py` import the SDK, inside functions, because loading it costs more than all else here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_ice_avatar import sdk
from pulumi_ice_avatar.settings import Settings

if TYPE_CHECKING:
    from alibabacloud_credentials.client import Client
    from alibabacloud_credentials.provider import CLIProfileCredentialsProvider, ProfileCredentialsProvider

__all__ = ["credentials"]


def credentials(settings: Settings) -> Client:
    """The credentials of these settings, as the SDK wants them; loading or refreshing waits for the first request."""
    with sdk.loading():
        from alibabacloud_credentials import provider
        from alibabacloud_credentials.client import Client

    if settings.access_key and settings.security_token:
        chosen = provider.StaticSTSCredentialsProvider(
            access_key_id=settings.access_key,
            access_key_secret=settings.secret_key,
            security_token=settings.security_token,
        )
    elif settings.access_key:
        chosen = provider.StaticAKCredentialsProvider(
            access_key_id=settings.access_key, access_key_secret=settings.secret_key
        )
    elif settings.credentials_uri:
        chosen = provider.URLCredentialsProvider(uri=settings.credentials_uri)
    elif settings.profile:
        chosen = _profile(settings.profile)
    else:
        chosen = provider.DefaultCredentialsProvider()
    if settings.role_arn:
        chosen = provider.RamRoleArnCredentialsProvider(
            credentials_provider=chosen,
            role_arn=settings.role_arn,
            role_session_name=settings.role_session_name,
            external_id=settings.role_external_id,
        )
    return Client(provider=chosen)


def _profile(name: str) -> CLIProfileCredentialsProvider | ProfileCredentialsProvider:
    """The profile from the file that has it: the command line tool's first, as in the default chain."""
    from alibabacloud_credentials.provider import CLIProfileCredentialsProvider, ProfileCredentialsProvider
    from alibabacloud_credentials.utils import auth_constant

    try:
        configured = json.loads(Path(auth_constant.HOME, ".aliyun", "config.json").read_bytes())
        if any(profile.get("name") == name for profile in configured["profiles"]):
            return CLIProfileCredentialsProvider(profile_name=name)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass  # no such file, or not one of the tool's: the other file decides, and reports what is missing
    return ProfileCredentialsProvider(profile_name=name)
