"""Whatever is asked of RAM in whatever order: known answers, and a state that is a good seed."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.codes import CODES
from pulumi_ice_avatar.emulator.ram import RAM
from tests.emulator.ram_calls import TRUST, as_root, document

SEED: dict[str, Any] = {
    "accessKeys": [{"accessKeyId": "root-key-id", "accessKeySecret": "root-key-secret"}],
    "users": [{"userName": "a"}, {"userName": "b"}],
    "groups": [{"groupName": "a", "members": ["b"]}],
    "roles": [{"roleName": "a", "trustPolicy": TRUST}],
    "policies": [{"policyName": "a", "document": document()}],
    "attachments": [{"policyName": "a", "to": "group/a"}],
}

# Few names, so that calls meet each other's traces; now and then nonsense. Every call has the parameters of all
# operations but a few, for those it does not need it does not see.
NAMES = st.sampled_from(["a", "b", "a", "b", "ä", "AliyunICEFullAccess"])
EVERYTHING = st.fixed_dictionaries(
    {
        **{f"{kind}Name": NAMES for kind in ("Policy", "User", "Role", "Group")},
        "PolicyType": st.sampled_from(["Custom", "Custom", "System", "custom"]),
        "PolicyDocument": st.sampled_from([document(), document("ice:*"), TRUST, "{"]),
        "AssumeRolePolicyDocument": st.sampled_from([TRUST, document()]),
        "VersionId": st.sampled_from(["v1", "v2", "v3", "v7", "7"]),
        "SetAsDefault": st.sampled_from(["True", "false", "True", "false", "yes"]),
        "CascadingDelete": st.sampled_from(["True", "false"]),
        "RotateStrategy": st.sampled_from(["None", "DeleteOldestNonDefaultVersionWhenLimitExceeded", "Oldest"]),
        "NewDescription": st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        "ResourceType": st.sampled_from(["policy", "role", "user"]),
        "ResourceNames": st.sampled_from(['["a"]', '["a", "b"]', "[]", "[1]", "a"]),
        "Tag": st.sampled_from(['[{"Key": "k", "Value": "v"}]', '[{"Key": ""}]', "[[]]", "{}"]),
        "TagKeys": st.sampled_from(['["k"]', "[]", "[{}]"]),
        "All": st.sampled_from(["true", "false"]),
        "MaxItems": st.sampled_from(["1", "0", "x"]),
        "UserAccessKeyId": NAMES,
    },
)
NUMBERS = st.integers(0, 17)
CALLS = st.lists(
    st.tuples(st.sampled_from(sorted(RAM.operations)), EVERYTHING, st.sets(NUMBERS, max_size=2)), max_size=15
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CALLS)
def test_any_calls_leave_a_good_state(calls: list[tuple[str, dict[str, str], set[int]]]) -> None:
    with Emulator(SEED) as emulator:
        before = emulator.snapshot()
        for operation, everything, missing in calls:
            parameters = {name: everything[name] for index, name in enumerate(everything) if index not in missing}
            reply = as_root(emulator, operation, parameters)
            if reply.status == 200:
                before = emulator.snapshot() if RAM.operations[operation].changes else before
            else:
                assert reply.status == CODES[reply.code].status < 500
            assert emulator.snapshot() == before, "only a change that was answered with 200 is one"

    assert Emulator(before).snapshot() == before
    for policy in before["policies"]:
        versions = [version["versionId"] for version in policy["versions"]]
        assert policy["defaultVersion"] in versions
        assert len(versions) <= 5
