#!/usr/bin/env python3
"""Get a real Pulumi engine on a bare machine, and print the directory of its programs.

`pip install pulumi` brings the SDK, not the engine that runs programs. The engine is, in this order, the one on PATH
if it will do, the one made by an earlier run, the vendor's own release, or a build from source, which needs nothing
but Go and a source of Go modules::

    export PATH="$(python tools/engine.py):$PATH"

Standard output has the directory and nothing else; what is being done goes to standard error.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Version = tuple[int, int, int]

PINNED: Version = (3, 220, 0)
"""What is installed or built, and the oldest engine on PATH that will do. `engine/pulumi/go.mod` names it too."""

HELPERS = ("pulumi-language-python", "pulumi-resource-pulumi-python")
"""What the engine starts to run a Python program, and a dynamic provider written in Python."""

MODULES = Path(__file__).with_suffix("")
"""A Go module for each program, because each needs a `replace` line, which `go install` refuses."""

PACKAGES = {
    "pulumi": "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    "language-python": "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
}
SDK = "github.com/pulumi/pulumi/sdk/v3"
SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-resource-pulumi-python",
    "python/dist/pulumi-analyzer-policy-python",
)
"""Releases ship these files of the SDK's module beside the programs; the last one is for policy packs."""

INSTALLER = "https://get.pulumi.com/install.sh"


class EngineError(Exception):
    """There is no engine to be had this way; the message is one line."""


def main() -> int:
    """Print the engine's directory, or one line that says why there is none and what to do."""
    try:
        print(find_or_make())
    except EngineError as error:
        say(f"error: {error}")
        return 1
    except OSError as error:
        say(f"error: {error}; PULUMI_ICE_AVATAR_CACHE can name another folder to work in")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing half-done is left behind")
        return 130
    return 0


def find_or_make() -> Path:
    """Return the directory of a working engine, made now if there is none."""
    return on_path() or cached(home := cache_home()) or make_once(home)


def on_path() -> Path | None:
    """Return where PATH has an engine that will do. One that will not is named, since it explains the wait."""
    found = shutil.which("pulumi")
    if not found:
        return None
    engine = Path(found)
    # The engine itself looks for its helpers on PATH, then beside the file that its own link leads to.
    beside = os.pathsep.join([str(engine.parent), str(engine.resolve().parent), os.environ.get("PATH", os.defpath)])
    if flaw := flaw_of(engine, helpers_in=beside):
        say(f"passing over {engine}: {flaw}")
        return None
    return engine.parent


def cached(home: Path) -> Path | None:
    """Return the programs of an earlier run, unless something has been taken from them since."""
    programs = home / "bin"
    return None if flaw_of(programs / "pulumi", helpers_in=str(programs)) else programs


def cache_home() -> Path:
    """Return the folder for this very engine: another version, or other dependencies, go into another folder."""
    base = os.environ.get("PULUMI_ICE_AVATAR_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    digest = hashlib.sha256(b"".join((MODULES / name / "go.sum").read_bytes() for name in PACKAGES)).hexdigest()
    return Path(base).absolute() / "pulumi-ice-avatar" / "engine" / f"{dotted(PINNED)}-{digest[:12]}"


def flaw_of(engine: Path, *, helpers_in: str) -> str | None:
    """Say why an engine will not do, or return None if it will."""
    try:
        version = version_of(engine)
    except EngineError as error:
        return str(error)
    if version < PINNED:
        return f"it is {dotted(version)}, and {dotted(PINNED)} or newer is needed"
    missing = [helper for helper in HELPERS if not shutil.which(helper, path=helpers_in)]
    return f"no {' and no '.join(missing)} beside it or on PATH" if missing else None


def version_of(engine: Path) -> Version:
    """Ask an engine for its version."""
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    answer = run([str(engine), "version"], env=quiet, timeout=60).strip()
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer)
    if not match:
        raise EngineError(f"`pulumi version` says {answer[:60]!r}, which is no version")
    return int(match[1]), int(match[2]), int(match[3])


