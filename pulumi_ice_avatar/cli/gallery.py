"""`ice-avatar gallery`: the avatars of an account as one page; its twin is `gallery.gather` with `gallery.page`."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pulumi_ice_avatar.cli.options import add_settings, load_settings
from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.writing import replace

__all__ = ["EXAMPLES", "configure", "make_page", "run"]

EXAMPLES = {
    "ice-avatar gallery --output avatars.html": "write the page of the region's avatars",
    "ice-avatar gallery --region cn-shanghai > shanghai.html": "the page of a region, whatever is configured",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--output", metavar="FILE", default="-", help="write the page to a file; - for stdout (default)"
    )
    add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the page."""
    path = arguments.output
    # Thousands of look-ups come before the page is written.
    if path != "-" and (Path(path).is_dir() or not Path(path).absolute().parent.is_dir()):
        raise InvalidInputError(f"--output {path}: no file can be made there")
    content = make_page(arguments).encode()
    if path == "-":
        sys.stdout.buffer.write(content)
        return 0
    try:
        replace(path, content)
    except OSError as error:
        raise InvalidInputError(f"--output {path}: {(error.strerror or str(error)).lower()}") from None
    return 0


def make_page(arguments: argparse.Namespace, **choice: Any) -> str:
    """The page of the avatars that the settings lead to; what is left out is told on stderr.

    Args:
        arguments: The command's arguments.
        **choice: Which avatars, as for `gallery.gather`.
    """
    from pulumi_ice_avatar.client import client_for
    from pulumi_ice_avatar.gallery import gather, page

    settings = load_settings(arguments)
    gathered = gather(client_for(settings), **choice)
    for what, error in gathered.left_out.items():
        print(f"ice-avatar: {what} left out: {error}", file=sys.stderr)
    place = settings.region or settings.endpoint
    return page(gathered.avatars, place, datetime.now(timezone.utc), gathered.left_out)
