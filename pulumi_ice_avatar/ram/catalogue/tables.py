"""The shipped tables: small JSON files, written by `tools/build_catalogue.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["LONGEST", "load"]

LONGEST = 128
"""No name in the tables is longer; what is, is not looked up."""

_DATA = Path(__file__).parent / "data"


def load(name: str) -> Any:
    """Read a table, anew with every call; None when there is none of that name.

    Args:
        name: A path below the data folder, without suffix; never a text from outside.
    """
    try:
        text = (_DATA / f"{name}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return json.loads(text)
