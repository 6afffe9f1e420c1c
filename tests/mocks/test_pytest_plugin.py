"""The package's fixtures for pytest, in test suites of a user's own, each a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


def test_nothing_is_loaded_before_a_fixture_is_used(pytester: pytest.Pytester):
    pytester.makepyfile("""
        import sys

        def test_before():
            heavy = {"pulumi", "aiohttp", "alibabacloud_tea_openapi", "jsonschema", "yaml", "pulumi_ice_avatar.testing"}
            assert "pulumi_ice_avatar.pytest_plugin" in sys.modules
            assert not heavy & set(sys.modules)
            ours = {name for name in sys.modules if name.startswith("pulumi_ice_avatar")}
            assert ours == {"pulumi_ice_avatar", "pulumi_ice_avatar.lazily", "pulumi_ice_avatar.pytest_plugin"}

        def test_used(ice_emulator):
            assert "pulumi" in sys.modules
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_a_suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Look-ups, processes, RAM and the SDK's default chain, each test from a fresh start."""
    for name in ("ALICLOUD_REGION", "ICE_AVATAR_ACCESS_KEY", "ALIBABA_CLOUD_PROFILE", "ALIBABA_CLOUD_ACCESS_KEY_ID"):
        monkeypatch.setenv(name, "real")
    shutil.copy(Path(__file__).with_name("users_suite.py"), pytester.path / "test_suite.py")
    # The second filter is for the SDK, under Python 3.12 and later.
    warnings = ("-W", "error", "-W", "ignore:datetime.datetime.utc:DeprecationWarning")
    pytester.runpytest_subprocess(*warnings).assert_outcomes(passed=7)


def test_a_seed_of_the_users_own(pytester: pytest.Pytester):
    (pytester.path / "seed.json").write_text(
        '{"accessKeys": [{"accessKeyId": "k", "accessKeySecret": "s"}], "avatars": [{"AvatarId": "Avatar-File"}]}'
    )
    pytester.makeconftest("""
        import pytest

        @pytest.fixture
        def ice_seed():
            return "seed.json"
    """)
    pytester.makepyfile("""
        import pytest

        def test_file(ice_emulator):
            assert list(ice_emulator.avatars) == ["Avatar-File"]

        @pytest.mark.parametrize("ice_seed", [None])
        def test_parametrised(ice_emulator):
            assert "Avatar-XXXX" in ice_emulator.avatars

        @pytest.mark.parametrize("ice_seed", [{"accessKeys": []}])
        def test_a_seed_that_is_none(ice_emulator):
            pass
    """)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["E *ConfigurationError: *accessKeys*"])


def test_left_out(pytester: pytest.Pytester):
    pytester.makepyfile("""
        def test_without():
            pass

        def test_with(ice_emulator):
            pass
    """)
    result = pytester.runpytest_subprocess("-p", "no:ice_avatar")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'ice_emulator' not found*"])
