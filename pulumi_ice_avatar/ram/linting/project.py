"""The settings of a project: `[tool.ice-avatar]` in its pyproject.toml, or its ice-avatar.toml.

As with ruff, the settings of a file are those of the nearest such file in its folder or above. They are not merged with
what lies further up, a pyproject.toml without the table is passed over, and patterns are relative to their folder.
"""

# Paths stay text, as in `files`.
# ruff: noqa: PTH100, PTH109, PTH110, PTH118, PTH120

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.errors import ConfigurationError, InvalidInputError
from pulumi_ice_avatar.ram.language import KINDS
from pulumi_ice_avatar.ram.linting.rules import SECURITY, SEVERITIES
from pulumi_ice_avatar.ram.wording import quote, type_name

if TYPE_CHECKING:
    from datetime import date

__all__ = ["FAIL_ON", "Project", "Suppression", "failing", "matches", "project_of"]

NEVER = "never"

FAIL_ON = (*SEVERITIES, NEVER)
"""From the gravest: each level fails on findings of its own severity and of those before it."""


class Suppression(NamedTuple):
    """A finding that the project has decided to live with.

    Attributes:
        file: The files it is for, as a pattern.
        code: The code of the rule.
        pointer: The place in the document as a JSON Pointer, with all below it; the whole document when empty.
        reason: Why.
        expires: The last day it holds; None where it holds for good.
        number: Its place among the suppressions of the project, from 0.
        line: The line of the settings where it stands.
    """

    file: str
    code: str
    pointer: str
    reason: str
    expires: date | None
    number: int
    line: int


class Project(NamedTuple):
    """The settings for the files of a folder and of those below.

    Attributes:
        source: The file they come from; None for the settings of those who have none.
        folder: The absolute path of its folder.
        select: The rules to report, as for `lint`; None where nothing is said.
        ignore: The rules not to report; None where nothing is said.
        fail_on: The lightest severity that fails, one of `FAIL_ON`.
        kinds: The kinds of files by pattern; the last pattern that matches holds.
        exclude: Patterns of files and folders that are left alone.
        suppressions: Findings that are not reported.
    """

    source: str | None = None
    folder: str = ""
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    fail_on: str = SECURITY
    kinds: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    def kind_of(self, path: str) -> str | None:
        """The kind that the settings give a file; None where they give none."""
        if not self.kinds:
            return None
        relative = self.relative(path)
        return next((kind for pattern, kind in reversed(self.kinds) if matches(pattern, relative)), None)

    def excludes(self, path: str) -> bool:
        """Tell whether the settings leave a file or folder alone."""
        if not self.exclude:
            return False
        relative = self.relative(path)
        # As in a .gitignore, a pattern of one name means that name at any depth.
        return any(matches(each if "/" in each.rstrip("/") else f"**/{each}", relative) for each in self.exclude)

    def relative(self, path: str) -> str:
        """A path as seen from the folder of the settings, with slashes."""
        return os.path.relpath(path, self.folder).replace(os.sep, "/")


def failing(fail_on: str) -> frozenset[str]:
    """The severities that fail at a level of `FAIL_ON`."""
    return frozenset() if fail_on == NEVER else frozenset(SEVERITIES[: SEVERITIES.index(fail_on) + 1])


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern names a file or folder, or a folder above it.

    Args:
        pattern: Names separated by slashes, in which `*` stands for any part of a name, `?` for one character, `[…]`
            for one of several, and `**` as a name for any number of folders.
        path: A path with slashes, relative to the same folder.

    Returns:
        Whether it does.
    """
    from fnmatch import fnmatchcase

    wanted = pattern.removeprefix("./").strip("/").split("/")
    places = _reached({0}, wanted)
    for name in path.split("/"):
        if len(wanted) in places:
            return True
        places = _reached(
            {at if wanted[at] == "**" else at + 1 for at in places if fnmatchcase(name, wanted[at])}, wanted
        )
    return len(wanted) in places


def _reached(places: set[int], wanted: Sequence[str]) -> set[int]:
    """Add the places in a pattern that are reached without a further name, because `**` may stand for none."""
    for at in sorted(places):
        below = at
        while below < len(wanted) and wanted[below] == "**":
            below += 1
            places.add(below)
    return places


# --- finding ---------------------------------------------------------------------------------------------------------


def project_of(path: str | None) -> Project:
    """Find the settings for a file.

    Args:
        path: The file or folder; None for what comes from no file, for which those of the current folder hold.

    Returns:
        The settings.

    Raises:
        ConfigurationError: The settings cannot be read, or say something that cannot be meant.
    """
    return _nearest(os.path.dirname(os.path.abspath(path)) if path is not None else os.getcwd())


@cache
def _nearest(folder: str) -> Project:
    while (found := _settings_in(folder)) is None:
        if folder == os.path.dirname(folder):
            return Project()
        folder = os.path.dirname(folder)
    return found


@cache
def _settings_in(folder: str) -> Project | None:
    for name, table in (("ice-avatar.toml", ()), ("pyproject.toml", ("tool", "ice-avatar"))):
        path = os.path.join(folder, name)
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue
        except (OSError, UnicodeDecodeError) as error:
            if not os.path.exists(path):
                continue  # the folder may not be entered: nothing in it is this project's
            why = "not UTF-8" if isinstance(error, ValueError) else (error.strerror or str(error)).lower()
            raise ConfigurationError(f"{_shown(path)}: cannot be read: {why}") from None
        if table and table[-1] not in text:
            continue
        settings = _toml(text, path)
        for key in table:
            settings = settings.get(key) if isinstance(settings, dict) else None
        if settings is not None:
            return _project(settings, text, path)
    return None


def _toml(text: str, path: str) -> Any:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{_shown(path)}: not TOML: {error}") from None


def _shown(path: str) -> str:
    """A path as the user will recognise it: from the current folder, if it is below that."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative


