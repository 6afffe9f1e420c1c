"""Applying a policy, interrupted after every request: the next run finishes it, and nobody is worse off between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_ice_avatar import ram, settings
from pulumi_ice_avatar.emulator import Emulator, Faults
from pulumi_ice_avatar.errors import ConflictError, ServiceError
from pulumi_ice_avatar.ram.applying import deployment
from pulumi_ice_avatar.ram.applying.account import Account, Target
from pulumi_ice_avatar.ram.applying.deployment import Wanted

ROLES = ("studio", "stage", "archive")
TRUST = {
    "Version": "1",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::123456789012:root"]}}
    ],
}
SEED = {
    "accountId": "123456789012",
    "accessKeys": [{"accessKeyId": "emulator-key-id", "accessKeySecret": "emulator-key-secret"}],
    "roles": [{"roleName": name, "trustPolicy": TRUST} for name in ROLES],
}
ACTIONS = ("ice:GetAvatar", "ice:ListAvatars", "ice:DeleteAvatarTrainingJob")

STUDIO = Wanted(
    "reader", ram.template("get-avatar"), "Looks up", {"team": "studio"}, frozenset({Target("role", "studio")})
)
STAGE = Wanted(
    "reader",
    ram.template("avatar-reader"),
    "Looks up and lists",
    {"owner": "stage"},
    frozenset({Target("role", "stage"), Target("role", "archive")}),
)


@pytest.fixture
def service() -> Iterator[Emulator]:
    with Emulator(SEED) as running:
        yield running


@pytest.fixture
def account(service: Emulator) -> Account:
    return account_at(service)


def account_at(service: Emulator, retries: int = 0) -> Account:
    """Without retries it gives up at the first lost connection, as a process that is killed does."""
    return Account(
        settings.load(
            environment=service.environment(),
            service="ram",
            access_key="emulator-key-id",
            secret_key="emulator-key-secret",
            retries=retries,
        )
    )


def create(account: Account) -> None:
    deployment.run(deployment.plan(account, STUDIO))


def update(account: Account) -> None:
    deployment.run(deployment.plan(account, STAGE, formerly=STUDIO.attach_to, adopt=True))


def delete(account: Account) -> None:
    deployment.run(deployment.plan_removal(account, "reader", STUDIO.attach_to))


SCENARIOS: dict[str, tuple[Callable[[Account], None] | None, Callable[[Account], None]]] = {
    "create": (None, create),
    "update": (create, update),
    "delete": (create, delete),
}


def access(service: Emulator) -> dict[str, frozenset[str]]:
    """Which of the actions each role may do, as the evaluator decides on what is attached."""
    state = service.snapshot()
    in_force: dict[str, Any] = {}
    for policy in state["policies"]:
        [document] = [each["document"] for each in policy["versions"] if each["versionId"] == policy["defaultVersion"]]
        in_force[policy["policyName"]] = json.loads(document)
    attached = {
        role: [in_force[each["policyName"]] for each in state["attachments"] if each["to"] == f"role/{role}"]
        for role in ROLES
    }
    return {
        role: frozenset(action for action in ACTIONS if ram.evaluate(documents, action=action).effect == "allow")
        for role, documents in attached.items()
    }


def everything(of_roles: dict[str, frozenset[str]]) -> frozenset[str]:
    """What somebody in the account may do."""
    return frozenset().union(*of_roles.values())


def essence(service: Emulator) -> tuple[Any, Any]:
    """Policies and attachments, without times."""
    state = service.snapshot()
    policies = [
        {name: policy.get(name) for name in ("policyName", "description", "tags", "defaultVersion")}
        | {"documents": [each["document"] for each in policy["versions"]]}
        for policy in state["policies"]
    ]
    return policies, sorted((each["policyName"], each["to"]) for each in state["attachments"])


@pytest.mark.parametrize("fault", ["reset_after", "lose_after"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_after_every_request(scenario: str, fault: str):
    """Lost before the change is made (reset), and after it was made but before the answer came (lose)."""
    prepare, act = SCENARIOS[scenario]
    with Emulator(SEED) as undisturbed:
        at_ease = account_at(undisturbed)
        if prepare:
            prepare(at_ease)
        before = access(undisturbed)
        undisturbed.clear_requests()
        act(at_ease)
        requests = len(undisturbed.requests)
        after, finished = access(undisturbed), essence(undisturbed)
    assert requests >= 3

    for number in range(requests):
        with Emulator(SEED) as service:
            account = account_at(service)
            if prepare:
                prepare(account)
            service.faults = Faults(**{fault: number})
            with pytest.raises(ServiceError):
                act(account)
            service.faults = Faults()
            halfway = access(service)
            for role in ROLES:
                assert halfway[role] >= before[role] & after[role], (number, role)
            assert everything(halfway) >= everything(before) & everything(after), number
            act(account_at(service, retries=3))
            assert essence(service) == finished, number


def test_nothing_is_left_to_do(account, service):
    create(account)
    assert deployment.plan(account, STUDIO) == []
    service.clear_requests()
    create(account)
    assert {each.action for each in service.requests} == {"GetPolicy", "ListTagResources", "ListEntitiesForPolicy"}


def test_versions_rotate(account, service):
    create(account)
    for number in range(8):
        document = {
            "Version": "1",
            "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*", "Sid": f"n{number}"}],
        }
        wanted = Wanted("reader", document, STUDIO.description, STUDIO.tags, STUDIO.attach_to)
        deployment.run(deployment.plan(account, wanted, adopt=True))
    [policy] = service.snapshot()["policies"]
    assert [each["versionId"] for each in policy["versions"]] == ["v5", "v6", "v7", "v8", "v9"]
    assert policy["defaultVersion"] == "v9"


def test_a_version_that_somebody_put_out_of_force_is_put_back(account, service):
    create(account)
    update(account)
    [step] = [step for step in deployment.plan(account, STUDIO, adopt=True) if "in force" in step.text]
    assert step.text == "put version v1 of reader in force again"


def test_removal_spares_what_others_attached(account, service):
    create(account)
    account.attach("reader", Target("role", "stage"))
    with pytest.raises(ConflictError, match="also attached to role/stage"):
        delete(account)
    assert account.policy("reader").attached_to == {Target("role", "studio"), Target("role", "stage")}


def test_another_document_under_the_name_is_not_taken_over(account, service):
    account.create("reader", json.dumps(ram.template("avatar-trainer")), "", {})
    with pytest.raises(ConflictError, match="choose another name, or adopt it"):
        create(account)


def test_a_target_that_does_not_exist(account, service, monkeypatch):
    monkeypatch.setattr("pulumi_ice_avatar.ram.applying.account._SETTLING", 0.1)
    account.create("reader", json.dumps(ram.template("get-avatar")), "", {})
    with pytest.raises(ServiceError, match=r"EntityNotExist\.Role"):
        account.attach("reader", Target("role", "nobody"))
