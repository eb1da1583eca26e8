"""The lease limiter: a call holds a lease while it runs, and the lease counts for one period after its answer.

Why it is exact. A vendor sees a call at some moment between grant and answer. The lease counts from the grant until
one period after the answer, so for two calls in one vendor window the earlier one always counted when the later one
was granted, whatever the delay of process, network or database. Two rules make that hold when the limit changes with
the time of day: the limit applied is the smallest between now and one period later (``Limit.limit_from``), and never
more calls run at once than the strictest limit of the day, so that calls under way when a stricter limit begins
cannot exceed it by themselves.

Two kinds of time. Windows are in the clock's time, which in a sandbox runs at a multiple of real time and may jump.
How long a call can be under way is bounded by the HTTP time-out, which is real time; therefore ``held_until`` is real
time and needs no conversion: at any speed, and across a jump, a lease whose process is silent counts as answered at
the moment when its real time is over, and for one period of clock time after that. ``hold_seconds`` must be longer
than any call can take. A process of this machine that is proven dead is not waited for: what it had sent arrives
within ``FLIGHT`` or never.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from chartline.kernel.clock import SystemClock
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database, System
from chartline.platform.limits.holder import proven_dead, this_process
from chartline.platform.limits.policy import Limit, Policy
from chartline.platform.limits.tables import lease

FLIGHT = timedelta(seconds=1)
"""Real time within which bytes that a dead process had already sent reach the vendor."""

LOOK_AGAIN = 0.01
"""Real seconds between two looks when another call has to end first."""

LOOK_AT_LEAST = 1.0
"""Real seconds after which a waiter looks again in any case: the limit, the clock or a holder may have changed."""

_REAL = SystemClock()
_log = logging.getLogger(__name__)
_LOCK_SPACE = 7402
"""First half of the PostgreSQL advisory locks of this room."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Leave to make one call. Give it back with ``Limiter.release`` as soon as the answer (or none) is there."""

    id: str
    key: str
    tier: str


@dataclass(frozen=True, slots=True)
class NoBudget:
    """No call may be made within the wait that was allowed; ask again at ``at`` (clock time)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls that count against a tier now, the number allowed now, and when the next one is free if none is now."""

    used: int
    allowed: int
    next_free: datetime | None


