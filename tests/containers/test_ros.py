"""Templates of Resource Orchestration Service, through the command line."""

from __future__ import annotations

import json

import pytest

from tests.containers.conftest import marked, policy

VERSION = "2015-09-01"
YAML = """ROSTemplateFormatVersion: '2015-09-01'
Description:
  en: A reader
Parameters:
  Bucket:
    Type: String
Resources:
  Reader:
    Type: ALIYUN::RAM::ManagedPolicy
    Properties:
      PolicyName: !Sub reader-${Bucket}
      PolicyDocument:
        Version: '1'
        Statement:
          - Effect: EFFECT
            Action: &read
              - oss:GetObject
            Resource: !Join ['', ['acs:oss:*:*:', !Ref Bucket, '/*']]
          - Effect: Allow
            Action: *read
            Resource:
              Fn::Sub: acs:oss:*:*:${Bucket}-copy/*
            Condition:
              StringEquals:
                acs:SourceVpc: !Ref Vpc
          - !FindInMap [Statements, !Ref Stage, Writer]
  Bucket:
    Type: ALIYUN::OSS::Bucket
    Properties:
      BucketName: !Ref Bucket
"""


def template(**resources: tuple[str, dict]) -> dict:
    return {
        "ROSTemplateFormatVersion": VERSION,
        "Resources": {name: {"Type": kind, "Properties": body} for name, (kind, body) in resources.items()},
    }


def test_a_bad_policy_in_yaml_is_found_at_its_place(folder):
    text = YAML.replace("EFFECT", "Alow")
    folder.write("stack.yaml", text)
    (finding,) = folder.findings("stack.yaml")
    assert finding["message"] == 'Reader: Effect is "Alow": did you mean Allow?'
    assert finding["pointer"] == "/Resources/Reader/Properties/PolicyDocument/Statement/0/Effect"
    assert marked(text, finding) == "Alow"
    assert finding["line"] == 15


def test_functions_make_no_findings_of_their_own(folder):
    folder.write("stack.yml", YAML.replace("EFFECT", "Allow"))
    done = folder.validate("stack.yml", "--fail-on", "suggestion")
    assert (done.stdout, done.stderr) == ("", "ice-avatar: 1 file checked: nothing found\n")


def test_short_forms_without_number(folder):
    entries = "\n".join(f"            - !Sub acs:oss:*:*:${{Bucket}}-{number}/*" for number in range(300))
    lines = YAML.replace("EFFECT", "Alow").replace(
        "            Resource: !Join ['', ['acs:oss:*:*:', !Ref Bucket, '/*']]", f"            Resource:\n{entries}"
    )
    folder.write("stack.yaml", lines)
    (finding,) = folder.findings("stack.yaml")
    assert marked(lines, finding) == "Alow"


@pytest.mark.parametrize("indent", [None, 2])
def test_every_property_of_the_table_in_json(folder, indent):
    bad = policy("Alow")
    trust = {
        "Version": "1",
        "Statement": [{"Effect": "Alow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}],
    }
    inline = {"Policies": [{"PolicyName": "a", "PolicyDocument": bad}]}
    stack = template(
        Managed=("ALIYUN::RAM::ManagedPolicy", {"PolicyDocument": bad}),
        Unchecked=("ALIYUN::RAM::ManagedPolicy", {"PolicyDocument": bad, "PolicyDocumentUnchecked": bad}),
        Role=("ALIYUN::RAM::Role", {"AssumeRolePolicyDocument": trust, **inline}),
        User=("ALIYUN::RAM::User", inline),
        Group=("ALIYUN::RAM::Group", inline),
        Control=("ALIYUN::ResourceManager::ControlPolicy", {"PolicyDocument": json.dumps(bad)}),
        Bucket=(
            "ALIYUN::OSS::Bucket",
            {"Policy": {"Version": "1", "Statement": [{**bad["Statement"][0], "Principal": ["1234567890123456"]}]}},
        ),
        Other=("ALIYUN::ECS::Instance", {"PolicyDocument": bad}),
    )
    text = json.dumps(stack, indent=indent)
    folder.write("stack.json", text)
    found = folder.findings("stack.json", "--select", "RAM108,RAM1")
    assert [each["pointer"].removeprefix("/Resources/").removesuffix("/Statement/0/Effect") for each in found] == [
        "Managed/Properties/PolicyDocument",
        "Unchecked/Properties/PolicyDocumentUnchecked",
        "Role/Properties/AssumeRolePolicyDocument",
        "Role/Properties/Policies/0/PolicyDocument",
        "User/Properties/Policies/0/PolicyDocument",
        "Group/Properties/Policies/0/PolicyDocument",
        "Control/Properties/PolicyDocument",
        "Bucket/Properties/Policy",
    ]
    assert {marked(text, each) for each in found} == {'"Alow"', r"\"Alow\""}


def test_a_document_that_a_function_gives_is_said(folder):
    folder.write("stack.json", json.dumps(template(A=("ALIYUN::RAM::ManagedPolicy", {"PolicyDocument": {"Ref": "P"}}))))
    done = folder.validate("stack.json")
    assert done.returncode == 2
    assert "stack.json: A: PolicyDocument is worked out by a function of the template: not checked" in done.stderr


@pytest.mark.parametrize(
    ("scalar", "mark"),
    [
        ('|\n        {"Version": "1",\n\n          "Statement": [{STATEMENT}]}\n', '"Alow"'),
        ('\'{"Version": "1", "Statement": [{STATEMENT}]}\'\n', '"Alow"'),
    ],
)
def test_a_text_in_yaml(folder, scalar, mark):
    statement = (
        '"Effect": "Alow", "Principal": ["1234567890123456"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:x/*"'
    )
    text = (
        "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  Bucket:\n    Type: ALIYUN::OSS::Bucket\n"
        f"    Properties:\n      Policy: {scalar.replace('STATEMENT', statement)}"
    )
    folder.write("stack.yaml", text)
    (finding,) = folder.findings("stack.yaml")
    assert marked(text, finding) == mark


def test_a_key_that_stands_twice_in_a_policy(folder):
    text = json.dumps(template(A=("ALIYUN::RAM::ManagedPolicy", {"PolicyDocument": policy()})), indent=1)
    text = text.replace('"Effect": "Allow",', '"Effect": "Allow",\n"Effect": "Allow",')
    folder.write("stack.json", text)
    (finding,) = folder.findings("stack.json")
    assert (finding["code"], marked(text, finding)) == ("RAM005", '"Effect"')
    assert finding["pointer"] == "/Resources/A/Properties/PolicyDocument/Statement/0/Effect"


@pytest.mark.parametrize("name", ["stack.yaml", "stack.json"])
def test_a_torn_template_is_one_line_with_its_place(folder, name):
    text = YAML + "  - [\n" if name.endswith("yaml") else json.dumps(template()) + "{"
    folder.write(name, text)
    done = folder.validate(name)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"ice-avatar: {name}: line " in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_no_policy_found_is_exit_2(folder):
    folder.write("stack.json", json.dumps(template(A=("ALIYUN::ECS::VPC", {}))))
    done = folder.validate("stack.json")
    assert done.returncode == 2
    assert "stack.json: a ROS template without a RAM policy\n" in done.stderr
