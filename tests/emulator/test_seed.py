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
from tests.emulator.wire import call

SCHEMA = json.loads((policies() / "schema" / "emulator-seed.schema.json").read_text("utf-8"))
KEY = {"accessKeyId": "emulator-key-id", "accessKeySecret": "emulator-key-secret"}


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
