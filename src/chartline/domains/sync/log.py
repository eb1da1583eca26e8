"""What synchronisation did, record by record: the sync log of the console. Ids and codes only, never values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.tables import sync_event_table
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

_columns = sync_event_table.c


class Direction(StrEnum):
    """Whether a record came in or went out."""

    IN = "in"
    OUT = "out"


class Happened(StrEnum):
    """What became of one record."""

    CREATED = "created"
    CHANGED = "changed"
    LINKED = "linked"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    WAITING = "waiting"
    """It refers to a record that is not here yet."""
    RESOLVED = "resolved"
    REOPENED = "reopened"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncEvent:
    """One line of the sync log. ``code`` is a field name, a problem code or a choice, never a value."""

    connection: str
    direction: Direction
    kind: Kind
    outcome: Happened
    local_id: str | None = None
    vendor_id: str | None = None
    code: str = ""
    exchange_id: str | None = None
    id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which lines to list; None means any."""

    connection: str | None = None
    direction: Direction | None = None
    kind: Kind | None = None
    outcome: Happened | None = None
    local_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """Lines, newest first, and the cursor of the next page (empty at the end)."""

    events: tuple[SyncEvent, ...]
    cursor: str


def note_event(work: Work, event: SyncEvent) -> None:
    """Write one line. Unchanged records are worth counting, not writing: they are left out."""
    if event.outcome is Happened.UNCHANGED:
        return
    work.insert(
        sync_event_table,
        id=event.id or new_id(),
        at=event.at or work.now,
        connection=event.connection,
        direction=event.direction.value,
        kind=event.kind.value,
        local_id=event.local_id,
        vendor_id=event.vendor_id,
        outcome=event.outcome.value,
        code=event.code,
        exchange_id=event.exchange_id,
    )


def list_events(work: Work, wanted: EventFilter, cursor: str = "", limit: int = 50) -> EventPage:
    """A page of the log, newest first. ``cursor`` is what the page before gave."""
    statement = work.select(sync_event_table).where(*_conditions(wanted))
    if cursor:
        statement = statement.where(_columns.id < cursor)
    rows = work.rows(statement.order_by(_columns.id.desc()).limit(limit + 1))
    events = tuple(_event(row) for row in rows[:limit])
    return EventPage(events, events[-1].id if len(rows) > limit else "")


def counts_by_day(work: Work, since: datetime, until: datetime) -> dict[tuple[str, str, str], int]:
    """How many lines per (UTC day in ISO, connection, outcome) from ``since`` up to, not including, ``until``."""
    # A stored moment is microseconds since 1970, so whole days are a division that both databases agree on.
    day = sa.type_coerce(_columns.at, sa.BigInteger) // 86_400_000_000
    keys = (day.label("day"), _columns.connection, _columns.outcome)
    statement = (
        work.select(sync_event_table, *keys, sa.func.count().label("number"))
        .where(_columns.at >= since, _columns.at < until)
        .group_by(day, _columns.connection, _columns.outcome)
    )
    return {(_iso_day(row["day"]), row["connection"], row["outcome"]): row["number"] for row in work.rows(statement)}


def _iso_day(days: int) -> str:
    return datetime.fromordinal(719_163 + int(days)).date().isoformat()


def _conditions(wanted: EventFilter) -> list[sa.ColumnElement[bool]]:
    exact = {
        "connection": wanted.connection,
        "direction": wanted.direction,
        "kind": wanted.kind,
        "outcome": wanted.outcome,
        "local_id": wanted.local_id,
    }
    conditions: list[sa.ColumnElement[bool]] = [_columns[name] == str(value) for name, value in exact.items() if value]
    if wanted.since:
        conditions.append(_columns.at >= wanted.since)
    if wanted.until:
        conditions.append(_columns.at < wanted.until)
    return conditions


def _event(row: sa.RowMapping) -> SyncEvent:
    return SyncEvent(
        connection=row["connection"],
        direction=Direction(row["direction"]),
        kind=Kind(row["kind"]),
        outcome=Happened(row["outcome"]),
        local_id=row["local_id"],
        vendor_id=row["vendor_id"],
        code=row["code"],
        exchange_id=row["exchange_id"],
        id=row["id"],
        at=row["at"],
    )
