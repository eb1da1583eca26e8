"""Writers of one SQLite file take turns, in the order in which they came.

SQLite lets one write at a time and has the others look again every few milliseconds, so a busy process starves some of
them. Inside a process they queue here instead. Refuses to wait for ever: who waits too long tries its luck with
SQLite's own lock, which then answers that it is busy.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 30.0
"""Seconds of real time, as long as SQLite's own waiting."""


class Turns:
    """A fair queue of writers. ``queued`` False lets everybody through at once (PostgreSQL, memory)."""

    def __init__(self, *, queued: bool = True) -> None:
        self._queued = queued
        self._lock = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Generator[None, None, None]:
        """One writer's turn."""
        if not self._queued:
            yield
            return
        mine = self._take()
        try:
            yield
        finally:
            if mine:
                self._pass_on()

    def _take(self) -> bool:
        with self._lock:
            if not self._busy:
                self._busy = True
                return True
            place = threading.Event()
            self._waiting.append(place)
        if place.wait(_PATIENCE):
            return True
        with self._lock:
            if place.is_set():
                return True  # handed over at the last moment
            self._waiting.remove(place)
        return False

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False


_by_file: dict[str, Turns] = {}
_guard = threading.Lock()


def turns_of(file: str | None) -> Turns:
    """The queue of a SQLite file, shared by everybody in the process who opened it."""
    if not file or file == ":memory:":
        return Turns(queued=False)
    with _guard:
        return _by_file.setdefault(str(Path(file).resolve()), Turns())
