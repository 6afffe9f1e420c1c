"""The table of what holds policies agrees with the packages that define the resources."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_ice_avatar.ram.holders import HOLDERS, ROS, TERRAFORM
from pulumi_ice_avatar.ram.language import KINDS

PACKAGE = Path(find_spec("pulumi_alicloud").origin).parent
OURS = "pulumi-python:dynamic/ice:RamPolicy"


@pytest.mark.parametrize("token", [each for each in HOLDERS if each != OURS])
def test_a_type_of_the_provider_has_the_properties(token):
    _, module, _, name = re.split("[:/]", token)
    sources = [path.read_text(encoding="utf-8") for path in (PACKAGE / module).glob("*.py")]
    assert any(f"'{token}'" in source and f"class {name}(" in source for source in sources)
    for path in HOLDERS[token]:
        for each in path.split("/"):
            if each != "*":
                declared = f'@pulumi.getter(name="{each}")' if re.search("[A-Z]", each) else f"def {each}(self)"
                assert any(declared in source for source in sources), each


def test_kinds_are_kinds():
    for table in (HOLDERS, TERRAFORM, ROS):
        assert {kind for properties in table.values() for kind in properties.values()} <= set(KINDS)
