"""SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from pulumi_ice_avatar.ram.linting import handbook
from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.ram.reading.document import Document
from pulumi_ice_avatar.ram.reading.edits import Edit
from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.json import dump
from pulumi_ice_avatar.reporters.paths import fingerprints, from_here
from pulumi_ice_avatar.reporters.printing import printable

__all__ = ["report"]

_LEVELS = {"error": "error", "security": "error", "warning": "warning", "suggestion": "note"}

_SECURITY_SEVERITY = "7.5"
"""Of 10: what GitHub calls high. It ranks security findings by this and others by their level."""


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write a log with one run."""
    from importlib.metadata import version

    results = []
    rules: dict[str, int] = {}
    for file in files:
        artifact = {"uri": _uri(file.file)}
        document = Document(file.text, None, None, None)
        for finding, fingerprint in zip(file.findings, fingerprints(file), strict=True):
            result = {
                "ruleId": finding.code,
                "ruleIndex": rules.setdefault(finding.code, len(rules)),
                "partialFingerprints": {"ramPolicy/v1": fingerprint},
            }
            results.append({**result, **_result(finding, artifact, document)})
    driver = {
        "name": "ice-avatar",
        "fullName": "ice-avatar validate",
        "semanticVersion": version("pulumi-ice-avatar"),
        "rules": [_rule(code) for code in rules],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    out.write(dump(log, indent=2) + "\n")


def _rule(code: str) -> dict[str, Any]:
    entry = handbook.entries()[code]
    page = handbook.page(code)
    source = re.search(r"^## Source\n(?:.*\n)*?.*?(https://[^\s<>)\]]+)", page, re.MULTILINE)
    security = entry.severity == "security"
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in entry.name.split("-")),
        "shortDescription": {"text": handbook.summary(code)},
        "fullDescription": {"text": handbook.summary(code)},
        **({"helpUri": source[1]} if source else {}),
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {
            "tags": ["ram-policy", *(["security"] if security else [])],
            **({"security-severity": _SECURITY_SEVERITY} if security else {}),
        },
    }


def _result(finding: Finding, artifact: dict[str, str], document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding.message)},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": artifact, "region": _region(finding)},
                "logicalLocations": [{"fullyQualifiedName": finding.pointer or "/", "kind": "member"}],
            }
        ],
        "properties": {"severity": finding.severity},
    }
    # Places in SARIF do not count a byte-order mark, so that its removal cannot be told.
    if finding.fix and finding.code != "RAM004":
        replacements = [_replacement(document, edit) for edit in finding.fix.edits]
        changes = [{"artifactLocation": artifact, "replacements": replacements}]
        result["fixes"] = [{"description": {"text": _message(finding.fix.description)}, "artifactChanges": changes}]
    return result


def _region(place: Any) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _replacement(document: Document, edit: Edit) -> dict[str, Any]:
    region = _region(document.at(edit.start, edit.end))
    return {"deletedRegion": region, "insertedContent": {"text": edit.replacement}}


def _message(text: str) -> str:
    """A message in which no viewer finds a link: a policy could place one."""
    return re.sub(r"\[(?=[^\]]*\]\()", r"\\[", printable(text))


def _uri(path: str) -> str:
    path = from_here(path)
    return Path(path).as_uri() if Path(path).is_absolute() else quote(os.fsencode(path))
