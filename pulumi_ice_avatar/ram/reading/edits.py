"""Changes of a text, as a finding proposes them."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.linting.rules import Repair
    from pulumi_ice_avatar.ram.reading.nodes import Place
    from pulumi_ice_avatar.ram.reading.statements import Path

__all__ = ["Edit", "Fix", "apply", "fix"]


class Edit(NamedTuple):
    """Characters `start` to `end` (from 0, the last one excluded) of a text become `replacement`."""

    start: int
    end: int
    replacement: str


class Fix(NamedTuple):
    """A change of the text that is certain to be right.

    Attributes:
        description: What it does, in the imperative.
        edits: The changes, none of which overlap, in the order of the text.
    """

    description: str
    edits: tuple[Edit, ...]


def apply(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """Apply as many fixes as do not touch each other; a fix is applied whole or not at all.

    Args:
        text: The text that the fixes were made for.
        fixes: The fixes, the more important first.

    Returns:
        The changed text, and how many fixes went in. Lint the result again for those left out.
    """
    taken: list[Edit] = []
    done = 0
    for each in fixes:
        if not any(_touch(edit, other) for edit in each.edits for other in taken):
            taken += each.edits
            done += 1
    pieces = []
    at = 0
    for edit in sorted(taken):
        pieces += [text[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*pieces, text[at:]]), done


def _touch(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


def fix(repair: Repair, root: Place, path: Path, *, is_yaml: bool) -> Fix | None:
    """Turn a rule's repair into edits.

    Args:
        repair: What a rule proposes.
        root: Where the nodes of the text stand.
        path: The place of the problem.
        is_yaml: Whether the text is YAML, which has no commas and brackets to go with.

    Returns:
        The fix; None where the text does not allow it.
    """
    edits: list[Edit] = []
    for kind, below, value in repair.changes:
        made = () if is_yaml and kind in _JSON_ONLY else _EDITS[kind](root, path + below, value)
        if not made:
            return None
        edits += made
    return Fix(repair.description, tuple(sorted(edits)))


def _replace(root: Place, path: Path, value: Any) -> tuple[Edit, ...]:
    found = _walk(root, path)
    return (Edit(found[2].start, found[2].end, json.dumps(value, ensure_ascii=False)),) if found else ()


def _wrap(root: Place, path: Path, _: Any) -> tuple[Edit, ...]:
    found = _walk(root, path)
    return (Edit(found[2].start, found[2].start, "["), Edit(found[2].end, found[2].end, "]")) if found else ()


def _rename(root: Place, path: Path, key: Any) -> tuple[Edit, ...]:
    found = _walk(root, path)
    if found is None or _walk(root, (*path[:-1], key)):
        return ()  # two members of one name are worse than a misspelt one
    return (Edit(found[0], found[1], json.dumps(key, ensure_ascii=False)),)


def _remove(root: Place, path: Path, _: Any) -> tuple[Edit, ...]:
    """Take the entry or member out with its comma; the only one stays."""
    found, parent = _walk(root, path), _walk(root, path[:-1])
    if found is None or parent is None:
        return ()
    children = parent[2].children()
    if len(children) == 1:
        return ()
    index = bisect_left(children, (found[0],))
    if index + 1 < len(children):
        return (Edit(children[index][0], children[index + 1][0], ""),)
    return (Edit(children[index - 1][1], children[index][1], ""),)


_EDITS: Mapping[str, Callable[[Place, Path, Any], tuple[Edit, ...]]] = {
    "replace": _replace,
    "wrap": _wrap,
    "rename": _rename,
    "remove": _remove,
}

_JSON_ONLY = ("wrap", "remove")


def _walk(root: Place, path: Path) -> tuple[int, int, Place] | None:
    found: tuple[int, int, Place] | None = (root.start, root.end, root)
    for token in path:
        found = found[2].step(token) if found else None
    return found
