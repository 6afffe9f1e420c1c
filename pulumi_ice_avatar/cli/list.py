"""`ice-avatar list`: the twin of `list_avatars` and `list_system_avatars`."""

from __future__ import annotations

import argparse
import sys

from pulumi_ice_avatar.cli.options import add_format, add_settings, load_settings, print_records

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = {
    "ice-avatar list": "show the trained avatars of the region",
    "ice-avatar list --type 2DAvatar --format json": "show those of one type, for scripts",
    "ice-avatar list --system": "show those that the service itself offers",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--type", metavar="TYPE", help="only avatars of this type, such as 2DAvatar")
    which.add_argument("--system", action="store_true", help="the avatars that the service itself offers")
    add_settings(parser)
    add_format(parser, "table", "json", "html")


def run(arguments: argparse.Namespace) -> int:
    """Print all avatars there are; as HTML, the gallery."""
    if arguments.format == "html":
        from pulumi_ice_avatar.cli.gallery import make_page

        content = make_page(
            arguments, custom=not arguments.system, system=not arguments.type, avatar_type=arguments.type
        )
        sys.stdout.buffer.write(content.encode())
        return 0
    from pulumi_ice_avatar.client import client_for

    client = client_for(load_settings(arguments))
    print_records(client.list_system() if arguments.system else client.list_avatars(arguments.type), arguments.format)
    return 0
