"""How a connection is doing, and the circuit that keeps a vendor who is down from being called.

After ``FAILURES`` calls in a row without an answer (unreachable, silent, or an error of a gateway) nothing is sent for
``FIRST_PAUSE``; then one call tries, and each further failure doubles the pause up to ``LONGEST_PAUSE``. Whoever calls
meanwhile is refused, and comes again by the table of every trouble that passes. A refusal in the vendor's own words is
an answer. What is sound costs no write: rows change when something fails, when it works again, and else once a minute.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from chartline.platform.database import Database, Id, Instant, Work, metadata

FAILURES = 8
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
NOTE_EVERY = 60.0
"""Real seconds between two notes that all is well."""

connection_health_table = sa.Table(
    "connection_health",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("connection", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False, comment="calls in a row without an answer"),
    sa.Column("closed_until", Instant, comment="nothing is sent before"),
    sa.Column("answered", Instant, comment="the last answer, exact to a minute"),
    sa.Column("failed", Instant, comment="the last call without an answer"),
    sa.Column("problem", sa.String(64), nullable=False, comment="code of the last failure"),
)


class Standing(StrEnum):
    """How a connection is doing."""

    UNKNOWN = "unknown"
    """It was never called."""
    WELL = "well"
    TROUBLED = "troubled"
    """The last calls had no answer; it is still tried."""
    DOWN = "down"
    """So many had none that it is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Health:
    """The health of one connection. ``until`` is when it is tried again, if it is left alone now."""

    standing: Standing
    failures: int = 0
    until: datetime | None = None
    answered: datetime | None = None
    failed: datetime | None = None
    problem: str = ""


NEVER_CALLED = Health(Standing.UNKNOWN)


def healths(work: Work) -> dict[str, Health]:
    """The health of every connection that was ever called, by its id; one query."""
    return {row["connection"]: _health(row, work.now) for row in work.rows(work.select(connection_health_table))}


def reset(work: Work, connection: str) -> None:
    """Forget failures: a person says that it works again, and the next call is tried at once."""
    columns = connection_health_table.c
    change = work.update(connection_health_table).where(columns.connection == connection)
    work.execute(change.values(failures=0, closed_until=None))


class Circuit:
    """The circuit of one connection in one process. What others saw is learned with the first failure of our own."""

    def __init__(self, database: Database, organisation: str, connection: str) -> None:
        self._database, self._organisation, self._connection = database, organisation, connection
        self._lock = threading.Lock()
        self._failures = 0
        self._until: datetime | None = None
        self._noted = 0.0
        self._loaded = False

    def closed_until(self) -> datetime | None:
        """When the vendor is to be tried again; None when it may be called now."""
        if not self._loaded:
            self._load()
        until = self._until
        if until is None:
            return None
        with self._lock:
            if self._until is None or self._until > self._database.clock.now():
                return self._until
            # One call tries; the others wait for what it learns, or for the next pause to be over.
            self._until = self._database.clock.now() + FIRST_PAUSE
            return None

    def reset(self) -> None:
        """Let the next call try; what is learned by it counts from one."""
        with self._lock:
            self._failures, self._until, self._loaded = 0, None, True
        with self._database.work(self._organisation) as work:
            reset(work, self._connection)

    def answered(self) -> None:
        """A call had an answer, whatever it said."""
        now = time.monotonic()
        if not self._failures and self._until is None and now - self._noted < NOTE_EVERY:
            return
        with self._lock:
            self._failures, self._until, self._noted = 0, None, now
        with self._database.work(self._organisation) as work:
            sound: dict[str, object] = {"failures": 0, "closed_until": None, "answered": work.now}
            if not _change(work, self._connection, sound):
                fresh: dict[str, object] = {"connection": self._connection, "failed": None, "problem": ""}
                work.insert_new(connection_health_table, **fresh, **sound)

    def failed(self, problem: str) -> None:
        """A call had no answer; ``problem`` is the code of why."""
        with self._database.work(self._organisation) as work:
            columns = connection_health_table.c
            work.insert_new(
                connection_health_table,
                connection=self._connection,
                failures=0,
                closed_until=None,
                answered=None,
                failed=None,
                problem="",
            )
            grown = work.update(connection_health_table).where(columns.connection == self._connection)
            failures = int(
                work.scalar(
                    grown.values(failures=columns.failures + 1, failed=work.now, problem=problem[:64]).returning(
                        columns.failures
                    )
                )
            )
            until = work.now + _pause(failures) if failures >= FAILURES else None
            _change(work, self._connection, {"closed_until": until})
        with self._lock:
            self._failures, self._until, self._loaded = failures, until, True

    def _load(self) -> None:
        with self._database.read(self._organisation) as work:
            columns = connection_health_table.c
            row = work.row(work.select(connection_health_table).where(columns.connection == self._connection))
        with self._lock:
            self._loaded = True
            if row is not None:
                self._failures, self._until = row["failures"], row["closed_until"]


def _pause(failures: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(failures - FAILURES, 10), LONGEST_PAUSE)


def _change(work: Work, connection: str, values: dict[str, object]) -> bool:
    columns = connection_health_table.c
    change = work.update(connection_health_table).where(columns.connection == connection).values(**values)
    return work.execute(change).rowcount == 1


def _health(row: sa.RowMapping, now: datetime) -> Health:
    until: datetime | None = row["closed_until"]
    if until is not None and until > now:
        standing = Standing.DOWN
    else:
        standing = Standing.TROUBLED if row["failures"] else Standing.WELL
        until = None
    return Health(standing, row["failures"], until, row["answered"], row["failed"], row["problem"])
