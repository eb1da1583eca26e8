"""News from the vendor's side, posted to one address on loopback. A placeholder throughout [O]: the sheet has no
wire facts of a webhook of this vendor, so nothing here says anything about the real one. Off by default.

Each change becomes ``{"id", "event", "officeKey", "objectId", "at"}`` with header ``x-signature: sha256=<hex>``, the
HMAC of the body under the shared secret. Numbers only, no patient value. Refuses every address but loopback's.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import secrets
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from chartline.kernel.sealed import Masked

TRIES = 3
PAUSES = (0.05, 0.25)
"""Seconds of real time between tries: the socket is real, whatever the simulated clock says."""
TIMEOUT = 5.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_WAITING = 10_000


class HookRefused(ValueError):
    """The address is not plain HTTP on loopback; the text is static."""


def check_address(url: str) -> None:
    """Refuse any address but ``http://`` on loopback; an empty one switches the hook off."""
    try:
        parts = urlsplit(url)
        loopback = parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port is not None
    except ValueError:
        loopback = False
    if url and (not loopback or parts.username is not None):
        raise HookRefused("news goes to http on loopback with a port, and nowhere else")


class _Letter(Masked):
    """One event on its way: where to, signed with what, and the bytes, which stay the same at each try."""

    def __init__(self, url: str, secret: str, body: bytes) -> None:
        check_address(url)
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.body = body
        self.signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Hook:
    """Posts events in order from a thread of its own, which starts with the first one."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[_Letter] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._numbers = {"sent": 0, "failed": 0, "tries": 0}

    def send(self, url: str, secret: str, news: list[tuple[str, str, int]], moment: datetime) -> None:
        """Put events in line; the same change told twice in one request is one event. Never waits for an answer."""
        for event, office, value in dict.fromkeys(news):
            fields = {
                "id": secrets.token_urlsafe(24),
                "event": event,
                "officeKey": office,
                "objectId": str(value),
                "at": moment.astimezone(UTC).isoformat(),
            }
            try:
                self._waiting.put_nowait(_Letter(url, secret, json.dumps(fields).encode()))
            except queue.Full:
                self._count("failed")
        if news and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="news", daemon=True)
            self._thread.start()

    def counters(self) -> dict[str, int]:
        """Events delivered, events given up after all tries, posts made, and events still in line."""
        with self._lock:
            return {**self._numbers, "waiting": self._waiting.unfinished_tasks}

    def _count(self, name: str) -> None:
        with self._lock:
            self._numbers[name] += 1

    def _work(self) -> None:
        while True:
            letter = self._waiting.get()
            self._count("sent" if self._delivered(letter) else "failed")
            self._waiting.task_done()

    def _delivered(self, letter: _Letter) -> bool:
        for number in range(TRIES):
            if number:
                time.sleep(PAUSES[number - 1])
            self._count("tries")
            if self._posted(letter):
                return True
        return False

    def _posted(self, letter: _Letter) -> bool:
        """One post; any status of the 200s is a yes. Redirects are not followed."""
        line = http.client.HTTPConnection(letter.host, letter.port, timeout=TIMEOUT)
        try:
            headers = {"content-type": "application/json", "x-signature": letter.signature}
            line.request("POST", letter.path, letter.body, headers)
            return 200 <= line.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
