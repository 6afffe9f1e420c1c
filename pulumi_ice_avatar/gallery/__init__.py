"""One page with all avatars: what there is in an account, what the service offers, and the line for each."""

from __future__ import annotations

from pulumi_ice_avatar.gallery.gathering import Gathered, gather
from pulumi_ice_avatar.gallery.page import page

__all__ = ["Gathered", "gather", "page"]
