"""`ice-avatar compare`: the twin of `ram.compare` and, with lists of actions, of `comparison.check`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from pulumi_ice_avatar.cli.options import add_format
from pulumi_ice_avatar.errors import InvalidInputError

__all__ = ["EXAMPLES", "configure", "run"]


EXAMPLES = {
    "ice-avatar compare old.json new.json": "show what the new policy allows that the old one does not",
    "ice-avatar compare template:avatar-reader new.json": "compare with a bundled policy",
    "ice-avatar compare old.json new.json --must-allow ice:GetAvatar --must-deny 'ram:*'": "check requirements as well",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    where = "a file, - for standard input, or template:NAME"
    parser.add_argument("old", metavar="OLD", help=f"the policy as it is: {where}")
    parser.add_argument("new", metavar="NEW", help=f"the policy as it is to become: {where}")
    for option, meaning in (
        ("--must-allow", "actions that NEW has to allow, and no others (RAM901, RAM902)"),
        ("--must-deny", "actions that NEW must not allow (RAM903)"),
    ):
        parser.add_argument(option, nargs="+", action="extend", default=[], metavar="ACTION|FILE", help=meaning)
    add_format(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print new access and unmet requirements: 0 where there is neither."""
    from pulumi_ice_avatar.ram.deciding.comparison import check, compare
    from pulumi_ice_avatar.ram.templating import load

    old, new = load(arguments.old), load(arguments.new)
    comparison = compare(old, new)
    checked = check(new, must_allow=_actions(arguments.must_allow), must_deny=_actions(arguments.must_deny))
    if arguments.format == "json":
        result = {
            **comparison.to_dict(),
            "unmet": [each.to_dict() for each in checked.unmet],
            "complete": comparison.complete and checked.complete,
        }
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        for access in comparison.new_access:
            print(f"+ {access}, allowed by {access.statement}")
        if not comparison:
            print("no new access found")
        for each in checked.unmet:
            print(f"{each.code} {each.name}: {each.message}")
        if not (comparison.complete and checked.complete):
            print("there are too many kinds of requests to try them all: there may be more")
    return 1 if comparison or checked.unmet else 0


def _actions(given: Iterable[str]) -> list[str]:
    """Actions as they are given, and those of files: one a line, `#` begins a comment."""
    actions: list[str] = []
    for each in given:
        if ":" in each and not Path(each).is_file():
            actions.append(each)
            continue
        try:
            lines = Path(each).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise InvalidInputError(
                f"{each}: neither an action such as ice:GetAvatar nor a readable file ({why})"
            ) from None
        actions += [action for line in lines if (action := line.partition("#")[0].strip())]
    return actions
