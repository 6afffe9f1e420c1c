"""`python -m pulumi_ice_avatar` is `ice-avatar`."""

from __future__ import annotations

import sys

from pulumi_ice_avatar.cli import main

if __name__ == "__main__":
    sys.exit(main())
