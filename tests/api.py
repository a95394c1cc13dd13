"""A real HTTP server for tests, in the place of a gateway or a provider: it can be told to misbehave as those do."""

import json
import ssl
from base64 import b64decode
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs

# What the server can do instead of answering.
DROP = "drops the connection"
HANG = "says nothing"


@dataclass(frozen=True)
class Request:
    """One request, whole."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def login(self) -> str:
        return b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: some tests make them."""


class ApiServer:
    """Answers every request on a free port of the loopback interface with `answer`: a status and JSON or a text.

    `answer` may be changed at any time, also to DROP or HANG. `headers` go with it. With `tls` it speaks HTTPS.
    """

    def __init__(self, answer: tuple[int, Any] | str, *, tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.headers: dict[str, str] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.gone = Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                api.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                api.requests.append(Request(self.path, dict(self.headers.items()), body))
                if api.answer == HANG:
                    api.gone.wait(60)
                if isinstance(api.answer, str):
                    self.close_connection = True
                    return
                status, content = api.answer
                text = content if isinstance(content, str) else json.dumps(content)
                self.send_response(status)
                for name, value in api.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._tls = tls is not None
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def address(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
