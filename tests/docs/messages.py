"""The messages of errors as they stand in the code, with `…` for what is filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pulumi_ice_avatar import errors
from tests.conftest import ROOT


def messages() -> dict[str, str]:
    """Every message that an error of this package is raised with, and where.

    Left out is what only passes on what others say: a path, and the reason that the system gives.
    """
    found = {}
    for path in sorted((ROOT / "pulumi_ice_avatar").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in errors.__all__ and node.args:
                message = _message(node.args[0])
                if len(re.findall(r"[A-Za-z]{2,}", message)) > 1:
                    found[message] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def _name(node: ast.expr) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _message(node: ast.expr) -> str:
    return re.sub("…+", "…", "".join(_parts(node)))


def _parts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _parts(part)
    else:
        yield "…"
