"""The HTTP server under the gateway. The only file that touches aiohttp."""

from __future__ import annotations

import logging
import socket
import struct
import sys

from aiohttp import web

from pulumi_ice_avatar.emulator import thumbnails
from pulumi_ice_avatar.emulator.control import PREFIX, control
from pulumi_ice_avatar.emulator.gateway import Answer, Gateway, Incoming

__all__ = ["runner"]

#: The SDKs put everything into the query string, a whole policy document too, percent-encoded.
_LONGEST_LINE = 256 * 1024

#: What still waits when the emulator stops is cut off after so many seconds.
_SHUTDOWN = 0.1

#: On, and for zero seconds; Windows has shorts there.
_LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

#: Nobody should take an answer for the service's.
_SERVER = {"Server": "ice-avatar-emulator"}

#: aiohttp reports a client's malformed HTTP with a traceback; the client has its answer, that is enough.
_silent = logging.getLogger("pulumi_ice_avatar.emulator.http")
_silent.propagate = False
_silent.addHandler(logging.NullHandler())


def runner(gateway: Gateway) -> web.ServerRunner:
    """The server for a gateway; call it in the event loop that is to run it."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read() if request.can_read_body else b""
        path, _, query = request.raw_path.partition("?")
        headers: dict[str, list[str]] = {}
        for name, value in request.raw_headers:
            headers.setdefault(name.decode("latin-1").lower(), []).append(_decoded(value))
        peer = (request.remote or "").partition("%")[0]
        incoming = Incoming(request.method, path, query, headers, body, peer, request.secure)
        if path.startswith(PREFIX):
            status, text = control(gateway, incoming)
            return web.Response(status=status, body=text, headers={"Content-Type": "application/json", **_SERVER})
        if path.startswith(thumbnails.PREFIX) and request.method == "GET":
            picture = thumbnails.picture(gateway.state, path)
            if picture is None:
                return web.Response(status=404, headers=_SERVER)
            return web.Response(body=picture, headers={"Content-Type": "image/png", **_SERVER})
        return await _deliver(request, await gateway.answer(incoming))

    server = web.Server(
        handle,
        access_log=None,
        logger=_silent,
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
        auto_decompress=False,
    )
    return web.ServerRunner(server, shutdown_timeout=_SHUTDOWN)


async def _deliver(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    headers = {**answer.headers, **_SERVER}
    if answer.delivery == "whole":
        return web.Response(status=answer.status, headers=headers, body=answer.body)
    transport = request.transport
    if answer.delivery == "reset":
        if transport is not None:
            # To close with a linger time of zero is what sends RST instead of FIN.
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
            transport.abort()
        return web.Response()
    response = web.StreamResponse(status=answer.status, headers={**headers, "Content-Length": str(len(answer.body))})
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if transport is not None:
        transport.close()
    return response


def _decoded(value: bytes) -> str:
    """A header's text; Python's HTTP clients send Latin-1, others UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
