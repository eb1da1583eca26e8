"""Reads contracts and fee tables from CSV. Refuses a file with any line that cannot be read, and a rate that names
neither an amount nor a share, by line and column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from chartline.domains.codes import CodeSystem, shape_problem
from chartline.domains.payments.contracts import Rate, TableFee
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

BAD_RATE = ErrorKind(
    "payments.bad_rate",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A line of the file cannot be a rate.",
    "Correct the line and column named in the fields; nothing of the file was stored.",
)

CONTRACT_COLUMNS = ("payer_id", "procedure", "modifier", "place", "begin", "end", "amount", "percent", "fee_table")
FEE_TABLE_COLUMNS = ("procedure", "modifier", "begin", "amount")
_MOST_PERCENT = Decimal(1000)


def read_rates(text: str) -> list[Rate]:
    """Rates from CSV with the columns ``payer_id,begin`` and, as wanted, the other ones of ``CONTRACT_COLUMNS``.

    Amounts are decimal text, dates ISO, ``percent`` such as ``112.5``. Raises ``payments.bad_rate`` with line and
    column (the heading is line 1).
    """
    return [_read_rate(row, line) for line, row in _lines(text)]


def read_fee_table(text: str) -> list[TableFee]:
    """Lines of a fee table from CSV with the columns ``procedure,begin,amount`` and, if wanted, ``modifier``.

    Raises ``payments.bad_rate``.
    """
    return [_read_fee(row, line) for line, row in _lines(text)]


def _read_fee(row: dict[str, str], line: int) -> TableFee:
    amount = _amount(row, line)
    if amount is None:
        _bad("amount", line)
    begin = _needed_date(row, "begin", line)
    return TableFee(_procedure(row, line, needed=True), begin, amount, _code(row, "modifier", line))


def _read_rate(row: dict[str, str], line: int) -> Rate:
    payer = row.get("payer_id", "")
    if not payer or len(payer) > 40 or not payer.isprintable():
        _bad("payer_id", line)
    begin = _needed_date(row, "begin", line)
    end = _date(row, "end", line)
    amount, share = _amount(row, line), _percent(row, line)
    table = row.get("fee_table", "")
    if (amount is None) == (share is None) or (amount is not None and table):
        _bad("amount", line)
    if (end is not None and end < begin) or len(table) > 40 or not table.isprintable():
        _bad("end" if len(table) <= 40 else "fee_table", line)
    procedure = _procedure(row, line, needed=False)
    modifier, place = _code(row, "modifier", line), _code(row, "place", line)
    return Rate(payer, procedure, begin, end, modifier, place, amount, share, table)


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    line = 1
    try:
        for line, row in enumerate(csv.DictReader(text.splitlines()), start=2):
            yield line, {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    except csv.Error:
        # A value of more than 131,072 characters.
        _bad("length", line + 1)


def _bad(column: str, line: int) -> NoReturn:
    raise BAD_RATE.error(line=str(line), column=column)


def _procedure(row: dict[str, str], line: int, *, needed: bool) -> str:
    procedure = row.get("procedure", "").upper()
    if (needed and not procedure) or (procedure and shape_problem(CodeSystem.PROCEDURE, procedure)):
        _bad("procedure", line)
    return procedure


def _code(row: dict[str, str], column: str, line: int) -> str:
    """A code of two letters or digits, or none."""
    code = row.get(column, "").upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalnum()):
        _bad(column, line)
    return code


def _date(row: dict[str, str], column: str, line: int) -> date | None:
    text = row.get(column, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        _bad(column, line)


def _needed_date(row: dict[str, str], column: str, line: int) -> date:
    found = _date(row, column, line)
    if found is None:
        _bad(column, line)
    return found


def _amount(row: dict[str, str], line: int) -> Money | None:
    text = row.get("amount", "")
    try:
        amount = Money.parse(text) if text else None
    except ValueError:
        _bad("amount", line)
    if amount is not None and not 0 <= amount.minor <= 99_999_999:
        _bad("amount", line)
    return amount


def _percent(row: dict[str, str], line: int) -> int | None:
    """Hundredths of a percent."""
    text = row.get("percent", "")
    if not text:
        return None
    try:
        share = Decimal(text)
    except InvalidOperation:
        _bad("percent", line)
    if not (share.is_finite() and 0 < share <= _MOST_PERCENT and share * 100 == int(share * 100)):
        _bad("percent", line)
    return int(share * 100)
