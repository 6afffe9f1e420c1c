"""The emulator as a whole: bind an address, serve on a thread of its own or in the foreground, stop."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from pulumi_ice_avatar.emulator.control import PREFIX
from pulumi_ice_avatar.emulator.faults import Faults
from pulumi_ice_avatar.emulator.gateway import Gateway, Record
from pulumi_ice_avatar.emulator.seed import load
from pulumi_ice_avatar.emulator.seeding import seed_of, state_of
from pulumi_ice_avatar.emulator.sessions import INSTANCE
from pulumi_ice_avatar.emulator.state import Avatars
from pulumi_ice_avatar.emulator.storage import save
from pulumi_ice_avatar.errors import ConfigurationError, InvalidInputError

__all__ = ["Emulator"]


class Emulator:
    """A local emulator of the service.

    Example:
        >>> with Emulator() as emulator:
        ...     emulator.avatars["Avatar-New"] = {"AvatarName": "New"}
        ...     emulator.faults.fail_next = 2
        ...     subprocess.run(program, env={**os.environ, **emulator.environment()})
    """

    def __init__(
        self,
        seed: Mapping[str, Any] | str | os.PathLike[str] | None = None,
        *,
        state: str | os.PathLike[str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
        allow_remote: bool = False,
    ) -> None:
        """Make an emulator; it serves from `start()` or `with` on.

        Args:
            seed: What it knows: a mapping or the path of a JSON file, both as `emulator-seed.schema.json` describes;
                None for a small default seed.
            state: The file to keep everything in, written after every change. If it exists when the emulator is made,
                it takes the place of the seed, whose format it has. None keeps nothing.
            host: The address to listen on.
            port: The port to listen on; 0 for any that is free.
            faults: The faults in effect from the start.
            allow_remote: Whether `host` may be another address than loopback.

        Raises:
            ConfigurationError: The seed or the state file is not one, or the address is not loopback.
        """
        if not allow_remote and not _is_loopback(host):
            raise ConfigurationError(
                f"host {host!r}: the emulator listens on loopback only, because whoever reaches it can use its seed; "
                "to listen elsewhere, allow remote clients too (--allow-remote, allow_remote=True)"
            )
        self._host = host
        self._port = port
        self._state_file = None if state is None else Path(state)
        kept = self._state_file is not None and self._state_file.exists()
        self._gateway = Gateway(
            state_of(load(self._state_file if kept else seed)), Faults() if faults is None else faults
        )
        self._gateway.state.saved = self._save
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def __repr__(self) -> str:
        return f"<Emulator {self._gateway.base_url or 'not started'}>"

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """Where it listens, such as `http://127.0.0.1:4010`; known from `start()` on."""
        if not self._gateway.base_url:
            raise InvalidInputError("the emulator has no endpoint yet: call start(), or use it in a with statement")
        return self._gateway.base_url

    @property
    def avatars(self) -> Avatars:
        """The trained avatars: a mutable mapping of ids to records with GetAvatar's wire names."""
        return self._gateway.state.avatars

    @property
    def faults(self) -> Faults:
        """The faults in effect; change its attributes, or assign another."""
        return self._gateway.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._gateway.faults = faults

    def snapshot(self) -> dict[str, Any]:
        """Everything it knows, in the format of a seed; without the temporary access keys it has given out."""
        return seed_of(self._gateway.state, sessions=False)

    @property
    def requests(self) -> list[Record]:
        """The latest requests, oldest first; a copy."""
        return self._gateway.records()

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._gateway.clear_records()

    def environment(
        self, key: str | None = None, *, role: str | None = None, principal: str = INSTANCE
    ) -> dict[str, str]:
        """The variables that make a child process use this emulator.

        Args:
            key: The id of the access key it is to use; by default the first of the seed.
            role: A role whose temporary credentials it is to use instead, through a credentials URI.
            principal: Who assumes the role: see `credentials_uri`.

        Raises:
            InvalidInputError: There is no such access key or role, both are given, or the emulator was not started.
        """
        variables = {
            "ICE_AVATAR_ENDPOINT": self.endpoint,
            "ICE_AVATAR_RAM_ENDPOINT": self.endpoint,
            # Without it the default credential chain may ask the metadata service, which is not there.
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        }
        if role is None:
            return {**variables, **self._key_variables(key)}
        if key is not None:
            raise InvalidInputError("a process uses an access key or a role: give one of the two")
        return {
            **variables,
            "ALIBABA_CLOUD_CREDENTIALS_URI": self.credentials_uri(role, principal=principal),
            # The default credential chain asks the URI last, so what comes before must find nothing.
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "",
            "ALIBABA_CLOUD_SECURITY_TOKEN": "",
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "",
            "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true",
            "ALIBABA_CLOUD_CREDENTIALS_FILE": os.devnull,
        }

    def credentials_uri(self, role: str, *, principal: str = INSTANCE) -> str:
        """Where the SDK gets temporary credentials of a role, for `ALIBABA_CLOUD_CREDENTIALS_URI`.

        Args:
            role: The role.
            principal: Who assumes it: `user/NAME`, `assumed-role/ROLE/SESSION`, `oidc-provider/NAME`,
                `saml-provider/NAME` or a service; by default the service that stands behind an ECS instance.

        Raises:
            InvalidInputError: There is no such role, or the emulator was not started.
        """
        roles = self._gateway.state.directory.roles
        if role not in roles:
            raise InvalidInputError(f"there is no role {role!r}; the roles are: {', '.join(roles) or 'none'}")
        query = "" if principal == INSTANCE else f"?{urlencode({'principal': principal})}"
        return f"{self.endpoint}{PREFIX}credentials/{quote(role)}{query}"

    def _key_variables(self, key: str | None) -> dict[str, str]:
        keys = self._gateway.state.access_keys
        if key is not None and key not in keys:
            raise InvalidInputError(f"the seed has no access key {key!r}; it has {', '.join(keys)}")
        chosen = keys[key] if key is not None else next(iter(keys.values()))
        variables = {"ALIBABA_CLOUD_ACCESS_KEY_ID": chosen.id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": chosen.secret}
        if chosen.security_token is not None:
            variables["ALIBABA_CLOUD_SECURITY_TOKEN"] = chosen.security_token
        return variables

    def start(self) -> Emulator:
        """Serve on a thread of its own, and return when the emulator answers.

        Raises:
            ConfigurationError: The address cannot be listened on, or the state file not written.
            InvalidInputError: It is already serving.
        """
        if self._thread is not None:
            raise InvalidInputError(f"the emulator is already serving at {self.endpoint}")
        self._save()
        listening = self._bind()
        started: Future[None] = Future()

        def serve() -> None:
            try:
                asyncio.run(self._serve(listening, lambda: started.set_result(None)))
            except BaseException as error:
                if started.done():
                    raise
                started.set_exception(error)

        thread = threading.Thread(target=serve, name="ice-avatar-emulator", daemon=True)
        thread.start()
        started.result()
        self._thread = thread
        return self

    def stop(self) -> None:
        """Stop serving; what it knows stays, and `start()` serves it again at the same address.

        Raises:
            ConfigurationError: The state file cannot be written.
        """
        thread, self._thread = self._thread, None
        if thread is not None:
            self._request_stop()
            thread.join()
            # Avatars can be edited in place, which nothing has noticed.
            self._save()

    def run(self, ready: Callable[[], None]) -> None:
        """Serve in the foreground until SIGINT or SIGTERM; for the main thread of a process.

        Args:
            ready: Called once the emulator answers and the signals are heeded.

        Raises:
            ConfigurationError: The address cannot be listened on, or the state file not written.
        """
        self._save()

        def heed() -> None:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: self._request_stop())
            ready()

        asyncio.run(self._serve(self._bind(), heed))

    def _bind(self) -> socket.socket:
        try:
            family, _, _, _, address = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0]
            listening = socket.create_server(address[:2], family=family, backlog=1024)
        except (OSError, OverflowError) as error:
            # Python adds the address to the system's own words, and this line has it already.
            reason = str(getattr(error, "strerror", None) or error).partition(" (while")[0]
            raise ConfigurationError(
                f"cannot listen on {self._host} port {self._port}: {reason}; choose another port, or 0 for any"
            ) from None
        # The port is kept, so that a client finds the emulator again after stop() and start().
        self._port = listening.getsockname()[1]
        self._gateway.base_url = f"http://{_reachable(self._host)}:{self._port}"
        return listening

    async def _serve(self, listening: socket.socket, ready: Callable[[], None]) -> None:
        from aiohttp import web

        from pulumi_ice_avatar.emulator.transport import runner

        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = runner(self._gateway)
        await server.setup()
        try:
            await web.SockSite(server, listening).start()
            ready()
            await self._stopping.wait()
        finally:
            self._loop = None
            await server.cleanup()
            listening.close()

    def _save(self) -> None:
        if self._state_file is not None:
            save(self._state_file, seed_of(self._gateway.state, sessions=True))

    def _request_stop(self) -> None:
        loop, stopping = self._loop, self._stopping
        if loop is not None and stopping is not None:
            loop.call_soon_threadsafe(stopping.set)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _reachable(host: str) -> str:
    """The host for a URL: an address for "any" is no place to connect to."""
    if host in ("", "0.0.0.0"):
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host
