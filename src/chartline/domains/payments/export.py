"""The journal for the bookkeeper: by day, kind and account, with the bookkeeper's own numbers of accounts.

The same days give the same rows under the same numbers, however often they are exported: a journal number is made of
the day and the kind. Rows of days that are not closed are marked, for they can still grow. Refuses a span of more than
a year and two days.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from chartline.domains.ledger import EntryKind, account, entry_line_table, entry_table
from chartline.domains.ledger.accounts import chosen_account
from chartline.domains.ledger.closing import closed_through
from chartline.domains.ledger.reading import book_day, on_days
from chartline.domains.ledger.tables import account_number_table
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.platform.database import Work

BAD_SPAN = ErrorKind(
    "payments.bad_span",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The days cannot be exported: the last one is before the first, or they are more than a year.",
    "Choose at most a year.",
)
BAD_NUMBER = ErrorKind(
    "payments.bad_account_number",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "An account of the bookkeeper needs a number of letters, digits, dots and dashes, at most 20, and a name.",
    "Correct the account named in the fields.",
)
COLUMNS = ("journal", "date", "kind", "account", "number", "name", "debit", "credit", "entries", "closed")

_MOST = timedelta(days=367)
_columns, _entry, _line = account_number_table.c, entry_table.c, entry_line_table.c


@dataclass(frozen=True, slots=True)
class BookAccount:
    """How the bookkeeper calls an account."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class JournalRow:
    """What one kind of entries moved on one account on one day; debits and credits apart."""

    journal: str
    day: date
    kind: str
    account: str
    book: BookAccount
    debit: Money
    credit: Money
    entries: int
    closed: bool


@dataclass(frozen=True, slots=True)
class JournalExport:
    """The journal of some days. Debits and credits are equal, for each journal number and over all."""

    begin: date
    end: date
    rows: tuple[JournalRow, ...]

    @property
    def debits(self) -> Money:
        """The sum of the debits."""
        return Money.total([row.debit for row in self.rows])

    @property
    def credits(self) -> Money:
        """The sum of the credits."""
        return Money.total([row.credit for row in self.rows])


def export_journal(work: Work, begin: date, end: date) -> JournalExport:
    """The journal from ``begin`` through ``end``; three queries. Raises ``payments.bad_span``."""
    if end < begin or end - begin > _MOST:
        raise BAD_SPAN.error(begin=begin.isoformat(), end=end.isoformat())
    books, closed = account_numbers(work), closed_through(work)
    day = book_day().label("day")
    query = (
        sa.select(
            day,
            _entry.kind,
            _line.account,
            sa.cast(sa.func.sum(sa.case((_line.amount > 0, _line.amount), else_=0)), sa.BigInteger).label("debit"),
            sa.cast(sa.func.sum(sa.case((_line.amount < 0, -_line.amount), else_=0)), sa.BigInteger).label("credit"),
            sa.func.count(sa.distinct(_entry.id)).label("entries"),
        )
        .select_from(entry_table)
        .join(entry_line_table, sa.and_(_line.organisation_id == _entry.organisation_id, _line.entry_id == _entry.id))
        .where(work.mine(entry_table), *on_days(begin, end))
        .group_by(day, _entry.kind, _line.account)
        .order_by(day, _entry.kind, _line.account)
    )
    return JournalExport(
        begin,
        end,
        tuple(
            JournalRow(
                f"{row['day']:%Y%m%d}-{row['kind']}",
                row["day"],
                row["kind"],
                row["account"],
                book_of(books, row["account"]),
                Money(int(row["debit"])),
                Money(int(row["credit"])),
                int(row["entries"]),
                closed is not None and row["day"] <= closed,
            )
            for row in work.rows(query)
        ),
    )


def as_csv(export: JournalExport) -> str:
    """The rows as CSV with the columns of ``COLUMNS``; amounts are decimal, the other side of a row is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in export.rows:
        for debit, credit in _sides(row):
            writer.writerow(
                [
                    row.journal,
                    row.day.isoformat(),
                    row.kind,
                    row.account,
                    _harmless(row.book.number),
                    _harmless(row.book.title),
                    debit,
                    credit,
                    row.entries,
                    "yes" if row.closed else "no",
                ]
            )
    return out.getvalue()


def as_interchange(export: JournalExport) -> str:
    """The rows as a tab-separated journal interchange file (IIF): one general-journal transaction for each journal
    number, the first line of it as TRNS and the others as SPL. Debits are positive."""
    head = ("TRNSTYPE", "DATE", "ACCNT", "AMOUNT", "DOCNUM", "MEMO")
    lines = ["\t".join(("!TRNS", *head)), "\t".join(("!SPL", *head)), "!ENDTRNS"]
    journals: dict[str, list[tuple[JournalRow, str]]] = {}
    for row in export.rows:
        for debit, credit in _sides(row):
            journals.setdefault(row.journal, []).append((row, debit or f"-{credit}"))
    for journal, parts in journals.items():
        for place, (row, amount) in enumerate(parts):
            name = " ".join(f"{row.book.number} {row.book.title}".split())
            memo = EntryKind(row.kind).sentence
            fields = ("GENERAL JOURNAL", f"{row.day:%m/%d/%Y}", name, amount, journal, memo)
            lines.append("\t".join(("SPL" if place else "TRNS", *fields)))
        lines.append("ENDTRNS")
    return "\r\n".join(lines) + "\r\n"


def account_numbers(work: Work) -> dict[str, BookAccount]:
    """The bookkeeper's accounts, by ours."""
    rows = work.rows(work.select(account_number_table).order_by(_columns.account))
    return {row["account"]: BookAccount(row["number"], row["title"]) for row in rows}


def book_of(books: Mapping[str, BookAccount], name: str) -> BookAccount:
    """How the bookkeeper calls an account; ours where nothing was said."""
    return books.get(name) or BookAccount(name, account(name).called)


def save_account_numbers(work: Work, books: Mapping[str, BookAccount]) -> None:
    """Store the bookkeeper's names of accounts over the present ones.

    Raises ``ledger.no_account``, ``payments.bad_account_number``.
    """
    for name, book in books.items():
        chosen_account(name)
        plain = book.number.replace(".", "").replace("-", "")
        fits = plain.isascii() and plain.isalnum() and len(book.number) <= 20
        if not fits or not book.title.strip() or len(book.title) > 80:
            raise BAD_NUMBER.error(account=name)
        work.upsert(account_number_table, {"account": name}, number=book.number, title=book.title.strip())


def _sides(row: JournalRow) -> Sequence[tuple[str, str]]:
    """The debit side and the credit side of a row, those that are there."""
    sides = [(row.debit.text(), "")] if row.debit else []
    return [*sides, ("", row.credit.text())] if row.credit else sides


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text
