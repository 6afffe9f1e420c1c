"""Which files a run checks, and what it says of those it cannot."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.validate.conftest import FOREIGN, GOOD, MISSPELT, policy

POLICY_SHAPES = {
    "sound": GOOD,
    "yaml.yaml": "Version: '1'\nStatement:\n  - Effect: Alow\n    Action: ice:GetAvatar\n    Resource: '*'\n",
    "no version": '{"Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]}',
    "empty list": '{"Version": "1", "Statement": []}',
    "no statement": '{"Version": "1"}',
    "misspelt": GOOD.replace('"Statement"', '"Statment"'),
    "bare list": '[{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]',
    "torn": '{"Version": "1", "Statement": [{"Effect": "Allow", ',
    "of another cloud": FOREIGN,
    "utf-16": GOOD.encode("utf-16"),
    "byte-order mark": b"\xef\xbb\xbf" + GOOD.encode(),
}
OTHER_SHAPES = {
    "package": '{"name": "x", "version": "1.0.0", "scripts": {"effect": "statement"}}',
    "version file": '{"version": "1.2.3"}',
    "list": "[1, 2, 3]",
    "settings with comments": '{\n  // comment\n  "compilerOptions": {"strict": true},\n}',
    "query": '{"Statement": "SELECT 1"}',
    "another language": '{"rules": [{"effect": "deny", "action": "read"}]}',
    "empty": "",
    "binary": bytes(range(256)),
    "workflow.yml": "name: x\non: push\njobs:\n  a:\n    steps:\n      - run: echo statement\n",
    "two documents.yaml": "kind: A\n---\nkind: B\n",
    "torn.yaml": "a: [\n",
}


def named(name: str) -> str:
    return name if "." in name else f"{name}.json"


@pytest.mark.parametrize("shape", POLICY_SHAPES)
def test_a_policy_in_a_folder_is_checked(folder, shape):
    folder.write(f"policies/{named(shape)}", POLICY_SHAPES[shape])
    done = folder.validate("policies")
    assert done.returncode in (0, 1)
    assert "1 file checked" in done.stderr


@pytest.mark.parametrize("shape", OTHER_SHAPES)
def test_another_file_in_a_folder_is_skipped_and_counted(folder, shape):
    folder.write("policies/sound.json")
    folder.write(f"policies/{named(shape)}", OTHER_SHAPES[shape])
    done = folder.validate("policies")
    assert done.returncode == 0
    assert "1 file checked: nothing found; skipped 1 file without a policy" in done.stderr


@pytest.mark.parametrize("shape", OTHER_SHAPES)
def test_another_file_that_is_named_is_checked(folder, shape):
    folder.write(named(shape), OTHER_SHAPES[shape])
    done = folder.validate(named(shape))
    assert done.returncode == 1
    assert "error RAM" in done.stdout
    assert "1 file checked" in done.stderr


def test_a_named_file_that_is_no_policy_is_said_to_be_none(folder):
    folder.write("package.json", OTHER_SHAPES["package"])
    assert "package.json: this looks like no RAM policy, but was named" in folder.validate("package.json").stderr


def test_only_policies_skips_named_files_that_are_none(folder):
    folder.write("package.json", OTHER_SHAPES["package"])
    folder.write("bad.json", MISSPELT)
    assert folder.validate("package.json", "--only-policies").returncode == 0
    assert folder.codes("package.json", "bad.json", "--only-policies") == [("bad.json", "RAM108")]


def test_a_folder_is_searched_in_the_order_of_names(folder):
    for name in ("b/z.json", "b/a.yaml", "a.json", "c.YML", "B.JSON"):
        folder.write(name, MISSPELT)
    assert [file for file, _ in folder.codes(".")] == ["B.JSON", "a.json", "b/a.yaml", "b/z.json", "c.YML"]


@pytest.mark.parametrize(
    "name",
    [
        ".git/x.json",
        ".hidden/x.json",
        ".x.json",
        "node_modules/x.json",
        "a/node_modules/b/x.json",
        "policy.txt",
        "policy.json.bak",
    ],
)
def test_what_is_left_out_of_a_folder(folder, name):
    folder.write("sound.json")
    folder.write(name, MISSPELT)
    assert folder.codes(".") == []


def test_a_virtual_environment_is_left_out(folder):
    folder.write("sound.json")
    folder.write("env/pyvenv.cfg", "home = /usr/bin")
    folder.write("env/lib/x.json", MISSPELT)
    assert folder.codes(".") == []


def test_a_hidden_folder_that_is_named_is_searched(folder):
    folder.write(".policies/x.json", MISSPELT)
    assert folder.codes(".policies") == [(".policies/x.json", "RAM108")]


def test_each_file_is_checked_once(folder):
    folder.write("policies/x.json", MISSPELT)
    again = ["policies", "policies/", "./policies/x.json", str(folder.path / "policies"), "policies/*.json", "policies"]
    assert folder.codes(*again) == [("policies/x.json", "RAM108")]


def test_a_file_that_is_found_and_named_counts_as_named(folder):
    folder.write("package.json", OTHER_SHAPES["package"])
    assert {file for file, _ in folder.codes(".", "package.json")} == {"package.json"}


def test_links_to_files_are_followed_and_links_to_folders_are_not(folder):
    folder.write("real/x.json", MISSPELT)
    folder.write("outside/y.json", MISSPELT)
    folder.write("outside/z.json", MISSPELT)
    (folder.path / "real/self").symlink_to(".")
    (folder.path / "real/up").symlink_to("..")
    (folder.path / "real/again.json").symlink_to("x.json")
    (folder.path / "real/y.json").symlink_to("../outside/y.json")
    (folder.path / "link").symlink_to("real")
    assert folder.codes("real") == [("real/again.json", "RAM108"), ("real/y.json", "RAM108")]
    assert folder.codes("link") == [("link/again.json", "RAM108"), ("link/y.json", "RAM108")]


def test_what_is_beside_a_link_is_not_what_is_beside_its_name(folder):
    folder.write("real/below/sound.json")
    folder.write("real/x.json", MISSPELT)
    folder.write("x.json")
    (folder.path / "link").symlink_to("real/below")
    assert folder.codes("link/../x.json") == [("link/../x.json", "RAM108")]


def test_a_folder_named_like_a_file_is_searched(folder):
    folder.write("x.json/y.json", MISSPELT)
    assert folder.codes(".") == [("x.json/y.json", "RAM108")]
    assert folder.codes("x.json") == [("x.json/y.json", "RAM108")]


def test_a_pattern_is_expanded(folder):
    folder.write("a/x.json", MISSPELT)
    folder.write("a/b/y.json", MISSPELT)
    folder.write("a/node_modules/z.json", MISSPELT)
    folder.write("a/package.json", OTHER_SHAPES["package"])
    folder.write("a/x.policy", MISSPELT)
    assert folder.codes("a/*.json") == [("a/x.json", "RAM108")]
    assert folder.codes("**/*.json") == [("a/b/y.json", "RAM108"), ("a/x.json", "RAM108")]
    assert folder.codes("a/*.policy") == [("a/x.policy", "RAM108")]


def test_a_file_with_the_name_of_a_pattern_is_itself(folder):
    folder.write("[x].json", MISSPELT)
    folder.write("x.json")
    assert folder.codes("[x].json") == [("[x].json", "RAM108")]


def test_standard_input(folder):
    assert folder.codes("-", stdin=MISSPELT) == [("-", "RAM108")]
    assert folder.codes("-", stdin="Version: '1'\nStatement:\n- {Effect: Alow, Action: 'a:B', Resource: '*'}") == [
        ("-", "RAM108")
    ]
    assert folder.validate("-", stdin=GOOD).returncode == 0
    assert folder.validate("-", stdin="").returncode == 1


def test_standard_input_among_files(folder):
    folder.write("x.json", MISSPELT)
    assert folder.codes("-", "x.json", "-", stdin=MISSPELT) == [("x.json", "RAM108"), ("-", "RAM108")]


def unreadable(folder, path: str, said: str) -> None:
    folder.write("bad.json", MISSPELT)
    done = folder.validate(path, "bad.json")
    assert done.returncode == 2
    assert f"ice-avatar: {path}: {said}\n" in done.stderr
    assert "bad.json:1:" in done.stdout  # the others are checked all the same
    alone = folder.validate(path)
    assert alone.returncode == 2
    assert "nothing was checked" in alone.stderr


def test_no_such_file(folder):
    unreadable(folder, "missing.json", "no such file or folder")


def test_a_pattern_without_a_match(folder):
    unreadable(folder, "missing/*.json", "the pattern matches nothing")


def test_a_broken_link(folder):
    (folder.path / "broken.json").symlink_to("nowhere.json")
    unreadable(folder, "broken.json", "the link leads to nothing")


def test_a_broken_link_in_a_folder_is_not_passed_over(folder):
    folder.write("policies/sound.json")
    (folder.path / "policies/broken.json").symlink_to("nowhere.json")
    done = folder.validate("policies")
    assert done.returncode == 2
    assert "policies/broken.json: the link leads to nothing" in done.stderr


def test_a_link_in_a_circle(folder):
    (folder.path / "circle.json").symlink_to("circle.json")
    unreadable(folder, "circle.json", "cannot be read: too many levels of symbolic links")


def test_a_pipe_does_not_wait(folder):
    os.mkfifo(folder.path / "pipe.json")
    unreadable(
        folder, "pipe.json", "a pipe or a device, not a file: give what comes out of it on standard input, with -"
    )


def test_a_pipe_in_a_folder_is_nobodys_policy(folder):
    folder.write("policies/sound.json")
    os.mkfifo(folder.path / "policies/pipe.json")
    assert folder.validate("policies").returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="devices of Linux")
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device(folder, device):
    unreadable(folder, device, "a pipe or a device, not a file: give what comes out of it on standard input, with -")


@pytest.mark.skipif(sys.platform != "linux", reason="a file that fails to be read, even by root")
def test_a_file_that_cannot_be_read(folder):
    folder.write("policies/sound.json")
    (folder.path / "policies/memory.json").symlink_to("/proc/self/mem")
    done = folder.validate("policies")
    assert done.returncode == 2
    assert "policies/memory.json: cannot be read: input/output error" in done.stderr


def test_no_permission(public_folder):
    public_folder.write("secret.json").chmod(0)
    (public_folder.path / "closed").mkdir(mode=0)
    done = public_folder.validate_as_nobody("secret.json", "closed")
    (public_folder.path / "closed").chmod(0o755)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "ice-avatar: closed: no permission to read it",
        "ice-avatar: secret.json: no permission to read it",
        "ice-avatar: nothing was checked",
    ]


@pytest.mark.parametrize("arguments", [["."], ["empty"], [".", "--format", "json"], [".", "--exit-zero"]])
def test_nothing_checked_is_no_success(folder, arguments):
    (folder.path / "empty").mkdir()
    folder.write("README.md", "# policies")
    done = folder.validate(*arguments)
    assert done.returncode == 2
    assert "nothing was checked: no .json, .yaml, .yml or .tf file was found" in done.stderr


def test_nothing_but_other_files_is_no_success(folder):
    folder.write("package.json", OTHER_SHAPES["package"])
    done = folder.validate(".")
    assert done.returncode == 2
    assert "nothing was checked; skipped 1 file without a policy" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist on Linux")
@pytest.mark.parametrize("form", ["text", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab"])
def test_names_of_any_characters(folder, form):
    for name in (b"b\xff\xfe.json", "名字 ü.json".encode(), b"\x1b[31mred\n.json"):
        (folder.path / os.fsdecode(name)).write_text(MISSPELT)
    done = folder.validate(".", "--format", form)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    if form in ("json", "sarif", "gitlab"):
        json.loads(done.stdout)


def test_the_given_kind_decides(folder):
    folder.write("trust.json", policy(Action="sts:AssumeRole", Principal={"Service": ["ecs.aliyuncs.com"]}))
    assert ("trust.json", "RAM116") in folder.codes("trust.json", "--kind", "identity")
    assert ("trust.json", "RAM116") not in folder.codes("trust.json")
