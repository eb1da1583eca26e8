"""Writers of one SQLite file take turns, in the order in which they came.

SQLite lets one write at a time and has the others look again every few milliseconds, up to a hundred, so a busy
process starves some of them, and other processes most of all. Here they queue instead: inside a process in a line, and
between processes at a gate. What nobody waits for gives way to the others of its process, but not for long. Refuses to
wait for ever: who waits too long tries its luck with SQLite's own lock, which then answers that it is busy. Nothing
depends on it but who comes next.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_log = logging.getLogger(__name__)
_PATIENCE = 30.0
"""Seconds of real time, as long as SQLite's own waiting."""
_GIVES_WAY = 1.0
"""Seconds for which a writer that gives way lets all others go first."""
_LOOK = 0.001
"""Seconds between two looks at the gate."""
_NEXT, _TURN = 0, 1
"""The bytes of the gate's file: who comes next, and whose turn it is."""


class _Gate:
    """Lets one process in at a time, and those that wait one after the other.

    Whoever wants in holds the place of the next one until the turn is free. So a process that has just left stands
    behind one that waits, however quick it is. The locks die with their process.
    """

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        weakref.finalize(self, os.close, self._file)

    def enter(self, until: float) -> None:
        """Wait for the turn until a moment of the monotonic clock, and go on without it then."""
        if self._lock(_NEXT, until):
            self._lock(_TURN, until)
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _NEXT)

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _TURN)

    def _lock(self, byte: int, until: float) -> bool:
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            except OSError:
                if time.monotonic() > until:
                    return False
                time.sleep(_LOOK)
            else:
                return True


class Turns:
    """A fair queue of the writers of a file. Without one everybody goes through at once (PostgreSQL, memory)."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._gate: _Gate | None = None
        self._lock = threading.Lock()
        self._busy = False
        self._waiting: deque[threading.Event] = deque()
        self._giving_way: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, *, gives_way: bool = False) -> Generator[None, None, None]:
        """One writer's turn."""
        mine = self.take(gives_way=gives_way)
        try:
            yield
        finally:
            if mine:
                self.give_back()

    def take(self, *, gives_way: bool = False) -> bool:
        """Wait for the turn. True when it has to be given back."""
        if self._file is None:
            return False
        until = time.monotonic() + _PATIENCE
        if not self._to_the_front(gives_way=gives_way):
            return False
        try:
            if self._gate is None:
                self._gate = _Gate(self._file)
            self._gate.enter(until)
        except OSError:
            # Without a gate the order between processes is left to SQLite; the turn inside this one stays.
            _log.warning("the gate for writers of other processes could not be opened or locked")
        return True

    def give_back(self) -> None:
        """The turn is over: another process's first, if one waits, and else the next one's of this process."""
        if self._gate is not None:
            self._gate.leave()
        with self._lock:
            line = self._waiting or self._giving_way
            if line:
                line.popleft().set()
            else:
                self._busy = False

    def _to_the_front(self, *, gives_way: bool) -> bool:
        with self._lock:
            if not self._busy:
                self._busy = True
                return True
            place = threading.Event()
            (self._giving_way if gives_way else self._waiting).append(place)
        if gives_way and not place.wait(_GIVES_WAY):
            with self._lock:
                if not place.is_set():
                    self._giving_way.remove(place)
                    self._waiting.append(place)
        if place.wait(_PATIENCE):
            return True
        with self._lock:
            if place.is_set():
                return True  # handed over at the last moment
            self._waiting.remove(place)
        return False


_by_file: weakref.WeakValueDictionary[str, Turns] = weakref.WeakValueDictionary()
_guard = threading.Lock()


def turns_of(file: str | None) -> Turns:
    """The queue of a SQLite file, shared by everybody in the process who opened it."""
    if not file or file == ":memory:":
        return Turns()
    path = Path(file).resolve()
    with _guard:
        return _by_file.setdefault(str(path), Turns(path.with_name(f"{path.name}-turns")))
