"""A vendor of few words: a real server on loopback that answers from a script and keeps what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Heard:
    """A request as it arrived; header names are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """An answer. ``cut`` closes the connection before anything is said."""

    body: bytes | str = b""
    status: int = 200
    media: str = "application/json"
    cut: bool = False


@dataclass
class Vendor:
    """Answers by ``answer``; ``heard`` grows with every request."""

    answer: Callable[[Heard], Said]
    heard: list[Heard] = field(default_factory=list)
    url: str = ""


@contextmanager
def vendor(answer: Callable[[Heard], Said]) -> Generator[Vendor]:
    """Run it until the block ends."""
    served = Vendor(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            heard = Heard(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            served.heard.append(heard)
            said = served.answer(heard)
            self.close_connection = said.cut
            if said.cut:
                return
            content = said.body.encode() if isinstance(said.body, str) else said.body
            self.send_response(said.status)
            self.send_header("content-type", said.media)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
