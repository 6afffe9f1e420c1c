"""A policy document laid out for the rules: what a statement says, once, as tuples of strings.

What does not fit the grammar is left out here and reported by the structural rules (RAM1xx), so every other rule can
rely on the types below.
"""

from __future__ import annotations

from typing import Any

from pulumi_ice_avatar.ram.language import EFFECTS, IDENTITY, RESOURCE_BASED, TRUST

__all__ = ["Condition", "Path", "Policy", "Statement", "pointer", "recognise"]

Path = tuple["str | int", ...]
"""The way from a node to one below it: the keys of objects and the indexes of lists."""


def pointer(path: Path) -> str:
    """Write a path as a JSON Pointer (RFC 6901), such as `/Statement/0/Condition/StringLike/acs:SourceVpc`."""
    return "".join([f"/{token}" if type(token) is int else "/" + _escaped(str(token)) for token in path])


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


class Condition:
    """One condition key under one operator, with the values as they stand in the document.

    Attributes:
        operator: The operator as written.
        key: The condition key as written.
        values: Each value; usually strings, but numbers and Booleans occur (RAM411).
    """

    __slots__ = ("key", "operator", "values")

    def __init__(self, operator: str, key: str, values: tuple[Any, ...]) -> None:
        self.operator = operator
        self.key = key
        self.values = values


class Statement:
    """One statement. Every tuple holds the non-empty strings of its element, whether one value or a list was written.

    Attributes:
        index: Its place in the list of statements.
        path: Where it is in the document.
        value: The statement as it stands in the document.
        kind: The kind of the policy.
        now: The moment to judge dates by (ISO 8601), or None.
        elements: The names of its elements, in the order of the document.
        effect: `Allow` or `Deny`; None where missing or invalid.
        actions: Action.
        not_actions: NotAction.
        resources: Resource.
        not_resources: NotResource.
        principals: Principal, each with its type (`RAM`, `Service`, `Federated` …), or "" where none is written.
        principal_types: The types under Principal, whatever stands there.
        operators: The operators of Condition, as written, whatever is under them.
        conditions: Each condition key under each operator.
        irregular: True when something in it has the wrong type or is empty, so that it is missing above.
    """

    __slots__ = (
        "actions",
        "conditions",
        "effect",
        "elements",
        "index",
        "irregular",
        "kind",
        "not_actions",
        "not_resources",
        "now",
        "operators",
        "path",
        "principal_types",
        "principals",
        "resources",
        "value",
    )

    def __init__(self, value: dict[Any, Any], index: int, path: Path, kind: str, now: str | None) -> None:
        self.value = value
        self.index = index
        self.path = path
        self.kind = kind
        self.now = now
        self.elements = tuple(value)
        self.irregular = False
        effect = value.get("Effect", "")
        self.effect: str | None = effect if type(effect) is str and effect in EFFECTS else None
        if type(effect) is not str or type(value.get("Sid", "")) is not str:
            self.irregular = True
        self.actions = self._strings(value["Action"]) if "Action" in value else ()
        self.not_actions = self._strings(value["NotAction"]) if "NotAction" in value else ()
        self.resources = self._strings(value["Resource"]) if "Resource" in value else ()
        self.not_resources = self._strings(value["NotResource"]) if "NotResource" in value else ()
        self.principals: tuple[tuple[str, str], ...] = ()
        self.principal_types: tuple[str, ...] = ()
        if "Principal" in value:
            self.principals = self._principals(value["Principal"])
            self.principal_types = tuple(value["Principal"]) if type(value["Principal"]) is dict else ()
        if "NotPrincipal" in value:
            self._principals(value["NotPrincipal"])
        self.operators: tuple[str, ...] = ()
        self.conditions: tuple[Condition, ...] = ()
        if "Condition" in value:
            self._read_condition(value["Condition"])

    def at(self, *tokens: str | int) -> Path:
        """Find a value in the statement, whether it stands alone or in a list.

        Args:
            tokens: Keys, indexes, and at the end possibly a string to be found in a list: `("Action", "oss:*")`,
                `("Action", 2)`, `("Condition", "StringLike", "acs:SourceVpc", "vpc-*")`.

        Returns:
            The path from the statement to the value, or to what is next above it if it is not there.
        """
        node: Any = self.value
        path: list[str | int] = []
        for token in tokens:
            is_index = type(node) is list and type(token) is int and 0 <= token < len(node)
            if is_index or (type(node) is dict and token in node):
                path.append(token)
                node = node[token]
            elif type(node) is list and token in node:
                path.append(node.index(token))
                node = token
            else:
                break
        return tuple(path)

    def _strings(self, value: Any) -> tuple[str, ...]:
        if type(value) is str and value:
            return (value,)
        if type(value) is list and value:
            for each in value:
                if type(each) is not str or not each:
                    break
            else:
                return tuple(value)
            self.irregular = True
            return tuple([each for each in value if type(each) is str and each])
        self.irregular = True
        return ()

    def _principals(self, value: Any) -> tuple[tuple[str, str], ...]:
        if type(value) is not dict:
            if self.kind == TRUST:
                self.irregular = True
            return tuple([("", each) for each in self._strings(value)])
        if not value:
            self.irregular = True
        return tuple([(name, each) for name in value for each in self._strings(value[name])])

    def _read_condition(self, value: Any) -> None:
        if type(value) is not dict:
            self.irregular = True
            return
        conditions = []
        for operator, keys in value.items():
            if type(keys) is not dict:
                self.irregular = True
                continue
            for key, values in keys.items():
                listed = values if type(values) is list else (values,)
                for each in listed:
                    if type(each) is not str and type(each) not in _SCALARS:
                        self.irregular = True
                        listed = [each for each in listed if type(each) in _SCALARS]
                        break
                conditions.append(Condition(operator, key, tuple(listed)))
        self.operators = tuple(value)
        self.conditions = tuple(conditions)


