"""The rows of one bucket: counted, granted, settled, merged and forgotten, in the transaction of the caller.

The quick way counts in the database and moves no rows; whoever finds the bucket full reads them. Refuses to forget a
call that may still count: merged calls count until the last of them would have stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from chartline.platform.database import Instant, System
from chartline.platform.limits.holder import proven_dead
from chartline.platform.limits.policy import Allowance
from chartline.platform.limits.standing import Counted, Standing, Sums
from chartline.platform.limits.tables import lease

FLIGHT = timedelta(seconds=1)
"""Real time within which bytes that a dead process had already sent reach the vendor."""

OLD = 32
"""So many rows that no longer count are left until they are taken out together."""

MANY = 600
"""So many answered rows are kept one by one; then those of one 200th of a period are merged."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GRAINS = 200
_BUCKET = lease.c.key == sa.bindparam("bucket")
_GRANT = sa.insert(lease)
_ONE = sa.update(lease).where(lease.c.id == sa.bindparam("lease"))
_ANSWER = _ONE.values(held_until=None, answered_at=sa.bindparam("at", type_=Instant))
_SHORTEN = _ONE.values(held_until=sa.bindparam("until", type_=Instant))
_WEIGH = _ONE.values(weight=sa.bindparam("heavy"))
_READ = sa.select(
    lease.c.id, lease.c.holder, lease.c.weight, lease.c.granted_at, lease.c.held_until, lease.c.answered_at
).where(_BUCKET)


@lru_cache(maxsize=16)
def _count(weighs: tuple[bool, ...]) -> sa.Select[*tuple[Any, ...]]:
    """Counts running calls, their weight, answered and old ones, and what is in the window of each rate."""
    runs = lease.c.answered_at.is_(None)
    old = lease.c.answered_at <= sa.bindparam("old", type_=Instant)
    within = (
        (sa.or_(runs, lease.c.answered_at > sa.bindparam(f"since{number}", type_=Instant)), lease.c.weight if by else 1)
        for number, by in enumerate(weighs)
    )
    sums = (
        sa.case((runs, 1), else_=0),
        sa.case((runs, lease.c.weight), else_=0),
        sa.case((runs, 0), else_=1),
        sa.case((old, 1), else_=0),
        *(sa.case(each, else_=0) for each in within),
    )
    return sa.select(*(sa.func.coalesce(sa.func.sum(each), 0) for each in sums)).where(_BUCKET)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a bucket."""

    id: str
    holder: str
    held_until: datetime | None
    call: Counted


@dataclass(frozen=True, slots=True)
class Book:
    """A bucket in a transaction that holds its lock. ``now`` is clock time, ``real`` is real time."""

    work: System
    bucket: str
    allowance: Allowance
    now: datetime
    real: datetime

    def count(self) -> Sums:
        """What counts now. Takes rows out of the way when there are many."""
        since = {f"since{number}": self.now - rate.period for number, rate in enumerate(self.allowance.rates)}
        forgotten = self.now - self.allowance.period
        counted = self.work.execute(
            _count(tuple(rate.weighs for rate in self.allowance.rates)),
            {"bucket": self.bucket, "old": forgotten, **since},
        ).one()
        running, running_weight, answered, old, *used = (int(each) for each in counted)
        if old >= OLD:
            self.work.execute(sa.delete(lease).where(lease.c.key == self.bucket, lease.c.answered_at <= forgotten))
        if answered - old >= MANY:
            self._merge()
        return Sums(tuple(used), running_weight, running)

    def grant(self, lease_id: str, holder: str, weight: int, begins: datetime, held_until: datetime) -> None:
        """Write a lease down; its call leaves at ``begins`` at the soonest."""
        self.work.execute(
            _GRANT,
            {"id": lease_id, "key": self.bucket, "holder": holder, "weight": weight}
            | {"granted_at": begins, "held_until": held_until, "answered_at": None},
        )

    def settled(self) -> Standing:
        """The whole bucket, in which what can no longer be under way counts as answered now.

        A process of this machine that is proven dead is not waited for: what it had sent arrives within ``FLIGHT`` or
        never.
        """
        calls: list[Counted] = []
        for row in rows_of(self.work, self.bucket):
            call = row.call
            if row.held_until is not None and row.held_until <= self.real:
                call = replace(call, answered=self.now)
                answer(self.work, row.id, self.now)
            elif row.held_until is not None and row.held_until > self.real + FLIGHT and proven_dead(row.holder):
                self.work.execute(_SHORTEN, {"lease": row.id, "until": self.real + FLIGHT})
            calls.append(call)
        return Standing(self.allowance, self.now, calls)

    def _merge(self) -> None:
        """Put calls that were answered close together into one row, which counts as long as the last of them.

        Close is a 200th of the shortest window that still counts them. So a limit of a hundred thousand a day is kept
        by a few hundred rows, and costs at most half a percent of itself.
        """
        periods = sorted(rate.period for rate in self.allowance.rates)

        def grain(row: Row) -> tuple[timedelta, int]:
            answered = row.call.answered or self.now
            width = next((each for each in periods if self.now - answered < each), periods[-1]) / _GRAINS
            return width, (answered - _EPOCH) // width

        answered = [row for row in rows_of(self.work, self.bucket) if row.call.answered is not None]
        spare: list[str] = []
        for _, group in groupby(sorted(answered, key=lambda row: row.call.answered or self.now), key=grain):
            *others, last = group
            if others:
                weight = sum(row.call.weight for row in (*others, last))
                self.work.execute(_WEIGH, {"lease": last.id, "heavy": weight})
                spare += [row.id for row in others]
        for first in range(0, len(spare), 500):
            self.work.execute(sa.delete(lease).where(lease.c.id.in_(spare[first : first + 500])))


def answer(work: System, lease_id: str, at: datetime) -> None:
    """The call of a lease was answered, or can no longer be under way."""
    work.execute(_ANSWER, {"lease": lease_id, "at": at})


def rows_of(work: System, bucket: str) -> list[Row]:
    """The rows of a bucket."""
    return [
        Row(found.id, found.holder, found.held_until, Counted(found.weight, found.granted_at, found.answered_at))
        for found in work.execute(_READ, {"bucket": bucket})
    ]


def standings(work: System, now: datetime, buckets: Sequence[tuple[str, Allowance]]) -> list[Standing]:
    """Several buckets as they are, in one query; settles nothing."""
    calls: dict[str, list[Counted]] = {bucket: [] for bucket, _ in buckets}
    columns = (lease.c.key, lease.c.weight, lease.c.granted_at, lease.c.answered_at)
    for found in work.execute(sa.select(*columns).where(lease.c.key.in_(calls))):
        calls[found.key].append(Counted(found.weight, found.granted_at, found.answered_at))
    return [Standing(allowance, now, calls[bucket]) for bucket, allowance in buckets]
