"""The lease limiter: a call holds a lease while it runs, and the lease counts for one period after its answer.

``standing.py`` says why that is exact. The leases are in the database, shared by all processes.

Two kinds of time. Windows are in the clock's time, which in a sandbox runs at a multiple of real time and may jump.
How long a call can be under way is bounded by the HTTP time-out, which is real time; therefore ``held_until`` is real
time and needs no conversion: at any speed, and across a jump, a lease whose process is silent counts as answered at
the moment when its real time is over, and for one period of clock time after that. ``hold_seconds`` must be longer
than any call can take.

What must last. A lease is on disk before its call leaves. That it was given back need not be: where a crash of the
machine takes that away, the lease counts longer than it must, never shorter.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from chartline.kernel.clock import Clock, SystemClock
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.platform.database import Database, System
from chartline.platform.limits.book import Book, answer, standings
from chartline.platform.limits.forecast import Forecast, forecast
from chartline.platform.limits.holder import this_process
from chartline.platform.limits.line import Line
from chartline.platform.limits.policy import Allowance, Policy
from chartline.platform.limits.queues import Queues
from chartline.platform.limits.standing import Full, Standing, Usage

AHEAD = 2.0
"""A slot that is free in so many seconds is given out now; its call waits for the moment, and not for the database."""

LOOK_AGAIN = 0.02
"""Real seconds between two looks when a call of another process has to end first."""

LOOK_AT_LEAST = 1.0
"""Real seconds after which a waiter looks again in any case: the limit, the clock or a holder may have changed."""

_REAL = SystemClock()
_log = logging.getLogger(__name__)
_LOCK_SPACE = 7402
"""First half of the PostgreSQL advisory locks of this room."""

_NOW = sa.text("SELECT clock_timestamp()")
_LOCK_AND_NOW = sa.text(
    "WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(:space, hashtext(:bucket)) AS held) "
    "SELECT clock_timestamp() FROM lock"
)
"""The time is read for the row that the lock makes, so after it."""


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
class Wanted:
    """A call that somebody wants to make."""

    key: str
    tier: str
    allowance: Allowance
    weight: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a tier stands now: what is used, how many callers wait, and when the last of them should be served."""

    usage: Usage
    waiting: int
    served_at: datetime | None


