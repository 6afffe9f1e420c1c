"""The dynamic providers of `Avatar` and `Avatars`.

Their import paths are stored in users' states, where they stand for the code: renaming or moving one of them would
break every refresh and destroy. The instances carry nothing, so that nothing but the path is stored.

Looking up in `check` has two reasons: what it returns is known at preview, and its failures are the only ones that the
engine shows as one line (https://www.pulumi.com/docs/iac/concepts/resources/dynamic-providers/). `create` and `update`
only echo, so that nothing is ever under way when an operation is interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown

from pulumi_ice_avatar import settings
from pulumi_ice_avatar.client import AvatarClient, client_for, raise_failures
from pulumi_ice_avatar.errors import AvatarNotFoundError, IceAvatarError
from pulumi_ice_avatar.models import FIELDS, AvatarRecord

__all__ = ["AvatarProvider", "AvatarsProvider"]


class _LookupProvider(ResourceProvider):
    """What both have in common: they record what a look-up found, and change nothing in the cloud."""

    # The pickled provider is a reference and holds no secret; encrypting it would cost a call for every resource.
    serialize_as_secret_always = False

    _config: Any = None

    def configure(self, req: ConfigureRequest) -> None:
        self._config = req.config

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_facts(_news))

    def _settings(self, props: Mapping[str, Any]) -> settings.Settings:
        config = self._config
        return settings.load(config.get if config is not None else None, region=props.get("region"))

    def _client(self, props: Mapping[str, Any]) -> AvatarClient:
        return client_for(self._settings(props))


class AvatarProvider(_LookupProvider):
    """Looks up one avatar."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        if _unknown(news.get("region")):
            return CheckResult(news, [])
        try:
            found = self._settings(news)
            if _unknown(news.get("avatarId")):
                return CheckResult({**news, **_with_region(found)}, [])
            record = client_for(found).get(news.get("avatarId"))  # type: ignore[arg-type] # it checks the type itself
        except IceAvatarError as error:
            return _refusal(news, error)
        return CheckResult({**_with_region(found), **outputs(record)}, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(str(props["avatarId"]), _facts(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(replaces=_changed(_olds, _news, ("avatarId", "region")))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        try:
            found = self._settings(props)
            facts = {**_with_region(found), **outputs(client_for(found).get(id_))}
        except AvatarNotFoundError as error:
            if "width" in props and props["width"] != "":
                return ReadResult("", {})  # the engine drops it from the state
            raise _brief(error) from None  # not a refresh but `Avatar.get`, which only has placeholders
        except IceAvatarError as error:
            raise _brief(error) from None
        return ReadResult(id_, facts, facts)


class AvatarsProvider(_LookupProvider):
    """Looks up many avatars for one resource."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        ids = news.get("avatarIds")
        if _unknown(news.get("region")):
            return CheckResult(news, [])
        try:
            found = self._settings(news)
            if _unknown(ids) or (isinstance(ids, list) and any(map(_unknown, ids))):
                return CheckResult({**news, **_with_region(found)}, [])
            outcomes = client_for(found).get_many(ids)  # type: ignore[arg-type] # it checks the type itself
            raise_failures(outcomes)
        except IceAvatarError as error:
            return _refusal(news, error)
        return CheckResult({**_with_region(found), "avatarIds": ids, "avatars": _by_id(outcomes)}, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("avatars", _facts(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(replaces=_changed(_olds, _news, ("region",)))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        try:
            found = self._settings(props)
            outcomes = client_for(found).get_many(props["avatarIds"])
            # An avatar that is gone leaves the record; the next preview's check then names it.
            there = {each: it for each, it in outcomes.items() if not isinstance(it, AvatarNotFoundError)}
            raise_failures(there)
        except IceAvatarError as error:
            raise _brief(error) from None
        facts = {**_with_region(found), "avatarIds": props["avatarIds"], "avatars": _by_id(there)}
        return ReadResult(id_, facts, facts)


def outputs(record: AvatarRecord) -> dict[str, Any]:
    """The facts of an avatar under their names in state, its thumbnail without a signature."""
    facts = {field.output: getattr(record, field.attribute) for field in FIELDS if hasattr(record, field.attribute)}
    return {**facts, "thumbnail": unsigned(record.thumbnail)}


def unsigned(url: str) -> str:
    """A URL without the signature in its query, which is a secret, expires, and differs at every look-up.

    Source of the parameters: the pages on signed URLs of Object Storage Service (versions 1 and 4) and on URL
    authentication of the CDN.
    """
    address, mark, rest = url.partition("?")
    query, hash_mark, fragment = rest.partition("#")
    kept = [each for each in query.split("&") if unquote(each.partition("=")[0]).lower() not in _SIGNING]
    return address + (mark if kept else "") + "&".join(kept) + hash_mark + fragment


_SIGNING = {
    "auth_key", "expires", "ossaccesskeyid", "security-token", "signature", "x-oss-additional-headers",
    "x-oss-credential", "x-oss-date", "x-oss-expires", "x-oss-security-token", "x-oss-signature",
    "x-oss-signature-version",
}  # fmt: skip


def _by_id(outcomes: Mapping[str, Any]) -> dict[str, Any]:
    return {avatar_id: outputs(record) for avatar_id, record in outcomes.items()}


def _with_region(found: settings.Settings) -> dict[str, Any]:
    return {"region": found.region} if found.region else {}


def _facts(props: Mapping[str, Any]) -> dict[str, Any]:
    """Properties as the engine hands them over, without its own."""
    return {name: value for name, value in props.items() if not name.startswith("__")}


def _unknown(value: object) -> bool:
    return isinstance(value, Unknown)


def _refusal(news: dict[str, Any], error: IceAvatarError) -> CheckResult:
    """Names no property: the engine would show its whole value, and the message tells what matters of it."""
    return CheckResult(news, [CheckFailure("", str(error))])


def _brief(error: IceAvatarError) -> IceAvatarError:
    """The error without the frames of the look-up: the engine shows all that is left of a traceback."""
    return error.with_traceback(None)


def _changed(olds: Mapping[str, Any], news: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if olds.get(name) != news.get(name)]
