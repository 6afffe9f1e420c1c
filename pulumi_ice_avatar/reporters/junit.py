"""JUnit XML: a suite for each file, with a test for each finding.

A finding that makes the run fail is a failed test, any other one a test that passed and has something to say. The
format has no standard; the elements and attributes are those that Jenkins, GitLab and GitHub's reporters all read
(https://github.com/testmoapp/junitxml).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.reporters import Reported
from pulumi_ice_avatar.reporters.printing import printable

__all__ = ["report"]


def report(files: Iterable[Reported], out: TextIO) -> None:
    """Write a suite for each file."""
    tests = failures = 0
    suites = []
    for file in files:
        failed = sum(each.severity in file.failing for each in file.findings)
        cases = [_case(file, each) for each in file.findings] or [_element("testcase", _test(file, "policy"))]
        counts = {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": "0"}
        suites.append(_element("testsuite", {"name": file.file, **counts}, "\n".join(cases)))
        tests += len(cases)
        failures += failed
    totals = {"name": "ice-avatar validate", "tests": str(tests), "failures": str(failures), "errors": "0"}
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n' + _element("testsuites", totals, "\n".join(suites)) + "\n")


def _case(file: Reported, finding: Finding) -> str:
    place = f"{file.file}:{finding.line}:{finding.column}"
    said = f"{place}: {finding.severity} {finding.code} {finding.name}: {finding.message}"
    if finding.severity in file.failing:
        attributes = {"message": finding.message, "type": finding.severity}
        body = _element("failure", attributes, _escaped(said))
    else:
        body = _element("system-out", {}, _escaped(said))
    return _element("testcase", _test(file, f"{finding.code} {finding.name} {finding.pointer or '/'}"), body)


def _test(file: Reported, name: str) -> dict[str, str]:
    return {"classname": file.file, "name": name, "time": "0"}


def _element(name: str, attributes: dict[str, str], body: str = "") -> str:
    written = "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{body}</{name}>" if body else f"<{name}{written}/>"


def _escaped(text: str) -> str:
    text = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")
