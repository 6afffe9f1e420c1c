"""Many avatars, and long texts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pulumi_ice_avatar.gallery import page
from tests.gallery.test_hostile import NOW, avatar, system

MANY = 10_000


def size(count: int, name: str = "Mina") -> int:
    avatars = [avatar(avatar_id=f"Avatar-{number:06}", avatar_name=name, thumbnail="https://example.com/a.png")
               for number in range(count)]  # fmt: skip
    return len(page(avatars, "here", NOW))


def test_weight_is_linear():
    none, some, many = size(0), size(1000), size(2000)
    assert none < 20_000
    assert 0.95 < (many - some) / (some - none) < 1.05
    assert (some - none) / 1000 < 1500
    # A long name is in the page once, and its beginning a second time.
    assert size(10, "x" * 4096) - size(10) < 10 * 1.05 * 4096


def headings(page) -> int:
    """How many cards' names are in the tree that screen readers get."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return sum(each["role"]["value"] == "heading" for each in nodes) - 1


def test_ten_thousand_avatars(tab, tmp_path):
    avatars = [avatar(avatar_id=f"Avatar-{number:05}", avatar_name=f"Name {number}") for number in range(MANY)]
    path = tmp_path / "many.html"
    path.write_text(page([*avatars, system(avatar_name="Last")], "here", NOW), "utf-8")
    tab.page.goto(path.as_uri())
    status, search, shown = (tab.page.locator(each) for each in ("#matches", "#words", "main li:not([hidden])"))
    expect(status).to_have_text("10,001 of 10,001 avatars")
    search.fill("name 777")
    expect(status).to_have_text("19 of 10,001 avatars")
    assert shown.count() == headings(tab.page) == 19
    search.fill("name 7")
    expect(status).to_have_text("3,439 of 10,001 avatars")
    search.fill("")
    expect(status).to_have_text("10,001 of 10,001 avatars")
    assert shown.count() == 10_001
    last = tab.page.locator("main li").last
    last.scroll_into_view_if_needed()
    expect(last.locator("h2")).to_be_in_viewport()
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.said == []


def test_a_screen_reader_gets_a_thousand_cards(tab, tmp_path):
    path = tmp_path / "thousand.html"
    path.write_text(page([avatar()] * 1000, "here", NOW), "utf-8")
    tab.page.goto(path.as_uri())
    assert headings(tab.page) == 1000


@pytest.mark.parametrize("text", ["x" * 4096, "word " * 819, "小" * 4096, "ع" * 4096], ids=lambda text: text[:4])
@pytest.mark.parametrize("width", [320, 1280])
def test_long_texts_break_no_layout(width, text, tab, tmp_path):
    long = avatar(avatar_id=text, avatar_name=text, avatar_description=text, avatar_type=text)
    path = tmp_path / "long.html"
    path.write_text(page([avatar(), long, avatar(), system(avatar_id=text, avatar_name=text)], text, NOW), "utf-8")
    tab.page.set_viewport_size({"width": width, "height": 900})
    tab.page.goto(path.as_uri())
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [each.bounding_box() for each in tab.page.get_by_role("article").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert max(box["height"] for box in boxes) < 1000
    # What does not fit can be scrolled to, and the buttons are still there.
    assert tab.page.locator("h2").nth(1).evaluate("each => each.scrollHeight > each.clientHeight")
    expect(tab.page.get_by_role("article").nth(1).get_by_role("button").first).to_be_visible()
