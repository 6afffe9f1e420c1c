"""What others have written is shown and never obeyed."""

from __future__ import annotations

import ast
import re
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings, strategies as st
from playwright.sync_api import expect

from pulumi_ice_avatar.gallery import page
from pulumi_ice_avatar.models import AvatarRecord, SystemAvatar
from tests.gallery.conftest import Tab

ATTACK = "document.title='taken';alert(1);fetch('http://127.0.0.1:9/')"
HOSTILE = [
    f"<script>{ATTACK}</script>",
    f"</script><script>{ATTACK}</script>",
    f"</style><style>*{{display:none}}</style><script>{ATTACK}</script>",
    f'"><img src=x onerror="{ATTACK}">',
    f"'><svg onload={ATTACK}>",
    f'" onmouseover="{ATTACK}" x="',
    f"javascript:{ATTACK}",
    f"</title></head><body onload={ATTACK}>",
    "--><!--",
    "<![CDATA[<b>]]>",
    '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
    '<base href="http://127.0.0.1:9/"><link rel="stylesheet" href="x.css">',
    "<form action=http://127.0.0.1:9/><button>Copy id</button></form>",
    "&lt;b&gt;&amp;&#x3c;",
    "$script ${script} $$ {} {0} %s \\",
    "\u202eanneH\u202c \u2066isolated",
    "a\u0301\u0302\u0303" * 100,
    "🧑🏽‍💻 👩‍👩‍👧‍👦 नमस्ते مرحبا",
    "`${alert(1)}`\u2028\u2029x",
]
URLS = [
    f"javascript:{ATTACK}",
    f"JaVaScRiPt:{ATTACK}",
    f" javascript:{ATTACK}",
    f"data:text/html,<script>{ATTACK}</script>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x.png",
    "//127.0.0.1:9/x.png",
    "x.png",
    "blob:http://127.0.0.1/x",
    "http:",
    "http://",
    "http://[",
    "java\nscript:alert(1)",
]


def record(avatar_id: str, text: str, url: str) -> dict[str, object]:
    return {
        "AvatarId": avatar_id,
        "AvatarName": text,
        "AvatarDescription": text,
        "AvatarType": text,
        "Thumbnail": url,
        "Portrait": text,
        "Transparent": True,
        "Width": 1080,
        "Height": 1920,
    }


@pytest.fixture
def hostile(emulator) -> list[str]:
    """An account in which every text is hostile; returns the ids."""
    emulator.avatars.clear()
    for number, text in enumerate(HOSTILE):
        avatar_id = f"{number} {text}"
        picture = f'{emulator.endpoint}/thumbnails/x.png?"><script>{ATTACK}</script>'
        emulator.avatars[avatar_id] = record(avatar_id, text, [*URLS, picture][number % (len(URLS) + 1)])
    return list(emulator.avatars)


def test_nothing_is_executed_and_everything_is_shown_as_it_is(tab: Tab, gallery, emulator, hostile):
    path = gallery()
    tab.page.goto(path.as_uri(), wait_until="networkidle")
    expect(tab.page).to_have_title(re.compile("^Avatars · "))
    shown = tab.page.locator("main li")
    assert shown.count() == len(HOSTILE) + 3
    for index, (avatar_id, text) in enumerate(zip(hostile, HOSTILE, strict=True)):
        card = shown.nth(index)
        card.scroll_into_view_if_needed()
        card.hover()
        assert card.get_by_role("heading").text_content() == text
        assert card.locator(".about").text_content() == text
        assert card.locator(".type").text_content() == text
        assert card.locator(".id").text_content() == avatar_id
        call = ast.parse(card.locator("code").nth(1).text_content(), mode="eval").body
        assert [each.value for each in call.args] == [avatar_id]
        assert card.locator("button, script, style, form, svg, b").count() == 2  # the two that copy
    types = tab.page.get_by_role("combobox", name="Type").get_by_role("option").all_text_contents()
    assert len(types) == len(HOSTILE) + 2
    outside = [
        each for each in tab.requests if not each.startswith((path.as_uri(), f"{emulator.endpoint}/thumbnails/"))
    ]
    assert outside == []
    # Chromium says that one picture is not found, and nothing of refused scripts, because there are none.
    assert [each for each in tab.said if "404" not in each] == []


