"""The dynamic provider of `RamPolicy`.

Its import path is stored in users' states, as that of the providers in `pulumi_ice_avatar.provider` is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from pulumi_ice_avatar.models import show
from pulumi_ice_avatar.ram.applying import deployment
from pulumi_ice_avatar.ram.applying.account import KINDS, Account, Policy, Target

__all__ = ["RamPolicyProvider"]


class RamPolicyProvider(ResourceProvider):
    """Checks a document at preview, and brings the account's policy to what is wanted."""

    serialize_as_secret_always = False

    _config: Any = None

    def configure(self, req: ConfigureRequest) -> None:
        self._config = req.config

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        failures = [
            *_check_name(news.get("policyName")),
            *_check_document(news.get("document"), news.get("allow") or []),
            *_check_texts(news),
            *_check_targets(news.get("attachTo") or []),
        ]
        attach_to = news.get("attachTo")
        if isinstance(attach_to, list) and not failures and not _holds_unknown(attach_to):
            news = {**news, "attachTo": _listed(_targets(attach_to))}
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(replaces=["policyName"] if _olds.get("policyName") != _news.get("policyName") else [])

    def create(self, props: dict[str, Any]) -> CreateResult:
        account = self._account()
        wanted = _wanted(props)
        deployment.run(deployment.plan(account, wanted, adopt=bool(props.get("adopt"))))
        return CreateResult(wanted.name, self._outputs(account, props))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        account = self._account()
        formerly = _targets(_olds.get("attachTo") or [])
        deployment.run(deployment.plan(account, _wanted(_news), formerly=formerly, adopt=True))
        return UpdateResult(self._outputs(account, _news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        policy = self._account().policy(id_)
        if policy is None:
            if "document" not in props:  # not a refresh but `RamPolicy.get`, which has nothing to drop from a state
                raise LookupError(f"the account has no custom policy {show(id_)}")
            return ReadResult("", {})
        found = _found(policy, with_tags=props.get("tags") is not None or "document" not in props)
        kept = {name: props[name] for name in ("allow", "adopt") if props.get(name) is not None}
        return ReadResult(id_, {**kept, **found, "defaultVersion": policy.default_version}, {**kept, **found})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        account = self._account()
        deployment.run(deployment.plan_removal(account, _id, _targets(_props.get("attachTo") or [])))

    def _account(self) -> Account:
        config = self._config
        return Account(settings.load(config.get if config is not None else None, service="ram"))

    def _outputs(self, account: Account, props: Mapping[str, Any]) -> dict[str, Any]:
        policy = account.policy(props["policyName"])
        facts = {name: value for name, value in props.items() if not name.startswith("__")}
        return {**facts, "defaultVersion": policy.default_version if policy else ""}


def _wanted(props: Mapping[str, Any]) -> deployment.Wanted:
    return deployment.Wanted(
        name=props["policyName"],
        document=props["document"],
        description=props.get("description") or "",
        tags=props.get("tags"),
        attach_to=_targets(props.get("attachTo") or []),
    )


def _found(policy: Policy, *, with_tags: bool) -> dict[str, Any]:
    """A policy as inputs that would make it so."""
    return {
        "policyName": policy.name,
        "document": dict(policy.document),
        **({"description": policy.description} if policy.description else {}),
        **({"tags": dict(policy.tags)} if with_tags else {}),
        "attachTo": _listed(policy.attached_to),
    }


def _targets(attach_to: list[dict[str, str]]) -> frozenset[Target]:
    return frozenset(Target(each["kind"], each["name"]) for each in attach_to)


def _listed(targets: frozenset[Target]) -> list[dict[str, str]]:
    """Targets in one order, so that the order they are written in makes no difference."""
    return [{"kind": target.kind, "name": target.name} for target in sorted(targets)]


def _check_name(name: Any) -> list[CheckFailure]:
    if isinstance(name, Unknown) or (isinstance(name, str) and deployment.NAME.fullmatch(name)):
        return []
    return [
        CheckFailure(
            "policyName",
            f"{show(name)} is not 1 to 128 letters, digits and hyphens; set policy_name if the resource's is not",
        )
    ]


def _check_document(document: Any, allowed: list[str]) -> list[CheckFailure]:
    if _holds_unknown(document):
        return []
    if not isinstance(document, dict):
        return [CheckFailure("document", f"{show(document)} is not a policy document")]
    return [
        CheckFailure("document", f"{finding.code} {finding.name} at {finding.pointer or '/'}: {finding.message}")
        for finding in deployment.objections(document, allowed)
    ]


def _check_texts(news: Mapping[str, Any]) -> list[CheckFailure]:
    description, tags = news.get("description"), news.get("tags")
    failures = []
    if isinstance(description, str) and len(description) > 1024:
        failures.append(CheckFailure("description", f"has {len(description):,} characters; RAM takes 1,024"))
    if isinstance(tags, dict):
        failures += [
            CheckFailure("tags", f"tag {show(key)}: RAM takes keys of 1 to 128 characters and values of up to 256")
            for key, value in tags.items()
            if not 1 <= len(key) <= 128 or (isinstance(value, str) and len(value) > 256)
        ]
        if len(tags) > 20:
            failures.append(CheckFailure("tags", f"{len(tags)} tags; RAM takes 20"))
    return failures


def _check_targets(attach_to: Any) -> list[CheckFailure]:
    if _holds_unknown(attach_to):
        return []
    return [
        CheckFailure("attachTo", f"{show(each)} is not ram.User, ram.Group or ram.Role with a name")
        for each in attach_to
        if not isinstance(each, dict)
        or each.get("kind") not in KINDS
        or not isinstance(each.get("name"), str)
        or not each["name"].strip()
    ]


def _holds_unknown(value: Any) -> bool:
    """Whether any part of a value is not known before the update; without recursion, for documents of any depth."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Unknown):
            return True
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return False
