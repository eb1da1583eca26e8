"""The ledger for billing programs: accounts, entries, patients' balances, closed days, the bookkeeper's export."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router
from litestar.params import Parameter

from chartline.api.billing.ledger_shapes import (
    AccountShape,
    ClosingShape,
    EntryShape,
    PatientShape,
    SheetShape,
    entry_shape,
    patient_shape,
    sheet_shape,
)
from chartline.api.billing.shapes import Answered, Asked, Dollars, Listed, Shape, dollars, money
from chartline.api.billing.texts import Reason
from chartline.api.caller import BILLING, BILLING_CHANGES, Calling
from chartline.api.problems import id_cursor
from chartline.api.routes import Cursor, Limit, act, read, replace
from chartline.domains.ledger import ACCOUNTS, EntryKind, account, balances, trial_balance
from chartline.domains.ledger.closing import closings, reopen
from chartline.domains.ledger.reading import EntryFilter, list_entries, read_entry
from chartline.domains.payments import Method, claims_of_patient, credits_of
from chartline.domains.payments.day_sheet import close_day, day_sheet
from chartline.domains.payments.export import (
    BookAccount,
    account_numbers,
    as_csv,
    as_interchange,
    book_of,
    export_journal,
    save_account_numbers,
)
from chartline.flows.patient_money import office_day
from chartline.kernel.money import Money
from chartline.platform.audit import Target

AccountName = Annotated[str, Parameter(query="account", max_length=40, pattern="^[a-z_]*([.][A-Za-z0-9_]+)?$")]


class Form(StrEnum):
    """How the journal is written."""

    CSV = "csv"
    IIF = "iif"


class ProofShape(Shape):
    """The trial balance: every account, and the sum of them, which is zero or the ledger is broken."""

    accounts: list[AccountShape]
    sum: Dollars
    balanced: bool


class CloseAsked(Asked):
    """The money that was counted by hand, by method; left out where nobody counted."""

    counted: dict[Method, Dollars] = msgspec.field(default_factory=dict)


class ReopenAsked(Asked):
    """Why a closed day is opened again."""

    reason: Reason


class NumberAsked(Asked):
    """How the bookkeeper calls an account."""

    account: Annotated[str, msgspec.Meta(max_length=40)]
    number: Annotated[str, msgspec.Meta(max_length=20, pattern="^[A-Za-z0-9.-]+$")]
    title: Annotated[str, msgspec.Meta(max_length=80, pattern="^[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f]")]


class NumbersAsked(Asked):
    """The bookkeeper's accounts."""

    accounts: Annotated[list[NumberAsked], msgspec.Meta(max_length=100)]


class NumberShape(Shape):
    """An account with the bookkeeper's number and name; ours where nothing was said."""

    account: str
    number: str
    title: str


@read("/accounts", summary="List the accounts with their balances")
def accounts(
    caller: Calling, as_of: Annotated[date | None, Parameter(query="asOf")] = None
) -> Answered[list[AccountShape]]:
    """Every account of the chart, counting entries effective up to a day; debit positive, credit negative."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=_accounts(balances(work, as_of=as_of), account_numbers(work)))


@read("/trial-balance", summary="Prove that the ledger sums to zero")
def proof(caller: Calling, as_of: Annotated[date | None, Parameter(query="asOf")] = None) -> Answered[ProofShape]:
    """Every account with entries, and their sum."""
    caller.require(BILLING)
    with caller.read() as work:
        found, books = balances(work, as_of=as_of), account_numbers(work)
        balanced = not any(trial_balance(work).values())
    shown = [one for one in _accounts(found, books) if one.account in found]
    total = Money.total(list(found.values()))
    return Answered(data=ProofShape(accounts=shown, sum=dollars(total), balanced=balanced and not total))


@read("/entries", summary="List entries")
def entries(
    caller: Calling,
    account_name: Annotated[
        str, Parameter(query="account", max_length=40, pattern="^[a-z_]*([.][A-Za-z0-9_]+)?$")
    ] = "",
    kind: EntryKind | None = None,
    claim_id: Annotated[UUID | None, Parameter(query="claimId")] = None,
    patient_id: Annotated[UUID | None, Parameter(query="patientId")] = None,
    begin: Annotated[date | None, Parameter(query="startDate")] = None,
    end: Annotated[date | None, Parameter(query="endDate")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Listed[EntryShape]:
    """The newest first; days are days of the books."""
    caller.require(BILLING)
    asked = EntryFilter(
        account=account_name,
        kind=kind.value if kind else "",
        claim=str(claim_id) if claim_id else None,
        patient=str(patient_id) if patient_id else None,
        begin=begin,
        end=end,
    )
    with caller.read() as work:
        page = list_entries(work, asked, id_cursor(cursor) or None, limit)
    return Listed(data=[entry_shape(one) for one in page.entries], next=page.next)


@read("/entries/{entry_id:uuid}", summary="Read an entry")
def entry(caller: Calling, entry_id: UUID) -> Answered[EntryShape]:
    """One entry with its lines, and what it came from."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=entry_shape(read_entry(work, str(entry_id))))


