"""The page in a real browser: what one sees, searches, filters, copies; with keys alone, without script or network."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.gallery.conftest import Tab

NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
NO_COMMAND = "document.execCommand = () => false"


@pytest.fixture
def opened(tab: Tab, gallery):
    tab.page.goto(gallery().as_uri())
    return tab.page


def names(page) -> list[str]:
    """The names of the cards that are shown."""
    return [each.text_content() for each in page.get_by_role("heading", level=2).all() if each.is_visible()]


CUSTOM = ["Mina", "Theo", "小云", "Amara", "نور"]
SYSTEM = ["Yunqiao", "Yunfeng", "Yunhe"]


def test_nothing_is_loaded_but_thumbnails_and_all_of_them_are(tab: Tab, gallery, emulator):
    path = gallery()
    page = tab.page
    page.goto(path.as_uri())
    pictures = page.get_by_role("img", name=re.compile("^Thumbnail of ")).all()
    assert len(pictures) == 8
    sizes = []
    for picture in pictures:
        picture.scroll_into_view_if_needed()
        sizes.append(picture.evaluate("each => each.decode().then(() => [each.naturalWidth, each.naturalHeight])"))
    assert sizes[:2] == [[315, 560], [560, 315]]
    thumbnails = {picture.get_attribute("src") for picture in pictures}
    assert {each.startswith(f"{emulator.endpoint}/thumbnails/") for each in thumbnails} == {True}
    assert sorted(tab.requests) == sorted([path.as_uri(), *thumbnails])
    assert tab.said == []


def test_thumbnails_are_not_told_where_the_page_is(tab: Tab, gallery):
    sent = []
    tab.page.on("request", lambda request: sent.append((request.resource_type, request.all_headers())))
    tab.page.goto(gallery().as_uri(), wait_until="networkidle")
    headers = [headers for kind, headers in sent if kind == "image"]
    assert headers
    assert not any("referer" in each for each in headers)


def test_without_network_everything_can_be_read(tab: Tab, gallery, emulator):
    path = gallery()
    emulator.stop()
    page = tab.page
    page.goto(path.as_uri())
    assert names(page) == CUSTOM + SYSTEM
    expect(page.get_by_role("img", name="Thumbnail of Mina")).to_be_visible()
    page.get_by_role("searchbox").fill("theo")
    assert names(page) == ["Theo"]


def test_search(opened):
    search, status = opened.get_by_role("searchbox", name="Search"), opened.get_by_role("status").first
    expect(status).to_have_text("8 of 8 avatars")
    for words, found in {
        "mina": ["Mina"],
        "  NEWS  evening ": ["Mina"],
        "9f6140": ["Theo"],
        "小": ["小云"],
        "ＴＨＥＯ": ["Theo"],
        "2davatar": CUSTOM,
        "yun": SYSTEM,
        "copy": [],
        "get_avatar": [],
        ".*": [],
    }.items():
        search.fill(words)
        assert names(opened) == found
        expect(status).to_have_text(f"{len(found)} of 8 avatars")
        expect(opened.get_by_text("No avatar matches.")).to_be_visible(visible=not found)
    opened.get_by_role("button", name="Clear").click()
    expect(status).to_have_text("8 of 8 avatars")
    expect(search).to_be_focused()
    search.fill("mina")
    search.press("Enter")
    assert names(opened) == ["Mina"]


def test_filters(opened):
    origin, kind, alpha = (opened.get_by_role("combobox", name=each) for each in ("Offered by", "Type", "Alpha"))
    origin.select_option("This account")
    assert names(opened) == CUSTOM
    origin.select_option("The service")
    assert names(opened) == SYSTEM
    origin.select_option("All")
    alpha.select_option("With alpha")
    assert names(opened) == ["Mina", "小云"]
    alpha.select_option("Without alpha")
    assert names(opened) == ["Theo", "Amara", "نور"]
    alpha.select_option("Unknown")
    assert names(opened) == SYSTEM
    kind.select_option("2DAvatar")
    assert names(opened) == []
    alpha.select_option("All")
    assert names(opened) == CUSTOM
    opened.get_by_role("searchbox").fill("desk")
    assert names(opened) == ["Theo"]
    opened.get_by_role("button", name="Clear").click()
    expect(opened.get_by_role("status").first).to_have_text("8 of 8 avatars")
    assert names(opened) == CUSTOM + SYSTEM


@pytest.mark.parametrize("script", ["", NO_CLIPBOARD], ids=["clipboard", "command"])
def test_copy(script, tab: Tab, context, gallery):
    page = tab.page
    context.grant_permissions(["clipboard-write"])
    page.add_init_script(script)
    page.goto(gallery().as_uri())
    search = page.get_by_role("searchbox")
    for button, said, copied in (
        ("Copy id Theo", "Copied the id of Theo", "Avatar-9f6140"),
        ("Copy line Theo", "Copied the line of Theo", 'ice.get_avatar("Avatar-9f6140")'),
        ("Copy id Yunhe", "Copied the id of Yunhe", "yunhe"),
    ):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("status").last).to_have_text(said)
        expect(page.get_by_role("button", name=button)).to_be_focused()
        search.fill("")
        search.press("Control+v")
        expect(search).to_have_value(copied)
        page.get_by_role("button", name="Clear").click()
    assert tab.said == []


def test_copy_that_is_refused_selects_the_text(tab: Tab, gallery):
    tab.page.add_init_script(f"{NO_CLIPBOARD}; {NO_COMMAND}")
    tab.page.goto(gallery().as_uri())
    tab.page.get_by_role("button", name="Copy line Mina").click()
    expect(tab.page.get_by_role("status").last).to_contain_text("could not be copied. It is selected")
    assert tab.page.evaluate("getSelection().toString()") == 'ice.get_avatar("Avatar-a684ec")'


FOCUSED = """() => {
  const each = document.activeElement;
  const style = getComputedStyle(each);
  const labels = each.getAttribute("aria-labelledby")?.split(" ").map(id => document.getElementById(id).textContent);
  const box = each.getBoundingClientRect();
  return {
    name: labels?.join(" ") ?? each.labels?.[0]?.textContent ?? each.textContent,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.top >= 0 && box.bottom <= innerHeight
      && each.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)),
  };
}"""


def test_keys_alone(tab: Tab, gallery, context):
    context.grant_permissions(["clipboard-write"])
    page = tab.page
    page.goto(gallery().as_uri())
    stops = []
    for _ in range(6 + 2 * 8):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert [each["name"] for each in stops] == [
        "Skip to the avatars", "Search", "Offered by", "Type", "Alpha", "Clear",
        *(f"Copy {what} {name}" for name in CUSTOM + SYSTEM for what in ("id", "line")),
    ]  # fmt: skip
    assert [each["name"] for each in stops if not (each["outlined"] and each["seen"])] == []

    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Copy id Mina"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_have_text("Copied the id of Mina")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("status").last).to_have_text("Copied the line of Mina")
    page.keyboard.press("Home")  # and back, with keys, to a filter
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED)["name"] == "Offered by"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert names(page) == SYSTEM


def test_what_a_screen_reader_is_told(opened):
    expect(opened).to_have_title(re.compile(r"^Avatars · 127\.0\.0\.1"))
    assert opened.locator("html").get_attribute("lang") == "en"
    expect(opened.get_by_role("main")).to_match_aria_snapshot("- list")
    assert opened.get_by_role("listitem").count() == 8
    expect(opened.get_by_role("search")).to_match_aria_snapshot("""
      - search:
        - text: Search
        - searchbox "Search"
        - text: Offered by
        - combobox "Offered by":
          - option "All" [selected]
          - option "This account"
          - option "The service"
        - text: Type
        - combobox "Type":
          - option "All" [selected]
          - option "2DAvatar"
          - option "unknown"
        - text: Alpha
        - combobox "Alpha":
          - option "All" [selected]
          - option "With alpha"
          - option "Without alpha"
          - option "Unknown"
        - button "Clear"
        - status: 8 of 8 avatars
    """)
    expect(opened.get_by_role("article", name="Mina")).to_match_aria_snapshot("""
      - article "Mina":
        - img "Thumbnail of Mina"
        - text: Custom
        - heading "Mina" [level=2]
        - paragraph: Presents the evening news
        - term: Type
        - definition: 2DAvatar
        - term: Size
        - definition: 1080 × 1920
        - term: Alpha
        - definition: "yes"
        - code: Avatar-a684ec
        - code: ice.get_avatar("Avatar-a684ec")
        - button "Copy id Mina"
        - button "Copy line Mina"
    """)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_rules_of_accessibility(scheme, width, opened):
    opened.set_viewport_size({"width": width, "height": 900})
    opened.emulate_media(color_scheme=scheme)
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()


COLOURS = """() => {
  const behind = (each) => {
    for (; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), each = walker.currentNode.parentElement;
    if (text && !["SCRIPT", "STYLE"].includes(each.tagName))
      found.push([text, getComputedStyle(each).color, behind(each), 4.5]);
  }
  for (const each of document.querySelectorAll("input, select, button")) {
    const style = getComputedStyle(each);
    found.push([each.id, style.color, style.backgroundColor, 4.5]);
    for (const side of [style.backgroundColor, behind(each.parentElement)])
      found.push([`border of ${each.id}`, style.borderTopColor, side, 3]);
  }
  const words = document.getElementById("words");
  found.push(["placeholder", getComputedStyle(words, "::placeholder").color, behind(words), 4.5]);
  const probe = document.querySelector("article button");
  probe.focus();
  found.push(["focus", getComputedStyle(probe).outlineColor, behind(probe.parentElement), 3]);
  probe.classList.add("done");
  found.push(["done", getComputedStyle(probe).color, getComputedStyle(probe).backgroundColor, 4.5]);
  return found;
}"""


def luminance(colour: str) -> float:
    """Of a colour as a browser computes it (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    parts = [int(each) / 255 for each in re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour).groups()]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_in_the_dark_and_in_the_light(opened):
    papers = []
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        found = opened.evaluate(COLOURS)
        assert len(found) > 100
        assert [each for each in found if contrast(each[1], each[2]) < each[3]] == []
        papers.append(luminance(opened.evaluate("getComputedStyle(document.documentElement).backgroundColor")))
    assert papers[0] > 0.8
    assert papers[1] < 0.05


