"""The state in a file: always a whole one, whatever happens while it is written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_ice_avatar.errors import ConfigurationError

__all__ = ["save"]


def save(path: Path, content: Mapping[str, Any]) -> None:
    """Write a state file, so that after a crash at any moment there is either the former or the new one.

    Args:
        path: Where; a link is followed.
        content: The state as a seed.

    Raises:
        ConfigurationError: It cannot be written; the former file is as it was.
    """
    path = path.resolve()
    new = path.with_name(f"{path.name}.new")
    text = json.dumps(content, ensure_ascii=False, indent=1)
    try:
        with new.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot write the state file: {error.strerror}") from None


def _sync_directory(folder: Path) -> None:
    """Make a renaming last through a power cut; Windows cannot, and needs not."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
