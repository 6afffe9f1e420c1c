"""`ice-avatar rules`: the twin of `ram.linting.rules.all_rules`, with what they know of the services."""

from __future__ import annotations

import argparse
import json

from pulumi_ice_avatar.cli.options import add_format, print_table

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_format(parser, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print every rule, and how old the data is that they use."""
    from pulumi_ice_avatar.ram import catalogue
    from pulumi_ice_avatar.ram.linting import handbook

    rules = [{**entry._asdict(), "summary": handbook.summary(entry.code)} for entry in handbook.entries().values()]
    updated = catalogue.updated().isoformat()
    if arguments.format == "json":
        sources = [source._asdict() for source in catalogue.sources()]
        print(json.dumps({"rules": rules, "updated": updated, "sources": sources}, ensure_ascii=False, indent=2))
        return 0
    print_table([{name: rule[name] for name in ("code", "name", "severity", "summary")} for rule in rules])
    off = ", ".join(entry.code for entry in handbook.entries().values() if not entry.default)
    print()
    if off:
        print(f"Off unless selected by code or name: {off}.")
    print(f"What the rules know of services was gathered up to {updated}; --format json names the sources.")
    return 0