@read("/patients/{patient_id:uuid}/balance", summary="Read what a patient owes")
def patient_balance(caller: Calling, patient_id: UUID) -> Answered[PatientShape]:
    """What the patient and insurance owe, claim by claim, and the patient's credit."""
    caller.require(BILLING)
    patient = str(patient_id)
    with caller.read() as work:
        claims = claims_of_patient(work, patient)
        credit = credits_of(work, [patient]).get(patient, Money.zero())
    return Answered(data=patient_shape(patient, claims, credit))


@read("/days", summary="List closed days")
def days(caller: Calling, limit: Limit = 60) -> Listed[ClosingShape]:
    """The latest day first, with those that were opened again."""
    caller.require(BILLING)
    with caller.read() as work:
        found = closings(work, limit)
    return Listed(
        data=[
            ClosingShape(
                day=one.day,
                closed_at=one.closed,
                closed_by=one.closed_by,
                reopened_at=one.reopened,
                reopened_by=one.reopened_by,
                reason=one.reason,
            )
            for one in found
        ]
    )


@read("/days/{day:date}", summary="Read the sheet of a day")
def sheet(caller: Calling, day: date) -> Answered[SheetShape]:
    """What was booked on a day: by kind, account, payer, method and person."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=sheet_shape(day_sheet(work, day)))


@act("/days/{day:date}/close", summary="Close a day")
def close(caller: Calling, day: date, data: CloseAsked) -> Answered[SheetShape]:
    """Closes everything through a day, if it balances; what is posted for it later is booked on the next open day."""
    caller.require(BILLING_CHANGES)
    counted = {method.value: money(amount, f"counted.{method.value}") for method, amount in data.counted.items()}
    with caller.work() as work:
        closed = close_day(work, day, office_day(work), caller.actor, counted)
        caller.record(work, "ledger.close", Target("day", day.isoformat()))
    return Answered(data=sheet_shape(closed))


@act("/days/{day:date}/reopen", summary="Open the last closed day again")
def open_again(caller: Calling, day: date, data: ReopenAsked) -> Answered[SheetShape]:
    """Opens it with a reason; only the day that was closed last can be opened."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        reopen(work, day, data.reason, caller.actor)
        caller.record(work, "ledger.reopen", Target("day", day.isoformat()))
        return Answered(data=sheet_shape(day_sheet(work, day)))


@read("/export", summary="Export the journal", media_type="text/csv")
def export(
    caller: Calling,
    begin: Annotated[date, Parameter(query="startDate")],
    end: Annotated[date, Parameter(query="endDate")],
    form: Annotated[Form, Parameter(query="format")] = Form.CSV,
) -> Response[str]:
    """By day, kind and account, with the bookkeeper's numbers; the same days give the same rows."""
    caller.require(BILLING)
    with caller.read() as work:
        made = export_journal(work, begin, end)
    text = as_csv(made) if form is Form.CSV else as_interchange(made)
    name = f"journal-{begin.isoformat()}-{end.isoformat()}.{form.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv", headers=headers)


@read("/account-numbers", summary="Read the bookkeeper's accounts")
def numbers(caller: Calling) -> Answered[list[NumberShape]]:
    """Every account of the chart with the bookkeeper's number and name."""
    caller.require(BILLING)
    with caller.read() as work:
        return Answered(data=_numbers(account_numbers(work)))


@replace("/account-numbers", summary="Change the bookkeeper's accounts")
def change_numbers(caller: Calling, data: NumbersAsked) -> Answered[list[NumberShape]]:
    """Stores the accounts that are named; the others stay as they are."""
    caller.require(BILLING_CHANGES)
    with caller.work() as work:
        save_account_numbers(work, {one.account: BookAccount(one.number, one.title) for one in data.accounts})
        caller.record(work, "ledger.account_numbers")
        return Answered(data=_numbers(account_numbers(work)))


def _accounts(found: dict[str, Money], books: dict[str, BookAccount]) -> list[AccountShape]:
    names = [*ACCOUNTS, *(name for name in found if name not in ACCOUNTS)]
    return [
        AccountShape(
            account=name,
            title=account(name).called,
            kind=account(name).kind.value,
            sentence=account(name).sentence,
            number=book_of(books, name).number,
            balance=dollars(found.get(name, Money.zero())),
        )
        for name in names
    ]


def _numbers(books: dict[str, BookAccount]) -> list[NumberShape]:
    names = [*ACCOUNTS, *(name for name in books if name not in ACCOUNTS)]
    return [
        NumberShape(account=name, number=book_of(books, name).number, title=book_of(books, name).title)
        for name in names
    ]


router = Router(
    path="/ledger",
    route_handlers=[
        accounts,
        proof,
        entries,
        entry,
        patient_balance,
        days,
        sheet,
        close,
        open_again,
        export,
        numbers,
        change_numbers,
    ],
)
