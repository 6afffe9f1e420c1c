"""What documents print: programs, and sessions of `$ command` lines and their output, where `…` stands for anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple


class Step(NamedTuple):
    """A command and what the document says it prints."""

    command: str
    printed: str


def programs(document: Path) -> list[str]:
    """Every ```python block of a document."""
    return re.findall(r"^```python\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def sessions(document: Path) -> list[list[Step]]:
    """Every ```console block of a document."""
    blocks = re.findall(r"^```console\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [
        [Step(*re.fullmatch(r"([^\n]*)\n?(.*)", part, re.DOTALL).groups()) for part in block.split("$ ")[1:]]
        if block.startswith("$ ")
        else []
        for block in blocks
    ]


def agrees(said: str, printed: str) -> bool:
    """Whether what a command said is what the document prints; a document that prints nothing leaves it open."""
    if not printed:
        return True
    pattern = "".join(".*?" if part == "…" else re.escape(part) for part in re.split("(…)", printed.strip("\n")))
    return re.fullmatch(pattern, said.strip("\n"), re.DOTALL) is not None
