"""What importing the package costs, in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.harness import Figure, median, process, side_by_side


def figures(runs: int) -> Iterator[Figure]:
    """Measure; each goal is in the figure it belongs to."""
    times = side_by_side(
        {
            "python": process(sys.executable, "-c", ""),
            "package": process(sys.executable, "-c", "import pulumi_ice_avatar"),
        },
        runs * 5,
    )
    pairs = zip(times["package"], times["python"], strict=True)
    cost = median([package - python for package, python in pairs]) * 1000
    yield Figure("`import pulumi_ice_avatar`, over an empty Python", f"{cost:.0f} ms", "≤ 20 ms", cost <= 20)
