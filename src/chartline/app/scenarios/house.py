"""What a scenario sees of an installation from inside: how much is under way, and its processes."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from chartline.app.services import Services
from chartline.domains.sync.tables import sync_change_table
from chartline.platform.exchange.tables import exchange_table
from chartline.platform.jobs.tables import schedule, timer
from chartline.sandbox.processes import Process
from chartline.sandbox.week.pace import Load

AT_WORK = 1.0
"""Real seconds in which a worker that is to be killed may get something to do."""


_MINE = sa.bindparam("organisation")
_STATE = sa.select(
    sa.select(sa.func.min(timer.c.due_at)).scalar_subquery().label("due"),
    sa.select(sa.func.min(schedule.c.next_at))
    .where(~schedule.c.paused, schedule.c.running.is_(None))
    .scalar_subquery()
    .label("planned"),
    sa.select(sa.func.count())
    .select_from(sync_change_table)
    .where(sync_change_table.c.organisation_id == _MINE, sync_change_table.c.dead.is_(False))
    .scalar_subquery()
    .label("unsent"),
    # Ids grow with time: another newest one means that somebody called the vendor.
    sa.select(exchange_table.c.id)
    .where(exchange_table.c.organisation_id == _MINE)
    .order_by(exchange_table.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("newest"),
)
"""When the next sleeping job and the next schedule are due, what is still to be sent (what was put aside for a person
is not), and the newest exchange with the vendor."""


class Installation:
    """Answers ``sandbox.week.pace.Watch`` and ``sandbox.week.play.House`` for one practice."""

    def __init__(
        self, services: Services, organisation: str, workers: list[Process], aside: Collection[str] = ()
    ) -> None:
        """``aside`` are jobs that nobody waits for; they do not count as work under way."""
        self._services, self._organisation, self._workers, self._aside = services, organisation, workers, aside

    def load(self) -> Load:
        """What is under way now, read from the database in two statements: it is asked many times a second."""
        services = self._services
        busy = services.jobs.unfinished(self._organisation, but=self._aside)
        with services.database.read(self._organisation) as work:
            row = work.connection.execute(_STATE, {"organisation": self._organisation}).one()
        now = services.clock.now()
        due: datetime | None = row.due
        return Load(
            busy=busy,
            unsent=row.unsent,
            due=due if due is None or due > now else None,
            late=any(moment is not None and moment <= now for moment in (due, row.planned)),
            mark=f"{row.newest} {busy} {row.unsent}",
        )

    def loaded(self) -> tuple[int, int]:
        """Patients and visits in the records."""
        with self._services.database.read(self._organisation) as work:
            records = self._services.records
            return records.count(work, "Patient"), records.count(work, "Appointment")

    def poll(self) -> None:
        """Make every schedule of the practice due now."""
        services = self._services
        with services.database.system() as work:
            for each in services.schedules.list(work, self._organisation):
                services.schedules.run_now(work, self._organisation, each.name)

    def kill(self, number: int) -> None:
        """Kill a worker with SIGKILL while it is at work, if it soon is, and start it again."""
        worker = self._workers[number % len(self._workers)]
        until = time.monotonic() + AT_WORK
        while self._services.jobs.unfinished(self._organisation) == 0 and time.monotonic() < until:
            time.sleep(0.005)
        worker.kill()
        worker.start()
        worker.wait_ready()
