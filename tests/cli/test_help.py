"""What `--help` says, and the table of rules."""

from __future__ import annotations

import re

import pytest

from pulumi_ice_avatar.cli import COMMANDS, build, main
from pulumi_ice_avatar.ram.linting import handbook


@pytest.mark.parametrize("command", [*COMMANDS, "templates list", "templates show", "templates render"])
def test_help_ends_with_examples(ice_avatar, command: str):
    done = ice_avatar(*command.split(), "--help")
    assert done.returncode == 0
    _, _, examples = done.stdout.partition("\nexamples:\n")
    lines = [line for line in examples.splitlines() if line.startswith("  ice-avatar ")]
    assert all(line.startswith(f"  ice-avatar {command}") for line in lines)
    assert lines
    assert len(examples.splitlines()) == 2 * len(lines)


def test_the_rules_have_one_line_each_in_a_pipe(ice_avatar):
    heading, *lines = ice_avatar("rules", env={"COLUMNS": ""}).stdout.partition("\n\n")[0].splitlines()
    assert re.fullmatch("code +severity +name +fix +summary", heading)
    for line, entry in zip(lines, handbook.entries().values(), strict=True):
        assert line.split()[:3] == [entry.code, entry.severity, entry.name]
        assert line.endswith(f"  {handbook.summary(entry.code)}")
        assert line[: heading.index("summary")].endswith("fix  ") == ("\n## Fix\n" in handbook.page(entry.code))


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_rules_fit_the_terminal(ice_avatar, columns: int):
    table = ice_avatar("rules", env={"COLUMNS": str(columns)}).stdout.partition("\n\n")[0]
    words = "".join(table.split())
    for entry in handbook.entries().values():
        assert "".join(handbook.summary(entry.code).split()) in words
    # Codes, names and what stands between are never broken.
    assert max(map(len, table.splitlines()[1:])) <= max(columns, 59)


def test_commands_can_be_called_one_after_another(capsys):
    """In one process the modules of commands, `list` among them, become attributes of the package."""
    build(*COMMANDS)
    assert main(["rule", "RAM108"]) == 0
    assert capsys.readouterr().out.startswith("# RAM108 ")
