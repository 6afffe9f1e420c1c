"""Check files: one after another, or on all cores where there are many."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from pulumi_ice_avatar.errors import IceAvatarError
from pulumi_ice_avatar.ram.containers import by_content, by_name
from pulumi_ice_avatar.ram.linting.files import is_policy, may_be_policy, read, why
from pulumi_ice_avatar.ram.linting.linter import Finding, lint
from pulumi_ice_avatar.ram.linting.project import Project
from pulumi_ice_avatar.ram.reading.document import Document, parse
from pulumi_ice_avatar.writing import replace

if TYPE_CHECKING:
    from datetime import date

    from pulumi_ice_avatar.ram.containers.held import Contents

__all__ = ["Checked", "Task", "check_all"]

_MANY = 2000
"""Files from which on further processes are worth their start."""

_SHARES = 16
"""Parts that each core's share of the files comes in: what a process has found reaches the user before its end."""


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
        policy: False where the file was skipped, because it looks like no policy and holds none that can be checked.
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
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    size = len(tasks) // (cores * _SHARES)
    # The first part is checked here: it loads the rules, which forked processes then have from the beginning, as they
    # have the tasks.
    yield from map(check, tasks[:size])
    method = "fork" if sys.platform == "linux" else None
    pool = ProcessPoolExecutor(
        cores, mp_context=multiprocessing.get_context(method), initializer=_take, initargs=(tasks,)
    )
    try:
        with _without_interrupts():
            parts = pool.map(_check_part, [(start, start + size) for start in range(size, len(tasks), size)])
        for part in parts:
            yield from part
    except BrokenProcessPool:
        raise IceAvatarError(
            "a process that was checking files has been ended from outside: is memory short?"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


_taken: Sequence[Task] = ()
"""In a process of the pool: all tasks of the run, so that a part is named by two numbers."""


def _take(tasks: Sequence[Task]) -> None:
    global _taken
    _taken = tasks


def _check_part(part: tuple[int, int]) -> list[Checked]:
    return [check(task) for task in _taken[slice(*part)]]


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
    contents = by_name(task.file, data)
    if contents is not None:
        return _contents_checked(contents, task)
    if task.found and not may_be_policy(data):
        return Checked(task.file, policy=False)
    document = parse(cast("bytes", data), kind=task.kind, source=task.file)
    contents = by_content(document)
    if contents is not None:
        return _contents_checked(contents, task)
    policy = is_policy(document)
    if task.found and not policy:
        return Checked(task.file, policy=False)
    findings, used = _sifted(_lint(document, task), task)
    checked = Checked(task.file, findings=findings, text=document.text if findings else None, used=used)
    if not policy and not document.problems:
        checked = checked._replace(notes=(f"{task.file}: this looks like no RAM policy, but was named",))
    return _fixed(checked, data, task) if task.fixes and isinstance(data, bytes) and findings else checked


def _contents_checked(contents: Contents, task: Task) -> Checked:
    """Check the policies that a file holds among other things."""
    from pulumi_ice_avatar.ram.containers.held import findings as findings_of

    notes = [*contents.notes]
    if contents.problem is not None:
        notes = [contents.problem]
    elif not contents.held and not notes and not task.found:
        notes = [f"{contents.what} without a RAM policy"]
    notes = [f"{task.file}: {note}" for note in notes]
    if contents.problem is not None or not contents.held:
        unreadable = contents.problem is not None
        return Checked(task.file, policy=unreadable, notes=tuple(notes), unreadable=unreadable)
    found = [
        finding._replace(file=task.file)
        for held in contents.held
        for finding in findings_of(held, contents.document, partial(_lint, task=task))
    ]
    findings, used = _sifted(sorted(found, key=lambda each: (each.line, each.column)), task)
    fixable = sum(each.fix is not None for each in findings)
    if task.fixes and fixable:
        many = "a finding has" if fixable == 1 else f"{fixable} findings have"
        notes.append(f"{task.file}: {many} a certain fix, but --fix leaves {contents.what} alone")
    return Checked(
        task.file,
        findings=tuple(each._replace(fix=None) for each in findings),
        text=contents.document.text if findings else None,
        used=used,
        notes=tuple(notes),
    )


def _lint(document: Document, task: Task) -> list[Finding]:
    return lint(document, select=task.codes, now=task.now)


def _sifted(findings: list[Finding], task: Task) -> tuple[tuple[Finding, ...], frozenset[int]]:
    """Take out what the project suppresses, and tell by which suppressions."""
    if not findings or not task.project.suppressions:
        return tuple(findings), frozenset()
    from pulumi_ice_avatar.ram.linting.suppressions import sift

    return sift(findings, task.project, task.file, task.today)


def _fixed(checked: Checked, data: bytes, task: Task) -> Checked:
    from pulumi_ice_avatar.ram.linting.fixing import fix

    used = set(checked.used)

    def again(data: bytes) -> tuple[str, Sequence[Finding]]:
        document = parse(data, kind=task.kind, source=task.file)
        findings, also_used = _sifted(_lint(document, task), task)
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
