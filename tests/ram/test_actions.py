"""RAM2xx beyond the pages and the corpus: the words for the project's own action, real policies, any text at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.reading.edits import apply

OWN = ("RAM2", "RAM3")


def lint(action, resource="*", **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return ram.lint(json.dumps({"Version": "1", "Statement": [statement]}), select=OWN)


def found(*arguments):
    return [(each.code, each.severity) for each in lint(*arguments)]


@pytest.mark.parametrize(
    ("action", "code", "severity", "words"),
    [
        ("ims:GetAvatar", "RAM203", "warning", "write ice:GetAvatar"),
        ("avatar:GetAvatar", "RAM203", "warning", "write ice:GetAvatar"),
        ("clips:GetAvatar", "RAM202", "warning", "did you mean ice:GetAvatar?"),
        ("ice:GetAvatr", "RAM203", "warning", "did you mean ice:GetAvatar?"),
        ("ice:Avatar", "RAM203", "warning", "no known action Avatar"),
        ("ice:getavatar", "RAM209", "suggestion", "ice:GetAvatar"),
        ("ICE:GetAvatar", "RAM209", "suggestion", "ice:GetAvatar"),
        ("ice:GetAvatar*", "RAM211", "suggestion", "ice:GetAvatarTrainingJob"),
        ("GetAvatar", "RAM201", "error", "did you mean ice:GetAvatar?"),
        ("ice: GetAvatar", "RAM206", "error", 'write "ice:GetAvatar"'),
        ("ice.GetAvatar", "RAM201", "error", 'write "ice:GetAvatar"'),
    ],
)
def test_get_avatar_gets_the_right_word(action, code, severity, words):
    (finding,) = lint(action)
    assert (finding.code, finding.severity) == (code, severity)
    assert words in finding.message


@pytest.mark.parametrize(
    "action", ["ice:GetAvatar", "ice:Get*", "ice:*", "ice:*Avatar", "*", "*:GetAvatar", "i*:GetAvatar"]
)
def test_what_grants_get_avatar_gets_none(action):
    assert lint(action) == []


def test_a_product_name_and_an_operation_together_are_put_right_at_once():
    (finding,) = lint("sls:GetLogs")
    assert finding.message.endswith("write log:GetLogStoreLogs")


def test_an_operation_beside_its_action_is_superfluous_only():
    assert found("oss:HeadObject") == [("RAM208", "warning")]
    assert found(["oss:HeadObject", "oss:Get*"]) == [("RAM208", "suggestion")]


def test_an_unknown_action_of_a_service_known_in_part_is_none_of_our_business():
    assert lint(["rds:GrantOperatorPermission", "ecs:DescribeEverything", "oss:Fetch*", "nowhere:Get*"]) == []


def test_system_policies_have_no_warning_but_the_names_of_operations():
    warnings = [
        (policy.name, finding.code, finding.message.split('"')[1])
        for policy in catalogue.system_policies()
        for statement in policy.statements
        # Of some policies an excerpt alone is known.
        for finding in lint(list(statement.actions), [each for each in statement.resources if ":" in each] or "*")
        if finding.severity in ("error", "warning")
    ]
    # The list of actions of Log Service has no GetCursorTime, the list of its operations says what authorises it.
    assert warnings == [("AliyunAnalyticDBAccessingLogRolePolicy", "RAM208", "log:GetCursorTime")]


FIXED = [
    (["oss.GetObject"], ["oss:GetObject"]),
    (["ecs: CreateInstance", "ecs\u200b:StopInstance"], ["ecs:CreateInstance", "ecs:StopInstance"]),
    # To translate these would change what the policy decides.
    (["s3:GetObject", "lambda:InvokeFunction"], ["s3:GetObject", "lambda:InvokeFunction"]),
    (["ecs:describeinstances", "ECS:stop*"], ["ecs:DescribeInstances", "ecs:Stop*"]),
    (["oss:Get*", "oss:GetObject", "ice:GetAvatar", "ice:GetAvatar"], ["oss:Get*", "ice:GetAvatar"]),
    (["oss:Get*", "OSS:getobject"], ["oss:Get*", "OSS:getobject"]),
]


@pytest.mark.parametrize(("actions", "expected"), FIXED)
def test_fixes(actions, expected):
    text = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
    fixes = [each.fix for each in ram.lint(text, select=OWN) if each.fix]
    assert json.loads(apply(text, fixes)[0])["Statement"][0]["Action"] == expected


ANY = st.one_of(
    st.text(min_size=1, max_size=30),
    st.text("aeGiost:*?. ,s3\u200b：$", min_size=1, max_size=20),
    st.builds(
        "{}:{}".format, st.sampled_from(["ice", "oss", "s3", "sls", "sts", "x", "*", "ECS"]), st.text(max_size=20)
    ),
)


@given(st.lists(ANY, min_size=1, max_size=4))
def test_any_text_ends_in_lines(actions):
    for finding in lint(actions):
        assert finding.message.isprintable(), finding
        assert len(finding.message) < 600


@given(ANY)
def test_a_fixed_action_is_not_found_again(action):
    text = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})
    for finding in ram.lint(text, select=["RAM2"]):
        if finding.fix:
            again = ram.lint(apply(text, [finding.fix])[0], select=[finding.code])
            assert again == []
