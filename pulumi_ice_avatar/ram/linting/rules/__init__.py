"""What a rule is: one small function, one line of facts about it, and one page under `pages/`.

A rule looks at one *subject* of a document: the text, the document, a statement, an action … Verdicts on single
strings are kept, because the same actions, resources and keys come again and again; such a rule must therefore depend
on nothing but its arguments. The page of a rule has the sections What, Why, Bad, Good, Source and, where the rule
offers one, Fix; the first sentence under What is the rule in a nutshell.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, NamedTuple, ParamSpec

from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.reading.statements import Path, Policy, Statement
from pulumi_ice_avatar.ram.wording import quote

__all__ = [
    "ACTION",
    "CONDITION",
    "CONDITION_KEY",
    "DOCUMENT",
    "ERROR",
    "OPERATOR",
    "PRINCIPAL",
    "PRINCIPAL_TYPE",
    "RESOURCE",
    "SECURITY",
    "SEVERITIES",
    "STATEMENT",
    "STRING",
    "SUGGESTION",
    "TEXT",
    "VALUE",
    "WARNING",
    "Change",
    "Found",
    "Problem",
    "Repair",
    "Rule",
    "Subject",
    "all_rules",
    "declare",
    "page",
    "remove",
    "rename",
    "replace",
    "rule",
    "wrap",
]

P = ParamSpec("P")

ERROR, SECURITY, WARNING, SUGGESTION = "error", "security", "warning", "suggestion"

#: From the gravest to the lightest.
SEVERITIES = (ERROR, SECURITY, WARNING, SUGGESTION)


class Change(NamedTuple):
    """One step of a repair.

    Attributes:
        kind: `replace` or `wrap` the value, `rename` its key, or `remove` both.
        path: Where, from the problem's place.
        value: The new value or key.
    """

    kind: str
    path: Path
    value: Any


class Repair(NamedTuple):
    """A change of the document that is certain to say the same in the right way."""

    description: str
    changes: tuple[Change, ...]


def replace(value: Any, at: Path = ()) -> Repair:
    """Propose another value for the one the problem is about (or for the one at `at`, a path from there)."""
    return Repair(f"write {quote(value)}", (Change("replace", at, value),))


def rename(key: str, at: Path = ()) -> Repair:
    """Propose another key for the member the problem is about."""
    return Repair(f"name it {quote(key)}", (Change("rename", at, key),))


def remove(at: Path = ()) -> Repair:
    """Propose to remove the list entry or member the problem is about."""
    return Repair("remove it", (Change("remove", at, None),))


def wrap(at: Path = ()) -> Repair:
    """Propose to put the value the problem is about into a list of its own."""
    return Repair("put [ ] around it", (Change("wrap", at, None),))


class Problem(NamedTuple):
    """What a rule found.

    Attributes:
        message: One line: the thing, what is wrong, and the way out. The place is added by who prints it.
        at: The path from the rule's subject to what the message is about.
        key: True when the message is about the key and not the value at that place.
        severity: Where it differs from the rule's own.
        fix: How to repair it, where that is certain.
    """

    message: str
    at: Path = ()
    key: bool = False
    severity: str | None = None
    fix: Repair | None = None


Found = Problem | Iterable[Problem] | None


class Subject(Generic[P]):
    """What a rule looks at; the type parameter is the arguments of its function."""

    __slots__ = ("name", "on_key")

    def __init__(self, name: str, *, on_key: bool = False) -> None:
        self.name = name
        self.on_key = on_key


#: The text, while it is read: `declare` names such a rule, the reader finds what it is about.
TEXT: Subject[[]] = Subject("text")
#: The whole document, once.
DOCUMENT: Subject[[Policy]] = Subject("document")
#: Each statement.
STATEMENT: Subject[[Statement]] = Subject("statement")
#: Each string of Action and NotAction. Kept, as for all below.
ACTION: Subject[[str]] = Subject("action")
#: Each string of Resource and NotResource.
RESOURCE: Subject[[str]] = Subject("resource")
#: Each principal: its type ("" where none is written) and the string.
PRINCIPAL: Subject[[str, str]] = Subject("principal")
#: Each type under Principal, such as `RAM`.
PRINCIPAL_TYPE: Subject[[str]] = Subject("principal type", on_key=True)
#: Each operator of Condition, as written.
OPERATOR: Subject[[str]] = Subject("operator", on_key=True)
#: Each condition key, as written.
CONDITION_KEY: Subject[[str]] = Subject("condition key", on_key=True)
#: Each pair of operator and condition key.
CONDITION: Subject[[str, str]] = Subject("condition", on_key=True)
#: Each value of a condition: operator, key and the value, which may be a number or a Boolean.
VALUE: Subject[[str, str, Any]] = Subject("value")
#: Each string that an action, a resource, a principal or the value of a condition is.
STRING: Subject[[str]] = Subject("string")


class Rule:
    """The facts about a rule.

    Attributes:
        code: `RAM` and three digits; never reused.
        name: The same in words, in kebab case.
        severity: One of `SEVERITIES`.
        subject: What it looks at.
        check: Its function; None where the parser does the work.
        kinds: The kinds of policy it applies to.
        yields_to: Codes of more specific rules: where one of them speaks about the same place, this one is silent.
        schema: True when the published JSON Schema refuses the same.
        default: False when the rule runs only where it is selected by its code or name.
    """

    __slots__ = ("check", "code", "default", "kinds", "name", "schema", "severity", "subject", "yields_to")

    def __init__(
        self,
        code: str,
        name: str,
        severity: str,
        subject: Subject[Any],
        check: Callable[..., Found] | None,
        *,
        kinds: tuple[str, ...],
        yields_to: tuple[str, ...],
        schema: bool,
        default: bool,
    ) -> None:
        self.code = code
        self.name = name
        self.severity = severity
        self.subject = subject
        self.check = check
        self.kinds = kinds
        self.yields_to = yields_to
        self.schema = schema
        self.default = default

    def __repr__(self) -> str:
        return f"<Rule {self.code} {self.name}>"


_RULES: dict[str, Rule] = {}

_MODULES = (
    "syntax",
    "structure",
    "shapes",
    "actions",
    "resources",
    "conditions",
    "principals",
    "security",
    "escalation",
    "second_factor",
    "redundancy",
)


def rule(
    code: str,
    name: str,
    severity: str,
    subject: Subject[P],
    *,
    kinds: tuple[str, ...] = KINDS,
    yields_to: tuple[str, ...] = (),
    schema: bool = False,
    default: bool = True,
) -> Callable[[Callable[P, Found]], Callable[P, Found]]:
    """Register a function as a rule; the arguments are the attributes of `Rule`."""

    def register(check: Callable[P, Found]) -> Callable[P, Found]:
        _register(
            Rule(code, name, severity, subject, check, kinds=kinds, yields_to=yields_to, schema=schema, default=default)
        )
        return check

    return register


def declare(code: str, name: str, severity: str, *, schema: bool = False) -> None:
    """Register a rule whose findings the parser makes."""
    _register(Rule(code, name, severity, TEXT, None, kinds=KINDS, yields_to=(), schema=schema, default=True))


def _register(new: Rule) -> None:
    if new.code in _RULES:
        raise ValueError(f"{new.code} is {_RULES[new.code].name} already")
    _RULES[new.code] = new


@lru_cache(maxsize=1)
def all_rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    for module in _MODULES:
        importlib.import_module(f"{__name__}.{module}")
    return dict(sorted(_RULES.items()))


def page(code: str) -> str:
    """The documentation of a rule, as Markdown without a title.

    Args:
        code: The code of a rule, such as `RAM108`.

    Returns:
        The text of its page.
    """
    from pathlib import Path as FilePath

    return (FilePath(__file__).parent / "pages" / f"{code}.md").read_text(encoding="utf-8")
