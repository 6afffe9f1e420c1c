from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator

from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.emulator.seed import DEFAULT_SEED, load
from pulumi_ice_avatar.errors import ConfigurationError
from tests.emulator.wire import call, control

SCHEMA = json.loads((policies() / "schema" / "emulator-seed.schema.json").read_text("utf-8"))
KEY = {"accessKeyId": "emulator-key-id", "accessKeySecret": "emulator-key-secret"}
POLICY = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]}
VERSIONS = [{"versionId": "v4", "document": POLICY}, {"versionId": "v2", "document": POLICY}]
ADMINISTRATOR = {"policyType": "System", "policyName": "AdministratorAccess", "to": "user/a"}
READER = {"policyType": "System", "policyName": "AliyunICEReadOnlyAccess", "to": "user/a"}


def _line(seed: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(seed)
    line = str(caught.value)
    assert "\n" not in line
    assert len(line) < 2000
    return line


def test_the_schema_is_one_and_its_examples_fit() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for example in SCHEMA["examples"]:
        with Emulator(example) as emulator:
            assert call(emulator.endpoint).json["Success"] is True


def test_the_schema_describes_everything() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert {"title", "description"} <= set(definition), name
        for member, schema in definition.get("properties", {}).items():
            assert "$ref" in schema or {"title", "description"} <= set(schema), f"{name}.{member}"
            for example in schema.get("examples", []):
                assert Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}).is_valid(example), f"{name}.{member}"


def test_the_default_seed_serves_the_documented_example() -> None:
    with Emulator() as emulator:
        assert call(emulator.endpoint).json["Data"]["Avatar"]["AvatarId"] == "Avatar-XXXX"
    assert load(None) == json.loads(DEFAULT_SEED.read_text("utf-8"))


def test_a_seed_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"$schema": "x", "accessKeys": [KEY]}).encode())

    with Emulator(path) as emulator, Emulator(str(path)) as other:
        assert len(emulator.avatars) == len(other.avatars) == 0


def test_the_default_seed_shows_what_a_seed_can_say() -> None:
    seed = load(None)
    with Emulator() as emulator:
        statuses = {
            key["accessKeyId"]: call(emulator.endpoint, key=key["accessKeyId"], secret=key["accessKeySecret"]).status
            for key in seed["accessKeys"]
        }
        assert statuses == {"emulator-key-id": 200, "alice-key-id": 200, "bruno-key-id": 403}
        assert control(emulator.endpoint, "GET", "credentials/studio").status == 200
        assert control(emulator.endpoint, "GET", "credentials/studio?principal=user/alice").status == 200
        assert control(emulator.endpoint, "GET", "credentials/studio?principal=user/bruno").status == 403


def test_versions_of_a_seed() -> None:
    policy = {"policyName": "p", "versions": VERSIONS}
    newest = Emulator({"accessKeys": [KEY], "policies": [policy]}).snapshot()["policies"][0]
    assert [version["versionId"] for version in newest["versions"]] == ["v2", "v4"]
    assert (newest["defaultVersion"], newest["nextVersion"]) == ("v4", 5)
    chosen = {**policy, "defaultVersion": "v2", "nextVersion": 9}
    assert (
        Emulator({"accessKeys": [KEY], "policies": [chosen]}).snapshot()["policies"][0].items()
        >= {
            "defaultVersion": "v2",
            "nextVersion": 9,
        }.items()
    )


def test_a_seed_is_copied() -> None:
    seed = {"accessKeys": [KEY], "avatars": [{"AvatarId": "A", "AvatarName": "before"}]}
    emulator = Emulator(seed)
    emulator.avatars["A"]["AvatarName"] = "after"

    assert seed["avatars"] == [{"AvatarId": "A", "AvatarName": "before"}]


