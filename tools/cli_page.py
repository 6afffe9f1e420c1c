"""Write the parsers of `ice-avatar` down as docs/cli.md; part of tools/build_docs.py.

From the parsers' actions and not from their help, whose form differs from one Python to the next.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pulumi_ice_avatar.cli import COMMANDS, EXIT_CODES, build

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"

_BEFORE = """\
# The command line

Results go to stdout, all else to stderr. `ice-avatar COMMAND --help` says what this page says. Settings that no option
gives come from the environment: [settings](settings.md).

## Exit codes

| code | means |
| --- | --- |
"""

_AFTER_CODES = """
## Shell completion

A script completes commands, options, files, and words such as rules and templates, without starting Python:
[`ice-avatar completion`](#completion). Write it again after an upgrade.
"""


def page() -> str:
    """The page."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    parsers = _subparsers(build(*COMMANDS)).choices
    return "\n".join([f"{_BEFORE}{codes}{_AFTER_CODES}", *(_command(name, parsers[name]) for name in COMMANDS)])


def _command(name: str, parser: argparse.ArgumentParser) -> str:
    examples = importlib.import_module(f"pulumi_ice_avatar.cli.{name.replace('-', '_')}").EXAMPLES
    verbs = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    parsers = list(verbs[0].choices.values()) if verbs else [parser]
    parts = [f"## {name}", parser.description or ""]
    for each in parsers:
        parts += [f"### {each.prog.partition(' ')[2]}", each.description or ""] if verbs else []
        parts += [f"```text\n{_synopsis(each)}\n```", "\n".join(_rows(each)), _examples(each.prog, examples)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _examples(prog: str, examples: Mapping[str, str]) -> str:
    own = [f"# {does}\n{line}" for line, does in examples.items() if f"{line} ".startswith(f"{prog} ")]
    return "```sh\n" + "\n".join(own) + "\n```"


def _synopsis(parser: argparse.ArgumentParser) -> str:
    """All that can be given; a bar stands between options that exclude one another."""
    together = [group._group_actions for group in parser._mutually_exclusive_groups]
    parts = []
    for action in _arguments(parser):
        group = next((each for each in together if action in each), [action])
        if action is group[0]:
            text = " | ".join(f"{''.join(each.option_strings[:1])}{_value(each)}".strip() for each in group)
            parts.append(text if action.required else f"[{text}]")
    lines = [parser.prog]
    for part in parts:
        if len(lines[-1]) + len(part) > 110:
            lines.append(" " * len(parser.prog))
        lines[-1] += f" {part}"
    return "\n".join(lines)


def _rows(parser: argparse.ArgumentParser) -> Iterator[str]:
    actions = list(_arguments(parser))
    if actions:
        yield "| argument | means |\n| --- | --- |"
    for action in actions:
        names = [f"`{name}{_value(action)}`" for name in action.option_strings] or [f"`{_value(action).strip()}`"]
        meaning = (action.help or "") % {**vars(action), "prog": parser.prog}
        cells = (", ".join(names), meaning + "; repeatable" * isinstance(action, argparse._AppendAction))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What can be given, options last: some of them take as many values as follow."""
    actions = [each for each in parser._actions if not isinstance(each, argparse._HelpAction)]
    return sorted(actions, key=lambda each: bool(each.option_strings))


def _value(action: argparse.Action) -> str:
    """What has to follow an option, with a blank before it, or stand in a place."""
    if action.nargs == 0:
        return ""
    name = f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.metavar or action.dest.upper()
    return f" {name}…" if action.nargs == "+" else f" {name}"


def _subparsers(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return next(each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
