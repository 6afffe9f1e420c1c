"""Everything that can go wrong, as a tree of types.

::

    IceAvatarError
    ├── InvalidInputError             the caller passed something that cannot be meant
    ├── ConfigurationError            a setting is missing, malformed or contradicts another
    │   └── CredentialsError          no credentials could be loaded, or they cannot be used
    ├── AvatarNameError               no avatar, or more than one, has the name asked for
    ├── ConflictError                 the account has something else under the name, or somebody else depends on it
    ├── LookupsFailedError            several look-ups of one batch failed; `errors` has each
    ├── ServiceError                  the service, or the way to it, answered with something else than an avatar
    │   ├── AvatarNotFoundError       the service says that there is no such avatar
    │   ├── PermissionDeniedError     RAM refused the call
    │   ├── AuthenticationError       the service does not accept the access key, the signature or the token
    │   ├── ThrottledError            flow control refused the call until the deadline
    │   ├── ServiceUnavailableError   5xx answers, no connection, or no answer before the deadline
    │   └── UnexpectedAnswerError     an answer that is not what the operation documents
    └── PolicyError                   a RAM policy document, or a request to decide on, is unusable
        ├── InvalidPolicyError        the validator found errors; `findings` has each
        └── TemplateError             no such template, or its parameters do not fit

Every message is one line that names the thing, the place and the way out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.linting.linter import Finding

__all__ = [
    "AuthenticationError",
    "AvatarNameError",
    "AvatarNotFoundError",
    "ConfigurationError",
    "ConflictError",
    "CredentialsError",
    "IceAvatarError",
    "InvalidInputError",
    "InvalidPolicyError",
    "LookupsFailedError",
    "PermissionDeniedError",
    "PolicyError",
    "ServiceError",
    "ServiceUnavailableError",
    "TemplateError",
    "ThrottledError",
    "UnexpectedAnswerError",
]


class IceAvatarError(Exception):
    """Base of every error this package raises on purpose; `str()` is one line fit for a user."""


class InvalidInputError(IceAvatarError):
    """The caller passed something that cannot be meant, such as an empty avatar id."""


class ConfigurationError(IceAvatarError):
    """A setting is missing, malformed or contradicts another."""


class CredentialsError(ConfigurationError):
    """No credentials could be loaded, or those found cannot be used."""


class AvatarNameError(IceAvatarError):
    """No avatar, or more than one, has exactly the name that was asked for."""


class ConflictError(IceAvatarError):
    """The account has something else under the name, or somebody else depends on what is to be removed."""


class LookupsFailedError(IceAvatarError):
    """Several look-ups of one batch failed.

    Attributes:
        errors: What went wrong, by avatar id, in the order of the batch.
    """

    def __init__(self, message: str, errors: dict[str, IceAvatarError]) -> None:
        super().__init__(message)
        self.errors = errors


class ServiceError(IceAvatarError):
    """The service, or the way to it, answered with something else than the result.

    Attributes:
        code: The service's error code, such as `Throttling.User`; None where it gave none.
        request_id: The service's id of the request, to quote in a support ticket; None where it gave none.
        status: The HTTP status; None where there was no HTTP answer.
    """

    def __init__(
        self, message: str, *, code: str | None = None, request_id: str | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.request_id = request_id
        self.status = status


class AvatarNotFoundError(ServiceError):
    """The service says that there is no such avatar."""


class PermissionDeniedError(ServiceError):
    """RAM refused the call."""


class AuthenticationError(ServiceError):
    """The service does not accept the access key, the signature or the security token."""


class ThrottledError(ServiceError):
    """Flow control refused the call until its deadline."""


class ServiceUnavailableError(ServiceError):
    """The service failed with 5xx, could not be reached, or did not answer before the deadline."""


class UnexpectedAnswerError(ServiceError):
    """The service answered with something that the operation does not document."""


class PolicyError(IceAvatarError):
    """A RAM policy document, or a request to decide on, is unusable."""


class InvalidPolicyError(PolicyError):
    """The validator found errors in a policy document.

    Attributes:
        findings: Every finding at or above the level that fails, in document order.
    """

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class TemplateError(PolicyError):
    """There is no such template, or its parameters do not fit its declaration."""
