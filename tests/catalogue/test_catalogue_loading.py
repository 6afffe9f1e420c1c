"""What a look-up loads: no table that it does not need."""

import json
import subprocess
import sys

import pytest

WATCH = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from pulumi_ice_avatar.ram import catalogue
{statement}
tables = [name.replace("\\\\", "/").partition("/catalogue/data/")[2] for name in opened]
print(json.dumps([sorted(filter(None, tables)), sorted(sys.modules)]))
"""


def loaded(statement):
    """The tables read and the modules imported by a statement in a new interpreter."""
    output = subprocess.run(
        [sys.executable, "-c", WATCH.format(statement=statement)], capture_output=True, text=True, check=True
    ).stdout
    tables, modules = json.loads(output)
    return tables, modules


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("", []),
        ("catalogue.service('oss')", ["services.json"]),
        ("catalogue.wrong_prefix('sls')", ["services.json"]),
        ("catalogue.action('oss:GetObject')", ["actions/oss.json", "services.json"]),
        ("catalogue.action('oss:GetObject'); catalogue.action('OSS:x')", ["actions/oss.json", "services.json"]),
        ("catalogue.match('oss:Get*'); catalogue.access('oss:PutObject')", ["actions/oss.json", "services.json"]),
        ("catalogue.near_action('ice:GetAvatr')", ["actions/ice.json", "services.json"]),
        ("catalogue.action('nosuch:Thing')", ["services.json"]),
        ("catalogue.condition_key('acs:SourceIp')", ["condition-keys.json"]),
        ("catalogue.region('cn-hangzhou'); catalogue.near_region('us-east-2')", ["regions.json"]),
        ("catalogue.aws('prefix', 's3'); catalogue.aws('prefix', 'ec2')", ["aws.json"]),
        ("catalogue.sensitive('ram:CreateAccessKey')", ["sensitive.json"]),
        ("catalogue.updated()", ["sources.json"]),
        ("catalogue.system_policies()", ["system-policies.json"]),
    ],
)
def test_tables_read(statement, tables):
    assert loaded(statement)[0] == tables


def test_look_up_imports_nothing_heavy():
    _, modules = loaded("catalogue.near_action('oss:GetObjekt'); catalogue.condition_key('acs:SourceIp')")
    heavy = {"pulumi", "yaml", "jsonschema", "Tea", "aiohttp", "dataclasses", "datetime", "csv", "gzip"}
    assert heavy.isdisjoint(modules)
    assert "pulumi_ice_avatar.ram.catalogue.counterparts" not in modules
