from __future__ import annotations

from itertools import product

from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar.ram.deciding.representatives import Pattern, representatives
from pulumi_ice_avatar.ram.matching import wildcard

patterns = st.builds(Pattern, st.text("ab*?", max_size=4), st.booleans(), st.booleans())


def matches(pattern: Pattern, text: str) -> bool:
    if pattern.ignore_case:
        pattern, text = pattern._replace(text=pattern.text.lower()), text.lower()
    return wildcard(pattern.text)(text) if pattern.wildcards else pattern.text == text


def classes(texts: list[str], listed: list[Pattern]) -> set[tuple[bool, ...]]:
    return {tuple(matches(pattern, text) for pattern in listed) for text in texts}


@settings(deadline=None, max_examples=50)
@given(st.lists(patterns, max_size=4), st.sampled_from(["", "a", "b:"]))
def test_every_class_of_texts_has_one(listed: list[Pattern], prefix: str) -> None:
    found, complete = representatives(listed, prefix=prefix)
    assert complete
    assert all(text.startswith(prefix) and len(text) > len(prefix) for text in found)
    tried = [prefix + "".join(letters) for length in range(1, 6) for letters in product("abAx*?", repeat=length)]
    assert classes(found, listed) >= classes(tried, listed)
    assert len(classes(found, listed)) == len(found)


def test_characters_can_be_left_out() -> None:
    found, _ = representatives([Pattern("acs:oss:*:*:b/*")], prefix="acs:oss:cn-shanghai:1:", without=":")
    assert found == ["acs:oss:cn-shanghai:1:x", "acs:oss:cn-shanghai:1:b/x"]


def test_too_many_classes_end_and_say_so() -> None:
    found, complete = representatives([Pattern(f"*{left}{right}*") for left in "abcdef" for right in "abcdef"])
    assert found
    assert not complete


def test_every_character_of_an_alphabet_may_be_in_use() -> None:
    letters = "".join(chr(code) for code in range(0x21, 0x180))
    found, _ = representatives([Pattern(letters, wildcards=False)])
    assert len(found) == 2
    assert found[0] not in letters
    assert found[1] == letters
