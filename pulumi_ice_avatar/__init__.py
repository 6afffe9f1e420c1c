"""Alibaba Cloud ICE avatars as a Pulumi data source, and a kit for the RAM policies they need."""
