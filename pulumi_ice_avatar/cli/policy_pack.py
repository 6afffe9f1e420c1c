"""`ice-avatar policy-pack`: where the bundled policy pack is, for `pulumi preview --policy-pack`."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

from pulumi_ice_avatar.bundled import policies

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = {
    "ice-avatar policy-pack": 'to check every RAM document of a stack: pulumi preview --policy-pack "$(ice-avatar '
    'policy-pack)"',
}


def configure(parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(_arguments: argparse.Namespace) -> int:
    """Print the folder; without the SDK that the pack runs on, say so as well."""
    if find_spec("pulumi_policy") is None:
        print(
            "ice-avatar: the pack needs pulumi-policy, here or in the environment that the engine starts it with: "
            "pip install 'pulumi-ice-avatar[policy]'",
            file=sys.stderr,
        )
    print(policies() / "pack")
    return 0
