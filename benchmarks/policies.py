"""What checking RAM policy documents costs."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.harness import Figure

_ONE = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:GetAvatar", "Resource": "*"}]}
_AWS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


def figures(runs: int) -> Iterator[Figure]:
    """Measure; each goal is in the figure it belongs to."""
    yield from ()
