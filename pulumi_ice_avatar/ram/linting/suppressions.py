"""Which findings the settings of a project suppress, and which suppressions are of no use any more."""

# Paths stay text, as in `files`.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_ice_avatar.ram.linting.handbook import EXPIRED, UNUSED, Entry
from pulumi_ice_avatar.ram.linting.linter import Finding
from pulumi_ice_avatar.ram.linting.project import Project, Suppression, matches
from pulumi_ice_avatar.ram.wording import quote

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Ledger", "sift"]


def sift(
    findings: Iterable[Finding], project: Project, path: str, today: date | None
) -> tuple[tuple[Finding, ...], frozenset[int]]:
    """Take out the findings that are suppressed.

    Args:
        findings: What was found in a file.
        project: The settings for the file.
        path: The file.
        today: The day to judge expiry by; None for today.

    Returns:
        The findings that are left, and the numbers of the suppressions that fit one, expired or not.
    """
    relative = project.relative(path)
    left = []
    used: set[int] = set()
    for finding in findings:
        fitting = [each for each in project.suppressions if _fits(each, finding) and matches(each.file, relative)]
        used.update(each.number for each in fitting)
        if all(expired(each, today) for each in fitting):
            left.append(finding)
    return tuple(left), frozenset(used)


def _fits(suppression: Suppression, finding: Finding) -> bool:
    pointer = suppression.pointer
    return suppression.code == finding.code and (finding.pointer + "/").startswith(pointer + "/")


def expired(suppression: Suppression, today: date | None) -> bool:
    """Tell whether the last day of a suppression is over."""
    if suppression.expires is None:
        return False
    from datetime import date

    return suppression.expires < (today or date.today())


class Ledger:
    """Keeps account, over a run, of which suppressions of a project were needed."""

    def __init__(self, project: Project, codes: Collection[str], today: date | None) -> None:
        """Open the account.

        Args:
            project: The settings.
            codes: The rules that are reported for them.
            today: The day to judge expiry by; None for today.
        """
        self._project = project
        self._codes = codes
        self._today = today
        self._used: set[int] = set()
        self._checked: set[str] = set()

    def enter(self, path: str, used: Iterable[int]) -> None:
        """Note that a file was checked, and which suppressions fitted a finding in it."""
        self._checked.add(self._project.relative(path))
        self._used.update(used)

    def findings(self, folders: Collection[str]) -> Iterator[Finding]:
        """Report the suppressions that are of no use.

        One that fits nothing is reported only when every file it could be for has been checked.

        Args:
            folders: The absolute paths of the folders that were checked as a whole.

        Yields:
            A finding about the file of the settings for each.
        """
        for each in self._project.suppressions:
            if each.code not in self._codes:
                continue
            if each.number in self._used:
                if expired(each, self._today) and EXPIRED.code in self._codes:
                    said = f"it expired on {each.expires}: mend what it is about, or decide on a new date"
                    yield self._finding(EXPIRED, each, said)
            elif UNUSED.code in self._codes and self._covered(each, folders):
                yield self._finding(UNUSED, each, "nothing there needs it any more: remove it")

    def _covered(self, suppression: Suppression, folders: Collection[str]) -> bool:
        names = suppression.file.removeprefix("./").strip("/").split("/")
        fixed = []
        for name in names:
            if set(name) & set("*?["):
                break
            fixed.append(name)
        if len(fixed) == len(names) and "/".join(fixed) in self._checked:
            return True
        start = os.path.join(self._project.folder, *fixed)
        return any(os.path.join(start, "").startswith(os.path.join(folder, "")) for folder in folders)

    def _finding(self, entry: Entry, suppression: Suppression, said: str) -> Finding:
        source = self._project.source or ""
        return Finding(
            file=source,
            code=entry.code,
            name=entry.name,
            severity=entry.severity,
            message=f"the suppression of {suppression.code} in {quote(suppression.file)}: {said}",
            pointer=f"{'/tool/ice-avatar' * (Path(source).name == 'pyproject.toml')}/suppressions/{suppression.number}",
            line=suppression.line,
            column=1,
            end_line=suppression.line,
            end_column=1,
            fix=None,
        )
