"""The pack under the real engine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import lines_with
from tests.crossguard.conftest import PACK

#: The plugin of the Alibaba Cloud provider is a download of its own. A component needs no plugin, and the engine gives
#: the pack its type, inputs and outputs as those of any resource.
STAND_IN = """
import json
import pulumi
import pulumi_ice_avatar as ice
from pulumi_ice_avatar import ram

class StandIn(pulumi.ComponentResource):
    def __init__(self, type_, name, **props):
        super().__init__(f"alicloud:{type_}", name, props)
        self.register_outputs(props)

def grant(action, effect="Allow"):
    return {"Version": "1", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]}

"""

GOOD = """
ice.Avatar("host", avatar_id="Avatar-XXXX")
StandIn("ram/policy:Policy", "reader", policyName="reader", policyDocument=json.dumps(grant("ice:GetAvatar")))
StandIn("ram/role:Role", "studio", roleName="studio", assumeRolePolicyDocument=json.dumps(
    ram.template("trust-function-compute")))
StandIn("ram/rolePolicyAttachment:RolePolicyAttachment", "studio-reader",
    roleName="studio", policyName="reader", policyType="Custom")
ram.RamPolicy("own", template="get-avatar")
"""

BAD = """
ice.Avatar("host", avatar_id="Avatar-XXXX")
StandIn("ram/policy:Policy", "misspelt", policyName="misspelt",
    policyDocument=json.dumps(grant("ice:GetAvatar", "Alow")))
StandIn("ram/role:Role", "studio", roleName="studio", assumeRolePolicyDocument=json.dumps(
    ram.template("trust-function-compute")))
ram.RamPolicy("all", grant("*"), allow=["RAM601"])
"""

LATER = """
first = ram.RamPolicy("first", template="get-avatar")
document = first.default_version.apply(lambda _: grant("*"))
StandIn("ram/policy:Policy", "text", policyName="text", policyDocument=document.apply(json.dumps))
ram.RamPolicy("object", document, allow=["RAM601"], policy_name="object")
"""


@pytest.fixture
def stack(project):
    """Makes stacks whose engine finds the environment of the tests as if it had been activated."""

    def make(program: str):
        made = project(STAND_IN + program)
        made.environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return made

    return make


def test_a_good_stack_passes(stack, emulator):
    made = stack(GOOD)
    said = made.run("preview", "--policy-pack", str(PACK))
    assert "✅ ice-avatar@v0.1.0" in said
    assert "[" not in said.partition("Policies:")[2].partition("Resources:")[0]
    made.run("up", "--yes", "--policy-pack", str(PACK))
    assert "own" in [each["policyName"] for each in emulator.snapshot()["policies"]]


def test_a_bad_stack_is_refused(stack, emulator):
    made = stack(BAD)
    before = emulator.snapshot()
    assert "misspelt" in made.run("preview")  # nothing else would stop it: the program accepts RAM601
    for command in (["preview"], ["up", "--yes"]):
        said = made.run(*command, "--policy-pack", str(PACK), succeeds=False)
        assert "❌ ice-avatar@v0.1.0" in said
        assert len(lines_with(said, r"\[mandatory\]  ram-documents")) == 2
        [misspelt] = lines_with(said, r"^ *misspelt\.policyDocument")
        assert misspelt.startswith("misspelt.policyDocument/Statement/0/Effect: error RAM108 invalid-effect: ")
        assert misspelt.endswith("did you mean Allow?")
        assert lines_with(said, r"^ *all\.document/Statement/0/Action: security RAM601 admin-access: ")
        assert lines_with(said, r"\[advisory\]  avatars-readable  \(alicloud:ram/role:Role: studio\)")
        assert lines_with(said, r"^ *studio: no policy .* allows ice:GetAvatar, and the stack refers to host: ")
        assert "Traceback" not in said
    assert emulator.snapshot() == before


def test_unknown_documents_wait_for_the_update(stack, emulator):
    made = stack(LATER)
    said = made.run("preview", "--policy-pack", str(PACK))
    notes = lines_with(said, "can't run policy 'ram-documents' .* can't be known during preview")
    assert [note.rpartition(" value at ")[2].split()[0] for note in notes] == [".policyDocument", ".document"]
    assert "RAM601" not in said
    said = made.run("up", "--yes", "--policy-pack", str(PACK), succeeds=False)
    assert lines_with(said, r"^ *text\.policyDocument/Statement/0/Action: security RAM601 ")
    assert "object" not in [each["policyName"] for each in emulator.snapshot()["policies"]]
    assert "Traceback" not in said


def test_configuration(stack, tmp_path):
    made = stack(BAD)

    def preview(settings, *, succeeds):
        file = tmp_path / "settings.json"
        file.write_text(json.dumps(settings))
        return made.run("preview", "--policy-pack", str(PACK), "--policy-pack-config", str(file), succeeds=succeeds)

    said = preview({"ram-documents": {"enforcementLevel": "advisory"}}, succeeds=True)
    assert "[advisory]  ram-documents" in said
    accepted = {"ram-documents": {"ignore": {"all": ["RAM601"], "misspelt": ["RAM108"]}}}
    assert "RAM601" not in preview(accepted, succeeds=True)
    said = preview({**accepted, "ram-access": {"mustDeny": {"all": ["ram:*"]}}}, succeeds=False)
    assert lines_with(said, r"^ *all\.document: RAM903 denied-action-granted: ram:")
    said = preview({"ram-documents": {"ignore": "RAM601"}}, succeeds=False)
    assert "ignore: Invalid type" in said


def test_an_environment_of_its_own(stack, tmp_path):
    """What docs/policy-pack.md says to do where the program's environment is to stay free of the extra."""
    copy = tmp_path / "own-pack"
    shutil.copytree(PACK, copy)
    settings = copy / "PulumiPolicy.yaml"
    settings.write_text(
        settings.read_text().replace("runtime: python", "runtime: {name: python, options: {virtualenv: venv}}")
    )
    (copy / "venv").symlink_to(sys.prefix)
    made = stack(GOOD)
    made.environment["PATH"] = os.environ["PATH"]
    made.environment["PULUMI_PYTHON_CMD"] = "/bin/false"
    assert "✅ ice-avatar@v0.1.0" in made.run("preview", "--policy-pack", str(copy))
