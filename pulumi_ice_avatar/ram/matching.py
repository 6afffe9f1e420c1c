"""Wildcard matching of the policy language: `*` stands for any run of characters, `?` for exactly one.

Both cross `:` and `/`: the resource `acs:*:*cn-beijing*:*:*` of a documented control policy needs it. No other
character is special, those of `${…}` included (choice: policy-variables).

Every `*` is resolved once, leftmost first, so that the time grows with the text and not with the number of ways to
divide it, as it would for a regular expression that backtracks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

__all__ = ["Patterns", "wildcard"]

Matcher = Callable[[str], bool]


class Patterns:
    """A list of patterns, of which one has to match; most are exact texts or prefixes and cost next to nothing.

    Attributes:
        texts: The patterns as they were written.
        ignore_case: Whether letters match in either case.
    """

    __slots__ = ("_everything", "_exact", "_prefixes", "_wildcards", "ignore_case", "texts")

    def __init__(self, texts: Iterable[str], *, ignore_case: bool = False) -> None:
        self.texts = tuple(texts)
        self.ignore_case = ignore_case
        exact: set[str] = set()
        prefixes: list[str] = []
        self._wildcards: list[Matcher] = []
        for text in {text.lower() for text in self.texts} if ignore_case else set(self.texts):
            stem = text.rstrip("*")
            if "*" in stem or "?" in stem:
                self._wildcards.append(wildcard(text))
            elif stem == text:
                exact.add(text)
            else:
                prefixes.append(stem)
        self._exact = frozenset(exact)
        self._prefixes = tuple(prefixes)
        self._everything = "" in prefixes

    def match(self, text: str) -> bool:
        """Tell whether any of the patterns matches the whole text."""
        if self._everything:
            return True
        if self.ignore_case:
            text = text.lower()
        return (
            text in self._exact or text.startswith(self._prefixes) or any(matches(text) for matches in self._wildcards)
        )


def wildcard(pattern: str) -> Matcher:
    """Compile one pattern.

    Args:
        pattern: Text with any number of `*` and `?`.

    Returns:
        A function that tells whether the pattern matches the whole of a text.
    """
    first, *others = (_Run(text) for text in pattern.split("*"))
    if not others:
        return lambda text: len(text) == first.length and first.at(text, 0)
    last = others.pop()
    between = [run for run in others if run.length]

    def matches(text: str) -> bool:
        start, end = first.length, len(text) - last.length
        if start > end or not first.at(text, 0) or not last.at(text, end):
            return False
        for run in between:
            start = run.after(text, start, end)
            if start < 0:
                return False
        return True

    return matches


class _Run:
    """The characters between two stars, to be found as they are; a `?` among them is any one character."""

    __slots__ = ("_pattern", "_text", "length")

    def __init__(self, text: str) -> None:
        self._text = text
        self.length = len(text)
        # Without quantifiers a regular expression has nothing to backtrack over.
        self._pattern = re.compile(".".join(map(re.escape, text.split("?"))), re.DOTALL) if "?" in text else None

    def at(self, text: str, position: int) -> bool:
        """Tell whether the run stands at a position."""
        if self._pattern is None:
            return text.startswith(self._text, position)
        return self._pattern.match(text, position) is not None

    def after(self, text: str, start: int, end: int) -> int:
        """The position behind the leftmost occurrence between start and end, or -1."""
        if self._pattern is None:
            found = text.find(self._text, start, end)
            return found + self.length if found >= 0 else -1
        match = self._pattern.search(text, start, end)
        return match.end() if match else -1
