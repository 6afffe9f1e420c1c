"""`ice-avatar validate`: the twin of `ram.lint`, for files."""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pulumi_ice_avatar.errors import InvalidInputError
from pulumi_ice_avatar.ram.containers import LONGEST_CONTAINER
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.linting.checking import Checked, Task, check_all
from pulumi_ice_avatar.ram.linting.files import Search
from pulumi_ice_avatar.ram.linting.project import FAIL_ON, Project, failing, project_of
from pulumi_ice_avatar.ram.linting.rules import SEVERITIES, all_rules
from pulumi_ice_avatar.reporters import FORMATS, Reported, reporter
from pulumi_ice_avatar.reporters.printing import printable
from pulumi_ice_avatar.writing import replace

if TYPE_CHECKING:
    from datetime import date

    from pulumi_ice_avatar.ram.linting.suppressions import Ledger

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = {
    "ice-avatar validate policies": "check all policies in a folder",
    "ice-avatar validate --fail-on warning --format concise policies": "be strict, and tell each finding in one line",
    "ice-avatar validate plan.json": "check the policies in a Terraform plan, from `terraform show -json plan.out`",
    "ice-avatar validate --diff policy.json": "show what --fix would change",
    "ice-avatar validate --kind trust - < trust.json": "check standard input, as a policy of a kind",
}

STDIN = "-"
"""Standard input, on the command line and in reports."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add = parser.add_argument
    add(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, a folder, a pattern such as 'policies/**/*.json', or - for stdin",
    )
    add("--format", choices=FORMATS, default="text", help="form of the report (default: text)")
    add("--output", metavar="FILE", help="write the report to a file")
    add("--kind", choices=KINDS, help="what the documents are (default: recognised one by one)")
    add("--select", action="append", metavar="CODE", help="report these rules only: codes, beginnings (RAM2), names")
    add("--ignore", action="append", metavar="CODE", help="do not report these rules")
    add(
        "--fail-on",
        choices=FAIL_ON,
        help="what makes the exit code 1: findings of this severity and graver ones (default: security)",
    )
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--fix", action="store_true", help="make the changes that are certain to be right")
    changes.add_argument("--diff", action="store_true", help="print the changes that --fix would make, and no report")
    add("--exit-zero", action="store_true", help="exit with 0 whatever is found")
    add("--statistics", action="store_true", help="count the findings of each rule as well")
    add("--now", metavar="DATE", help="the moment to judge dates by, such as 2030-01-31; without it no date is past")
    add(
        "--only-policies",
        action="store_true",
        help="skip also named files, if they look like no policy or are excluded",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the files and report: 0 where nothing fails, 1 where something does, 2 where something went unchecked."""
    if arguments.diff and (arguments.format != "text" or arguments.statistics):
        raise InvalidInputError("--diff prints changes and no report: leave out --format and --statistics")
    if arguments.fix and STDIN in arguments.paths:
        raise InvalidInputError("--fix cannot change standard input: use --diff, or name a file")
    this = _Run(arguments)
    with _output(arguments.output, arguments.format) as out:
        if arguments.diff:
            this.print_changes(out)
        else:
            reporter(arguments.format)(this.report(), out)
        if arguments.statistics:
            this.print_statistics(out if arguments.format in ("text", "concise") else sys.stderr)
    return this.conclude()


