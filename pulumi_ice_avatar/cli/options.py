"""Options and output forms that the look-up commands share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.models import FIELDS

__all__ = ["add_format", "add_settings", "load_settings", "print_records", "setting_arguments"]

_ARGUMENTS = ("region", "endpoint", "profile")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that win over configuration and environment."""
    meanings = {setting.name: setting.meaning for setting in settings.SETTINGS}
    for name in _ARGUMENTS:
        parser.add_argument(f"--{name}", metavar=name.upper(), help=meanings[name])


def add_format(parser: argparse.ArgumentParser, *choices: str) -> None:
    """Add `--format`; the first choice is the default."""
    parser.add_argument("--format", choices=choices, default=choices[0], help=f"output form (default: {choices[0]})")


def setting_arguments(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings given on the command line."""
    return {name: getattr(arguments, name) for name in _ARGUMENTS}


def load_settings(arguments: argparse.Namespace) -> settings.Settings:
    """The settings in effect for a command.

    Raises:
        ConfigurationError: a setting is missing, malformed or contradicts another.
    """
    return settings.load(**setting_arguments(arguments))


def print_records(records: Sequence[object], form: str) -> None:
    """Print avatars as a JSON array with the names of stack outputs, or as a table."""
    rows = [
        {field.output: getattr(record, field.attribute) for field in FIELDS if hasattr(record, field.attribute)}
        for record in records
    ]
    if form == "json":
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2)
        print()
    elif rows:
        print_table(rows)


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows with the same keys, the keys first."""
    names = list(rows[0])
    cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # What others have written must not steer the terminal.
    return " ".join("".join(each if each.isprintable() else " " for each in text).split()) or "-"
