"""Settings in pyproject.toml and ice-avatar.toml, and the suppressions in them."""

from __future__ import annotations

import json

import pytest

from tests.validate.conftest import EVERYTHING, FOREIGN, GOOD, MISSPELT, policy

BOTH = MISSPELT.replace('"1"', '"2012-10-17"')
"""RAM102 and RAM108."""


@pytest.mark.parametrize("name", ["pyproject.toml", "ice-avatar.toml"])
def test_select_and_ignore(folder, name):
    header = "[tool.ice-avatar]\n" if name == "pyproject.toml" else ""
    folder.write("x.json", BOTH)
    folder.write(name, header + 'select = ["RAM1"]\nignore = ["invalid-effect"]\n')
    assert folder.codes("x.json") == [("x.json", "RAM102")]
    assert folder.codes("-", stdin=BOTH) == [("-", "RAM102")]
    # The command line replaces what is set, and who selects there is not overruled by what is ignored.
    assert folder.codes("x.json", "--ignore", "RAM102") == [("x.json", "RAM108")]
    assert folder.codes("x.json", "--select", "RAM108") == [("x.json", "RAM108")]


def test_the_nearest_settings_hold_alone(folder):
    for place in ("", "a/", "a/b/", "c/"):
        folder.write(f"{place}x.json", BOTH)
    folder.write("pyproject.toml", '[tool.ice-avatar]\nignore = ["RAM102"]\n')
    folder.write("a/ice-avatar.toml", 'ignore = ["RAM108"]\n')
    folder.write("a/b/pyproject.toml", '[tool.other]\nx = "not ice-avatar"\n')
    folder.write("c/pyproject.toml", '[tool.ice-avatar]\nignore = ["RAM108"]\n')
    folder.write("c/ice-avatar.toml", "")
    assert folder.codes(".") == [
        ("a/b/x.json", "RAM102"),
        ("a/x.json", "RAM102"),
        ("c/x.json", "RAM102"),
        ("c/x.json", "RAM108"),
        ("x.json", "RAM108"),
    ]


def test_fail_on(folder):
    folder.write("x.json", EVERYTHING)
    folder.write("ice-avatar.toml", 'fail-on = "error"\n')
    assert folder.validate("x.json").returncode == 0
    assert folder.validate("x.json", "--fail-on", "security").returncode == 1
    folder.write("a/x.json", EVERYTHING)
    folder.write("a/ice-avatar.toml", "")
    assert folder.validate(".").returncode == 1


def test_kinds(folder):
    trust = policy(Action="sts:AssumeRole", Principal={"Service": ["ecs.aliyuncs.com"]})
    folder.write("identity/x.json", trust)
    folder.write("trust/x.json", trust)
    folder.write("ice-avatar.toml", '[kinds]\n"identity/**" = "identity"\n"trust" = "trust"\n')
    assert ("identity/x.json", "RAM116") in folder.codes(".", "--select", "RAM116")
    assert folder.codes("trust", "--select", "RAM116") == []
    assert folder.codes(".", "--kind", "trust", "--select", "RAM116") == []


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("x.json", ["a/b/y.json", "a/y.json"]),
        ("a", ["x.json"]),
        ("a/", ["x.json"]),
        ("./a/b", ["a/x.json", "a/y.json", "x.json"]),
        ("b", ["a/x.json", "a/y.json", "x.json"]),
        ("a/*.json", ["a/b/x.json", "a/b/y.json", "x.json"]),
        ("*/x.json", ["a/b/x.json", "a/b/y.json", "a/y.json", "x.json"]),
        ("**/x.json", ["a/b/y.json", "a/y.json"]),
        ("a/**/x.json", ["a/b/y.json", "a/y.json", "x.json"]),
        ("a/**", ["x.json"]),
        ("[xy].json", []),
        ("?.json", []),
        ("X.json", ["a/b/x.json", "a/b/y.json", "a/x.json", "a/y.json", "x.json"]),
        ("/".join(["**"] * 20) + "/z.json", ["a/b/x.json", "a/b/y.json", "a/x.json", "a/y.json", "x.json"]),
    ],
)
def test_exclude(folder, pattern, left):
    for name in ("a/b/x.json", "a/b/y.json", "a/x.json", "a/y.json", "x.json"):
        folder.write(name, MISSPELT)
    folder.write("ice-avatar.toml", f"exclude = [{json.dumps(pattern)}]\n")
    assert [file for file, _ in folder.codes(".")] == left
    # What is named is checked all the same, unless it was not a person who named it.
    assert folder.codes("x.json") == [("x.json", "RAM108")]
    assert folder.codes("x.json", "--only-policies") == ([("x.json", "RAM108")] if "x.json" in left else [])


