"""One avatar through its whole life under the real engine: up, unchanged, drift, refresh, gone, destroy."""

from __future__ import annotations

from tests.conftest import EXAMPLES, SECRET
from tests.support.world import put


def test_lifecycle(project, emulator):
    stack = project(EXAMPLES / "reference-avatar")

    preview = stack.preview()
    assert "Mina" in preview  # known before anything is recorded
    assert "1920" in preview

    assert "+ 2 created" in stack.up()
    assert stack.outputs() == {
        "avatarId": "Avatar-XXXX",
        "name": "Mina",
        "description": "Presents the evening news",
        "type": "2DAvatar",
        "thumbnail": "https://your-bucket.oss-cn-hangzhou.aliyuncs.com/thumbnail.png",
        "portrait": "0123571c704445f9a0ee011406c20123",
        "transparent": True,
        "width": 1080,
        "height": 1920,
    }

    assert "2 unchanged" in stack.up()

    put(emulator, Width=720)
    assert "~ width: 1080 => 720" in stack.preview()
    assert "~ 1 updated" in stack.up()
    assert stack.outputs()["width"] == 720

    put(emulator, Height=1280)
    assert "~ 1 updated" in stack.refresh()
    assert "2 unchanged" in stack.up()

    mina = emulator.avatars.pop("Avatar-XXXX")
    assert "- 1 deleted" in stack.refresh()
    assert stack.resources() == {}
    emulator.avatars["Avatar-XXXX"] = mina
    assert "+ 1 created" in stack.up()

    before = len(emulator.requests)
    without_credentials = {name: "" for name in stack.environment if name.startswith(("ALIBABA", "ICE_AVATAR"))}
    assert "- 2 deleted" in stack.destroy(**without_credentials)
    assert len(emulator.requests) == before
    assert SECRET not in "".join(stack.seen)
