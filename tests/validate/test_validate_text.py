"""The report for people, the options, and the exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.validate.conftest import ENVIRONMENT, EVERYTHING, GOOD, MISSPELT, policy

WARNED = policy(Resource="acs:ice:*:*:avatar/x")
"""RAM308, a warning."""
SUGGESTED = policy(Action=["ice:GetAvatar", "ice:GetAvatar"])
"""RAM210, a suggestion."""


def test_text(folder):
    folder.write("x.json", '{\n  "Version": "2012-10-17",\n' + MISSPELT.removeprefix('{"Version": "1",'))
    done = folder.validate("x.json")
    assert done.returncode == 1
    assert done.stdout == (
        'x.json:2:14: error RAM102 invalid-version: Version is "2012-10-17": the only version is "1"\n'
        '  2 |   "Version": "2012-10-17",\n'
        "    |              ^^^^^^^^^^^^\n"
        '    = --fix: write "1"\n'
        "\n"
        'x.json:3:27: error RAM108 invalid-effect: Effect is "Alow": did you mean Allow?\n'
        '  3 |  "Statement": [{"Effect": "Alow", "Action": "ice:GetAvatar", "Resource": "*"}]}\n'
        "    |                           ^^^^^^\n"
        "\n"
    )
    assert done.stderr == "ice-avatar: 1 file checked: 2 errors; --fix can mend 1\n"


def marked(done) -> list[str]:
    """What stands above the carets."""
    lines = done.stdout.splitlines()
    found = []
    for line, caret in pairwise(lines):
        if re.fullmatch(r" +\| +\^+", caret):
            found.append(line[caret.index("^") : caret.rindex("^") + 1])
    return found


@pytest.mark.parametrize(
    "text",
    [
        MISSPELT,
        MISSPELT.replace("\n", "").replace(", ", ",\n\t\t"),
        MISSPELT.replace(", ", ",\r\n    "),
        MISSPELT.replace(", ", ",\r    "),
        "\ufeff" + MISSPELT,
        MISSPELT.replace("{", "{" + " " * 500),
        MISSPELT.replace('"*"', '["' + '","'.join(f"acs:oss:*:*:bucket-{number}" for number in range(200)) + '"]'),
        policy(Action=[f"oss:Get{number}" for number in range(200)], Effect="Alow"),
        policy(Resource="\x1b[31m", Effect="Alow"),
    ],
)
def test_the_caret_is_under_the_place(folder, text):
    folder.write("x.json", text)
    done = folder.validate("x.json", "--select", "RAM108")
    assert marked(done) == ['"Alow"']
    assert all(len(line) <= 140 for line in done.stdout.splitlines())


def test_the_caret_counts_the_columns_of_wide_characters(folder):
    folder.write(
        "x.json", '{"Version": "1", "Statement": [{"Action": "日本e\u0301", "Effect": "Alow", "Resource": "*"}]}'
    )
    line, caret = folder.validate("x.json", "--select", "RAM108").stdout.splitlines()[1:3]
    in_front = line[: line.index('"Alow"')]
    # Two columns each for the two ideographs, none for the accent.
    assert caret.index("^") == len(in_front) + 2 - 1
    assert caret.count("^") == len('"Alow"')


def test_a_place_of_several_lines_is_marked_on_its_first(folder):
    folder.write("x.json", '{"Version": "1", "Statement": [{\n  "Effect": "Allow",\n  "Resource": "*"\n}]}')
    assert marked(folder.validate("x.json", "--select", "RAM109")) == ["{"]


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        (GOOD, None, 0),
        (MISSPELT, None, 1),
        (EVERYTHING, None, 1),
        (WARNED, None, 0),
        (SUGGESTED, None, 0),
        (MISSPELT, "error", 1),
        (EVERYTHING, "error", 0),
        (EVERYTHING, "security", 1),
        (WARNED, "security", 0),
        (MISSPELT, "warning", 1),
        (EVERYTHING, "warning", 1),
        (WARNED, "warning", 1),
        (SUGGESTED, "warning", 0),
        (SUGGESTED, "suggestion", 1),
        (MISSPELT, "never", 0),
        (EVERYTHING, "never", 0),
    ],
)
def test_fail_on(folder, text, level, code):
    folder.write("x.json", text)
    assert folder.validate("x.json", *([] if level is None else ["--fail-on", level])).returncode == code


def test_exit_zero(folder):
    folder.write("x.json", MISSPELT)
    done = folder.validate("x.json", "--exit-zero")
    assert done.returncode == 0
    assert "RAM108" in done.stdout
    assert folder.validate("x.json", "missing.json", "--exit-zero").returncode == 2


@pytest.fixture
def both(folder):
    folder.write("x.json", MISSPELT.replace('"1"', '"2012-10-17"'))
    return folder


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ([], ["RAM102", "RAM108"]),
        (["--select", "RAM108"], ["RAM108"]),
        (["--select", "invalid-effect"], ["RAM108"]),
        (["--select", "RAM10"], ["RAM102", "RAM108"]),
        (["--select", "RAM4"], []),
        (["--select", "RAM4, RAM102"], ["RAM102"]),
        (["--select", "RAM4", "--select", "RAM102,RAM108"], ["RAM102", "RAM108"]),
        (["--ignore", "RAM108"], ["RAM102"]),
        (["--ignore", "invalid-version,RAM5"], ["RAM108"]),
        (["--ignore", "RAM"], []),
        (["--select", "RAM1", "--ignore", "RAM108"], ["RAM102"]),
        (["--select", "RAM95"], []),
    ],
)
def test_select_and_ignore(both, arguments, codes):
    assert [code for _, code in both.codes("x.json", *arguments)] == codes


def test_a_rule_that_is_off_runs_when_it_is_selected_whole(folder):
    folder.write("x.json", policy(Action=["oss:PutObject", "oss:GetObject"], Resource="acs:oss:*:*:my-bucket/*"))
    assert folder.codes("x.json") == []
    assert folder.codes("x.json", "--select", "RAM8") == []
    assert folder.codes("x.json", "--select", "RAM804") == [("x.json", "RAM804")]
    assert folder.codes("x.json", "--select", "unsorted-actions") == [("x.json", "RAM804")]


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("invalid-efect", " (did you mean invalid-effect?)"),
        ("ram108", " (did you mean RAM108?)"),
        ("RAM1088", " (did you mean RAM108?)"),
        ("E501", ""),
        ("\x1b[31m", ""),
    ],
)
def test_no_such_rule(both, option, word, hint):
    done = both.validate("x.json", option, word)
    shown = word.replace("\x1b", r"\x1b")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f'ice-avatar: no rule is called "{shown}"{hint}: see `ice-avatar rules`\n'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: PATH"),
        (["x.json", "--format", "xml"], "invalid choice"),
        (["x.json", "--kind", "user"], "invalid choice"),
        (["x.json", "--fail-on", "none"], "invalid choice"),
        (["x.json", "--fix", "--diff"], "not allowed with argument"),
        (["x.json", "--nope"], "unrecognized arguments"),
        (["x.json", "--diff", "--format", "json"], "--diff prints changes and no report"),
        (["x.json", "--diff", "--statistics"], "--diff prints changes and no report"),
        (["-", "--fix"], "--fix cannot change standard input"),
        (["x.json", "--now", "tomorrow"], "--now 'tomorrow' is not an ISO 8601 date"),
        (["x.json", "--now", "2026-02-30"], "--now '2026-02-30' is a date that does not exist"),
    ],
)
def test_usage(both, arguments, said):
    done = both.validate(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr.splitlines()[-1]


def test_now(folder):
    expiring = {"DateLessThan": {"acs:CurrentTime": "2026-06-30T00:00:00Z"}}
    folder.write("x.json", policy(Condition=expiring))
    assert folder.codes("x.json") == []
    assert folder.codes("x.json", "--now", "2026-06-29") == []
    assert folder.codes("x.json", "--now", "2026-07-01") == [("x.json", "RAM423")]


def test_colours(folder):
    folder.write("x.json", MISSPELT)
    plain = folder.validate("x.json").stdout
    assert "\x1b" not in plain
    assert folder.validate("x.json", FORCE_COLOR="1", NO_COLOR="1").stdout == plain
    coloured = folder.validate("x.json", FORCE_COLOR="1", NO_COLOR="").stdout
    assert "\x1b[1;31merror RAM108\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b" not in folder.validate("x.json", "--format", "json", FORCE_COLOR="1").stdout


def on_terminal(folder, *arguments: str, **env: str) -> str:
    """What a terminal gets to see of both outputs."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi_ice_avatar", "validate", *arguments],
        cwd=folder.path,
        env={**ENVIRONMENT, "TERM": "xterm", **env},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            chunk = os.read(ours, 1 << 16)
        except OSError:  # all have closed it
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    assert process.wait(60) in (0, 1)
    return seen.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colours(folder):
    folder.write("x.json", MISSPELT)
    assert "\x1b[1;31m" in on_terminal(folder, "x.json")
    assert "\x1b" not in on_terminal(folder, "x.json", NO_COLOR="1")
    assert "\x1b" not in on_terminal(folder, "x.json", TERM="dumb")


