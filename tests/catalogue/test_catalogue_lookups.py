"""Looking things up: what is found, in which spelling, and what is left unsaid."""

import re
from fnmatch import translate

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.catalogue import Needed


def test_action_is_found_in_any_case_and_returned_as_documented():
    found = catalogue.action("OSS:getobject")
    assert found.name == "oss:GetObject"
    assert found.level == "get"
    assert found.resources == ("acs:oss:*:*:{bucket_name}/{object_name}",)
    assert found.condition_keys == ("oss:ExistingObjectTag/{tag-key}",)
    assert (found.basis, found.needs_star, found.year) == ("doc", False, None)


def test_lower_case_permission_names_exist():
    assert catalogue.action("pvtz:Read").name == "pvtz:read"


@pytest.mark.parametrize(
    "name", ["oss:HeadObject", "oss:NoSuchThing", "nosuch:GetObject", "oss", "", ":", "../ice:GetAvatar"]
)
def test_unknown_action_is_none(name):
    assert catalogue.action(name) is None


@pytest.mark.parametrize("code", ["../regions", "actions", "", "sls"])
def test_what_is_no_code_has_no_actions(code):
    assert catalogue.service(code) is None
    assert catalogue.actions(code) == ()


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("sls", "log"),
        ("cloudfw", "yundun-cloudfirewall"),
        ("DNS", "alidns"),
        ("kafka", "alikafka"),
        ("sas", None),  # two codes are meant by it
        ("mps", None),  # only an official skill says so
        ("datalake", None),  # only ARNs say so
        ("oss", None),
        ("nosuch", None),
    ],
)
def test_wrong_prefix(prefix, code):
    assert catalogue.wrong_prefix(prefix) == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("osss", "oss"), ("KMSS", "kms"), ("oss", None), ("eci", None), ("ocs", None), ("nosuchservice", None)],
)
def test_near_service(typed, meant):
    assert catalogue.near_service(typed) == meant


def test_product_is_not_taken_for_a_typo():
    assert catalogue.is_product("ECI")
    assert not catalogue.is_product("oss")


@pytest.mark.parametrize(
    ("name", "needs", "is_action"),
    [
        ("oss:headobject", (Needed("oss:GetObject", ""),), False),
        ("log:GetLogs", (Needed("log:GetLogStoreLogs", ""),), False),
        ("kms:ReEncrypt", (Needed("kms:ReEncryptFrom", "source key"), Needed("kms:ReEncryptTo", "target key")), False),
        ("sts:GetCallerIdentity", (), False),
        ("kms:GetSecretValue", (Needed("kms:Decrypt", "also needed when a customer key encrypts the secret"),), True),
        ("odps:GetComputeQuotaPlan", (Needed("odps:GetQuotaPlan", ""),), False),
    ],
)
def test_operation_under_another_action(name, needs, is_action):
    found = catalogue.operation(name)
    assert (found.needs, found.is_action) == (needs, is_action)
    assert (catalogue.action(name) is not None) == is_action


@pytest.mark.parametrize("name", ["ice:GetAvatar", "oss:ListBuckets", "sls:GetLogs", "nosuch:GetLogs"])
def test_operation_under_its_own_action_needs_no_word(name):
    assert catalogue.operation(name) is None


def test_match_expands_a_pattern():
    names = [found.name for found in catalogue.match("ICE:*avatar*")]
    assert "ice:GetAvatar" in names
    assert "ice:ListSmartSysAvatarModels" in names
    assert all("avatar" in name.lower() for name in names)
    assert catalogue.match("ice:GetAvata?") == (catalogue.action("ice:GetAvatar"),)
    assert catalogue.match("ice:[Gg]etAvatar") == catalogue.match("ice:Fetch*") == catalogue.match("nosuch:*") == ()


def test_match_expands_the_service_too():
    assert {found.name.partition(":")[0] for found in catalogue.match("yundun*:List*")} > {"yundun-sas", "yundun-cert"}
    assert catalogue.match("*") == catalogue.match("*:*")


ICE = [found.name for found in catalogue.actions("ice")]
PIECES = st.one_of(
    st.sampled_from(["*", "?", "**", "[", "."]),
    st.sampled_from(ICE).flatmap(lambda name: st.sampled_from([name[4:9], name[-6:], name[4:], name[6:10].upper()])),
)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=4).map("".join))
def test_match_is_wildcard_matching_whatever_the_case(pattern):
    expected = re.compile(translate(f"ice:{pattern}".replace("[", "[[]")), re.IGNORECASE)
    assert {found.name for found in catalogue.match(f"ice:{pattern}")} == {n for n in ICE if expected.fullmatch(n)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ice:GetAvatar", "read"),
        ("ice:SubmitAvatarTrainingJob", "write"),
        ("nosuch:DeleteThing", "write"),
        ("nosuch:GetThing", "read"),
        ("ecs:RunInstances", "write"),
        ("oss:putobject", "write"),
        ("cams:DeleteFlow", "write"),  # its level is `get`
        ("cs:DescribeClusterAttachScripts", "read"),  # its level is `update`
        ("kms:Decrypt", None),
        ("sts:AssumeRole", None),
        ("ram:PassRole", None),
        ("nosuch:RunThing", None),
        ("nosuch:Getaway", None),
        ("", None),
    ],
)
def test_access(name, kind):
    assert catalogue.access(name) == kind


