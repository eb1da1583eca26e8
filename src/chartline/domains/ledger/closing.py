"""Closed days: what was reported of a day stays as it was reported.

Days are closed in order, so one date says it all: everything through it is closed. What is posted later for such a day
keeps that day as its effective day and is booked on the first open one (decision 0025). Refuses to close a day twice,
a day that has not come, and to reopen any but the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from chartline.domains.ledger.entries import Entry
from chartline.domains.ledger.tables import ledger_closing_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

NOT_CLOSABLE = ErrorKind(
    "ledger.day_not_closable",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This day cannot be closed: it is closed already, or it is not over for the office.",
    "Close a day after the last closed one, up to today.",
    status=409,
)
NOT_REOPENABLE = ErrorKind(
    "ledger.day_not_reopenable",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "Only the day that was closed last can be opened again.",
    "Open the last closed day first, then the one before it.",
    status=409,
)

_LOCK = 734_016
"""First half of the PostgreSQL advisory lock between posting and closing."""
_columns = ledger_closing_table.c


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed day. ``sheet`` is the day sheet as it was when the day was closed."""

    id: str
    day: date
    sheet: Mapping[str, object]
    closed: datetime
    closed_by: str
    reopened: datetime | None
    reopened_by: str | None
    reason: str | None


def closed_through(work: Work) -> date | None:
    """The last closed day, None when none is."""
    query = sa.select(sa.func.max(_columns.day)).where(work.mine(ledger_closing_table), _columns.reopened.is_(None))
    found: date | None = work.scalar(query)
    return found


def booked_days(work: Work, entries: Sequence[Entry]) -> list[date | None]:
    """For each entry the day it is booked on when its own day is closed, else None; one query.

    Nobody closes a day until this transaction ends.
    """
    _hold(work, shared=True)
    last = closed_through(work)
    if last is None:
        return [None] * len(entries)
    first_open = last + timedelta(days=1)
    return [first_open if entry.effective <= last else None for entry in entries]


def close(work: Work, day: date, today: date, sheet: Mapping[str, object], actor: str) -> str:
    """Close everything through ``day``; returns the id of the closing.

    Call ``hold`` before the sheet is made. Raises ``ledger.day_not_closable``.
    """
    last = closed_through(work)
    if day > today or (last is not None and day <= last):
        raise NOT_CLOSABLE.error(day=day.isoformat(), closed=last.isoformat() if last else "")
    identity = new_id()
    work.insert(ledger_closing_table, id=identity, day=day, sheet=dict(sheet), closed=work.now, closed_by=actor)
    return identity


def hold(work: Work) -> None:
    """Let nobody post until this transaction ends, so that what is summed up is what is closed."""
    _hold(work, shared=False)


def reopen(work: Work, day: date, reason: str, actor: str) -> None:
    """Open the last closed day again. Raises ``ledger.day_not_reopenable``."""
    _hold(work, shared=False)
    if closed_through(work) != day or not reason.strip():
        raise NOT_REOPENABLE.error(day=day.isoformat())
    changed = work.update(ledger_closing_table).where(_columns.day == day, _columns.reopened.is_(None))
    work.execute(changed.values(reopened=work.now, reopened_by=actor, reason=reason))


def closings(work: Work, limit: int = 60, before: date | None = None) -> list[Closing]:
    """Closed days, the latest day first, with those that were opened again."""
    query = work.select(ledger_closing_table).order_by(_columns.day.desc(), _columns.id.desc()).limit(limit)
    rows = work.rows(query.where(_columns.day < before) if before else query)
    return [Closing(**{name: value for name, value in row.items() if name != "organisation_id"}) for row in rows]


def _hold(work: Work, *, shared: bool) -> None:
    """On SQLite a writing transaction is alone anyway."""
    if work.connection.dialect.name != "postgresql":
        return
    take = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    work.execute(sa.text(f"SELECT {take}({_LOCK}, hashtext(:mine))"), {"mine": work.organisation})
