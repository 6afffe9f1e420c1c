"""Every setting of a look-up, in one table.

Argument > `ice-avatar:` config > `alicloud:` config > environment > default.

Sources: the endpoint page of the API (https://www.alibabacloud.com/help/en/ims/developer-reference/api-ice-2020-11-09-endpoint)
and the configuration keys and variables of the Alibaba Cloud provider for Pulumi.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from pulumi_ice_avatar.errors import ConfigurationError

__all__ = ["REGIONS", "SETTINGS", "Resolved", "Setting", "Settings", "load", "resolve"]

#: The regions that the endpoint page lists; others may exist, so a region outside this list is only hinted at.
REGIONS = ("cn-shanghai", "cn-beijing", "cn-hangzhou", "cn-shenzhen", "ap-southeast-1", "us-west-1")


class Setting(NamedTuple):
    """One row of the table."""

    name: str
    """Name in Python."""
    config: str
    """Key in the `ice-avatar:` namespace of Pulumi's configuration."""
    alicloud: str | None
    """Key in the `alicloud:` namespace; `assumeRole.roleArn` is a property of an object."""
    environment: tuple[str, ...]
    """Variables, the first that is set wins."""
    default: str | None
    """Value where nothing is set."""
    meaning: str
    """One line for the documentation and `ice-avatar doctor`."""
    secret: bool = False
    """Whether no output may show the value."""


