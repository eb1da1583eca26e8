"""Writing and reading the exchange log.

Bodies come back ``Sealed``; listing shows meaning and outcome only and opens nothing. Refuses to list without a limit.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
import sqlalchemy as sa

from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed
from chartline.platform.database import Database, Work
from chartline.platform.exchange.tables import Direction, Exchange, Word, exchange_body_table, exchange_table
from chartline.platform.vault import Vault

NO_EXCHANGE = ErrorKind(
    "exchange.not_found",
    Blame.US,
    Again.NEVER,
    "There is no message with this id in the exchange log.",
    "Check the id, or look for the message in the sync log.",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as listed: meaning and outcome, no contents. ``size`` is bytes both ways."""

    id: str
    connection: str
    vendor: str
    operation: str
    direction: Direction
    started: datetime
    duration_ms: int
    outcome: Word
    status: int | None
    problem: str | None
    size: int
    cost_minor: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """One exchange with its contents, to be opened with ``Purpose.SHOW``."""

    entry: Entry
    request: Sealed[bytes]
    response: Sealed[bytes] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFilter:
    """What to list; everything left out means all. ``since`` is inclusive, ``until`` exclusive."""

    connection: str | None = None
    vendor: str | None = None
    operation: str | None = None
    outcome: Word | None = None
    problem: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended."""

    started: Annotated[datetime, msgspec.Meta(tz=True)]
    id: str


# Made with the module: the library crashes when several threads decode a type for the first time together.
_cursor_decoder = msgspec.json.Decoder(Cursor)


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and the cursor of the next page (None on the last)."""

    entries: list[Entry]
    next: str | None


class ExchangeLog:
    """The log of an installation."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault

    def record(self, work: Work, exchange: Exchange) -> str:
        """Write one exchange into the caller's transaction; returns its id."""
        identity = new_id()
        work.insert(
            exchange_table,
            id=identity,
            connection=exchange.connection,
            vendor=exchange.vendor,
            operation=exchange.operation,
            direction=exchange.direction.value,
            started=exchange.started,
            duration_ms=exchange.duration_ms,
            outcome=exchange.outcome.value,
            status=exchange.status,
            problem=exchange.problem,
            request_hash=self._keep(work, exchange.request),
            response_hash=None if exchange.response is None else self._keep(work, exchange.response),
            size=len(exchange.request) + len(exchange.response or b""),
            cost_minor=exchange.cost_minor,
        )
        return identity

    def record_now(self, organisation: str, exchange: Exchange) -> str:
        """Write one exchange in a transaction of its own, so that it stays whatever happens next; returns its id."""
        with self._database.work(organisation) as work:
            return self.record(work, exchange)

    def entries(
        self, work: Work, filters: ExchangeFilter | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page:
        """One page of entries, newest first. A cursor that is not ours raises ``exchange.not_found``."""
        table = exchange_table
        query = work.select(table).order_by(table.c.started.desc(), table.c.id.desc()).limit(limit + 1)
        query = query.where(*_conditions(filters or ExchangeFilter()))
        if cursor is not None:
            after = _read_cursor(cursor)
            query = query.where(
                sa.or_(
                    table.c.started < after.started, sa.and_(table.c.started == after.started, table.c.id < after.id)
                )
            )
        entries = [_entry(row) for row in work.rows(query)]
        more = len(entries) > limit
        entries = entries[:limit]
        last = entries[-1] if more else None
        return Page(entries, None if last is None else _write_cursor(Cursor(last.started, last.id)))

    def read(self, work: Work, identity: str) -> Message:
        """One exchange with its sealed contents. Raises ``exchange.not_found``, also for text that is no id."""
        row = work.row(work.select(exchange_table).where(exchange_table.c.id == _checked(identity)))
        if row is None:
            raise NO_EXCHANGE.error()
        response = row["response_hash"]
        return Message(
            _entry(row),
            self._body(work, bytes(row["request_hash"])),
            None if response is None else self._body(work, bytes(response)),
        )

    def _keep(self, work: Work, body: bytes) -> bytes:
        digest = self._vault.digest(work.organisation, body)
        known = work.scalar(
            work.select(exchange_body_table, exchange_body_table.c.hash).where(exchange_body_table.c.hash == digest)
        )
        if known is None:
            sealed = self._vault.seal(work.organisation, "exchange_body", digest.hex(), body)
            work.insert_new(exchange_body_table, hash=digest, sealed=sealed)
        return digest

    def _body(self, work: Work, digest: bytes) -> Sealed[bytes]:
        query = work.select(exchange_body_table, exchange_body_table.c.sealed)
        sealed = bytes(work.scalar(query.where(exchange_body_table.c.hash == digest)))
        return Sealed(self._vault.open_sealed(work.organisation, "exchange_body", digest.hex(), sealed))


def _conditions(filters: ExchangeFilter) -> list[sa.ColumnElement[bool]]:
    columns = exchange_table.c
    conditions: list[sa.ColumnElement[bool]] = []
    for name in ("connection", "vendor", "operation", "outcome", "problem"):
        value = getattr(filters, name)
        if value is not None:
            conditions.append(columns[name] == value)
    if filters.since is not None:
        conditions.append(columns.started >= filters.since)
    if filters.until is not None:
        conditions.append(columns.started < filters.until)
    return conditions


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(
        id=row["id"],
        connection=row["connection"],
        vendor=row["vendor"],
        operation=row["operation"],
        direction=Direction(row["direction"]),
        started=row["started"],
        duration_ms=row["duration_ms"],
        outcome=Word(row["outcome"]),
        status=row["status"],
        problem=row["problem"],
        size=row["size"],
        cost_minor=row["cost_minor"],
    )


def _write_cursor(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).hex()


def _read_cursor(text: str) -> Cursor:
    try:
        cursor = _cursor_decoder.decode(bytes.fromhex(text))
    except (ValueError, msgspec.DecodeError):
        raise NO_EXCHANGE.error(cursor="unreadable") from None
    _checked(cursor.id)
    return cursor


def _checked(identity: str) -> str:
    """The id as canonical text; PostgreSQL would fail on a malformed one instead of finding nothing."""
    try:
        return str(uuid.UUID(identity))
    except ValueError:
        raise NO_EXCHANGE.error() from None
