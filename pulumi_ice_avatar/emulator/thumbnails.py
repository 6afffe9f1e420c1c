"""Pictures of avatars, drawn from their ids: `/thumbnails/ID.png`, which a seed names with `emulator:`.

They are small, the same at every start, and need no files: flat shapes in a PNG with a palette
(https://www.w3.org/TR/png-3/), transparent around the figure where the avatar is.
"""

from __future__ import annotations

import colorsys
import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from pulumi_ice_avatar.emulator.state import State

__all__ = ["PREFIX", "picture", "with_urls"]

PREFIX = "/thumbnails/"

#: What stands in a seed for the URL of the avatar's picture here, which is known only once an address is bound.
_DRAWN = "emulator:"

_LONGER_SIDE = 560
"""Pixels."""

_SKIN = ("#f3d3b8", "#e8b998", "#d09a72", "#ab7450", "#85553a", "#5f3b2a")
_HAIR = ("#1f1a1a", "#3b2720", "#6a4328", "#a8743c", "#7d7873", "#4c2a35")


def with_urls(record: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """An avatar's record with the URL of its picture where the seed has `emulator:`.

    Args:
        record: A trained or a system avatar with its wire names.
        base_url: Where the emulator listens.
    """
    if _DRAWN not in record.values():
        return dict(record)
    url = f"{base_url}{PREFIX}{quote(record['AvatarId'], safe='')}.png"
    return {name: url if value == _DRAWN else value for name, value in record.items()}


def picture(state: State, path: str) -> bytes | None:
    """The picture that a path names, as a PNG; None where there is no such avatar.

    Args:
        state: The state that has the avatars.
        path: The path of the request, encoded as sent.
    """
    avatar_id = unquote(path.removeprefix(PREFIX).removesuffix(".png"))
    with state.lock:
        system = (each for each in state.system_avatars if each["AvatarId"] == avatar_id)
        record = state.avatars.get(avatar_id) or next(system, None)
        if record is None or not path.endswith(".png"):
            return None
        size = record.get("Width") or 1080, record.get("Height") or 1920
        alpha = bool(record.get("Transparent") or record.get("OutputMask"))
    return _draw(avatar_id, *_scaled(*size), alpha)


def _scaled(width: int, height: int) -> tuple[int, int]:
    """The size of the picture: of the avatar's proportions, within reason."""
    ratio = min(max(width / height, 0.25), 4)
    return round(_LONGER_SIDE * min(ratio, 1)), round(_LONGER_SIDE / max(ratio, 1))


class _Shape(NamedTuple):
    """An ellipse or a box; lengths are in parts of the picture's shorter side, from the middle of its upper edge."""

    colour: int
    x: float
    y: float
    half_width: float
    half_height: float
    box: bool = False

    def half_span(self, y: float) -> float:
        """Half the length of the row at a height; negative outside."""
        distance = abs(y - self.y) / self.half_height
        if distance >= 1:
            return -1
        return self.half_width * (1 if self.box else (1 - distance * distance) ** 0.5)


_BACKDROP, _DISC, _HAIR_BACK, _FACE, _NECK, _CLOTHES, _LAPEL = range(7)


@lru_cache(maxsize=64)
def _draw(avatar_id: str, width: int, height: int, alpha: bool) -> bytes:
    seed = hashlib.sha256(avatar_id.encode(errors="replace")).digest()
    shapes = list(_figure(seed, height / min(width, height), alpha))
    unit, middle = min(width, height), width / 2
    rows = bytearray()
    for number in range(height):
        row = bytearray(width)
        y = (number + 0.5) / unit
        for shape in shapes:
            half = shape.half_span(y)
            if half > 0:
                left = max(round(middle + (shape.x - half) * unit), 0)
                right = min(round(middle + (shape.x + half) * unit), width)
                row[left:right] = bytes([shape.colour]) * (right - left)
        rows += b"\0" + row
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", _palette(seed))]
    if alpha:
        chunks.append((b"tRNS", b"\0"))
    chunks += [(b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _figure(seed: bytes, height: float, alpha: bool) -> Iterator[_Shape]:
    """Head and shoulders from back to front, near the upper edge: that is where a cut thumbnail shows them."""
    if not alpha:
        yield _Shape(_DISC, (seed[0] / 255 - 0.5) * 0.5, 0.46, 0.40, 0.40)
    style = seed[1] % 4
    if style == 1:  # long
        yield _Shape(_HAIR_BACK, 0, 0.62, 0.215, 0.22, box=True)
    if style == 2:  # in a bun
        yield _Shape(_HAIR_BACK, 0, 0.165, 0.085, 0.08)
    yield _Shape(_HAIR_BACK, 0, 0.41, 0.215, 0.235)
    yield _Shape(_CLOTHES, 0, 1.18, 0.43, 0.40)
    yield _Shape(_CLOTHES, 0, 1.18 + height / 2, 0.43, height / 2, box=True)
    yield _Shape(_LAPEL, 0, 0.80, 0.13, 0.15)
    yield _Shape(_NECK, 0, 0.70, 0.075, 0.13, box=True)
    yield _Shape(_NECK, 0, 0.83, 0.075, 0.055)
    yield _Shape(_FACE, 0, 0.47, 0.165, 0.215)
    side = 1 if seed[2] % 2 else -1
    if style != 3:  # a parting; the fourth style is combed back
        yield _Shape(_HAIR_BACK, side * 0.07, 0.275, 0.125, 0.085)
        yield _Shape(_HAIR_BACK, side * -0.10, 0.29, 0.085, 0.085)


def _palette(seed: bytes) -> bytes:
    hue = seed[3] / 256
    face = bytes.fromhex(_SKIN[seed[4] % len(_SKIN)][1:])
    return b"".join(
        [
            _colour(hue, 0.86, 0.30),
            _colour(hue, 0.76, 0.42),
            bytes.fromhex(_HAIR[seed[5] % len(_HAIR)][1:]),
            face,
            bytes(round(part * 0.88) for part in face),
            _colour(hue + 0.4 + seed[6] / 1280, 0.36, 0.34),
            _colour(hue + 0.4 + seed[6] / 1280, 0.92, 0.25),
        ]
    )


def _colour(hue: float, lightness: float, saturation: float) -> bytes:
    return bytes(round(part * 255) for part in colorsys.hls_to_rgb(hue % 1, lightness, saturation))
