"""One cheap question to the database in place of many: is a queue, a timer or a schedule waiting for a worker?

The durable engine looks at every queue in several transactions, and an idle worker would do little else. So a worker
asks this question a few times a second, in one statement that is answered from indexes, and lets the engine look at
those queues only that hold something (``durable.ask_first``). Answers too much rather than too little: a queue whose
jobs this worker may not take yet is reported too. Refuses nothing; a failure of the database is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import sqlalchemy as sa

from chartline.platform.database import Database, Instant
from chartline.platform.jobs.tables import schedule, timer


class _Cursor(Protocol):
    def fetchone(self) -> Sequence[object] | None: ...


class _Driver(Protocol):
    def execute(self, statement: str, values: Mapping[str, object], /) -> _Cursor: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What waits at this moment."""

    timers: bool
    schedules: bool
    queues: frozenset[str]


class Lookout:
    """The eye of one worker on the queues it knows."""

    def __init__(self, database: Database, queues: Collection[str]) -> None:
        self._clock, self._dialect, self._queues = database.clock, database.engine.dialect, tuple(sorted(queues))
        # PostgreSQL is asked without a transaction around: one round trip in place of three.
        self._engine = (
            database.engine.execution_options(isolation_level="AUTOCOMMIT") if database.postgresql else database.engine
        )
        self._question = _question(self._queues, self._dialect)
        self._last = Seen(timers=False, schedules=False, queues=frozenset())

    def look(self) -> Seen:
        """Ask the database. Raises its driver's errors; what was seen last is kept then."""
        now = Instant().process_bind_param(self._clock.now(), self._dialect)
        with self._engine.connect() as connection:
            # On the driver itself, because an idle worker does hardly anything else.
            driver = cast("_Driver", connection.connection.driver_connection)
            try:
                found = driver.execute(self._question, {"now": now}).fetchone() or ()
            except Exception:
                connection.invalidate()
                raise
        timers, schedules, *filled = map(bool, found)
        queues = frozenset(name for name, some in zip(self._queues, filled, strict=True) if some)
        self._last = Seen(timers=timers, schedules=schedules, queues=queues)
        return self._last

    def waits_in(self, queue: str) -> bool:
        """Whether a job waited in the queue at the last look; asks nothing."""
        return queue in self._last.queues


def _question(queues: Collection[str], dialect: sa.Dialect) -> str:
    postgresql = dialect.name == "postgresql"
    now: sa.ColumnElement[int] = sa.literal_column("@now", sa.BigInteger)
    jobs = sa.table("workflow_status", sa.column("queue_name", sa.Text), schema="dbos" if postgresql else None)
    # SQLite uses a partial index only for a query that repeats the index's condition word for word.
    queued = sa.literal_column("status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')")
    ready = (schedule.c.next_at <= now, ~schedule.c.paused, schedule.c.running.is_(None))
    conditions: list[tuple[sa.ColumnElement[bool], ...]] = [(timer.c.due_at <= now,), ready]
    conditions += [(jobs.c.queue_name == name, queued) for name in queues]
    statement = sa.select(*[sa.exists().where(*condition) for condition in conditions])
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text.replace("@now", "%(now)s" if postgresql else ":now")
