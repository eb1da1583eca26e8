"""How much of each vendor limit is used now: the one list of budgets that every surface shows.

Refuses nothing; a budget is looked at without taking any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chartline.app.services import Services
from chartline.app.vendors import vendor
from chartline.connect.connections import Connection
from chartline.platform.limits import Allowance, Forecast, PeakRate, Usage


@dataclass(frozen=True, slots=True)
class Budget:
    """One tier of one connection.

    ``peak`` is None for a tier without peak hours. ``changes_at`` is when another number of calls is allowed, and
    ``changes_to`` that number; a stricter one begins a window early. ``waiting`` callers want a slot now, and the last
    of them is expected to have one at ``served_at``.
    """

    connection: Connection
    tier: str
    usage: Usage
    waiting: int
    served_at: datetime | None
    peak: bool | None
    changes_at: datetime | None
    changes_to: int | None

    @property
    def percent(self) -> int:
        """The used share, at most 100."""
        return min(100, 100 * self.usage.used // max(1, self.usage.allowed))


def budget_key(connection: Connection) -> str:
    """The limiter's key of a connection. Raises ``connect.unknown_vendor``."""
    return vendor(connection.vendor).about.budget_key(connection.id, connection.options)


def budgets(services: Services, connections: Sequence[Connection]) -> list[Budget]:
    """Every tier of every connection; the same number of queries for however many."""
    tiers = [
        (connection, budget_key(connection), tier)
        for connection in connections
        for tier in vendor(connection.vendor).about.limits.tiers
    ]
    limiter, now = services.limiter, services.clock.now()
    outlooks = limiter.outlooks([(key, tier) for _, key, tier in tiers])
    return [
        Budget(
            connection, tier, look.usage, look.waiting, look.served_at, *_calendar(limiter.allowance(key, tier), now)
        )
        for (connection, key, tier), look in zip(tiers, outlooks, strict=True)
    ]


def expected(services: Services, connection: Connection, tier: str, calls: int) -> Forecast:
    """When the first and the last of so many calls through a connection will have got their slots."""
    return services.limiter.forecast(budget_key(connection), tier, calls)


def _calendar(allowance: Allowance, now: datetime) -> tuple[bool | None, datetime | None, int | None]:
    """Whether it is peak, when that matters to a tier next, and what is allowed then."""
    for rate in allowance.rates:
        if isinstance(rate, PeakRate):
            change = rate.next_change(now)
            return rate.calendar.peak(now), change, rate.limit_from(change) if change is not None else None
    return None, None, None