class Limiter:
    """Hands out leases. One in a process, shared by its threads.

    ``policies`` are by vendor; the key of a bucket is ``vendor/connection``, for example
    ``advancedmd/0190…``: every connection has its own buckets, one a tier.
    """

    def __init__(self, database: Database, policies: Mapping[str, Policy], *, hold_seconds: float = 90.0) -> None:
        self._database, self._policies = database, policies
        self._hold = timedelta(seconds=hold_seconds)
        self._queues: dict[str, threading.Lock] = {}
        # With a shared clock all processes are on this machine; otherwise PostgreSQL's clock is the common one.
        self._server_time = database.postgresql and isinstance(database.clock, SystemClock)

    def limit(self, key: str, tier: str) -> Limit:
        """The limit of a bucket. Raises KeyError for an unknown vendor or tier."""
        return self._policies[key.partition("/")[0]].tier(tier)

    def acquire(self, key: str, tier: str, max_wait_seconds: float) -> Lease | NoBudget:
        """A lease, waiting for at most so many seconds of the clock.

        Only one waiter of a key in this process asks the database; the others queue behind it.
        """
        limit, clock = self.limit(key, tier), self._database.clock
        deadline = clock.now() + timedelta(seconds=max_wait_seconds)
        queue = self._queues.setdefault(f"{key}/{tier}", threading.Lock())
        while not queue.acquire(timeout=self._pause((deadline - clock.now()).total_seconds())):
            if clock.now() >= deadline:
                return NoBudget(self.usage(key, tier).next_free or clock.now())
        try:
            while True:
                answer = self._take(key, tier, limit)
                if isinstance(answer, Lease):
                    return answer
                now = clock.now()
                if now >= deadline or answer > deadline:
                    return NoBudget(max(answer, now))
                wait = (answer - now).total_seconds()
                _REAL.sleep(self._pause(wait) if wait > 0 else LOOK_AGAIN)
        finally:
            queue.release()

    def _pause(self, seconds: float) -> float:
        """Real seconds to wait for so many seconds of the clock, before looking again."""
        return min(max(self._database.clock.real_seconds(seconds), 0.001), LOOK_AT_LEAST)

    def release(self, granted: Lease) -> None:
        """The call is over: its lease counts for one more period. Safe to repeat.

        Raises nothing when the database is away: the vendor's answer matters more, and the lease runs out by itself.
        """
        period = self.limit(granted.key, granted.tier).period
        try:
            with self._database.system() as work:
                now, _ = self._times(work)
                mine = sa.update(lease).where(lease.c.id == granted.id)
                work.execute(mine.values(held_until=None, free_at=now + period))
        except (DBAPIError, ChartlineError):
            _log.warning("a lease could not be given back and runs out by itself")

    @contextmanager
    def slot(self, key: str, tier: str, max_wait_seconds: float) -> Generator[Lease | NoBudget, None, None]:
        """A lease for the length of a ``with`` block, or ``NoBudget``: then the block must not call the vendor."""
        granted = self.acquire(key, tier, max_wait_seconds)
        try:
            yield granted
        finally:
            if isinstance(granted, Lease):
                self.release(granted)

    def usage(self, key: str, tier: str) -> Usage:
        """How much of a tier is used now, for people to look at."""
        limit = self.limit(key, tier)
        with self._database.system() as work:
            now, _ = self._times(work)
            held, cooling = self._counting(work, f"{key}/{tier}", now)
            return Usage(held + len(cooling), limit.limit_from(now), _free(now, limit, held, cooling))

    def _take(self, key: str, tier: str, limit: Limit) -> Lease | datetime:
        """A lease, or the moment at which to ask again."""
        bucket = f"{key}/{tier}"
        with self._database.system() as work:
            self._lock(work, bucket)
            now, real = self._times(work)
            self._retire(work, bucket, limit, now, real)
            held, cooling = self._counting(work, bucket, now)
            free = _free(now, limit, held, cooling)
            if free is not None:
                return free
            granted = Lease(new_id(), key, tier)
            work.execute(
                sa.insert(lease).values(
                    id=granted.id, key=bucket, holder=this_process(), granted_at=now, held_until=real + self._hold
                )
            )
            return granted

    def _lock(self, work: System, bucket: str) -> None:
        # SQLite needs none: its writing transactions exclude each other from their first statement on.
        if self._database.postgresql:
            work.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_SPACE, sa.func.hashtext(bucket))))

    def _times(self, work: System) -> tuple[datetime, datetime]:
        """Clock time and real time, read after the lock was taken."""
        if not self._database.postgresql:
            return work.now, _REAL.now()
        real: datetime = work.scalar(sa.select(sa.func.clock_timestamp()))
        return (real if self._server_time else work.now), real

    def _retire(self, work: System, bucket: str, limit: Limit, now: datetime, real: datetime) -> None:
        """Forget what no longer counts; treat as answered now what can no longer be under way."""
        work.execute(sa.delete(lease).where(lease.c.key == bucket, lease.c.free_at <= now))
        running = work.rows(
            sa.select(lease.c.id, lease.c.holder, lease.c.held_until).where(
                lease.c.key == bucket, lease.c.held_until.is_not(None)
            )
        )
        for row in running:
            change: dict[str, datetime | None] = {}
            if row["held_until"] <= real:
                change = {"held_until": None, "free_at": now + limit.period}
            elif row["held_until"] > real + FLIGHT and proven_dead(row["holder"]):
                change = {"held_until": real + FLIGHT}
            if change:
                work.execute(sa.update(lease).where(lease.c.id == row["id"]).values(**change))

    def _counting(self, work: System, bucket: str, now: datetime) -> tuple[int, list[datetime]]:
        """How many calls run, and when each answered one stops to count, soonest first."""
        rows = work.rows(
            sa.select(lease.c.free_at)
            .where(lease.c.key == bucket, sa.or_(lease.c.free_at.is_(None), lease.c.free_at > now))
            .order_by(lease.c.free_at)
        )
        cooling = [row["free_at"] for row in rows if row["free_at"] is not None]
        return len(rows) - len(cooling), cooling


def _free(now: datetime, limit: Limit, held: int, cooling: list[datetime]) -> datetime | None:
    """When to ask for a call; None means that one is free.

    A running call counts for a period after its answer at the soonest, which is never before any answered one ends.
    """
    allowed = limit.limit_from(now)
    surplus = held + len(cooling) - allowed
    if surplus < 0:
        return None if held < limit.strictest else now
    return cooling[surplus] if surplus < len(cooling) else now + limit.period
