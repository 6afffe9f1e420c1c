"""Where credentials come from: the settings, then Alibaba's default chain as it works for every user of its SDK."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.support.world import CLOSED, KEY, SENTINEL

GOOD = {
    "Code": "Success",
    "AccessKeyId": "temporary",
    "AccessKeySecret": SENTINEL,
    "SecurityToken": f"token-{SENTINEL}",
    "Expiration": "2099-01-01T00:00:00Z",
}
PERMANENT = {"access_key_id": "permanent", "access_key_secret": SENTINEL}


@pytest.fixture
def doctor(ice_avatar, emulator, environment):
    """The exit code, which credentials were found, whose key signed the request, and what was said."""
    for name in KEY:
        del environment[name]

    def run(**env):
        emulator.clear_requests()
        done = ice_avatar("doctor", "--format", "json", env=env)
        found = {each["what"]: each["value"] for each in json.loads(done.stdout)}
        assert SENTINEL not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) == (1 if done.returncode else 0), done.stderr
        return (
            done.returncode,
            found.get("credentials"),
            [each.access_key_id for each in emulator.requests],
            done.stderr,
        )

    return run


def write(environment, place, text):
    path = Path(environment["HOME"], place)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    return str(path)


def cli_file(environment, *profiles, current="default"):
    return write(environment, ".aliyun/config.json", {"current": current, "profiles": list(profiles)})


def cli_profile(name, **others):
    return {"name": name, "mode": "AK", **PERMANENT, **others}


def ini_file(environment, section="default", place=".alibabacloud/credentials.ini", key="permanent"):
    return write(
        environment,
        place,
        f"[{section}]\ntype = access_key\naccess_key_id = {key}\naccess_key_secret = {SENTINEL}\n",
    )


def test_environment(doctor):
    given = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "permanent", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SENTINEL}
    assert doctor(**given) == (0, "default/env", ["permanent"], "")
    given = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "temporary",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SENTINEL,
        "ALIBABA_CLOUD_SECURITY_TOKEN": f"token-{SENTINEL}",
    }
    assert doctor(**given) == (0, "default/env", ["temporary"], "")


def test_profile_of_the_command_line_tool(doctor, environment):
    cli_file(environment, cli_profile("default", access_key_id="nobody"), cli_profile("studio"), current="studio")
    assert doctor() == (0, "default/cli_profile/static_ak", ["permanent"], "")
    assert doctor(ALIBABA_CLOUD_PROFILE="default")[2] == ["nobody"]
    # The setting names a profile for look-ups alone.
    assert doctor(ICE_AVATAR_PROFILE="studio") == (0, "cli_profile/static_ak", ["permanent"], "")
    assert doctor(ICE_AVATAR_PROFILE="default")[2] == ["nobody"]


def test_temporary_profile_of_the_command_line_tool(doctor, environment):
    profile = cli_profile("sts", mode="StsToken", access_key_id="temporary", sts_token=f"token-{SENTINEL}")
    cli_file(environment, profile, current="sts")
    assert doctor() == (0, "default/cli_profile/static_sts", ["temporary"], "")


def test_ini_profile(doctor, environment):
    ini_file(environment)
    assert doctor() == (0, "default/profile/static_ak", ["permanent"], "")
    elsewhere = ini_file(environment, "studio", "elsewhere/file.ini")
    given = {"ALIBABA_CLOUD_CREDENTIALS_FILE": elsewhere}
    assert doctor(**given, ALIBABA_CLOUD_PROFILE="studio") == (0, "default/profile/static_ak", ["permanent"], "")
    # A profile that the tool's own file does not have is looked for in this one.
    cli_file(environment, cli_profile("other"))
    assert doctor(**given, ICE_AVATAR_PROFILE="studio") == (0, "profile/static_ak", ["permanent"], "")


@pytest.mark.parametrize("name", ["ALIBABA_CLOUD_CREDENTIALS_URI", "ICE_AVATAR_CREDENTIALS_URI"])
def test_credentials_uri(name, doctor, server):
    server.says(GOOD)
    code, source, keys, _ = doctor(**{name: f"{server.endpoint}/credentials?a=b"})
    assert (code, keys) == (0, ["temporary"])
    assert source.endswith("credential_uri")
    assert set(server.requests) == {"/credentials?a=b"}


INCOMPLETE = {name: value for name, value in GOOD.items() if name != "Expiration"}


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("ALIBABA_CLOUD_CREDENTIALS_URI", 200, INCOMPLETE),
        ("ICE_AVATAR_CREDENTIALS_URI", 200, INCOMPLETE),
        ("ICE_AVATAR_CREDENTIALS_URI", 200, {**GOOD, "Expiration": "soon"}),
        ("ICE_AVATAR_CREDENTIALS_URI", 200, [GOOD]),
        ("ICE_AVATAR_CREDENTIALS_URI", 500, GOOD),
        ("ICE_AVATAR_CREDENTIALS_URI", 403, f"secret={SENTINEL}"),
    ],
    ids=["chain", "incomplete", "no date", "array", "500", "403"],
)
def test_credentials_uri_that_fails_tells_no_secret(name, status, body, doctor, server):
    """The answer is in the SDK's error, and in its log with a traceback."""
    server.says(body, status)
    code, source, keys, said = doctor(**{name: f"{server.endpoint}/credentials"})
    assert (code, source, keys) == (2, None, [])
    assert said.startswith("ice-avatar: no credentials: ")
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in said


