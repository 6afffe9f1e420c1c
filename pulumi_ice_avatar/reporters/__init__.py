"""Findings in the forms that people and other programs read, one module a form."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import NamedTuple, TextIO

from pulumi_ice_avatar.ram.linting.linter import Finding

__all__ = ["FORMATS", "Report", "Reported", "reporter"]

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab")


class Reported(NamedTuple):
    """What a report says of a file.

    Attributes:
        file: The path, as the user knows it.
        findings: What was found, in the order of the file.
        text: The text of the file; None where there are no findings.
        failing: The severities that make a run fail.
        policy: False for a file of settings, True for a policy.
    """

    file: str
    findings: tuple[Finding, ...]
    text: str | None
    failing: frozenset[str]
    policy: bool = True


Report = Callable[[Iterable[Reported], TextIO], None]
"""Writes a report about files, in their order; it may begin before the last is known."""


def reporter(form: str) -> Report:
    """Find what writes one of the `FORMATS`."""
    report: Report = importlib.import_module(f"{__name__}.{form}").report
    return report
