"""Puts jobs in line inside the caller's own transaction, and looks at them, without running any.

Usable in every process. The job exists exactly when the business rows of the same transaction do. Times that come
from the engine (``JobState``) are real time, also in a sandbox, and whole seconds on SQLite.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from chartline.platform.database import Database, System
from chartline.platform.jobs.contract import Queue
from chartline.platform.jobs.issues import Issues
from chartline.platform.jobs.problems import NO_ISSUE
from chartline.platform.jobs.tables import timer

if TYPE_CHECKING:
    from dbos import DBOSClient

STATES = {
    "ENQUEUED": "queued",
    "DELAYED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLED": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}
"""The engine's words for a job's state, and ours."""

LAST_STEP = "settle"
"""The step that ends every run (``execution.py``)."""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as the desk sees it. ``state`` is queued, running, done or failed; times are real time."""

    key: str
    job: str
    queue: str
    organisation: str
    state: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Jobs:
    """The jobs of an installation. One in a process is enough; cheap until it is first used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._opened: DBOSClient | None = None
        self._guard = threading.Lock()
        self._table = sa.table(
            "workflow_status",
            sa.column("status", sa.Text),
            sa.column("name", sa.Text),
            sa.column("queue_name", sa.Text),
            sa.column("queue_partition_key", sa.Text),
            schema="dbos" if database.postgresql else None,
        )

    def _client(self) -> DBOSClient:
        with self._guard:
            if self._opened is None:
                from chartline.platform.jobs.durable import engine_of, open_client

                self._opened = open_client(engine_of(self._database.engine.url, pool=2))
            return self._opened

    def enqueue(
        self, work: System, job: str, queue: Queue | str, arguments: dict[str, str], *, key: str, organisation: str
    ) -> None:
        """Put a job in line in the caller's transaction. The same key twice is one job, whatever its state.

        ``arguments`` are ids only. Raises ValueError for a key that contains ``#`` (kept for jobs that come back).
        """
        if "#" in key:
            raise ValueError("a job's key has no '#'")
        self.put(
            work, job, queue if isinstance(queue, str) else queue.name, arguments, key=key, organisation=organisation
        )

    def later(
        self,
        work: System,
        job: str,
        queue: Queue,
        arguments: dict[str, str],
        *,
        key: str,
        organisation: str,
        at: datetime,
    ) -> None:
        """Put a job in line at a moment of the clock, in the caller's transaction. The same key twice is one job."""
        if "#" in key:
            raise ValueError("a job's key has no '#'")
        build = postgresql.insert if self._database.postgresql else sqlite.insert
        work.execute(
            build(timer)
            .values(
                key=key,
                organisation=organisation,
                job=job,
                queue=queue.name,
                arguments=arguments,
                due_at=at,
                reason="put off",
            )
            .on_conflict_do_nothing()
        )

    def put(
        self, work: System, job: str, queue: str, arguments: Mapping[str, str], *, key: str, organisation: str
    ) -> None:
        """As ``enqueue``, for this room's own timers and schedules."""
        self._client().enqueue_in_transaction(
            work.connection,
            {
                "workflow_name": job,
                "queue_name": queue,
                "workflow_id": key,
                "queue_partition_key": organisation,
                "authenticated_user": organisation,
            },
            dict(arguments),
            organisation,
            queue,
        )

    def list(
        self, organisation: str, *, states: tuple[str, ...] = ("queued", "running", "failed"), limit: int = 100
    ) -> Sequence[JobState]:
        """The organisation's jobs in the given states, newest first."""
        words = [word for word, state in STATES.items() if state in states]
        found = self._client().list_workflows(
            user=organisation, status=words, limit=limit, sort_desc=True, load_input=False, load_output=False
        )
        return [
            JobState(
                row.workflow_id,
                row.name,
                row.queue_name or "",
                organisation,
                STATES[row.status],
                _moment(row.created_at) or datetime.fromtimestamp(0, UTC),
                _moment(row.dequeued_at),
                _moment(row.completed_at),
            )
            for row in found
        ]

    def counts(self, organisation: str | None = None) -> dict[str, int]:
        """How many jobs are queued, running, done and failed, of one organisation or of all."""
        statement = sa.select(self._table.c.status, sa.func.count()).group_by(self._table.c.status)
        if organisation is not None:
            statement = statement.where(self._table.c.queue_partition_key == organisation)
        totals = dict.fromkeys(("queued", "running", "done", "failed"), 0)
        with self._database.engine.connect() as connection:
            for word, number in connection.execute(statement):
                totals[STATES[word]] += number
        return totals

    def depths(self) -> dict[str, int]:
        """How many jobs wait in each queue that has any."""
        waiting = self._table.c.status.in_(("ENQUEUED", "DELAYED"))
        statement = sa.select(self._table.c.queue_name, sa.func.count()).where(waiting)
        with self._database.engine.connect() as connection:
            rows = connection.execute(statement.group_by(self._table.c.queue_name))
            return {str(row[0]): int(row[1]) for row in rows}

    def unfinished(self, organisation: str, *, but: Collection[str] = ()) -> int:
        """How many jobs of an organisation are in line or at work, ``but`` those of some names; cheap, however many
        have ended."""
        table = self._table.c
        words = [word for word, state in STATES.items() if state in ("queued", "running")]
        mine = (
            table.status.in_(words),
            table.queue_partition_key == organisation,
            table.name.not_in(list(but)),
        )
        with self._database.engine.connect() as connection:
            return int(
                connection.execute(sa.select(sa.func.count()).select_from(self._table).where(*mine)).scalar_one()
            )

    def retry(self, key: str, organisation: str) -> None:
        """Run a failed job again from the step that failed; finished steps keep their results.

        Not inside a transaction of the caller. Raises ``job.no_issue`` unless it waits on the desk.
        """
        from chartline.platform.jobs.durable import VERSION

        issues, client = Issues(), self._client()
        with self._database.system() as work:
            issue = issues.find(work, key, organisation)
            if issue is not None and issue.goes_on and not issue.resolved:
                # It waits for its next try: that try is now, and the issue is settled when it goes through.
                work.execute(
                    sa.update(timer).where(timer.c.key.startswith(f"{key}#", autoescape=True)).values(due_at=work.now)
                )
                return
        if issue is None or issue.resolved:
            raise NO_ISSUE.error(key=key)
        steps = client.list_workflow_steps(key, load_output=True)
        failed = [step["function_id"] for step in steps if step["error"] or step["function_name"] == LAST_STEP]
        client.rewind_workflow(
            key,
            start_step=min(failed, default=len(steps) + 1),
            application_version=VERSION,
            queue_name=issue.queue,
            queue_partition_key=organisation,
        )
        with self._database.system() as work:
            issues.resolve(work, key, seen=issue)

    def forget_ended(self, organisation: str, before: datetime, limit: int) -> int:
        """Remove the rows of jobs that ended well before a *real* time; returns how many.

        Afterwards the engine does not know their keys any more, so ``before`` lies far behind everything that may be
        put in line twice. Failed jobs stay: they wait on the desk.
        """
        client = self._client()
        found = client.list_workflows(
            user=organisation,
            status="SUCCESS",
            completed_before=before.astimezone(UTC).isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        client.delete_workflows([row.workflow_id for row in found])
        return len(found)

    def close(self) -> None:
        """Close the connections to the engine's tables."""
        with self._guard:
            if self._opened is not None:
                self._opened.destroy()
                self._opened = None


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
