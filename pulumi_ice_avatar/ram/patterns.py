"""How patterns of the policy language relate to one another: which one covers another, and which can meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_ice_avatar.ram.matching import Matcher, wildcard

__all__ = ["covered", "is_pattern", "meets"]

_MOST_IRREGULAR = 32
"""Patterns with a star before their end are tried one by one on all others, so only so many of a list are."""

_LONGEST = 512
"""And none that is longer than this."""


def is_pattern(text: str) -> bool:
    """Tell whether a text has a wildcard in it."""
    return "*" in text or "?" in text


def covered(patterns: Sequence[str], *, ignore_case: bool = False) -> list[tuple[int, int]]:
    """Find the entries of a list that match nothing that another entry does not match as well.

    Of several that say the same the first is kept. The work grows with the length of the list, not with its square.

    Args:
        patterns: The entries.
        ignore_case: Whether letters match in either case.

    Returns:
        The index of each superfluous entry, in order, with the index of one that covers it.
    """
    texts: Sequence[str] = [text.lower() for text in patterns] if ignore_case else patterns
    if len(set(texts)) == len(texts):
        wild = [text for text in texts if "*" in text or "?" in text]
        if not wild:
            return []
        # What all begin with, as `acs:oss:*:*:`, says nothing of one and another. Without it most lists have no
        # pattern but one with a star at its end.
        head = texts[0][: texts[0].rfind(":") + 1]
        if head and all(text.startswith(head) for text in texts):
            texts = [text[len(head) :] for text in texts]
            wild = [text for text in texts if "*" in text or "?" in text]
        if not wild or (len(wild) == 1 and _covers_itself_alone(wild[0], texts)):
            return []
    lists = _Lists(texts)
    found = []
    for index, text in enumerate(texts):
        for other in lists.covering(text, index):
            # Two patterns that cover each other say the same.
            if other < index or index not in lists.covering(texts[other], other):
                found.append((index, other))
                break
    return found


def _covers_itself_alone(pattern: str, texts: Sequence[str]) -> bool:
    """Tell whether no other text begins with a pattern that has one star, at its end."""
    stem = pattern[:-1]
    return pattern[-1] == "*" and not is_pattern(stem) and sum([text.startswith(stem) for text in texts]) == 1


class _Lists:
    """A list of patterns, ready to be asked which of them cover another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._first: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._irregular: list[tuple[Matcher, bool, int]] = []
        for index, text in enumerate(texts):
            if self._first.setdefault(text, index) != index:
                continue
            stem = text.rstrip("*")
            if stem != text:
                self._stems.setdefault(stem, index)
            if is_pattern(stem) and len(text) <= _LONGEST and len(self._irregular) < _MOST_IRREGULAR:
                self._irregular.append((wildcard(text), "?" in text, index))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def covering(self, text: str, own: int) -> Iterator[int]:
        """The indexes of the entries that cover the entry `own`, the widest prefix first."""
        if self._first[text] != own:
            yield self._first[text]
        for length in self._lengths:
            index = self._stems.get(text[:length], own)
            if index != own:
                yield index
        for matches, single, index in self._irregular:
            # A star in the text stands for any text, which a star can take, but not a `?`.
            if index != own and not (single and "*" in text) and matches(text):
                yield index


def meets(pattern: str, template: str) -> bool:
    """Tell whether a pattern matches any of the texts that a template stands for.

    Args:
        pattern: Text with `*` and `?`.
        template: Text in which `*` stands for any text, and `+` for one or more characters other than a slash.

    Returns:
        True when some text fits both.
    """
    end = len(template)
    # The places in the template that can have been reached. A star reaches all from the first of them on.
    places = _onward({0}, template)
    for character in pattern:
        if character == "*":
            places = set(range(min(places), end + 1))
            continue
        reached = set()
        for place in places - {end}:
            expected = template[place]
            if expected == "*":
                reached.add(place)
            elif expected == "+":
                if character != "/":
                    reached |= {place, place + 1}
            elif character in (expected, "?"):
                reached.add(place + 1)
        places = _onward(reached, template)
        if not places:
            return False
    return end in places


def _onward(places: set[int], template: str) -> set[int]:
    """Add the places behind stars, as these can stand for nothing."""
    for place in list(places):
        while place < len(template) and template[place] == "*":
            place += 1
            places.add(place)
    return places
