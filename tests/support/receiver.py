"""A receiver of notifications on a real socket, that keeps what it gets and can be told to fail."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass
class Received:
    """One request. ``answered`` is the status it got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    answered: int

    def json(self) -> Json:
        return json.loads(self.body)

    def told(self) -> dict[str, Any]:
        """The parameters of the SubscriptionStatus by name; events as a list of their parts by name."""
        parameters = self.json()["entry"][0]["resource"]["parameter"]
        told: dict[str, Any] = {"events": []}
        for one in parameters:
            if one["name"] == "notificationEvent":
                told["events"].append({part["name"]: value_of(part) for part in one["part"]})
            else:
                told[one["name"]] = value_of(one)
        return told


def value_of(part: Json) -> Any:
    value = next(value for name, value in part.items() if name.startswith("value"))
    return value["reference"] if isinstance(value, dict) and "reference" in value else value


@dataclass
class Receiver:
    """``status`` is what requests are answered with, after ``slow`` seconds; ``address`` where they go."""

    address: str = ""
    status: int = 200
    slow: float = 0.0
    got: list[Received] = field(default_factory=list)

    def of(self, path: str) -> list[Received]:
        """What came to one path."""
        return [one for one in self.got if one.path == path]

    def taken(self, path: str, kind: str = "event-notification") -> list[Received]:
        """The notifications of a kind that were answered well."""
        fine = [one for one in self.of(path) if one.answered < 300]
        return [one for one in fine if one.told()["type"] == kind]

    def numbers(self, path: str) -> list[int]:
        """The numbers of the events that were taken, in their order."""
        return [int(event["eventNumber"]) for one in self.taken(path) for event in one.told()["events"]]


@contextmanager
def receiver() -> Generator[Receiver]:
    """Listen until the block ends."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.got.append(Received(self.command, self.path, headers, body, kept.status))
            time.sleep(kept.slow)
            self.send_response(kept.status)
            self.send_header("content-length", "0")
            self.end_headers()

        do_POST = do_PUT = answer  # noqa: N815 - the names that the server calls

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
