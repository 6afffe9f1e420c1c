"""Files of any content and size end in findings or in a line, quickly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar.ram.linting.checking import Checked, Task, check
from pulumi_ice_avatar.ram.linting.project import Project
from tests.containers.conftest import BAD, change, export, plan, policy, preview, state
from tests.containers.test_pulumi import SECRET, UNKNOWN, resource
from tests.containers.test_ros import YAML, template
from tests.containers.test_terraform_hcl import FORMS

DEEP = 100_000
TEXTS = {
    "plan.json": [
        json.dumps(plan(change(after={"policy_document": BAD}), change("u", {}, unknown=True)), indent=1),
        json.dumps(
            state({"address": "a.b", "mode": "managed", "type": "alicloud_ram_policy", "values": {"document": BAD}})
        ),
        json.dumps(preview(resource(policyDocument=BAD), resource(name="b", policyDocument=policy(Sid=UNKNOWN)))),
        json.dumps(export(resource(policyDocument=SECRET), resource(name="b", policyDocument=policy("Alow")))),
        json.dumps(template(A=("ALIYUN::RAM::Role", {"Policies": [{"PolicyDocument": policy("Alow")}]}))),
    ],
    "stack.yaml": [YAML],
    "main.tf.json": [json.dumps({"resource": {"alicloud_ram_policy": {"a": [{"policy_document": BAD}]}}})],
    "main.tf": [each.replace("EFFECT", "Alow") for each in FORMS.values()],
}
SNIPPETS = [
    *"{}[]:,\"'\\#\n\r\t \u00a0\ufeff&*!|>?%@$<-=~\x00\x01\u2028\ud800\U0001f600\ue000",
    *("${", "%{", "$${", "<<EOF\n", "EOF\n", "/*", "//", '\\"', "\\u", "\\ud83d", "null", "true", "1e999", "9" * 400),
    *("[" * 50, "{" * 110, '{"Ref":"x"}', "!Ref ", "&a ", "*a", "<<: ", '"Statement":', "jsonencode(", "dynamic "),
]


@st.composite
def mutated(draw):
    file = draw(st.sampled_from(sorted(TEXTS)))
    text = draw(st.sampled_from(TEXTS[file]))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from([0, 0, 1, 1, 2, 10, 40])), len(text))
        inserted = draw(st.one_of(st.just(""), st.sampled_from(SNIPPETS), st.text(max_size=3)))
        text = text[:start] + inserted + text[end:]
    return file, text


def checked(file: str, data: bytes) -> Checked:
    return check(
        Task(
            file,
            data,
            found=False,
            kind=None,
            codes=None,
            project=Project(),
            now=None,
            today=None,
            fixes=False,
            writes=False,
        )
    )


@given(mutated())
@settings(max_examples=600)
def test_mutated_files_never_raise_and_places_are_in_the_file(case):
    file, text = case
    data = text.encode("utf-8", "surrogatepass")
    done = checked(file, data)
    assert all("\n" not in note for note in done.notes)
    lines = (done.text or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for each in done.findings:
        assert 1 <= each.line <= each.end_line <= len(lines)
        assert (each.line, each.column) <= (each.end_line, each.end_column)
        assert each.column <= len(lines[each.line - 1]) + 1
        # A carriage return in front of a line feed is a character that can be wrong.
        assert each.end_column <= len(lines[each.end_line - 1]) + 2


HOSTILE = {
    "deep plan.json": '{"format_version": "1.2", "resource_changes": ' + "[" * DEEP,
    "deep policy.json": json.dumps(export(resource(policyDocument=json.loads("[" * 400 + "]" * 400)))),
    "deep text.json": json.dumps(plan(change(after={"policy_document": "[" * DEEP}))),
    "deep modules.json": '{"format_version":"1.0","values":{"root_module":'
    + '{"child_modules":[' * 300
    + "]}" * 300
    + "}}",
    "escapes.json": json.dumps(plan(change(after={"policy_document": '"' * DEEP}))),
    "deep.tf": 'resource "alicloud_ram_policy" "a" { policy_document = jsonencode('
    + "[" * 20_000
    + "]" * 20_000
    + ") }",
    "open.tf": 'resource "alicloud_ram_policy" "a" { policy_document = ' + "{ a = " * 10_000,
    "blanks.tf": 'resource "alicloud_ram_policy" "a" { policy_document = <<EOF\n' + "\n" * DEEP,
    "long.tf": 'resource "alicloud_ram_policy" "a" {}\n' * DEEP,
    "holes.tf": 'resource "alicloud_ram_policy" "a" {\n  policy_document = <<EOF\n' + "${" * 50_000 + "\nEOF\n}\n",
    "binary.tf": "alicloud_ram_policy \x00\x01",
    "aliases.yaml": "ROSTemplateFormatVersion: x\na: &a [1,1,1,1,1,1,1,1,1]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)),
    "long.json": '{"format_version": "1.2", "x": "' + "x" * 40_000_000,
    "torn and long.json": '{"format_version": "1.2", "x": "' + "x" * 3_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_line(folder, name):
    folder.write(name, HOSTILE[name])
    done = folder.validate(name, "--format", "concise")
    assert done.returncode in (1, 2)
    assert len(done.stdout.splitlines()) + len(done.stderr.splitlines()) <= 110
    assert "ice-avatar: " in done.stderr


def test_a_plan_longer_than_any_policy_is_read(folder):
    changes = [change(f"p{number}", {"policy_document": BAD, "description": "x" * 3000}) for number in range(1000)]
    text = json.dumps(plan(*changes), indent=1)
    assert len(text) > 4_000_000
    folder.write("plan.json", text)
    assert len(folder.codes(".", "--select", "RAM108")) == len(changes)
    assert len(folder.codes("-", "--select", "RAM108", stdin=text)) == len(changes)
