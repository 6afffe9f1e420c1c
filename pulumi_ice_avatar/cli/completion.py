"""`ice-avatar completion`: a script for a shell, made from the parsers of all commands.

The script has all it needs in it, so that pressing the tabulator key starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Any

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = {
    "ice-avatar completion bash > ~/.local/share/bash-completion/completions/ice-avatar": "for bash with the package "
    "bash-completion; without it: `source` the file in ~/.bashrc",
    "ice-avatar completion zsh > ~/.zfunc/_ice-avatar": "for zsh, with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc",
    "ice-avatar completion fish > ~/.config/fish/completions/ice-avatar.fish": "for fish",
}

_SHELLS = ("bash", "zsh", "fish")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("shell", choices=_SHELLS, help="the shell that is to read it")


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    from pulumi_ice_avatar.cli import COMMANDS, build

    parser = build(*COMMANDS)
    known = _known()
    for action in _actions(parser):
        if isinstance(action.metavar, str) and action.metavar in known:
            action.complete = known[action.metavar]  # type: ignore[attr-defined] # shtab's way to be told
    print(shtab.complete(parser, arguments.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _known() -> dict[str, dict[str, Any]]:
    """What can stand where the help has this word; choices need no entry, shtab sees them itself."""
    import shtab

    from pulumi_ice_avatar.ram.linting import handbook
    from pulumi_ice_avatar.ram.templating import templates
    from pulumi_ice_avatar.settings import REGIONS

    names = [each.name for each in templates()]
    rules = [word for entry in handbook.entries().values() for word in (entry.code, entry.name)]
    files = shtab.FILE
    policies = _values("policies", [f"template:{name}" for name in names], files=True)
    return {
        "PATH": files,
        "FILE": files,
        "ACTION|FILE": files,
        "POLICY": policies,
        "OLD": policies,
        "NEW": policies,
        "TEMPLATE|FILE": _values("templates_files", names, files=True),
        "TEMPLATE": _values("templates", names),
        "TEMPLATE[+TEMPLATE…]": _values("templates", names),
        "CODE": _values("rules", rules),
        "RULE": _values("rules", rules),
        "REGION": _values("regions", REGIONS),
    }


def _values(name: str, words: Iterable[str], *, files: bool = False) -> dict[str, Any]:
    """These words, and files where they fit: for each shell what it calls, and the functions that this needs."""
    listed = " ".join(map(quote, words))
    function = f"_ice_avatar_{name}" + "_or_file" * files  # by such a name shtab knows that bash has to quote paths
    bash = f"""\
{function}() {{
  local line before=${{COMP_WORDS[COMP_CWORD-1]}} begun=
  # To bash a colon is a word of its own: what stands before it is not completed again.
  if [[ $1 == : ]]; then begun=$before; elif [[ $before == : ]]; then begun=${{COMP_WORDS[COMP_CWORD-2]}}:; fi
  while IFS= read -r line; do
    echo "${{line#"${{begun:+${{line%:*}}:}}"}}"
  done < <(compgen -W {quote(listed)} -- "$begun$1")
  {'compgen -f -- "$1"' if files else ""}
}}"""
    return {
        "bash": function,
        "zsh": function,
        "fish": listed + " (__fish_complete_path (commandline -ct))" * files,
        "preamble": {"bash": bash, "zsh": f"{function}() {{ compadd -- {listed}{'; _files' * files} }}"},
    }
