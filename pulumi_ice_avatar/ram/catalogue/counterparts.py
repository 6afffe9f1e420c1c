"""What RAM calls what AWS has."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from pulumi_ice_avatar.ram.catalogue.tables import LONGEST, load

__all__ = [
    "AwsCounterpart",
    "AwsKind",
    "aws",
]

AwsKind = Literal["action", "arn", "condition-key", "prefix", "principal-key", "service-principal"]


class AwsCounterpart(NamedTuple):
    """What RAM calls it; `ram` is None, and `note` says why, when `fit` is `none`."""

    aws: str
    ram: str | None
    fit: Literal["plain", "rough", "none"]
    note: str


def aws(kind: AwsKind, name: str) -> AwsCounterpart | None:
    """Find what RAM calls something of AWS.

    Args:
        kind: What it is. A prefix that Alibaba Cloud has too (`kms`, `rds`) is not found.
        name: Its name with AWS, whatever the case; an ARN or a tag key is filled into the counterpart.

    Returns:
        The counterpart, with `ram` None where it is known that there is none; None when nothing is known.
    """
    exact, templates = _aws(kind)
    found = exact.get(name.lower())
    if found:
        return found
    for pattern, template in templates if len(name) <= 16 * LONGEST else ():
        filled = pattern.fullmatch(name)
        if filled:
            ram = template.ram
            for placeholder, value in filled.groupdict().items():
                ram = ram and ram.replace(f"{{{placeholder}}}", value)
            return template._replace(aws=name, ram=ram)
    return None


@cache
def _aws(kind: str) -> tuple[dict[str, AwsCounterpart], list[tuple[re.Pattern[str], AwsCounterpart]]]:
    exact: dict[str, AwsCounterpart] = {}
    templates: list[tuple[re.Pattern[str], AwsCounterpart]] = []
    for name, (ram, fit, note) in load("aws")[kind].items():
        counterpart = AwsCounterpart(name, ram or None, fit, note)
        exact[name.lower()] = counterpart
        if "{" in name:
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/:]+)", re.escape(name))
            templates.append((re.compile(pattern, re.IGNORECASE), counterpart))
    return exact, templates
