"""The real generated client of RAM: every operation, and each code that an operation refuses with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_ram20150501 import models
from alibabacloud_ram20150501.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.choices import CHOICES
from pulumi_ice_avatar.emulator.ram import RAM
from tests.emulator.conftest import SEED, ram_sdk
from tests.emulator.ram_calls import TRUST, as_root, ask, document, refused

_ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"


@pytest.fixture
def ram(emulator: Emulator) -> Client:
    return ram_sdk(emulator)


@pytest.fixture(scope="module")
def unchanged() -> Iterator[Emulator]:
    """For calls that are refused; the SDK needs a while to get acquainted with each new address."""
    with Emulator(SEED) as running:
        before = running.snapshot()
        yield running
        assert running.snapshot() == before


def test_a_policy_is_made_read_and_deleted(ram: Client) -> None:
    text = document() + "  \n"
    tags = [{"Key": "team", "Value": "studio"}]

    made = ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=text, Description="Für alle", Tag=tags)["Policy"]
    read = ask(ram, "GetPolicy", PolicyName="new", PolicyType="Custom")

    assert made["CreateDate"].endswith("Z")
    assert {name: value for name, value in made.items() if name != "CreateDate"} == {
        "PolicyName": "new",
        "PolicyType": "Custom",
        "Description": "Für alle",
        "DefaultVersion": "v1",
    }
    assert read["Policy"].items() >= {**made, "AttachmentCount": 0, "PolicyDocument": "N/A"}.items()
    version = read["DefaultPolicyVersion"]
    assert (version["VersionId"], version["IsDefaultVersion"], version["PolicyDocument"]) == ("v1", True, text)
    assert ask(ram, "ListTagResources", ResourceType="policy", ResourceNames=["new"]) == {
        "TagResources": [
            {"ResourceType": "policy", "ResourceName": "new", "TagKey": "team", "TagValue": "studio"},
        ]
    }

    assert ask(ram, "DeletePolicy", PolicyName="new") == {}
    assert refused(ram, "GetPolicy", PolicyName="new", PolicyType="Custom") == "EntityNotExist.Policy"


def test_asynchronous_calls(emulator: Emulator) -> None:
    async def story() -> Any:
        client = ram_sdk(emulator)
        await client.create_policy_async(models.CreatePolicyRequest(policy_name="new", policy_document=document()))
        await client.attach_policy_to_role_async(
            models.AttachPolicyToRoleRequest(policy_name="new", policy_type="Custom", role_name="studio")
        )
        request = models.ListEntitiesForPolicyRequest(policy_name="new", policy_type="Custom")
        return (await client.list_entities_for_policy_async(request)).body.roles.role[0]

    role = asyncio.run(story())

    assert (role.role_name, role.arn) == ("studio", "acs:ram::1000000000000001:role/studio")
    assert role.attach_date


def test_the_description_changes(ram: Client) -> None:
    changed = ask(ram, "UpdatePolicyDescription", PolicyName="get-avatar", NewDescription="d" * 1024)["Policy"]
    assert changed["Description"] == "d" * 1024

    ask(ram, "UpdatePolicyDescription", PolicyName="get-avatar", NewDescription="")
    assert ask(ram, "GetPolicy", PolicyName="get-avatar", PolicyType="Custom")["Policy"]["Description"] == ""


def _versions(ram: Client) -> list[tuple[str, bool]]:
    listed = ask(ram, "ListPolicyVersions", PolicyName="get-avatar", PolicyType="Custom")["PolicyVersions"]
    return [(each["VersionId"], each["IsDefaultVersion"]) for each in listed["PolicyVersion"]]


def test_versions_come_and_go(ram: Client) -> None:
    for number in range(2, 6):
        made = ask(ram, "CreatePolicyVersion", PolicyName="get-avatar", PolicyDocument=document(f"ice:Get{number}*"))
        assert (made["PolicyVersion"]["VersionId"], made["PolicyVersion"]["IsDefaultVersion"]) == (f"v{number}", False)
    assert _versions(ram) == [("v5", False), ("v4", False), ("v3", False), ("v2", False), ("v1", True)]
    one_more = {"PolicyName": "get-avatar", "PolicyDocument": document("ice:List*")}
    assert refused(ram, "CreatePolicyVersion", **one_more) == "LimitExceeded.Policy.Version"
    assert refused(ram, "CreatePolicyVersion", **one_more, RotateStrategy="None") == "LimitExceeded.Policy.Version"

    made = ask(ram, "CreatePolicyVersion", **one_more, SetAsDefault=True, RotateStrategy=_ROTATE)["PolicyVersion"]
    assert (made["VersionId"], made["IsDefaultVersion"]) == ("v6", True)
    assert _versions(ram) == [("v6", True), ("v5", False), ("v4", False), ("v3", False), ("v1", False)]

    ask(ram, "SetDefaultPolicyVersion", PolicyName="get-avatar", VersionId="v3")
    ask(ram, "DeletePolicyVersion", PolicyName="get-avatar", VersionId="v6")
    assert _versions(ram) == [("v5", False), ("v4", False), ("v3", True), ("v1", False)]
    made = ask(ram, "CreatePolicyVersion", PolicyName="get-avatar", PolicyDocument=document())["PolicyVersion"]
    assert made["VersionId"] == "v7", "a number is not used again"
    read = ask(ram, "GetPolicyVersion", PolicyName="get-avatar", PolicyType="Custom", VersionId="v3")["PolicyVersion"]
    assert (read["PolicyDocument"], read["IsDefaultVersion"]) == (document("ice:Get3*"), True)
    assert ask(ram, "GetPolicy", PolicyName="get-avatar", PolicyType="Custom")["DefaultPolicyVersion"] == read


@pytest.mark.parametrize("kind", ["User", "Role", "Group"])
@pytest.mark.parametrize("policy", [("Custom", "new"), ("System", "AliyunICEFullAccess")])
def test_policies_are_attached_and_detached(ram: Client, kind: str, policy: tuple[str, str]) -> None:
    ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=document(), Description="Look up")
    name = {"User": "bruno", "Role": "studio", "Group": "nobody"}[kind]
    both = {"PolicyType": policy[0], "PolicyName": policy[1]}
    pair = {**both, f"{kind}Name": name}

    def attached() -> list[str]:
        listed = ask(ram, f"ListPoliciesFor{kind}", **{f"{kind}Name": name})["Policies"]["Policy"]
        return [each["PolicyName"] for each in listed]

    before = attached()
    assert refused(ram, f"DetachPolicyFrom{kind}", **pair) == f"EntityNotExist.{kind}.Policy"
    assert ask(ram, f"AttachPolicyTo{kind}", **pair) == {}
    assert attached() == [*before, policy[1]]
    assert refused(ram, f"AttachPolicyTo{kind}", **pair) == f"EntityAlreadyExists.{kind}.Policy"
    assert ask(ram, "GetPolicy", **both)["Policy"]["AttachmentCount"] == 1
    entities = ask(ram, "ListEntitiesForPolicy", **both)
    assert [each[f"{kind}Name"] for each in entities.pop(f"{kind}s")[kind]] == [name]
    assert not [each for listed in entities.values() for each in next(iter(listed.values()))]

    assert ask(ram, f"DetachPolicyFrom{kind}", **pair) == {}
    assert attached() == before
    assert ask(ram, "GetPolicy", **both)["Policy"]["AttachmentCount"] == 0


@pytest.mark.parametrize(("type_", "most"), [("Custom", 10), ("System", 20)])
def test_an_entity_has_so_many_policies(ram: Client, type_: str, most: int) -> None:
    names = [each["PolicyName"] for each in ask(ram, "ListPolicies", PolicyType="System")["Policies"]["Policy"]]
    if type_ == "Custom":
        names = [f"new-{number}" for number in range(11)]
        for name in names:
            ask(ram, "CreatePolicy", PolicyName=name, PolicyDocument=document())
    for name in names[:most]:
        ask(ram, "AttachPolicyToUser", PolicyType=type_, PolicyName=name, UserName="bruno")

    one_more = {"PolicyType": type_, "PolicyName": names[most], "UserName": "bruno"}
    assert refused(ram, "AttachPolicyToUser", **one_more) == "LimitExceeded.User.Policy"
    ask(ram, "AttachPolicyToRole", PolicyType=type_, PolicyName=names[most], RoleName="studio")


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("User", "bruno", "DeleteConflict.Policy.User"),
        ("Group", "nobody", "DeleteConflict.Policy.Group"),
        ("Role", "studio", "DeleteConflict.Role.Policy"),
    ],
)
def test_a_policy_in_use_is_not_deleted(ram: Client, kind: str, name: str, code: str) -> None:
    ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=document())
    ask(ram, f"AttachPolicyTo{kind}", PolicyType="Custom", PolicyName="new", **{f"{kind}Name": name})

    assert refused(ram, "DeletePolicy", PolicyName="new", CascadingDelete=True) == code
    ask(ram, f"DetachPolicyFrom{kind}", PolicyType="Custom", PolicyName="new", **{f"{kind}Name": name})
    assert ask(ram, "DeletePolicy", PolicyName="new", CascadingDelete=True) == {}


def test_a_policy_with_versions_is_deleted_with_them(ram: Client) -> None:
    ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=document())
    ask(ram, "CreatePolicyVersion", PolicyName="new", PolicyDocument=document("ice:*"))

    assert refused(ram, "DeletePolicy", PolicyName="new") == "DeleteConflict.Policy.Version"
    assert refused(ram, "DeletePolicy", PolicyName="new", CascadingDelete=False) == "DeleteConflict.Policy.Version"
    assert ask(ram, "DeletePolicy", PolicyName="new", CascadingDelete=True) == {}


def test_policies_are_listed_in_pages_and_by_tag(ram: Client) -> None:
    for number in range(3):
        tags = [{"Key": "n", "Value": str(number)}, {"Key": "all"}]
        ask(ram, "CreatePolicy", PolicyName=f"new-{number}", PolicyDocument=document(), Tag=tags)

    def names(answer: dict[str, Any]) -> list[str]:
        return [each["PolicyName"] for each in answer["Policies"]["Policy"]]

    first = ask(ram, "ListPolicies", PolicyType="Custom", MaxItems=3)
    rest = ask(ram, "ListPolicies", PolicyType="Custom", MaxItems=3, Marker=first["Marker"])
    assert (names(first), first["IsTruncated"]) == (["get-avatar", "new-0", "new-1"], True)
    assert (names(rest), rest["IsTruncated"], "Marker" in rest) == (["new-2"], False, False)
    assert names(ask(ram, "ListPolicies", Tag=[{"Key": "n", "Value": "1"}, {"Key": "all", "Value": ""}])) == ["new-1"]
    tagged = ask(ram, "ListPolicies", Tag=[{"Key": "n", "Value": "2"}])["Policies"]["Policy"][0]
    assert {"TagKey": "n", "TagValue": "2"} in tagged["Tags"]["Tag"]
    everything = ask(ram, "ListPolicies", MaxItems=1000)["Policies"]["Policy"]
    assert {"AliyunICEFullAccess", "AliyunICEReadOnlyAccess", "get-avatar"} <= {
        each["PolicyName"] for each in everything
    }
    assert {each["PolicyType"] for each in everything} == {"System", "Custom"}


def test_system_policies_are_there(ram: Client) -> None:
    read = ask(ram, "GetPolicy", PolicyName="AliyunICEReadOnlyAccess", PolicyType="System")

    assert json.loads(read["DefaultPolicyVersion"]["PolicyDocument"]) == {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": ["ice:Get*", "ice:List*", "ice:Describe*"], "Resource": ["acs:ice:*:*:*"]}
        ],
    }
    assert refused(ram, "GetPolicy", PolicyName="get-avatar", PolicyType="System") == "EntityNotExist.Policy"
    assert refused(ram, "DeletePolicy", PolicyName="AliyunICEReadOnlyAccess") == "EntityNotExist.Policy"


@pytest.mark.parametrize(("kind", "name"), [("policy", "get-avatar"), ("role", "studio")])
def test_tags(ram: Client, kind: str, name: str) -> None:
    def tags() -> dict[str, str]:
        listed = ask(ram, "ListTagResources", ResourceType=kind, ResourceNames=[name])["TagResources"]
        return {each["TagKey"]: each["TagValue"] for each in listed}

    where = {"ResourceType": kind, "ResourceNames": [name]}
    ask(ram, "TagResources", **where, Tag=[{"Key": "a", "Value": "1"}, {"Key": "中", "Value": "é & +"}])
    ask(ram, "TagResources", **where, Tag=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}])
    assert tags() == {"a": "2", "中": "é & +", "b": ""}
    ask(ram, "UntagResources", **where, TagKeys=["a", "not-there"])
    assert tags() == {"中": "é & +", "b": ""}
    page = ask(ram, "ListTagResources", ResourceType=kind, PageSize=1)
    rest = ask(ram, "ListTagResources", ResourceType=kind, PageSize=1, NextToken=page["NextToken"])
    assert [page["TagResources"][0]["TagKey"], rest["TagResources"][0]["TagKey"]] == ["中", "b"]
    assert "NextToken" not in rest
    ask(ram, "UntagResources", **where, All=True)
    assert tags() == {}


def test_users_and_their_keys(emulator: Emulator, ram: Client) -> None:
    made = ask(ram, "CreateUser", UserName="carla", DisplayName="Carla", Comments="new")["User"]
    assert ask(ram, "GetUser", UserName="carla")["User"] == made
    assert made.items() >= {"UserName": "carla", "DisplayName": "Carla", "Comments": "new"}.items()
    assert refused(ram, "CreateUser", UserName="carla") == "EntityAlreadyExists.User"
    keys = [ask(ram, "CreateAccessKey", UserName="carla")["AccessKey"] for _ in range(2)]
    assert refused(ram, "CreateAccessKey", UserName="carla") == "LimitExceeded.User.AccessKey"

    first = {"access_key_id": keys[0]["AccessKeyId"], "access_key_secret": keys[0]["AccessKeySecret"]}
    assert refused(ram_sdk(emulator, **first), "GetUser", UserName="carla") == "NoPermission"
    assert refused(ram, "DeleteUser", UserName="carla") == "DeleteConflict.User.AccessKey"
    for key in keys:
        ask(ram, "DeleteAccessKey", UserName="carla", UserAccessKeyId=key["AccessKeyId"])
    assert refused(ram_sdk(emulator, **first), "GetUser", UserName="carla") == "InvalidAccessKeyId.NotFound"
    gone = refused(ram, "DeleteAccessKey", UserName="carla", UserAccessKeyId=keys[0]["AccessKeyId"])
    assert gone == "EntityNotExist.User.AccessKey"
    pair = {"PolicyType": "Custom", "PolicyName": "get-avatar", "UserName": "carla"}
    ask(ram, "AttachPolicyToUser", **pair)
    assert refused(ram, "DeleteUser", UserName="carla") == "DeleteConflict.User.Policy"
    ask(ram, "DetachPolicyFromUser", **pair)
    assert ask(ram, "DeleteUser", UserName="carla") == {}
    assert refused(ram, "GetUser", UserName="carla") == "EntityNotExist.User"
    assert refused(ram, "DeleteUser", UserName="alice") == "DeleteConflict.User.Group"


def test_roles(ram: Client) -> None:
    made = ask(
        ram,
        "CreateRole",
        RoleName="stage",
        AssumeRolePolicyDocument=TRUST,
        Description="d",
        MaxSessionDuration=7200,
        Tag=[{"Key": "a", "Value": "1"}],
    )["Role"]
    assert ask(ram, "GetRole", RoleName="stage")["Role"] == made
    assert made["Arn"] == "acs:ram::1000000000000001:role/stage"
    assert (made["AssumeRolePolicyDocument"], made["MaxSessionDuration"]) == (TRUST, 7200)
    assert refused(ram, "CreateRole", RoleName="stage", AssumeRolePolicyDocument=TRUST) == "EntityAlreadyExists.Role"
    pair = {"PolicyType": "Custom", "PolicyName": "get-avatar", "RoleName": "stage"}
    ask(ram, "AttachPolicyToRole", **pair)
    assert refused(ram, "DeleteRole", RoleName="stage") == "DeleteConflict.Role.Policy"
    ask(ram, "DetachPolicyFromRole", **pair)
    assert ask(ram, "DeleteRole", RoleName="stage") == {}
    assert refused(ram, "GetRole", RoleName="stage") == "EntityNotExist.Role"


P, C = {"PolicyName": "get-avatar"}, {"PolicyName": "get-avatar", "PolicyType": "Custom"}
NEW = {"PolicyName": "new", "PolicyDocument": document()}


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("CreatePolicy", {"PolicyDocument": document()}, "MissingParameter"),
        ("CreatePolicy", {"PolicyName": "new"}, "MissingParameter"),
        ("CreatePolicy", NEW | {"PolicyName": ""}, "MissingParameter"),
        ("CreatePolicy", NEW | {"PolicyName": "a" * 129}, "InvalidParameter.PolicyName.Length"),
        ("CreatePolicy", NEW | {"PolicyName": "new_one"}, "InvalidParameter.PolicyName.InvalidChars"),
        ("CreatePolicy", NEW | {"PolicyName": "新"}, "InvalidParameter.PolicyName.InvalidChars"),
        ("CreatePolicy", NEW | {"PolicyName": "get-avatar"}, "EntityAlreadyExists.Policy"),
        ("CreatePolicy", NEW | {"Description": "d" * 1025}, "InvalidParameter.Description.Length"),
        ("CreatePolicy", NEW | {"PolicyDocument": document() + " " * 6144}, "InvalidParameter.PolicyDocument.Length"),
        ("CreatePolicy", NEW | {"Tag": [{"Key": str(n)} for n in range(21)]}, "InvalidParameter"),
        ("CreatePolicy", NEW | {"Tag": [{"Value": "no key"}]}, "InvalidParameter"),
        ("CreatePolicy", NEW | {"Tag": [{"Key": "k" * 129}]}, "InvalidParameter"),
        ("CreatePolicy", NEW | {"Tag": [{"Key": "k", "Value": "v" * 257}]}, "InvalidParameter"),
        ("CreatePolicy", NEW | {"Tag": [{"Key": "k"}, {"Key": "k"}]}, "InvalidParameter"),
        ("CreatePolicyVersion", P | {"PolicyDocument": document(), "RotateStrategy": "Oldest"}, "InvalidParameter"),
        ("CreatePolicyVersion", P | {"PolicyDocument": "{}"}, "MalformedPolicyDocument"),
        ("CreatePolicyVersion", {"PolicyName": "nope", "PolicyDocument": document()}, "EntityNotExist.Policy"),
        ("GetPolicy", P | {"PolicyType": "custom"}, "InvalidParameter.PolicyType"),
        ("GetPolicy", P, "MissingParameter"),
        ("GetPolicyVersion", C | {"VersionId": "v2"}, "EntityNotExist.Policy.Version"),
        ("GetPolicyVersion", C | {"VersionId": "2"}, "InvalidParameter.VersionId.Format"),
        ("GetPolicyVersion", C | {"VersionId": "v02"}, "InvalidParameter.VersionId.Format"),
        ("SetDefaultPolicyVersion", P | {"VersionId": "v9"}, "EntityNotExist.Policy.Version"),
        ("DeletePolicyVersion", P | {"VersionId": "v1"}, "DeleteConflict.Policy.Version.Default"),
        ("DeletePolicyVersion", P | {"VersionId": "v9"}, "EntityNotExist.Policy.Version"),
        ("UpdatePolicyDescription", P | {"NewDescription": "d" * 1025}, "InvalidParameter.Description.Length"),
        ("ListPolicies", {"MaxItems": 1001}, "InvalidParameter"),
        ("ListPolicies", {"Marker": "somewhere"}, "InvalidParameter"),
        ("ListPolicies", {"PolicyType": "Mine"}, "InvalidParameter.PolicyType"),
        ("AttachPolicyToUser", C | {"UserName": "nobody"}, "EntityNotExist.User"),
        ("AttachPolicyToRole", C | {"RoleName": "nobody"}, "EntityNotExist.Role"),
        ("AttachPolicyToGroup", C | {"GroupName": "alice"}, "EntityNotExist.Group"),
        ("AttachPolicyToUser", C | {"PolicyName": "nope", "UserName": "alice"}, "EntityNotExist.Policy"),
        ("AttachPolicyToUser", C | {"UserName": "a" * 65}, "InvalidParameter.UserName.Length"),
        ("AttachPolicyToUser", C | {"UserName": "a/b"}, "InvalidParameter.UserName.InvalidChars"),
        ("AttachPolicyToRole", C | {"RoleName": "a" * 65}, "InvalidParameter.RoleName.Length"),
        ("AttachPolicyToRole", C | {"RoleName": "a b"}, "InvalidParameter.RoleName.InvalidChars"),
        ("AttachPolicyToGroup", C | {"GroupName": "a" * 65}, "InvalidParameter.GroupName.Length"),
        ("AttachPolicyToGroup", C | {"GroupName": "a:b"}, "InvalidParameter.GroupName.InvalidChars"),
        ("ListPoliciesForUser", {"UserName": "nobody"}, "EntityNotExist.User"),
        ("TagResources", {"ResourceType": "user", "ResourceNames": ["alice"]}, "InvalidParameter"),
        ("TagResources", {"ResourceType": "policy", "ResourceNames": ["get-avatar"]}, "MissingParameter"),
        (
            "TagResources",
            {"ResourceType": "policy", "ResourceNames": ["nope"], "Tag": [{"Key": "a"}]},
            "EntityNotExist.Policy",
        ),
        ("TagResources", {"ResourceType": "role", "Tag": [{"Key": "a"}]}, "MissingParameter"),
        ("UntagResources", {"ResourceType": "role", "ResourceNames": ["studio"]}, "MissingParameter"),
        (
            "UntagResources",
            {"ResourceType": "role", "ResourceNames": ["n"] * 51, "TagKeys": ["a"]},
            "InvalidParameter",
        ),
        ("CreateUser", {"UserName": "a", "DisplayName": "d" * 129}, "InvalidParameter.DisplayName.Length"),
        ("CreateUser", {"UserName": "a", "Comments": "d" * 129}, "InvalidParameter.Comments.Length"),
        ("CreateRole", {"RoleName": "a", "AssumeRolePolicyDocument": document()}, "MalformedPolicyDocument"),
        (
            "CreateRole",
            {"RoleName": "a", "AssumeRolePolicyDocument": TRUST, "MaxSessionDuration": 1},
            "InvalidParameter",
        ),
    ],
)
def test_what_is_refused(unchanged: Emulator, operation: str, parameters: dict[str, Any], code: str) -> None:
    assert refused(ram_sdk(unchanged), operation, **parameters) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("Version: 1\nStatement: []", "1:1: RAM001"),
        ("[]", "RAM012"),
        ('{"Version":"1","Statement":[{"Effect":"ALLOW","Action":"ice:*","Resource":"*"}]}', "1:39: RAM108"),
        ('{"Version":"1","Statement":[{"Effect":"Allow","Resource":"*"}]}', "RAM109"),
        ('{"Statement":[{"Effect":"Allow","Action":"ice:*","Resource":"*"}]}', "RAM101"),
        ('{"Version":"1","Statement":[]}', "RAM105"),
        (document(Condition={"Null": {"acs:SourceIp": "true"}}), "RAM402"),
        (document(Condition={"IpAddress": {"acs:SourceIp": "10.0.0.256"}}), "is not an IP address"),
        (document(Principal={"RAM": ["acs:ram::1:root"]}), "RAM116"),
        (document("GetAvatar"), "can match no action"),
        ('{"Version":"1","Version":"1","Statement":[]}', "RAM005"),
        ("[" * 3000, "RAM001"),
    ],
)
def test_documents_that_are_no_policies(unchanged: Emulator, text: str, said: str) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        ask(ram_sdk(unchanged), "CreatePolicy", PolicyName="new", PolicyDocument=text)

    assert caught.value.code == ("MalformedPolicyDocument" if text else "MissingParameter")
    assert caught.value.status_code == 400
    assert said in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        document("s3:GetObject"),  # names are not checked by the service
        document(Resource="acs::ram::*"),
        document(Sid="mine"),
        document(Condition={"StringLike": {"acs:ResourceTag/部门": ["媒体", ""]}}),
        document(Condition={}),
    ],
)
def test_documents_that_the_service_takes(ram: Client, text: str) -> None:
    ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=text)

    read = ask(ram, "GetPolicy", PolicyName="new", PolicyType="Custom")["DefaultPolicyVersion"]
    assert read["PolicyDocument"] == text


def test_the_longest_document_arrives(emulator: Emulator, ram: Client) -> None:
    """Percent-encoded it makes a URL of more than 50,000 characters."""
    filler = document(Sid="中" * 6000)
    text = json.dumps(json.loads(filler), ensure_ascii=False)
    text += " " * (6144 - len(text))

    ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=text)
    assert refused(ram, "CreatePolicyVersion", PolicyName="new", PolicyDocument=f"{text} ") == (
        "InvalidParameter.PolicyDocument.Length"
    )
    assert emulator.requests[0].parameters["PolicyDocument"] == text


@pytest.mark.parametrize("text", ["true", "True", "TRUE"])
def test_booleans_in_any_case(emulator: Emulator, text: str) -> None:
    good = {"PolicyName": "get-avatar", "PolicyDocument": document(), "SetAsDefault": text}

    reply = as_root(emulator, "CreatePolicyVersion", good)
    assert reply.json["PolicyVersion"]["IsDefaultVersion"] is True
    assert as_root(emulator, "CreatePolicyVersion", {**good, "SetAsDefault": "yes"}).code == "InvalidParameter"


@pytest.mark.parametrize("text", ["{", "{}", "1", '"a"', "[" * 50_000, "null"])
def test_lists_that_are_none(unchanged: Emulator, text: str) -> None:
    parameters = {"ResourceType": "policy", "ResourceNames": '["get-avatar"]', "Tag": text}

    reply = as_root(unchanged, "TagResources", parameters)

    assert reply.code == "InvalidParameter"
    assert CHOICES["ram-parameters"].known in reply.json["Message"]


@pytest.mark.parametrize("keys", ["[{}]", '["k", 1]', "[null]", f'["{"k" * 129}"]', '[""]'])
def test_tag_keys_that_are_none(unchanged: Emulator, keys: str) -> None:
    parameters = {"ResourceType": "policy", "ResourceNames": '["get-avatar"]', "TagKeys": keys}

    assert as_root(unchanged, "UntagResources", parameters).code == "InvalidParameter"


def test_the_services_own_host(emulator: Emulator) -> None:
    assert as_root(emulator, "ListPolicies", {}, host="ram.aliyuncs.com").status == 200
    assert as_root(emulator, "ListPolicies", {}, host="ice.aliyuncs.com").code == "InvalidApi.NotFound"
    other = as_root(emulator, "ListVirtualMFADevices", {})
    assert other.code == "InvalidApi.NotFound"
    assert "CreatePolicyVersion" in other.json["Message"]
    assert "GetAvatar" not in other.json["Message"]


@pytest.mark.parametrize("operation", sorted(name for name in RAM.operations if not name.startswith("Delete")))
def test_nothing_is_answered_that_the_sdk_does_not_know(emulator: Emulator, ram: Client, operation: str) -> None:
    """The generated model drops what it does not know, so the raw answer is compared with what came through it."""
    ask(ram, "CreatePolicy", PolicyName="new", PolicyDocument=document(), Tag=[{"Key": "a"}])
    ask(ram, "AttachPolicyToRole", PolicyName="new", PolicyType="Custom", RoleName="studio")
    ask(ram, "AttachPolicyToUser", PolicyName="new", PolicyType="Custom", UserName="bruno")
    ask(ram, "AttachPolicyToGroup", PolicyName="new", PolicyType="Custom", GroupName="nobody")
    parameters = {
        "PolicyName": "made" if operation == "CreatePolicy" else "new",
        "PolicyType": "Custom",
        "PolicyDocument": document(),
        "VersionId": "v1",
        "UserName": {"CreateUser": "carla", "AttachPolicyToUser": "alice"}.get(operation, "bruno"),
        "RoleName": "stage" if operation == "CreateRole" else "studio",
        "GroupName": "presenters" if operation == "AttachPolicyToGroup" else "nobody",
        "AssumeRolePolicyDocument": TRUST,
        "ResourceType": "policy",
    }
    if operation in ("TagResources", "UntagResources", "ListTagResources"):
        parameters |= {"ResourceNames": '["new"]', "Tag": '[{"Key": "a"}]', "TagKeys": '["a"]'}
    if operation == "ListPolicies":
        parameters |= {"MaxItems": "1"}
    if operation == "AttachPolicyToRole":
        ask(ram, "DetachPolicyFromRole", PolicyName="new", PolicyType="Custom", RoleName="studio")

    reply = as_root(emulator, operation, parameters)

    assert reply.status == 200, reply.json
    through = getattr(models, f"{operation}ResponseBody")().from_map(reply.json).to_map()
    assert through == reply.json


def test_every_operation_has_its_own_permission() -> None:
    assert {name: operation.permission for name, operation in RAM.operations.items()} == {
        name: f"ram:{name}" for name in RAM.operations
    }
    assert {name for name, operation in RAM.operations.items() if not operation.changes} == {
        name for name in RAM.operations if name.startswith(("Get", "List"))
    }


def test_the_seed_is_whole(emulator: Emulator, ram: Client) -> None:
    listed = ask(ram, "ListEntitiesForPolicy", PolicyName="AliyunICEReadOnlyAccess", PolicyType="System")
    assert [(each["GroupName"], each["Comments"]) for each in listed["Groups"]["Group"]] == [
        ("presenters", "They look avatars up")
    ]
    snapshot = emulator.snapshot()
    assert {room: len(records) for room, records in snapshot.items() if isinstance(records, list)} == {
        room: len(SEED[room]) for room in SEED if isinstance(SEED[room], list)
    }
    with Emulator(snapshot) as again:
        assert again.snapshot() == snapshot
