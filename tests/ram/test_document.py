"""Reading documents: each slip has its own message, place and, where certain, fix; any input ends in a clear line."""

from __future__ import annotations

import enum
import textwrap
from collections import UserDict

import pytest

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.ram.reading import document, edits

SOUND = """\
{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ice:GetAvatar", "ice:ListAvatars"],
      "Resource": "*"
    }
  ]
}
"""
VALUE = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": ["ice:GetAvatar", "ice:ListAvatars"], "Resource": "*"}],
}

# --- slips -----------------------------------------------------------------------------------------------------------

#: What is written for what; code, line and column; a part of the message; whether fixing restores the sound text, or
#: None where no fix is certain.
SLIPS = [
    ('"Allow",', '"Allow"', "RAM001 5:24", "a comma is missing", True),
    ('"ice:GetAvatar",', '"ice:GetAvatar"', "RAM001 6:33", "a comma is missing", True),
    ('"Allow",', '"Allow",,', "RAM001 5:25", "nothing stands before this comma", True),
    ('"Allow",', '"Allow";', "RAM001 5:24", "semicolon", True),
    ('"Effect":', '"Effect"', "RAM001 5:15", "a colon is missing", True),
    ('"Effect":', '"Effect" =', "RAM001 5:16", "a colon separates", False),
    ('"Allow"', "Allow", "RAM001 5:17", '"Allow" is not in double quotes', True),
    ('"Effect"', "Effect", "RAM001 5:7", '"Effect" is not in double quotes', True),
    ('"Allow"', "'Allow'", "RAM001 5:17", "JSON takes double quotes", True),
    ('"', "'", "RAM001 2:3", "10 strings here", True),
    ('"Allow",', '"Allow,', "RAM001 5:17", "the closing quote", None),
    ('Avatars"]', "Avatars]", "RAM001 6:35", "the closing quote", None),
    ('"Effect":', '"Effect:', "RAM001 5:17", "a quote is missing", None),
    ('"*"', '"acs:"foo""', "RAM001 7:25", "a quote is missing", None),
    ('Avatars"],', 'Avatars",', "RAM001 7:7", "[ on line 6 is not closed", None),
    ("    }\n", "", "RAM001 8:3", "{ on line 4 is not closed", None),
    ("  ]\n}\n", "", "RAM001 8:5", "]} is missing (still open: { on line 1, [ on line 3)", None),
    ("    }\n", "    }]\n", "RAM001 9:3", "] closes nothing", None),
    ('"1",', ",", "RAM001 2:3", '"Version" has no value', None),
    ('"1",', "", "RAM001 2:3", '"Version" has no value', None),
    ('"*"', '"\\x41"', "RAM001 7:20", "no escape in JSON", None),
    ('"*"', '"\\u12"', "RAM001 7:20", "four hexadecimal digits", None),
    ('"*"', '"\\ud83d"', "RAM001 7:20", "half of a surrogate pair", None),
    ('"*"', '"\ud83d"', "RAM001 7:20", "half of a surrogate pair", None),
    ('"*"', "NaN", "RAM001 7:19", "no number", None),
    ('"*"', "-Infinity", "RAM001 7:19", "no number", None),
    ('"*"', "01", "RAM001 7:19", "no number", None),
    ("}\n", "}\n{}", "RAM001 11:1", "a second document", None),
    ("}\n", "}\n}", "RAM001 11:1", "} closes nothing", None),
    ("}\n", "}\nend", "RAM001 11:1", "text follows", None),
    ('"1",', '"1", // one', "RAM002 2:19", "no comments", True),
    ('"1",', '"1", # one', "RAM002 2:19", "no comments", True),
    ('"1",', '"1", /* one\n */', "RAM002 2:19", "no comments", True),
    ("  ]\n", "  // end\n  ]\n", "RAM002 9:3", "no comments", True),
    ('Avatars"]', 'Avatars",]', "RAM003 6:52", "no comma before ]", True),
    ("    }\n", "    },\n", "RAM003 8:6", "no comma before ]", True),
    ('"*"', '"*",', "RAM003 7:22", "no comma before }", True),
    ("{\n", "\ufeff{\n", "RAM004 1:1", "byte-order mark", True),
    ('"*"', '"*",\n "Resource": "b"', "RAM005 8:2", "before on line 7", None),
    ('"Allow"', "“Allow”", "RAM007 5:17", "“ is no quotation mark", True),
    ('"Allow"', '“Allow"', "RAM007 5:17", "“ is no quotation mark", True),
    ('"Effect"', '"Effect”', "RAM007 5:7", "” is no quotation mark", True),
    ('"Allow",', '"Allow"，', "RAM007 5:24", "full-width ，", True),
    ('"Effect":', '"Effect"：', "RAM007 5:15", "full-width ：", True),
    ("{\n", "｛\n", "RAM007 1:1", "full-width ｛", True),
    ('      "Effect"', '   \u00a0  "Effect"', "RAM007 5:4", "U+00A0", True),
    ('"Effect": ', '"Effect":\u3000', "RAM007 5:16", "U+3000", True),
    ('"*"', '"acs:\n*"', "RAM008 7:24", "a line break stands raw", None),
    ('"*"', '"acs:\t*"', "RAM008 7:24", "a tab stands raw", None),
    ('"*"', '"acs:\x01*"', "RAM008 7:24", "U+0001 stands raw", None),
    ('"*"', r'"acs:\_x\*"', "RAM013 7:24", "2 times in this string", False),
    ("[\n", "\\[\n", "RAM013 3:16", r"\[ is an escape of Markdown", True),
]


