"""Jobs that come back later: they wait here, in clock time, and hold no worker while they do."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from chartline.platform.database import Database, System
from chartline.platform.jobs.contract import ComeBack
from chartline.platform.jobs.outbox import Jobs
from chartline.platform.jobs.tables import schedule, timer

BATCH = 200
"""Jobs put back in line in one transaction."""


def wait(
    work: System, come_back: ComeBack, *, key: str, organisation: str, job: str, queue: str, arguments: dict[str, str]
) -> None:
    """Put a job on the clock. The same key again moves the one that waits."""
    work.execute(sa.delete(timer).where(timer.c.key == key))
    work.execute(
        sa.insert(timer).values(
            key=key,
            organisation=organisation,
            job=job,
            queue=queue,
            arguments=arguments,
            due_at=come_back.at,
            reason=come_back.reason,
        )
    )


def fire(database: Database, jobs: Jobs) -> int:
    """Put every job whose time has come back in line; says how many."""
    with database.system() as work:
        due = timer.c.due_at <= work.now
        rows = work.rows(
            sa.select(timer).where(due).order_by(timer.c.due_at).limit(BATCH).with_for_update(skip_locked=True)
        )
        for row in rows:
            jobs.put(work, row["job"], row["queue"], row["arguments"], key=row["key"], organisation=row["organisation"])
            work.execute(sa.delete(timer).where(timer.c.key == row["key"]))
    return len(rows)


def next_due(database: Database) -> datetime | None:
    """When the next waiting job or schedule is due (clock time); None when nothing waits.

    A sandbox may move its clock there once nothing is queued or running.
    """
    with database.engine.connect() as connection:
        waiting = connection.execute(sa.select(sa.func.min(timer.c.due_at))).scalar()
        planned = connection.execute(
            sa.select(sa.func.min(schedule.c.next_at)).where(~schedule.c.paused, schedule.c.running.is_(None))
        ).scalar()
    return min((moment for moment in (waiting, planned) if moment is not None), default=None)
