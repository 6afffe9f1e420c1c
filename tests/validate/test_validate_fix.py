"""`--fix` and `--diff`: what is certain is changed, and nothing else of a file."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pulumi_ice_avatar import ram
from tests.validate.conftest import FOREIGN, GOOD, MISSPELT, policy

COMMA = GOOD.replace('"*"', '"*",')
"""RAM003, in the text itself."""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FOREIGN, GOOD),
        (COMMA, GOOD),
        (COMMA.replace('"1"', '"2012-10-17"'), GOOD),
        (FOREIGN.replace(", ", ",\r\n\t"), GOOD.replace(", ", ",\r\n\t")),
        (FOREIGN.replace(", ", " , \n\n"), GOOD.replace(", ", " , \n\n")),
        (FOREIGN + "\n\n  ", GOOD + "\n\n  "),
        (FOREIGN.replace("*", "条件\u00e9\\u00e9"), GOOD.replace("*", "条件\u00e9\\u00e9")),
    ],
)
def test_fix_leaves_the_rest_alone(folder, before, after):
    folder.write("x.json", before)
    folder.validate("x.json", "--fix")
    assert (folder.path / "x.json").read_bytes() == after.encode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_fix_keeps_the_encoding(folder, encoding):
    mark = "" if encoding in ("utf-16", "utf-32") else "\ufeff"
    folder.write("x.json", (mark + FOREIGN).encode(encoding))
    folder.validate("x.json", "--fix")
    assert (folder.path / "x.json").read_bytes() == (mark + GOOD).encode(encoding)


def test_fix_keeps_gbk(folder):
    text = policy(Resource="acs:oss:*:*:条件/*", Action="oss:GetObject")
    folder.write("x.json", text.replace('"1"', '"2012-10-17"').encode("gb18030"))
    folder.validate("x.json", "--fix")
    assert (folder.path / "x.json").read_bytes() == text.encode("gb18030")


def test_fix_keeps_the_mark_that_nobody_asked_to_remove(folder):
    folder.write("x.json", b"\xef\xbb\xbf" + FOREIGN.encode())
    folder.validate("x.json", "--fix", "--select", "RAM102")
    assert (folder.path / "x.json").read_bytes() == b"\xef\xbb\xbf" + GOOD.encode()
    folder.validate("x.json", "--fix")
    assert (folder.path / "x.json").read_bytes() == GOOD.encode()


def test_fix_of_yaml(folder):
    folder.write(
        "x.yaml",
        "# ours\nVersion: '2012-10-17'  # to do\nStatement:\n- {Effect: Allow, Action: 'a:B', Resource: '*'}\n",
    )
    folder.validate("x.yaml", "--fix")
    assert (folder.path / "x.yaml").read_text() == (
        "# ours\nVersion: \"1\"  # to do\nStatement:\n- {Effect: Allow, Action: 'a:B', Resource: '*'}\n"
    )


def test_fix_says_what_it_did_and_reports_the_rest(folder):
    folder.write("a.json", MISSPELT.replace('"1"', '"2012-10-17"'))
    folder.write("b.json", GOOD)
    done = folder.validate(".", "--fix")
    assert done.returncode == 1
    assert 'ice-avatar: fixed RAM102 invalid-version in a.json:1: write "1"\n' in done.stderr
    assert done.stderr.endswith("2 files checked: 1 error; 1 finding in 1 file fixed\n")
    assert "RAM108" in done.stdout
    assert "RAM102" not in done.stdout
    folder.write("a.json", FOREIGN)
    assert folder.validate(".", "--fix").returncode == 0
    assert folder.validate(".", "--fix").stderr == "ice-avatar: 2 files checked: nothing found\n"


def test_fix_touches_only_what_it_changes(folder):
    sound, misspelt = folder.write("sound.json", GOOD), folder.write("misspelt.json", MISSPELT)
    before = [each.stat() for each in (sound, misspelt)]
    folder.validate(".", "--fix")
    after = [each.stat() for each in (sound, misspelt)]
    assert [(each.st_ino, each.st_mtime_ns) for each in after] == [(each.st_ino, each.st_mtime_ns) for each in before]


def test_fix_keeps_the_mode_and_the_link(folder):
    path = folder.write("x.json", FOREIGN)
    path.chmod(0o640)
    (folder.path / "link.json").symlink_to("x.json")
    folder.validate("link.json", "--fix")
    assert (folder.path / "link.json").is_symlink()
    assert path.read_text() == GOOD
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(each.name for each in folder.path.iterdir()) == ["link.json", "x.json"]


def test_fix_of_selected_rules_only(folder):
    path = folder.write("x.json", COMMA.replace('"1"', '"2012-10-17"'))
    folder.validate("x.json", "--fix", "--ignore", "RAM102")
    assert path.read_text() == FOREIGN


def test_fix_leaves_what_is_suppressed(folder):
    path = folder.write("x.json", FOREIGN)
    folder.write("ice-avatar.toml", '[[suppressions]]\nfile = "x.json"\ncode = "RAM102"\nreason = "of another cloud"\n')
    assert folder.validate("x.json", "--fix").returncode == 0
    assert path.read_text() == FOREIGN


def test_fix_is_stable_where_fixes_meet(folder):
    actions = ["ice:GetAvatar"] * 5
    path = folder.write("x.json", policy(Action=actions))
    folder.validate("x.json", "--fix")
    assert json.loads(path.read_text())["Statement"][0]["Action"] == ["ice:GetAvatar"]
    assert folder.codes("x.json") == []


def test_diff_changes_nothing_and_patch_takes_it(folder):
    texts = {
        "a.json": FOREIGN.replace(", ", ",\n") + "\n",
        "b.json": COMMA.replace(", ", ",\r\n"),
        "c/d.json": FOREIGN,
        "sound.json": GOOD,
        "misspelt.json": MISSPELT,
    }
    for name, text in texts.items():
        folder.write(name, text)
    done = folder.validate(".", "--diff")
    assert done.returncode == 1
    assert "3 findings in 3 files would be fixed" in done.stderr
    assert "RAM" not in done.stdout
    assert {name: (folder.path / name).read_bytes().decode() for name in texts} == texts
    git = shutil.which("git")
    subprocess.run([git, "apply", "-p0"], cwd=folder.path, input=done.stdout.encode(), check=True)
    patched = {name: (folder.path / name).read_bytes() for name in texts}
    for name, text in texts.items():
        folder.write(name, text)
    folder.validate(".", "--fix")
    assert {name: (folder.path / name).read_bytes() for name in texts} == patched
    assert folder.validate("sound.json", "misspelt.json", "--diff").returncode == 0


def test_diff_of_standard_input(folder):
    done = folder.validate("-", "--diff", stdin=FOREIGN + "\n")
    assert done.returncode == 1
    assert done.stdout == f"--- -\n+++ -\n@@ -1 +1 @@\n-{FOREIGN}\n+{GOOD}\n"


def test_a_file_that_cannot_be_written(public_folder):
    path = public_folder.write("closed/x.json", FOREIGN)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    done = public_folder.validate_as_nobody("closed/x.json", "--fix")
    assert done.returncode == 2
    assert "ice-avatar: closed/x.json: cannot be written: permission denied\n" in done.stderr
    assert "RAM102" in done.stdout
    assert path.read_text() == FOREIGN


BLANKS = st.text(st.sampled_from(" \t\r\n"), max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tokens=st.lists(BLANKS, min_size=12, max_size=12),
    version=st.sampled_from(['"1"', '"2012-10-17"']),
    actions=st.lists(st.sampled_from(["ice:GetAvatar", "ice:ListAvatars", "ice:getavatar"]), min_size=1, max_size=4),
    comma=st.sampled_from(["", ","]),
)
def test_a_fixed_text_decides_what_it_said_and_has_nothing_left_to_fix(folder, tokens, version, actions, comma):
    parts = ["{", '"Version":', version, ',"Statement":[', '{"Effect":', '"Allow"', ',"Action":', json.dumps(actions)]
    parts += [',"Resource":', '"*"', comma, "}]}"]
    text = "".join(blank + part for blank, part in zip(tokens, parts, strict=True))
    path = folder.write("x.json", text)
    folder.validate("x.json", "--fix")
    fixed = path.read_bytes().decode()
    assert [each for each in ram.lint(fixed) if each.fix] == []
    for action in ("ice:GetAvatar", "ice:ListAvatars", "ice:DeleteAvatar"):
        expected = action.lower() in {each.lower() for each in actions}
        assert bool(ram.evaluate([fixed], action=action)) == expected
    kept = "".join(text.split()).replace(version, "").replace(",}", "}")
    if len(set(actions)) == len(actions) and "ice:getavatar" not in actions:
        assert "".join(fixed.split()).replace('"1"', "") == kept
