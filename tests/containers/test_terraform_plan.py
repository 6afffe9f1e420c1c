"""Plans and states of Terraform, through the command line."""

from __future__ import annotations

import json

import pytest

from tests.containers.conftest import BAD, GOOD, change, marked, plan, policy, state


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("inner_indent", [None, 2])
def test_a_bad_policy_in_a_plan_is_found_at_its_place(folder, indent, inner_indent):
    bad = json.dumps(policy("Alow"), indent=inner_indent)
    changes = [change(after={"policy_document": GOOD}), change("writer", after={"policy_document": bad})]
    text = json.dumps(plan(*changes), indent=indent)
    folder.write("plan.json", text)
    done = folder.validate("plan.json")
    assert done.returncode == 1
    assert (
        'error RAM108 invalid-effect: alicloud_ram_policy.writer: Effect is "Alow": did you mean Allow?' in done.stdout
    )
    (finding,) = folder.findings("plan.json")
    assert finding["pointer"] == "/alicloud_ram_policy.writer/policy_document/Statement/0/Effect"
    assert marked(text, finding) == r"\"Alow\""
    place = text.index("Alow", text.index('"resource_changes"')) - 2
    assert finding["line"] == text.count("\n", 0, place) + 1
    assert finding["column"] == place - (text.rfind("\n", 0, place) + 1) + 1


def test_a_sound_plan_passes(folder):
    folder.write("plan.json", json.dumps(plan(change(after={"policy_document": GOOD}))))
    done = folder.validate("plan.json")
    assert done.returncode == 0
    assert done.stderr == "ice-avatar: 1 file checked: nothing found\n"


def test_places_behind_escapes_of_any_kind(folder):
    document = json.dumps(policy("Alow", Sid='头像 \U0001f600 " \\ \t'), ensure_ascii=False)
    for ascii_only in (True, False):
        text = json.dumps(plan(change(after={"policy_document": document})), ensure_ascii=ascii_only)
        folder.write("plan.json", text)
        found = [each for each in folder.findings("plan.json") if each["code"] == "RAM108"]
        assert [marked(text, each) for each in found] == [r"\"Alow\""]


def test_a_torn_policy_in_a_plan(folder):
    text = json.dumps(plan(change(after={"policy_document": GOOD[:-1] + ",}"})))
    folder.write("plan.json", text)
    (finding,) = folder.findings("plan.json")
    assert finding["code"] == "RAM003"
    assert marked(text, finding) == ","


def test_modules_and_instances_have_their_addresses(folder):
    name = 'module.shop["eu/west"].module.inner'
    folder.write("plan.json", json.dumps(plan(change(module=name, after={"policy_document": BAD}))))
    (finding,) = folder.findings("plan.json")
    assert finding["message"].startswith(f"{name}.alicloud_ram_policy.reader: ")
    assert finding["pointer"].startswith('/module.shop["eu~1west"].module.inner.alicloud_ram_policy.reader/')


def test_what_is_known_after_apply_is_said(folder):
    changes = [
        change(after={"policy_document": GOOD}),
        change("later", after={}, unknown={"policy_document": True, "document": True}),
        change("all", after={}, unknown=True),
    ]
    folder.write("plan.json", json.dumps(plan(*changes)))
    done = folder.validate("plan.json")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "ice-avatar: plan.json: alicloud_ram_policy.later: policy_document is known after apply: not checked",
        "ice-avatar: plan.json: alicloud_ram_policy.all: policy_document is known after apply: not checked",
        "ice-avatar: 1 file checked: nothing found",
    ]


def test_where_all_is_known_after_apply_nothing_was_checked(folder):
    folder.write("plan.json", json.dumps(plan(change(after={}, unknown={"policy_document": True}))))
    done = folder.validate("plan.json")
    assert done.returncode == 2
    assert "policy_document is known after apply: not checked" in done.stderr


def test_what_is_sensitive_is_said_and_not_quoted(folder):
    changes = [change(after={"policy_document": BAD}, sensitive={"policy_document": True}), change("x", None)]
    folder.write("plan.json", json.dumps(plan(*changes)))
    done = folder.validate("plan.json")
    assert done.returncode == 2
    assert "alicloud_ram_policy.reader: policy_document is marked sensitive: not checked" in done.stderr
    assert "Alow" not in done.stdout + done.stderr


