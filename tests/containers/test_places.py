"""Whatever a policy holds, its pieces stand in the file where they are said to; and what is tried in place of holes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.ram.containers.held import HOLE, Chunk, Held, Text, findings
from pulumi_ice_avatar.ram.containers.strings import escaped, interpolated
from pulumi_ice_avatar.ram.reading.document import Document
from tests.ram.conftest import CORPUS

texts = st.text(st.one_of(st.sampled_from('"\\/{}$%\n\t a0é像\U0001f600'), st.characters(exclude_categories=["Cs"])))


@given(texts, texts, st.booleans())
def test_the_pieces_of_a_json_string(content, before, ascii_only):
    text = before + json.dumps(content, ensure_ascii=ascii_only)
    end = len(text) - 1
    chunks = list(escaped(text, len(before) + 1, end))
    assert "".join(chunk.text for chunk in chunks) == content
    starts = [*(chunk.start for chunk in chunks), end]
    for chunk, following in zip(chunks, starts[1:], strict=True):
        assert json.loads(f'"{text[chunk.start : following]}"') == chunk.text
        assert len(chunk.text) == 1 or text[chunk.start : following] == chunk.text


@given(st.lists(st.one_of(st.sampled_from(["${", "$${", "%%{", "}", '"', "\\", "{", "x", " "]), texts)).map("".join))
def test_the_pieces_of_a_template(template):
    text = interpolated([Chunk(template, 7)], 7 + len(template))
    assert [chunk.start for chunk in text.chunks] == sorted(chunk.start for chunk in text.chunks)
    for chunk in text.chunks:
        assert 7 <= chunk.start <= 7 + len(template)
        assert HOLE in chunk.text or template.startswith(chunk.text, chunk.start - 7)
    if not {"${", "%{"} & {template[at : at + 2] for at in range(len(template))}:
        assert "".join(chunk.text for chunk in text.chunks) == template


# --- holes -----------------------------------------------------------------------------------------------------------


def documents() -> list[Any]:
    """The policies of the package and of the corpus without an error: one silences other rules."""
    found = []
    for path in [*sorted(Path(policies()).glob("templates/*.json")), *sorted(CORPUS.glob("*/*/*.json"))]:
        try:
            value = json.loads(path.read_bytes())
        except ValueError:
            continue
        if (
            type(value) is dict
            and "Statement" in value
            and not any(each.severity == "error" for each in ram.lint(value))
        ):
            found.append(value)
    return found


DOCUMENTS = documents()


def paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    return [each for key, below in items for each in ((*above, key), *paths(below, (*above, key)))]


@st.composite
def with_holes(draw):
    """A policy, and the same with a hole in place of a value, or of the end of a string from a separator on."""
    original = draw(st.sampled_from(DOCUMENTS))
    path = draw(st.sampled_from(paths(original)))
    holed = json.loads(json.dumps(original))
    node = holed
    for token in path[:-1]:
        node = node[token]
    value = node[path[-1]]
    if type(value) is str and ":" in value and draw(st.booleans()):
        node[path[-1]] = value[: value.rindex(":") + 1] + HOLE
    else:
        node[path[-1]] = HOLE
    return original, holed


@given(with_holes())
@settings(max_examples=1000)
def test_a_hole_makes_no_finding_that_the_policy_has_not(case):
    original, holed = case
    text = json.dumps(holed, ensure_ascii=False)
    held = Held("x", (), None, Text([Chunk(text, 0)], len(text)))
    found = findings(held, Document(text, None, None, None), ram.lint)
    assert {each.code for each in found} <= {each.code for each in ram.lint(original)}
