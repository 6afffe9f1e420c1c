"""`ice-avatar doctor`: which settings, credentials and tools are in effect, and whether a look-up is allowed."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
from typing import TYPE_CHECKING

from pulumi_ice_avatar.cli.options import add_format, add_settings, load_settings, print_table, setting_arguments
from pulumi_ice_avatar.errors import AvatarNotFoundError, IceAvatarError

if TYPE_CHECKING:
    from pulumi_ice_avatar.settings import Settings

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar doctor": "show each setting with its source, and try whether a look-up is allowed",
    "ice-avatar doctor --profile studio": "see what another profile would change",
    "ice-avatar doctor --format json": "the same for scripts",
}

_PROBE = "ice-avatar-doctor"
"""An id that no avatar has: a caller who may look up avatars is told that it is not found."""

_TOOLS = ("pulumi", "pulumi-language-python", "pulumi-resource-pulumi-python", "aliyun")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_settings(parser)
    add_format(parser, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print what is in effect; the exit code is that of the first thing that does not work."""
    from pulumi_ice_avatar import settings
    from pulumi_ice_avatar.cli import exit_code

    secrets = {setting.name for setting in settings.SETTINGS if setting.secret}
    rows = [
        {"what": name, "value": "(hidden)" if name in secrets and value else value or "-", "from": source}
        for name, (value, source) in settings.resolve(**setting_arguments(arguments)).items()
    ]
    rows += [{"what": tool, "value": shutil.which(tool) or "-", "from": "PATH"} for tool in _TOOLS]
    code = 0
    try:
        rows += _probe(load_settings(arguments))
    except IceAvatarError as error:
        print(f"ice-avatar: {error}", file=sys.stderr)
        code = exit_code(error)
    if arguments.format == "json":
        json.dump(rows, sys.stdout, indent=2)
        print()
    else:
        print_table(rows)
    return code


def _probe(found: Settings) -> list[dict[str, str]]:
    from pulumi_ice_avatar.client import client_for

    client = client_for(found)
    with contextlib.suppress(AvatarNotFoundError):
        client.get(_PROBE)
    return [
        {"what": "credentials", "value": client.credentials_source(), "from": "default chain or settings"},
        {"what": "ice:GetAvatar", "value": "allowed", "from": found.endpoint},
    ]
