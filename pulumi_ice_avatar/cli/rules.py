"""`ice-avatar rules`: the twin of `ram.linting.rules.all_rules`, with what they know of the services."""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap
from typing import TYPE_CHECKING

from pulumi_ice_avatar.cli.options import add_format

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.linting.handbook import Entry

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar rules": "all rules, fitted to the terminal",
    "ice-avatar rules | grep security": "those of one severity",
    "ice-avatar rules --format json": "with kinds, and the sources of what they know",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_format(parser, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print every rule, and how old the data is that they use."""
    from pulumi_ice_avatar.ram import catalogue
    from pulumi_ice_avatar.ram.linting import handbook

    entries = handbook.entries().values()
    updated = catalogue.updated().isoformat()
    if arguments.format == "json":
        rules = [{**entry._asdict(), "summary": handbook.summary(entry.code)} for entry in entries]
        sources = [source._asdict() for source in catalogue.sources()]
        print(json.dumps({"rules": rules, "updated": updated, "sources": sources}, ensure_ascii=False, indent=2))
        return 0
    # Lines as wide as the terminal, and whole where there is none: a filter such as grep wants a rule on one line.
    columns = shutil.get_terminal_size(fallback=(10_000, 0)).columns
    longest = max(len(entry.name) for entry in entries)
    print(f"{_head('code', 'severity', 'name', 'fix', longest)}summary")
    for entry in entries:
        print(_row(entry, longest, columns))
    off = ", ".join(entry.code for entry in entries if not entry.default)
    print()
    if off:
        print(f"Off unless selected by code or name: {off}.")
    print(f"What the rules know of services was gathered up to {updated}; --format json names the sources.")
    return 0


def _row(entry: Entry, longest: int, columns: int) -> str:
    """A rule: its summary beside its name where there is room, and else below."""
    from pulumi_ice_avatar.ram.linting import handbook

    fix = "fix" if "\n## Fix\n" in handbook.page(entry.code) else ""
    head = _head(entry.code, entry.severity, entry.name, fix, longest)
    summary = handbook.summary(entry.code)
    if columns - len(head) >= _NARROWEST:
        return _wrapped(summary, columns, head, " " * len(head))
    return f"{head.rstrip()}\n{_wrapped(summary, max(columns, 40), ' ' * 8, ' ' * 8)}"


def _wrapped(text: str, columns: int, first: str, others: str) -> str:
    return textwrap.fill(text, columns, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)


def _head(code: str, severity: str, name: str, fix: str, longest: int) -> str:
    return f"{code:6}  {severity:10}  {name:{longest}}  {fix:3}  "


_NARROWEST = 40
"""Characters that a summary needs beside its rule."""
