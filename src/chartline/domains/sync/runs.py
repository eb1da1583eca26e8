"""Every piece of synchronisation is a run: who asked for it, how far it is, what came of it, when it should be over.

A run outlives the worker that began it: its row is the memory of a job, and the job that goes on after a crash goes on
with the same row. Counts are added in the transaction that stores what they count, so nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.sync.log import Happened
from chartline.domains.sync.tables import sync_run_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

NO_RUN = ErrorKind(
    "sync.no_run",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such run.",
    "See the list of runs for the ones that are kept.",
    status=404,
)

SCHEDULE = "schedule"
"""Who started a run that nobody asked for."""


class What(StrEnum):
    """What a run does."""

    PULL_PATIENTS = "pull_patients"
    PULL_VISITS = "pull_visits"
    PUSH = "push"
    PATIENT = "patient"
    """One patient, both ways."""
    VISIT = "visit"
    BULK = "bulk"
    """Our visits between two days."""
    FULL = "full"
    """Everything the vendor has, from a day on or from the beginning."""
    CENSUS = "census"
    REPAIR = "repair"
    """Fetches or sends what a census missed."""
    FETCH = "fetch"
    """Records that a vendor told us of."""
    ELIGIBILITY = "eligibility"


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    """For budget, or for a vendor that is away; goes on by itself."""
    DONE = "done"
    FAILED = "failed"
    """It waits on the desk; a retry goes on where it stopped."""
    STOPPED = "stopped"
    """Synchronisation was switched off."""


DIRECTIONS: Mapping[What, str] = {
    What.PULL_PATIENTS: "in",
    What.PULL_VISITS: "in",
    What.FETCH: "in",
    What.FULL: "in",
    What.CENSUS: "in",
    What.PUSH: "out",
    What.BULK: "out",
}
"""Which way records go; the others go both ways."""
OVER = (RunState.DONE, RunState.FAILED, RunState.STOPPED)
_COLUMNS = sync_run_table.c


@dataclass(frozen=True, slots=True)
class Counts:
    """What came of records. ``done`` counts every record that was looked at."""

    done: int = 0
    created: int = 0
    changed: int = 0
    refused: int = 0
    conflicts: int = 0
    unknown: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)))


_COUNTED = {
    Happened.CREATED: Counts(1, created=1),
    Happened.CHANGED: Counts(1, changed=1),
    Happened.LINKED: Counts(1, changed=1),
    Happened.REFUSED: Counts(1, refused=1),
    Happened.CONFLICT: Counts(1, conflicts=1),
    Happened.UNKNOWN: Counts(0, unknown=1),
}


def counted(happened: Happened) -> Counts:
    """What one record adds to the counts."""
    return _COUNTED.get(happened, Counts(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One run. ``subject`` is what it is about: a patient, a visit, two days, or empty text for all.

    ``total`` is None while nobody knows how many records there are; ``next_at`` is when a waiting run goes on.
    """

    id: str
    connection: str
    what: What
    direction: str
    subject: str
    started_by: str
    state: RunState
    asked: datetime
    started: datetime | None
    at: datetime
    finished: datetime | None
    next_at: datetime | None
    total: int | None
    counts: Counts
    problem_code: str | None
    cursor: str

    def expected_finish(self, now: datetime, forecast: datetime | None = None) -> datetime | None:
        """When it should be over: by its pace so far, and not before ``forecast``, when the budgets allow its calls.

        None when it is over, or when nothing is known yet.
        """
        if self.state in OVER:
            return None
        by_pace = None
        done = self.counts.done
        if self.total is not None and self.started is not None and done > 0:
            left = max(0, self.total - done)
            by_pace = max(now, self.next_at or now) + (self.at - self.started) * left / done
        known = [moment for moment in (by_pace, forecast) if moment is not None]
        return max(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs to list; None means any."""

    connection: str | None = None
    what: What | None = None
    state: RunState | None = None
    started_by: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_news: bool = False
    """Leave out runs that found nothing to do."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs, newest first, and the cursor of the next page (empty at the end)."""

    runs: tuple[SyncRun, ...]
    cursor: str


def open_run(
    work: Work,
    connection: str,
    what: What,
    started_by: str,
    *,
    subject: str = "",
    run_id: str = "",
    total: int | None = None,
) -> str:
    """A run that waits for its job; answers its id. The same ``run_id`` again is the same run."""
    identity = run_id or new_id()
    work.insert_new(
        sync_run_table,
        id=identity,
        connection=connection,
        what=what.value,
        direction=DIRECTIONS.get(what, "both"),
        subject=subject[:64],
        started_by=started_by[:100],
        state=RunState.QUEUED.value,
        asked=work.now,
        at=work.now,
        total=total,
        cursor="",
        **{each.name: 0 for each in fields(Counts)},
    )
    return identity


def begin(work: Work, run_id: str) -> None:
    """Its job is at work, for the first time or again."""
    running: dict[str, object] = {"state": RunState.RUNNING.value, "next_at": None, "finished": None}
    running |= {"started": sa.func.coalesce(_COLUMNS.started, sa.literal(work.now, _COLUMNS.started.type))}
    _change(work, run_id, problem_code=None, **running)


def progress(
    work: Work,
    run_id: str,
    counts: Counts,
    *,
    cursor: str | None = None,
    total: int | None = None,
    left: int | None = None,
) -> None:
    """Add what was just stored. ``left`` is how many records are still to come, where that is known."""
    added: dict[str, object] = {
        each.name: _COLUMNS[each.name] + getattr(counts, each.name)
        for each in fields(Counts)
        if getattr(counts, each.name)
    }
    if cursor is not None:
        added["cursor"] = cursor
    if total is not None:
        added["total"] = total
    if left is not None:
        added["total"] = _COLUMNS.done + counts.done + left
    _change(work, run_id, at=work.now, **added)


def wait(work: Work, run_id: str, until: datetime, code: str = "") -> None:
    """It goes on at ``until``; ``code`` says why it waits."""
    _change(work, run_id, state=RunState.WAITING.value, next_at=until, problem_code=code[:80] or None)


def finish(work: Work, run_id: str, state: RunState = RunState.DONE, code: str = "") -> None:
    """It is over, for now or for good."""
    ended: dict[str, object] = {"state": state.value, "finished": work.now, "next_at": None}
    _change(work, run_id, problem_code=code[:80] or None, **ended)


def read_run(work: Work, run_id: str) -> SyncRun:
    """One run. Raises ``sync.no_run``."""
    row = work.row(work.select(sync_run_table).where(_COLUMNS.id == run_id))
    if row is None:
        raise NO_RUN.error(run=run_id)
    return _run(row)


def list_runs(work: Work, wanted: RunFilter, cursor: str = "", limit: int = 50) -> RunPage:
    """A page of runs, newest first. ``cursor`` is what the page before gave."""
    statement = work.select(sync_run_table).where(*_conditions(wanted))
    if cursor:
        statement = statement.where(_COLUMNS.id < cursor)
    rows = work.rows(statement.order_by(_COLUMNS.id.desc()).limit(limit + 1))
    runs = tuple(_run(row) for row in rows[:limit])
    return RunPage(runs, runs[-1].id if len(rows) > limit else "")


def last_runs(work: Work, within: timedelta = timedelta(days=31)) -> dict[tuple[str, What], SyncRun]:
    """The last run that went through, by connection and what it did, of the last month; one query."""
    place = sa.func.row_number().over(partition_by=(_COLUMNS.connection, _COLUMNS.what), order_by=_COLUMNS.id.desc())
    ranked = (
        work.select(sync_run_table, *sync_run_table.c, place.label("place"))
        .where(_COLUMNS.state == RunState.DONE.value, _COLUMNS.asked >= work.now - within)
        .subquery()
    )
    rows = work.rows(sa.select(ranked).where(ranked.c.place == 1))
    return {(row["connection"], What(row["what"])): _run(row) for row in rows}


def open_runs(work: Work, connection: str | None = None, limit: int = 50) -> Sequence[SyncRun]:
    """Runs that are not over, oldest first."""
    live = [each.value for each in RunState if each not in OVER]
    statement = work.select(sync_run_table).where(_COLUMNS.state.in_(live))
    if connection:
        statement = statement.where(_COLUMNS.connection == connection)
    return [_run(row) for row in work.rows(statement.order_by(_COLUMNS.id).limit(limit))]


def totals(work: Work, since: datetime, until: datetime, connection: str | None = None) -> Counts:
    """What all runs that began between two moments did together."""
    sums = [sa.func.coalesce(sa.func.sum(_COLUMNS[each.name]), 0).label(each.name) for each in fields(Counts)]
    statement = work.select(sync_run_table, *sums).where(_COLUMNS.asked >= since, _COLUMNS.asked < until)
    if connection:
        statement = statement.where(_COLUMNS.connection == connection)
    row = work.row(statement)
    assert row is not None
    return Counts(**{each.name: int(row[each.name]) for each in fields(Counts)})


def forget_runs(work: Work, before: datetime, *, only_quiet: bool, limit: int = 1000) -> int:
    """Remove runs that were over before a moment, at most so many; how many were removed."""
    conditions = [_COLUMNS.finished < before, _COLUMNS.state.in_([each.value for each in OVER])]
    if only_quiet:
        conditions += [_COLUMNS.done == 0, _COLUMNS.refused == 0, _COLUMNS.state == RunState.DONE.value]
    found = work.select(sync_run_table, _COLUMNS.id).where(*conditions).limit(limit)
    return work.execute(work.delete(sync_run_table).where(_COLUMNS.id.in_(found))).rowcount


def _change(work: Work, run_id: str, **values: object) -> None:
    work.execute(work.update(sync_run_table).where(_COLUMNS.id == run_id).values(**values))


def _conditions(wanted: RunFilter) -> list[sa.ColumnElement[bool]]:
    exact = {
        "connection": wanted.connection,
        "what": wanted.what,
        "state": wanted.state,
        "started_by": wanted.started_by,
        "subject": wanted.subject,
    }
    conditions: list[sa.ColumnElement[bool]] = [_COLUMNS[name] == str(value) for name, value in exact.items() if value]
    if wanted.since:
        conditions.append(_COLUMNS.asked >= wanted.since)
    if wanted.until:
        conditions.append(_COLUMNS.asked < wanted.until)
    if wanted.only_news:
        conditions.append(sa.or_(_COLUMNS.done > 0, _COLUMNS.problem_code.is_not(None), _COLUMNS.finished.is_(None)))
    return conditions


def _run(row: sa.RowMapping) -> SyncRun:
    return SyncRun(
        id=row["id"],
        connection=row["connection"],
        what=What(row["what"]),
        direction=row["direction"],
        subject=row["subject"],
        started_by=row["started_by"],
        state=RunState(row["state"]),
        asked=row["asked"],
        started=row["started"],
        at=row["at"],
        finished=row["finished"],
        next_at=row["next_at"],
        total=row["total"],
        counts=Counts(*(row[each.name] for each in fields(Counts))),
        problem_code=row["problem_code"],
        cursor=row["cursor"],
    )