@pytest.mark.parametrize(
    ("seed", "problem"),
    [
        ({}, "seed: / lacks accessKeys"),
        ({"accessKeys": []}, "/accessKeys must not be empty"),
        ({"accessKeys": {}}, "/accessKeys has to be an array"),
        ({"accessKeys": [{}]}, "/accessKeys/0 lacks accessKeyId, accessKeySecret"),
        ({"accessKeys": [KEY | {"status": "active"}]}, "/accessKeys/0/status has to be one of Active, Inactive"),
        (
            {"accessKeys": [KEY | {"accessKeyId": "a b"}]},
            "/accessKeys/0/accessKeyId has to be the AccessKey id: 1 to 128",
        ),
        ({"accessKeys": [KEY | {"principal": "alice"}]}, "/accessKeys/0/principal has to be root, user/NAME or"),
        ({"accessKeys": [KEY], "accountId": "me"}, "/accountId has to be the id of the Alibaba Cloud account"),
        ({"accessKeys": [KEY], "avatar": []}, "/ has unknown members: 'avatar'; known are $schema, accountId"),
        ({"accessKeys": [KEY], "avatars": [{"AvatarID": "A"}]}, "/avatars/0 lacks AvatarId"),
        ({"accessKeys": [KEY], "avatars": [{"AvatarId": ""}]}, "/avatars/0/AvatarId must not be empty"),
        (
            {"accessKeys": [KEY], "avatars": [{"AvatarId": "A", "Width": -1}]},
            "/avatars/0/Width must not be less than 0",
        ),
        (
            {"accessKeys": [KEY], "avatars": [{"AvatarId": "A", "Width": 2**31}]},
            "/avatars/0/Width must not be more than",
        ),
        ({"accessKeys": [KEY], "avatars": [{"AvatarId": "A" * 1025}]}, "/avatars/0/AvatarId is longer than 1024"),
        (
            {"accessKeys": [KEY], "systemAvatars": [{"AvatarId": "a", "OutputMask": "no"}]},
            "OutputMask has to be true or",
        ),
        ({"accessKeys": [KEY, KEY]}, "/accessKeys/1/accessKeyId is the same as that of /accessKeys/0"),
        (
            {"accessKeys": [KEY], "avatars": [{"AvatarId": "A"}, {"AvatarId": "B"}, {"AvatarId": "A"}]},
            "/avatars/2/AvatarId is the same as that of /avatars/0",
        ),
        (
            {"accessKeys": [KEY | {"securityToken": "t", "expiration": "2026-02-30T00:00:00Z"}]},
            "/accessKeys/0/expiration has to be a UTC time",
        ),
        (
            {"accessKeys": [KEY | {"expiration": "2026-02-01T00:00:00Z"}]},
            "/accessKeys/0/expiration needs a securityToken",
        ),
        ({"accessKeys": [KEY], "avatars": [{"AvatarId": {1}}]}, "cannot be written as JSON"),
        ({"accessKeys": [KEY | {"principal": "user/alice"}]}, "/accessKeys/0/principal names no user of the seed"),
        (
            {"accessKeys": [KEY | {"principal": "assumed-role/studio/x1"}]},
            "/accessKeys/0/principal names no role of the seed",
        ),
        (
            {"accessKeys": [KEY | {"sessionPolicy": POLICY}]},
            "/accessKeys/0/sessionPolicy needs a principal assumed-role/ROLE/SESSION",
        ),
        ({"accessKeys": [KEY], "sessions": [KEY, KEY]}, "/sessions/1/accessKeyId is the same as that of /sessions/0"),
        (
            {"accessKeys": [KEY], "users": [{"userName": "a b"}]},
            "/users/0/userName has to be a name of 1 to 64 letters",
        ),
        ({"accessKeys": [KEY], "users": [{"userName": "a"}] * 2}, "/users/1/userName is the same as that of /users/0"),
        (
            {"accessKeys": [KEY], "users": [{"userName": "a", "createDate": "2026-02-30T00:00:00Z"}]},
            "/users/0/createDate has to be a UTC time",
        ),
        (
            {"accessKeys": [KEY], "groups": [{"groupName": "g", "members": ["alice"]}]},
            "/groups/0/members/0 names no user of the seed",
        ),
        ({"accessKeys": [KEY], "roles": [{"roleName": "r"}]}, "/roles/0 lacks trustPolicy"),
        (
            {"accessKeys": [KEY], "roles": [{"roleName": "r", "trustPolicy": POLICY}]},
            "/roles/0/trustPolicy is no trust policy: 1:29: RAM117 ",
        ),
        (
            {"accessKeys": [KEY], "roles": [{"roleName": "r", "trustPolicy": 1}]},
            "/roles/0/trustPolicy has to be an object or a text",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p"}]},
            "/policies/0 has to have either document or versions",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "document": POLICY, "versions": VERSIONS}]},
            "/policies/0 has to have either document or versions",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "document": "{"}]},
            "/policies/0/document is no identity policy: 1:1: RAM001 ",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "versions": VERSIONS * 2}]},
            "/policies/0/versions/2/versionId is the same as that of /policies/0/versions/0",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "versions": VERSIONS * 3}]},
            "/policies/0/versions has to be one to five versions",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "versions": VERSIONS, "defaultVersion": "v1"}]},
            "/policies/0/defaultVersion is none of its versions",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "versions": VERSIONS, "nextVersion": 4}]},
            "/policies/0/nextVersion has to be more than 4",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "document": POLICY, "tags": {"": "v"}}]},
            "/policies/0/tags must not be empty",
        ),
        (
            {"accessKeys": [KEY], "policies": [{"policyName": "p", "document": POLICY, "tags": {"k": 1}}]},
            "/policies/0/tags/k has to be a text",
        ),
        (
            {"accessKeys": [KEY], "attachments": [{"policyName": "p", "to": "user/alice"}]},
            "/attachments/0/to names no user of the seed; /attachments/0/policyName names no policy of the seed",
        ),
        (
            {"accessKeys": [KEY], "attachments": [{"policyName": "p", "to": "alice"}]},
            "/attachments/0/to has to be user/NAME, group/NAME or role/NAME",
        ),
        (
            {"accessKeys": [KEY], "users": [{"userName": "a"}], "attachments": [ADMINISTRATOR]},
            "/attachments/0/policyName names no system policy that is known here: AliyunASRCPBDefaultRolePolicy, ",
        ),
        (
            {"accessKeys": [KEY], "users": [{"userName": "a"}], "attachments": [READER, READER]},
            "/attachments/1 is the same as that of /attachments/0",
        ),
    ],
)
def test_what_is_wrong_with_a_seed(seed: dict[str, Any], problem: str) -> None:
    assert problem in _line(seed)


