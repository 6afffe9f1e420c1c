"""The shipped tables are what the script makes of the sources, and know all that the ICE client does."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_ice_avatar.ram import catalogue

ROOT = Path(__file__).parents[2]


def run(root, *arguments):
    return subprocess.run(
        [sys.executable, str(root / "tools" / "build_catalogue.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the script reads and writes, to be changed."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "build_catalogue.py", tmp_path / "tools")
    shutil.copytree(ROOT / "tools" / "catalogue", tmp_path / "tools" / "catalogue")
    data = Path("pulumi_ice_avatar", "ram", "catalogue", "data")
    shutil.copytree(ROOT / data, tmp_path / data)
    return tmp_path


def append(checkout, table, row):
    with (checkout / "tools" / "catalogue" / table).open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def test_shipped_tables_equal_a_rebuild():
    assert run(ROOT, "--check").stdout == "up to date\n"


def test_changed_source_is_noticed_and_built(checkout):
    append(checkout, "permission-names.tsv", "ecs:InventedForTheTest\tget\t*\t\tdoc\t\thttps://example.com")
    checked = run(checkout, "--check")
    assert (checked.returncode, checked.stdout) == (1, "actions/ecs.json\nwords.json\n")
    assert run(checkout).returncode == 0
    assert run(checkout, "--check").returncode == 0
    assert "InventedForTheTest" in (checkout / "pulumi_ice_avatar/ram/catalogue/data/actions/ecs.json").read_text()


def test_surplus_file_is_noticed_and_removed(checkout):
    surplus = checkout / "pulumi_ice_avatar/ram/catalogue/data/actions/surplus.json"
    surplus.write_text("{}")
    assert run(checkout, "--check").stdout == "actions/surplus.json\n"
    run(checkout)
    assert not surplus.exists()


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("permission-names.tsv", "oss:GETOBJECT\tget\t*\t\tdoc\t\tx", "oss:GETOBJECT is documented twice"),
        ("permission-names.tsv", "oss:New\tread\t*\t\tdoc\t\tx", "unknown access level 'read'"),
        ("ram-codes.tsv", "new\tNew\toss\t\tpage\tx", "prefixes that are called wrong but are used: ['oss']"),
    ],
)
def test_contradiction_in_the_sources_stops_the_build(checkout, table, row, message):
    append(checkout, table, row)
    built = run(checkout)
    assert (built.returncode, built.stderr) == (1, message + "\n")


def client_actions():
    spec = importlib.util.find_spec("alibabacloud_ice20201109.client")
    return sorted(set(re.findall(r"\baction = '(\w+)'", Path(spec.origin).read_text(encoding="utf-8"))))


def test_every_operation_of_the_ice_client_is_an_action():
    operations = client_actions()
    assert len(operations) >= 400
    assert [name for name in operations if catalogue.action(f"ice:{name}") is None] == []


def test_operation_that_a_newer_client_has_is_reported(checkout):
    table = checkout / "tools" / "catalogue" / "permission-names.tsv"
    rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if not row.startswith("ice:GetAvatar\t")), encoding="utf-8")
    reported = run(checkout, "--sdk")
    assert (reported.returncode, reported.stdout) == (1, "ice:GetAvatar\n")
    assert run(ROOT, "--sdk").returncode == 0
