"""What the pack says of single resources."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.crossguard.conftest import MISSPELT, POLICY, RAM_POLICY, READER, ROLE, UNKNOWN

#: Resources of the Alibaba Cloud provider's own package, with a slip in each document.
PROGRAM = """
import json
import pulumi
import pulumi_alicloud as alicloud

registered = {}

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered[args.name] = (args.typ, args.inputs)
        return args.name, args.inputs
    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Mocks())

def slip(**elements):
    return json.dumps({"Version": "1", "Statement": [{"Effect": "Alow", **elements}]})

policy = slip(Action="ice:GetAvatar", Resource="*")
trust = slip(Action="sts:AssumeRole", Principal={"Service": ["ecs.aliyuncs.com"]})
bucket = slip(Action="oss:GetObject", Resource="acs:oss:*:*:media/*", Principal=["1234567890123456"])
ram, manager, oss = alicloud.ram, alicloud.resourcemanager, alicloud.oss

@pulumi.runtime.test
def run():
    ram.Policy("policy", policy_name="a", policy_document=policy)
    ram.Policy("formerly", name="a", document=policy)
    ram.Policy("statements", name="a", statements=[
        {"effect": "Allow", "actions": ["ice:GetAvatar"], "resources": ["*"]},
        {"effect": "Alow", "actions": ["ice:GetAvatar"], "resources": ["*"]},
    ])
    ram.Role("role", role_name="a", assume_role_policy_document=trust)
    ram.Role("role-formerly", name="a", document=trust)
    manager.Policy("group-policy", policy_name="a", policy_document=policy)
    manager.PolicyVersion("version", policy_name="a", policy_document=policy)
    manager.ControlPolicy("control", control_policy_name="a", effect_scope="RAM", policy_document=policy)
    manager.Role("directory-role", role_name="a", assume_role_policy_document=trust)
    oss.BucketPolicy("bucket-policy", bucket="media", policy=bucket)
    oss.Bucket("bucket", policy=bucket)

run()
print(json.dumps(registered))
"""

PLACES = {
    "policy": "policyDocument/Statement/0/Effect",
    "formerly": "document/Statement/0/Effect",
    "statements": "statements/1/effect",
    "role": "assumeRolePolicyDocument/Statement/0/Effect",
    "role-formerly": "document/Statement/0/Effect",
    "group-policy": "policyDocument/Statement/0/Effect",
    "version": "policyDocument/Statement/0/Effect",
    "control": "policyDocument/Statement/0/Effect",
    "directory-role": "assumeRolePolicyDocument/Statement/0/Effect",
    "bucket-policy": "policy/Statement/0/Effect",
    "bucket": "policy/Statement/0/Effect",
}


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    """Type and inputs of the program's resources, as they reach the engine."""
    program = tmp_path_factory.mktemp("program") / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", program], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_there_is_a_case_for_every_resource(registered):
    assert set(registered) == set(PLACES)


@pytest.mark.parametrize("name", PLACES)
def test_resources_of_the_alibaba_cloud_provider(name, registered, pack):
    type_, inputs = registered[name]
    [violation] = pack.analyze(type_, inputs, name)
    assert violation.rule == "ram-documents"
    assert violation.level == "mandatory"
    assert violation.message.startswith(f"{name}.{PLACES[name]}: error RAM108 invalid-effect: ")
    assert "did you mean Allow?" in violation.message

    mended = json.loads(json.dumps(inputs).replace("Alow", "Allow"))
    assert pack.analyze(type_, mended, name) == []


def test_kinds_differ(pack):
    """What is right for one kind of document is wrong for another."""
    as_trust = pack.analyze(ROLE, {"assumeRolePolicyDocument": READER})
    assert any("Principal" in each.message for each in as_trust)
    long = json.loads(READER)
    long["Statement"][0]["Condition"] = {"StringEquals": {"acs:SourceVpc": [f"vpc-{n:020}" for n in range(180)]}}
    control = "alicloud:resourcemanager/controlPolicy:ControlPolicy"
    assert pack.analyze(POLICY, {"policyDocument": json.dumps(long)}) == []
    assert "4,096" in pack.analyze(control, {"policyDocument": json.dumps(long)})[0].message


def test_resource_of_this_package(pack):
    document = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    props = {"policyName": "all", "document": document, "attachTo": [], "allow": ["RAM601"]}
    [violation] = pack.analyze(RAM_POLICY, props, "all")
    assert violation.message.startswith("all.document/Statement/0/Action: security RAM601 admin-access: ")


def test_integers_stay_integers(pack):
    """The protocol has only floating-point numbers, and 300.0 would be no number of seconds."""
    condition = {"NumericLessThan": {"acs:MFAAge": 300}}
    statement = {"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*", "Condition": condition}
    pack.configure(ram_documents={"failOn": "suggestion"})
    text = pack.analyze(POLICY, {"policyDocument": json.dumps({"Version": "1", "Statement": [statement]})})
    assert [each.message.partition(": ")[2] for each in text] == [
        each.message.partition(": ")[2]
        for each in pack.analyze(RAM_POLICY, {"document": {"Version": "1", "Statement": [statement]}})
    ]