@pytest.mark.parametrize("width", [320, 700, 1280, 2560])
def test_no_width_makes_it_scroll_sideways(width, opened):
    opened.set_viewport_size({"width": width, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert names(opened) == CUSTOM + SYSTEM


def test_without_script_all_is_there_and_nothing_that_needs_it(browser, gallery):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery().as_uri())
    assert names(page) == CUSTOM + SYSTEM
    for role in ("button", "searchbox", "combobox", "status"):
        assert page.get_by_role(role).count() == 0
    expect(page.get_by_text("Avatar-a684ec", exact=True)).to_be_visible()
    expect(page.get_by_text('ice.get_avatar("Avatar-a684ec")')).to_be_visible()
    context.close()


def test_no_avatars_at_all(tab: Tab, ice_avatar, emulator, tmp_path):
    emulator.avatars.clear()
    emulator.faults.update({"deny": True, "actions": ["ListSmartSysAvatarModels"]})
    path = tmp_path / "none.html"
    assert ice_avatar("gallery", "--output", str(path)).returncode == 0
    tab.page.goto(path.as_uri())
    expect(tab.page.get_by_text("There are no avatars.")).to_be_visible()
    expect(tab.page.get_by_role("status").first).to_have_text("0 of 0 avatars")
    expect(tab.page.get_by_text("Left out, because it could not be looked up: the system avatars.")).to_be_visible()
