"""Waiting for what happens in other threads and processes."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(true: Callable[[], object], seconds: float = 90.0, pause: float = 0.02) -> None:
    """Wait for something to become true; fails when it does not in time.

    The time is long, because it is used up only by what never happens: a busy machine must not make a test fail.
    ``pause`` is the time between two looks, longer for what costs a query or a request.
    """
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(pause)
