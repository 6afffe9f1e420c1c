"""Alibaba Cloud ICE avatars as a Pulumi data source, and a kit for the RAM policies they need.

The names below load on first use: importing the package imports neither Pulumi nor an SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_ice_avatar import ram as ram
    from pulumi_ice_avatar.errors import (
        AuthenticationError as AuthenticationError,
    )
    from pulumi_ice_avatar.errors import (
        AvatarNameError as AvatarNameError,
    )
    from pulumi_ice_avatar.errors import (
        AvatarNotFoundError as AvatarNotFoundError,
    )
    from pulumi_ice_avatar.errors import (
        ConfigurationError as ConfigurationError,
    )
    from pulumi_ice_avatar.errors import (
        CredentialsError as CredentialsError,
    )
    from pulumi_ice_avatar.errors import (
        IceAvatarError as IceAvatarError,
    )
    from pulumi_ice_avatar.errors import (
        InvalidInputError as InvalidInputError,
    )
    from pulumi_ice_avatar.errors import (
        InvalidPolicyError as InvalidPolicyError,
    )
    from pulumi_ice_avatar.errors import (
        LookupsFailedError as LookupsFailedError,
    )
    from pulumi_ice_avatar.errors import (
        PermissionDeniedError as PermissionDeniedError,
    )
    from pulumi_ice_avatar.errors import (
        PolicyError as PolicyError,
    )
    from pulumi_ice_avatar.errors import (
        ServiceError as ServiceError,
    )
    from pulumi_ice_avatar.errors import (
        ServiceUnavailableError as ServiceUnavailableError,
    )
    from pulumi_ice_avatar.errors import (
        TemplateError as TemplateError,
    )
    from pulumi_ice_avatar.errors import (
        ThrottledError as ThrottledError,
    )
    from pulumi_ice_avatar.errors import (
        UnexpectedAnswerError as UnexpectedAnswerError,
    )
    from pulumi_ice_avatar.functions import (
        get_avatar as get_avatar,
    )
    from pulumi_ice_avatar.functions import (
        get_avatar_by_name as get_avatar_by_name,
    )
    from pulumi_ice_avatar.functions import (
        get_avatar_by_name_output as get_avatar_by_name_output,
    )
    from pulumi_ice_avatar.functions import (
        get_avatar_output as get_avatar_output,
    )
    from pulumi_ice_avatar.functions import (
        get_avatars as get_avatars,
    )
    from pulumi_ice_avatar.functions import (
        get_avatars_output as get_avatars_output,
    )
    from pulumi_ice_avatar.functions import (
        list_avatars as list_avatars,
    )
    from pulumi_ice_avatar.functions import (
        list_avatars_output as list_avatars_output,
    )
    from pulumi_ice_avatar.functions import (
        list_system_avatars as list_system_avatars,
    )
    from pulumi_ice_avatar.functions import (
        list_system_avatars_output as list_system_avatars_output,
    )
    from pulumi_ice_avatar.resources import Avatar as Avatar
    from pulumi_ice_avatar.resources import Avatars as Avatars
    from pulumi_ice_avatar.results import (
        AvatarSummaryResult as AvatarSummaryResult,
    )
    from pulumi_ice_avatar.results import (
        GetAvatarResult as GetAvatarResult,
    )
    from pulumi_ice_avatar.results import (
        SystemAvatarResult as SystemAvatarResult,
    )

_HOME = {
    **dict.fromkeys(
        (
            "AuthenticationError", "AvatarNameError", "AvatarNotFoundError", "ConfigurationError", "CredentialsError",
            "IceAvatarError", "InvalidInputError", "InvalidPolicyError", "LookupsFailedError", "PermissionDeniedError",
            "PolicyError", "ServiceError", "ServiceUnavailableError", "TemplateError", "ThrottledError",
            "UnexpectedAnswerError",
        ),
        "errors",
    ),
    **dict.fromkeys(
        (
            "get_avatar", "get_avatar_by_name", "get_avatar_by_name_output", "get_avatar_output", "get_avatars",
            "get_avatars_output", "list_avatars", "list_avatars_output", "list_system_avatars",
            "list_system_avatars_output",
        ),
        "functions",
    ),
    **dict.fromkeys(("Avatar", "Avatars"), "resources"),
    **dict.fromkeys(("AvatarSummaryResult", "GetAvatarResult", "SystemAvatarResult"), "results"),
}  # fmt: skip

__all__ = sorted([*_HOME, "ram"])


def __getattr__(name: str) -> Any:
    if name == "ram":
        return importlib.import_module("pulumi_ice_avatar.ram")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
