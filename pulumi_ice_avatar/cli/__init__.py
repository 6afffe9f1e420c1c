"""The command line `ice-avatar`: one module a command, and only the one that is called is imported.

Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Mapping, Sequence

from pulumi_ice_avatar.errors import (
    AuthenticationError,
    AvatarNameError,
    AvatarNotFoundError,
    IceAvatarError,
    LookupsFailedError,
    PermissionDeniedError,
    ServiceError,
)

__all__ = ["COMMANDS", "EXIT_CODES", "add_examples", "build", "exit_code", "main"]

#: Each command is the module of its name here (`-` becomes `_`), with `configure(parser)`, `run(arguments) -> int` and
#: `EXAMPLES`: command lines, each with what it does, for `--help` and docs/cli.md. The tests run them.
COMMANDS = {
    "get": "look up avatars by id",
    "list": "list the avatars of a region",
    "gallery": "make a page that shows the avatars of a region",
    "validate": "check RAM policy documents",
    "rules": "list the rules that documents are checked against",
    "rule": "explain one rule",
    "schema": "print the JSON Schema of RAM policy documents",
    "simulate": "decide whether policies allow a request",
    "compare": "show what a new policy allows that an old one does not",
    "templates": "list, show and render the bundled RAM policies",
    "apply": "create or update a RAM policy and attach it",
    "policy-pack": "print where the policy pack is that checks whole stacks",
    "emulator": "serve a local emulator of the ICE and RAM operations",
    "doctor": "show which settings, credentials and tools are in effect",
    "completion": "print a completion script for bash, zsh or fish",
}

OK, NEGATIVE, USAGE, SERVICE = 0, 1, 2, 3

#: What they mean, for every command.
EXIT_CODES = {
    OK: "good",
    NEGATIVE: "the answer is no: a finding fails, access is new, a request or a call is denied, no avatar is there",
    USAGE: "the command line, a file, a setting or the credentials cannot be used",
    SERVICE: "the service failed, or could not be reached",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = [*(sys.argv[1:] if argv is None else argv)]  # `list` may be the module of that command
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


def build(*configured: str) -> argparse.ArgumentParser:
    """The parser of the command line.

    Args:
        *configured: The commands to import, and to give their options; of the others there is the name.
    """
    parser = argparse.ArgumentParser(
        prog="ice-avatar",
        description="Look up ICE avatars; check, decide on and apply RAM policies.",
        epilog="`ice-avatar COMMAND --help` has options and examples.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name in configured:
            module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
            module.configure(command)
            command.set_defaults(run=module.run)
            add_examples(command, module.EXAMPLES)
    return parser


def add_examples(parser: argparse.ArgumentParser, examples: Mapping[str, str]) -> None:
    """End the help of a command, or of a verb of it, with those examples that are its own."""
    lines = [f"  {line}\n      {does}" for line, does in examples.items() if f"{line} ".startswith(f"{parser.prog} ")]
    parser.epilog = "\n\n".join([*filter(None, [parser.epilog]), "\n".join(["examples:", *lines])])


def _run(arguments: list[str]) -> int:
    parsed = build(*arguments[:1]).parse_args(arguments)
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
