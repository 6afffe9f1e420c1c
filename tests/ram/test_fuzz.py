"""No input whatever raises, and what is said of it is consistent: over mutated real documents."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st

from pulumi_ice_avatar import ram
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.linting import rules
from pulumi_ice_avatar.ram.reading import edits
from pulumi_ice_avatar.ram.reading.json_text import read
from pulumi_ice_avatar.ram.reading.json_tokens import number
from tests.ram.conftest import CORPUS, examples

PAGES = Path(rules.__file__).parent / "pages"
TEXTS = [
    *(path.read_bytes().decode("utf-8", "replace") for path in sorted(CORPUS.glob("*/*/*.*"))),
    *(each.text for path in sorted(PAGES.glob("*.md")) for each in examples(path.read_text(encoding="utf-8"))),
]
SNIPPETS = [
    *"{}[]:,\"'\\/#*\n\r\t \u00a0\u200b\ufeff“”‘’｛｝：，、；`-&!|>?%@<$\x00\x01\x7f\u2028\ud800\U0001f600",
    *(
        "//",
        "/*",
        "*/",
        "```json\n",
        "```",
        "---\n",
        "...",
        "\\u",
        "\\ud83d",
        "\\_",
        "null",
        "true",
        "True",
        "NaN",
        "-",
    ),
    *(
        "1e999",
        "9" * 400,
        "&a [1]",
        "*a",
        "<<: ",
        "!!int ",
        "- ",
        ": ",
        "\r\n",
        '"Effect":"Deny",',
        "[" * 50,
        "{" * 110,
    ),
]
SYNTAX = {"RAM001", "RAM002", "RAM003", "RAM004", "RAM005", "RAM007", "RAM008", "RAM013"}


@st.composite
def mutated(draw):
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from([0, 0, 1, 1, 2, 10])), len(text))
        inserted = draw(st.one_of(st.just(""), st.sampled_from(SNIPPETS), st.text(max_size=3)))
        text = text[:start] + inserted + text[end:]
    return text


texts = st.one_of(mutated(), st.lists(st.sampled_from(SNIPPETS), max_size=30).map("".join), st.text())
sources = st.sampled_from([None, "policy.json", "policy.yaml"])


def check(findings, text):
    assert [(each.line, each.column) for each in findings] == sorted((each.line, each.column) for each in findings)
    lines = len(text.splitlines()) + 1
    for each in findings:
        assert each.message
        assert each.message.isprintable(), each
        assert len(each.message) < 400, each
        assert 1 <= each.line <= each.end_line <= lines
        assert each.column >= 1
        assert (each.line, each.column) <= (each.end_line, each.end_column)
        assert each.pointer == "" or each.pointer.startswith("/")


@settings(max_examples=400, deadline=None)
@given(texts, sources)
def test_any_text(text, source):
    check(ram.lint(text, source=source), text)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        mutated().map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(),
        mutated().map(lambda text: text.encode("utf-16", "replace")),
    ),
    sources,
)
def test_any_bytes(data, source):
    findings = ram.lint(data, source=source)
    assert all(each.message.isprintable() for each in findings)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_only_what_is_json_passes_as_json(text):
    syntax = {each.code for each in ram.lint(text, source="policy.json")} & SYNTAX
    value = strict(text)
    if value is REFUSED:
        assert syntax
    else:
        assert not syntax
        assert ram.parse(text).value == value


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_careful_reader_agrees_with_the_strict_one_on_sound_json(text):
    value = strict(text)
    if value is not REFUSED:
        assert read(text)[::2] == (value, [])


@settings(max_examples=200, deadline=None)
@given(mutated(), sources)
def test_every_node_has_a_place_that_holds_its_text(text, source):
    document = ram.parse(text, source=source)
    if document.problems or document.is_yaml:
        return
    for path, value in nodes(document.value):
        start, end = document.offsets(path)
        assert json.loads(text[start:end]) == value
        if path and isinstance(path[-1], str):
            start, end = document.offsets(path, key=True)
            assert json.loads(text[start:end]) == path[-1]


@settings(max_examples=300, deadline=None)
@given(mutated(), sources)
def test_fixes_remove_their_findings(text, source):
    before = Counter(map(told, findings := ram.lint(text, source=source)))
    for finding in findings:
        if finding.fix:
            fixed, done = edits.apply(text, [finding.fix])
            assert done == 1
            # Others may appear: what could not be read is read now.
            left = Counter(map(told, ram.lint(fixed, source=source)))
            assert left[told(finding)] < before[told(finding)] or finding.code == "RAM001", (finding, fixed)


def told(finding):
    return finding.code, finding.pointer, finding.message


json_like: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.sets(st.integers()), st.dates()
    ),
    lambda inner: st.one_of(
        st.lists(inner),
        st.tuples(inner, inner),
        st.dictionaries(
            st.one_of(
                st.sampled_from(["Version", "Statement", "Effect", "Action", "Resource", "Principal", "Condition"]),
                st.text(),
                st.integers(),
                st.dates(),
            ),
            inner,
        ),
    ),
)


@st.composite
def odd_mappings(draw):
    """Documents of the corpus as a program may hold them: with an odd value somewhere, or with themselves inside."""
    value = json.loads(draw(st.sampled_from(SOUND)))
    places = [path for path, each in nodes(value) if path]
    for path in draw(st.lists(st.sampled_from(places), max_size=3)) if places else ():
        parent = value
        for token in path[:-1]:
            try:
                parent = parent[token]
            except (KeyError, IndexError, TypeError):
                break
        else:
            if isinstance(parent, dict | list):
                odd = draw(st.one_of(json_like, st.just(value), st.just(parent), st.sampled_from(ODD)))
                if isinstance(parent, dict) and draw(st.booleans()):
                    parent[draw(st.sampled_from(ODD_KEYS))] = odd
                elif isinstance(parent, dict) or (isinstance(path[-1], int) and path[-1] < len(parent)):
                    parent[path[-1]] = odd
    return value


def is_object(text):
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


SOUND = [text for text in TEXTS if is_object(text)]
ODD = [float("nan"), float("inf"), b"x", ("a", "b"), {1, 2}, range(3), 10**5000, "\ud800", object(), {}, [], ()]
ODD_KEYS = [None, 1, 1.5, True, b"x", ("a",), 10**5000, "\ud800", float("nan"), ""]


@settings(max_examples=300, deadline=None)
@given(odd_mappings(), st.sampled_from([None, *KINDS]))
def test_any_mapping_like_a_document(mapping, kind):
    for each in ram.lint(mapping, kind, now="2026-11-22T00:00:00Z"):
        assert each.line is None
        assert each.message.isprintable()


@settings(max_examples=200, deadline=None)
@given(
    mutated(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "gb18030", "utf-7"])
)
def test_any_encoding(text, encoding):
    for each in ram.lint(text.encode(encoding, "replace")):
        assert each.message.isprintable()


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["Version", "Statement", "x"]), json_like))
def test_any_mapping(mapping):
    for each in ram.lint(mapping):
        assert each.line is None
        assert each.end_column is None
        assert each.fix is None
        assert each.message.isprintable()


# --- helpers ---------------------------------------------------------------------------------------------------------

REFUSED = object()


def strict(text):
    """What RFC 8259 says of a text, without what the standard parser lets pass nevertheless."""

    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def refuse(constant):
        raise ValueError(constant)

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_int=number)
        json.dumps(value, ensure_ascii=False).encode()
        text.encode()
    except (ValueError, RecursionError):
        return REFUSED
    return value


def nodes(value, path=()):
    yield path, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from nodes(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from nodes(each, (*path, index))
