"""Failed jobs that wait for a person: one row for each, with the problem in words.

Written in the job's last step. Refuses to keep anything of an error but its problem: code, sentences, ids.
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
    """A job that stopped. ``at`` is clock time; ``resolved`` once it was run again or went through."""

    key: str
    organisation: str
    job: str
    queue: str
    problem: Problem
    at: datetime
    resolved: bool


class Issues:
    """Reads and writes failed jobs."""

    def open(self, work: System, key: str, organisation: str, job: str, queue: str, problem: Problem) -> None:
        """Keep a failure; the newest problem of a job replaces the one before."""
        values: dict[str, object] = {
            "organisation": organisation,
            "job": job,
            "queue": queue,
            "code": problem.code,
            "blame": problem.blame.value,
            "again": problem.again.value,
            "say": problem.say,
            "next_step": problem.do,
            "evidence": problem.evidence,
            "fields": dict(problem.fields),
            "at": work.now,
            "state": "open",
        }
        if work.execute(sa.update(job_issue).where(job_issue.c.key == key).values(**values)).rowcount == 0:
            work.execute(sa.insert(job_issue).values(key=key, **values))

    def resolve(self, work: System, key: str, *, seen: Issue | None = None) -> None:
        """The job was run again or went through; nothing if it never failed, or has failed anew since ``seen``."""
        statement = sa.update(job_issue).where(job_issue.c.key == key).values(state="resolved")
        work.execute(statement if seen is None else statement.where(job_issue.c.at == seen.at))

    def find(self, work: System, key: str, organisation: str) -> Issue | None:
        """The issue of a job, or None when that organisation has none with this key."""
        row = work.row(sa.select(job_issue).where(job_issue.c.key == key, job_issue.c.organisation == organisation))
        return _issue(row) if row else None

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
        row["key"], row["organisation"], row["job"], row["queue"], problem, row["at"], row["state"] == "resolved"
    )