def test_credentials_that_cannot_be_renewed(server, emulator, monkeypatch):
    """They were good for the first look-up; the second one has to say what is wrong, and not blame the endpoint."""
    from pulumi_ice_avatar import settings
    from pulumi_ice_avatar.client import AvatarClient
    from pulumi_ice_avatar.errors import CredentialsError

    soon = datetime.now(timezone.utc) + timedelta(minutes=5)  # the SDK renews what has less than a quarter of an hour
    server.says({**GOOD, "Expiration": f"{soon:%Y-%m-%dT%H:%M:%SZ}"})
    client = AvatarClient(
        settings.load(environment={}, endpoint=emulator.endpoint, credentials_uri=server.endpoint, retries=0)
    )
    assert client.get("Avatar-XXXX").width == 1080
    server.says({"Code": "Failed", "AccessKeySecret": SENTINEL})
    with pytest.raises(CredentialsError, match=r"^no credentials: error retrieving credentials") as raised:
        client.get("Avatar-XXXX")
    assert SENTINEL not in str(raised.value)


@pytest.mark.parametrize("text", ["", "[]", '{"profiles": [5]}', "\x00"], ids=repr)
def test_files_that_are_none(text, doctor, environment):
    write(environment, ".aliyun/config.json", text)
    write(environment, ".alibabacloud/credentials.ini", text)
    for given in ({}, {"ICE_AVATAR_PROFILE": "studio"}):
        code, source, keys, said = doctor(**given)
        assert (code, source, keys) == (2, None, [])
        assert "no credentials" in said


STS = {
    "HTTPS_PROXY": f"http://user:{SENTINEL}@{CLOSED}",  # it takes a network from here on
    "ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/studio",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/kubernetes",
}


def test_oidc_is_tried(doctor, environment):
    token = write(environment, "token", f"oidc-{SENTINEL}")
    code, _, keys, said = doctor(**STS, ALIBABA_CLOUD_OIDC_TOKEN_FILE=token)
    assert (code, keys) == (2, [])
    assert "OIDCRoleArnCredentialsProvider: " in said
    assert "sts" in said


def test_role_is_assumed_with_what_was_found(doctor):
    given = {"ICE_AVATAR_ACCESS_KEY": "permanent", "ICE_AVATAR_SECRET_KEY": SENTINEL}
    code, _, keys, said = doctor(**given, HTTPS_PROXY=STS["HTTPS_PROXY"], ICE_AVATAR_ROLE_ARN="acs:ram::1:role/studio")
    assert (code, keys) == (2, [])
    assert "no credentials" in said
    assert "sts" in said


def test_debug_log_of_the_sdk_shows_no_secret(ice_avatar, environment):
    environment |= {"ICE_AVATAR_ACCESS_KEY": "temporary", "ICE_AVATAR_SECURITY_TOKEN": f"token-{SENTINEL}"}
    done = ice_avatar("get", "Avatar-XXXX", env={"DEBUG": "sdk"})
    assert done.returncode == 0
    for header in ("Authorization", "x-acs-security-token", "x-acs-accesskey-id"):
        assert f"> {header} : (hidden)" in done.stderr
    assert "> x-acs-action : GetAvatar" in done.stderr  # the rest is what one debugs with
    assert SENTINEL not in done.stdout + done.stderr
    assert "Signature=" not in done.stderr
