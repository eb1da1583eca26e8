"""Counts over the exchange log, for the dashboard and for checks that nothing was sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from chartline.platform.database import Work
from chartline.platform.exchange.tables import Word, exchange_table

_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Count:
    """How often an operation ended in a word on a day (UTC), with the real milliseconds and cents it took in all."""

    day: date
    vendor: str
    operation: str
    outcome: Word
    count: int
    duration_ms: int
    cost_minor: int


def exchange_counts(work: Work, since: datetime, until: datetime, connection: str | None = None) -> list[Count]:
    """Counts per day, vendor, operation and outcome over ``since`` (inclusive) to ``until`` (exclusive)."""
    table = exchange_table
    day = sa.type_coerce(table.c.started, sa.BigInteger) // sa.literal(_DAY, sa.BigInteger)
    keys = (day.label("day"), table.c.vendor, table.c.operation, table.c.outcome)
    query = (
        work.select(
            table,
            *keys,
            sa.func.count().label("count"),
            sa.func.sum(table.c.duration_ms).label("duration_ms"),
            sa.func.coalesce(sa.func.sum(table.c.cost_minor), 0).label("cost_minor"),
        )
        .where(table.c.started >= since, table.c.started < until)
        .group_by("day", *keys[1:])
        .order_by("day", *keys[1:])
    )
    if connection is not None:
        query = query.where(table.c.connection == connection)
    return [
        Count(
            day=datetime.fromtimestamp(row["day"] * _DAY // 1_000_000, UTC).date(),
            vendor=row["vendor"],
            operation=row["operation"],
            outcome=Word(row["outcome"]),
            count=row["count"],
            duration_ms=int(row["duration_ms"]),
            cost_minor=int(row["cost_minor"]),
        )
        for row in work.rows(query)
    ]
