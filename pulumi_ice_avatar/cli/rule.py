"""`ice-avatar rule`: the twin of `ram.linting.rules.page`."""

from __future__ import annotations

import argparse

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar rule RAM308": "explain a rule by its code",
    "ice-avatar rule invalid-effect": "explain a rule by its name",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("rule", metavar="RULE", help="its code or name, such as RAM108 or invalid-effect")


def run(arguments: argparse.Namespace) -> int:
    """Print the page of the rule."""
    from pulumi_ice_avatar.ram.linting import handbook

    print(handbook.titled_page(handbook.find(arguments.rule).code), end="")
    return 0
