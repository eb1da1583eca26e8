"""The books: entries with their lines and sources, the sheet of a day, closing and opening days, the export."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from chartline.app.spreadsheet import Row, as_csv
from chartline.console.actors import actor_names
from chartline.console.failures import BAD_FORM
from chartline.console.forms import Form, typed, typed_day, typed_money
from chartline.console.visitor import BILLING, BILLING_CHANGES, Visiting
from chartline.domains.ledger import ACCOUNTS, EntryKind, account
from chartline.domains.ledger.accounts import chosen_account
from chartline.domains.ledger.closing import closed_through, closings, reopen
from chartline.domains.ledger.reading import EntryFilter, list_entries, read_entry
from chartline.domains.payments import Method
from chartline.domains.payments.day_sheet import close_day, day_sheet
from chartline.domains.payments.export import (
    BookAccount,
    account_numbers,
    as_interchange,
    book_of,
    export_journal,
    save_account_numbers,
)
from chartline.domains.payments.export import (
    as_csv as journal_csv,
)
from chartline.domains.practice.settings import read_practice
from chartline.flows.patient_money import office_day
from chartline.formats.paper.day_sheet import SheetTable, day_sheet_pdf
from chartline.kernel.errors import ChartlineError
from chartline.platform.audit import Target
from chartline.platform.database import Work

PAGE = 50
SPAN = timedelta(days=30)
TITLES = {
    "kinds": "What happened",
    "accounts": "Accounts",
    "payers": "Money of payers",
    "methods": "Money by how it came",
    "people": "Entered by",
}

Short = Annotated[str, Parameter(max_length=40)]
Day = Annotated[str, Parameter(max_length=10)]
FileForm = Annotated[str, Parameter(query="format", max_length=4)]


@get("/ledger/entries", sync_to_thread=True)
def entries_page(
    visitor: Visiting,
    name: Annotated[str, Parameter(query="account", max_length=40)] = "",
    kind: Short = "",
    claim: UUID | None = None,
    begin: Day = "",
    end: Day = "",
    cursor: UUID | None = None,
) -> Response:
    """Entries, the newest first, of an account, a kind, a claim, or some days."""
    visitor.require(BILLING)
    asked = EntryFilter(
        account=name,
        kind=kind if kind in {one.value for one in EntryKind} else "",
        claim=str(claim) if claim else None,
        begin=typed_day({"begin": begin}, "begin"),
        end=typed_day({"end": end}, "end"),
    )
    with visitor.read() as work:
        chosen = chosen_account(name) if name else None
        page = list_entries(work, asked, str(cursor) if cursor else None, PAGE)
    return visitor.page(
        "ledger_entries.html",
        "ledger",
        page=page,
        asked=asked,
        chosen=chosen,
        kinds=list(EntryKind),
        begin=begin,
        end=end,
    )


@get("/ledger/entries/{entry_id:uuid}", sync_to_thread=True)
def entry_page(visitor: Visiting, entry_id: UUID) -> Response:
    """One entry: its two sides, and what it came from."""
    visitor.require(BILLING)
    with visitor.read() as work:
        found = read_entry(work, str(entry_id))
    lines = [(account(one.account), one) for one in found.entry.lines]
    return visitor.page(
        "ledger_entry.html",
        "ledger",
        found=found,
        lines=lines,
        source=_source(found.entry.source_key),
        people=actor_names(visitor),
    )


@get("/ledger/days", sync_to_thread=True)
def days_page(visitor: Visiting, day: Day = "") -> Response:
    """The sheet of a day, and the closed days."""
    visitor.require(BILLING)
    with visitor.read() as work:
        shown = typed_day({"day": day}, "day") or office_day(work)
        sheet, closed = day_sheet(work, shown), closings(work, 30)
        last = closed_through(work)
    return visitor.page(
        "ledger_days.html",
        "ledger",
        sheet=sheet,
        parts=[(TITLES[key], key, totals) for key, totals in sheet.parts().items()],
        day=shown,
        last=last,
        closings=closed,
        methods=[Method.CASH, Method.CHECK, Method.CARD],
        people=actor_names(visitor),
        called=_called,
    )


@post("/ledger/days/{day:date}/close", sync_to_thread=True)
def close_page(visitor: Visiting, day: date, data: Form) -> Redirect:
    """Closes everything through a day; empty fields were not counted."""
    visitor.require(BILLING_CHANGES)
    typed_in = {one.value: typed_money(data, f"counted_{one.value}") for one in Method}
    counted = {name: amount for name, amount in typed_in.items() if amount is not None}
    with visitor.work() as work:
        close_day(work, day, office_day(work), visitor.actor, counted)
        visitor.record(work, "ledger.close", Target("day", day.isoformat()))
    return visitor.go(f"/ledger/days?day={day.isoformat()}", "day_closed")


@post("/ledger/days/{day:date}/reopen", sync_to_thread=True)
def reopen_page(visitor: Visiting, day: date, data: Form) -> Redirect:
    """Opens the last closed day again."""
    visitor.require(BILLING_CHANGES)
    reason = typed(data, "reason", needed=True)
    with visitor.work() as work:
        reopen(work, day, reason, visitor.actor)
        visitor.record(work, "ledger.reopen", Target("day", day.isoformat()))
    return visitor.go(f"/ledger/days?day={day.isoformat()}", "day_reopened")


@get("/ledger/days/{day:date}/sheet.pdf", sync_to_thread=True)
def sheet_file(visitor: Visiting, day: date) -> Response:
    """The sheet of a day on paper."""
    visitor.require(BILLING)
    people = actor_names(visitor)
    with visitor.read() as work:
        sheet, practice = day_sheet(work, day), _practice(work)
    tables = [
        SheetTable(TITLES[key], tuple((_called(key, one.name, people), one.entries, one.amount) for one in totals))
        for key, totals in sheet.parts().items()
    ]
    return Response(day_sheet_pdf(practice, day, tables), media_type="application/pdf")


@get("/ledger/days/{day:date}/sheet.csv", sync_to_thread=True)
def sheet_csv(visitor: Visiting, day: date) -> Response:
    """The sheet of a day as CSV."""
    visitor.require(BILLING)
    with visitor.read() as work:
        sheet = day_sheet(work, day)
    rows: list[Row] = [
        {"part": key, "name": one.name, "entries": one.entries, "amount": one.amount}
        for key, totals in sheet.parts().items()
        for one in totals
    ]
    headers = {"Content-Disposition": f'attachment; filename="day-{day.isoformat()}.csv"'}
    return Response(as_csv(rows, ("part", "name", "entries", "amount")), media_type="text/csv", headers=headers)


@get("/ledger/export", sync_to_thread=True)
def export_page(
    visitor: Visiting,
    begin: Day = "",
    end: Day = "",
    form: Annotated[str, Parameter(query="format", max_length=4)] = "",
) -> Response:
    """The journal of some days, to look at and to download, with the bookkeeper's accounts."""
    visitor.require(BILLING)
    with visitor.read() as work:
        last = typed_day({"end": end}, "end") or office_day(work)
        first = typed_day({"begin": begin}, "begin") or last - SPAN
        made, books = export_journal(work, first, last), account_numbers(work)
    if form in ("csv", "iif"):
        name = f"journal-{first.isoformat()}-{last.isoformat()}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        text = journal_csv(made) if form == "csv" else as_interchange(made)
        return Response(text, media_type="text/csv", headers=headers)
    accounts = [(account(name), book_of(books, name)) for name in ACCOUNTS]
    return visitor.page(
        "ledger_export.html", "ledger", made=made, shown=made.rows[:200], accounts=accounts, begin=first, end=last
    )


