"""Reading the journal: pages of an account or a claim, one entry with its lines, and what an entry came from.

Refuses nothing but an entry that is not there. A page costs two queries, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from chartline.domains.ledger.entries import Entry, EntryKind, Line
from chartline.domains.ledger.tables import entry_line_table, entry_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.database.work import Row

NO_ENTRY = ErrorKind(
    "ledger.no_entry",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no such entry.",
    "Choose one from the ledger's list.",
    status=404,
)

_entry, _line = entry_table.c, entry_line_table.c


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry as it stands. ``day`` is the day of the books: the effective day unless that one was closed."""

    id: str
    posted: datetime
    day: date
    entry: Entry

    def amount(self, account: str = "") -> Money:
        """What it moved on an account; without one, the sum of its debits."""
        lines = self.entry.lines
        if account:
            return Money.total([line.amount for line in lines if line.account == account])
        return Money.total([line.amount for line in lines if line.amount.minor > 0])


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What is wanted of the journal; days are days of the books."""

    account: str = ""
    kind: str = ""
    claim: str | None = None
    patient: str | None = None
    remittance: str | None = None
    begin: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, the newest first; ``next`` is the cursor of the page behind."""

    entries: list[Posted]
    next: str | None


def book_day() -> sa.ColumnElement[date]:
    """The day on which an entry stands in the books, as SQL."""
    return sa.func.coalesce(_entry.booked, _entry.effective, type_=sa.Date)


def on_days(begin: date | None, end: date | None) -> list[sa.ColumnElement[bool]]:
    """The conditions that an entry's day of the books is in a span; both ends are in it. Answered by indexes."""
    own = [_entry.booked.is_(None)]
    late: list[sa.ColumnElement[bool]] = [_entry.booked.is_not(None)]
    if begin is not None:
        own.append(_entry.effective >= begin)
        late.append(_entry.booked >= begin)
    if end is not None:
        own.append(_entry.effective <= end)
        late.append(_entry.booked <= end)
    return [sa.or_(sa.and_(*own), sa.and_(*late))] if begin or end else []


def list_entries(work: Work, asked: EntryFilter, cursor: str | None = None, limit: int = 50) -> EntryPage:
    """A page of the journal, the newest posting first. The cursor is an entry's id."""
    query = work.select(entry_table)
    if asked.account:
        touched = work.select(entry_line_table, _line.entry_id).where(_line.account == asked.account)
        query = query.where(_entry.id.in_(touched))
    for column, value in (
        (_entry.kind, asked.kind or None),
        (_entry.claim_id, asked.claim),
        (_entry.patient_id, asked.patient),
        (_entry.remittance_id, asked.remittance),
    ):
        if value is not None:
            query = query.where(column == value)
    query = query.where(*on_days(asked.begin, asked.end))
    if cursor:
        query = query.where(_entry.id < cursor)
    rows = work.rows(query.order_by(_entry.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    return EntryPage(_with_lines(work, shown), shown[-1]["id"] if len(rows) > limit else None)


def read_entry(work: Work, identity: str) -> Posted:
    """One entry. Raises ``ledger.no_entry``."""
    return _one(work, _entry.id == identity)


def entry_of(work: Work, source_key: str) -> Posted:
    """The entry of a source. Raises ``ledger.no_entry``."""
    return _one(work, _entry.source_key == source_key)


def entries_of_sources(work: Work, source_keys: Sequence[str]) -> list[Posted]:
    """The entries of these sources, in the order of their posting."""
    if not source_keys:
        return []
    query = work.select(entry_table).where(_entry.source_key.in_(list(source_keys)))
    return _with_lines(work, work.rows(query.order_by(_entry.id)))


def account_moves(work: Work, account: str, begin: date, end: date) -> list[tuple[date, Money]]:
    """What moved on an account, by day of the books; one query."""
    day = book_day().label("day")
    query = (
        sa.select(day, sa.cast(sa.func.sum(_line.amount), sa.BigInteger).label("amount"))
        .select_from(entry_line_table)
        .join(entry_table, sa.and_(_entry.organisation_id == _line.organisation_id, _entry.id == _line.entry_id))
        .where(work.mine(entry_line_table), _line.account == account, *on_days(begin, end))
        .group_by(day)
        .order_by(day)
    )
    return [(row["day"], Money(int(row["amount"]))) for row in work.rows(query)]


def _one(work: Work, condition: sa.ColumnElement[bool]) -> Posted:
    found = _with_lines(work, work.rows(work.select(entry_table).where(condition)))
    if not found:
        raise NO_ENTRY.error()
    return found[0]


def _with_lines(work: Work, rows: Sequence[Row]) -> list[Posted]:
    if not rows:
        return []
    query = work.select(entry_line_table).where(_line.entry_id.in_([row["id"] for row in rows]))
    lines: dict[str, list[Line]] = {}
    for row in work.rows(query.order_by(_line.entry_id, _line.ordinal)):
        line = Line(row["account"], Money(row["amount"], row["currency"]), row["code"])
        lines.setdefault(row["entry_id"], []).append(line)
    return [_posted(row, tuple(lines.get(row["id"], ()))) for row in rows]


def _posted(row: Row, lines: tuple[Line, ...]) -> Posted:
    entry = Entry(
        kind=EntryKind(row["kind"]),
        effective=row["effective"],
        source_key=row["source_key"],
        lines=lines,
        claim_id=row["claim_id"],
        encounter_id=row["encounter_id"],
        patient_id=row["patient_id"],
        remittance_id=row["remittance_id"],
        memo=row["memo"],
        actor=row["actor"],
    )
    return Posted(row["id"], row["posted"], row["booked"] or row["effective"], entry)
