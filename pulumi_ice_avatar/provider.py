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
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

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
        if _unknown(news, "avatarId", "region"):
            return CheckResult(news, [])
        try:
            found = self._settings(news)
            record = client_for(found).get(news.get("avatarId"))  # type: ignore[arg-type] # it checks the type itself
        except IceAvatarError as error:
            return CheckResult(news, [CheckFailure("avatarId", str(error))])
        return CheckResult({**_with_region(found), **outputs(record)}, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(str(props["avatarId"]), _facts(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(replaces=_changed(_olds, _news, ("avatarId", "region")))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        try:
            found = self._settings(props)
            facts = {**_with_region(found), **outputs(client_for(found).get(id_))}
        except AvatarNotFoundError:
            if not props.get("avatarType"):  # not a refresh but `Avatar.get`, which has nothing to drop from a state
                raise
            return ReadResult("", {})
        return ReadResult(id_, facts, facts)


class AvatarsProvider(_LookupProvider):
    """Looks up many avatars for one resource."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        ids = news.get("avatarIds")
        if _unknown(news, "avatarIds", "region") or any(isinstance(each, Unknown) for each in ids or ()):
            return CheckResult(news, [])
        if not isinstance(ids, list):
            return CheckResult(news, [CheckFailure("avatarIds", f"{ids!r} is not a list of avatar ids")])
        try:
            found = self._settings(news)
            outcomes = client_for(found).get_many(ids)
        except IceAvatarError as error:
            return CheckResult(news, [CheckFailure("avatarIds", str(error))])
        failures = [
            CheckFailure("avatarIds", str(outcome))
            for outcome in outcomes.values()
            if isinstance(outcome, IceAvatarError)
        ]
        if failures:
            return CheckResult(news, failures)
        return CheckResult({**_with_region(found), "avatarIds": ids, "avatars": _by_id(outcomes)}, [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("avatars", _facts(props))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(replaces=_changed(_olds, _news, ("region",)))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        found = self._settings(props)
        outcomes = client_for(found).get_many(props["avatarIds"])
        # An avatar that is gone leaves the record; the next preview's check then names it.
        there = {each: it for each, it in outcomes.items() if not isinstance(it, AvatarNotFoundError)}
        raise_failures(there)
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
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if name.lower() not in _SIGNING]
    return url if len(kept) == len(query) else urlunsplit(parts._replace(query=urlencode(kept)))


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


def _unknown(props: Mapping[str, Any], *names: str) -> bool:
    return any(isinstance(props.get(name), Unknown) for name in names)


def _changed(olds: Mapping[str, Any], news: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [name for name in names if olds.get(name) != news.get(name)]
