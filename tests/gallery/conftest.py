"""A real browser without a window, and galleries that the command line made of the emulator's avatars."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

# How long to wait for what has to come; machines that run tests are busy.
expect.set_options(timeout=30_000)


# Not for the whole session: while Playwright is open its event loop runs, and tests of others call asyncio.run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without one the tests are skipped, unless REQUIRE_CHROMIUM says that there has to be one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"none of {', '.join(NAMES)} on PATH: apt-get install chromium"
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        # Chromium has no sandbox for root, whom containers run tests as.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


class Tab:
    """A page, and what it did that nobody may do unseen."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.on("popup", lambda popup: self.said.append(f"popup {popup.url}"))

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def tab(context: BrowserContext) -> Tab:
    return Tab(context)


@pytest.fixture
def gallery(ice_avatar: Any, tmp_path: Path) -> Any:
    """Makes the gallery of what the emulator has; returns the file."""

    def make(*arguments: str) -> Path:
        path = tmp_path / "avatars.html"
        done = ice_avatar("gallery", "--output", str(path), *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return path

    return make


@pytest.fixture
def emulator() -> Iterator[Any]:
    """The service with five avatars and three of the system, all with pictures."""
    from pulumi_ice_avatar.emulator import Emulator
    from tests.conftest import ROOT

    with Emulator(ROOT / "tools" / "gallery-seed.json") as running:
        yield running
