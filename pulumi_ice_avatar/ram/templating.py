"""The bundled policies: each a document that works as it stands, with a declaration of what may be replaced in it.

A parameter is a value at a JSON Pointer, checked by a JSON Schema, so a template stays a valid document for every
other tool and rendering cannot produce anything but another one.

Templates combine: `avatar-reader+get-avatar-from-network+get-avatar-in-time-window` grants what the first one grants,
under the conditions of all of them. The names alone say everything, so the same text works in a program, on the
command line and in a configuration file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.bundled import policies
from pulumi_ice_avatar.errors import InvalidInputError, PolicyError, TemplateError
from pulumi_ice_avatar.ram.spelling import Vocabulary
from pulumi_ice_avatar.ram.wording import quote

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.reading.document import Document

__all__ = ["Parameter", "Situation", "Template", "find", "load", "template", "templates"]

REFERENCE = "template:"
"""What a reference to a bundled policy begins with, where a file could be meant as well."""

_JOIN = "+"


class Parameter(NamedTuple):
    """A value of a template that rendering may replace.

    Attributes:
        name: Its name.
        description: What to give, in half a line.
        pointer: Where the value stands (RFC 6901).
        schema: The JSON Schema of the value.
        required: Whether the value in the template is only an example.
        default: The value in the template.
    """

    name: str
    description: str
    pointer: str
    schema: Mapping[str, Any]
    required: bool
    default: Any


class Situation(NamedTuple):
    """Circumstances under which a template is proven to allow or to refuse.

    Attributes:
        situation: The circumstances in words.
        resource: The resource asked for.
        context: The condition keys.
        principal: Who asks, of a trust policy.
        actions: The actions allowed; None for all that the template must allow.
    """

    situation: str
    resource: str = "*"
    context: Mapping[str, Any] = {}
    principal: str | None = None
    actions: tuple[str, ...] | None = None


class Template(NamedTuple):
    """A bundled policy and its declaration.

    Attributes:
        name: Its name, which is that of its file.
        title: What it is for, in half a line.
        description: What it grants, to whom, and what one has to know.
        kind: What the document is: `identity` or `trust`.
        must_allow: Every action that it allows.
        must_deny: Every action that it denies whatever else is granted.
        allowed_when: The situations in which it allows.
        refused_when: The situations in which it allows nothing.
        parameters: The values that rendering may replace, by name.
        accepted_findings: Findings of the linter that have to stay, by code, with the reason.
        text: The document as it stands in the file.
    """

    name: str
    title: str
    description: str
    kind: str
    must_allow: tuple[str, ...]
    must_deny: tuple[str, ...]
    allowed_when: tuple[Situation, ...]
    refused_when: tuple[Situation, ...]
    parameters: Mapping[str, Parameter]
    accepted_findings: Mapping[str, str]
    text: str

    @property
    def document(self) -> dict[str, Any]:
        """The document as it stands, with examples for required parameters; a new copy every time."""
        document: dict[str, Any] = json.loads(self.text)
        return document


@cache
def templates() -> tuple[Template, ...]:
    """All bundled policies, by name."""
    return tuple(_read(path) for path in sorted((policies() / "templates").glob("*.json"), key=lambda path: path.stem))


def template(name: str, /, **parameters: Any) -> dict[str, Any]:
    """Render a bundled policy, or several combined.

    Args:
        name: The name of a template. Further names, each after a `+`, add the conditions of those templates to every
            statement of the first.
        parameters: The value of each parameter; every required one has to be there. A list may be given as the one
            text in it.

    Returns:
        The document, a new one every time.

    Raises:
        TemplateError: There is no such template, they do not combine, or a parameter is unknown, missing or wrong.
    """
    parts = _parts(name)
    declared = {each.name for part in parts for each in part.parameters.values()}
    for unknown in parameters.keys() - declared:
        meant = Vocabulary(declared).nearest(unknown)
        known = f"did you mean {meant}?" if meant else f"it has {', '.join(sorted(declared)) or 'none'}"
        raise TemplateError(f"template {name} has no parameter {quote(unknown)}; {known}")
    document = _combined([(part, _rendered(part, parameters)) for part in parts])
    from pulumi_ice_avatar.ram.deciding.comparison import compare
    from pulumi_ice_avatar.ram.deciding.evaluator import compile_policy

    # What a schema cannot tell: an address that does not exist, or a window that ends before it begins.
    try:
        granted = compare((), compile_policy(document, kind=parts[0].kind, name=f"template {name}"))
    except PolicyError as error:
        raise TemplateError(str(error)) from None
    if parts[0].must_allow and granted.complete and not granted:
        raise TemplateError(
            f"template {name}: with these parameters it can never allow anything; see that they fit together"
        )
    return document


def load(reference: str, *, kind: str | None = None) -> Document:
    """Read the policy that a command line or a setting refers to.

    Args:
        reference: The path of a file, `-` for standard input, or `template:<name>` for bundled policies as they stand.
        kind: What the policy is; recognised when not given.

    Returns:
        The parsed document.

    Raises:
        InvalidInputError: The file cannot be read.
        TemplateError: There is no such template.
    """
    from pulumi_ice_avatar.ram.linting.files import read, why
    from pulumi_ice_avatar.ram.reading.document import LONGEST, parse

    if reference.startswith(REFERENCE):
        parts = _parts(reference.removeprefix(REFERENCE))
        return parse(_combined([(part, part.document) for part in parts]), kind=kind, source=reference)
    if reference == "-":
        return parse(sys.stdin.buffer.read(LONGEST + 1), kind=kind, source="standard input")
    if Path(reference).is_dir():
        raise InvalidInputError(f"{reference}: a folder, not a file")
    try:
        return parse(bytes(read(reference)[: LONGEST + 1]), kind=kind, source=reference)
    except OSError as error:
        raise InvalidInputError(f"{reference}: {why(error)}") from None


def find(name: str) -> Template:
    """Look one bundled policy up.

    Raises:
        TemplateError: There is none of that name.
    """
    known = {each.name: each for each in templates()}
    if name not in known:
        meant = Vocabulary(known).nearest(name)
        raise TemplateError(
            f"no template is called {quote(name)}{f'; did you mean {meant}?' if meant else ''}: "
            "see `ice-avatar templates list`"
        )
    return known[name]


def _parts(name: str) -> list[Template]:
    parts = [find(each) for each in name.split(_JOIN)]
    for part in parts:
        if parts.count(part) > 1:
            raise TemplateError(f"template {part.name} is named twice in {name}")
    return parts


def _rendered(part: Template, given: Mapping[str, Any]) -> dict[str, Any]:
    document = part.document
    for parameter in part.parameters.values():
        if parameter.name in given:
            above, key = _place(document, parameter.pointer)
            above[key] = _checked(part, parameter, given[parameter.name])
        elif parameter.required:
            raise TemplateError(f"template {part.name} needs the parameter {parameter.name}: {_expected(parameter)}")
    return document


def _checked(part: Template, parameter: Parameter, value: Any) -> str | list[str]:
    """A value as it goes into the document, which takes nothing but strings and lists of strings."""
    from jsonschema import Draft202012Validator

    if isinstance(value, str) and parameter.schema["type"] == "array":
        value = [value]
    elif isinstance(value, (list, tuple)):
        value = list(value)
    # Python's `$`, unlike that of JSON Schema, lets a line break follow.
    texts = value if isinstance(value, list) else [value]
    wrong = [[number] for number, text in enumerate(texts) if not isinstance(text, str) or not text.isprintable()]
    if not wrong:
        wrong = [list(error.absolute_path) for error in Draft202012Validator(parameter.schema).iter_errors(value)]
    if wrong:
        what, told = parameter.name, value
        if wrong[0] and isinstance(value, list):
            what, told = f"{what} item {wrong[0][0] + 1}", value[wrong[0][0]]
        raise TemplateError(
            f"template {part.name}: parameter {what}, {quote(told)}, does not fit; {_expected(parameter)}"
        )
    return value  # type: ignore[no-any-return] # strings, as was just checked


def _expected(parameter: Parameter) -> str:
    return f"give {parameter.description}, for example {json.dumps(parameter.default, ensure_ascii=False)}"


def _combined(parts: Iterable[tuple[Template, dict[str, Any]]]) -> dict[str, Any]:
    (first, document), *guards = parts
    for guard, guarded in guards:
        conditions = [statement.get("Condition") for statement in guarded["Statement"]]
        if not conditions[0] or any(each != conditions[0] for each in conditions):
            raise TemplateError(
                f"template {guard.name} adds no condition to {first.name}: only the first may be without"
            )
        if first.kind != guard.kind or first.must_deny:
            raise TemplateError(f"template {first.name} takes no condition of {guard.name}: it is no grant of its kind")
        for statement in document["Statement"]:
            block = statement.setdefault("Condition", {})
            for operator, keys in conditions[0].items():
                # Operators, and the keys under one operator, all have to be met.
                if block.get(operator, {}).keys() & keys.keys():
                    raise TemplateError(f"templates {first.name} and {guard.name} both have {operator} of one key")
                block[operator] = {**block.get(operator, {}), **keys}
    return document


def _place(document: Any, pointer: str) -> tuple[Any, int | str]:
    """The object or list that a pointer leads into, and the key or index in it."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    for depth, token in enumerate(tokens, 1):
        key = int(token) if isinstance(document, list) else token
        if depth == len(tokens):
            return document, key
        document = document[key]
    raise ValueError(f"{pointer!r} leads nowhere")


def _read(path: Path) -> Template:
    text = path.read_text(encoding="utf-8")
    declaration = json.loads((policies() / "declarations" / path.name).read_text(encoding="utf-8"))
    document = json.loads(text)
    return Template(
        name=path.stem,
        title=declaration["title"],
        description=declaration["description"],
        kind=declaration["kind"],
        must_allow=tuple(declaration["must_allow"]),
        must_deny=tuple(declaration.get("must_deny", ())),
        allowed_when=tuple(map(_situation, declaration.get("allowed_when", [{"situation": "always"}]))),
        refused_when=tuple(map(_situation, declaration.get("refused_when", ()))),
        parameters={name: _parameter(name, each, document) for name, each in declaration.get("parameters", {}).items()},
        accepted_findings=declaration.get("accepted_findings", {}),
        text=text,
    )


def _parameter(name: str, declared: Mapping[str, Any], document: Any) -> Parameter:
    above, key = _place(document, declared["pointer"])
    return Parameter(name=name, default=above[key], **declared)


def _situation(declared: Mapping[str, Any]) -> Situation:
    actions = declared.get("actions")
    return Situation(**{**declared, "actions": None if actions is None else tuple(actions)})