def test_a_terminal_sees_progress_over_thousands_of_files(folder):
    for number in range(1000):
        folder.write(f"p/{number:04}.json", GOOD)
    folder.write("p/0500.json", MISSPELT)
    seen = on_terminal(folder, "p", NO_COLOR="1")
    assert "of 1,000 files" in seen
    lines = [re.sub(r".*\x1b\[K", "", line) for line in seen.split("\n") if line]
    assert lines[0].startswith("p/0500.json:1:")
    assert lines[-1] == "ice-avatar: 1,000 files checked: 1 error"
    assert "of 1,000 files" not in folder.validate("p").stderr


def test_a_reader_who_leaves_early(folder):
    for number in range(300):
        folder.write(f"p/{number:04}.json", MISSPELT * 3)
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi_ice_avatar", "validate", "p"],
        cwd=folder.path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in said
    assert "Exception" not in said


def test_files_come_in_order_with_several_processes(folder):
    for number in range(2100):
        folder.write(f"p/{number:04}.json", MISSPELT if number % 7 == 0 else GOOD)
    report = json.loads(folder.validate("p", "--format", "json").stdout)
    assert report["files"] == 2100
    assert [each["file"] for each in report["findings"]] == [f"p/{number:04}.json" for number in range(0, 2100, 7)]
