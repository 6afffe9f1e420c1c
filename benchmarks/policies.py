"""What checking RAM policy documents costs, as a command and in a process that goes on."""

from __future__ import annotations

import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.harness import Figure, median, process, ratio, side_by_side

FILES = 10_000

_AWS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
}
_ACTIONS = ("ice:GetAvatar", "oss:GetObject", "log:GetLogStoreLogs", "ecs:DescribeInstances", "kms:Decrypt")


def figures(runs: int) -> Iterator[Figure]:
    """Measure; each goal is in the figure it belongs to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = _write(folder / "one.json", _policy(0, 1))
        aws = _write(folder / "aws.json", _AWS)
        commands = Path(sys.executable).parent
        times = side_by_side(
            {
                "ours": process(commands / "ice-avatar", "validate", one),
                "parliament": process(commands / "parliament", "--files", aws),
            },
            runs * 2,
        )
        cold = median(times["ours"])
        yield Figure("`ice-avatar validate one.json`, cold", f"{cold * 1000:.0f} ms", "≤ 120 ms", cold <= 0.12)
        share = ratio(times, "ours", "parliament")
        yield Figure("the same, against parliament for an AWS policy", f"{share:.2f}×", "≤ 0.25×", share <= 0.25)

        texts = [json.dumps(_policy(number, 1)) for number in range(20_000)]
        rate = len(texts) / min(_lint_all(texts) for _ in range(runs))
        yield Figure("small documents in one process", f"{rate:,.0f} a second", "≥ 25,000 a second", rate >= 25_000)
        # Forty statements are near the length that a policy may have; a longer one has a finding, which costs besides.
        # No document comes twice: what was said of a string is kept, for as many as the small ones have, not the large.
        unseen = itertools.count(len(texts))
        assert len(json.dumps(_policy(0, 40))) <= 6144

        def lint_new(size: int) -> float:
            return _lint_all([json.dumps(_policy(next(unseen), size)) for _ in range(500)])

        pairs = [(lint_new(40), lint_new(4)) for _ in range(runs * 3)]
        growth = median([most / least for most, least in pairs])
        yield Figure("ten times the statements", f"{growth:.1f}× the time", "≤ 11×", growth <= 11)

        many = folder / "many"
        many.mkdir()
        for number in range(FILES):
            _write(many / f"policy-{number}.json", _policy(number, 1))
        validate = (commands / "ice-avatar", "validate", many)
        times = side_by_side(
            {"all": process(*validate), "one core": process(*_on_one_core(), *map(str, validate))}, max(1, runs // 2)
        )
        gain = ratio(times, "one core", "all")
        enough = 0.6 * (os.cpu_count() or 1)
        yield Figure(f"{FILES:,} files, with all cores", f"{gain:.1f}× one core", f"≥ {enough:.1f}×", gain >= enough)


def _policy(number: int, statements: int) -> dict[str, Any]:
    """A sound document; no two numbers give the same."""
    return {
        "Version": "1",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [_ACTIONS[(number + each) % len(_ACTIONS)]],
                "Resource": "*",
                "Condition": {
                    "IpAddress": {"acs:SourceIp": [f"203.{number // 250 % 250}.{number % 250}.{each % 250}"]}
                },
            }
            for each in range(statements)
        ],
    }


def _lint_all(texts: list[str]) -> float:
    from pulumi_ice_avatar import ram

    started = time.perf_counter()
    for text in texts:
        ram.lint(text, "identity")
    return time.perf_counter() - started


def _write(path: Path, policy: dict[str, Any]) -> Path:
    path.write_text(json.dumps(policy, indent=2))
    return path


def _on_one_core() -> tuple[str, ...]:
    """A prefix that gives a command one core."""
    return (sys.executable, "-c", "import os, sys; os.sched_setaffinity(0, {0}); os.execv(sys.argv[1], sys.argv[1:])")
