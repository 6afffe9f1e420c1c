"""Alibaba Cloud ICE avatars as a Pulumi data source, and a kit for the RAM policies they need.

The names below load on first use: importing the package imports neither Pulumi nor an SDK.
"""

from __future__ import annotations

from pulumi_ice_avatar import lazily

TYPE_CHECKING = False  # type checkers take it for typing's, whose import costs more than all else here

if TYPE_CHECKING:
    from pulumi_ice_avatar import ram as ram
    from pulumi_ice_avatar.errors import (
        AuthenticationError as AuthenticationError,
        AvatarNameError as AvatarNameError,
        AvatarNotFoundError as AvatarNotFoundError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        CredentialsError as CredentialsError,
        IceAvatarError as IceAvatarError,
        InvalidInputError as InvalidInputError,
        InvalidPolicyError as InvalidPolicyError,
        LookupsFailedError as LookupsFailedError,
        PermissionDeniedError as PermissionDeniedError,
        PolicyError as PolicyError,
        ServiceError as ServiceError,
        ServiceUnavailableError as ServiceUnavailableError,
        TemplateError as TemplateError,
        ThrottledError as ThrottledError,
        UnexpectedAnswerError as UnexpectedAnswerError,
    )
    from pulumi_ice_avatar.functions import (
        get_avatar as get_avatar,
        get_avatar_by_name as get_avatar_by_name,
        get_avatar_by_name_output as get_avatar_by_name_output,
        get_avatar_output as get_avatar_output,
        get_avatars as get_avatars,
        get_avatars_output as get_avatars_output,
        list_avatars as list_avatars,
        list_avatars_output as list_avatars_output,
        list_system_avatars as list_system_avatars,
        list_system_avatars_output as list_system_avatars_output,
    )
    from pulumi_ice_avatar.resources import Avatar as Avatar, Avatars as Avatars
    from pulumi_ice_avatar.results import (
        AvatarSummaryResult as AvatarSummaryResult,
        GetAvatarResult as GetAvatarResult,
        SystemAvatarResult as SystemAvatarResult,
    )

_HOME = {
    **dict.fromkeys(
        (
            "AuthenticationError", "AvatarNameError", "AvatarNotFoundError", "ConfigurationError", "ConflictError",
            "CredentialsError", "IceAvatarError", "InvalidInputError", "InvalidPolicyError", "LookupsFailedError",
            "PermissionDeniedError", "PolicyError", "ServiceError", "ServiceUnavailableError", "TemplateError",
            "ThrottledError", "UnexpectedAnswerError",
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
    "ram": "ram",
}  # fmt: skip

__all__ = sorted(_HOME)

if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of these
    __getattr__, __dir__ = lazily.names(__name__, _HOME)
