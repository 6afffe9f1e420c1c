from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.errors import PolicyError, TemplateError
from pulumi_ice_avatar.ram.templating import load

NETWORKS = ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"]
ADDRESSES = ["203.0.113.9", "2001:db8::1", "198.51.100.7", "198.51.100.8"]
VPCS = ["vpc-bp1aaa", "vpc-bp1bbb"]
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def stamp(hours: int) -> str:
    return (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


GUARDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "get-avatar-from-network": st.fixed_dictionaries(
        {"source_ip": st.lists(st.sampled_from(NETWORKS), min_size=1, unique=True)}
    ),
    "get-avatar-from-vpc": st.fixed_dictionaries(
        {"source_vpc": st.lists(st.sampled_from(VPCS), min_size=1, unique=True)}
    ),
    "get-avatar-https-only": st.just({}),
    "get-avatar-with-mfa": st.just({}),
    "get-avatar-in-time-window": st.builds(
        lambda start, hours: {"not_before": stamp(start), "not_after": stamp(start + hours)},
        st.integers(0, 9),
        st.integers(1, 9),
    ),
}
contexts = st.fixed_dictionaries(
    {},
    optional={
        "acs:SourceIp": st.sampled_from(ADDRESSES),
        "acs:SourceVpc": st.sampled_from([*VPCS, "vpc-bp1ccc"]),
        "acs:SecureTransport": st.sampled_from(["true", "false"]),
        "acs:MFAPresent": st.sampled_from(["true", "false"]),
        "acs:CurrentTime": st.integers(0, 19).map(stamp),
    },
)


def test_without_parameters_a_template_is_what_stands_in_the_file() -> None:
    assert ram.template("get-avatar") == {
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}],
    }
    assert ram.template("get-avatar") is not ram.template("get-avatar")


def test_a_parameter_replaces_the_value_at_its_pointer_and_nothing_else() -> None:
    given_networks = ["10.0.0.0/8"]
    rendered = ram.template("get-avatar-from-network", source_ip=given_networks)
    assert rendered["Statement"][0]["Condition"] == {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}}
    given_networks.append("0.0.0.0/0")
    assert rendered == ram.template("get-avatar-from-network", source_ip="10.0.0.0/8")
    whole = next(each for each in ram.templates() if each.name == "get-avatar-from-network").document
    whole["Statement"][0]["Condition"]["IpAddress"]["acs:SourceIp"] = ["10.0.0.0/8"]
    assert rendered == whole


def test_parameters_without_an_example_value_may_be_left_out() -> None:
    window = ram.template("get-avatar-in-time-window", not_after="2030-01-01T00:00:00Z")["Statement"][0]["Condition"]
    assert window["DateLessThan"] == {"acs:CurrentTime": "2030-01-01T00:00:00Z"}
    assert window["DateGreaterThanEquals"] == {"acs:CurrentTime": "2026-01-01T00:00:00Z"}


def test_conditions_with_the_same_operator_are_both_kept() -> None:
    (statement,) = ram.template("get-avatar-https-only+get-avatar-with-mfa")["Statement"]
    assert statement["Condition"] == {"Bool": {"acs:SecureTransport": "true", "acs:MFAPresent": "true"}}


