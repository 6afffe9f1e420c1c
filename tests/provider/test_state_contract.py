"""What is stored in users' states of the providers themselves: a path that must not change, and nothing else."""

from __future__ import annotations

import base64

import dill
import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_ice_avatar.provider import AvatarProvider, AvatarsProvider
from tests.support.world import SENTINEL

STORED = {
    AvatarProvider: "gASVNAAAAAAAAACMGnB1bHVtaV9pY2VfYXZhdGFyLnByb3ZpZGVylIwOQXZhdGFyUHJvdmlkZXKUk5QpgZQu",
    AvatarsProvider: "gASVNQAAAAAAAACMGnB1bHVtaV9pY2VfYXZhdGFyLnByb3ZpZGVylIwPQXZhdGFyc1Byb3ZpZGVylJOUKYGULg==",
}


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_bytes_are_pinned(kind):
    """Another byte would show as a change of every avatar in every stack; another path would break every destroy."""
    assert serialize_provider(kind()) == STORED[kind]
    assert type(dill.loads(base64.b64decode(STORED[kind]))) is kind


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_not_encrypted_because_there_is_nothing_to_hide(kind):
    assert kind.serialize_as_secret_always is False
    configured = kind()
    configured.configure(ConfigureRequest(Config({"alicloud:secretKey": SENTINEL}, "project")))
    # The program, which pickles, never configures; this is what a mistake would look like.
    assert SENTINEL.encode() in base64.b64decode(serialize_provider(configured))
    assert serialize_provider(kind()) == STORED[kind]


def test_types_are_pinned():
    """They are in every URN."""
    import pulumi_ice_avatar as ice

    assert ice.Avatar._resource_type_name == "dynamic/ice:Avatar"
    assert ice.Avatars._resource_type_name == "dynamic/ice:Avatars"
    assert issubclass(ice.Avatar, pulumi.dynamic.Resource)
