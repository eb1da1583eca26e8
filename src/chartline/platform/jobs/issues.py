"""Failed jobs that wait for a person: one row for each, with the problem in words.

Written in the job's last step. The runs of one schedule share a row for each problem: it counts, it names the newest
run, and the next run that goes through resolves it. So a vendor that is away for a night is one entry, not hundreds.
Refuses to keep anything of an error but its problem: code, sentences, ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, Problem
from chartline.platform.database import System
from chartline.platform.jobs.tables import job_issue


@dataclass(frozen=True, slots=True)
class Issue:
    """A job that stopped. ``at`` is clock time; ``resolved`` once it was run again or went through.

    ``times`` is how often it failed so since ``first_at``; ``goes_on`` says that it is still tried again by itself.
    """

    key: str
    organisation: str
    job: str
    queue: str
    problem: Problem
    at: datetime
    resolved: bool
    connection: str = ""
    times: int = 1
    first_at: datetime | None = None
    schedule: str | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """Open issues that are one trouble: the same job, connection and problem. ``newest`` stands for all of them."""

    newest: Issue
    keys: tuple[str, ...]
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Which job it is that failed. ``connection`` is the one it worked with; ``schedule`` the one that started it."""

    key: str
    organisation: str
    job: str
    queue: str
    connection: str = ""
    schedule: str | None = None
    goes_on: bool = False


class Issues:
    """Reads and writes failed jobs."""

    def open(self, work: System, place: Place, problem: Problem) -> None:
        """Keep a failure; the newest problem of a job replaces the one before, and that of a schedule's earlier run."""
        known = work.row(sa.select(job_issue).where(job_issue.c.key == place.key))
        before = known if known is not None and known["code"] == problem.code else None
        if place.schedule is not None:
            same = (
                job_issue.c.organisation == place.organisation,
                job_issue.c.schedule == place.schedule,
                job_issue.c.code == problem.code,
                job_issue.c.state == "open",
                job_issue.c.key != place.key,
            )
            before = work.row(sa.select(job_issue).where(*same).order_by(job_issue.c.at.desc()).limit(1)) or before
            work.execute(sa.delete(job_issue).where(*same))
        values: dict[str, object] = {
            "organisation": place.organisation,
            "job": place.job,
            "queue": place.queue,
            "connection": place.connection,
            "schedule": place.schedule,
            "goes_on": place.goes_on,
            "code": problem.code,
            "blame": problem.blame.value,
            "again": problem.again.value,
            "say": problem.say,
            "next_step": problem.do,
            "evidence": problem.evidence,
            "fields": dict(problem.fields),
            "at": work.now,
            "times": 1 if before is None else before["times"] + 1,
            "first_at": work.now if before is None else before["first_at"] or before["at"],
            "state": "open",
        }
        if known is not None:
            work.execute(sa.update(job_issue).where(job_issue.c.key == place.key).values(**values))
        else:
            work.execute(sa.insert(job_issue).values(key=place.key, **values))

    def went_through(self, work: System, run: str, organisation: str, schedule: str | None) -> None:
        """A job went through: what it said while it was tried again is settled, and what earlier runs of it said."""
        mine = job_issue.c.key == run
        if schedule is not None:
            mine = sa.or_(mine, job_issue.c.schedule == schedule)
        statement = sa.update(job_issue).where(job_issue.c.organisation == organisation, mine)
        work.execute(statement.where(job_issue.c.state == "open").values(state="resolved", goes_on=False))

    def resolve(self, work: System, key: str, *, seen: Issue | None = None) -> None:
        """The job was run again or went through; nothing if it never failed, or has failed anew since ``seen``."""
        statement = sa.update(job_issue).where(job_issue.c.key == key).values(state="resolved")
        work.execute(statement if seen is None else statement.where(job_issue.c.at == seen.at))

    def find(self, work: System, key: str, organisation: str) -> Issue | None:
        """The issue of a job, or None when that organisation has none with this key."""
        row = work.row(sa.select(job_issue).where(job_issue.c.key == key, job_issue.c.organisation == organisation))
        return _issue(row) if row else None

    def groups(self, work: System, organisation: str, *, limit: int = 100) -> Sequence[IssueGroup]:
        """Open issues by job, connection and problem, newest first, in one query of ``10 * limit`` rows at most."""
        found: dict[tuple[str, str, str], list[Issue]] = {}
        for issue in self.list(work, organisation, limit=10 * limit):
            found.setdefault((issue.job, issue.connection, issue.problem.code), []).append(issue)
        return [
            IssueGroup(
                issues[0],
                tuple(issue.key for issue in issues),
                sum(issue.times for issue in issues),
                min(issue.first_at or issue.at for issue in issues),
                issues[0].at,
            )
            for issues in list(found.values())[:limit]
        ]

    def list(self, work: System, organisation: str, *, resolved: bool = False, limit: int = 100) -> Sequence[Issue]:
        """The organisation's failed jobs, newest first."""
        state = "resolved" if resolved else "open"
        mine = (job_issue.c.organisation == organisation, job_issue.c.state == state)
        rows = work.rows(sa.select(job_issue).where(*mine).order_by(job_issue.c.at.desc()).limit(limit))
        return [_issue(row) for row in rows]

    def count(self, work: System, organisation: str) -> int:
        """How many failed jobs wait for somebody."""
        mine = (job_issue.c.organisation == organisation, job_issue.c.state == "open")
        return int(work.scalar(sa.select(sa.func.count()).where(*mine)) or 0)


def _issue(row: sa.RowMapping) -> Issue:
    problem = Problem(
        row["code"],
        Blame(row["blame"]),
        Again(row["again"]),
        row["say"],
        row["next_step"],
        row["evidence"],
        dict(row["fields"]),
    )
    return Issue(
        row["key"],
        row["organisation"],
        row["job"],
        row["queue"],
        problem,
        row["at"],
        row["state"] == "resolved",
        row["connection"],
        row["times"],
        row["first_at"],
        row["schedule"],
        row["goes_on"],
    )
