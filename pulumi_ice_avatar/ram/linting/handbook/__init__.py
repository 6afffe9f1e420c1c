"""Every code that a user can meet, with its page: those of the linter's rules, and a few of what stands around them.

RAM901 to RAM903 come from comparing policies and RAM95x from the settings of a project; no document triggers them, so
they are no rules of the linter, and their pages are beside this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.linting import rules
from pulumi_ice_avatar.ram.linting.rules import ERROR, WARNING

__all__ = ["EXPIRED", "UNUSED", "Entry", "choose", "entries", "find", "page", "summary", "titled_page"]


class Entry(NamedTuple):
    """What the handbook has on a code.

    Attributes:
        code: `RAM` and three digits.
        name: The same in words, in kebab case.
        severity: `error`, `security`, `warning` or `suggestion`; a finding may differ where the page says so.
        default: False for a rule that runs only where it is selected by its code or name.
        kinds: The kinds of policy it is for.
    """

    code: str
    name: str
    severity: str
    default: bool = True
    kinds: tuple[str, ...] = KINDS


UNUSED = Entry("RAM950", "unused-suppression", WARNING)
EXPIRED = Entry("RAM951", "expired-suppression", WARNING)

_OWN = (
    Entry("RAM901", "required-action-not-granted", ERROR),
    Entry("RAM902", "grants-more-than-required", WARNING),
    Entry("RAM903", "denied-action-granted", ERROR),
    UNUSED,
    EXPIRED,
)


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Every entry by its code, in the order of the codes."""
    found = {
        each.code: Entry(each.code, each.name, each.severity, each.default, each.kinds)
        for each in rules.all_rules().values()
    }
    return {**found, **{each.code: each for each in _OWN}}


def page(code: str) -> str:
    """The documentation of a code, as Markdown without a title."""
    if code in rules.all_rules():
        return rules.page(code)
    return (Path(__file__).parent / f"{code}.md").read_text(encoding="utf-8")


def titled_page(code: str) -> str:
    """The documentation of a code as a Markdown document."""
    entry = entries()[code]
    facts = [f"Severity: {entry.severity}."]
    if entry.kinds != KINDS:
        facts.append(f"For policies of the kind {' or '.join(entry.kinds)}.")
    if not entry.default:
        facts.append("Off unless selected by its code or name.")
    return f"# {code} {entry.name}\n\n{' '.join(facts)}\n\n{_with_air(page(code))}"


def _with_air(markdown: str) -> str:
    """Blank lines around headings, without which some renderers take them for text."""
    return re.sub(r"\n*^(## .+)\n+", r"\n\n\1\n\n", markdown, flags=re.MULTILINE).lstrip()


def summary(code: str) -> str:
    """A code in a nutshell: the first sentence of its page."""
    what = re.search(r"## What\s+(.+?[.])(?:\s|$)", page(code), re.DOTALL)
    return " ".join(what[1].split()) if what else ""


def find(word: str) -> Entry:
    """Find an entry by its code or name.

    Args:
        word: Such as `RAM108` or `invalid-effect`.

    Returns:
        The entry.

    Raises:
        InvalidInputError: There is none; the message says what was probably meant.
    """
    for each in entries().values():
        if word in (each.code, each.name):
            return each
    from pulumi_ice_avatar.ram.spelling import Vocabulary
    from pulumi_ice_avatar.ram.wording import quote

    meant = Vocabulary(each for entry in entries().values() for each in entry[:2]).nearest(word)
    if meant is None and word.upper() in entries():
        meant = word.upper()
    hint = f" (did you mean {meant}?)" if meant else ""
    raise InvalidInputError(f"no rule is called {quote(word)}{hint}: see `ice-avatar rules`")


def choose(select: Iterable[str] | None, ignore: Iterable[str] | None) -> frozenset[str]:
    """The codes to report.

    Args:
        select: Codes, beginnings of codes (`RAM4`) or names; None for all that are on by default.
        ignore: The same, for what is not to be reported.

    Returns:
        Whole codes.

    Raises:
        InvalidInputError: There is no such rule.
    """
    known = entries()
    chosen = {code for code, entry in known.items() if entry.default} if select is None else set()
    for word in select or ():
        begun = _beginning_with(word)
        chosen |= {code for code in begun if known[code].default} if begun else {find(word).code}
    for word in ignore or ():
        chosen -= _beginning_with(word) or {find(word).code}
    return frozenset(chosen)


def _beginning_with(word: str) -> set[str]:
    """The codes that a beginning, but no whole code, stands for."""
    if word in entries() or not word.startswith("RAM"):
        return set()
    return {code for code in entries() if code.startswith(word)}