# --- what is not known, and what is no document -----------------------------------------------------------------------


def test_unknown_documents_are_noted(pack):
    [note] = pack.analyze(POLICY, {"policyDocument": UNKNOWN})
    assert note.level == "advisory"
    assert note.message.startswith("can't run policy 'ram-documents'")
    assert note.message.endswith("during preview: string value at .policyDocument can't be known during preview")


@pytest.mark.parametrize("document", [{"Statement": UNKNOWN}, {"Statement": [{"Action": ["ice:GetAvatar", UNKNOWN]}]}])
def test_partly_unknown_documents_are_noted(document, pack):
    [note] = pack.analyze(RAM_POLICY, {"document": document, "policyName": UNKNOWN})
    assert note.level == "advisory"
    assert "value at .document.Statement" in note.message


def test_other_unknowns_do_not_matter(pack):
    assert pack.analyze(POLICY, {"policyName": UNKNOWN, "version": UNKNOWN, "policyDocument": READER}) == []


def test_what_is_known_is_checked_beside_what_is_not(pack):
    statements = [{"effect": "Alow", "actions": ["ice:GetAvatar"], "resources": ["*"]}]
    found = pack.analyze(POLICY, {"policyDocument": UNKNOWN, "document": MISSPELT, "statements": statements})
    assert [each.level for each in found] == ["mandatory", "mandatory", "advisory"]
    assert ".document/Statement/0/Effect" in found[0].message
    assert ".statements/0/effect" in found[1].message


def test_documents_in_a_list(pack):
    type_ = "alicloud:cloudsso/accessConfiguration:AccessConfiguration"
    documents = [{"permissionPolicyDocument": each} for each in (READER, UNKNOWN, MISSPELT)]
    violation, note = pack.analyze(type_, {"permissionPolicies": [*documents, {}, UNKNOWN]}, "sso")
    assert violation.message.startswith(
        "sso.permissionPolicies/2/permissionPolicyDocument/Statement/0/Effect: error RAM108"
    )
    assert note.level == "advisory"
    assert [each.level for each in pack.analyze(type_, {"permissionPolicies": UNKNOWN})] == ["advisory"]
    assert pack.analyze(type_, {"permissionPolicies": 7}) == []


@pytest.mark.parametrize("unknown", [{"statements": UNKNOWN}, {"statements": [{"effect": UNKNOWN}]}])
def test_unknown_statements_are_noted(unknown, pack):
    [note] = pack.analyze(POLICY, unknown)
    assert note.level == "advisory"


@pytest.mark.parametrize("nothing", [{}, {"policyDocument": None}, {"policyDocument": ""}, {"statements": []}])
def test_no_document_is_no_finding(nothing, pack):
    assert pack.analyze(POLICY, nothing) == []


def test_secret_documents_are_checked(pack):
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": MISSPELT}
    [violation] = pack.analyze(POLICY, {"policyDocument": secret})
    assert "RAM108" in violation.message


def test_no_json(pack):
    [violation] = pack.analyze(POLICY, {"policyDocument": '{"Version": "1",\n "Statement": ['})
    assert violation.message.startswith("it.policyDocument:2:15: error RAM001 ")


def test_yaml_is_no_json(pack):
    yaml = "Version: '1'\nStatement:\n- {Effect: Allow, Action: 'ice:GetAvatar', Resource: '*'}\n"
    assert [each.level for each in pack.analyze(POLICY, {"policyDocument": yaml})] == ["mandatory"]


@pytest.mark.parametrize("document", ["[" * 100_000, "x" * 3_000_000, "null", "7", "[]", "\ud83d", "{}"])
def test_any_text_is_answered(document, pack):
    text = document.encode("utf-8", "replace").decode()
    found = pack.analyze(POLICY, {"policyDocument": text})
    assert {each.level for each in found} == {"mandatory"}


@pytest.mark.parametrize("value", [7, True, [], [READER], ["effect"], [[["x"]]]])
def test_any_value_is_answered(value, pack):
    """The provider refuses them: these are for a provider that does not."""
    for name in ("policyDocument", "statements", "version"):
        pack.analyze(POLICY, {name: value})


def test_many_findings_are_cut_short(pack):
    statements = [{"Effect": "Alow", "Action": "ice:GetAvatar", "Resource": "*"}] * 50
    found = pack.analyze(RAM_POLICY, {"document": {"Version": "1", "Statement": statements}})
    assert len(found) == 21
    assert found[-1].message == "it.document: 30 findings more"


def test_other_resources_are_left_alone(pack):
    assert pack.analyze("alicloud:ecs/instance:Instance", {"policyDocument": MISSPELT}) == []


# --- settings --------------------------------------------------------------------------------------------------------

ALL = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


