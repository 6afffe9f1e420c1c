"""`make bench`: measure everything, print it, and write it where the documentation shows it."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
from pathlib import Path

from benchmarks import lookups, policies, startup
from benchmarks.harness import HEADER

ROOT = Path(__file__).parent.parent
SUITES = {"startup": startup, "lookups": lookups, "policies": policies}


def main() -> None:
    """Run the suites that are named, or all; only a full run is written down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)} (default: all)")
    parser.add_argument("--runs", type=int, default=5, help="paired runs of each measurement (default: 5)")
    arguments = parser.parse_args()
    print(HEADER)
    rows = []
    for name in arguments.suites or SUITES:
        for figure in SUITES[name].figures(arguments.runs):
            rows.append(figure.row())
            print(rows[-1], flush=True)
    if not arguments.suites:
        write(rows, arguments.runs)


def write(rows: list[str], runs: int) -> None:
    """Write `results.md`, and the same table into the README."""
    table = "\n".join([HEADER, *rows])
    when = (
        f"Measured on {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d} with Python {platform.python_version()} "
        f"on {os.cpu_count()} cores: medians of {runs} paired runs or more, ratios within one run."
    )
    (ROOT / "benchmarks" / "results.md").write_text(f"# Results\n\n{when}\n\n{table}\n")
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    marked = re.compile(r"(<!-- benchmarks -->\n).*?(<!-- /benchmarks -->)", re.DOTALL)
    readme.write_text(marked.sub(lambda found: f"{found[1]}{when}\n\n{table}\n{found[2]}", text))


if __name__ == "__main__":
    main()
