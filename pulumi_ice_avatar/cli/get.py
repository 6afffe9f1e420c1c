"""`ice-avatar get`: the twin of `get_avatar` and `get_avatars`."""

from __future__ import annotations

import argparse

from pulumi_ice_avatar.cli.options import add_format, add_settings, load_settings, print_records

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar get Avatar-XXXX": "show one avatar",
    "ice-avatar get Avatar-XXXX Avatar-YYYY --format json": "show several, under the names that stack outputs have",
    "ice-avatar get Avatar-XXXX --region cn-shanghai": "ask a region, whatever is configured",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="id of a trained avatar")
    add_settings(parser)
    add_format(parser, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print the avatars that were found, and raise what went wrong with the others."""
    from pulumi_ice_avatar.client import client_for, raise_failures
    from pulumi_ice_avatar.models import AvatarRecord

    outcomes = client_for(load_settings(arguments)).get_many(arguments.ids)
    print_records([each for each in outcomes.values() if isinstance(each, AvatarRecord)], arguments.format)
    raise_failures(outcomes)
    return 0
