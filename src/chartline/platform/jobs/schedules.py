"""Jobs that run again and again: at most one run of a schedule at a time, and missed runs count as one.

Times are clock time. Refuses intervals below one second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chartline.platform.database import Database, System
from chartline.platform.jobs.contract import Queue
from chartline.platform.jobs.outbox import Jobs
from chartline.platform.jobs.tables import schedule


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of an organisation. ``running`` is the key of the run that is not over yet."""

    organisation: str
    name: str
    job: str
    queue: str
    arguments: Mapping[str, str]
    every_seconds: int
    next_at: datetime
    running: str | None
    paused: bool
    last_started: datetime | None
    last_finished: datetime | None


class Schedules:
    """Reads and changes schedules, inside the caller's transaction."""

    def put(
        self,
        work: System,
        organisation: str,
        name: str,
        job: str,
        queue: Queue,
        arguments: dict[str, str],
        every_seconds: int,
        *,
        first_at: datetime | None = None,
    ) -> None:
        """Create a schedule, or change the one of that name; a run that is under way goes on.

        It starts at ``first_at``, or at once; an existing one keeps its next time unless the new one is sooner.
        """
        if every_seconds < 1:
            raise ValueError("a schedule repeats after a second or more")
        values: dict[str, object] = {
            "job": job,
            "queue": queue.name,
            "arguments": arguments,
            "every_seconds": every_seconds,
        }
        known = work.row(_one(organisation, name))
        if known is None:
            values |= {"next_at": first_at or work.now, "paused": False}
            work.execute(sa.insert(schedule).values(organisation=organisation, name=name, **values))
            return
        values["next_at"] = min(known["next_at"], first_at or work.now + timedelta(seconds=every_seconds))
        self._change(work, organisation, name, **values)

    def pause(self, work: System, organisation: str, name: str) -> bool:
        """Start no more runs; False when there is no such schedule."""
        return self._change(work, organisation, name, paused=True)

    def resume(self, work: System, organisation: str, name: str) -> bool:
        """Start runs again; what was missed counts as one. False when there is no such schedule."""
        return self._change(work, organisation, name, paused=False)

    def run_now(self, work: System, organisation: str, name: str) -> bool:
        """Make the next run due at once (after the one under way, if any). False when there is no such schedule."""
        return self._change(work, organisation, name, next_at=work.now)

    def hasten(self, work: System, organisation: str, job: str, connections: Sequence[str], at: datetime) -> int:
        """Make the next runs of a job for connections due at ``at``, if they are not sooner; how many were moved."""
        late = (
            schedule.c.organisation == organisation,
            schedule.c.job == job,
            schedule.c.next_at > at,
            schedule.c.arguments["connection"].as_string().in_(connections),
        )
        return work.execute(sa.update(schedule).where(*late).values(next_at=at)).rowcount

    def pace(
        self,
        work: System,
        organisation: str,
        name: str,
        every_seconds: int,
        next_at: datetime,
        unless_moved_from: datetime | None = None,
    ) -> bool:
        """Let a schedule run at another interval, first at ``next_at``; False when there is no such schedule.

        With ``unless_moved_from`` the next time stays as it is when it is not that moment any more: somebody has made
        the schedule due meanwhile.
        """
        if not self._change(work, organisation, name, every_seconds=every_seconds):
            return False
        mine = [schedule.c.organisation == organisation, schedule.c.name == name]
        if unless_moved_from is not None:
            mine.append(schedule.c.next_at == unless_moved_from)
        work.execute(sa.update(schedule).where(*mine).values(next_at=next_at))
        return True

    def remove(self, work: System, organisation: str, name: str) -> bool:
        """Forget a schedule; a run that is under way goes on. False when there is no such schedule."""
        mine = (schedule.c.organisation == organisation, schedule.c.name == name)
        return work.execute(sa.delete(schedule).where(*mine)).rowcount == 1

    def list(self, work: System, organisation: str) -> Sequence[Schedule]:
        """The organisation's schedules by name."""
        statement = sa.select(schedule).where(schedule.c.organisation == organisation).order_by(schedule.c.name)
        return [Schedule(**row) for row in work.rows(statement)]

    def find(self, work: System, organisation: str, name: str) -> Schedule | None:
        """One schedule, or None."""
        mine = (schedule.c.organisation == organisation, schedule.c.name == name)
        row = work.row(sa.select(schedule).where(*mine))
        return Schedule(**row) if row else None

    def due(self, work: System) -> Sequence[Schedule]:
        """Schedules of all organisations that may start now: due, not paused, and their last run over."""
        ready = (schedule.c.next_at <= work.now, ~schedule.c.paused, schedule.c.running.is_(None))
        statement = sa.select(schedule).where(*ready).order_by(schedule.c.next_at).with_for_update(skip_locked=True)
        return [Schedule(**row) for row in work.rows(statement)]

    def started(self, work: System, plan: Schedule, key: str) -> None:
        """A run was put in line under ``key``: the next one is the first whole interval after now."""
        behind = (work.now - plan.next_at) // timedelta(seconds=plan.every_seconds)
        next_at = plan.next_at + timedelta(seconds=plan.every_seconds) * (behind + 1)
        self._change(
            work, plan.organisation, plan.name, running=key, next_at=next_at, last_started=work.now, last_finished=None
        )

    def finished(self, work: System, key: str) -> None:
        """The run with this key is over, well or not; nothing when no schedule had started it."""
        work.execute(sa.update(schedule).where(schedule.c.running == key).values(running=None, last_finished=work.now))

    def _change(self, work: System, organisation: str, name: str, **values: object) -> bool:
        mine = (schedule.c.organisation == organisation, schedule.c.name == name)
        return work.execute(sa.update(schedule).where(*mine).values(**values)).rowcount == 1


def _one(organisation: str, name: str) -> sa.Select[tuple[datetime]]:
    mine = (schedule.c.organisation == organisation, schedule.c.name == name)
    return sa.select(schedule.c.next_at).where(*mine)


def fire(database: Database, jobs: Jobs) -> int:
    """Start every schedule that is due; says how many."""
    plans = Schedules()
    with database.system() as work:
        due = plans.due(work)
        for plan in due:
            key = f"{_begins(plan.organisation)}{plan.name}/{plan.next_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
            jobs.put(work, plan.job, plan.queue, plan.arguments, key=key, organisation=plan.organisation)
            plans.started(work, plan, key)
    return len(due)


def schedule_of(key: str, organisation: str) -> str | None:
    """The name of the schedule that started the job with this key; None for a job that somebody else put in line."""
    begins = _begins(organisation)
    return key[len(begins) :].rpartition("/")[0] if key.startswith(begins) else None


def _begins(organisation: str) -> str:
    return f"schedule/{organisation}/"