@pytest.mark.parametrize("ignore", [["RAM601"], ["admin-access"], ["RAM6"], {"break-*": ["RAM601"], "x": ["RAM1"]}])
def test_ignored_findings(ignore, pack):
    pack.configure(ram_documents={"ignore": ignore})
    assert pack.analyze(POLICY, {"policyDocument": ALL}, "break-glass") == []
    expected = 1 if isinstance(ignore, dict) else 0
    assert len(pack.analyze(POLICY, {"policyDocument": ALL}, "other")) == expected


def test_levels_of_enforcement(pack):
    pack.configure(ram_documents={"enforcementLevel": "advisory"})
    assert [each.level for each in pack.analyze(POLICY, {"policyDocument": ALL})] == ["advisory"]
    pack.configure(ram_documents={"enforcementLevel": "disabled"})
    assert pack.analyze(POLICY, {"policyDocument": ALL}) == []


def test_severity_that_fails(pack):
    doubtful = READER.replace('"Resource": "*"', '"Resource": "acs:ice:*:*:avatar/a"')
    assert pack.analyze(POLICY, {"policyDocument": doubtful}) == []
    pack.configure(ram_documents={"failOn": "warning"})
    assert [each.message.split()[1] for each in pack.analyze(POLICY, {"policyDocument": doubtful})] == ["warning"]
    pack.configure(ram_documents={"failOn": "error"})
    assert pack.analyze(POLICY, {"policyDocument": ALL}) == []


def test_a_rule_that_is_not_there(pack):
    pack.configure(ram_documents={"ignore": ["admin-acess"]})
    [violation] = pack.analyze(POLICY, {"policyDocument": READER})
    assert violation.level == "mandatory"
    assert violation.message.startswith("ignore: no rule is called 'admin-acess' (did you mean admin-access?)")


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({"mustDeny": ["ice:Delete*"]}, []),
        ({"mustDeny": ["ice:GetAvatar"]}, ["RAM903"]),
        ({"mustDeny": ["ice:Get*", "ram:*"]}, ["RAM903"]),
        ({"mustAllow": ["ice:GetAvatar"]}, []),
        ({"mustAllow": ["ice:ListAvatars"]}, ["RAM901", "RAM902"]),
        ({"mustAllow": {"it": ["ice:GetAvatar"], "other": ["ice:ListAvatars"]}}, []),
        ({"mustAllow": {"i*": ["ice:GetAvatar"], "*": ["ice:ListAvatars"]}}, ["RAM901"]),
    ],
)
def test_lists_of_actions(settings, codes, pack):
    pack.configure(ram_access=settings)
    for type_, props in ((POLICY, {"policyDocument": READER}), (RAM_POLICY, {"document": json.loads(READER)})):
        found = pack.analyze(type_, props)
        assert [each.message.split(" ")[1] for each in found] == codes
        assert all(each.rule == "ram-access" and each.level == "mandatory" for each in found)
        assert all(each.message.startswith("it.") for each in found)


def test_lists_are_for_what_grants(pack):
    """Control policies bound what others grant, and trust policies grant a role, not what it may do."""
    pack.configure(ram_access={"mustDeny": ["*:*"]})
    control = "alicloud:resourcemanager/controlPolicy:ControlPolicy"
    assert pack.analyze(control, {"policyDocument": READER}) == []


def test_lists_and_documents_that_cannot_be_held_to_them(pack):
    pack.configure(ram_access={"mustDeny": ["ice:GetAvatar"]}, ram_documents={"enforcementLevel": "disabled"})
    malformed, sound = pack.analyze(POLICY, {"policyDocument": MISSPELT, "document": READER})
    assert malformed.message.startswith("it.policyDocument: the policy:1:43 at /Statement/0/Effect: ")
    assert sound.message.startswith("it.document: RAM903")
    [unknown] = pack.analyze(POLICY, {"policyDocument": UNKNOWN})
    assert unknown.level == "advisory"
    [granted] = pack.analyze(POLICY, {"policyDocument": READER})
    assert granted.message == (
        "it.policyDocument: RAM903 denied-action-granted: ice:GetAvatar on * is allowed by the policy statement 0, "
        "and must not be"
    )
    pack.configure(ram_access={"mustDeny": ["GetAvatar"]})
    [configured] = pack.analyze(POLICY, {"policyDocument": READER})
    assert '"GetAvatar" is no action' in configured.message


def test_settings_of_a_pack_of_ones_own(own_pack):
    pack = own_pack(
        "ram_policies(ignore=['RAM601'], fail_on='warning', must_deny=['ice:GetAvatar'],"
        " enforcement_level=EnforcementLevel.ADVISORY)"
    )
    assert [(each.rule, each.level) for each in pack.analyze(POLICY, {"policyDocument": READER})] == [
        ("ram-access", "advisory")
    ]
    pack.configure(ram_access={"mustDeny": []})
    assert pack.analyze(POLICY, {"policyDocument": READER}) == []


def test_a_severity_that_is_not_there():
    from pulumi_ice_avatar.crossguard import ram_policies
    from pulumi_ice_avatar.errors import InvalidInputError

    with pytest.raises(InvalidInputError, match="no severity 'fatal': use error, security, warning, suggestion"):
        ram_policies(fail_on="fatal")
