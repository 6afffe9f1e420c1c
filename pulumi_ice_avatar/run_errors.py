"""Errors as a Pulumi program raises them: still of their own type, and ending the program with their message alone."""

from __future__ import annotations

import pulumi

from pulumi_ice_avatar.errors import IceAvatarError

__all__ = ["run_error"]


def run_error(error: IceAvatarError) -> IceAvatarError:
    """The same error as a `pulumi.RunError`, which the language host shows without a traceback."""
    kind = _KINDS.get(type(error)) or _KINDS.setdefault(type(error), _both(type(error)))
    copy = kind.__new__(kind, *error.args)
    copy.__dict__.update(error.__dict__)
    return copy


_KINDS: dict[type[IceAvatarError], type[IceAvatarError]] = {}


def _both(kind: type[IceAvatarError]) -> type[IceAvatarError]:
    # `errors` cannot inherit from Pulumi's class itself: the command line uses it, and does not load Pulumi.
    return type(kind.__name__, (kind, pulumi.RunError), {"__module__": kind.__module__, "__doc__": kind.__doc__})
