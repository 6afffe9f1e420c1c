"""Check files: one after another, or on all cores where there are many."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from pulumi_ice_avatar.errors import IceAvatarError
from pulumi_ice_avatar.ram.linting.files import is_policy, may_be_policy, read, replace, why
from pulumi_ice_avatar.ram.linting.linter import Finding, lint
from pulumi_ice_avatar.ram.linting.project import Project
from pulumi_ice_avatar.ram.reading.document import Document, parse

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Checked", "Task", "check_all"]

_MANY = 2000
"""Files from which on further processes are worth their start."""

_CHUNK = 50
"""Files that are handed to a process at once."""


class Task(NamedTuple):
    """What to do with a file.

    Attributes:
        file: Its path, or what to call it.
        data: Its bytes; None where they are still to be read.
        found: True where it is to be skipped if it looks like no policy.
        kind: The kind to check it as; None where it is to be recognised.
        codes: The rules to report; None for all that are on by default.
        project: The settings for it.
        now: The moment to judge dates in the document by (ISO 8601), or None.
        today: The day to judge the expiry of suppressions by; None for today.
        fixes: Whether to apply fixes.
        writes: Whether to write what was fixed to the file.
    """

    file: str
    data: bytes | None
    found: bool
    kind: str | None
    codes: tuple[str, ...] | None
    project: Project
    now: str | None
    today: date | None
    fixes: bool
    writes: bool


class Checked(NamedTuple):
    """What came of it.

    Attributes:
        file: Its path, or what to call it.
        policy: False where the file was skipped, because it looks like no policy.
        findings: What is reported.
        text: The text, where there are findings or fixes; the new one if it was fixed.
        before: The text before it was fixed; None where nothing was.
        fixed: The findings that were fixed.
        used: The numbers of the suppressions that fit a finding.
        notes: Lines about the file that are no findings.
        unreadable: Whether it could not be read.
        unwritable: Whether what was fixed could not be written, so that nothing was.
    """

    file: str
    policy: bool = True
    findings: tuple[Finding, ...] = ()
    text: str | None = None
    before: str | None = None
    fixed: tuple[Finding, ...] = ()
    used: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    unreadable: bool = False
    unwritable: bool = False


def check_all(tasks: Sequence[Task]) -> Iterator[Checked]:
    """Check files and yield what came of each, in their order.

    Args:
        tasks: The files.

    Yields:
        What came of each.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(tasks) < _MANY or cores == 1:
        yield from map(check, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(cores)
    try:
        with _without_interrupts():
            results = pool.map(check, tasks, chunksize=_CHUNK)
        yield from results
    except BrokenProcessPool:
        raise IceAvatarError(
            "a process that was checking files has been ended from outside: is memory short?"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep Ctrl-C back, here for a moment and for good in processes that begin meanwhile.

    It reaches every process of the terminal, and the first one alone is to answer it.
    """
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def check(task: Task) -> Checked:
    """Check one file, and fix it if that is asked for."""
    try:
        data = read(task.file) if task.data is None else task.data
    except OSError as error:
        return Checked(task.file, unreadable=True, notes=(f"{task.file}: {why(error)}",))
    if task.found and not may_be_policy(data):
        return Checked(task.file, policy=False)
    document = parse(cast("bytes", data), kind=task.kind, source=task.file)
    policy = is_policy(document)
    if task.found and not policy:
        return Checked(task.file, policy=False)
    findings, used = _findings(document, task)
    checked = Checked(task.file, findings=findings, text=document.text if findings else None, used=used)
    if not policy and not document.problems:
        checked = checked._replace(notes=(f"{task.file}: this looks like no RAM policy, but was named",))
    return _fixed(checked, data, task) if task.fixes and isinstance(data, bytes) and findings else checked


def _findings(document: Document, task: Task) -> tuple[tuple[Finding, ...], frozenset[int]]:
    findings = lint(document, select=task.codes, now=task.now)
    if not findings or not task.project.suppressions:
        return tuple(findings), frozenset()
    from pulumi_ice_avatar.ram.linting.suppressions import sift

    return sift(findings, task.project, task.file, task.today)


def _fixed(checked: Checked, data: bytes, task: Task) -> Checked:
    from pulumi_ice_avatar.ram.linting.fixing import fix

    used = set(checked.used)

    def again(data: bytes) -> tuple[str, Sequence[Finding]]:
        document = parse(data, kind=task.kind, source=task.file)
        findings, also_used = _findings(document, task)
        used.update(also_used)
        return document.text or "", findings

    fixed = fix(checked.text or "", data, again)
    if not fixed.done:
        return checked
    if task.writes:
        try:
            replace(task.file, fixed.data)
        except OSError as error:
            note = f"{task.file}: cannot be written: {(error.strerror or str(error)).lower()}"
            return checked._replace(unwritable=True, notes=(*checked.notes, note))
    text, findings = again(fixed.data)
    return checked._replace(
        findings=tuple(findings), text=text, before=checked.text, fixed=fixed.done, used=frozenset(used)
    )
