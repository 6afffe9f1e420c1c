"""Argument > `ice-avatar:` config > `alicloud:` config > environment > default, for every setting there is."""

from __future__ import annotations

import itertools
import json

import pytest

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.errors import ConfigurationError
from tests.support.world import SENTINEL

ROWS = {row.name: row for row in settings.SETTINGS}


def places(row):
    """Where a setting can come from, the strongest first: a name, and how to put a value there."""
    yield "argument", lambda value: ("arguments", row.name, value)
    yield f"config ice-avatar:{row.config}", lambda value: ("config", f"ice-avatar:{row.config}", value)
    if row.alicloud:
        key, _, path = row.alicloud.partition(".")
        source = f"config alicloud:{key}{'.' if path else ''}{path}"
        yield source, lambda value: ("config", f"alicloud:{key}", json.dumps({path: value}) if path else value)
    for variable in row.environment:
        yield f"environment {variable}", lambda value, variable=variable: ("environment", variable, value)


@pytest.mark.parametrize("row", settings.SETTINGS, ids=lambda row: row.name)
def test_strongest_place_wins_whatever_else_is_set(row):
    known = list(places(row))
    for chosen in itertools.product([True, False], repeat=len(known)):
        given = {"arguments": {}, "config": {}, "environment": {}}
        expected = settings.Resolved(row.default, "default")
        for number, ((source, put), is_set) in reversed(list(enumerate(zip(known, chosen, strict=True)))):
            if is_set:
                where, name, value = put(f"value-{number}")
                given[where][name] = value
                expected = settings.Resolved(f"value-{number}", source)
        found = settings.resolve(given["config"].get, given["environment"], **given["arguments"])
        assert found[row.name] == expected
        others = {name: each for name, each in found.items() if name != row.name}
        # The two roles share what other providers of the stack assume; nothing else shares anything.
        shared = {"role_arn", "ram_role_arn"} if row.name in ("role_arn", "ram_role_arn") else set()
        assert {name for name, each in others.items() if each.source != "default"} <= shared


@pytest.mark.parametrize("row", settings.SETTINGS, ids=lambda row: row.name)
def test_empty_values_count_as_not_set(row):
    given = {"arguments": {}, "config": {}, "environment": {}}
    for _, put in places(row):
        where, name, value = put("")
        given[where][name] = value
    found = settings.resolve(given["config"].get, given["environment"], **given["arguments"])
    assert found[row.name] == settings.Resolved(row.default, "default")


def load(config=None, environment=None, **arguments):
    return settings.load((config or {}).get, environment or {}, **arguments)


@pytest.mark.parametrize("as_text", [json.dumps, dict], ids=["JSON text", "object"])
def test_role_of_the_alicloud_provider(as_text):
    role = {"roleArn": "acs:ram::1:role/studio", "sessionName": "pulumi", "externalId": "x", "sessionExpiration": 900}
    found = load({"alicloud:assumeRole": as_text(role), "alicloud:region": "cn-beijing"})
    assert (found.role_arn, found.role_session_name, found.role_external_id) == (
        "acs:ram::1:role/studio",
        "pulumi",
        "x",
    )
    assert load({"alicloud:assumeRole": "{}"}, region="cn-x").role_arn is None
    assert load({"alicloud:assumeRole": "[]"}, region="cn-x").role_arn is None
    for text in ("roleArn", "{", "[" * 100_000):
        with pytest.raises(ConfigurationError, match="alicloud:assumeRole is not a JSON object; set it with `--path`"):
            load({"alicloud:assumeRole": text}, region="cn-x")


@pytest.mark.parametrize("region", settings.REGIONS)
def test_documented_endpoint_is_explicit(region):
    assert load(region=region).endpoint == f"ice.{region}.aliyuncs.com"
    assert load(region=region, network="vpc").endpoint == f"ice-vpc.{region}.aliyuncs.com"
    assert load(region=region).protocol == "https"


def test_documented_endpoints_are_not_those_that_the_sdk_would_choose():
    """The reason for being explicit: for five of the six regions the generated client goes elsewhere."""
    from alibabacloud_ice20201109.client import Client
    from alibabacloud_tea_openapi.utils_models import Config

    chosen = {
        region: Client(Config(access_key_id="a", access_key_secret="b", region_id=region))._endpoint
        for region in settings.REGIONS
    }
    assert [region for region in settings.REGIONS if chosen[region] != load(region=region).endpoint] == [
        "cn-beijing",
        "cn-hangzhou",
        "cn-shenzhen",
        "ap-southeast-1",
        "us-west-1",
    ]


@pytest.mark.parametrize(
    ("value", "endpoint", "protocol"),
    [
        ("ice.cn-shanghai.aliyuncs.com", "ice.cn-shanghai.aliyuncs.com", "https"),
        ("https://ice.cn-shanghai.aliyuncs.com/", "ice.cn-shanghai.aliyuncs.com", "https"),
        ("http://127.0.0.1:4010", "127.0.0.1:4010", "http"),
        ("HTTP://localhost:4010", "localhost:4010", "http"),
        ("localhost:4010", "localhost:4010", "https"),
        ("http://[::1]:4010", "[::1]:4010", "http"),
    ],
)
def test_endpoint(value, endpoint, protocol):
    found = load(endpoint=value)
    assert (found.endpoint, found.protocol, found.region) == (endpoint, protocol, None)
    assert load(endpoint=value, region="cn-shanghai").region == "cn-shanghai"