@pytest.mark.parametrize(("good", "bad", "place", "message", "restores"), SLIPS)
def test_slip(good, bad, place, message, restores):
    text = (
        SOUND.replace(good, bad)
        if good == '"'
        else bad.join(SOUND.rsplit(good, 1))
        if good == "}\n"
        else SOUND.replace(good, bad, 1)
    )
    problem, *others = ram.parse(text).problems
    line, column, *_ = ram.parse(text).at(problem.start, problem.end)
    assert others == []
    assert f"{problem.code} {line}:{column}" == place
    assert message in problem.message
    assert (problem.fix is None) == (restores is None)
    if restores:
        assert edits.apply(text, [problem.fix]) == (SOUND, 1)
        assert ram.parse(text).value == VALUE


def test_reading_goes_on_after_each_slip():
    text = (
        SOUND.replace('"Version"', "“Version”")
        .replace('"1",', '"1", // one')
        .replace('"*"', '"*",')
        .replace("Allow", "allow")
    )
    assert [each.code for each in ram.lint(text)] == ["RAM007", "RAM002", "RAM108", "RAM003"]


def test_all_fixes_together_restore_the_text():
    text = (
        SOUND.replace('"Version"', "“Version”")
        .replace('"1",', '"1", // one')
        .replace('"*"', '"*",')
        .replace("Allow", "allow")
    )
    assert edits.apply(text, [each.fix for each in ram.lint(text)]) == (SOUND, 4)


def test_nothing_is_called_missing_where_text_was_lost():
    assert [each.code for each in ram.lint(SOUND[:60])] == ["RAM001", "RAM001"]


def test_a_fix_is_withheld_where_not_all_is_understood():
    assert [each.fix for each in ram.lint(SOUND.replace('"Allow",', '"Allow'))] == [None, None]


def test_fence_of_markdown():
    (problem,) = ram.parse(f"```json\n{SOUND}```\n").problems
    assert problem.code == "RAM001"
    assert edits.apply(f"```json\n{SOUND}```\n", [problem.fix])[0].strip() == SOUND.strip()


def test_document_inside_a_string():
    (problem,) = ram.parse(SOUND.replace('"', '\\"')).problems
    assert "escaped" in problem.message


def test_full_width_characters_in_strings_are_fine():
    text = SOUND.replace('"*"', '"“a”：｛b｝，\u00a0c"')
    assert ram.parse(text).problems == ()


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_other_than_utf_8_are_read_and_reported(encoding):
    read = ram.parse(SOUND.encode(encoding))
    assert read.value == VALUE
    assert [each.code for each in read.problems] == ["RAM004"]


def test_gbk():
    read = ram.parse(SOUND.replace("*", "中文").encode("gbk"))
    assert read.value["Statement"][0]["Resource"] == "中文"
    assert [each.code for each in read.problems] == ["RAM004"]


def test_columns_count_characters_and_no_byte_order_mark():
    read = ram.parse('\ufeff{"中文😀": "1"}')
    assert read.span("/中文😀") == (1, 9, 1, 12)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    read = ram.parse(SOUND.replace("\n", end))
    assert read.span("/Statement/0/Effect") == (5, 17, 5, 24)


# --- places ----------------------------------------------------------------------------------------------------------

YAML = textwrap.dedent(
    """\
    # 头像
    Version: "1"
    Statement:
      - Effect: Allow
        Action:
          - ice:GetAvatar
          - 'ice:ListAvatars'
        Resource: "*"
    """
)


