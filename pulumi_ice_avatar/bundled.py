"""Where the bundled policy files are: inside the installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["policies"]


def policies() -> Path:
    """The folder with `templates/`, `declarations/`, `schema/` and the policy pack."""
    package = Path(__file__).parent
    installed = package / "policies"
    return installed if installed.is_dir() else package.parent / "policies"
