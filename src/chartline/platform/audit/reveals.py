"""Counts the openings of sealed values in the present context: one page view, one API call, one step of a job.

An opening belongs to the innermost tally only, so nothing is counted twice. Refuses to see the values themselves.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from chartline.kernel.sealed import Purpose, observe_reveals


class Tally:
    """How many values were opened, by purpose."""

    def __init__(self) -> None:
        self._counts: dict[Purpose, int] = {}
        self._lock = Lock()

    def add(self, purpose: Purpose) -> None:
        """Count one opening; threads that share the context may count at the same time."""
        with self._lock:
            self._counts[purpose] = self._counts.get(purpose, 0) + 1

    @property
    def counts(self) -> dict[Purpose, int]:
        """Openings by purpose so far, in the order of the purposes' names."""
        with self._lock:
            return dict(sorted(self._counts.items()))


_present: ContextVar[Tally | None] = ContextVar("chartline_tally", default=None)


def _count(purpose: Purpose) -> None:
    present = _present.get()
    if present is not None:
        present.add(purpose)


observe_reveals(_count)


@contextmanager
def tally() -> Generator[Tally, None, None]:
    """Count the openings made inside the block, in this context and the threads started from it."""
    counted = Tally()
    token = _present.set(counted)
    try:
        yield counted
    finally:
        _present.reset(token)
