"""Make docs/images/gallery.png: the gallery of the emulator's avatars in tools/gallery-seed.json, in Chromium.

python tools/gallery_screenshot.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from pulumi_ice_avatar.emulator import Emulator

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "gallery.png"


def main() -> int:
    """Make the picture; returns the exit code."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("no Chromium on PATH: apt-get install chromium", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, Emulator(ROOT / "tools" / "gallery-seed.json") as emulator:
        gallery = Path(folder) / "gallery.html"
        command = [sys.executable, "-m", "pulumi_ice_avatar", "gallery", "--output", gallery, "--region", "cn-shanghai"]
        subprocess.run(command, env={**os.environ, **emulator.environment()}, check=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 1010}, color_scheme="light")
            page.goto(gallery.as_uri(), wait_until="networkidle")
            PICTURE.parent.mkdir(exist_ok=True)
            page.screenshot(path=PICTURE)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
