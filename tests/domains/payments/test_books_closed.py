"""The day sheet, its count, and the journal for the bookkeeper."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from tests.domains.payments.world import BILLER, DAY, PAID, TODAY, Books

from chartline.domains.ledger.accounts import PATIENT, PATIENT_CASH
from chartline.domains.payments import Decided, Method, MoveKind, apply_to_oldest, decide, receive
from chartline.domains.payments.day_sheet import close_day, day_sheet
from chartline.domains.payments.export import (
    BookAccount,
    account_numbers,
    as_csv,
    as_interchange,
    export_journal,
    save_account_numbers,
)
from chartline.formats.paper.day_sheet import SheetTable, day_sheet_pdf
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work


def busy_day(books: Books, work: Work) -> None:
    """A charge, a decision, a payment of each kind, and a write-off."""
    patient = new_id()
    claim = books.claim(work, patient)
    books.decided(work, claim, patient, paid=8000, adjusted=5000, share=2000)
    for method, cents in ((Method.CASH, 700), (Method.CASH, 300), (Method.CARD, 500)):
        payment = receive(
            work, patient=patient, amount=Money(cents), method=method, received=TODAY, actor=BILLER, reference="1"
        )
        apply_to_oldest(work, payment, BILLER, TODAY)
    decide(work, [Decided(MoveKind.CHARITY, claim, PATIENT, "policy")], BILLER, TODAY)


def test_a_sheet_tells_a_day_apart_by_kind_method_and_person(books: Books) -> None:
    with books.work() as work:
        busy_day(books, work)
        sheet = day_sheet(work, TODAY)
        assert {one.name: one.amount.minor for one in sheet.methods} == {"cash": 1000, "card": 500}
        assert {one.name: one.entries for one in sheet.kinds} == {
            "patient_payment": 3,
            "patient_applied": 3,
            "write_off": 1,
        }
        assert [one.name for one in sheet.people] == [BILLER]
        assert (sheet.cash, sheet.charged, sheet.imbalance) == (Money(1500), Money(0), Money(0))
        assert day_sheet(work, DAY).charged == Money(15000)
        assert day_sheet(work, PAID).cash == Money(8000)


def test_a_day_that_was_counted_wrongly_stays_open(books: Books) -> None:
    with books.work() as work:
        busy_day(books, work)
        for counted, method in (({"cash": Money(999)}, "cash"), ({"check": Money(1)}, "check")):
            with pytest.raises(ChartlineError) as caught:
                close_day(work, TODAY, TODAY, BILLER, counted)
            assert caught.value.problem.fields["method"] == method
        closed = close_day(work, TODAY, TODAY, BILLER, {"cash": Money(1000), "check": Money(0)})
        assert closed.cash == Money(1500)
        tomorrow = TODAY + timedelta(days=1)
        busy_day(books, work)
        assert day_sheet(work, TODAY).cash == Money(1500)
        late = close_day(work, tomorrow, tomorrow, BILLER)
        assert (late.begin, late.charged, late.cash) == (tomorrow, Money(15000), Money(9500))


def test_the_journal_is_the_same_every_time_and_balances_for_each_number(books: Books) -> None:
    with books.work() as work:
        busy_day(books, work)
        save_account_numbers(work, {PATIENT_CASH: BookAccount("1020", "=Drawer")})
        assert account_numbers(work)[PATIENT_CASH].number == "1020"
        made, again = (export_journal(work, DAY, TODAY) for _ in range(2))
        assert (as_csv(made), as_interchange(made)) == (as_csv(again), as_interchange(again))
        assert made.debits == made.credits
        rows = list(csv.DictReader(io.StringIO(as_csv(made))))
        assert {row["name"] for row in rows if row["number"] == "1020"} == {"'=Drawer"}
        assert not any(row["debit"] and row["credit"] for row in rows)
        lines = as_interchange(made).splitlines()
        assert sum(1 for one in lines if one.startswith("TRNS\t")) == len({row["journal"] for row in rows})
        amounts = [round(float(one.split("\t")[4]) * 100) for one in lines if one.startswith(("TRNS\t", "SPL\t"))]
        assert sum(amounts) == 0
        close_day(work, TODAY, TODAY, BILLER)
        assert all(one.closed for one in export_journal(work, DAY, TODAY).rows)


@pytest.mark.parametrize(("number", "title"), [("10 20", "x"), ("", "x"), ("1" * 21, "x"), ("1020", " ")])
def test_a_number_no_bookkeeper_has_is_refused(sqlite_books: Books, number: str, title: str) -> None:
    with sqlite_books.work() as work, pytest.raises(ChartlineError) as caught:
        save_account_numbers(work, {PATIENT_CASH: BookAccount(number, title)})
    assert caught.value.problem.code == "payments.bad_account_number"


def test_a_sheet_is_printed_the_same_every_time() -> None:
    table = SheetTable("Money", tuple((f"row {one}", one, Money(one)) for one in range(80)))
    made = day_sheet_pdf("Example Clinic", DAY, [table, SheetTable("Nothing", ())])
    assert made.startswith(b"%PDF-")
    assert made == day_sheet_pdf("Example Clinic", DAY, [table, SheetTable("Nothing", ())])