def test_sensitive():
    assert catalogue.sensitive("ram:createaccesskey") == "creates an access key"
    assert catalogue.sensitive("ice:GetAvatar") is None


def test_resource_templates_leave_region_and_account_open():
    assert catalogue.resource_templates("sts") == ("acs:ram::*:role/{RoleName}",)
    assert "acs:ossvector:*:*:{bucket_name}/{index_name}" in catalogue.resource_templates("oss")
    assert catalogue.resource_templates("ice") == ()


@pytest.mark.parametrize(
    ("code", "word", "meant"),
    [
        ("ecs", "instnace", "instance"),
        ("ECS", "instance", None),
        ("ros", "stack_grup", "stack_group"),
        ("oss", "resourcepol", None),  # may be a bucket
        ("ice", "avatr", None),
    ],
)
def test_near_resource_type(code, word, meant):
    assert catalogue.near_resource_type(code, word) == meant


def test_condition_key_is_found_in_any_case():
    assert catalogue.condition_key("ACS:sourceip").name == "acs:SourceIp"
    assert catalogue.condition_key("acs:MFAPresent").when_absent.startswith("absent on AccessKey requests")


@pytest.mark.parametrize(
    ("key", "family"),
    [
        ("acs:ResourceTag/env", "acs:ResourceTag/{tag-key}"),
        ("kms:tag/acs:rds:instance-encryption", "kms:tag/{tag-key}"),
        ("acs:requesttag/项目", "acs:RequestTag/{tag-key}"),
        ("acs:RequestTag/" + "k" * 128, "acs:RequestTag/{tag-key}"),
        ("acs:ResourceTag", None),
        ("acs:ResourceTag/", None),
        ("acs:SourceIp/x", None),
        ("acs:SourceIp/", None),
        ("aws:SourceIp", None),
        ("", None),
    ],
)
def test_tag_key_belongs_to_its_family(key, family):
    found = catalogue.condition_key(key)
    assert (found and found.name) == family


def test_type_that_is_not_documented_is_none():
    assert catalogue.condition_key("log:TLSVersion").type is None
    assert catalogue.condition_key("cs:AddonNames").multivalued


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("acs:SorceIp", "acs:SourceIp"),
        ("SourceIp", "acs:SourceIp"),
        ("RAM:MFAPresent", None),  # RAM may have a key of that name
        ("nosuch:MFAPresent", "acs:MFAPresent"),
        ("acs:RequstTag/owner", "acs:RequestTag/owner"),
        ("acs:ResourceTag", "acs:ResourceTag/{tag-key}"),
        ("acs:SourceIp", None),
        ("acs:SourceIp/x", None),
        ("acs:RAMMFAPresent", None),
        ("acs:RequestTags/owner", None),  # may exist
        ("", None),
    ],
)
def test_near_condition_key(key, meant):
    assert catalogue.near_condition_key(key) == meant


def test_region():
    assert catalogue.region("cn-hangzhou").kind == "public"
    assert catalogue.region("CN-Hangzhou") is None


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("cn-hangzhou-b", ("zone", "cn-hangzhou")),
        ("us-west-1a", ("zone", "us-west-1")),
        ("cn-shanghai-finance-1a", ("zone", "cn-shanghai-finance-1")),
        ("us-east-2", ("aws", None)),
        ("us-east-2a", ("aws", None)),
        ("cn-hangzou", ("typo", "cn-hangzhou")),
        ("CN-Hangzhou", ("typo", "cn-hangzhou")),
        ("cn_hangzhou", ("typo", "cn-hangzhou")),
        ("us-east-9", None),  # may be new
        ("ap-southeast-9", None),
        ("cn-hangzhou", None),
        ("*", None),
        ("", None),
    ],
)
def test_near_region(name, near):
    assert catalogue.near_region(name) == near


@pytest.mark.parametrize(
    ("kind", "name", "ram"),
    [
        ("action", "S3:getobject", "oss:GetObject"),
        ("prefix", "ec2", "ecs"),
        ("condition-key", "aws:SourceIp", "acs:SourceIp"),
        ("condition-key", "aws:ResourceTag/env", "acs:ResourceTag/env"),
        ("arn", "arn:aws:s3:::films/*", "acs:oss:*:*:films/*"),
        ("arn", "arn:aws:iam::123456789012:role/reader", "acs:ram:*:123456789012:role/reader"),
        ("principal-key", "AWS", "RAM"),
        ("service-principal", "ec2.amazonaws.com", "ecs.aliyuncs.com"),
    ],
)
def test_counterpart_of_aws(kind, name, ram):
    assert catalogue.aws(kind, name).ram == ram


def test_what_has_no_counterpart_says_why():
    found = catalogue.aws("action", "iam:PutUserPolicy")
    assert (found.ram, found.fit) == (None, "none")
    assert "inline policies" in found.note


@pytest.mark.parametrize(
    ("kind", "name"),
    [("prefix", "kms"), ("prefix", "acm"), ("prefix", "oss"), ("action", "s3:NoSuchThing"), ("arn", "arn:aws:new:::x")],
)
def test_what_says_nothing_of_aws_has_no_counterpart(kind, name):
    assert catalogue.aws(kind, name) is None


@pytest.mark.parametrize("name", ["nosuch", "tables_", "_HOME_"])
def test_catalogue_has_no_other_names(name):
    with pytest.raises(AttributeError, match=name):
        getattr(catalogue, name)


def test_every_public_name_resolves():
    assert all(getattr(catalogue, name) is not None for name in dir(catalogue))