_SCALARS = frozenset((str, int, float, bool))


class Policy:
    """A document as the rules see it.

    Attributes:
        value: The document: an object as a dict, or whatever else stands there.
        text: The text it was read from; None for a mapping.
        kind: What it is checked as, one of `language.KINDS`.
        given_kind: The kind that the caller named; None when it was recognised.
        now: The moment to judge dates by (ISO 8601), or None.
        statements: Each statement that is an object.
        irregular: True when something in it has the wrong type or is empty.
    """

    __slots__ = ("given_kind", "irregular", "kind", "now", "statements", "text", "value")

    def __init__(self, value: Any, text: str | None, given_kind: str | None, now: str | None) -> None:
        self.value = value
        self.text = text
        self.given_kind = given_kind
        self.kind = kind = given_kind or recognise(value)
        self.now = now
        self.statements: list[Statement] = []
        self.irregular = False
        if type(value) is not dict:
            return
        if type(value.get("Version", "")) is not str:
            self.irregular = True
        listed = value.get("Statement", ())
        if type(listed) is list:
            for index, each in enumerate(listed[:_MOST_STATEMENTS]):
                if type(each) is dict:
                    statement = Statement(each, index, ("Statement", index), kind, now)
                    self.statements.append(statement)
                    if statement.irregular:
                        self.irregular = True
                else:
                    self.irregular = True
        elif type(listed) is dict:
            self.statements.append(Statement(listed, 0, ("Statement",), kind, now))
            self.irregular = self.irregular or self.statements[0].irregular
        elif "Statement" in value:
            self.irregular = True


_MOST_STATEMENTS = 50_000
"""More of them, in a text that is short enough to be read, are all malformed, and findings end long before."""


def recognise(value: Any) -> str:
    """Tell the kind of a document from its shape.

    A statement with a principal makes it a trust policy when all that is allowed is to assume the role, and a
    resource-based policy otherwise. Session and control policies look like identity policies: they can only be given.

    Args:
        value: A document as plain Python values.

    Returns:
        `identity`, `trust` or `resource`.
    """
    statements = value.get("Statement") if type(value) is dict else None
    found = IDENTITY
    for statement in statements if type(statements) is list else (statements,):
        if type(statement) is dict and ("Principal" in statement or "NotPrincipal" in statement):
            if "Resource" in statement or "NotResource" in statement or not _assumes(statement.get("Action")):
                return RESOURCE_BASED
            found = TRUST
    return found


def _assumes(action: Any) -> bool:
    """Tell whether an Action names operations of STS alone, as a trust policy does (or no action at all)."""
    actions = action if type(action) is list else [action]
    return all(each is None or (type(each) is str and each.lower().startswith("sts:")) for each in actions)
