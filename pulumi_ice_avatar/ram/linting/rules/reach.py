"""What a text under Resource reaches: any name at all, the names that an action is about, or the whole of a service."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pulumi_ice_avatar.ram import catalogue
from pulumi_ice_avatar.ram.arn import Arn, parse_arn
from pulumi_ice_avatar.ram.linting.rules.syntax import placeholder
from pulumi_ice_avatar.ram.matching import wildcard
from pulumi_ice_avatar.ram.patterns import is_pattern, meets

__all__ = [
    "OWNERS",
    "PREFIX",
    "REGIONAL",
    "Template",
    "fits",
    "is_whole",
    "names_something",
    "templates",
    "without_resources",
]

PREFIX = "acs:"

OWNERS = frozenset(("system", "official"))
"""Where a resource is Alibaba Cloud's own, this stands for the account: system policies (`ram`), layers (`fc`)."""

REGIONAL = ("accesspoint", "resourcepool/")
"""Relative ids of Object Storage Service that are no buckets, and belong to a region."""

_LONGEST = 512
"""Longer texts stand for no whole service, and are not measured against what an action is about."""

_LONGEST_ACTION = 128
"""No action in the tables is longer."""

# --- any name --------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"acs:[\w*?-]+:[\w*?-]*:[0-9*?]*:.", re.ASCII | re.DOTALL)
_CODE, _REGION, _ACCOUNT, _EMPTY, _RELATIVE = range(5, 10)
_HEAD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_DIGITS = frozenset("0123456789")


@lru_cache(maxsize=16)  # the rules look at one resource after another
def names_something(resource: str) -> bool:
    """Tell whether a text is the name of a resource, or a pattern that can match one."""
    if _PLAIN.match(resource):
        return True
    arn = parse_arn(resource)
    if arn and arn.service and arn.relative and arn.account in OWNERS:
        return True
    # The places in a name that the text can have led to: in `acs:`, before and in the code, in the region, in the
    # account, before and in the relative id. A star leads from any of them to the end.
    places = {0}
    for character in resource:
        if character == "*":
            return True
        places = {after for place in places for after in _step(place, character)}
        if not places:
            return False
    return _RELATIVE in places


def _step(place: int, character: str) -> tuple[int, ...]:
    """The places in a name that one more character leads to."""
    if place < len(PREFIX):
        return (place + 1,) if character in (PREFIX[place], "?") else ()
    if place >= _EMPTY:
        return (_RELATIVE,)
    within = max(place, _CODE)
    if character == "?":
        return (within,) if place < _CODE else (within, within + 1)
    if character == ":":
        return () if place < _CODE else (place + 1,)
    return (within,) if character in (_DIGITS if place == _ACCOUNT else _HEAD) else ()


# --- the whole of a service ------------------------------------------------------------------------------------------


def without_resources(action: str) -> str | None:
    """The code of an action, or of a pattern over a complete service, for which only `*` is documented."""
    return _without_resources(action) if len(action) <= _LONGEST_ACTION else None


@lru_cache(maxsize=4096)
def _without_resources(action: str) -> str | None:
    code = action.partition(":")[0].lower()
    if is_pattern(action):
        matched = catalogue.match(action) if catalogue.is_complete(code) else ()
    else:
        known = catalogue.action(action)
        matched = (known,) if known else ()
    return code if matched and all(each.needs_star for each in matched) else None


def is_whole(resource: str, code: str) -> bool:
    """Tell whether a resource stands for all of a service."""
    return len(resource) <= _LONGEST and _is_whole(resource, code)


@lru_cache(maxsize=4096)
def _is_whole(resource: str, code: str) -> bool:
    resource = resource.lower()
    # The system policies of ICE have this name.
    if placeholder(resource) or wildcard(resource)(f"{PREFIX}{code}:*:*:*"):
        return True
    # Of ICE it is documented that nothing but everything will do; samples of other services name region or account.
    arn = parse_arn(resource)
    return arn is not None and code != "ice" and not arn.relative.strip("*")


# --- what an action is about -----------------------------------------------------------------------------------------


class Template:
    """What a documented resource stands for; there is one object for each resource.

    Attributes:
        service: The code in it, which need not be that of the action.
        relative: The relative id for `meets`, with `+` for a name and `*` for one that may have slashes.
        fits: Matches a relative id without wildcards.
    """

    __slots__ = ("fits", "relative", "service")

    def __init__(self, resource: str) -> None:
        # In lower case, as official samples have `Logstore` for `logstore`.
        _, self.service, _, _, relative = resource.lower().split(":", 4)
        self.relative = re.sub(r"\{\w+\}", "+", relative.replace("{object_name}", "*"))
        self.fits = re.compile(re.escape(self.relative).replace(r"\+", "[^/]+").replace(r"\*", ".*"), re.DOTALL)


def templates(action: str) -> tuple[Template, ...]:
    """What an action can be about; nothing where that is not known, or not of today."""
    return _templates(action) if len(action) <= _LONGEST_ACTION else ()


@lru_cache(maxsize=4096)
def _templates(action: str) -> tuple[Template, ...]:
    known = None if is_pattern(action) else catalogue.action(action)
    if known is None or known.year or known.basis not in ("doc", "metadata") or "*" in known.resources:
        return ()
    return tuple([_template(each) for each in known.resources])


_template = cache(Template)


def fits(resource: str, templates: tuple[Template, ...]) -> bool:
    """Tell whether a resource can be one that the templates stand for; one that cannot be judged can."""
    return len(resource) > _LONGEST or _fits_some(resource, templates)


@lru_cache(maxsize=4096)
def _fits_some(resource: str, templates: tuple[Template, ...]) -> bool:
    if placeholder(resource) or not names_something(resource):
        return True
    arn = parse_arn(resource.lower())
    if arn is None:
        return any(meets(resource.lower(), f"{PREFIX}{each.service}:*:*:{each.relative}") for each in templates)
    if arn.service == "oss" and arn.relative.startswith(REGIONAL):
        return True
    # Field by field, as a star for the region is not meant to reach into the name of an object that has colons.
    return any(_fits_template(arn, each) for each in templates)


def _fits_template(arn: Arn, template: Template) -> bool:
    if arn.service != template.service and not (is_pattern(arn.service) and meets(arn.service, template.service)):
        return False
    if template.fits.fullmatch(arn.relative):
        # A wildcard can be taken for the one character that it is.
        return True
    return is_pattern(arn.relative) and meets(arn.relative, template.relative)