@pytest.mark.parametrize(
    ("text", "pointer", "value", "key"),
    [
        (SOUND, "", (1, 1, 10, 2), (1, 1, 10, 2)),
        (SOUND, "/Version", (2, 14, 2, 17), (2, 3, 2, 12)),
        (SOUND, "/Statement/0", (4, 5, 8, 6), (4, 5, 8, 6)),
        (SOUND, "/Statement/0/Action/1", (6, 35, 6, 52), (6, 35, 6, 52)),
        (YAML, "/Version", (2, 10, 2, 13), (2, 1, 2, 8)),
        (YAML, "/Statement/0/Action/0", (6, 9, 6, 22), (6, 9, 6, 22)),
        (YAML, "/Statement/0/Action", (6, 7, 7, 26), (5, 5, 5, 11)),
        (YAML, "/Statement/0", (4, 5, 8, 18), (4, 5, 8, 18)),
    ],
)
def test_span(text, pointer, value, key):
    assert ram.parse(text).span(pointer) == value
    assert ram.parse(text).span(pointer, key=True) == key


@pytest.mark.parametrize(
    "pointer", ["/x", "/Statement/1", "/Statement/-1", "/Statement/00000000000000000000", "/Version/0", "/Statement/²"]
)
def test_span_of_what_is_not_there(pointer):
    assert ram.parse(SOUND).span(pointer) is None


def test_span_of_a_key_with_slashes():
    text = '{"Condition": {"acs:ResourceTag/a~b": "1", "7": "2"}}'
    assert ram.parse(text).span("/Condition/acs:ResourceTag~1a~0b") == (1, 39, 1, 42)
    assert ram.parse(text).span("/Condition/7") == (1, 49, 1, 52)


def test_a_mapping_has_no_places():
    assert ram.parse(VALUE).span("/Version") is None


# --- YAML ------------------------------------------------------------------------------------------------------------


def test_yaml_is_recognised_by_content_and_by_name():
    assert ram.parse(YAML).value == VALUE
    assert ram.parse("{Version: '1', Statement: []}", source="x.yml").value == {"Version": "1", "Statement": []}
    assert ram.parse("Version: '1'", source="x.json").problems[0].code == "RAM001"


def test_json_in_a_yaml_file_is_fine():
    assert ram.lint(SOUND, source="policy.yaml") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Version: 1", ["1 RAM112"]),
        ("Version: 1.0", ["1 RAM112"]),
        ("Version: 2012-10-17", ["1 RAM112"]),
        ("Version:", ["1 RAM119"]),
        ("Version: '1'\nVersion: '1'", ["2 RAM005"]),
        ("Version: '1'\n---\nVersion: '1'", ["2 RAM001"]),
        ("Version: '1'\n\tx: 1", ["2 RAM001"]),
        ("Version: *gone", ["1 RAM001"]),
        ("Version: '1'\nx: !Sub y", ["2 RAM106", "2 RAM009"]),
        ("? [a]\n: b", ["1 RAM001"]),
        ("Version: \x07", ["1 RAM001"]),
        ("Version: '1'\nStatement: [\n", ["3 RAM001"]),
        ("- Version: '1'", ["1 RAM012"]),
    ],
)
def test_yaml_slips(text, expected):
    found = [f"{each.line} {each.code}" for each in ram.lint(text, source="x.yaml", ignore=["RAM103"])]
    assert found == expected


def test_yaml_effect_without_quotes_is_a_boolean():
    (finding,) = ram.lint(YAML.replace("Allow", "yes"), select=["RAM112"])
    assert finding.message == "Effect is a Boolean: a string belongs there"


def test_yaml_fix_quotes_the_version():
    text = YAML.replace('"1"', "1")
    (finding,) = ram.lint(text)
    assert edits.apply(text, [finding.fix]) == (YAML, 1)


def test_yaml_anchors_and_merge_keys():
    text = textwrap.dedent(
        """\
        Version: "1"
        x: &base {Effect: Allow, Resource: "*"}
        Statement:
          - <<: *base
            Action: ice:GetAvatar
          - <<: [*base, {Action: a}]
            Effect: Deny
        """
    )
    read = ram.parse(text)
    assert read.problems == ()
    assert read.value["Statement"] == [
        {"Effect": "Allow", "Resource": "*", "Action": "ice:GetAvatar"},
        {"Effect": "Deny", "Resource": "*", "Action": "a"},
    ]
    assert read.span("/Statement/0/Effect") == (2, 19, 2, 24)


# --- mappings --------------------------------------------------------------------------------------------------------


class Effect(str, enum.Enum):
    ALLOW = "Allow"


def test_a_mapping_may_be_made_of_python_types():
    given = UserDict(VALUE | {"Statement": ({"Effect": Effect.ALLOW, "Action": ("ice:GetAvatar",), "Resource": "*"},)})
    assert ram.parse(given).value == {
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": ["ice:GetAvatar"], "Resource": "*"}],
    }


