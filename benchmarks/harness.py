"""Paired runs: machines drift, so that only what was measured side by side is compared, and only as a ratio."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One row of the results."""

    what: str
    measured: str
    goal: str
    reached: bool

    def row(self) -> str:
        """The row of a Markdown table."""
        return f"| {self.what} | {self.measured} | {self.goal} | {'yes' if self.reached else '**no**'} |"


HEADER = "| what | measured | goal | reached |\n| --- | --- | --- | --- |"


def side_by_side(
    actions: Mapping[str, Callable[[], object]], runs: int, before: Mapping[str, Callable[[], object]] | None = None
) -> dict[str, list[float]]:
    """Run each action in turn, again and again, after one warm-up; the seconds of every run, a round an index.

    What is to be done before an action, each time, does not count.
    """
    for action in actions.values():
        action()
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            if before and name in before:
                before[name]()
            started = time.perf_counter()
            action()
            times[name].append(time.perf_counter() - started)
    return times


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def ratio(times: Mapping[str, Sequence[float]], name: str, base: str) -> float:
    """Median over the rounds of one action's time by another's."""
    return median([one / other for one, other in zip(times[name], times[base], strict=True)])


def process(*command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Callable[[], None]:
    """An action that runs a command to its end; a command that fails ends the benchmark with what it said."""

    def run() -> None:
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")

    return run
