"""What a number opens to: exactly the rows that it was added up from, page by page.

The list and the number are one query (``sources``). Refuses names of numbers that do not exist, and cursors that it
did not give out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import sqlalchemy as sa

from chartline.domains.reports.measures import Measure, Source, Unit, measure
from chartline.domains.reports.scope import Dimension, Scope, checked
from chartline.domains.reports.sources import Rows, Told, entries, events, open_amounts, payments, statuses, underpaid
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work

BAD_CURSOR = ErrorKind(
    "reports.bad_cursor",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The cursor of the list is not one that this list gave out.",
    "Start again from the first page.",
    status=400,
)


@dataclass(frozen=True, slots=True)
class LineageRow:
    """One row behind a number. ``amount`` is in the unit of the number; ``kind`` is the kind of the entry or event,
    ``open`` for what stands, ``claim`` for a claim counted; ``entry`` is None unless it is an entry."""

    amount: int
    day: date
    kind: str
    code: str
    account: str
    entry: str | None
    claim: str | None
    number: str | None
    payer: str
    payer_name: str | None
    provider: str
    place: str
    procedure: str
    remittance: str | None
    patient: str | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """A number with one page of its rows, the newest first. ``amount`` and ``count`` are of all rows."""

    measure: Measure
    amount: int
    count: int
    rows: list[LineageRow]
    next: str | None


def rows_of(work: Work, scope: Scope, one: Measure, told: Told = None) -> Rows:
    """The query of a measure."""
    if one.window is not None:
        scope = scope.back(one.window)
    match one.source:
        case Source.ENTRIES:
            return entries(work, scope, one.accounts, one.sign, told)
        case Source.OPEN:
            return open_amounts(work, scope, *one.accounts, age=one.age, told=told)
        case Source.EVENTS:
            return events(work, scope, one.name, told)
        case Source.STATUSES:
            return statuses(work, scope, one.word, told)
        case Source.UNDERPAID:
            return underpaid(work, scope, one.word, told)
        case Source.PAYMENTS:
            return payments(work, scope, told)


def lineage(work: Work, scope: Scope, figure: str, cursor: str | None = None, limit: int = 100) -> Lineage:
    """A number and a page of its rows; two queries.

    Raises ``reports.no_figure``, ``reports.bad_span``, ``reports.bad_cursor``.
    """
    one = measure(figure)
    found = rows_of(work, checked(scope), one).subquery("found")
    column = found.c.moment if "moment" in found.c else found.c.day
    query = sa.select(found)
    if cursor is not None:
        day, identity, part = _read_cursor(cursor, moments="moment" in found.c)
        later = sa.or_(
            column < day,
            sa.and_(column == day, found.c.id < identity),
            sa.and_(column == day, found.c.id == identity, found.c.part < part),
        )
        query = query.where(later)
    order = (column.desc(), found.c.id.desc(), found.c.part.desc())
    rows = work.rows(query.order_by(*order).limit(limit + 1))
    amount, count = _total(work, found, one, scope)
    last = rows[limit - 1] if len(rows) > limit else None
    following = None
    if last is not None:
        at = last["moment"] if "moment" in last else last["day"]
        following = f"{at.isoformat()}~{last['id']}~{last['part']}"
    return Lineage(one, amount, count, [_row(row, one, scope) for row in rows[:limit]], following)


def _total(work: Work, found: sa.Subquery, one: Measure, scope: Scope) -> tuple[int, int]:
    if one.unit is Unit.DAYS:
        rows = work.rows(sa.select(found.c.day, found.c.sent))
        return sum(days_between(scope, row["sent"], row["day"]) for row in rows), len(rows)
    sums = work.row(sa.select(sa.cast(sa.func.sum(found.c.amount), sa.BigInteger), sa.func.count()))
    amount, count = sums.values() if sums is not None else (0, 0)
    return int(amount or 0), int(count)


def _row(row: sa.RowMapping, one: Measure, scope: Scope) -> LineageRow:
    journal = one.source in (Source.ENTRIES, Source.PAYMENTS)
    day = row["moment"].astimezone(scope.zone).date() if "moment" in row else row["day"]
    return LineageRow(
        amount=days_between(scope, row["sent"], row["day"]) if one.unit is Unit.DAYS else int(row["amount"]),
        day=day,
        kind=row["kind"],
        code=row["code"],
        account=row["account"],
        entry=row["id"] if journal else None,
        claim=row["claim"],
        number=row["number"],
        payer=row[Dimension.PAYER.value],
        payer_name=row["payer_name"],
        provider=row[Dimension.PROVIDER.value],
        place=row[Dimension.PLACE.value],
        procedure=row[Dimension.PROCEDURE.value],
        remittance=row["remittance"],
        patient=row["patient"],
    )


def days_between(scope: Scope, sent: datetime, paid: date) -> int:
    """Days from the office's day of a submission to a payment date; never below zero, for a payer may date a payment
    before the office's midnight."""
    return max(0, (paid - sent.astimezone(scope.zone).date()).days)


def _read_cursor(cursor: str, *, moments: bool) -> tuple[date | datetime, str, int]:
    try:
        day, identity, part = cursor.split("~")
        at: date | datetime = datetime.fromisoformat(day) if moments else date.fromisoformat(day)
        if isinstance(at, datetime):
            at = at.astimezone(UTC)
        return at, str(UUID(identity)), min(int(part), 2**31 - 1)
    except (ValueError, OverflowError):
        raise BAD_CURSOR.error() from None
