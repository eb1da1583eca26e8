"""The fee schedule: what the practice asks for a procedure, for everybody or for one payer, between two dates.

Refuses a schedule with any line that cannot be read: half a schedule prices visits wrongly and silently.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from chartline.domains.codes import CodeSystem, shape_problem
from chartline.domains.practice.problems import BAD_FEE, NO_FEE
from chartline.kernel.errors import ChartlineError
from chartline.kernel.money import Money
from chartline.platform.database import Id, Work, metadata

_MOST_CENTS = 99_999_999
"""The highest price of a service; what is higher is a slip."""

fee_table = sa.Table(
    "fee",
    metadata,
    sa.Column("organisation_id", Id, primary_key=True),
    sa.Column("procedure", sa.String(5), primary_key=True),
    sa.Column("payer_id", sa.String(20), primary_key=True),
    sa.Column("begin_date", sa.Date, primary_key=True),
    sa.Column("end_date", sa.Date),
    sa.Column("amount", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Fee:
    """The price of one unit from ``begin`` through ``end`` (None: still); ``payer_id`` empty means everybody."""

    procedure: str
    amount: Money
    begin: date
    end: date | None = None
    payer_id: str = ""


def load_fees(work: Work, fees: Iterable[Fee]) -> int:
    """Store fees over those with the same procedure, payer and begin; returns how many. Raises ``practice.bad_fee``."""
    rows = {(fee.procedure, fee.payer_id, fee.begin): fee for fee in fees}
    for line, fee in enumerate(rows.values(), start=1):
        _check(fee, line)
    columns = fee_table.c
    keys = list(rows)
    for start in range(0, len(keys), 300):
        place = sa.tuple_(columns.procedure, columns.payer_id, columns.begin_date)
        work.execute(work.delete(fee_table).where(place.in_(keys[start : start + 300])))
    work.insert_many(
        fee_table,
        [
            {
                "procedure": fee.procedure,
                "payer_id": fee.payer_id,
                "begin_date": fee.begin,
                "end_date": fee.end,
                "amount": fee.amount.minor,
            }
            for fee in rows.values()
        ],
    )
    return len(rows)


def read_fees(text: str) -> list[Fee]:
    """Fees from CSV with the columns ``procedure,amount,begin`` and, if wanted, ``end,payer_id``.

    Amounts are decimal text, dates ISO. Raises ``practice.bad_fee`` with the line (the heading is line 1).
    """
    fees: list[Fee] = []
    for line, row in _rows(text):
        column = "procedure"
        try:
            procedure = row["procedure"].strip().upper()
            column = "amount"
            amount = Money.parse(row["amount"])
            column = "begin"
            begin = date.fromisoformat(row["begin"].strip())
            column = "end"
            end = (row.get("end") or "").strip()
            fee = Fee(procedure, amount, begin, date.fromisoformat(end) if end else None, row.get("payer_id") or "")
        except (KeyError, ValueError, AttributeError, TypeError):
            raise BAD_FEE.error(line=str(line), column=column) from None
        _check(fee, line)
        fees.append(fee)
    return fees


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines with their numbers. Raises ``practice.bad_fee`` for a value that is too long to be one."""
    line = 1
    try:
        for line, row in enumerate(csv.DictReader(text.splitlines()), start=2):
            yield line, row
    except csv.Error:
        raise BAD_FEE.error(line=str(line + 1), column="length") from None


def fee_for(work: Work, procedure: str, payer_id: str, on: date) -> Money:
    """The price of one unit for a payer on a service date. Raises ``practice.no_fee``."""
    found = fees_for(work, [procedure], payer_id, on).get(procedure)
    if found is None:
        raise no_fee(procedure, on)
    return found


def fees_for(work: Work, procedures: Sequence[str], payer_id: str, on: date) -> dict[str, Money]:
    """The prices of procedures on a date, those that have one, in one query.

    The payer's own price comes before everybody's, a later begin before an earlier one.
    """
    columns = fee_table.c
    statement = work.select(fee_table).where(
        columns.procedure.in_(list(procedures)),
        columns.payer_id.in_(["", payer_id]),
        columns.begin_date <= on,
        sa.or_(columns.end_date.is_(None), columns.end_date >= on),
    )
    # Ascending, so that the row that wins comes last.
    rows = work.rows(statement.order_by(sa.case((columns.payer_id == "", 0), else_=1), columns.begin_date))
    return {row["procedure"]: Money(row["amount"]) for row in rows}


def list_fees(work: Work, payer_id: str = "", after: Sequence[str] | None = None, limit: int = 50) -> list[Fee]:
    """Fees in the order of procedure, payer and begin, from behind ``after`` (these three as text); of one payer if
    given."""
    columns = fee_table.c
    order = (columns.procedure, columns.payer_id, columns.begin_date)
    query = work.select(fee_table)
    if payer_id:
        query = query.where(columns.payer_id == payer_id)
    if after is not None:
        place = (sa.literal(after[0]), sa.literal(after[1]), sa.literal(date.fromisoformat(after[2])))
        query = query.where(sa.tuple_(*order) > sa.tuple_(*place))
    return [
        Fee(row["procedure"], Money(row["amount"]), row["begin_date"], row["end_date"], row["payer_id"])
        for row in work.rows(query.order_by(*order).limit(limit))
    ]


def no_fee(procedure: str, on: date) -> ChartlineError:
    """The error for a procedure without a price."""
    return NO_FEE.error(procedure=procedure, on=on.isoformat())


def _check(fee: Fee, line: int) -> None:
    wrong = ""
    if shape_problem(CodeSystem.PROCEDURE, fee.procedure):
        wrong = "procedure"
    elif not 0 <= fee.amount.minor <= _MOST_CENTS:
        wrong = "amount"
    elif len(fee.payer_id) > 40 or not fee.payer_id.isprintable():
        wrong = "payer_id"
    elif fee.end is not None and fee.end < fee.begin:
        wrong = "end"
    if wrong:
        raise BAD_FEE.error(line=str(line), column=wrong)