# --- reading ---------------------------------------------------------------------------------------------------------


class _Table:
    """A table of the settings, whose values are checked as they are taken."""

    def __init__(self, value: Any, place: str, keys: Iterable[str]) -> None:
        self.place = place
        if not isinstance(value, dict):
            raise ConfigurationError(f"{place}: expected a table, found {type_name(value)}")
        self._values = value
        known = list(keys)
        for key in value:
            if key not in known:
                from pulumi_ice_avatar.ram.spelling import Vocabulary

                meant = Vocabulary(known).nearest(key)
                hint = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
                raise ConfigurationError(f"{place}: there is no setting {quote(key)}: {hint}")

    def strings(self, key: str) -> tuple[str, ...] | None:
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise ConfigurationError(f"{self.place}: {key} has to be a list of strings")
        return tuple(value)

    def text(self, key: str, *, required: bool = False) -> str:
        value = self._values.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise ConfigurationError(f"{self.place}: {key} has to be a string{' with something in it' * required}")
        return value

    def choice(self, key: str, choices: Sequence[str], otherwise: str) -> str:
        value = self._values.get(key, otherwise)
        if value not in choices:
            raise ConfigurationError(f"{self.place}: {key} is {quote(value)}: use {', '.join(choices)}")
        return str(value)

    def day(self, key: str) -> date | None:
        from datetime import date, datetime

        value = self._values.get(key)
        try:
            value = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            value = ...
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise ConfigurationError(f"{self.place}: {key} has to be a date, such as 2027-01-31")

    def tables(self, key: str, keys: Iterable[str]) -> list[_Table]:
        value = self._values.get(key, [])
        if not isinstance(value, list):
            raise ConfigurationError(f"{self.place}: {key} has to be a list of tables: write [[…{key}]]")
        return [_Table(each, f"{self.place}, {key} {number}", keys) for number, each in enumerate(value, 1)]

    def table(self, key: str) -> _Table:
        value = self._values.get(key, {})
        return _Table(value, f"{self.place}, {key}", value if isinstance(value, dict) else ())

    def __iter__(self) -> Any:
        return iter(self._values)


def _project(settings: Any, text: str, path: str) -> Project:
    source = _shown(path)
    table = _Table(settings, source, ("select", "ignore", "fail-on", "kinds", "exclude", "suppressions"))
    kinds = table.table("kinds")
    # The parser does not tell where things stand.
    lines = [text.count("\n", 0, each.start()) + 1 for each in _SUPPRESSION.finditer(text)]
    return Project(
        source=source,
        folder=os.path.dirname(path),
        select=table.strings("select"),
        ignore=table.strings("ignore"),
        fail_on=table.choice("fail-on", FAIL_ON, SECURITY),
        kinds=tuple((pattern, kinds.choice(pattern, KINDS, "")) for pattern in kinds),
        exclude=table.strings("exclude") or (),
        suppressions=tuple(
            _suppression(each, number, lines[number] if number < len(lines) else 1)
            for number, each in enumerate(
                table.tables("suppressions", ("file", "code", "pointer", "reason", "expires"))
            )
        ),
    )


_SUPPRESSION = re.compile(r"^[ \t]*\[\[[^\]\n]*\bsuppressions[\"']?[ \t]*\]\]", re.MULTILINE)


def _suppression(table: _Table, number: int, line: int) -> Suppression:
    from pulumi_ice_avatar.ram.linting.handbook import find

    try:
        code = find(table.text("code", required=True)).code
    except InvalidInputError as error:
        raise ConfigurationError(f"{table.place}: {error}") from None
    pointer = table.text("pointer")
    if pointer and not pointer.startswith("/"):
        raise ConfigurationError(f"{table.place}: pointer is no JSON Pointer: write it as /Statement/0/Action")
    return Suppression(
        file=table.text("file", required=True),
        code=code,
        pointer=pointer.rstrip("/"),
        reason=table.text("reason", required=True),
        expires=table.day("expires"),
        number=number,
        line=line,
    )
