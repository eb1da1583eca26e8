"""Signs of life of worker processes, and taking over the work of those that give none.

Two threads: a sweep that waits for a lock must not look like a death. Real time throughout, on PostgreSQL the
server's. Refuses to judge others before its own beats have gone through for long enough, because after an outage of
the database every beat is old.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

import sqlalchemy as sa
from dbos import DBOS

from chartline.kernel.clock import Clock, SystemClock
from chartline.platform.database import Database, System
from chartline.platform.jobs import metrics
from chartline.platform.jobs.durable import VERSION
from chartline.platform.jobs.issues import Issues, Place
from chartline.platform.jobs.problems import CRASHING
from chartline.platform.jobs.schedules import Schedules
from chartline.platform.jobs.tables import worker

_SWEEP_LOCK = 7401
_REAL: Clock = SystemClock()
_log = logging.getLogger(__name__)


class Heartbeat:
    """This process's signs of life and its eye on the others."""

    def __init__(self, database: Database, executor: str, process: int, *, every: float, dead_after: float) -> None:
        self._database, self._executor, self._process = database, executor, process
        self._every, self._dead_after = every, timedelta(seconds=dead_after)
        self._healthy_since: datetime | None = None

    def beat(self) -> None:
        """Give one sign of life."""
        with self._database.system() as work:
            now = self._now(work)
            mine = sa.update(worker).where(worker.c.executor == self._executor).values(beat=now)
            if work.execute(mine).rowcount == 0:
                work.execute(sa.insert(worker).values(executor=self._executor, process=self._process, beat=now))
        self._healthy_since = self._healthy_since or _REAL.now()

    def keep_beating(self, stop: threading.Event) -> None:
        """Beat until told to stop; outlives an outage of the database."""
        while not stop.wait(self._every):
            try:
                self.beat()
            except Exception as error:
                self._healthy_since = None
                _log.warning("no sign of life could be given: %s", type(error).__name__)

    def keep_watching(self, stop: threading.Event) -> None:
        """Take over from silent workers until told to stop."""
        while not stop.wait(self._every):
            try:
                if self._may_judge():
                    self.sweep()
                self.report_crashing()
            except Exception as error:
                _log.warning("silent workers could not be looked for: %s", type(error).__name__)

    def _may_judge(self) -> bool:
        since = self._healthy_since
        needed = self._dead_after + 2 * timedelta(seconds=self._every)
        return self._database.postgresql and since is not None and _REAL.now() - since > needed

    def sweep(self) -> int:
        """Put the work of every silent worker back in line; says how many jobs. One process sweeps at a time."""
        with self._database.system() as work:
            if not work.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_SWEEP_LOCK))):
                return 0
            late = worker.c.beat < self._now(work) - self._dead_after
            silent = [
                row["executor"]
                for row in work.rows(sa.select(worker.c.executor).where(late, worker.c.executor != self._executor))
            ]
            taken = 0
            for executor in silent:
                taken += self._take_over([executor])
                # The row goes last: when the line above fails, the next sweep tries again.
                work.execute(sa.delete(worker).where(worker.c.executor == executor))
        return taken

    def take_over_all(self) -> int:
        """Put the work of every former worker back in line: for SQLite, where there is one worker and it is this."""
        with self._database.system() as work:
            work.execute(sa.delete(worker).where(worker.c.executor != self._executor))
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        former = {row.executor_id for row in pending if row.executor_id and row.executor_id != self._executor}
        return self._take_over(sorted(former))

    def _take_over(self, executors: list[str]) -> int:
        # Private to the engine's package, which is pinned; a test holds it to what we need of it.
        taken = len(DBOS._recover_pending_workflows(executors)) if executors else 0
        metrics.TAKEN_OVER.inc(taken)
        return taken

    def report_crashing(self) -> int:
        """Put jobs on the desk that the engine gave up because each try ended its process; says how many."""
        if not self._some_given_up():
            return 0
        given_up = DBOS.list_workflows(status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", app_version=VERSION, load_output=False)
        new = 0
        for row in given_up:
            # The engine has taken the job off its queue; the job's own arguments still name it (Jobs.put).
            _, organisation, queue = row.input["args"] if row.input else ("", "", "")
            with self._database.system() as work:
                if Issues().find(work, row.workflow_id, organisation) is None:
                    place = Place(row.workflow_id, organisation, row.name, queue)
                    Issues().open(work, place, CRASHING.problem())
                    Schedules().finished(work, row.workflow_id.partition("#")[0])
                    new += 1
        return new

    def _some_given_up(self) -> bool:
        """Asked in one small statement, because the answer is nearly always no."""
        schema = "dbos" if self._database.postgresql else None
        jobs = sa.table("workflow_status", sa.column("status", sa.Text), schema=schema)
        given_up = sa.select(sa.exists().where(jobs.c.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"))
        with self._database.engine.connect() as connection:
            return bool(connection.execute(given_up).scalar())

    def leave(self) -> None:
        """Say that this worker is gone for good; not while work of it is unfinished, which others must find."""
        with self._database.system() as work:
            work.execute(sa.delete(worker).where(worker.c.executor == self._executor))

    def _now(self, work: System) -> datetime:
        if not self._database.postgresql:
            return _REAL.now()
        now: datetime = work.scalar(sa.select(sa.func.clock_timestamp()))
        return now
