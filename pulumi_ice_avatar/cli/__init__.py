"""The command line `ice-avatar`: one module a command, and only the one that is called is imported.

Exit codes, for every command: 0 good, 1 findings, not found or denied, 2 usage or configuration, 3 the service failed.
Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

from pulumi_ice_avatar.errors import (
    AuthenticationError,
    AvatarNameError,
    AvatarNotFoundError,
    IceAvatarError,
    LookupsFailedError,
    PermissionDeniedError,
    ServiceError,
)

__all__ = ["main"]

#: Each command is the module of its name here (`-` becomes `_`), with `configure(parser)` and `run(arguments) -> int`.
COMMANDS = {
    "get": "look up avatars by id",
    "list": "list the avatars of a region",
    "validate": "check RAM policy documents",
    "rules": "list the rules that documents are checked against",
    "rule": "explain one rule",
    "schema": "print the JSON Schema of RAM policy documents",
    "simulate": "decide whether policies allow a request",
    "compare": "show what a new policy allows that an old one does not",
    "templates": "list, show and render the bundled RAM policies",
    "apply": "create or update a RAM policy and attach it",
    "emulator": "serve a local emulator of the ICE and RAM operations",
    "doctor": "show which settings, credentials and tools are in effect",
}

OK, NEGATIVE, USAGE, SERVICE = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names need not fit the terminal's code page
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except IceAvatarError as error:
        print(f"ice-avatar: {error}", file=sys.stderr)
        return exit_code(error)
    except BrokenPipeError:
        # The reader of a pipe has gone; point stdout elsewhere so that the interpreter's own flush stays silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NEGATIVE
    except KeyboardInterrupt:
        return 130
    return code


def exit_code(error: IceAvatarError) -> int:
    """The exit code that tells this error from the others to a script."""
    if isinstance(error, LookupsFailedError):
        return max(exit_code(each) for each in error.errors.values())
    if isinstance(error, AvatarNotFoundError | AvatarNameError | PermissionDeniedError):
        return NEGATIVE
    if isinstance(error, ServiceError) and not isinstance(error, AuthenticationError):
        return SERVICE
    return USAGE


def _run(arguments: list[str]) -> int:
    called = arguments[0] if arguments else ""
    parser = argparse.ArgumentParser(
        prog="ice-avatar",
        description="Look up ICE avatars; check, decide on and apply RAM policies.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
        )
        if name == called:
            module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
            module.configure(command)
            command.set_defaults(run=module.run)
    parsed = parser.parse_args(arguments)
    code: int = parsed.run(parsed)
    return code


class _Version(argparse.Action):
    """Reading a distribution's metadata costs more than most commands, so it waits until it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"ice-avatar {version('pulumi-ice-avatar')}")
        parser.exit()