def test_all_problems_in_one_line() -> None:
    line = _line({"accessKeys": [{"accessKeyId": "a", "status": 1}], "avatars": [{"AvatarId": "A", "Height": "1"}]})

    assert line.count(";") == 3
    assert "/accessKeys/0 lacks accessKeySecret" in line
    assert "/avatars/0/Height has to be a whole number" in line


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ":1:1: not JSON"),
        (b'{"accessKeys": [}', ":1:17: not JSON"),
        (b"[]", ": / has to be an object"),
        (b'"\xff"', ": not UTF-8 at byte 1"),
        (b"[" * 1_000_000, ": nested too deeply"),
        (b'{"a":' * 100_000, ": nested too deeply"),
        (b'{"accountId": "1", "accountId": "2"}', ": the member 'accountId' stands twice"),
        (b'{"accountId": Infinity}', ": Infinity is not JSON"),
        (b'{"accountId": ' + b"9" * 10_000 + b"}", ": a number has too many digits"),
        (b'{"accessKeys": [' + b"{}," * 50_000 + b"{}]}", "(and more)"),
        (b'{"' + b"x" * 1_000_000 + b'": 1}', "has unknown members"),
    ],
)
def test_files_that_are_no_seed(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "seed.json"
    path.write_bytes(content)

    line = _line(path)

    assert line.startswith(str(path))
    assert problem in line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert _line(tmp_path / "none.json").endswith("none.json: cannot read the seed file: No such file or directory")
    assert "cannot read the seed file" in _line(tmp_path)


def test_problems_do_not_repeat_secrets() -> None:
    secret = ["hush-hush"]
    line = _line({"accessKeys": [KEY | {"accessKeySecret": secret, "securityToken": "hush hush"}]})

    assert "accessKeySecret" in line
    assert "hush" not in line


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a~/\\ ", max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from([*sorted(SCHEMA["properties"]), "AvatarId", "accessKeyId"]), children, max_size=3
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), json_values))
def test_anything_is_a_seed_or_refused_in_a_line(seed: dict[str, Any]) -> None:
    try:
        Emulator(seed)
    except ConfigurationError as error:
        assert "\n" not in str(error)  # noqa: PT017
