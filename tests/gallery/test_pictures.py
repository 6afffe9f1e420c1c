"""The pictures that the emulator draws, and the URLs it gives for them."""

from __future__ import annotations

import json
import struct
import urllib.error
import urllib.request
import zlib
from urllib.parse import quote

import pytest

from pulumi_ice_avatar.emulator import Emulator

SEED = {
    "accessKeys": [{"accessKeyId": "emulator-key-id", "accessKeySecret": "emulator-key-secret"}],
    "avatars": [
        {"AvatarId": "tall", "Thumbnail": "emulator:", "Transparent": True, "Width": 1080, "Height": 1920},
        {"AvatarId": "wide/ü?#", "Thumbnail": "emulator:", "Transparent": False, "Width": 1920, "Height": 1080},
        {"AvatarId": "plain", "Thumbnail": "https://example.com/a.png", "Transparent": True, "Width": 1, "Height": 1},
        {"AvatarId": "thin", "Thumbnail": "", "Transparent": False, "Width": 1, "Height": 2147483647},
        {"AvatarId": "none", "Transparent": False, "Width": 0, "Height": 0},
    ],
    "systemAvatars": [
        {"AvatarId": "mask", "CoverUrl": "emulator:", "OutputMask": True, "Width": 500, "Height": 500},
        {"AvatarId": "bare", "CoverUrl": "x", "VideoUrl": "emulator: no", "Width": 1, "Height": 1},
    ],
}


@pytest.fixture
def emulator():
    with Emulator(SEED) as running:
        yield running


def picture(emulator: Emulator, avatar_id: str) -> tuple[int, int, bool]:
    """Width, height, and whether the upper left corner is transparent, by a reader of our own."""
    with urllib.request.urlopen(f"{emulator.endpoint}/thumbnails/{quote(avatar_id, safe='')}.png") as answer:
        assert answer.headers["Content-Type"] == "image/png"
        data = answer.read()
    assert len(data) < 8000
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        chunks[kind] = content = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + content)
        at += 12 + length
    assert list(chunks)[-1] == b"IEND"
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 3, 0, 0, 0]
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == height * (width + 1)
    assert len(set(rows)) > 4  # there is something to see
    assert max(rows) < len(chunks[b"PLTE"]) / 3
    return width, height, rows[1] < len(chunks.get(b"tRNS", b"")) and chunks[b"tRNS"][rows[1]] == 0


def test_pictures_have_the_avatars_proportions_and_alpha(emulator):
    assert picture(emulator, "tall") == (315, 560, True)
    assert picture(emulator, "wide/ü?#") == (560, 315, False)
    assert picture(emulator, "mask") == (560, 560, True)
    assert picture(emulator, "thin") == (140, 560, False)
    assert picture(emulator, "none") == (315, 560, False)


def test_pictures_differ_by_id_and_by_nothing_else(emulator):
    def drawn(running, avatar_id):
        return urllib.request.urlopen(f"{running.endpoint}/thumbnails/{avatar_id}.png").read()

    with Emulator({**SEED, "avatars": [{**SEED["avatars"][0], "AvatarName": "New"}]}) as other:
        assert drawn(emulator, "tall") == drawn(other, "tall")
    emulator.avatars["tall-2"] = {**emulator.avatars["tall"], "AvatarId": "tall-2"}
    assert drawn(emulator, "tall") != drawn(emulator, "tall-2")


@pytest.mark.parametrize("path", ["nobody.png", "tall", "tall.jpg", ".png", "", "../tall.png"])
def test_what_is_no_picture(path, emulator):
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(f"{emulator.endpoint}/thumbnails/{path}")
    assert raised.value.code == 404
    raised.value.close()


def test_answers_have_urls_and_seeds_keep_their_word(ice_avatar, emulator, environment):
    def asked(*arguments):
        return {each["avatarId"]: each for each in json.loads(ice_avatar(*arguments, "--format", "json").stdout)}

    there = f"{emulator.endpoint}/thumbnails"
    for listed in (asked("list"), asked("get", "tall", "wide/ü?#", "plain", "thin", "none")):
        assert {each: record["thumbnail"] for each, record in listed.items()} == {
            "tall": f"{there}/tall.png",
            "wide/ü?#": f"{there}/wide%2F%C3%BC%3F%23.png",
            "plain": "https://example.com/a.png",
            "thin": "",
            "none": "",
        }
    system = asked("list", "--system")
    assert [each["coverUrl"] for each in system.values()] == [f"{there}/mask.png", "x"]
    assert system["bare"]["videoUrl"] == "emulator: no"
    assert emulator.snapshot()["avatars"] == SEED["avatars"]
    assert {request.action for request in emulator.requests} == {"ListAvatars", "GetAvatar", "ListSmartSysAvatarModels"}
