"""What the tests of look-ups have in common: a seed with every kind of access key, and everything that can go wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_ice_avatar.emulator import Emulator
from pulumi_ice_avatar.errors import (
    AuthenticationError,
    AvatarNotFoundError,
    ConfigurationError,
    CredentialsError,
    IceAvatarError,
    InvalidInputError,
    LookupsFailedError,
    PermissionDeniedError,
    ServiceUnavailableError,
    ThrottledError,
    UnexpectedAnswerError,
)
from tests.conftest import EXAMPLES

SENTINEL = "sentinel-9f2c7e51-must-not-appear"
"""A secret that is searched for wherever it must not be."""

SEED: dict[str, Any] = {
    **json.loads((EXAMPLES / "avatars.json").read_text("utf-8")),
    "accessKeys": [
        {"accessKeyId": "permanent", "accessKeySecret": SENTINEL},
        {"accessKeyId": "temporary", "accessKeySecret": SENTINEL, "securityToken": f"token-{SENTINEL}"},
        {
            "accessKeyId": "expired",
            "accessKeySecret": SENTINEL,
            "securityToken": f"token-{SENTINEL}",
            "expiration": "2020-01-01T00:00:00Z",
        },
        {"accessKeyId": "inactive", "accessKeySecret": SENTINEL, "status": "Inactive"},
    ],
}

MINA = {
    "avatarId": "Avatar-XXXX",
    "avatarName": "Mina",
    "avatarDescription": "Presents the evening news",
    "avatarType": "2DAvatar",
    "thumbnail": "https://your-bucket.oss-cn-hangzhou.aliyuncs.com/thumbnail.png",
    "portrait": "0123571c704445f9a0ee011406c20123",
    "transparent": True,
    "width": 1080,
    "height": 1920,
}
"""The first avatar of the seed, under the names of outputs."""

KEY = {"ICE_AVATAR_ACCESS_KEY": "permanent", "ICE_AVATAR_SECRET_KEY": SENTINEL}
QUICK = {"ICE_AVATAR_RETRIES": "1", "ICE_AVATAR_TIMEOUT": "20"}

CLOSED = "127.0.0.1:9"
"""The port of the discard service, which nobody runs any more."""

PROXIED = {"ICE_AVATAR_ENDPOINT": None, "HTTPS_PROXY": f"http://user:{SENTINEL}@{CLOSED}"}
"""Look-ups of regions go into a proxy that is not there, so that no test reaches a network."""


def put(emulator: Emulator, avatar_id: str = "Avatar-XXXX", /, **changes: Any) -> None:
    """Give the emulator Mina under an id, with other values here and there."""
    emulator.avatars[avatar_id] = {**emulator.avatars["Avatar-XXXX"], **changes, "AvatarId": avatar_id}


@dataclass(frozen=True)
class Case:
    """One thing that goes wrong, and what a user is told."""

    name: str
    error: type[IceAvatarError]
    says: tuple[str, ...]
    """Pieces of the one line: what is wrong, and the way out."""
    exit: int
    ids: tuple[Any, ...] = ("Avatar-XXXX",)
    env: Mapping[str, str | None] = field(default_factory=dict)
    """Variables beside the emulator's; None takes one away."""
    faults: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    """The service's code, which the line has to tell along with the request's id."""

    def __str__(self) -> str:
        return self.name


def key(access_key: str, secret: str = SENTINEL, token: str | None = None) -> dict[str, str | None]:
    return {
        "ICE_AVATAR_ACCESS_KEY": access_key,
        "ICE_AVATAR_SECRET_KEY": secret,
        "ICE_AVATAR_SECURITY_TOKEN": token,
    }


def failing(code: str, status: int) -> dict[str, Any]:
    return {"fail_next": 1_000_000, "fail_code": code, "fail_status": status}


NO_KEY = dict.fromkeys(KEY)
CHECK = "check the id and the region"

