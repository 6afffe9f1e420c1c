"""What is wrong with a seed that a JSON Schema cannot say: names that lead nowhere, documents that are no policies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi_ice_avatar.emulator import documents
from pulumi_ice_avatar.emulator.directory import CUSTOM, SYSTEM, system_policies

__all__ = ["contradictions"]

#: What tells the records of a list apart.
_IDENTIFIERS = {
    "accessKeys": "accessKeyId",
    "sessions": "accessKeyId",
    "users": "userName",
    "groups": "groupName",
    "roles": "roleName",
    "policies": "policyName",
    "avatars": "AvatarId",
    "systemAvatars": "AvatarId",
}
_LISTS = {"user": "users", "group": "groups", "role": "roles"}


def contradictions(seed: Mapping[str, Any]) -> Iterator[str]:
    """Each contradiction of a seed that fits the schema, with its place."""
    names = {room: _names(seed, room) for room in _IDENTIFIERS}
    for room, identifier in _IDENTIFIERS.items():
        yield from _repeated(f"/{room}", [record[identifier] for record in seed.get(room, ())], f"/{identifier}")
    for room in ("accessKeys", "sessions"):
        for index, key in enumerate(seed.get(room, ())):
            yield from _access_key(f"/{room}/{index}", key, names)
    for index, group in enumerate(seed.get("groups", ())):
        for place, member in enumerate(group.get("members", ())):
            if member not in names["users"]:
                yield f"/groups/{index}/members/{place} names no user of the seed"
    for index, role in enumerate(seed.get("roles", ())):
        yield from _document(f"/roles/{index}/trustPolicy", role["trustPolicy"], "trust")
    for index, policy in enumerate(seed.get("policies", ())):
        yield from _policy(f"/policies/{index}", policy)
    yield from _attachments(seed, names)


def _names(seed: Mapping[str, Any], room: str) -> Collection[str]:
    return {record[_IDENTIFIERS[room]] for record in seed.get(room, ())}


def _repeated(place: str, values: list[Any], suffix: str = "") -> Iterator[str]:
    first: dict[Any, int] = {}
    for index, value in enumerate(values):
        before = first.setdefault(value, index)
        if before != index:
            yield f"{place}/{index}{suffix} is the same as that of {place}/{before}"


def _access_key(place: str, key: Mapping[str, Any], names: Mapping[str, Collection[str]]) -> Iterator[str]:
    kind, _, rest = key.get("principal", "root").partition("/")
    if "expiration" in key and "securityToken" not in key:
        yield f"{place}/expiration needs a securityToken: permanent keys do not expire"
    if kind == "user" and rest not in names["users"]:
        yield f"{place}/principal names no user of the seed"
    if kind == "assumed-role" and rest.partition("/")[0] not in names["roles"]:
        yield f"{place}/principal names no role of the seed"
    if "sessionPolicy" in key:
        if kind != "assumed-role":
            yield f"{place}/sessionPolicy needs a principal assumed-role/ROLE/SESSION: only sessions have one"
        yield from _document(f"{place}/sessionPolicy", key["sessionPolicy"], "session")


def _policy(place: str, policy: Mapping[str, Any]) -> Iterator[str]:
    versions = policy.get("versions")
    if (versions is None) == ("document" not in policy):
        yield f"{place} has to have either document or versions"
        return
    if versions is None:
        yield from _document(f"{place}/document", policy["document"], "identity")
        versions = [{"versionId": "v1"}]
    else:
        for index, version in enumerate(versions):
            yield from _document(f"{place}/versions/{index}/document", version["document"], "identity")
    ids = [version["versionId"] for version in versions]
    yield from _repeated(f"{place}/versions", ids, "/versionId")
    if policy.get("defaultVersion", ids[0]) not in ids:
        yield f"{place}/defaultVersion is none of its versions"
    newest = max(int(id_[1:]) for id_ in ids)
    if policy.get("nextVersion", newest + 1) <= newest:
        yield f"{place}/nextVersion has to be more than {newest}"


def _document(place: str, document: Any, kind: str) -> Iterator[str]:
    flaw = documents.flaw(documents.text(document), kind)
    if flaw:
        yield f"{place} is no {kind} policy: {flaw}"


def _attachments(seed: Mapping[str, Any], names: Mapping[str, Collection[str]]) -> Iterator[str]:
    attachments = seed.get("attachments", ())
    for index, each in enumerate(attachments):
        kind, _, name = each["to"].partition("/")
        if name not in names[_LISTS[kind]]:
            yield f"/attachments/{index}/to names no {kind} of the seed"
        if each.get("policyType", CUSTOM) == CUSTOM:
            if each["policyName"] not in names["policies"]:
                yield f"/attachments/{index}/policyName names no policy of the seed"
        elif each["policyName"] not in system_policies():
            known = ", ".join(sorted(system_policies()))
            yield f"/attachments/{index}/policyName names no {SYSTEM.lower()} policy that is known here: {known}"
    yield from _repeated(
        "/attachments", [(each["to"], each.get("policyType", CUSTOM), each["policyName"]) for each in attachments]
    )