def make_once(home: Path) -> Path:
    """Make the engine, or wait for the process that is making it."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with locked(home.with_name(f"{home.name}.lock")):
        return cached(home) or make(home)


def make(home: Path) -> Path:
    """Make the engine in a folder beside its home and move it there, so that `home` is whole or absent."""
    unfinished = f"{home.name}.making-"
    for leftover in home.parent.glob(f"{unfinished}*"):  # of a killed run: whoever holds the lock is alone
        shutil.rmtree(leftover, ignore_errors=True)
    reasons = []
    for way in (install, build):
        with tempfile.TemporaryDirectory(prefix=unfinished, dir=home.parent) as scratch:
            try:
                way(Path(scratch, "engine"))
                verify(Path(scratch, "engine", "bin"))
            except EngineError as error:
                say(f"cannot {way.__name__} it: {error}")
                reasons.append(f"{way.__name__}: {error}")
            else:
                shutil.rmtree(home, ignore_errors=True)  # what `cached` found wanting
                Path(scratch, "engine").rename(home)
                return home / "bin"
    raise EngineError(
        f"no Pulumi engine ({'; '.join(reasons)}); put pulumi {dotted(PINNED)} or newer on PATH, "
        "or install Go and, if downloads are refused, point GOPROXY at a module proxy that can be reached"
    )


def verify(programs: Path) -> None:
    """Refuse programs that do not run here, are incomplete, or are of another version than asked for."""
    if flaw := flaw_of(programs / "pulumi", helpers_in=str(programs)):
        raise EngineError(f"what came of it will not do: {flaw}")
    if (version := version_of(programs / "pulumi")) != PINNED:
        raise EngineError(f"what came of it is {dotted(version)} instead of {dotted(PINNED)}")


def install(target: Path) -> None:
    """Let the vendor's installer, which the SDK carries, download its release."""
    try:
        from pulumi.automation import PulumiCommand
        from semver import VersionInfo
    except ImportError as error:
        raise EngineError("the Pulumi SDK, which has the vendor's installer, is not installed") from error
    if not reachable(INSTALLER):
        raise EngineError(f"{INSTALLER} cannot be reached")
    with step(f"downloading pulumi {dotted(PINNED)} with the vendor's installer"):
        try:
            PulumiCommand.install(root=str(target), version=VersionInfo(*PINNED))
        except Exception as error:  # the installer documents no exceptions, and a build may do what it could not
            raise EngineError(one_line(str(error))) from error


def build(target: Path) -> None:
    """Build the engine as an ordinary Go dependency, the way its releases are built, pinned by `go.sum`.

    One program after the other: the compiler keeps all cores busy anyway, and two at once were no quicker.
    """
    if not shutil.which("go"):
        raise EngineError("there is no Go on PATH")
    programs = target / "bin"
    programs.mkdir(parents=True)
    stamp = f"-X {SDK}/go/common/version.Version=v{dotted(PINNED)}"
    for name, package in PACKAGES.items():
        with step(f"building {name} from source (both programs: 3 minutes on 2 cores)"):
            go(name, "build", "-mod=readonly", "-trimpath", "-tags=osusergo grpcnotrace", f"-ldflags=-w -s {stamp}",
               "-o", f"{programs}/", package)  # fmt: skip
    sdk = Path(go("pulumi", "list", "-mod=readonly", "-m", "-f={{.Dir}}", SDK).strip())
    for script in SCRIPTS:
        copy = programs / Path(script).name
        shutil.copyfile(sdk / script, copy)
        copy.chmod(0o755)


def go(module: str, *arguments: str) -> str:
    """Run Go in one of the modules, whatever a surrounding workspace or the lack of a C compiler would change."""
    return run(["go", *arguments], cwd=MODULES / module, env={**os.environ, "GOWORK": "off", "CGO_ENABLED": "0"})


def run(command: list[str], *, env: dict[str, str], cwd: Path | None = None, timeout: float | None = None) -> str:
    """Run a command and return what it prints; its failure is told by the last line of its complaint."""
    name = " ".join([Path(command[0]).name, command[1]])
    try:
        done = subprocess.run(command, cwd=cwd, env=env, timeout=timeout, capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"`{name}` does not answer within {error.timeout:.0f} s") from error
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"`{name}` cannot be run: {error}") from error
    if done.returncode:
        raise EngineError(f"`{name}` failed with {done.returncode}: {one_line(done.stderr)}")
    return done.stdout


def reachable(url: str, seconds: float = 3) -> bool:
    """Tell whether a URL answers soon. In a thread, because the look-up of a host's name knows no time limit."""
    answered = threading.Event()

    def knock() -> None:
        try:
            with urllib.request.urlopen(url, timeout=seconds):
                answered.set()
        except (OSError, http.client.HTTPException):
            pass

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(seconds)
    return answered.is_set()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that the system takes back from a killed process; the file itself stays, and means nothing."""
    if sys.platform == "win32":
        raise EngineError("on Windows, install Pulumi with `winget install pulumi`; this tool only finds it there")
    import fcntl

    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("waiting for another process that is making the engine"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tell what is being done, and on the same line how long it took."""
    print(f"engine: {what} ... ", end="", file=sys.stderr, flush=True)
    start, outcome = time.monotonic(), "failed after"
    try:
        yield
        outcome = "done in"
    finally:
        print(f"{outcome} {time.monotonic() - start:.0f} s", file=sys.stderr)


def say(message: str) -> None:
    """Tell the person at the terminal something."""
    print(f"engine: {message}", file=sys.stderr)


def one_line(complaint: str) -> str:
    """Return the last line that says something, which is where programs put the reason."""
    return next((line.strip() for line in reversed(complaint.splitlines()) if line.strip()), "no reason given")


def dotted(version: Version) -> str:
    """Write a version the way people do."""
    return ".".join(map(str, version))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stopped job cleans up like an interrupted one
    sys.exit(main())
