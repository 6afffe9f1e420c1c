"""An avatar and the policy of the role that looks it up; what there is to decide is in `presenter.py`."""

from pathlib import Path

import pulumi
from presenter import frame, presenter

from pulumi_ice_avatar import ram

config = pulumi.Config()

avatar = presenter(config.require("avatarId"))
ram.RamPolicy("presenter-reader", Path("policy.json").read_text("utf-8"), attach_to=[ram.Role(config.require("role"))])

pulumi.export("frame", frame(avatar))
