"""The parts of a resource name: `acs:<ram-code>:<region>:<account-id>:<relative-id>`.

Source: https://www.alibabacloud.com/help/en/ram/policy-elements (Resource).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

__all__ = ["Arn", "parse_arn"]


class Arn(NamedTuple):
    """A resource name, or a pattern in the form of one.

    Attributes:
        service: The RAM code, such as `oss`.
        region: The region; empty or `*` for resources without one.
        account: The id of the account; empty or `*` where there is none.
        relative: The resource within the service; may hold colons and slashes.
    """

    service: str
    region: str
    account: str
    relative: str


@lru_cache(maxsize=4096)
def parse_arn(text: str) -> Arn | None:
    """Split a resource name at its first four colons.

    Args:
        text: A string of a Resource or Principal element.

    Returns:
        Its parts; None when it does not begin with `acs:` or has fewer than five.
    """
    parts = text.split(":", 4)
    if len(parts) < 5 or parts[0] != "acs":
        return None
    return Arn(*parts[1:])
