from __future__ import annotations

import re
from pathlib import Path

import pulumi_ice_avatar
from pulumi_ice_avatar.ram.deciding.choices import CHOICES

SOURCES = Path(pulumi_ice_avatar.__file__).parent / "ram"


def test_every_choice_is_marked_in_the_code_and_every_mark_is_a_choice() -> None:
    marks = {
        name
        for path in SOURCES.rglob("*.py")
        if path.name != "choices.py"
        for group in re.findall(r"\(choices?: ([a-z0-9, -]+)\)", path.read_text(encoding="utf-8"))
        for name in group.split(", ")
    }
    assert marks == {choice.name for choice in CHOICES}


def test_choices_are_told_apart_and_complete() -> None:
    assert len({choice.name for choice in CHOICES}) == len(CHOICES)
    assert all(text.endswith(".") for choice in CHOICES for text in choice[1:])
