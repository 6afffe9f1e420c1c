"""What was probably meant: the one known word within a slip of a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Vocabulary", "within"]

_SHORT = 4
"""Shorter words are one slip from too many others to guess from."""

_LONG = 12
"""From this length on a second slip still leaves the word unmistakable."""


def within(one: str, other: str, slips: int) -> bool:
    """Tell whether two words are at most so many slips apart.

    A slip is a letter added, dropped or replaced, or two neighbours swapped: the optimal string alignment distance.
    The cost grows with the number of slips, not with the product of the lengths, because what two words share at
    either end is compared at once.

    Args:
        one: A word.
        other: Another word.
        slips: The largest distance, 0 to 2: the work grows fourfold with each.

    Returns:
        True when one word turns into the other with that many slips or fewer.
    """
    if one == other:
        return True
    if not slips or abs(len(one) - len(other)) > slips:
        return False
    start = 0
    for left, right in zip(one, other):  # noqa: B905 - words differ in length, and strict= costs time
        if left != right:
            break
        start += 1
    a, b = one[start:], other[start:]
    return (
        within(a[1:], b[1:], slips - 1)
        or within(a[1:], b, slips - 1)
        or within(a, b[1:], slips - 1)
        or (a[:2] == b[1::-1] and len(a) > 1 and within(a[2:], b[2:], slips - 1))
    )


class Vocabulary:
    """Known words, ready to be searched for the one nearest to a mistyped word, whatever the case.

    Words are kept by length, each with the set of its letters as bits of an integer: two words that are two slips
    apart differ in at most four letters, which rules out nearly all of them with one operation.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[int, list[tuple[int, str, str]]] = {}
        for word in words:
            lower = word.lower()
            self._words.setdefault(len(lower), []).append((_letters(lower), lower, word))
        self._longest = max(self._words, default=0)

    def nearest(self, word: str) -> str | None:
        """Find what was probably meant.

        Args:
            word: A word that is not known, of any length.

        Returns:
            The known word one slip away, or for long words two slips, if there is exactly one; None where there is
            none, where several are equally near, and for a known word.
        """
        length = len(word)
        if not _SHORT <= length <= self._longest + 2:
            return None
        lower = word.lower()
        letters = _letters(lower)
        for slips in (0, 1, 2) if length >= _LONG else (0, 1):
            found = [
                known
                for near in range(length - slips, length + slips + 1)
                for bits, candidate, known in self._words.get(near, ())
                if (bits ^ letters).bit_count() <= 2 * slips and within(lower, candidate, slips)
            ]
            if found:
                return found[0] if slips and len(found) == 1 else None
        return None


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits
