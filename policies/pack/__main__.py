"""The policy pack as the engine starts it. To change more than its configuration allows, make one like it."""

from pulumi_policy import PolicyPack

from pulumi_ice_avatar.crossguard import ram_policies

PolicyPack("ice-avatar", ram_policies())