def test_hostile_avatars_are_found_filtered_and_copied(tab: Tab, context, gallery, hostile):
    context.grant_permissions(["clipboard-write"])
    page = tab.page
    page.goto(gallery().as_uri())
    page.get_by_role("searchbox").fill("</SCRIPT><script>")
    assert page.locator("main li:visible").count() == 1
    page.locator("main li:visible").get_by_role("button", name="Copy id").click()
    expect(page.get_by_role("status").last).to_contain_text("Copied the id of </script><script>")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("searchbox").press("Control+v")
    expect(page.get_by_role("searchbox")).to_have_value(hostile[1])
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("combobox", name="Type").select_option(index=5)
    assert page.locator("main li:visible .id").text_content() == hostile[4]


def test_the_policy_stops_what_escaping_would_have_let_through(tab: Tab, gallery):
    """Even where every value went into the page as it came, nothing of it would run or be loaded."""
    path = gallery()
    broken = path.read_text("utf-8").replace("Presents the evening news", "".join(HOSTILE[:2] + HOSTILE[3:6]))
    assert broken.count(ATTACK) == 5
    asked = []
    tab.page.on("request", lambda request: ":9/" in request.url and asked.append(request))
    path.write_text(
        broken.replace(
            "</main>", "</main><iframe src='http://127.0.0.1:9/'></iframe><script src=http://127.0.0.1:9/></script>"
        )
    )
    tab.page.goto(path.as_uri(), wait_until="networkidle")
    expect(tab.page).to_have_title(re.compile("^Avatars · "))
    assert [each for each in tab.said if each.startswith("dialog")] == []
    assert asked != []
    assert {each.failure for each in asked} == {"csp"}
    assert any("Content Security Policy" in each for each in tab.said)


@pytest.mark.parametrize("url", URLS)
def test_addresses_that_are_none_of_the_web_are_dropped(url):
    made = page([avatar(thumbnail=url), system(cover_url=url)], "here", NOW)
    assert "<img" not in made
    assert made.count("No thumbnail") == 2


@pytest.mark.parametrize("url", ["https://example.com/a.png?Signature=a%2Bb&Expires=1", "HTTP://例え.jp/小.png"])
def test_addresses_of_the_web_are_kept_as_they_came(url):
    parser = Attributes(page([avatar(thumbnail=url)], "here", NOW))
    assert parser.values("src") == [url]
    assert ("referrerpolicy", "no-referrer") in parser.found
    assert ("loading", "lazy") in parser.found


NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


def avatar(**changes: object) -> AvatarRecord:
    known = {"avatar_id": "a", "avatar_name": "b", "avatar_description": "c", "avatar_type": "d", "thumbnail": "",
             "portrait": "", "transparent": True, "width": 1, "height": 2}  # fmt: skip
    return AvatarRecord(**{**known, **changes})


def system(**changes: object) -> SystemAvatar:
    known = {"avatar_id": "a", "avatar_name": "b", "cover_url": "", "video_url": "", "width": 1, "height": 2}
    return SystemAvatar(**{**known, **changes})


class Attributes(HTMLParser):
    """Tags and attributes as somebody else's parser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.found += attrs

    def values(self, name: str) -> list[str | None]:
        return [value for key, value in self.found if key == name]


PIECES = [
    "<b>",
    "</h2>",
    "</code",
    "<!--",
    "-->",
    "<",
    ">",
    '"',
    "'",
    "&",
    "&quot;",
    "&#",
    " x=",
    "/",
    "$",
    "\\",
    " ",
    "\n",
    "\r",
    "\0",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=6).map("".join)


@settings(deadline=None)
@given(texts, texts, texts, texts, texts, texts)
def test_no_text_makes_a_tag_or_an_attribute(avatar_id, name, about, kind, url, place):
    """Whatever the texts are, the page has the elements that it has with harmless ones."""

    def shape(text: str) -> tuple[list[str], list[str]]:
        parser = Attributes(text)
        return parser.tags, [key for key, _ in parser.found]

    def made(name: str, *texts: str) -> str:
        avatar_id, about, kind, url, place = texts
        named = {"avatar_id": avatar_id, "avatar_name": name}
        return page(
            [
                avatar(**named, avatar_description=about, avatar_type=kind, thumbnail=f"https://example.com/{url}"),
                system(**named, cover_url=url),
            ],
            place, NOW, [about],
        )  # fmt: skip

    url = "".join(filter(str.isprintable, url)) or "x"
    harmless = made("b" if name.strip() else "", "a", "c", "d" if kind.strip() else "", "x", "here")
    assert shape(made(name, avatar_id, about, kind, url, place)) == shape(harmless)
