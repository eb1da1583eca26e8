"""100 requests a minute for one account, over all services, on the simulated clock (sheet 2, 14.24, 15.21).

A sliding window of the arrivals that were let through; what was turned away does not use the budget. Kept in memory
only: a restart forgives the last minute.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(seconds=60)


class Limiter:
    """The arrivals of the last minute, by account."""

    def __init__(self) -> None:
        self._arrivals: dict[str, deque[datetime]] = {}

    def let(self, account: str, now: datetime, limit: int) -> bool:
        """Whether a request may pass at ``now``; if so it is counted."""
        arrivals = self._arrivals.setdefault(account, deque())
        while arrivals and arrivals[0] <= now - WINDOW:
            arrivals.popleft()
        if len(arrivals) >= limit:
            return False
        arrivals.append(now)
        return True
