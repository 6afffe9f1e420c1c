"""One example of every way in which a text can match some patterns and not others.

Patterns divide all texts into classes: two texts are in one class when the same patterns match both. Policies cannot
tell the texts of a class apart, so trying one of each is trying all. They are found by walking the automaton of all
patterns at once, breadth first, which meets the shortest text of a class before any other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import chain, count
from typing import NamedTuple

__all__ = ["Pattern", "representatives"]

#: The automaton has about as many states as the patterns have characters, except where many begin with a star, and
#: makes a step for each state and character.
_MOST_STEPS = 200_000
_MOST_CLASSES = 500

_SPARE = "xyzXYZ0123456789abcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVW_~"


class Pattern(NamedTuple):
    """A pattern, or a text that only matches itself.

    Attributes:
        text: As it is written.
        wildcards: Whether `*` and `?` stand for other characters.
        ignore_case: Whether letters match in either case.
    """

    text: str
    wildcards: bool = True
    ignore_case: bool = False


def representatives(patterns: Iterable[Pattern], *, prefix: str = "", without: str = "") -> tuple[list[str], bool]:
    """Find a text of every class.

    Args:
        patterns: What divides the texts.
        prefix: What every text begins with; at least one character follows.
        without: Characters that do not follow the prefix.

    Returns:
        The texts, short ones first, and whether these are all classes: many patterns that begin with a `*` make more
        than anybody can wait for.
    """
    automaton = _Automaton(patterns, prefix)
    alphabet = [character for character in automaton.alphabet if character not in without]
    start = automaton.start
    for character in prefix:
        start = automaton.step(start, character)
    found: dict[int, str] = {}
    seen = {start}
    queue = deque([(start, prefix)])
    steps = 0
    while queue:
        state, text = queue.popleft()
        steps += len(alphabet)
        if steps > _MOST_STEPS or len(found) > _MOST_CLASSES:
            return list(found.values()), False
        for character in alphabet:
            following = automaton.step(state, character)
            accepted = following & automaton.final
            if accepted not in found:
                # `bucket/x` is easier to read than `bucket/`, where it makes no difference.
                further = automaton.step(following, automaton.spare) & automaton.final
                readable = automaton.spare if not character.isalnum() and further == accepted else ""
                found[accepted] = text + character + readable
            if following not in seen:
                seen.add(following)
                queue.append((following, text + character))
    return list(found.values()), True


class _Automaton:
    """All patterns side by side: bit i of a state says that what precedes position i has been read.

    A position is the space before a token or after the last one, where a token is a character to be read; a star is
    no token but a loop at its position.

    Attributes:
        alphabet: The characters of the patterns and the prefix, and `spare`.
        spare: One character that occurs in none of them, for all others.
        start: The state before anything is read.
        final: The positions after whole patterns.
    """

    def __init__(self, patterns: Iterable[Pattern], prefix: str) -> None:
        self._moves: dict[str, int] = dict.fromkeys(prefix, 0)
        self._any = self._loops = self.start = self.final = 0
        at = 0
        for text, wildcards, ignore_case in patterns:
            self.start |= 1 << at
            for token in text:
                position = 1 << at
                if wildcards and token == "*":
                    self._loops |= position
                    continue
                if wildcards and token == "?":
                    self._any |= position
                else:
                    for character in _cases(token) if ignore_case else (token,):
                        self._moves[character] = self._moves.get(character, 0) | position
                at += 1
            self.final |= 1 << at
            at += 1
        self.spare = next(spare for spare in chain(_SPARE, map(chr, count(ord("¡")))) if spare not in self._moves)
        self._moves[self.spare] = 0
        self.alphabet = sorted(self._moves, key=lambda character: (character != self.spare, character))

    def step(self, state: int, character: str) -> int:
        """The state after one more character."""
        return ((state & (self._moves[character] | self._any)) << 1) | (state & self._loops)


def _cases(letter: str) -> set[str]:
    return {letter, *(other for other in (letter.lower(), letter.upper()) if len(other) == 1)}
