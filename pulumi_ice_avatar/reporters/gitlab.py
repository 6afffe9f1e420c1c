"""Code Quality report of GitLab: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.json import dump
from pulumi_ice_avatar.reporters.paths import fingerprints, from_here
from pulumi_ice_avatar.reporters.printing import printable

__all__ = ["report"]

_SEVERITIES = {"error": "critical", "security": "major", "warning": "minor", "suggestion": "info"}


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write a list with an object for each finding."""
    violations = [
        {
            "description": f"{finding.code} {finding.name}: {printable(finding.message)}",
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": from_here(file.file),
                "lines": {"begin": finding.line or 1, "end": finding.end_line or 1},
            },
        }
        for file in files
        for finding, fingerprint in zip(file.findings, fingerprints(file), strict=True)
    ]
    out.write(dump(violations, indent=2) + "\n")