def suppression(**values: str) -> str:
    values = {"file": "x.json", "code": "RAM108", "reason": "agreed", **values}
    return "[[suppressions]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


@pytest.mark.parametrize(
    ("values", "suppressed"),
    [
        ({}, True),
        ({"code": "invalid-effect"}, True),
        ({"file": "*.json"}, True),
        ({"file": "**/x.json"}, True),
        ({"file": "**"}, True),
        ({"file": "a/**/x.json"}, False),
        ({"file": "./x.json"}, True),
        ({"pointer": "/Statement/0/Effect"}, True),
        ({"pointer": "/Statement/0"}, True),
        ({"pointer": "/Statement"}, True),
        ({"pointer": "/Statement/1"}, False),
        ({"pointer": "/Stat"}, False),
        ({"file": "y.json"}, False),
        ({"code": "RAM102"}, False),
        ({"expires": "2026-11-22"}, True),
        ({"expires": "2026-11-21"}, False),
    ],
)
def test_suppression(folder, values, suppressed):
    folder.write("x.json", MISSPELT)
    folder.write("ice-avatar.toml", suppression(**values))
    done = folder.validate("x.json", "--now", "2026-11-22T12:00:00Z")
    assert ("RAM108 invalid-effect" in done.stdout) is not suppressed
    assert done.returncode == (0 if suppressed else 1)


def test_a_suppression_is_for_the_path_it_names(folder):
    folder.write("a/x.json", MISSPELT)
    folder.write("x.json", MISSPELT)
    folder.write("ice-avatar.toml", suppression())
    assert folder.codes(".") == [("a/x.json", "RAM108")]


def test_a_day_of_toml_and_the_clock(folder):
    folder.write("x.json", MISSPELT)
    folder.write("ice-avatar.toml", suppression() + "expires = 2020-01-31\n")
    assert folder.codes("x.json") == [("x.json", "RAM108"), ("ice-avatar.toml", "RAM951")]
    folder.write("ice-avatar.toml", suppression() + "expires = 9999-12-31\n")
    assert folder.codes("x.json") == []


def test_expired(folder):
    folder.write("x.json", MISSPELT)
    folder.write(
        "pyproject.toml",
        "[tool.ice-avatar]\n\n" + suppression(expires="2026-06-30").replace("[[", "[[tool.ice-avatar."),
    )
    (_, found) = folder.findings("x.json", "--now", "2026-07-01")
    assert found == {
        "file": "pyproject.toml",
        "code": "RAM951",
        "name": "expired-suppression",
        "severity": "warning",
        "message": 'the suppression of RAM108 in "x.json": it expired on 2026-06-30: mend what it is about, or decide '
        "on a new date",
        "pointer": "/tool/ice-avatar/suppressions/0",
        "line": 3,
        "column": 1,
        "end_line": 3,
        "end_column": 1,
    }


def test_unused(folder):
    folder.write("x.json", GOOD)
    folder.write("ice-avatar.toml", suppression(code="RAM102") + "\n" + suppression(pointer="/Statement/0"))
    found = folder.findings(".")
    assert [(each["file"], each["code"], each["line"], each["pointer"]) for each in found] == [
        ("ice-avatar.toml", "RAM950", 1, "/suppressions/0"),
        ("ice-avatar.toml", "RAM950", 6, "/suppressions/1"),
    ]
    assert found[0]["message"] == 'the suppression of RAM102 in "x.json": nothing there needs it any more: remove it'
    report = json.loads(folder.validate(".", "--format", "json").stdout)
    assert report["files"] == 1
    assert folder.validate(".").returncode == 0
    assert folder.validate(".", "--fail-on", "warning").returncode == 1
    assert folder.codes(".", "--ignore", "RAM950") == []
    assert folder.codes(".", "--ignore", "RAM102") == [("ice-avatar.toml", "RAM950")]


@pytest.mark.parametrize(
    ("pattern", "arguments", "told"),
    [
        ("a/x.json", ["a/x.json"], True),
        ("a/x.json", ["a"], True),
        ("a/x.json", ["."], True),
        ("a/x.json", ["a/y.json"], False),
        ("a/*.json", ["a"], True),
        ("a/*.json", ["a/x.json"], False),
        ("a/*.json", ["a/x.json", "a/y.json"], False),
        ("**/*.json", ["a"], False),
        ("**/*.json", ["."], True),
        ("x.json", ["a/x.json"], False),
        ("x.json", ["."], True),
        ("gone/*.json", ["."], True),
        ("gone/*.json", ["a"], False),
        ("gone.json", ["a"], False),
    ],
)
def test_unused_is_told_by_those_who_checked_all(folder, pattern, arguments, told):
    folder.write("a/x.json")
    folder.write("a/y.json")
    folder.write("ice-avatar.toml", suppression(file=pattern))
    assert folder.codes(*arguments) == ([("ice-avatar.toml", "RAM950")] if told else [])


