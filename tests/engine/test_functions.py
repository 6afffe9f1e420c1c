"""The functions in real programs: known at preview, exportable as they are, one line when something is wrong."""

from __future__ import annotations

from tests.conftest import lines_with
from tests.support.world import MINA

ALL_FORMS = """
import pulumi
import pulumi_ice_avatar as ice

presenter = ice.get_avatar("Avatar-XXXX")
assert presenter.width == 1080, "known at once, at preview too"
pulumi.export("presenter", presenter)
pulumi.export("maybe", ice.get_avatar("Avatar-nobody", missing_ok=True))
pulumi.export("cast", ice.get_avatars(["Avatar-YYYY", "Avatar-XXXX"]))
pulumi.export("named", ice.get_avatar_by_name("Theo").avatar_id)
pulumi.export("all", ice.list_avatars())
pulumi.export("system", ice.list_system_avatars())
pulumi.export("later", ice.get_avatar_output(pulumi.Output.from_input("Avatar-YYYY")).height)
pulumi.export("hidden", ice.get_avatar_output(pulumi.Output.secret("Avatar-YYYY")).width)
both = ice.get_avatars_output([presenter.avatar_id, pulumi.Output.from_input("Avatar-YYYY")])
pulumi.export("many", both.apply(list))
pulumi.export("listed", ice.list_avatars_output().apply(len))
pulumi.export("found", ice.get_avatar_by_name_output(pulumi.Output.from_input("Mina")).avatar_id)
pulumi.export("sizes", [each.width for each in ice.get_avatars(["Avatar-XXXX", "Avatar-YYYY"]).values()])
"""


def test_all_forms(project):
    stack = project(ALL_FORMS)
    stack.up()
    outputs = stack.outputs()
    assert outputs["presenter"] == MINA
    assert list(outputs["cast"]) == ["Avatar-YYYY", "Avatar-XXXX"] or set(outputs["cast"]) == {
        "Avatar-XXXX",
        "Avatar-YYYY",
    }
    assert outputs["cast"]["Avatar-XXXX"] == MINA
    assert outputs["all"][0] == {name: value for name, value in MINA.items() if name not in ("width", "height")}
    assert outputs["system"][0]["avatarId"] == "yunqiao"
    assert {name: outputs[name] for name in ("named", "later", "hidden", "many", "listed", "found", "sizes")} == {
        "named": "Avatar-YYYY",
        "later": 1080,
        "hidden": 1920,
        "many": ["Avatar-XXXX", "Avatar-YYYY"],
        "listed": 2,
        "found": "Avatar-XXXX",
        "sizes": [1080, 1920],
    }
    assert "maybe" not in outputs or outputs["maybe"] is None

    # Nothing but the outputs is in the state, and the secret one is secret.
    state = stack.state()
    (only,) = state["resources"]
    assert only["type"] == "pulumi:pulumi:Stack"
    assert set(only["outputs"]["hidden"]) >= {"ciphertext"}
    assert only["outputs"]["later"] == 1080


FAILURES = {
    "direct": "ice.get_avatar('Avatar-nobody')",
    "output": "pulumi.export('w', ice.get_avatar_output(pulumi.Output.from_input('Avatar-nobody')).width)",
    "batch": "ice.get_avatars(['Avatar-nobody', 'Avatar-none', ''])",
}


def test_failures_are_one_line(project, rewrite):
    stack = project("")
    for program in FAILURES.values():
        rewrite(stack, f"import pulumi\nimport pulumi_ice_avatar as ice\n{program}\n")
        said = stack.run("preview", succeeds=False)
        assert "Traceback" not in said
        ours, engines = lines_with(said, r"^\s*error: ")
        assert "avatar 'Avatar-nobody' not found at" in ours
        assert "(code AvatarNotFound, request id " in ours
        assert "check the id and the region" in ours
        assert engines == "error: an unhandled error occurred: program exited with non-zero exit code: 1"