@settings(deadline=None)
@given(
    st.sampled_from(["get-avatar", "avatar-reader", *GUARDS]),
    st.lists(st.sampled_from(list(GUARDS)), unique=True, min_size=1, max_size=4),
    st.data(),
    contexts,
)
def test_combined_templates_allow_what_the_first_allows_under_the_conditions_of_all(
    first: str, others: list[str], data: st.DataObject, context: dict[str, str]
) -> None:
    guards = [guard for guard in others if guard != first]
    parameters = {name: data.draw(GUARDS[name]) for name in (first, *guards) if name in GUARDS}
    combined = ram.template(
        "+".join([first, *guards]), **{k: v for each in parameters.values() for k, v in each.items()}
    )
    for action in ("ice:GetAvatar", "ice:ListAvatars", "ice:DeleteAvatarTrainingJob"):
        base = ram.evaluate(ram.template(first, **parameters.get(first, {})), action=action, context=context)
        guarded = [
            ram.evaluate(ram.template(each, **parameters[each]), action="ice:GetAvatar", context=context)
            for each in guards
        ]
        assert bool(ram.evaluate(combined, action=action, context=context)) == (bool(base) and all(guarded))


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("get-avtar", {}, "did you mean get-avatar?"),
        ("", {}, "templates list"),
        ("nothing-like-it", {}, "templates list"),
        ("../declarations/get-avatar", {}, "templates list"),
        ("get-avatar+", {}, "templates list"),
        ("get-avatar-from-network", {}, "needs the parameter source_ip"),
        ("get-avatar-from-network", {"source_ip": "10.0.0.0/8", "sourceip": "x"}, "did you mean source_ip?"),
        ("get-avatar", {"source_ip": "10.0.0.0/8"}, "it has none"),
        ("get-avatar-from-network", {"source_ip": "all of them"}, '"all of them", does not fit'),
        ("get-avatar-from-network", {"source_ip": ["10.0.0.0/8", "x"]}, 'item 2, "x", does not fit'),
        ("get-avatar-from-network", {"source_ip": []}, "does not fit"),
        ("get-avatar-from-network", {"source_ip": None}, "null, does not fit"),
        ("get-avatar-from-network", {"source_ip": {"a": "b"}}, "does not fit"),
        ("get-avatar-from-network", {"source_ip": ["::/0", "::/0"]}, "does not fit"),
        ("get-avatar-from-network", {"source_ip": "300.1.1.1"}, "/Statement/0/Condition/IpAddress/acs:SourceIp"),
        ("get-avatar-from-network", {"source_ip": "10.0.0.0/8\n"}, "does not fit"),
        ("get-avatar-from-vpc", {"source_vpc": "vpc-*"}, "does not fit"),
        ("get-avatar-in-time-window", {"not_after": "2026-01-01"}, "does not fit"),
        ("get-avatar-in-time-window", {"not_after": "2026-13-01T00:00:00Z"}, "does not exist"),
        ("get-avatar-in-time-window", {"not_after": "2025-01-01T00:00:00Z"}, "can never allow"),
        ("trust-account", {"trusted": "*", "external_id": "abc"}, "trusted item 1"),
        ("trust-account", {"trusted": "acs:ram::1:root", "external_id": "a"}, "external_id item 1"),
        ("get-avatar+get-avatar", {}, "named twice"),
        ("get-avatar-https-only+get-avatar", {}, "adds no condition"),
        ("deny-avatar-changes+get-avatar-https-only", {}, "takes no condition"),
        ("trust-ecs+get-avatar-https-only", {}, "takes no condition"),
    ],
)
def test_mistakes_are_one_clear_line(name: str, parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        ram.template(name, **parameters)
    text = str(caught.value)
    assert says in text
    assert "\n" not in text
    assert len(text) < 400


@pytest.mark.timeout(60)
def test_hostile_parameters_end() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    for value in (
        deep,
        "1" * 1_000_000,
        ["10.0.0.0/8"] * 10_000,
        [f"10.0.0.{number}" for number in range(5_000)] + ["x"],
    ):
        with pytest.raises(TemplateError):
            ram.template("get-avatar-from-network", source_ip=value)
    while isinstance(deep, list):  # the interpreter itself frees deep lists recursively
        deep = deep[0]


def test_references_are_files_standard_input_or_templates(tmp_path: Any) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(ram.template("get-avatar")))
    assert load(str(path)).value == load("template:get-avatar").value
    assert load("template:get-avatar+get-avatar-https-only").source == "template:get-avatar+get-avatar-https-only"
    # Required parameters keep the values of the file, which are examples.
    assert "203.0.113.0/24" in json.dumps(load("template:get-avatar-from-network").value)
    with pytest.raises(TemplateError):
        load("template:nothing")
    with pytest.raises(PolicyError):
        ram.evaluate(load("template:trust-ecs"), action="sts:AssumeRole")
