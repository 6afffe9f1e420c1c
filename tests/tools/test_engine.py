"""`tools/engine.py`: which engine it takes, and that it makes one whole, once, or not at all.

No network and no compiler: `pulumi` and `go` are small shell scripts.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
LOCKS = [TOOLS / "engine" / module / file for module in ("pulumi", "language-python") for file in ("go.mod", "go.sum")]

_spec = importlib.util.spec_from_file_location("engine_tool", TOOLS / "engine.py")
assert _spec is not None
assert _spec.loader is not None
engine = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(engine)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fakes are shell scripts")


def program(path: Path, script: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def fake_engine(folder: Path, says: str = "v3.220.0", helpers: tuple[str, ...] = engine.HELPERS) -> Path:
    program(folder / "pulumi", f"echo '{says}'")
    for helper in helpers:
        program(folder / helper)
    return folder


@pytest.fixture(autouse=True)
def bare_machine(tmp_path, monkeypatch):
    """Nothing on PATH and nothing in the cache; a test puts there what it is about."""
    (tmp_path / "path").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("PULUMI_ICE_AVATAR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def on_path(tmp_path):
    return tmp_path / "path"


@pytest.fixture
def no_making(monkeypatch):
    monkeypatch.setattr(engine, "make", lambda home: pytest.fail("made an engine though there was one"))


def offline(target: Path) -> None:
    raise engine.EngineError("closed network")


def ways(monkeypatch, install=offline, build=offline) -> None:
    for name, way in (("install", install), ("build", build)):
        way.__name__ = name
        monkeypatch.setattr(engine, name, way)


class TestOnPath:
    @pytest.mark.parametrize("says", ["v3.220.0", "v3.272.0", "3.300.1", "v4.0.0", "v3.221.0-alpha.1+dirty"])
    def test_a_recent_engine_is_taken(self, on_path, no_making, says):
        fake_engine(on_path, says)
        assert engine.find_or_make() == on_path

    def test_helpers_may_be_elsewhere_on_path(self, on_path, tmp_path, monkeypatch, no_making):
        fake_engine(on_path, helpers=())
        for helper in engine.HELPERS:
            program(tmp_path / "elsewhere" / helper)
        monkeypatch.setenv("PATH", os.pathsep.join([str(on_path), str(tmp_path / "elsewhere")]))
        assert engine.find_or_make() == on_path

    def test_helpers_may_be_beside_the_file_a_link_leads_to(self, on_path, tmp_path, no_making):
        (on_path / "pulumi").symlink_to(fake_engine(tmp_path / "release") / "pulumi")
        assert engine.find_or_make() == on_path

    @pytest.mark.parametrize("says", ["v3.219.0", "v3.99.9", "v2.999.0"])
    def test_an_old_engine_is_passed_over_with_a_word(self, on_path, says, capsys):
        fake_engine(on_path, says)
        assert engine.on_path() is None
        assert capsys.readouterr().err == (
            f"engine: passing over {on_path / 'pulumi'}: it is {says[1:]}, and 3.220.0 or newer is needed\n"
        )

    @pytest.mark.parametrize("missing", engine.HELPERS)
    def test_a_missing_helper_is_named(self, on_path, missing, capsys):
        fake_engine(on_path, helpers=tuple(set(engine.HELPERS) - {missing}))
        assert engine.on_path() is None
        assert f": no {missing} beside it or on PATH\n" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("script", "told"),
        [
            ("echo soon", "`pulumi version` says 'soon', which is no version"),
            ("true", "`pulumi version` says '', which is no version"),
            ("echo one >&2; echo two >&2; exit 3", "`pulumi version` failed with 3: two"),
            ("exit 3", "`pulumi version` failed with 3: no reason given"),
            (r"printf '\377'", "`pulumi version` cannot be run: 'utf-8' codec can't decode byte 0xff"),
        ],
    )
    def test_an_unreadable_version_is_one_clear_line(self, on_path, script, told, capsys):
        program(fake_engine(on_path) / "pulumi", script)
        assert engine.on_path() is None
        (line,) = capsys.readouterr().err.splitlines()
        assert told in line

    def test_nothing_on_path_is_nothing_to_talk_about(self, capsys):
        assert engine.on_path() is None
        assert capsys.readouterr().err == ""

    def test_no_path_at_all(self, monkeypatch):
        monkeypatch.delenv("PATH")
        monkeypatch.setattr(os, "defpath", "")
        assert engine.on_path() is None


class TestCache:
    def test_a_hit(self, no_making, capsys):
        programs = fake_engine(engine.cache_home() / "bin")
        assert engine.main() == 0
        assert capsys.readouterr() == (f"{programs}\n", "")

    def test_it_serves_when_the_engine_on_path_will_not_do(self, on_path, no_making):
        fake_engine(on_path, "v3.1.0")
        programs = fake_engine(engine.cache_home() / "bin")
        assert engine.find_or_make() == programs

    def test_what_lost_a_helper_is_made_anew(self, monkeypatch):
        fake_engine(engine.cache_home() / "bin", helpers=engine.HELPERS[:1])
        ways(monkeypatch, build=lambda target: fake_engine(target / "bin"))
        programs = engine.find_or_make()
        assert engine.cached(engine.cache_home()) == programs

    def test_helpers_on_path_do_not_complete_it(self, on_path):
        fake_engine(engine.cache_home() / "bin", helpers=())
        for helper in engine.HELPERS:
            program(on_path / helper)
        assert engine.cached(engine.cache_home()) is None

    def test_where_it_is(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        name = engine.cache_home().name
        assert re.fullmatch(r"3\.220\.0-[0-9a-f]{12}", name)
        assert engine.cache_home() == tmp_path / "cache" / "pulumi-ice-avatar" / "engine" / name
        monkeypatch.delenv("PULUMI_ICE_AVATAR_CACHE")
        assert engine.cache_home() == tmp_path / "xdg" / "pulumi-ice-avatar" / "engine" / name
        monkeypatch.setenv("XDG_CACHE_HOME", "")
        assert engine.cache_home() == tmp_path / "home" / ".cache" / "pulumi-ice-avatar" / "engine" / name

    def test_other_dependencies_are_another_folder(self, tmp_path, monkeypatch):
        before = engine.cache_home()
        shutil.copytree(TOOLS / "engine", tmp_path / "modules")
        monkeypatch.setattr(engine, "MODULES", tmp_path / "modules")
        assert engine.cache_home() == before
        with (tmp_path / "modules" / "language-python" / "go.sum").open("a") as file:
            file.write("example.org/x v1.0.0 h1:x=\n")
        assert engine.cache_home() != before


class TestMaking:
    def test_the_first_way_that_works_is_enough(self, monkeypatch):
        ways(monkeypatch, install=lambda target: fake_engine(target / "bin"))
        assert engine.find_or_make() == engine.cache_home() / "bin"

    def test_one_way_gives_way_to_the_next(self, monkeypatch, capsys):
        ways(monkeypatch, build=lambda target: fake_engine(target / "bin"))
        assert engine.main() == 0
        assert capsys.readouterr() == (
            f"{engine.cache_home() / 'bin'}\n",
            "engine: cannot install it: closed network\n",
        )

    def test_no_way_is_one_line_with_the_way_out_and_no_remains(self, monkeypatch, capsys):
        def half(target: Path) -> None:
            fake_engine(target / "bin")
            raise engine.EngineError("no such module")

        ways(monkeypatch, build=half)
        assert engine.main() == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.splitlines()[-1] == (
            "engine: error: no Pulumi engine (install: closed network; build: no such module); "
            "put pulumi 3.220.0 or newer on PATH, or install Go and, if downloads are refused, "
            "point GOPROXY at a module proxy that can be reached"
        )
        assert [path.suffix for path in engine.cache_home().parent.iterdir()] == [".lock"]

    @pytest.mark.parametrize("says", ["v3.221.0", "v3.219.0", "soon"])
    def test_another_version_than_asked_for_is_refused(self, monkeypatch, says):
        ways(monkeypatch, build=lambda target: fake_engine(target / "bin", says))
        with pytest.raises(engine.EngineError, match="what came of it"):
            engine.find_or_make()
        assert not engine.cache_home().exists()

    def test_an_interrupted_run_leaves_nothing(self, monkeypatch, capsys):
        def interrupted(target: Path) -> None:
            fake_engine(target / "bin")
            raise KeyboardInterrupt

        ways(monkeypatch, build=interrupted)
        assert engine.main() == 130
        assert [path.suffix for path in engine.cache_home().parent.iterdir()] == [".lock"]

    def test_what_a_killed_run_left_is_cleared_away(self, monkeypatch):
        home = engine.cache_home()
        leftover = fake_engine(home.with_name(f"{home.name}.making-abc") / "engine" / "bin")
        ways(monkeypatch, build=lambda target: fake_engine(target / "bin"))
        engine.find_or_make()
        assert not leftover.exists()

    def test_several_at_once_make_it_once(self, monkeypatch):
        made = []

        def slow(target: Path) -> None:
            made.append(target)
            time.sleep(0.2)
            fake_engine(target / "bin")

        ways(monkeypatch, build=slow)
        with ThreadPoolExecutor(4) as pool:
            found = {future.result() for future in [pool.submit(engine.find_or_make) for _ in range(4)]}
        assert found == {engine.cache_home() / "bin"}
        assert len(made) == 1

    def test_a_folder_that_cannot_be_written_is_one_line(self, tmp_path, monkeypatch, capsys):
        (tmp_path / "file").touch()
        monkeypatch.setenv("PULUMI_ICE_AVATAR_CACHE", str(tmp_path / "file"))
        assert engine.main() == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "file" in line
        assert line.endswith("PULUMI_ICE_AVATAR_CACHE can name another folder to work in")


class TestInstall:
    def test_a_closed_network_is_told_from_the_start(self, tmp_path, monkeypatch):
        monkeypatch.setattr(engine, "reachable", lambda url: False)
        with pytest.raises(engine.EngineError, match=r"install\.sh cannot be reached"):
            engine.install(tmp_path / "target")

    def test_no_sdk(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "pulumi.automation", None)
        with pytest.raises(engine.EngineError, match=r"SDK.*is not installed"):
            engine.install(tmp_path / "target")

    def test_the_vendors_installer_is_asked_for_the_pinned_version(self, tmp_path, monkeypatch):
        asked = []
        monkeypatch.setattr(engine, "reachable", lambda url: True)
        monkeypatch.setattr("pulumi.automation.PulumiCommand.install", lambda **arguments: asked.append(arguments))
        engine.install(tmp_path / "target")
        assert [(call["root"], str(call["version"])) for call in asked] == [(str(tmp_path / "target"), "3.220.0")]

    def test_its_failure_is_one_line(self, tmp_path, monkeypatch, capsys):
        def fails(**arguments):
            raise subprocess.CalledProcessError(22, "install.sh")

        monkeypatch.setattr(engine, "reachable", lambda url: True)
        monkeypatch.setattr("pulumi.automation.PulumiCommand.install", fails)
        with pytest.raises(engine.EngineError, match=r"install\.sh.* returned non-zero exit status 22"):
            engine.install(tmp_path / "target")
        assert "failed after 0 s" in capsys.readouterr().err


class TestReachable:
    def test_a_server_that_answers(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.handle_request)
            thread.start()
            assert engine.reachable(f"http://127.0.0.1:{server.server_port}/")
            thread.join()

    def test_a_closed_port_is_told_at_once(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            assert not engine.reachable(f"http://127.0.0.1:{unused.getsockname()[1]}/")

    def test_silence_is_not_waited_out(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            assert not engine.reachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)


class TestBuild:
    def test_no_go(self, tmp_path):
        with pytest.raises(engine.EngineError, match="no Go on PATH"):
            engine.build(tmp_path / "target")

    def test_what_is_built_and_how(self, tmp_path, on_path):
        for script in engine.SCRIPTS:
            program(tmp_path / "sdk" / script, "# of the SDK").chmod(0o444)
        program(
            on_path / "go",
            f"""echo "${{PWD##*/}} $GOWORK $CGO_ENABLED $*" >> {tmp_path}/calls
            if [ "$1" = list ]; then echo {tmp_path}/sdk; fi""",
        )
        engine.build(tmp_path / "target")
        first, second, third = (tmp_path / "calls").read_text().splitlines()
        flags = (
            "build -mod=readonly -trimpath -tags=osusergo grpcnotrace "
            "-ldflags=-w -s -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.220.0 "
            f"-o {tmp_path}/target/bin/"
        )
        assert first == f"pulumi off 0 {flags} {engine.PACKAGES['pulumi']}"
        assert second == f"language-python off 0 {flags} {engine.PACKAGES['language-python']}"
        assert third == "pulumi off 0 list -mod=readonly -m -f={{.Dir}} github.com/pulumi/pulumi/sdk/v3"
        copies = {path.name for path in (tmp_path / "target" / "bin").iterdir() if os.access(path, os.X_OK)}
        assert copies == {Path(script).name for script in engine.SCRIPTS}

    def test_a_failed_build_says_why_in_one_line(self, tmp_path, on_path):
        program(on_path / "go", "echo 'go: downloading x' >&2; echo 'x.go:1: no space left' >&2; echo >&2; exit 1")
        with pytest.raises(engine.EngineError) as caught:
            engine.build(tmp_path / "target")
        assert str(caught.value) == "`go build` failed with 1: x.go:1: no space left"


class TestLockFiles:
    @pytest.mark.parametrize("path", [lock for lock in LOCKS if lock.suffix == ".sum"], ids=str)
    def test_every_line_of_a_sum_is_module_version_digest(self, path):
        lines = path.read_text().splitlines()
        assert len(lines) > 100
        assert [x for x in lines if not re.fullmatch(r"[\w./~-]+ v[\w.+-]+(/go\.mod)? h1:[\w+/]{43}=", x)] == []

    @pytest.mark.parametrize("path", [lock for lock in LOCKS if lock.suffix == ".mod"], ids=str)
    def test_every_line_of_a_mod_is_in_its_grammar(self, path):
        requirement = r"[\w./~-]+ v[\w.+-]+( // indirect)?"
        line = (
            rf"|module [\w./-]+|go [\d.]+|require \(|\)|require {requirement}|\t{requirement}"
            r"|replace [\w./-]+ => [\w./-]+ v[\w.-]+"
        )
        assert [x for x in path.read_text().splitlines() if not re.fullmatch(line, x)] == []

    def test_none_says_where_modules_come_from(self):
        for path in [*LOCKS, *(TOOLS / "engine").glob("*/tools.go"), TOOLS / "engine.py"]:
            text = path.read_text()
            assert "proxy." not in text.lower(), path
            assert "https://" not in text.replace(engine.INSTALLER, ""), path

    def test_they_pin_what_the_tool_says(self):
        assert f"require github.com/pulumi/pulumi/pkg/v3 v{engine.dotted(engine.PINNED)}\n" in LOCKS[0].read_text()

    @pytest.mark.parametrize("module", ["pulumi", "language-python"])
    def test_the_tools_file_imports_what_the_tool_builds(self, module):
        assert f'import _ "{engine.PACKAGES[module]}"\n' in (TOOLS / "engine" / module / "tools.go").read_text()

    def test_the_language_host_is_in_its_sum(self):
        """No checksum database knows it, so a build without this line would be refused."""
        assert re.search(
            rf"^{re.escape(engine.PACKAGES['language-python'])} v\S+ h1:", LOCKS[3].read_text(), re.MULTILINE
        )