CASES = (
    Case("empty id", InvalidInputError, ("avatar id '' is empty",), 2, ids=("",)),
    Case("blank id", InvalidInputError, ("avatar id ' \\t ' is blank",), 2, ids=(" \t ",)),
    Case("control characters", InvalidInputError, (r"'Avatar\nXXXX' contains control",), 2, ids=("Avatar\nXXXX",)),
    Case(
        "10 kB id",
        AvatarNotFoundError,
        ("avatar 'xxxx", "… (10,000 characters) not found", CHECK),
        1,
        ids=("x" * 10_000,),
        code="AvatarNotFound",
    ),
    Case(
        "unknown id",
        AvatarNotFoundError,
        ("avatar 'Avatar-nobody' not found at 127.0.0.1", CHECK),
        1,
        ids=("Avatar-nobody",),
        code="AvatarNotFound",
    ),
    Case(
        "one bad id in a batch",
        AvatarNotFoundError,
        ("avatar 'Avatar-nobody' not found",),
        1,
        ids=("Avatar-XXXX", "Avatar-nobody", "Avatar-YYYY"),
        code="AvatarNotFound",
    ),
    Case(
        "several bad ids in a batch",
        LookupsFailedError,
        ("3 of 4 look-ups failed", "'Avatar-nobody' not found", "'Avatar-none' not found", "avatar id '' is empty"),
        2,
        ids=("Avatar-nobody", "Avatar-XXXX", "Avatar-none", ""),
        code="AvatarNotFound",
    ),
    Case(
        "no region",
        ConfigurationError,
        ("no region", "region=", "pulumi config set ice-avatar:region cn-shanghai", "ICE_AVATAR_REGION"),
        2,
        env={"ICE_AVATAR_ENDPOINT": None},
    ),
    Case(
        "a region that cannot be one",
        ConfigurationError,
        ("'CN-Shanghai' (environment ICE_AVATAR_REGION)", "did you mean cn-shanghai?"),
        2,
        env={"ICE_AVATAR_ENDPOINT": None, "ICE_AVATAR_REGION": "CN-Shanghai"},
    ),
    Case(
        "a region that is too long for a host name",
        ConfigurationError,
        ("is not a region id", "cn-shanghai, cn-beijing"),
        2,
        env={"ICE_AVATAR_ENDPOINT": None, "ICE_AVATAR_REGION": "c" * 10_000},
    ),
    Case(
        "a region that does not exist, and a proxy that is not there",
        ServiceUnavailableError,
        (
            "cannot reach https://ice.cn-nowhere.aliyuncs.com through the proxy 127.0.0.1:9 of HTTPS_PROXY",
            "Connection refused",
            "region 'cn-nowhere' is not among the documented cn-shanghai",
        ),
        3,
        env={**PROXIED, "ICE_AVATAR_REGION": "cn-nowhere"},
    ),
    Case(
        "a proxy that does not work",
        ServiceUnavailableError,
        ("through the proxy 127.0.0.1:9 of HTTP_PROXY (the SDK heeds no NO_PROXY)", "check the endpoint"),
        3,
        env={"HTTP_PROXY": f"http://user:{SENTINEL}@{CLOSED}", "NO_PROXY": "*"},
    ),
    Case(
        "an endpoint of another protocol",
        ConfigurationError,
        ("'ftp://somewhere' (environment ICE_AVATAR_ENDPOINT)", "such as ice.cn-shanghai.aliyuncs.com or http://"),
        2,
        env={"ICE_AVATAR_ENDPOINT": "ftp://somewhere"},
    ),
    Case(
        "an endpoint with a password",
        ConfigurationError,
        ("'somewhere' (environment ICE_AVATAR_ENDPOINT) is not a host",),
        2,
        env={"ICE_AVATAR_ENDPOINT": f"http://user:{SENTINEL}@somewhere"},
    ),
    Case(
        "an endpoint with a label that is too long",
        ConfigurationError,
        ("is not a host",),
        2,
        env={"ICE_AVATAR_ENDPOINT": "e" * 64},
    ),
    Case(
        "an endpoint where nobody listens",
        ServiceUnavailableError,
        (f"cannot reach http://{CLOSED}: Connection refused", "check the endpoint and the network"),
        3,
        env={"ICE_AVATAR_ENDPOINT": f"http://{CLOSED}"},
    ),
    Case(
        "timeouts that are none",
        ConfigurationError,
        ("timeout 'soon' (environment ICE_AVATAR_TIMEOUT) is not a number of seconds from",),
        2,
        env={"ICE_AVATAR_TIMEOUT": "soon"},
    ),
    Case(
        "concurrency that is too high",
        ConfigurationError,
        ("concurrency '1000000' (environment ICE_AVATAR_CONCURRENCY) is not a whole number from 1 to 256",),
        2,
        env={"ICE_AVATAR_CONCURRENCY": "1000000"},
    ),
    Case(
        "no credentials",
        CredentialsError,
        ("no credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID", "aliyun configure", "alicloud:accessKey"),
        2,
        env={**NO_KEY, "ALIBABA_CLOUD_ACCESS_KEY_ID": None},
    ),
    Case(
        "a profile that is not there",
        CredentialsError,
        ("profile 'nobody' gives no credentials", "~/.aliyun/config.json", "credentials.ini"),
        2,
        env={**NO_KEY, "ICE_AVATAR_PROFILE": "nobody"},
    ),
    Case(
        "half a key pair",
        ConfigurationError,
        ("access_key is set (environment ICE_AVATAR_ACCESS_KEY) but secret_key is not; set both",),
        2,
        env={"ICE_AVATAR_SECRET_KEY": None},
    ),
    Case(
        "a wrong secret",
        AuthenticationError,
        ("does not accept the credentials", "check the AccessKey secret"),
        2,
        env=key("permanent", "wrong"),
        code="SignatureDoesNotMatch",
    ),
    Case(
        "an unknown key",
        AuthenticationError,
        ("does not accept the credentials", "check the AccessKey"),
        2,
        env=key("nobody"),
        code="InvalidAccessKeyId.NotFound",
    ),
    Case(
        "an inactive key",
        AuthenticationError,
        ("does not accept the credentials",),
        2,
        env=key("inactive"),
        code="InvalidAccessKeyId.Inactive",
    ),
    Case(
        "an expired token",
        AuthenticationError,
        ("does not accept the credentials", "renew the security token"),
        2,
        env=key("expired", token=f"token-{SENTINEL}"),
        code="InvalidSecurityToken.Expired",
    ),
    Case(
        "permission refused",
        PermissionDeniedError,
        (
            "avatar 'Avatar-XXXX': RAM refuses ice:GetAvatar",
            "needs a policy that allows `ice:GetAvatar` on Resource `*`: `ice-avatar templates show get-avatar`",
        ),
        1,
        faults={"deny": True},
        code="NoPermission",
    ),
    *(
        Case(
            f"permission refused as {code}",
            PermissionDeniedError,
            ("allows `ice:GetAvatar` on Resource `*`",),
            1,
            faults=failing(code, status),
            code=code,
        )
        for code, status in (("Forbidden.RAM", 400), ("Forbidden", 403), ("NotAuthorized", 403))
    ),
    Case(
        "throttled to the end",
        ThrottledError,
        ("throttled by 127.0.0.1", "lower the concurrency setting, raise the timeout setting, or try again later"),
        3,
        env={"ICE_AVATAR_TIMEOUT": "0.5"},
        faults=failing("Throttling.User", 400),
        code="Throttling.User",
    ),
    Case(
        "no answer in time",
        ServiceUnavailableError,
        ("no answer in time from http://127.0.0.1", "raise the timeout settings"),
        3,
        env={"ICE_AVATAR_READ_TIMEOUT": "0.2"},
        faults={"latency_ms": 60_000},
    ),
    Case(
        "out of service",
        ServiceUnavailableError,
        ("failed with HTTP 503", "try again later"),
        3,
        faults=failing("ServiceUnavailable", 503),
        code="ServiceUnavailable",
    ),
    Case(
        "another refusal",
        IceAvatarError,
        ("refused with HTTP 403",),
        3,
        faults=failing("OperationDenied", 403),
        code="OperationDenied",
    ),
    Case(
        "an operation that is not served",
        IceAvatarError,
        ("does not serve ice:GetAvatar", "check the endpoint setting"),
        3,
        faults=failing("InvalidApi.NotFound", 404),
        code="InvalidApi.NotFound",
    ),
    Case(
        "reset connections",
        ServiceUnavailableError,
        ("cannot reach http://127.0.0.1", "Connection reset by peer"),
        3,
        faults={"reset_next": 1_000_000},
    ),
    Case(
        "truncated answers",
        ServiceUnavailableError,
        ("cannot reach http://127.0.0.1", "bytes read"),
        3,
        faults={"body": "truncated"},
    ),
    *(
        Case(f"answer: {body}", UnexpectedAnswerError, ("gave an answer it does not document", *says), 3, faults=faults)
        for body, says in (
            ("html", ("not JSON", "<!DOCTYPE html>")),
            ("empty", ("not JSON", "nothing")),
            ("array", ("not a JSON object", "Avatar-XXXX")),
            ("wrong-types", ("Success is 'true'", "request id")),
            ("text-data", ("no Data.Avatar", "request id")),
            ("success-false", ("Success is False", "request id")),
            ("no-data", ("no Data.Avatar", "request id")),
            ("other-avatar", ("asked for 'Avatar-XXXX', not 'Avatar-Somebody-Else'", "request id")),
        )
        for faults in ({"body": body},)
    ),
    Case(
        "an error page of another server",
        ServiceUnavailableError,
        ("an error page that is not the gateway's: <!DOCTYPE html>", "check the endpoint"),
        3,
        ids=("Avatar-nobody",),
        faults={"body": "html"},
    ),
)

NAMED = {case.name: case for case in CASES}


def assert_tells(line: str, case: Case) -> None:
    """One clear line: what is wrong and the way out, code and request id, no traceback, no secret."""
    assert "\n" not in line, line
    assert "Traceback" not in line, line
    for piece in case.says:
        assert piece in line, f"{piece!r} is not in {line!r}"
    if case.code:
        assert f"(code {case.code}, request id " in line, line
    assert SENTINEL not in line, line
    assert len(line) < 1500, line