@post("/ledger/account-numbers", sync_to_thread=True)
def number_account(visitor: Visiting, data: Form) -> Redirect:
    """Says how the bookkeeper calls an account."""
    visitor.require(BILLING_CHANGES)
    name = typed(data, "account", needed=True)
    if name not in ACCOUNTS:
        raise BAD_FORM.error(field="account")
    book = BookAccount(typed(data, "number", needed=True), typed(data, "title", needed=True))
    with visitor.work() as work:
        save_account_numbers(work, {name: book})
        visitor.record(work, "ledger.account_numbers")
    return visitor.go("/ledger/export", "settings_saved")


def _called(key: str, name: str, people: dict[str, str]) -> str:
    """How a line of the sheet is called by people."""
    if key == "accounts":
        return account(name).called
    if key == "people":
        return people.get(name, name)
    return name.replace("_", " ") or "no payer"


def _source(key: str) -> tuple[str, str] | None:
    """Where an entry came from: words and an address, where there is one."""
    kind, _, rest = key.partition("/")
    identity = rest.partition("/")[0]
    try:
        identity = str(UUID(identity))
    except ValueError:
        return None
    return {
        "payment": ("The payment", f"/payments/{identity}"),
        "remit": ("The remittance", f"/remittances/{identity}"),
    }.get(kind)


def _practice(work: Work) -> str:
    try:
        return read_practice(work).name
    except ChartlineError:
        return "Practice"


PAGES = [
    entries_page,
    entry_page,
    days_page,
    close_page,
    reopen_page,
    sheet_file,
    sheet_csv,
    export_page,
    number_account,
]
