"""How many callers wait in every process of an installation, told in passing.

A process tells it when it found a bucket full and is in a transaction anyway; a waiter looks once a second at least,
so what is older than ``BELIEVED`` means that nobody waits there any more. Nothing depends on it but what people see.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from chartline.kernel.ids import new_id
from chartline.platform.database import System
from chartline.platform.limits.tables import lease_queue

BELIEVED = timedelta(seconds=3)
"""Real time for which a count is believed."""

_AGAIN = 0.9
"""Real seconds after which a count is told again."""


class Queues:
    """What this process tells, and what it hears of the others."""

    def __init__(self, *, postgresql: bool) -> None:
        self._insert = pg_insert if postgresql else sqlite_insert
        self._name = new_id()
        self._told: dict[str, float] = {}

    def tell(self, work: System, bucket: str, callers: int, real: datetime) -> None:
        """Write down how many wait here, unless something was said a moment ago."""
        if time.monotonic() - self._told.get(bucket, float("-inf")) < _AGAIN:
            return
        statement = self._insert(lease_queue).values(key=bucket, limiter=self._name, callers=callers, seen_at=real)
        work.execute(
            statement.on_conflict_do_update(
                index_elements=["key", "limiter"], set_={"callers": callers, "seen_at": statement.excluded.seen_at}
            )
        )
        # What other processes left behind; they may have ended.
        work.execute(
            sa.delete(lease_queue).where(lease_queue.c.key == bucket, lease_queue.c.seen_at <= real - BELIEVED)
        )
        self._told[bucket] = time.monotonic()

    def elsewhere(self, work: System, buckets: Sequence[str], real: datetime) -> dict[str, int]:
        """How many wait in other processes, by bucket."""
        found = work.execute(
            sa.select(lease_queue.c.key, sa.func.sum(lease_queue.c.callers))
            .where(lease_queue.c.key.in_(buckets), lease_queue.c.seen_at > real - BELIEVED)
            .where(lease_queue.c.limiter != self._name)
            .group_by(lease_queue.c.key)
        )
        return {key: int(callers) for key, callers in found}
