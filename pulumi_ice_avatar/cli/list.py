"""`ice-avatar list`: the twin of `list_avatars` and `list_system_avatars`."""

from __future__ import annotations

import argparse

from pulumi_ice_avatar.cli.options import add_format, add_settings, load_settings, print_records

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--type", metavar="TYPE", help="only avatars of this type, such as 2DAvatar")
    which.add_argument("--system", action="store_true", help="the avatars that the service itself offers")
    add_settings(parser)
    add_format(parser, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print all avatars there are."""
    from pulumi_ice_avatar.client import client_for

    client = client_for(load_settings(arguments))
    print_records(client.list_system() if arguments.system else client.list_avatars(arguments.type), arguments.format)
    return 0
