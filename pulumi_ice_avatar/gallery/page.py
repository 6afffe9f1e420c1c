"""Avatars as one HTML page that needs nothing but their thumbnails.

What the service says is hostile until proven otherwise: the one function that fills a template escapes every value that
is not markup made here, and the page's content security policy lets only this module's own script and style run.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Template
from urllib.parse import urlsplit

from pulumi_ice_avatar.models import AvatarRecord, AvatarSummary, SystemAvatar

__all__ = ["page"]

_UNKNOWN = "unknown"

#: From so many cards on a browser lays out only those in sight; the script knows the number too.
_MANY = 1000


class _Markup(str):
    """HTML that was made here and is not escaped again."""


def page(
    avatars: Iterable[AvatarSummary | SystemAvatar],
    place: str,
    moment: datetime,
    left_out: Iterable[str] = (),
) -> str:
    """Make the page.

    Args:
        avatars: What to show, in this order; the size of an `AvatarSummary` is not known.
        place: The region, or the endpoint, that they are of.
        moment: When they were listed.
        left_out: What could not be learnt, such as `the system avatars`.
    """
    shown = list(avatars)
    types = {kind: str(number) for number, kind in enumerate(dict.fromkeys(map(_type, shown)))}
    style, script = _read("page.css"), _read("page.js")
    return _fill(
        _template("page.html"),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        place=place,
        summary=_summary(shown),
        moment=moment.isoformat(timespec="seconds"),
        day=f"{moment.day} {moment:%B %Y}",
        left_out=_joined(_fill(_LEFT_OUT, what=what) for what in left_out),
        types=_joined(_fill(_OPTION, value=types[kind], text=_shortened(kind)) for kind in types),
        cards=_joined(_card(str(number), avatar, types[_type(avatar)]) for number, avatar in enumerate(shown)),
        many=_Markup('class="many"' if len(shown) > _MANY else ""),
        none=_Markup("hidden" if shown else ""),
    )


_OPTION = Template('<option value="$value">$text</option>')
_LEFT_OUT = Template('<p class="left-out">Left out, because it could not be looked up: $what.</p>')
_NAMELESS = _Markup('<span class="nameless">Without a name</span>')


def _card(number: str, avatar: AvatarSummary | SystemAvatar, type_number: str) -> _Markup:
    if isinstance(avatar, SystemAvatar):
        origin, about, url, transparent = "system", "", avatar.cover_url, None
    else:
        origin, about, url, transparent = "custom", avatar.avatar_description, avatar.thumbnail, avatar.transparent
    size = _UNKNOWN
    if isinstance(avatar, AvatarRecord | SystemAvatar):
        size = f"{avatar.width}\u00a0×\u00a0{avatar.height}"
    name = _clean(avatar.avatar_name).strip()
    return _fill(
        _template("card.html"),
        number=number,
        origin=origin,
        type_number=type_number,
        alpha={True: "yes", False: "no", None: _UNKNOWN}[transparent],
        picture=_fill(
            _template("picture.html" if _is_web(url) else "no-picture.html"),
            url=url,
            alt=f"Thumbnail of {_shortened(name or _clean(avatar.avatar_id))}",
            tag=origin.title(),
        ),
        name=name or _NAMELESS,
        about=_clean(about).strip(),
        type=_type(avatar),
        size=size,
        id=_clean(avatar.avatar_id),
        line=_line(avatar),
    )


def _line(avatar: AvatarSummary | SystemAvatar) -> str:
    """A line of a Pulumi program that gives the avatar; whether look-ups find system avatars is not documented."""
    if isinstance(avatar, SystemAvatar):
        return f"next(each for each in ice.list_system_avatars() if each.avatar_id == {_literal(avatar.avatar_id)})"
    return f"ice.get_avatar({_literal(avatar.avatar_id)})"


def _literal(text: str) -> str:
    """A string literal of Python, in which repr has written all that cannot be seen as escapes."""
    written = repr(text)
    return written if '"' in text or "'" in text else f'"{written[1:-1]}"'


def _is_web(url: str) -> bool:
    """Whether an image may be loaded from it; a scheme such as `javascript:` or `file:` leads somewhere else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()


def _type(avatar: AvatarSummary | SystemAvatar) -> str:
    """The type as it is shown; that of system avatars is not documented."""
    return _UNKNOWN if isinstance(avatar, SystemAvatar) else _clean(avatar.avatar_type).strip() or _UNKNOWN


def _summary(avatars: list[AvatarSummary | SystemAvatar]) -> str:
    system = sum(isinstance(each, SystemAvatar) for each in avatars)
    return f"{len(avatars) - system:,} custom and {system:,} system avatar{'' if system == 1 else 's'}"


def _clean(text: str) -> str:
    """Without what HTML cannot hold or a browser would change: control characters, except the ends of lines."""
    return "".join(each if each >= " " or each == "\n" else "\ufffd" for each in text.replace("\x7f", "\ufffd"))


def _shortened(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _joined(parts: Iterable[str]) -> _Markup:
    return _Markup("".join(parts))


def _fill(template: Template, **values: str) -> _Markup:
    """Fill a template, with every value escaped that is not markup."""
    escaped = {name: value if isinstance(value, _Markup) else html.escape(value) for name, value in values.items()}
    return _Markup(template.substitute(escaped))


@cache
def _template(name: str) -> Template:
    return Template(_read(name).rstrip("\n"))


def _read(name: str) -> _Markup:
    return _Markup(files(__package__).joinpath(name).read_text("utf-8"))


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