class Limiter:
    """Hands out leases. One in a process, shared by its threads.

    ``policies`` are by vendor; the key of a bucket is ``vendor/scope``, for example ``advancedmd/999001``: whatever
    the vendor counts by has its own buckets, one a tier. ``real`` is the machine's time.
    """

    def __init__(
        self,
        database: Database,
        policies: Mapping[str, Policy],
        *,
        hold_seconds: float = 90.0,
        real: Clock = _REAL,
    ) -> None:
        self._database, self._policies, self._real = database, policies, real
        self._hold = timedelta(seconds=hold_seconds)
        self._lines: dict[str, Line] = {}
        self._queues = Queues(postgresql=database.postgresql)
        runs_true = isinstance(database.clock, SystemClock) or database.clock is real
        # With a shared clock all processes are on this machine; otherwise PostgreSQL's clock is the common one.
        self._server_time = database.postgresql and runs_true
        # A clock that jumps can bring a call under way to any hour. A true one carries it no further than its hold,
        # which may begin that much later than a call that is given out meanwhile.
        self._reach = self._hold + timedelta(seconds=AHEAD) if runs_true else None

    def allowance(self, key: str, tier: str) -> Allowance:
        """What a bucket allows. Raises KeyError for an unknown vendor or tier."""
        return self._policies[key.partition("/")[0]].tier(tier)

    def acquire(self, key: str, tier: str, max_wait_seconds: float, weight: int = 1) -> Lease | NoBudget:
        """A lease, waiting for at most so many seconds of the clock.

        Only one waiter of a bucket in this process asks the database; the others stand behind it in line. ``weight``
        is how many slots the call takes. Raises ValueError for a weight that does not fit at every hour.
        """
        allowance, clock = self.allowance(key, tier), self._database.clock
        if weight < 1 or weight > (allowance.heaviest or weight):
            raise ValueError("the weight of a call does not fit into its tier at every hour")
        deadline = clock.now() + timedelta(seconds=max_wait_seconds)
        bucket = f"{key}/{tier}"
        line = self._lines.setdefault(bucket, Line())

        def patience() -> float | None:
            left = (deadline - clock.now()).total_seconds()
            return self._pause(left) if left > 0 else None

        if not line.to_the_front(patience):
            return NoBudget(self.usage(key, tier).next_free or clock.now())
        try:
            granted = self._in_front(Wanted(key, tier, allowance, weight), deadline, line)
        finally:
            line.leave()
        if isinstance(granted, NoBudget):
            return granted
        lease, early = granted
        if early > timedelta():
            self._real.sleep(early.total_seconds())
        return lease

    def _in_front(self, wanted: Wanted, deadline: datetime, line: Line) -> tuple[Lease, timedelta] | NoBudget:
        """As the first in line: a lease and how early it comes, or no budget before the deadline."""
        clock = self._database.clock
        while True:
            granted = self._take(wanted, deadline, line)
            if not isinstance(granted, Full):
                return granted
            now = clock.now()
            if now >= deadline or granted.at > deadline:
                soonest = now + timedelta(seconds=LOOK_AT_LEAST) if granted.soon else now
                return NoBudget(max(granted.at, soonest))
            if granted.soon:
                line.wait_for_an_end(LOOK_AGAIN)
            else:
                wait = (granted.at - now).total_seconds()
                early = AHEAD if self._reach is not None and wait > AHEAD else 0.0
                self._real.sleep(self._pause(wait - early))

    def _pause(self, seconds: float) -> float:
        """Real seconds to wait for so many seconds of the clock, before looking again."""
        return min(max(self._database.clock.real_seconds(seconds), 0.001), LOOK_AT_LEAST)

    def release(self, granted: Lease) -> None:
        """The call is over: its lease counts for one more period. Safe to repeat.

        Raises nothing when the database is away: the vendor's answer matters more, and the lease runs out by itself.
        """
        # The answer came before this; how long the database lets us wait to say so must not cost budget.
        answered, begun = self._database.clock.now(), time.monotonic()
        try:
            with self._database.system(lasting=False) as work:
                if self._server_time:
                    waited = timedelta(seconds=time.monotonic() - begun)
                    answered = self._times(work)[0] - waited
                answer(work, granted.id, answered)
        except (DBAPIError, ChartlineError):
            _log.warning("a lease could not be given back and runs out by itself")
        line = self._lines.get(f"{granted.key}/{granted.tier}")
        if line is not None:
            line.a_call_ended()

    @contextmanager
    def slot(
        self, key: str, tier: str, max_wait_seconds: float, weight: int = 1
    ) -> Generator[Lease | NoBudget, None, None]:
        """A lease for the length of a ``with`` block, or ``NoBudget``: then the block must not call the vendor."""
        granted = self.acquire(key, tier, max_wait_seconds, weight)
        try:
            yield granted
        finally:
            if isinstance(granted, Lease):
                self.release(granted)

    def usage(self, key: str, tier: str) -> Usage:
        """How much of a tier is used now, for people to look at."""
        return self.outlooks([(key, tier)])[0].usage

    def waiting(self, key: str, tier: str) -> int:
        """How many callers of this installation wait for a lease now; see ``queues.py`` for how well that is known."""
        return self.outlooks([(key, tier)])[0].waiting

    def outlooks(self, buckets: Sequence[tuple[str, str]]) -> list[Outlook]:
        """How several tiers, each with its key, stand now; two queries for all of them."""
        known = [(f"{key}/{tier}", self.allowance(key, tier)) for key, tier in buckets]
        with self._database.system_read() as work:
            now, real = self._times(work)
            elsewhere = self._queues.elsewhere(work, [bucket for bucket, _ in known], real)
            found = standings(work, now, known)
        outlooks: list[Outlook] = []
        for (bucket, _), standing in zip(known, found, strict=True):
            line = self._lines.get(bucket)
            waiting = (line.waiting if line else 0) + elsewhere.get(bucket, 0)
            served = forecast(standing, waiting).last_at if waiting else None
            outlooks.append(Outlook(standing.usage(self._reach), waiting, served))
        return outlooks

    def forecast(self, key: str, tier: str, calls: int, weight: int = 1) -> Forecast:
        """When the first and the last of so many calls will have got their leases, if nobody else calls.

        An expectation, not a promise; see ``forecast.py``. Raises ValueError for less than one call.
        """
        known = [(f"{key}/{tier}", self.allowance(key, tier))]
        with self._database.system_read() as work:
            now, _ = self._times(work)
            return forecast(standings(work, now, known)[0], calls, weight)

    def _take(self, wanted: Wanted, deadline: datetime, line: Line) -> tuple[Lease, timedelta] | Full:
        """A lease and how early it comes, or the moment at which to ask again."""
        bucket, allowance, weight = f"{wanted.key}/{wanted.tier}", wanted.allowance, wanted.weight
        with self._database.system() as work:
            now, real = self._locked_times(work, bucket)
            book, early = Book(work, bucket, allowance, now, real), timedelta()
            if not book.count().fit(allowance, now, self._reach, weight):
                standing = book.settled()
                full = standing.free(self._reach, weight)
                if full is not None and not self._soon_enough(standing, full, deadline, weight):
                    self._queues.tell(work, bucket, line.waiting, real)
                    return full
                early = full.at - now if full is not None else early
            granted = Lease(new_id(), wanted.key, wanted.tier)
            book.grant(granted.id, this_process(), weight, now + early, real + early + self._hold)
            return granted, early

    def _soon_enough(self, standing: Standing, full: Full, deadline: datetime, weight: int) -> bool:
        """Whether a slot may be given out before it is free.

        The same rule holds for the moment at which the call may leave: what counts then is known now, except that
        running calls may have ended by then and nobody may have taken more. A clock that can stop or jump could let
        the wait outlast the hold of the lease, so there nothing is given out early.
        """
        if self._reach is None or full.soon or full.at > min(deadline, standing.now + timedelta(seconds=AHEAD)):
            return False
        return replace(standing, now=full.at).free(self._reach, weight) is None

    def _locked_times(self, work: System, bucket: str) -> tuple[datetime, datetime]:
        """Clock time and real time, read after the bucket was locked.

        SQLite needs no lock: its writing transactions exclude each other from their first statement on.
        """
        if not self._database.postgresql:
            return work.now, self._real.now()
        found = work.execute(_LOCK_AND_NOW, {"space": _LOCK_SPACE, "bucket": bucket})
        real: datetime = found.scalar_one()
        return (real if self._server_time else work.now), real

    def _times(self, work: System) -> tuple[datetime, datetime]:
        """Clock time and real time."""
        if not self._database.postgresql:
            return work.now, self._real.now()
        real: datetime = work.scalar(_NOW)
        return (real if self._server_time else work.now), real
