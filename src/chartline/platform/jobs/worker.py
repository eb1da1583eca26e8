"""The worker: the one place where jobs are run. One a process, and on SQLite one an installation.

Starts the durable engine, gives signs of life, takes over from the dead, and drives timers and schedules. Refuses a
second worker on the same SQLite file (``database.in_use``).
"""

from __future__ import annotations

import logging
import os
import platform
import secrets
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from chartline.kernel.settings import Settings
from chartline.platform.database import Database
from chartline.platform.jobs import schedules, timers
from chartline.platform.jobs.contract import Job
from chartline.platform.jobs.lock import ProcessLock
from chartline.platform.jobs.lookout import Lookout
from chartline.platform.jobs.outbox import Jobs

if TYPE_CHECKING:
    from chartline.platform.jobs.heartbeat import Heartbeat

TICK = 0.05
"""Real seconds between two looks at queues, timers and schedules; ``poll_seconds`` when that is less."""

_log = logging.getLogger(__name__)


class Worker:
    """Runs jobs until it is stopped. The database's pool needs a connection for each of ``worker_threads`` and five."""

    def __init__(self, database: Database, settings: Settings, jobs: Sequence[Job]) -> None:
        self._database, self._settings, self._known = database, settings, list(jobs)
        self.executor = f"{platform.node()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._jobs = Jobs(database)
        self._lookout = Lookout(database, {job.queue.name for job in jobs})
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock: ProcessLock | None = None
        self._engine: sa.Engine | None = None
        self._heartbeat: Heartbeat | None = None

    def start(self) -> None:
        """Begin to work; returns at once. Raises ``database.in_use``."""
        if not self._database.postgresql:
            self._lock = ProcessLock(Path(self._database.engine.url.database or ".").parent, "worker")
        from dbos import DBOS

        from chartline.platform.jobs import durable, execution
        from chartline.platform.jobs.heartbeat import Heartbeat

        settings, threads = self._settings, self._settings.worker_threads
        url = self._database.engine.url
        durable.migrate(url.render_as_string(hide_password=False))
        self._engine = durable.engine_of(url, pool=threads + 4)
        durable.configure(self._engine, self.executor, threads + 2)
        execution.register(self._database, self._known)
        self._heartbeat = Heartbeat(
            self._database,
            self.executor,
            os.getpid(),
            every=settings.heartbeat_seconds,
            dead_after=settings.dead_after_seconds,
        )
        self._heartbeat.beat()
        self._register_queues()
        DBOS.listen_queues(sorted({job.queue.name for job in self._known}))
        DBOS.launch()
        durable.ask_first(self._lookout.waits_in, {job.queue.name for job in self._known})
        if not self._database.postgresql:
            self._heartbeat.take_over_all()
        self._run("heartbeat", self._heartbeat.keep_beating)
        self._run("watch", self._heartbeat.keep_watching)
        self._run("scheduler", self._keep_ticking)

    def _register_queues(self) -> None:
        """Before the launch: the engine notices queues that appear later only after a second."""
        from chartline.platform.jobs.durable import open_client

        assert self._engine is not None
        client = open_client(self._engine)
        for queue in {job.queue for job in self._known}:
            slots = min(queue.concurrency, self._settings.worker_threads)
            # One practice has a worker to itself; among many, none may take more than half of the slots.
            share = min(slots, max(2, slots // 2)) if self._database.postgresql else slots
            client.register_queue(
                queue.name,
                worker_concurrency=slots,
                partition_worker_concurrency=share,
                polling_interval_sec=self._settings.poll_seconds,
            )

    def _run(self, name: str, work: Callable[[threading.Event], None]) -> None:
        thread = threading.Thread(target=work, args=(self._stop,), name=f"chartline-{name}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _keep_ticking(self, stop: threading.Event) -> None:
        pause = min(TICK, self._settings.poll_seconds)
        while not stop.wait(pause):
            self.tick()

    def tick(self) -> None:
        """Put in line what is due now, and see what is in line. Outlives an outage of the database."""
        try:
            seen = self._lookout.look()
            if seen.timers:
                timers.fire(self._database, self._jobs)
            if seen.schedules:
                schedules.fire(self._database, self._jobs)
            if seen.timers or seen.schedules:
                self._lookout.look()
        except Exception as error:
            _log.warning("queues, timers and schedules could not be looked at: %s", type(error).__name__)

    def stop(self, grace_seconds: int = 10) -> None:
        """Take no more jobs, let running ones end for so many (real) seconds, and leave.

        What is unfinished then is taken up by the next worker at its last finished step. Nothing to do for a worker
        that was refused at its start.
        """
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        if self._engine is not None:
            self._leave(grace_seconds)
            self._engine.dispose()
        self._jobs.close()
        if self._lock is not None:
            self._lock.close()

    def _leave(self, grace_seconds: int) -> None:
        from dbos import DBOS

        busy = self._unfinished() > 0
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=grace_seconds if busy else 0)
        if self._heartbeat is not None and not self._unfinished():
            self._heartbeat.leave()

    def _unfinished(self) -> int:
        table = sa.table(
            "workflow_status",
            sa.column("status", sa.Text),
            sa.column("executor_id", sa.Text),
            schema="dbos" if self._database.postgresql else None,
        )
        mine = (table.c.status == "PENDING", table.c.executor_id == self.executor)
        with self._database.engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*mine)).scalar_one())