# Alibaba's ALIBABA_CLOUD_ACCESS_KEY_ID, …_SECURITY_TOKEN, …_PROFILE and …_ROLE_ARN are absent on purpose: the default
# credential chain reads them itself, in its own order, and gives the last one another meaning (OIDC).
SETTINGS = (
    Setting("region", "region", "region", ("ICE_AVATAR_REGION", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"), None,
            "region of the avatars, such as cn-shanghai"),
    Setting("endpoint", "endpoint", None, ("ICE_AVATAR_ENDPOINT",), None,
            "host, or URL with http or https, to ask instead of the region's documented endpoint"),
    Setting("ram_endpoint", "ramEndpoint", None, ("ICE_AVATAR_RAM_ENDPOINT",), "ram.aliyuncs.com",
            "host or URL of the RAM API, which is the same for all regions"),
    Setting("network", "network", None, ("ICE_AVATAR_NETWORK",), "public",
            "public, or vpc for the documented endpoint inside a VPC"),
    Setting("profile", "profile", "profile", ("ICE_AVATAR_PROFILE", "ALICLOUD_PROFILE"), None,
            "profile of ~/.aliyun/config.json or of the credentials.ini file"),
    Setting("role_arn", "roleArn", "assumeRole.roleArn", ("ICE_AVATAR_ROLE_ARN", "ALICLOUD_ASSUME_ROLE_ARN"), None,
            "RAM role to assume for look-ups, with the credentials found"),
    Setting("ram_role_arn", "ramRoleArn", "assumeRole.roleArn",
            ("ICE_AVATAR_RAM_ROLE_ARN", "ALICLOUD_ASSUME_ROLE_ARN"), None,
            "RAM role to assume for applying policies, with the credentials found"),
    Setting("role_session_name", "roleSessionName", "assumeRole.sessionName",
            ("ICE_AVATAR_ROLE_SESSION_NAME", "ALICLOUD_ASSUME_ROLE_SESSION_NAME"), "pulumi-ice-avatar",
            "session name of the assumed role"),
    Setting("role_external_id", "roleExternalId", "assumeRole.externalId", ("ICE_AVATAR_ROLE_EXTERNAL_ID",), None,
            "external id that the role's trust policy asks for"),
    Setting("credentials_uri", "credentialsUri", None, ("ICE_AVATAR_CREDENTIALS_URI",), None,
            "URL that serves the temporary credentials to look up with, instead of the default credential chain"),
    Setting("access_key", "accessKey", "accessKey", ("ICE_AVATAR_ACCESS_KEY", "ALICLOUD_ACCESS_KEY"), None,
            "AccessKey id, instead of the default credential chain"),
    Setting("secret_key", "secretKey", "secretKey", ("ICE_AVATAR_SECRET_KEY", "ALICLOUD_SECRET_KEY"), None,
            "AccessKey secret", secret=True),
    Setting("security_token", "securityToken", "securityToken",
            ("ICE_AVATAR_SECURITY_TOKEN", "ALICLOUD_SECURITY_TOKEN"), None, "STS token", secret=True),
    Setting("connect_timeout", "connectTimeout", None, ("ICE_AVATAR_CONNECT_TIMEOUT",), "5",
            "seconds to wait for a connection"),
    Setting("read_timeout", "readTimeout", None, ("ICE_AVATAR_READ_TIMEOUT",), "10",
            "seconds to wait for an answer"),
    Setting("timeout", "timeout", None, ("ICE_AVATAR_TIMEOUT",), "60",
            "seconds for one look-up in all, its retries and waits included"),
    Setting("concurrency", "concurrency", None, ("ICE_AVATAR_CONCURRENCY",), "64",
            "requests under way at the same time, 1 to 256"),
    Setting("retries", "retries", None, ("ICE_AVATAR_RETRIES",), "3",
            "repetitions after 5xx or connection trouble, 0 to 20; throttled requests go on until the timeout"),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """The settings of one look-up, checked. Equal settings share one client; a repr shows no secret."""

    region: str | None
    """Region id; None where only an endpoint is set."""
    endpoint: str
    """Host, with its port if it is not the protocol's own."""
    protocol: str
    """`https` or `http`."""
    credentials_uri: str | None = field(repr=False)
    profile: str | None
    role_arn: str | None
    role_session_name: str
    role_external_id: str | None = field(repr=False)
    access_key: str | None = field(repr=False)
    secret_key: str | None = field(repr=False)
    security_token: str | None = field(repr=False)
    connect_timeout: float
    """Seconds."""
    read_timeout: float
    """Seconds."""
    timeout: float
    """Seconds."""
    concurrency: int
    retries: int


class Resolved(NamedTuple):
    """The value of a setting and where it was found."""

    value: str | None
    source: str

    def __repr__(self) -> str:
        return f"Resolved(source={self.source!r})"  # the value may be a secret


Config = Callable[[str], Any]
"""Looks up a full key of Pulumi's configuration, such as `ice-avatar:region`; None where it is not set."""


def resolve(
    config: Config | None = None, environment: Mapping[str, str] | None = None, **arguments: Any
) -> dict[str, Resolved]:
    """Find every setting's value and its source, unchecked. Empty values count as not set."""
    look_up = config or (lambda _: None)
    variables = os.environ if environment is None else environment
    return {setting.name: _resolve(setting, arguments.get(setting.name), look_up, variables) for setting in SETTINGS}


def load(
    config: Config | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    service: Literal["ice", "ram"] = "ice",
    **arguments: Any,
) -> Settings:
    """Find and check the settings of calls to one of the two services.

    Args:
        config: Looks up a key of Pulumi's configuration; None where there is no Pulumi program.
        environment: Variables; None for the process's own.
        service: The service whose endpoint is meant; RAM needs no region.
        **arguments: Values that win over everything else, by the table's `name`.

    Raises:
        ConfigurationError: a setting is missing, malformed or contradicts another.
    """
    found = resolve(config, environment, **arguments)
    region = _region(found["region"])
    if service == "ram":
        endpoint, protocol = _host(found["ram_endpoint"], "ram_endpoint")
        # What is named for look-ups alone must not decide who changes policies.
        found |= {"role_arn": found["ram_role_arn"], "credentials_uri": Resolved(None, "default")}
    else:
        endpoint, protocol = _ice_endpoint(found["endpoint"], region, found["network"])
    found |= _outranked(found)
    _check_key_pair(found)
    return Settings(
        region=region,
        endpoint=endpoint,
        protocol=protocol,
        connect_timeout=_number(found, "connect_timeout", 0.001, 600),
        read_timeout=_number(found, "read_timeout", 0.001, 600),
        timeout=_number(found, "timeout", 0.001, 3600),
        concurrency=int(_number(found, "concurrency", 1, 256, whole=True)),
        retries=int(_number(found, "retries", 0, 20, whole=True)),
        role_session_name=found["role_session_name"].value or "",
        **{
            name: found[name].value
            for name in (
                "credentials_uri",
                "profile",
                "role_arn",
                "role_external_id",
                "access_key",
                "secret_key",
                "security_token",
            )
        },
    )


def _resolve(setting: Setting, argument: Any, config: Config, variables: Mapping[str, str]) -> Resolved:
    if argument not in (None, ""):
        return Resolved(str(argument), "argument")
    for key, path in _config_keys(setting):
        value = _property(config(key), path, key)
        if value not in (None, ""):
            return Resolved(str(value), f"config {key}{'.' if path else ''}{path}")
    for name in setting.environment:
        if variables.get(name):
            return Resolved(variables[name], f"environment {name}")
    return Resolved(setting.default, "default")


def _config_keys(setting: Setting) -> list[tuple[str, str]]:
    keys = [(f"ice-avatar:{setting.config}", "")]
    if setting.alicloud:
        key, _, path = setting.alicloud.partition(".")
        keys.append((f"alicloud:{key}", path))
    return keys


def _property(value: Any, path: str, key: str) -> Any:
    """The property of an object-valued key, which Pulumi hands over as JSON text or as a mapping."""
    if not path or value in (None, ""):
        return value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ConfigurationError(f"config {key} is not a JSON object; set it with `--path`") from None
    return value.get(path) if isinstance(value, Mapping) else None


def _region(found: Resolved) -> str | None:
    if found.value and not re.fullmatch(r"(?=.{1,50}$)[a-z0-9]+(-[a-z0-9]+)*", found.value):
        near = difflib.get_close_matches(found.value.lower(), REGIONS, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; the documented ones are {', '.join(REGIONS)}"
        raise ConfigurationError(f"region {found.value[:80]!r} ({found.source}) is not a region id{hint}")
    return found.value


def _ice_endpoint(found: Resolved, region: str | None, network: Resolved) -> tuple[str, str]:
    if network.value not in ("public", "vpc"):
        raise ConfigurationError(f"network {network.value!r} ({network.source}) is neither public nor vpc")
    if not found.value:
        if not region:
            raise ConfigurationError(
                "no region: pass region=, set `pulumi config set ice-avatar:region cn-shanghai`, "
                "or export ICE_AVATAR_REGION"
            )
        return f"ice{'-vpc' if network.value == 'vpc' else ''}.{region}.aliyuncs.com", "https"
    return _host(found, "endpoint")


def _host(found: Resolved, name: str) -> tuple[str, str]:
    """The host, with its port, and the protocol of an endpoint setting."""
    value = found.value or ""
    url = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        parts = urlsplit("")
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc or not value.isprintable()
    host = parts.netloc.removesuffix(f":{parts.port}")
    if parts.scheme not in ("http", "https") or not re.fullmatch(_HOST, host) or extra:
        shown = value.rpartition("@")[2][:80]  # what stands before an @ may be a password
        raise ConfigurationError(
            f"{name} {shown!r} ({found.source}) is not a host or an http(s) URL with nothing behind the host, "
            "such as ice.cn-shanghai.aliyuncs.com or http://127.0.0.1:4010"
        )
    return parts.netloc, parts.scheme


_HOST = r"(?=.{1,253}$)[A-Za-z0-9\-]{1,63}(\.[A-Za-z0-9\-]{1,63})*\.?|\[[0-9A-Fa-f:.]+\]"


def _outranked(found: Mapping[str, Resolved]) -> dict[str, Resolved]:
    """The kinds of credentials that another wins over, unset: an argument's profile beats the environment's key."""
    kinds = {
        "access_key": ("access_key", "secret_key", "security_token"),
        "credentials_uri": ("credentials_uri",),
        "profile": ("profile",),
    }
    first = min(kinds, key=lambda kind: _rank(found[kind]))
    return {name: Resolved(None, "default") for kind, names in kinds.items() if kind != first for name in names}


def _rank(found: Resolved) -> int:
    ranks = ("argument", "config ice-avatar:", "config alicloud:", "environment", "default")
    return next(rank for rank, source in enumerate(ranks) if found.source.startswith(source))


def _check_key_pair(found: Mapping[str, Resolved]) -> None:
    for one, other in (("access_key", "secret_key"), ("secret_key", "access_key"), ("security_token", "access_key")):
        if found[one].value and not found[other].value:
            raise ConfigurationError(
                f"{one} is set ({found[one].source}) but {other} is not; set both, or neither to use the default "
                "credential chain"
            )


def _number(found: Mapping[str, Resolved], name: str, least: float, most: float, *, whole: bool = False) -> float:
    value, source = found[name]
    try:
        number = float(value or "")
    except ValueError:
        number = float("nan")
    if not least <= number <= most or (whole and number != int(number)):
        kind = "a whole number" if whole else "a number of seconds"
        raise ConfigurationError(f"{name} {value!r} ({source}) is not {kind} from {least:g} to {most:g}")
    return number