def test_settings_are_found_from_below(folder):
    folder.write("a/b/x.json", MISSPELT)
    folder.write("ice-avatar.toml", suppression(file="a/b/*.json"))
    inside = type(folder)(folder.path / "a/b")
    assert inside.validate("x.json").returncode == 0
    folder.write("a/b/x.json", GOOD)
    assert f"{folder.path}/ice-avatar.toml:1:1: warning RAM950" in inside.validate(".").stdout


def test_text_of_a_finding_in_the_settings(folder):
    folder.write("x.json", GOOD)
    folder.write("ice-avatar.toml", suppression())
    assert folder.validate("x.json").stdout.splitlines()[1:3] == ["  1 | [[suppressions]]", "    | ^"]


@pytest.mark.parametrize("form", ["sarif", "junit", "github", "gitlab", "jsonl", "concise"])
def test_every_form_has_findings_in_the_settings(folder, form):
    folder.write("x.json", FOREIGN)
    folder.write("ice-avatar.toml", suppression())
    assert "RAM950" in folder.validate("x.json", "--format", form).stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("select = [", "ice-avatar.toml: not TOML: "),
        ("a = " + "[" * 100_000, "ice-avatar.toml: not TOML: "),
        ('selct = ["RAM1"]', 'ice-avatar.toml: there is no setting "selct": did you mean select?'),
        ('"\x7f" = 1', "ice-avatar.toml: not TOML: "),
        ('"\\u001b[31m" = 1', r'ice-avatar.toml: there is no setting "\x1b[31m": there are select, ignore, '),
        ('select = "RAM1"', "ice-avatar.toml: select has to be a list of strings"),
        ("ignore = [1]", "ice-avatar.toml: ignore has to be a list of strings"),
        ('ignore = ["RAM777"]', 'ice-avatar.toml: no rule is called "RAM777"'),
        ('fail-on = "none"', 'ice-avatar.toml: fail-on is "none": use error, security, warning, suggestion, never'),
        ("fail-on = []", "ice-avatar.toml: fail-on is a list: use error, "),
        ('kinds = "trust"', "ice-avatar.toml, kinds: expected a table, found a string"),
        (
            '[kinds]\n"*" = "user"',
            'ice-avatar.toml, kinds: * is "user": use identity, trust, session, control, resource',
        ),
        ("exclude = [[]]", "ice-avatar.toml: exclude has to be a list of strings"),
        ("suppressions = 1", "ice-avatar.toml: suppressions has to be a list of tables: write [[…suppressions]]"),
        ("suppressions = [1]", "ice-avatar.toml, suppressions 1: expected a table, found a number"),
        (suppression(reason=" "), "ice-avatar.toml, suppressions 1: reason has to be a string with something in it"),
        (
            '[[suppressions]]\nfile = "x"\ncode = "RAM108"',
            "ice-avatar.toml, suppressions 1: reason has to be a string with",
        ),
        (suppression(file=""), "ice-avatar.toml, suppressions 1: file has to be a string with something in it"),
        (suppression() + suppression(code="RAM1"), 'ice-avatar.toml, suppressions 2: no rule is called "RAM1"'),
        (suppression(code="invalid-efect"), "did you mean invalid-effect?"),
        (suppression(pointer="Statement"), "pointer is no JSON Pointer: write it as /Statement/0/Action"),
        (suppression(expires="soon"), "expires has to be a date, such as 2027-01-31"),
        (suppression() + "expires = 2026-01-01T00:00:00Z", "expires has to be a date, such as 2027-01-31"),
        (
            suppression(until="2027-01-01"),
            'there is no setting "until": there are file, code, pointer, reason, expires',
        ),
        (b"\xff\xfe", "ice-avatar.toml: cannot be read: not UTF-8"),
    ],
)
def test_mistakes_in_the_settings(folder, content, said):
    folder.write("x.json")
    folder.write("ice-avatar.toml", content)
    done = folder.validate("x.json")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert said in line
    assert line.isprintable()


def test_another_tool_with_broken_settings_is_not_ours(folder):
    folder.write("x.json")
    folder.write("pyproject.toml", "[tool.other\n")
    assert folder.validate("x.json").returncode == 0
    (folder.path / "a/ice-avatar.toml").mkdir(parents=True)
    folder.write("a/x.json")
    assert folder.validate("a/x.json").returncode == 0
