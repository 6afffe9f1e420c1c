"""A service of whatever kind a test wants, and waiting for what it has seen."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition; a test that waits in vain fails."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.002)


class Server:
    """An HTTP server that answers whatever it is told to, counts connections and can hold requests back."""

    def __init__(self) -> None:
        self.answer: Callable[[str], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"{}")
        self.arrived = threading.Event()
        self.proceed = threading.Event()
        self.proceed.set()
        self.requests: list[str] = []
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with outer._lock:
                    outer.connections += 1

            def do_POST(self) -> None:
                with outer._lock:
                    outer.requests.append(self.path)
                    outer.at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer.at_once)
                outer.arrived.set()
                outer.proceed.wait()
                status, headers, body = outer.answer(self.path)
                with outer._lock:
                    outer.at_once -= 1
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST  # noqa: N815 - the base class looks for these names

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that have gone away
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def says(self, value: object, status: int = 200, **headers: str) -> None:
        """Answer with JSON, whatever is asked."""
        self.answer = lambda _: (status, headers, json.dumps(value).encode())

    def stop(self) -> None:
        self.proceed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