BAD_ENDPOINTS = [
    "ftp://host", "http://", "https://", "://", "http://host/path", "http://host?query", "host#fragment", "a b", "a..b",
    ".a", "http://user@host", "http://host:port", "http://host:99999", "http://host:-1", "[::1", "http://[zz]", "a\nb",
    "中文.example", "a" * 64, ".".join(["a" * 60] * 5), "x" * 100_000, "file:///etc/passwd", "{}", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("value", BAD_ENDPOINTS, ids=lambda value: repr(value[:20]))
def test_bad_endpoint(value):
    with pytest.raises(ConfigurationError, match=r"^endpoint .*\(argument\) is not a host or an http") as raised:
        load(endpoint=value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.default and row.default.isdigit()])
@pytest.mark.parametrize("value", ["", "0", "-1", "nan", "inf", "1e999", "x", "1,5", " ", "5 s", "0x10", "9" * 5000])
def test_bad_numbers(name, value):
    allowed = {"retries": ["0"]}
    if value == "" or value in allowed.get(name, []):
        load(region="cn-x", **{name: value})
        return
    with pytest.raises(ConfigurationError, match=rf"^{name} .*\(environment {ROWS[name].environment[0]}\) is not a"):
        load({}, {ROWS[name].environment[0]: value}, region="cn-x")


def test_whole_numbers_are_whole():
    assert load(region="cn-x", concurrency="8", retries=0).concurrency == 8
    for name in ("concurrency", "retries"):
        with pytest.raises(ConfigurationError, match=f"{name} '1.5' .argument. is not a whole number"):
            load(region="cn-x", **{name: 1.5})
    assert load(region="cn-x", timeout="0.5").timeout == 0.5


KEYS = {"ICE_AVATAR_ACCESS_KEY": "key", "ICE_AVATAR_SECRET_KEY": "secret", "ICE_AVATAR_SECURITY_TOKEN": "token"}


def test_kind_of_credentials_that_is_named_first_wins():
    """A profile given as an argument must not lose to a key that happens to be in the environment."""
    found = load({}, KEYS, region="cn-x", profile="studio")
    assert (found.profile, found.access_key, found.secret_key, found.security_token) == ("studio", None, None, None)
    found = load({"alicloud:profile": "studio"}, KEYS, region="cn-x")
    assert (found.profile, found.access_key) == ("studio", None)
    found = load({"ice-avatar:profile": "studio", "alicloud:accessKey": "a", "alicloud:secretKey": "b"}, region="cn-x")
    assert (found.profile, found.access_key) == ("studio", None)
    found = load({"alicloud:profile": "studio", "ice-avatar:accessKey": "a", "ice-avatar:secretKey": "b"}, region="x")
    assert (found.profile, found.access_key) == (None, "a")
    found = load({}, {**KEYS, "ICE_AVATAR_CREDENTIALS_URI": "http://127.0.0.1:9"}, region="cn-x", profile="studio")
    assert (found.profile, found.access_key, found.credentials_uri) == ("studio", None, None)


def test_of_equal_rank_the_key_wins():
    found = load({}, {**KEYS, "ICE_AVATAR_PROFILE": "studio"}, region="cn-x")
    assert (found.access_key, found.security_token, found.profile) == ("key", "token", None)


@pytest.mark.parametrize("missing", ["ICE_AVATAR_ACCESS_KEY", "ICE_AVATAR_SECRET_KEY"])
def test_half_a_key_pair(missing):
    rest = {name: value for name, value in KEYS.items() if name != missing}
    with pytest.raises(ConfigurationError, match=r"but (access_key|secret_key) is not; set both, or neither"):
        load({}, rest, region="cn-x")


def test_no_repr_shows_a_secret():
    config = {
        "alicloud:accessKey": "key",
        "alicloud:secretKey": f"secret-{SENTINEL}",
        "alicloud:securityToken": f"token-{SENTINEL}",
        "ice-avatar:roleExternalId": f"external-{SENTINEL}",
    }
    found = load(config, region="cn-x")
    assert SENTINEL in found.secret_key
    from pulumi_ice_avatar.client import client_for

    client = client_for(found)
    for value in (found, client, vars(client), vars(client._api.connection), settings.resolve(config.get, {})):
        assert SENTINEL not in f"{value!r} {value}"


def test_table_is_complete():
    for row in settings.SETTINGS:
        assert row.meaning
        assert row.environment[0] == f"ICE_AVATAR_{row.name.upper()}"
        assert row.config.lower() == row.name.replace("_", "")
        assert row.secret == (row.name in ("secret_key", "security_token"))
    assert set(settings.Settings.__dataclass_fields__) <= {*ROWS, "protocol"}
