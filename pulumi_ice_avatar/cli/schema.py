"""`ice-avatar schema`: the twin of `ram.linting.schema.schema`."""

from __future__ import annotations

import argparse
import json

from pulumi_ice_avatar.ram.language import KINDS

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar schema > policy.schema.json": "for all kinds of policy, such as editors want it",
    "ice-avatar schema --kind trust": "for trust policies only",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--kind", choices=KINDS, help="only what holds for policies of this kind")


def run(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema."""
    from pulumi_ice_avatar.ram.linting.schema import schema

    print(json.dumps(schema(arguments.kind), ensure_ascii=False, indent=2))
    return 0
