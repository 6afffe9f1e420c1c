"""A local emulator of the service: real wire protocol, signatures checked, faults on demand, nothing outside loopback.

It is not the service. What the service does not document is the emulator's own choice; `codes.CHOICES` lists every
such choice, and an answer that rests on one says so.
"""

from __future__ import annotations

from pulumi_ice_avatar.emulator.codes import GatewayError
from pulumi_ice_avatar.emulator.faults import Faults
from pulumi_ice_avatar.emulator.server import Emulator

__all__ = ["Emulator", "Faults", "GatewayError"]
