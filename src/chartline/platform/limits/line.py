"""The callers of one process that want the same budget, in the order in which they came.

Only the first of them asks the database; the others stand behind it. Refuses nobody: who has waited long enough
leaves by itself.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class Line:
    """One line. ``waiting`` is how many stand in it, the first one included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = False
        self._places: deque[threading.Event] = deque()
        self._ended = threading.Event()

    @property
    def waiting(self) -> int:
        """How many stand in the line now."""
        with self._lock:
            return len(self._places) + self._busy

    def to_the_front(self, patience: Callable[[], float | None]) -> bool:
        """Wait until this caller is the first one; False when its patience was over before.

        ``patience`` answers how many real seconds to wait before it is asked again, and None when there are no more.
        """
        with self._lock:
            if not self._busy:
                self._busy = True
                return True
            place = threading.Event()
            self._places.append(place)
        while (seconds := patience()) is not None:
            if place.wait(seconds):
                return True
        with self._lock:
            if place.is_set():
                return True  # handed over at the last moment
            self._places.remove(place)
        return False

    def leave(self) -> None:
        """The first one has what it came for, or gives up: the next one is first."""
        with self._lock:
            if self._places:
                self._places.popleft().set()
            else:
                self._busy = False

    def a_call_ended(self) -> None:
        """Wakes the first one, in case it waits for a running call to end."""
        self._ended.set()

    def wait_for_an_end(self, seconds: float) -> None:
        """Wait until a call of this process ends, or so many real seconds are over."""
        self._ended.wait(seconds)
        self._ended.clear()
