"""`ice-avatar gallery` and `ice-avatar list --format html` as processes."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest


class Cards(HTMLParser):
    """What a page shows, read by somebody else's parser: the text of each card, and all attributes there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cards: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        if tag == "article":
            self.cards.append("")
            self._inside = True

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "article"

    def handle_data(self, data):
        if self._inside:
            self.cards[-1] += data


CUSTOM = ["Avatar-a684ec", "Avatar-9f6140", "Avatar-d9d4f4", "Avatar-45c48c", "Avatar-34173c"]
SYSTEM = ["yunqiao", "yunfeng", "yunhe"]


def ids(page: str) -> list[str]:
    return re.findall(r'<code class="id" id="i\d+">(.*?)</code>', page)


def without_time(page: str) -> str:
    return re.sub("<time.*?</time>", "", page)


def test_a_file_with_everything(gallery, emulator):
    page = gallery("--region", "cn-shanghai").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "5 custom and 3 system avatars at <bdi>cn-shanghai</bdi>" in page
    read = Cards(page)
    assert ids(page) == CUSTOM + SYSTEM
    assert len(read.cards) == 8
    mina = read.cards[0]
    for said in (
        "Mina",
        "2DAvatar",
        "1080\u00a0×\u00a01920",
        "yes",
        "Avatar-a684ec",
        'ice.get_avatar("Avatar-a684ec")',
    ):
        assert said in mina
    assert "list_system_avatars() if each.avatar_id == " in read.cards[5]
    addresses = [value for name, value in read.attributes if name in ("src", "href", "action", "data", "srcset")]
    assert addresses == ["#avatars", *(f"{emulator.endpoint}/thumbnails/{each}.png" for each in CUSTOM + SYSTEM)]


def test_lines_are_python_that_gives_the_avatar(gallery, environment):
    lines = re.findall(r'<code id="l\d+">(.*?)</code>', gallery().read_text("utf-8"))
    program = ["import pulumi_ice_avatar as ice", *(f"print(({html.unescape(line)}).avatar_id)" for line in lines)]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(program)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == CUSTOM + SYSTEM, done.stderr


def test_stdout_and_list_give_the_same_page(gallery, ice_avatar):
    page = without_time(gallery().read_text("utf-8"))
    for arguments in (("gallery",), ("gallery", "--output", "-"), ("list", "--format", "html")):
        done = ice_avatar(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert without_time(done.stdout) == page


def test_stdout_is_utf_8_whatever_the_terminal_has(ice_avatar, tmp_path):
    done = ice_avatar("gallery", env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert "小云" in done.stdout


def test_list_keeps_its_choices(ice_avatar):
    assert ids(ice_avatar("list", "--system", "--format", "html").stdout) == SYSTEM
    assert ids(ice_avatar("list", "--type", "2DAvatar", "--format", "html").stdout) == CUSTOM
    done = ice_avatar("list", "--type", "3DAvatar", "--format", "html")
    assert (done.returncode, ids(done.stdout)) == (0, [])
    assert "There are no avatars." in done.stdout


@pytest.mark.parametrize(
    ("refused", "what", "shown"),
    [
        ("ListAvatars", "the avatars of the account", SYSTEM),
        ("ListSmartSysAvatarModels", "the system avatars", CUSTOM),
        ("GetAvatar", "the sizes", CUSTOM + SYSTEM),
    ],
)
def test_what_is_refused_is_left_out_and_told(refused, what, shown, ice_avatar, emulator):
    emulator.faults.update({"deny": True, "actions": [refused]})
    done = ice_avatar("gallery")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"ice-avatar: {what} left out: ")
    assert f"ice:{refused}" in line
    assert ids(done.stdout) == shown
    assert f"could not be looked up: {what}." in done.stdout
    assert done.stdout.count("<dt>Size</dt><dd>unknown</dd>") == (5 if refused == "GetAvatar" else 0)


def test_an_avatar_that_goes_away_meanwhile_is_shown_without_its_size(ice_avatar, emulator):
    emulator.faults.update(
        {"fail_share": 1, "fail_status": 404, "fail_code": "AvatarNotFound", "avatar_ids": [CUSTOM[1]]}
    )
    done = ice_avatar("gallery")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"ice-avatar: the size of one avatar left out: avatar '{CUSTOM[1]}' not found")
    assert ids(done.stdout) == CUSTOM + SYSTEM
    assert done.stdout.count("<dt>Size</dt><dd>unknown</dd>") == 1


@pytest.mark.parametrize(
    ("faults", "variables", "code"),
    [
        ({"deny": True}, {}, 1),
        ({}, {"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""}, 2),
        ({}, {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "wrong"}, 2),
        ({}, {"ICE_AVATAR_ENDPOINT": ""}, 2),
        ({"fail_share": 1}, {"ICE_AVATAR_RETRIES": "0"}, 3),
        ({"body": "html"}, {}, 3),
    ],
    ids=["refused", "no credentials", "wrong secret", "no region", "service down", "no answer"],
)
@pytest.mark.parametrize("command", ["gallery", "list"])
def test_failures_leave_the_file_as_it_is(command, faults, variables, code, ice_avatar, emulator, tmp_path):
    emulator.faults.update(faults)
    path = tmp_path / "folder" / "avatars.html"
    path.parent.mkdir()
    path.write_text("before")
    how = ["--output", str(path)] if command == "gallery" else ["--format", "html"]
    done = ice_avatar(command, *how, env=variables)
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("ice-avatar: ")
    assert path.read_text() == "before"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_replaced_as_a_whole(gallery, tmp_path):
    other = tmp_path / "linked.html"
    (tmp_path / "avatars.html").symlink_to(other)
    other.write_text("before")
    gallery()
    assert (tmp_path / "avatars.html").is_symlink()
    assert len(ids(other.read_text("utf-8"))) == 8
    assert not [each for each in tmp_path.iterdir() if each.suffix == ".tmp"]


def test_places_that_take_no_file(ice_avatar, emulator, tmp_path):
    for place in (tmp_path, tmp_path / "none" / "avatars.html", ""):
        done = ice_avatar("gallery", "--output", str(place))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"ice-avatar: --output {place}: no file can be made there\n"
    assert emulator.requests == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_disk_that_is_full(ice_avatar):
    done = ice_avatar("gallery", "--output", "/dev/full")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "ice-avatar: --output /dev/full: no space left on device\n"


def test_usage(ice_avatar, emulator):
    for arguments in (("Avatar-XXXX",), ("--output",), ("--format", "html")):
        done = ice_avatar("gallery", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("usage: ice-avatar")
    assert emulator.requests == []
