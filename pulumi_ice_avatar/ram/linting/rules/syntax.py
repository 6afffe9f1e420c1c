"""RAM0xx: the text itself, before anything is known of policies."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from pulumi_ice_avatar.ram.language import LIMITS
from pulumi_ice_avatar.ram.linting.rules import DOCUMENT, ERROR, STATEMENT, STRING, WARNING, Problem, declare, rule
from pulumi_ice_avatar.ram.reading.statements import Policy, Statement
from pulumi_ice_avatar.ram.wording import quote, type_name

__all__ = ["placeholder"]

# --- found while the text is read ------------------------------------------------------------------------------------

declare("RAM001", "invalid-json", ERROR)
declare("RAM002", "json-comment", ERROR)
declare("RAM003", "trailing-comma", ERROR)
declare("RAM004", "byte-order-mark", WARNING)
declare("RAM005", "duplicate-key", ERROR)
declare("RAM007", "non-ascii-punctuation", ERROR)
declare("RAM008", "unescaped-control-character", ERROR)
declare("RAM013", "markdown-escape", ERROR)


# --- keys and placeholders -------------------------------------------------------------------------------------------


@rule("RAM006", "duplicate-key-case-variant", WARNING, STATEMENT)
def duplicate_key_case_variant(statement: Statement) -> list[Problem] | None:
    if len(statement.conditions) < len("ab"):
        return None
    first: dict[tuple[str, str], str] = {}
    problems = []
    for condition in statement.conditions:
        # The name of a tag, after the slash, is told apart by case.
        name, slash, tag = condition.key.partition("/")
        known = first.setdefault((condition.operator, name.lower() + slash + tag), condition.key)
        if known != condition.key:
            message = (
                f"{quote(condition.key)} and {quote(known)} differ in case only: keep one, with the values of both"
            )
            problems.append(Problem(message, at=("Condition", condition.operator, condition.key), key=True))
    return problems or None


_PLACEHOLDER = re.compile(
    r"\$\{[^}]*\}?|\{\{[^}]*\}?\}?|(?<![0-9A-Za-z])\$[A-Za-z_]\w*|<[^<>]+>|\[[^\[\]]+\]|\{[^{}]+\}|[0-9]*\*{3,}|[0-9]+[xX]{3,}"
    r"|[xX]{4,}|(?<![^:/-])[xX]{3}(?![^:/-])"
)


_SIGN = re.compile(r"[$<{\[]|\*{3}|[xX]{3}")
"""Every placeholder has one of these; looking for them costs a fifth of looking for the placeholder."""


@lru_cache(maxsize=4096)
def placeholder(value: str) -> bool:
    """Tell whether a string has a hole in it that a template or a manual left: `${…}`, `<account ID>`, `1234****`."""
    return _SIGN.search(value) is not None and _PLACEHOLDER.search(value) is not None


@rule("RAM009", "unresolved-template", WARNING, STRING)
def unresolved_template(string: str) -> Problem | None:
    found = _SIGN.search(string) and _PLACEHOLDER.search(string)
    if not found:
        return None
    return Problem(f"{quote(found.group())} in {quote(string)} is a placeholder: put the real value there")


# --- the whole -------------------------------------------------------------------------------------------------------


@rule("RAM010", "policy-too-long", ERROR, DOCUMENT)
def policy_too_long(policy: Policy) -> Problem | None:
    length, limit = _length(policy), LIMITS.get(policy.kind)
    if limit is None or length <= limit:
        return None
    said = f"the document has {length:,} characters, a {_NAMES[policy.kind]} may have {limit:,}"
    if policy.text is not None and _compact(policy) <= limit:
        # Whether blanks count is not documented, so that a document that fits without them may work.
        return Problem(f"{said}: without blanks and line breaks it would fit", severity=WARNING)
    return Problem(f"{said}: split it, or name actions by pattern")


@rule("RAM011", "policy-near-limit", WARNING, DOCUMENT)
def policy_near_limit(policy: Policy) -> Problem | None:
    if policy.text is not None and len(policy.text) < _FAR:
        return None
    length, limit = _length(policy), LIMITS.get(policy.kind)
    if limit is None or length > limit or (length <= limit * _NEAR and (policy.text is None or policy.text.isascii())):
        return None
    size = len((policy.text or "").encode("utf-8", "replace"))
    if size > limit:
        said = f"the document has {length:,} characters, but {size:,} bytes"
        return Problem(f"{said}, and which of them the limit of {limit:,} counts is not documented: shorten it")
    if length <= limit * _NEAR:
        return None
    return Problem(f"the document has {length:,} of the {limit:,} characters a {_NAMES[policy.kind]} may have")


_NEAR = 0.9
_FAR = min(LIMITS.values()) * _NEAR / 4
"""Not near any limit: a character has at most four bytes."""

_NAMES = {kind: f"{'custom' if kind == 'identity' else kind} policy" for kind in LIMITS}


_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)


def _length(policy: Policy) -> int:
    return len(policy.text) if policy.text is not None else _compact(policy)


def _compact(policy: Policy) -> int:
    """The length without the blanks between tokens."""
    if policy.text is not None and policy.text.lstrip().startswith("{"):
        strings = "".join(_STRING.findall(policy.text))
        return len(policy.text) - sum(policy.text.count(blank) - strings.count(blank) for blank in " \t\n\r")
    return len(json.dumps(policy.value, ensure_ascii=False, separators=(",", ":"), default=str))


@rule("RAM012", "not-an-object", ERROR, DOCUMENT, schema=True)
def not_an_object(policy: Policy) -> Problem | None:
    if type(policy.value) is dict:
        return None
    return Problem(f"the document is {type_name(policy.value)}: a policy is an object with Version and Statement")
