from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parent / "corpus"


class Example(NamedTuple):
    """A fenced block of a rule's page, with the options of its info string: `json kind=trust now=2026-11-22`."""

    section: str
    language: str
    options: dict[str, str]
    text: str

    @property
    def document(self) -> str | bytes:
        """The document that the block stands for.

        `fill=6200` puts as many letters for `…` as make it that long, `encoding=utf-16` makes it the bytes of a file.
        """
        text = self.text
        if "fill" in self.options:
            text = text.replace("…", "a" * (int(self.options["fill"]) - len(text) + 1))
        return text.encode(self.options["encoding"]) if "encoding" in self.options else text

    @property
    def source(self) -> str:
        return f"example.{self.language}"


def examples(page: str) -> list[Example]:
    """Every fenced block of a page."""
    found = []
    for section, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL):
        for info, text in re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", body, re.MULTILINE | re.DOTALL):
            language, *options = info.split()
            found.append(
                Example(section, language, dict(each.split("=", 1) for each in options), text.removesuffix("\n"))
            )
    return found
