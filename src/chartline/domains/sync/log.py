"""What synchronisation did, record by record: the sync log of the console. Ids and codes only, never values."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.tables import sync_event_table
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.exchange.tables import exchange_table

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
    OVERRULED = "overruled"
    """A policy put a change aside, ours where the direction is in, theirs where it is out. ``code`` is the field."""
    QUARANTINED = "quarantined"
    """The vendor said something we have no word for. ``code`` is the field."""
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
    run_id: str | None = None
    operation: str = ""
    """What was tried: create, update, end_date, move, cancel, no_show, pull, ..."""
    http_status: int | None = None
    started: datetime | None = None
    duration_ms: int | None = None
    """Status, start and length of the call that the line is about; None where none was made."""
    actor: str = ""
    """Who started it: a person, a token, ``schedule``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which lines to list; None means any."""

    connection: str | None = None
    direction: Direction | None = None
    kind: Kind | None = None
    outcome: Happened | None = None
    local_id: str | None = None
    local_ids: tuple[str, ...] | None = None
    """Any of these records: a patient with all that is theirs."""
    vendor_id: str | None = None
    operation: str | None = None
    run_id: str | None = None
    actor: str | None = None
    code: str | None = None
    """Lines whose code begins with this."""
    http_status: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """On whose behalf records are exchanged just now; lines that say nothing themselves are written with it."""

    run_id: str | None = None
    actor: str = ""
    operation: str = ""


_doing: ContextVar[Doing] = ContextVar("chartline_sync_doing")


@contextmanager
def doing(run_id: str | None, actor: str, operation: str = "") -> Generator[None]:
    """Every line written inside belongs to this run and this actor."""
    token = _doing.set(Doing(run_id, actor, operation))
    try:
        yield
    finally:
        _doing.reset(token)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Lines, newest first, and the cursor of the next page (empty at the end)."""

    events: tuple[SyncEvent, ...]
    cursor: str


def note_event(work: Work, event: SyncEvent) -> None:
    """Write one line. Unchanged records are worth counting, not writing: they are left out.

    Status, start and length are those of the line's exchange, when it has one.
    """
    if event.outcome is Happened.UNCHANGED:
        return
    now = _doing.get(Doing())
    told: dict[str, object] = {
        "http_status": event.http_status,
        "started": event.started,
        "duration_ms": event.duration_ms,
    }
    if event.started is None and _is_exchange(event.exchange_id):
        own = (work.mine(exchange_table), exchange_table.c.id == event.exchange_id)
        call = {"http_status": "status", "started": "started", "duration_ms": "duration_ms"}
        told = {name: sa.select(exchange_table.c[of]).where(*own).scalar_subquery() for name, of in call.items()}
    values: dict[str, object] = {
        "id": event.id or new_id(),
        "at": event.at or work.now,
        "connection": event.connection,
        "direction": event.direction.value,
        "kind": event.kind.value,
        "local_id": event.local_id,
        "vendor_id": event.vendor_id,
        "outcome": event.outcome.value,
        "code": event.code,
        "exchange_id": event.exchange_id,
        "run_id": event.run_id or now.run_id,
        "operation": event.operation or now.operation or _OPERATIONS.get((event.direction, event.outcome), ""),
        "actor": event.actor or now.actor,
        **told,
    }
    work.execute(sa.insert(sync_event_table).values(organisation_id=work.organisation, **values))


def _is_exchange(identity: str | None) -> bool:
    try:
        return bool(identity) and bool(UUID(identity))
    except ValueError:
        return False


_OPERATIONS = {
    (Direction.OUT, Happened.CREATED): "create",
    (Direction.OUT, Happened.CHANGED): "update",
    (Direction.IN, Happened.CREATED): "pull",
    (Direction.IN, Happened.CHANGED): "pull",
    (Direction.IN, Happened.LINKED): "pull",
    (Direction.IN, Happened.CONFLICT): "pull",
    (Direction.IN, Happened.WAITING): "pull",
}
"""What a line is about when its writer does not say."""


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


def outcomes(work: Work, since: datetime, until: datetime, connection: str | None = None) -> dict[str, int]:
    """How many lines of each outcome between two moments."""
    statement = (
        work.select(sync_event_table, _columns.outcome, sa.func.count().label("number"))
        .where(_columns.at >= since, _columns.at < until)
        .group_by(_columns.outcome)
    )
    if connection:
        statement = statement.where(_columns.connection == connection)
    return {row["outcome"]: row["number"] for row in work.rows(statement)}


def forget_events(work: Work, connection: str, before: datetime, limit: int = 1000) -> int:
    """Remove lines older than a moment, at most so many; how many were removed."""
    old = work.select(sync_event_table, _columns.id).where(_columns.connection == connection, _columns.at < before)
    return work.execute(work.delete(sync_event_table).where(_columns.id.in_(old.limit(limit)))).rowcount


def _iso_day(days: int) -> str:
    return datetime.fromordinal(719_163 + int(days)).date().isoformat()


def _conditions(wanted: EventFilter) -> list[sa.ColumnElement[bool]]:
    exact = {
        "connection": wanted.connection,
        "direction": wanted.direction,
        "kind": wanted.kind,
        "outcome": wanted.outcome,
        "local_id": wanted.local_id,
        "vendor_id": wanted.vendor_id,
        "operation": wanted.operation,
        "run_id": wanted.run_id,
        "actor": wanted.actor,
    }
    conditions: list[sa.ColumnElement[bool]] = [_columns[name] == str(value) for name, value in exact.items() if value]
    if wanted.local_ids is not None:
        conditions.append(_columns.local_id.in_(wanted.local_ids))
    if wanted.code:
        conditions.append(_columns.code.startswith(wanted.code, autoescape=True))
    if wanted.http_status is not None:
        conditions.append(_columns.http_status == wanted.http_status)
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
        run_id=row["run_id"],
        operation=row["operation"],
        http_status=row["http_status"],
        started=row["started"],
        duration_ms=row["duration_ms"],
        actor=row["actor"],
    )
