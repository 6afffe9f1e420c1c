"""Previews and exported stacks of Pulumi, through the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.containers.conftest import BAD, GOOD, export, marked, policy, preview

POLICY = "alicloud:ram/policy:Policy"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}


def resource(kind: str = POLICY, name: str = "reader", **inputs: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::shop::{kind}::{name}", "custom": True, "type": kind, "inputs": inputs}


@pytest.mark.parametrize("form", [preview, export])
@pytest.mark.parametrize("indent", [None, 4])
def test_a_bad_policy_is_found_at_its_place(folder, form, indent):
    ours = resource("pulumi-python:dynamic/ice:RamPolicy", "writer", document=policy("Alow"), policyName="writer")
    text = json.dumps(form(resource(policyDocument=BAD, policyName="reader"), ours), indent=indent)
    folder.write("stack.json", text)
    first, second = folder.findings("stack.json")
    assert first["message"] == f'{POLICY}::reader: Effect is "Alow": did you mean Allow?'
    assert first["pointer"] == "/alicloud:ram~1policy:Policy::reader/policyDocument/Statement/0/Effect"
    assert [marked(text, each) for each in (first, second)] == [r"\"Alow\"", '"Alow"']


@pytest.mark.parametrize("form", [preview, export])
def test_what_is_not_known_is_said(folder, form):
    resources = [
        resource(policyDocument=GOOD),
        resource(name="later", policyDocument=UNKNOWN),
        resource(name="hidden", policyDocument=SECRET),
        resource(name="shown", policyDocument="[secret]"),
        resource("pulumi-python:dynamic/ice:RamPolicy", "part", document=policy(Resource=SECRET, Action=[UNKNOWN])),
    ]
    folder.write("stack.json", json.dumps(form(*resources)))
    done = folder.validate("stack.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"ice-avatar: stack.json: {POLICY}::later: policyDocument is known after the update: not checked",
        f"ice-avatar: stack.json: {POLICY}::hidden: policyDocument is a secret: not checked",
        f"ice-avatar: stack.json: {POLICY}::shown: policyDocument is a secret: not checked",
        "ice-avatar: 1 file checked: nothing found",
    ]


def test_a_replacement_is_one_policy_and_a_deletion_none(folder):
    bad = resource(policyDocument=BAD)
    steps = preview(bad)
    steps["steps"] = [
        {"op": "create-replacement", "urn": bad["urn"], "newState": bad, "oldState": bad},
        {"op": "replace", "urn": bad["urn"], "newState": bad, "oldState": bad},
        {"op": "delete", "urn": bad["urn"] + "x", "oldState": resource(name="gone", policyDocument=BAD)},
    ]
    folder.write("preview.json", json.dumps(steps))
    assert folder.codes("preview.json") == [("preview.json", "RAM108")]
    folder.write("stack.json", json.dumps(export({**bad, "delete": True}, resource(policyDocument=GOOD))))
    assert folder.codes("stack.json") == []


@pytest.mark.parametrize(("form", "what"), [(preview, "a Pulumi preview"), (export, "an exported Pulumi stack")])
def test_no_policy_found_is_exit_2(folder, form, what):
    folder.write("stack.json", json.dumps(form(resource("alicloud:oss/bucket:Bucket", bucket="x"))))
    done = folder.validate("stack.json")
    assert done.returncode == 2
    assert f"stack.json: {what} without a RAM policy\n" in done.stderr


@pytest.mark.parametrize(
    "document", [{"steps": [1]}, {"version": 1, "deployment": {"replicas": 2}}, {"steps": [], "jobs": {}}]
)
def test_files_that_look_alike_are_no_plans(folder, document):
    folder.write("sound.json")
    folder.write("other.json", json.dumps({**document, "note": "statement"}))
    assert folder.validate(".").stderr.endswith("1 file checked: nothing found; skipped 1 file without a policy\n")


PROGRAM = """
import pulumi
from pulumi_ice_avatar import ram

def document(resource):
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:*", "Resource": resource}]}

wide = ram.RamPolicy("wide", document=document("*"), allow=["RAM602"])
later = ram.RamPolicy("later", document=wide.default_version.apply(lambda each: document(f"acs:ram:*:*:policy/{each}")))
hidden = ram.RamPolicy("hidden", document=pulumi.Output.secret(document("acs:ram:*:*:policy/x")))
"""


def test_what_the_engine_writes(project, folder):
    stack = project(PROGRAM)
    previewed = stack.run("preview", "--json")
    stack.up()
    exported = stack.run("stack", "export")
    address = "pulumi-python:dynamic/ice:RamPolicy::"
    for name, text, notes in (
        ("preview.json", previewed, {"later: document is known after the update", "hidden: document is a secret"}),
        ("stack.json", exported, {"hidden: document is a secret"}),
    ):
        folder.write(name, text)
        done = folder.validate(name, "--format", "json")
        assert done.returncode == 1
        assert set(done.stderr.splitlines()[:-1]) == {
            f"ice-avatar: {name}: {address}{note}: not checked" for note in notes
        }
        found = [each for each in json.loads(done.stdout)["findings"] if each["code"] == "RAM602"]
        pointers = {each["pointer"]: marked(text, each) for each in found}
        assert pointers == {f"/{address.replace('/', '~1')}wide/document/Statement/0/Action": '"ram:*"'}
