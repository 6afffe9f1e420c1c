"""Which files a run checks, and what is in them.

A file that is named is checked, whatever is in it. In a folder, and among what a pattern matches, a file counts when it
looks like a policy: nobody who points at a repository means its package.json.
"""

# Paths stay text, as they were typed and as the system lists them: there may be ten thousand of them.
# ruff: noqa: PTH100, PTH110, PTH112, PTH114, PTH116, PTH118, PTH206, PTH207

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_ice_avatar.ram.containers import SUFFIXES
from pulumi_ice_avatar.ram.reading.document import LONGEST

if TYPE_CHECKING:
    from pulumi_ice_avatar.ram.reading.document import Document

__all__ = ["Found", "Search", "is_policy", "may_be_policy", "read", "why"]

# --- finding ---------------------------------------------------------------------------------------------------------

_SUFFIXES = (".json", ".yaml", ".yml", *SUFFIXES)


class Found(NamedTuple):
    """A file to check.

    Attributes:
        path: Its path, as the user will recognise it.
        named: True when the user named it, False when it was found in a folder or by a pattern.
    """

    path: str
    named: bool


class Search:
    """Finds the files that paths stand for: each once, in the order of the paths and by name within a folder.

    Hidden files and folders, `node_modules` and virtual environments inside a folder are left out. A link to a folder
    is not followed there: it leads to what is searched anyway, or away from what was meant.

    Attributes:
        files: What was found.
        folders: The absolute paths of the folders that were looked through as a whole.
        unreadable: A line for each path that cannot be looked at.
    """

    def __init__(self, excludes: Callable[[str], bool], *, even_named: bool = False) -> None:
        """Make a search.

        Args:
            excludes: Tells of a path whether the settings leave it out.
            even_named: Whether that holds for files that are named as well.
        """
        self.files: list[Found] = []
        self.folders: list[str] = []
        self.unreadable: list[str] = []
        self._excludes = excludes
        self._even_named = even_named
        self._places: dict[str, int] = {}
        self._walked: set[str] = set()

    def add(self, path: str) -> None:
        """Find what a path stands for.

        Args:
            path: A file, a folder, or a pattern (`*`, `?`, `[…]`, `**`) where there is no file of that name.
        """
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            matches = None if os.path.lexists(path) else _matches(path)
            if matches is None:
                self.unreadable.append(f"{path}: {why(error)}")
            elif not matches:
                self.unreadable.append(f"{path}: the pattern matches nothing")
            for match in matches or ():
                if os.path.isdir(match):
                    self._walk(match)
                elif not self._excludes(match):
                    self._take(match, os.path.realpath(match), named=False)
            return
        if stat.S_ISDIR(mode):
            self.folders.append(os.path.abspath(path))
            self._walk(path)
        elif not (self._even_named and self._excludes(path)):
            self._take(path, os.path.realpath(path), named=True)

    def _take(self, path: str, real: str, *, named: bool) -> None:
        place = self._places.setdefault(real, len(self.files))
        if place == len(self.files):
            # What is beside a link is not what is beside its name, so that `..` has to stay.
            self.files.append(Found(path if os.pardir in path else os.path.normpath(path), named))
        elif named:
            self.files[place] = self.files[place]._replace(named=True)

    def _walk(self, top: str) -> None:
        # Not os.walk: it does not keep files and folders in one order, and passes over what it may not enter.
        open_folders = [self._entries(top, os.path.realpath(top))]
        while open_folders:
            for entry, real in open_folders[-1]:
                try:
                    if entry.is_dir():
                        if not entry.is_symlink() and not _is_foreign(entry) and not self._excludes(entry.path):
                            open_folders.append(self._entries(entry.path, real))
                            break
                    # A pipe or a device that is found is nobody's policy; a link that leads nowhere may have been.
                    elif (
                        entry.name.lower().endswith(_SUFFIXES)
                        and not self._excludes(entry.path)
                        and stat.S_ISREG(entry.stat().st_mode)
                    ):
                        self._take(entry.path, real, named=False)
                except OSError as error:
                    self.unreadable.append(f"{os.path.normpath(entry.path)}: {why(error)}")
            else:
                open_folders.pop()

    def _entries(self, folder: str, real: str) -> Iterator[tuple[os.DirEntry[str], str]]:
        """Yield what is in a folder, each with its real path; nothing the second time."""
        if real in self._walked:
            return
        self._walked.add(real)
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable.append(f"{os.path.normpath(folder)}: {why(error)}")
            return
        for entry in entries:
            if not entry.name.startswith("."):
                yield entry, os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, entry.name)


def _matches(pattern: str) -> list[str] | None:
    """What a pattern matches; None where it is no pattern."""
    import glob

    if not glob.has_magic(pattern):
        return None
    found = sorted(glob.glob(pattern, recursive=True))
    return [each for each in found if "node_modules" not in each.split(os.sep)]


def _is_foreign(entry: os.DirEntry[str]) -> bool:
    return entry.name == "node_modules" or os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))


# --- reading ---------------------------------------------------------------------------------------------------------


def read(path: str) -> bytes | memoryview:
    """Read a file, or as much of it as tells that it is longer than any policy.

    Args:
        path: A file.

    Returns:
        Its bytes.

    Raises:
        OSError: It cannot be read, or is a pipe or a device.
    """
    # A pipe without a writer would wait forever where it is opened.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _NoFileError
        if status.st_size > LONGEST:
            import mmap

            # The length is known and no byte is read, unless it is something that holds policies.
            return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
        # What the system makes up, as under /proc, says that it is empty.
        piece = max(status.st_size, 1 << 16) + 1
        chunks = []
        size = 0
        while size <= LONGEST and (chunk := os.read(descriptor, min(piece, LONGEST + 1 - size))):
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


class _NoFileError(OSError):
    pass


def why(error: OSError) -> str:
    """Say in words why a path cannot be read."""
    if isinstance(error, _NoFileError):
        return "a pipe or a device, not a file: give what comes out of it on standard input, with -"
    if isinstance(error, FileNotFoundError):
        broken = error.filename is not None and os.path.islink(error.filename)
        return "the link leads to nothing" if broken else "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


# --- recognising -----------------------------------------------------------------------------------------------------

_WORDS = re.compile(rb"statement|effect|version\"", re.IGNORECASE)


def may_be_policy(data: bytes | memoryview) -> bool:
    """Tell at little cost whether the bytes of a file are worth a closer look."""
    if len(data) > LONGEST:
        return False
    head = bytes(data[:4])
    return _WORDS.search(bytes(data).replace(b"\0", b"") if b"\0" in head else data) is not None


def is_policy(document: Document) -> bool:
    """Tell whether a document is meant to be a policy: by its shape, or by its words where the text is torn."""
    return _has_shape(document.value) or bool(
        document.problems and document.text and "Statement" in document.text and "Effect" in document.text
    )


def _has_shape(value: Any) -> bool:
    if type(value) is list:
        return any(_is_statement(each) for each in value)
    if type(value) is not dict:
        return False
    statement = value.get("Statement")
    if type(statement) in (dict, list) and ("Version" in value or not statement):
        return True
    if value.keys() <= {"Version", "Statement"} and value.get("Version") in ("1", 1):
        return True
    # The list of statements may stand under a name that was mistyped.
    return any(
        any(_is_statement(each) for each in below) if type(below) is list else _is_statement(below)
        for below in value.values()
    )


def _is_statement(value: Any) -> bool:
    return type(value) is dict and "Effect" in value and not value.keys().isdisjoint(_SPEAKING)


_SPEAKING = ("Action", "NotAction", "Resource", "NotResource", "Principal")
