"""Check policy documents against every rule.

A sound document is the common case and has to cost little: it is read by the C parser without positions, the verdicts
on single strings are kept between documents, and lines and columns are worked out only once there is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.errors import InvalidInputError, InvalidPolicyError
from pulumi_ice_avatar.ram.linting.engine import Raw, engine_for
from pulumi_ice_avatar.ram.linting.rules import ERROR, SECURITY, SEVERITIES, Problem, Rule, all_rules
from pulumi_ice_avatar.ram.reading.document import Document, parse
from pulumi_ice_avatar.ram.reading.edits import Fix, fix
from pulumi_ice_avatar.ram.reading.statements import Path, Policy, pointer

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.reading.nodes import Slip

__all__ = ["Finding", "Fix", "lint", "validate"]


class Finding(NamedTuple):
    """What a rule found in a document.

    Attributes:
        file: Where the document comes from; None for a document that was not read from a named source.
        code: The rule's code, such as `RAM108`.
        name: The rule's name, such as `invalid-effect`.
        severity: `error`, `security`, `warning` or `suggestion`.
        message: One line: what is wrong, and the way out.
        pointer: The place as a JSON Pointer (RFC 6901).
        line: The line it begins on, from 1; None for a document given as a mapping, as the next three.
        column: The column it begins at, in characters from 1.
        end_line: The line it ends on.
        end_column: The column after its last character.
        fix: A repair that is certain; None where there is none.
    """

    file: str | None
    code: str
    name: str
    severity: str
    message: str
    pointer: str
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    fix: Fix | None


def lint(
    document: str | bytes | Mapping[str, Any] | Document,
    kind: str | None = None,
    *,
    select: Iterable[str] | None = None,
    ignore: Iterable[str] | None = None,
    source: str | None = None,
    now: str | None = None,
) -> list[Finding]:
    """Check a policy document.

    Args:
        document: The text of the document (JSON or YAML), the document as a mapping, or a parsed document.
        kind: `identity`, `trust`, `session`, `control` or `resource`; recognised when not given.
        select: Report only these rules: codes, beginnings of codes (`RAM4`) or names. A rule that is off by default
            runs when its whole code or its name is here.
        ignore: Do not report these rules.
        source: Where the document comes from, to be shown with each finding.
        now: The moment to judge dates by (ISO 8601); without it no date is past.

    Returns:
        The findings in document order; no more than some ten thousand.

    Raises:
        InvalidInputError: There is no such kind, or no such rule.
    """
    if not isinstance(document, Document):
        document = parse(document, kind=kind, source=source)
    elif kind is not None:
        raise InvalidInputError("a parsed document has its kind: give it to parse() instead")
    chosen = None if select is None and ignore is None else _chosen(_words(select), _words(ignore))
    raw = []
    if document.value is not None or not document.problems:
        policy = Policy(document.value, document.text, document.given_kind, now)
        torn = bool(document.problems) and any(slip.loses for slip in document.problems)
        raw = engine_for(policy.kind, _NONE if chosen is None else _extra(chosen)).check(policy, torn=torn)
    return _findings(document, raw, chosen) if raw or document.problems else []


def validate(
    document: str | bytes | Mapping[str, Any] | Document,
    kind: str | None = None,
    *,
    fail_on: Iterable[str] = (ERROR, SECURITY),
    select: Iterable[str] | None = None,
    ignore: Iterable[str] | None = None,
    source: str | None = None,
    now: str | None = None,
) -> None:
    """Check a policy document and raise if it does not pass; the arguments are those of `lint`.

    Args:
        document: See `lint`.
        kind: See `lint`.
        fail_on: The severities that fail.
        select: See `lint`.
        ignore: See `lint`.
        source: See `lint`.
        now: See `lint`.

    Raises:
        InvalidInputError: There is no such kind, no such rule, or no such severity.
        InvalidPolicyError: There are findings of these severities; `findings` has each.
    """
    levels = frozenset(_words(fail_on) or ())
    if not levels.issubset(SEVERITIES):
        unknown = ", ".join(sorted(levels.difference(SEVERITIES)))
        raise InvalidInputError(f"there is no severity {unknown}: use {', '.join(SEVERITIES)}")
    findings = [
        each
        for each in lint(document, kind, select=select, ignore=ignore, source=source, now=now)
        if each.severity in levels
    ]
    if not findings:
        return
    first = findings[0]
    place = first.file or "the policy document"
    where = (
        f"{place}:{first.line}:{first.column}"
        if first.line
        else f"{place}{' at ' if first.pointer else ''}{first.pointer}"
    )
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    raise InvalidPolicyError(f"{where}: {first.code} {first.message}{more}", findings)


# --- which rules -----------------------------------------------------------------------------------------------------


def _words(rules: Iterable[str] | None) -> tuple[str, ...] | None:
    if rules is None:
        return None
    return (rules,) if isinstance(rules, str) else tuple(rules)


@lru_cache(maxsize=64)
def _chosen(select: tuple[str, ...] | None, ignore: tuple[str, ...] | None) -> frozenset[str]:
    """The codes of the rules to report."""
    rules = all_rules()
    chosen = {code for code, rule in rules.items() if rule.default} if select is None else set()
    for word in select or ():
        exact = {code for code, rule in rules.items() if word in (code, rule.name)}
        chosen |= exact or {code for code in _beginning_with(word) if rules[code].default}
    for word in ignore or ():
        chosen -= {code for code, rule in rules.items() if word == rule.name} or _beginning_with(word)
    return frozenset(chosen)


_NONE: frozenset[str] = frozenset()


def _extra(chosen: frozenset[str]) -> frozenset[str]:
    """Those of the chosen rules that are off by default."""
    rules = all_rules()
    return frozenset(code for code in chosen if not rules[code].default)


def _beginning_with(word: str) -> set[str]:
    found = {code for code in all_rules() if word.startswith("RAM") and code.startswith(word)}
    if not found:
        from pulumi_ice_avatar.ram.spelling import Vocabulary

        rules = all_rules()
        meant = Vocabulary([*rules, *(rule.name for rule in rules.values())]).nearest(word)
        raise InvalidInputError(
            f"no rule is called {word!r}{f' (did you mean {meant}?)' if meant else ''}: see `ice-avatar rules`"
        )
    return found


# --- findings --------------------------------------------------------------------------------------------------------


def _findings(document: Document, raw: list[Raw], chosen: frozenset[str] | None) -> list[Finding]:
    """Place what was found, drop what a more specific rule says better or was not asked for, and put it in order."""
    placed = [(rule, problem, path + problem.at, on_key and not problem.at) for rule, problem, path, on_key in raw]
    said: dict[Path, set[str]] = {}
    for rule, _, path, _ in placed:
        said.setdefault(path, set()).add(rule.code)
    order = _Order(document)
    sortable = [order.slip(slip) for slip in document.problems if chosen is None or slip.code in chosen]
    for rule, problem, path, on_key in placed:
        if (chosen is None or rule.code in chosen) and said[path].isdisjoint(rule.yields_to):
            sortable.append(order.problem(rule, problem, path, on_key or problem.key))
    sortable.sort(key=lambda each: each[0])
    return [finding for _, finding in sortable]


_NOWHERE: tuple[int | None, int | None, int | None, int | None] = (None, None, None, None)


class _Order:
    """Turns what was found into findings, each with a key that sorts by place and code."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ranks: dict[int, dict[Any, int]] = {}

    def slip(self, slip: Slip) -> tuple[tuple[Any, ...], Finding]:
        rule = all_rules()[slip.code]
        span = _NOWHERE if self._document.text is None else self._document.at(slip.start, slip.end)
        where = pointer(slip.path)
        finding = Finding(
            self._document.source,
            slip.code,
            rule.name,
            slip.severity or rule.severity,
            slip.message,
            where,
            *span,
            slip.fix,
        )
        return ((slip.start, slip.code), finding)

    def problem(self, rule: Rule, problem: Problem, path: Path, on_key: bool) -> tuple[tuple[Any, ...], Finding]:
        document = self._document
        severity = problem.severity or rule.severity
        made: Fix | None = None
        offsets = document.offsets(path, key=on_key) if document.text is not None else None
        if offsets is None:
            place: tuple[Any, ...] = (self._rank(path), rule.code)
            span = _NOWHERE
        else:
            place = (offsets[0], rule.code)
            span = document.at(*offsets)
            root = document.root
            if problem.fix is not None and root is not None:
                made = fix(problem.fix, root, path, is_yaml=document.is_yaml)
        where = pointer(path)
        line, column, end_line, end_column = span
        return place, Finding(
            document.source,
            rule.code,
            rule.name,
            severity,
            problem.message,
            where,
            line,
            column,
            end_line,
            end_column,
            made,
        )

    def _rank(self, path: Path) -> tuple[int, ...]:
        """The place of a node in a mapping, as a tuple that sorts in the order of the document."""
        ranks = []
        node = self._document.value
        for token in path:
            if isinstance(node, dict):
                if id(node) not in self._ranks:
                    self._ranks[id(node)] = {key: rank for rank, key in enumerate(node)}
                ranks.append(self._ranks[id(node)].get(token, -1))
                node = node.get(token)
            elif isinstance(node, list) and isinstance(token, int) and token < len(node):
                ranks.append(token)
                node = node[token]
            else:
                break
        return tuple(ranks)