class _Run:
    """A run: what it is to check, and what has come of it."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.select, self.ignore = _words(arguments.select), _words(arguments.ignore)
        self.today = _day(arguments.now)
        self.search = Search(lambda path: project_of(path).excludes(path), even_named=arguments.only_policies)
        self.tasks: list[Task] = []
        self.ledgers: dict[Project, Ledger] = {}
        self.checked = self.skipped = self.changed = 0
        self.incomplete = self.failed = False
        self.severities: Counter[str] = Counter()
        self.rules: Counter[tuple[str, str]] = Counter()
        self.fixable = self.fixed = 0
        self._find()

    def _find(self) -> None:
        _for_lint(self.select, self.ignore)  # a wrong word is to be told before anything else
        for path in dict.fromkeys(self.arguments.paths):
            if path != STDIN:
                self.search.add(path)
        for path, named in self.search.files:
            self._add(path, None, project_of(path), found=self.arguments.only_policies or not named)
        if STDIN in self.arguments.paths:
            data = sys.stdin.buffer.read(LONGEST_CONTAINER + 1)
            self._add(STDIN, data, project_of(None), found=self.arguments.only_policies)
        for line in self.search.unreadable:
            self._note(line)
        self.incomplete = bool(self.search.unreadable)

    def _add(self, path: str, data: bytes | None, project: Project, *, found: bool) -> None:
        select, ignore = self._choice(project)
        if project.suppressions and project not in self.ledgers:
            from pulumi_ice_avatar.ram.linting.suppressions import Ledger

            self.ledgers[project] = Ledger(project, _chosen(select, ignore), self.today)
        arguments = self.arguments
        self.tasks.append(
            Task(
                file=path,
                data=data,
                found=found,
                kind=arguments.kind or project.kind_of(path),
                codes=_for_lint(select, ignore),
                project=project,
                now=arguments.now,
                today=self.today,
                fixes=arguments.fix or arguments.diff,
                writes=arguments.fix,
            )
        )

    def _choice(self, project: Project) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        """What is selected and ignored in a project; who selects on the command line decides alone."""
        if self.select is not None:
            return self.select, self.ignore
        select, ignore = project.select, project.ignore if self.ignore is None else self.ignore
        try:
            _for_lint(select, ignore)
        except InvalidInputError as error:
            raise InvalidInputError(f"{project.source}: {error}") from None
        return select, ignore

    # --- what has come of it ---

    def _results(self) -> Iterator[tuple[Task, Checked]]:
        """Check, and keep account."""
        results = check_all(self.tasks)
        if len(self.tasks) >= _MANY and sys.stderr.isatty():
            results = _with_progress(results, len(self.tasks))
        for task, checked in zip(self.tasks, results, strict=True):
            for note in checked.notes:
                self._note(note)
            self.incomplete = self.incomplete or checked.unreadable or checked.unwritable
            self.skipped += not checked.policy
            if checked.policy and not checked.unreadable:
                self.checked += 1
                if task.project in self.ledgers:
                    self.ledgers[task.project].enter(checked.file, checked.used)
                self.changed += bool(checked.fixed)
                self.fixed += len(checked.fixed)
                yield task, checked

    def report(self) -> Iterator[Reported]:
        """Check, and yield what is to be reported of each file, and of the settings at the end."""
        for task, checked in self._results():
            if checked.fixed:
                for finding in checked.fixed:
                    description = finding.fix.description if finding.fix else ""
                    self._note(f"fixed {finding.code} {finding.name} in {checked.file}:{finding.line}: {description}")
            yield self._count(Reported(checked.file, checked.findings, checked.text, self._failing(task.project)))
        for project, ledger in self.ledgers.items():
            findings = tuple(ledger.findings(self.search.folders))
            if findings and project.source is not None:
                text = Path(project.source).read_text(encoding="utf-8")
                yield self._count(Reported(project.source, findings, text, self._failing(project), policy=False))

    def _failing(self, project: Project) -> frozenset[str]:
        return failing(self.arguments.fail_on or project.fail_on)

    def _count(self, reported: Reported) -> Reported:
        for finding in reported.findings:
            self.severities[finding.severity] += 1
            self.rules[finding.code, finding.name] += 1
            self.fixable += finding.fix is not None
            self.failed = self.failed or finding.severity in reported.failing
        return reported

    def print_changes(self, out: TextIO) -> None:
        """Check, and print what `--fix` would change."""
        from pulumi_ice_avatar.reporters.diff import write_diff

        for _, checked in self._results():
            if checked.before is not None and checked.text is not None:
                write_diff(checked.file, checked.before, checked.text, out)
                self.failed = True

    def print_statistics(self, out: TextIO) -> None:
        """Print how often each rule has spoken."""
        for (code, name), count in sorted(self.rules.items(), key=lambda each: (-each[1], each[0])):
            out.write(f"{count:7,}  {code}  {name}\n")

    def conclude(self) -> int:
        """Sum up, and give the exit code."""
        self._note(self._summary())
        if self.incomplete or (not self.checked and not self.arguments.only_policies):
            return 2
        return int(self.failed and not self.arguments.exit_zero)

    def _summary(self) -> str:
        if self.checked:
            found = [_counted(self.severities[each], each) for each in SEVERITIES if self.severities[each]]
            said = f"{_counted(self.checked, 'file')} checked"
            if not self.arguments.diff:
                said += f": {', '.join(found) or 'nothing found'}"
            if self.fixable:
                said += f"; --fix can mend {self.fixable:,}"
        else:
            said = "nothing was checked"
        if self.fixed:
            verb = "would be " * self.arguments.diff
            said += f"; {_counted(self.fixed, 'finding')} in {_counted(self.changed, 'file')} {verb}fixed"
        if self.skipped:
            said += f"; skipped {_counted(self.skipped, 'file')} without a policy"
        elif not self.checked and not self.incomplete:
            said += ": no .json, .yaml, .yml or .tf file was found (hidden and excluded ones do not count)"
        return said

    @staticmethod
    def _note(line: str) -> None:
        print(f"ice-avatar: {printable(line)}", file=sys.stderr)


_MANY = 1000
"""Files from which on a person would wonder whether anything happens."""


def _with_progress(results: Iterator[Checked], total: int) -> Iterator[Checked]:
    """Count on the last line of the terminal, and leave the line empty for whatever else is printed."""
    from time import monotonic

    shown = 0.0
    for number, checked in enumerate(results, 1):
        if monotonic() - shown > 0.1:
            shown = monotonic()
            print(f"\r{number:,} of {total:,} files", end="", file=sys.stderr, flush=True)
        if checked.findings or checked.notes or checked.fixed or number == total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            shown = 0.0
        yield checked


def _counted(number: int, what: str) -> str:
    if what == "security":
        return f"{number:,} of security"
    return f"{number:,} {what}{'s' * (number != 1)}"


def _words(given: list[str] | None) -> tuple[str, ...] | None:
    """The words of an option that is repeated, or has commas between its words, or both."""
    if given is None:
        return None
    return tuple(word.strip() for each in given for word in each.split(",") if word.strip())


@cache
def _chosen(select: tuple[str, ...] | None, ignore: tuple[str, ...] | None) -> frozenset[str]:
    """The codes to report."""
    from pulumi_ice_avatar.ram.linting.handbook import choose

    return choose(select, ignore)


@cache
def _for_lint(select: tuple[str, ...] | None, ignore: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Those of them that are for `lint` to know; None for its own choice."""
    if select is None and ignore is None:
        return None
    chosen = _chosen(select, ignore)
    return tuple(code for code in all_rules() if code in chosen)


def _day(now: str | None) -> date | None:
    if now is None:
        return None
    from pulumi_ice_avatar.ram.deciding.values import DATE

    try:
        day: date = DATE.listed(now).date()
    except ValueError as error:
        raise InvalidInputError(f"--now {now!r} {error}") from None
    return day


@contextlib.contextmanager
def _output(path: str | None, form: str) -> Iterator[TextIO]:
    """Where the report goes: to standard output, or to a file as a whole when it is complete."""
    if path is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            encoding = None if form in ("text", "concise") else "utf-8"
            sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
        yield sys.stdout
        sys.stdout.flush()
        return
    if not Path(path).parent.is_dir() or Path(path).is_dir():
        raise InvalidInputError(f"--output {path}: no file can be made there")
    report = io.StringIO()
    yield report
    try:
        replace(path, report.getvalue().encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InvalidInputError(f"--output {path}: {(error.strerror or str(error)).lower()}") from None
