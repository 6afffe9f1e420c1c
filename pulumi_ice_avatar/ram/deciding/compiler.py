"""Read a policy document into what is matched against requests.

What cannot be decided on for sure is refused here, with the place and the way out: a statement passed over in silence
is an Allow that is missing or, worse, a Deny.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from pulumi_ice_avatar.errors import PolicyError
from pulumi_ice_avatar.ram.deciding.compiled import (
    ActionElement,
    Circumstance,
    CompiledPolicy,
    CompiledStatement,
    PrincipalElement,
    ResourceElement,
    printable,
)
from pulumi_ice_avatar.ram.deciding.conditions import OPERATORS, SET_OPERATORS, Condition
from pulumi_ice_avatar.ram.deciding.requests import SERVICE, Need
from pulumi_ice_avatar.ram.language import EFFECTS, ELEMENTS, PRINCIPAL_TYPES, TOP_ELEMENTS, VERSION, split_operator
from pulumi_ice_avatar.ram.matching import Patterns
from pulumi_ice_avatar.ram.patterns import is_pattern
from pulumi_ice_avatar.ram.reading.statements import Path, pointer
from pulumi_ice_avatar.ram.spelling import Vocabulary
from pulumi_ice_avatar.ram.wording import quote

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.reading.document import Document
    from pulumi_ice_avatar.ram.reading.nodes import Slip

__all__ = ["compile_document"]

_ADD = {"Version": f'add "Version": "{VERSION}"', "Statement": 'add "Statement", a list of statements'}


def compile_document(document: Document, *, resource_based: bool, name: str) -> CompiledPolicy:
    """Compile a parsed document.

    Args:
        document: The document.
        resource_based: Whether its statements name principals.
        name: What messages and decisions call it.

    Returns:
        The compiled policy.

    Raises:
        PolicyError: The document cannot be decided on.
    """
    for slip in document.problems:
        if _is_error(slip):
            place = document.at(slip.start, slip.end)
            raise PolicyError(f"{name}:{place.line}:{place.column}: {slip.code} {slip.message}")
    return _Compiler(document, resource_based, name).policy()


def _is_error(slip: Slip) -> bool:
    from pulumi_ice_avatar.ram.linting.rules import ERROR, all_rules

    return (slip.severity or all_rules()[slip.code].severity) == ERROR


class _Compiler:
    def __init__(self, document: Document, resource_based: bool, name: str) -> None:
        self.document = document
        self.resource_based = resource_based
        self.name = name
        self.needs: dict[tuple[str, str], Need] = {}

    def policy(self) -> CompiledPolicy:
        document = self.document.value
        if not isinstance(document, Mapping):
            self.fail((), f"a policy document is a JSON object, not {quote(document)}")
        # Other elements at the top say nothing about access (choice: unknown-elements).
        for name in TOP_ELEMENTS:
            if name not in document:
                written = next((key for key in document if str(key).lower() == name.lower()), None)
                self.fail((), f"there is no {name}: {f'rename {quote(written)}' if written else _ADD[name]}")
        if document["Version"] != VERSION:
            self.fail(("Version",), f'the only version is "{VERSION}", not {quote(document["Version"])}')
        given = document["Statement"]
        # One statement may stand without its list (choice: lone-statement).
        statements = [given] if isinstance(given, Mapping) else given
        if not isinstance(statements, (list, tuple)):
            self.fail(("Statement",), f"Statement is a list of statements, not {quote(given)}")
        compiled = tuple(
            self.statement(index, each, ("Statement",) if given is each else ("Statement", index))
            for index, each in enumerate(statements)
        )
        return CompiledPolicy(self.name, self.resource_based, compiled, tuple(self.needs.values()))

    def statement(self, index: int, statement: object, path: Path) -> CompiledStatement:
        if not isinstance(statement, Mapping):
            self.fail(path, f"a statement is a JSON object, not {quote(statement)}")
        for name in statement:
            if name not in ELEMENTS:
                self.fail((*path, name), f"there is no such element{_hint(name, ELEMENTS)}")
        if "Effect" not in statement:
            self.fail(path, "there is no Effect: add Allow or Deny")
        effect = statement["Effect"]
        if effect not in EFFECTS:
            self.fail((*path, "Effect"), f"an effect is Allow or Deny, not {quote(effect)}")
        sid = statement.get("Sid")
        if sid is not None and not isinstance(sid, str):
            self.fail((*path, "Sid"), f"a Sid is a string, not {quote(sid)}")
        return CompiledStatement(
            index,
            sid,
            effect,
            action=self.action(statement, path),
            principal=self.principal(statement, path),
            resource=self.resource(statement, path),
            conditions=tuple(self.conditions(statement, path)),
        )

    def action(self, statement: Mapping[str, Any], path: Path) -> ActionElement:
        name = self.either(statement, path, "Action")
        if name is None:
            self.fail(path, "there is neither Action nor NotAction: add one")
        actions = self.strings(statement[name], (*path, name))
        for action in actions:
            if not (":" in action or is_pattern(action)) or " " in action or not action.isprintable():
                self.fail((*path, name), f"{quote(action)} can match no action: write it as <service>:<Operation>")
        return ActionElement(name, Patterns(actions, ignore_case=True))

    def resource(self, statement: Mapping[str, Any], path: Path) -> ResourceElement | None:
        name = self.either(statement, path, "Resource")
        if name is not None:
            # Only actions are documented to match in any case (choice: resource-case).
            return ResourceElement(name, Patterns(self.strings(statement[name], (*path, name))))
        # In the policy of a resource it may be missing (choice: resource-in-resource-based-policy).
        if not self.resource_based:
            self.fail(path, 'there is no Resource: add one, "*" for every resource')
        return None

    def principal(self, statement: Mapping[str, Any], path: Path) -> PrincipalElement | None:
        name = self.either(statement, path, "Principal")
        if name is None:
            if self.resource_based:
                self.fail(path, "there is no Principal: say who is meant, in a policy of a role or another resource")
            return None
        if not self.resource_based:
            self.fail((*path, name), f"{name} belongs in a trust policy or the policy of a resource")
        given, path = statement[name], (*path, name)
        if not isinstance(given, Mapping):
            return PrincipalElement(name, {"": self.strings(given, path)})
        if not given:
            self.fail(path, f"{name} names nobody: add RAM, Service or Federated")
        listed: dict[str, tuple[str, ...]] = {}
        types = {type_.lower(): type_ for type_ in PRINCIPAL_TYPES}
        for key, value in given.items():
            type_ = types.get(str(key).lower())  # in any case (choice: principal-type-case)
            if type_ is None:
                self.fail((*path, key), f"a type of principal is {', '.join(PRINCIPAL_TYPES)}, not {quote(key)}")
            names = self.strings(value, (*path, key))
            for each in names:
                if type_ != SERVICE and not each.startswith("acs:ram:") and not is_pattern(each):
                    self.fail(
                        (*path, key), f"{quote(each)} can match no principal: write acs:ram::<account>:root or the like"
                    )
            listed[type_] = listed.get(type_, ()) + names
        return PrincipalElement(name, listed)

    def conditions(self, statement: Mapping[str, Any], path: Path) -> Iterator[Circumstance]:
        path = (*path, "Condition")
        block = statement.get("Condition", {})
        if not isinstance(block, Mapping):
            self.fail(path, f"a Condition is a JSON object of operators, not {quote(block)}")
        for operator, keys in block.items():
            self.check_operator(operator, (*path, operator))
            if not isinstance(keys, Mapping) or not keys:
                self.fail((*path, operator), f"an operator needs a JSON object of condition keys, not {quote(keys)}")
            for key, values in keys.items():
                if not isinstance(key, str) or not key or key != key.strip():
                    self.fail((*path, operator), f"a condition key is a word such as acs:SourceIp, not {quote(key)}")
                yield self.condition(operator, key, values, (*path, operator, key))

    def check_operator(self, operator: object, path: Path) -> None:
        name = split_operator(str(operator))[1]
        if name in OPERATORS:
            return
        if name == "Null" or name.endswith("IfExists"):
            self.fail(path, "RAM answers that the condition operator 'IfExists/Null' is not supported")
        if ":" in name:
            self.fail(
                path,
                f'a condition key stands in the place of an operator: write {{"StringEquals": {{{quote(name)}: …}}}}',
            )
        self.fail(path, f"there is no such condition operator{_hint(name, OPERATORS)}")

    def condition(self, operator: str, key: str, given: object, path: Path) -> Circumstance:
        prefix, name = split_operator(operator)
        kind, negated, prepare = OPERATORS[name]
        values = given if isinstance(given, (list, tuple)) else (given,)
        if not values:
            self.fail(path, "the list of values is empty, so that no request can match: add one")
        converted = []
        for index, value in enumerate(values):
            at = (*path, index) if values is given else path
            if not isinstance(value, str):
                self.fail(at, f"a condition value is a string in quotes, not {quote(value)}")
            try:
                converted.append(kind.listed(value))
            except ValueError as error:
                self.fail(at, f"{quote(value)} {error}")
        combine = SET_OPERATORS[prefix] if prefix else None
        part = Circumstance(Condition(operator, key, tuple(values), kind, prepare(converted), negated, combine))
        self.needs.setdefault(part.slot, Need(part.slot, key, kind, f"{self.name} at {_shown(path)}"))
        return part

    def either(self, statement: Mapping[str, Any], path: Path, name: str) -> str | None:
        """The name of an element or of its negated form, whichever the statement has."""
        found = [each for each in (name, f"Not{name}") if each in statement]
        if len(found) > 1:
            self.fail(path, f"there are both {name} and Not{name}: keep one")
        return found[0] if found else None

    def strings(self, value: object, path: Path) -> tuple[str, ...]:
        listed = value if isinstance(value, (list, tuple)) else (value,)
        for index, each in enumerate(listed):
            if not isinstance(each, str) or not each:
                at = (*path, index) if listed is value else path
                self.fail(at, f"this is a string with something in it, not {quote(each)}")
        if not listed:
            self.fail(path, "the list is empty: add a value")
        return tuple(listed)

    def fail(self, path: Path, message: str) -> NoReturn:
        span = self.document.span(pointer(path))
        place = f":{span.line}:{span.column}" if span else ""
        raise PolicyError(f"{self.name}{place}{f' at {_shown(path)}' if path else ''}: {message}")


def _hint(word: object, known: Iterable[str]) -> str:
    """What was probably meant by a word that is not known in this spelling."""
    by_case = {each.lower(): each for each in known}
    meant = by_case.get(str(word).lower()) or Vocabulary(by_case.values()).nearest(str(word))
    return f"; did you mean {meant}?" if meant else ""


def _shown(path: Path) -> str:
    """A pointer that fits into a line, whatever the keys of the document are."""
    return pointer(tuple(printable(token) if isinstance(token, str) else token for token in path))