def test_what_the_provider_works_out_by_itself_is_not_spoken_of(folder):
    configured = {
        "root_module": {
            "resources": [
                {"type": "alicloud_ram_policy", "name": "reader", "expressions": {"policy_document": {}}},
                {"type": "alicloud_kms_key", "name": "key", "expressions": {"description": {}}},
            ],
            "module_calls": {
                "shop": {
                    "module": {
                        "resources": [{"type": "alicloud_kms_key", "name": "key", "expressions": {"policy": {}}}]
                    }
                }
            },
        }
    }
    changes = [
        change(after={"policy_document": GOOD}, unknown={"document": True}),
        change("key", {}, kind="alicloud_kms_key", unknown={"policy": True}),
        change("key", {}, kind="alicloud_kms_key", unknown={"policy": True}, module="module.shop[0]"),
    ]
    folder.write("plan.json", json.dumps(plan(*changes, configuration=configured)))
    assert folder.validate("plan.json").stderr.splitlines() == [
        "ice-avatar: plan.json: module.shop[0].alicloud_kms_key.key: policy is known after apply: not checked",
        "ice-avatar: 1 file checked: nothing found",
    ]


@pytest.mark.parametrize(
    "document",
    [
        plan(),
        plan(change("gone", None, actions=("delete",))),
        plan(change("bucket", {"bucket": "x"}, kind="alicloud_oss_bucket", unknown={})),
        {"format_version": "1.0"},
        state(),
    ],
    ids=["empty plan", "deleted", "bucket without a policy", "empty state", "state"],
)
def test_no_policy_found_is_exit_2_with_a_line(folder, document):
    folder.write("plan.json", json.dumps(document))
    done = folder.validate("plan.json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "without a RAM policy\nice-avatar: nothing was checked" in done.stderr


def test_a_state_is_read_with_its_modules_and_once_for_two_names_of_a_property(folder):
    def resource(name: str) -> dict:
        return {
            "address": f"alicloud_ram_policy.{name}",
            "mode": "managed",
            "type": "alicloud_ram_policy",
            "name": name,
            "values": {"policy_document": BAD, "document": BAD},
            "sensitive_values": {},
        }

    hidden = {**resource("hidden"), "sensitive_values": {"policy_document": True, "document": True}}
    source = {**resource("source"), "mode": "data"}
    child = {"address": "module.a", "resources": [resource("inner"), hidden], "child_modules": [{"resources": []}]}
    text = json.dumps(state(resource("outer"), source, children=[child]), indent=1)
    folder.write("state.json", text)
    found = folder.findings("state.json")
    assert [each["message"].split(":")[0] for each in found] == [
        "alicloud_ram_policy.outer",
        "alicloud_ram_policy.inner",
    ]
    assert [marked(text, each) for each in found] == [r"\"Alow\""] * 2
    assert "alicloud_ram_policy.hidden: policy_document is marked sensitive" in folder.validate("state.json").stderr


def test_the_kind_comes_from_the_resource(folder):
    trust = json.dumps(
        {
            "Version": "1",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
            ],
        }
    )
    changes = [
        change("a", {"policy_document": trust}),
        change("b", {"assume_role_policy_document": trust}, kind="alicloud_ram_role"),
        change(
            "c",
            {"policy_document": json.dumps(policy(Sid="x" * 5000))},
            kind="alicloud_resource_manager_control_policy",
        ),
        change(
            "d",
            {"permission_policies": [{"permission_policy_document": BAD}]},
            kind="alicloud_cloud_sso_access_configuration",
        ),
    ]
    folder.write("plan.json", json.dumps(plan(*changes)))
    errors = [each for each in folder.findings("plan.json") if each["severity"] == "error"]
    assert [(each["code"], each["pointer"]) for each in errors] == [
        ("RAM116", "/alicloud_ram_policy.a/policy_document/Statement/0/Principal"),
        ("RAM010", "/alicloud_resource_manager_control_policy.c/policy_document"),
        (
            "RAM108",
            "/alicloud_cloud_sso_access_configuration.d/permission_policies/0/permission_policy_document/Statement/0/Effect",
        ),
    ]


def test_a_placeholder_that_a_plan_has_is_no_interpolation(folder):
    document = json.dumps(policy(Resource="acs:oss:*:*:${bucket}/*"))
    folder.write("plan.json", json.dumps(plan(change(after={"policy_document": document}))))
    assert folder.codes("plan.json") == [("plan.json", "RAM009")]


def test_configuration_in_json(folder):
    document = json.dumps(policy("Alow", Resource="acs:oss:*:*:${var.bucket}/*"))
    bodies = {
        "reader": {"policy_document": document},
        "later": [{"policy_document": "${jsonencode(local.policy)}"}],
    }
    text = json.dumps({"resource": {"alicloud_ram_policy": bodies}}, indent=2)
    folder.write("main.tf.json", text)
    (finding,) = folder.findings("main.tf.json")
    assert marked(text, finding) == r"\"Alow\""
    assert finding["pointer"] == "/alicloud_ram_policy.reader/policy_document/Statement/0/Effect"
    assert (
        "alicloud_ram_policy.later: policy_document is an expression that Terraform works out: not checked"
        in folder.validate("main.tf.json").stderr
    )
