"""The evaluator against a second, naive one, and against the algebra that its rules imply."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar.ram.deciding.evaluator import evaluate
from tests.evaluator import naive
from tests.evaluator.strategies import KEYS, PRINCIPALS, conditions, policies, requests, statements

lists_of_policies = st.lists(policies(), max_size=3)
NEGATIONS = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
}
#: A machine that is busy with something else must not fail a test.
unhurried = settings(deadline=None)
thorough = settings(unhurried, max_examples=200)
RANK = {"deny": 0, "implicit_deny": 1, "allow": 2}


@thorough
@given(lists_of_policies, requests())
def test_identity_policies_agree_with_the_naive_evaluator(given_policies: list[Any], request: dict[str, Any]) -> None:
    assert evaluate(given_policies, **request).effect == naive.decide(given_policies, **request)


@thorough
@given(
    lists_of_policies,
    requests(),
    st.none() | policies(),
    st.none() | st.lists(policies(), max_size=2),
    st.none() | policies(principal=True),
    st.none() | st.sampled_from(PRINCIPALS),
)
def test_layers_agree_with_the_naive_evaluator(
    identity: list[Any], request: dict[str, Any], session: Any, control: Any, of_resource: Any, principal: str | None
) -> None:
    decision = evaluate(
        identity,
        **request,
        session_policy=session,
        control_policies=control,
        resource_policy=of_resource,
        principal=principal,
    )
    assert decision.effect == naive.decide(
        identity, **request, session=session, control=control, of_resource=of_resource, principal=principal
    )


@thorough
@given(lists_of_policies, requests(), policies(principal=True), st.sampled_from(PRINCIPALS))
def test_assuming_a_role_agrees_with_the_naive_evaluator(
    identity: list[Any], request: dict[str, Any], trust: dict[str, Any], principal: str
) -> None:
    decision = evaluate(identity, **request, trust_policy=trust, principal=principal)
    assert decision.effect == naive.decide(identity, **request, trust=trust, principal=principal)


@unhurried
@given(policies(), requests())
def test_what_decided_and_what_did_not_match_add_up(policy: dict[str, Any], request: dict[str, Any]) -> None:
    decision = evaluate(policy, **request)
    assert {each.statement for each in (*decision.statements, *decision.others)} == set(range(len(policy["Statement"])))
    for each in (*decision.statements, *decision.others):
        alone = {"Version": "1", "Statement": [{**policy["Statement"][each.statement], "Effect": "Allow"}]}
        assert (each.mismatch is None) == bool(evaluate(alone, **request))
    if decision.effect == "implicit_deny":
        assert not decision.statements
        assert all(each.mismatch for each in decision.others)
    else:
        wanted = {"allow": "Allow", "deny": "Deny"}[decision.effect]
        assert decision.statements
        assert all(each.effect == wanted and each.mismatch is None for each in decision.statements)


@unhurried
@given(lists_of_policies, requests(), st.randoms(use_true_random=False))
def test_order_does_not_matter(given_policies: list[Any], request: dict[str, Any], dice: Any) -> None:
    shuffled = copy.deepcopy(given_policies)
    dice.shuffle(shuffled)
    for policy in shuffled:
        dice.shuffle(policy["Statement"])
    assert evaluate(shuffled, **request).effect == evaluate(given_policies, **request).effect


@unhurried
@given(lists_of_policies, requests(), statements())
def test_a_further_deny_never_adds_access_and_a_further_allow_never_takes_any(
    given_policies: list[Any], request: dict[str, Any], further: dict[str, Any]
) -> None:
    before = RANK[evaluate(given_policies, **request).effect]
    after = RANK[evaluate([*given_policies, {"Version": "1", "Statement": [further]}], **request).effect]
    assert after <= before if further["Effect"] == "Deny" else after >= before


@unhurried
@given(policies(), requests())
def test_lists_can_be_split_into_statements(policy: dict[str, Any], request: dict[str, Any]) -> None:
    split = [part for statement in policy["Statement"] for part in _split(statement)]
    assert evaluate({"Version": "1", "Statement": split}, **request).effect == evaluate(policy, **request).effect


@unhurried
@given(conditions(), requests())
def test_all_operators_and_keys_of_a_block_have_to_be_met(block: dict[str, Any], request: dict[str, Any]) -> None:
    each_alone = [_allow({operator: {key: values}}) for operator, keys in block.items() for key, values in keys.items()]
    assert bool(evaluate(_allow(block), **request)) == all(evaluate(each, **request) for each in each_alone)


@unhurried
@given(st.data(), requests())
def test_a_negated_operator_is_the_opposite(data: st.DataObject, request: dict[str, Any]) -> None:
    operator = data.draw(st.sampled_from(list(NEGATIONS)))
    key = next(key for key, (operators, _, _) in KEYS.items() if operator in operators)
    values = data.draw(st.lists(st.sampled_from(KEYS[key][1]), min_size=1, max_size=3))
    positive, negated = _allow({operator: {key: values}}), _allow({NEGATIONS[operator]: {key: values}})
    assert bool(evaluate(positive, **request)) != bool(evaluate(negated, **request))


@unhurried
@given(statements(), requests())
def test_not_elements_are_complements(statement: dict[str, Any], request: dict[str, Any]) -> None:
    def matches(actions: str, resources: str) -> bool:
        values = {"Action": statement.get("Action") or statement.get("NotAction")}
        values["Resource"] = statement.get("Resource") or statement.get("NotResource")
        alone = {"Effect": "Allow", actions: values["Action"], resources: values["Resource"]}
        return bool(evaluate({"Version": "1", "Statement": alone}, **request))

    answers = [matches(a, r) for a in ("Action", "NotAction") for r in ("Resource", "NotResource")]
    assert answers.count(True) == 1


def _allow(condition: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}]}


def _split(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Statements with one action and one resource each, and one value a condition where that is an alternative."""
    parts = [statement]
    for element in ("Action", "Resource"):
        if element in statement:
            parts = [{**part, element: each} for part in parts for each in naive.listed(part[element])]
    for operator, keys in statement.get("Condition", {}).items():
        if "Not" in operator or ":" in operator:
            continue  # the values of a negated operator are not alternatives, nor those of a set operator
        for key in keys:
            parts = [
                {**part, "Condition": {**part["Condition"], operator: {**part["Condition"][operator], key: each}}}
                for part in parts
                for each in naive.listed(part["Condition"][operator][key])
            ]
    return parts
