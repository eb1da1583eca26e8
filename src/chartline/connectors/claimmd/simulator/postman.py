"""Posts letters in their order from a thread of its own, signed over the raw body (sheet 9, row 19 of section 15).

The signature is base64 of HMAC-SHA256 under the account key. Retries are our assumption: any status of the 200s ends
them, and after three tries a letter is given up. Pauses are in real time: the socket is real, whatever the clock says.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import queue
import threading
import time
from urllib.parse import urlsplit

from chartline.kernel.sealed import Masked

PAUSES = (0.0, 0.05, 0.25)
"""Seconds before each try."""
TIMEOUT = 5.0
MOST_WAITING = 10_000


class Letter(Masked):
    """One post on its way: the same bytes and the same signature at each try."""

    def __init__(self, url: str, key: str, body: bytes) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.body = body
        self.signature = base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode("ascii")


class Postman:
    """The thread, which starts with the first letter."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Letter] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._numbers = {"delivered": 0, "given_up": 0, "tries": 0}

    def send(self, letter: Letter) -> None:
        """Put a letter in line. Never waits for an answer."""
        try:
            self._waiting.put_nowait(letter)
        except queue.Full:
            self._count("given_up")
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="news", daemon=True)
            self._thread.start()

    def counters(self) -> dict[str, int]:
        """Letters delivered and given up, tries made, and letters still in line."""
        with self._lock:
            return {**self._numbers, "in_line": self._waiting.unfinished_tasks}

    def _count(self, name: str) -> None:
        with self._lock:
            self._numbers[name] += 1

    def _work(self) -> None:
        while True:
            letter = self._waiting.get()
            self._count("delivered" if self._delivered(letter) else "given_up")
            self._waiting.task_done()

    def _delivered(self, letter: Letter) -> bool:
        for pause in PAUSES:
            time.sleep(pause)
            self._count("tries")
            if _posted(letter):
                return True
        return False


def _posted(letter: Letter) -> bool:
    """One try. Redirects are not followed."""
    line = http.client.HTTPConnection(letter.host, letter.port, timeout=TIMEOUT)
    headers = {"content-type": "application/json", "Auth-Signature-Base64": letter.signature}
    try:
        line.request("POST", letter.path, letter.body, headers)
        return 200 <= line.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