def test_a_mapping_with_objects_that_json_does_not_know():
    (finding,) = ram.lint({"Version": "1", "Statement": [{"Effect": "Allow", "Action": {"a:b"}, "Resource": "*"}]})
    assert finding.pointer == "/Statement/0/Action"
    assert "a Python set" in finding.message


def test_a_mapping_that_holds_itself():
    loop: dict[str, object] = {"Version": "1"}
    loop["Statement"] = [loop]
    assert [each.code for each in ram.lint(loop)] == ["RAM001"]


def test_a_mapping_that_doubles_at_each_level():
    node: list[object] = []
    for _ in range(60):
        node = [node, node]
    assert [each.code for each in ram.lint({"Statement": node})] == ["RAM001"]


# --- limits ----------------------------------------------------------------------------------------------------------

MANY = document.LONGEST
STATEMENT = '{"Effect":"Allow","Action":"ice:GetAvatar","Resource":"*"},'
HOSTILE = {
    "empty": b"",
    "blank": b" \n",
    "NUL": b"\0" * 1000,
    "binary": bytes(range(256)) * 100,
    "prose": b"hello world",
    "HTML": b"<!DOCTYPE html><html></html>",
    "100 MB": b"x" * 100_000_000,
    "depth of lists": b"[" * 100_000,
    "depth of objects": b'{"a":' * 100_000,
    "closed depth": b"[" * 100_000 + b"]" * 100_000,
    "depth below the parser's": b'{"Version":' + b"[" * 900 + b"]" * 900 + b"}",
    "digits": b'{"Version":' + b"9" * 1_000_000 + b"}",
    "exponent": b'{"Version":1e999}',
    "quotes": b'"' * MANY,
    "backslashes": b'{"' + b"\\" * (MANY - 10),
    "breaks": b'{"' + b"\n" * (MANY - 10),
    "commas": b"," * MANY,
    "comments": b"{" + b"/*" * (MANY // 2 - 10),
    "empty lists": b'{"Statement":[' + b"[]," * (MANY // 3 - 10) + b"[]]}",
    "empty objects": b'{"Statement":[' + b"{}," * (MANY // 3 - 10) + b"{}]}",
    "keys": b"{" + b",".join(b'"%d":0' % i for i in range(75_000)) + b"}",
    "one slip at the end": b'{"Statement":[' + STATEMENT.encode() * 10_000 + b"]}",
    "repeated actions": b'{"Statement":[{"Action":[' + b'"ice:GetAvatar",' * 60_000 + b'"x"]}]}',
    "unknown actions": b'{"Statement":[{"Action":[' + b",".join(b'"ice:Get%d"' % i for i in range(60_000)) + b"]}]}",
    "values": b'{"Statement":[{"Condition":{"Bool":{"k":[' + b",".join(b'"%d"' % i for i in range(100_000)) + b"]}}}]}",
    "stars": b'{"Statement":[{"Action":"' + b"*a" * (MANY // 2 - 10_200) + b'","Resource":"' + b"*" * 10_000 + b'"}]}',
    "YAML lists": b"a: " + b"[" * 400_000,
    "YAML entries": b"a:\n" + b"- " * 200_000,
    "YAML keys": b"".join(b"k%d: v\n" % i for i in range(40_000)),
    "YAML aliases": b"a: &x [1]\nb: [" + b"*x," * 100_000 + b"]",
    "YAML laughs": "\n".join(
        [
            "a: &a [x,x,x,x,x,x,x,x,x]",
            *(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        ]
    ).encode(),
}


@pytest.mark.timeout(60)  # it takes 0.1 to 2 s; what is quadratic takes minutes
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_ends_in_findings(data):
    assert len(data) <= MANY or len(data) == 100_000_000
    findings = ram.lint(data)
    assert findings
    assert len(findings) <= 20_000
    assert all(len(each.message) < 400 and each.message.isprintable() for each in findings)


@pytest.mark.parametrize(
    "name",
    ["empty", "blank", "NUL", "binary", "prose", "HTML", "100 MB", "depth of lists", "closed depth", "YAML laughs"],
)
def test_what_is_no_document_at_all_has_one_finding(name):
    assert len(ram.lint(HOSTILE[name])) == 1


def test_invalid_arguments():
    with pytest.raises(InvalidInputError, match="bucket"):
        ram.parse("{}", kind="bucket")
    with pytest.raises(InvalidInputError, match="int"):
        ram.parse(5)  # type: ignore[arg-type]
