"""Writing files as a whole."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

__all__ = ["replace"]


def replace(path: str, data: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new content, and never a part.

    Args:
        path: The file, which may be there or not; where it is a link, what it leads to is written.
        data: What is to be in it.

    Raises:
        OSError: It cannot be written.
    """
    file = Path(os.path.realpath(path))  # not resolve(), which raises RuntimeError for a loop of links
    status = file.stat() if file.exists() else None
    if status is not None and not stat.S_ISREG(status.st_mode):
        file.write_bytes(data)
        return
    if status is not None and not os.access(file, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    beside = file.with_name(f".ice-avatar-{os.getpid()}.tmp")
    try:
        with beside.open("xb") as new:
            new.write(data)
        if status is not None:
            beside.chmod(stat.S_IMODE(status.st_mode))
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
