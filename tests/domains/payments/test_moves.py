"""Decisions on open amounts: with a reason, never more than open, once, and taken back by a counter-entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domains.money_world import counted
from tests.domains.payments.world import BILLER, PAID, TODAY, Books

from chartline.domains.ledger import Owing, balance, balances, post_many, transfer_entry
from chartline.domains.ledger.accounts import (
    CHARITY,
    COLLECTIONS,
    INSURANCE,
    PATIENT,
    PAYER_CASH,
    SMALL_BALANCE,
    TIMELY_FILING,
    TRANSFER,
)
from chartline.domains.payments import Decided, MoneySettings, MoveKind, decide, list_moves, undo
from chartline.domains.payments.nightly import give_up, small_balances
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work


def shared(books: Books, work: Work, share: int = 2000, open_with_insurance: int = 0) -> str:
    """A claim with a patient's share."""
    patient = new_id()
    claim = books.claim(work, patient)
    books.decided(work, claim, patient, paid=8000 - open_with_insurance, adjusted=7000 - share, share=share)
    return claim


def test_a_denial_that_came_too_late_is_written_off_and_the_write_off_taken_back(books: Books) -> None:
    with books.work() as work:
        claim = books.claim(work, new_id())
        [move] = decide(work, [Decided(MoveKind.TIMELY_FILING, claim, INSURANCE, "sent late")], BILLER, TODAY)
        assert (books.owed(work, claim), balance(work, TIMELY_FILING)) == ({}, Money(15000))
        assert undo(work, move, BILLER, TODAY) is True
        assert undo(work, move, BILLER, TODAY) is False
        assert (books.owed(work, claim), balance(work, TIMELY_FILING)) == ({INSURANCE: 15000}, Money(0))
        assert books.sound(work)


def test_the_same_decision_is_made_once(books: Books) -> None:
    with books.work() as work:
        claim = shared(books, work)
        decided = Decided(MoveKind.CHARITY, claim, PATIENT, "policy 4", Money(500), new_id())
        assert decide(work, [decided, decided], BILLER, TODAY) == decide(work, [decided], BILLER, TODAY) * 2
        assert (books.owed(work, claim), balance(work, CHARITY)) == ({PATIENT: 1500}, Money(500))


@pytest.mark.parametrize(
    ("kind", "account", "reason", "cents", "code"),
    [
        (MoveKind.CHARITY, PATIENT, "x", 2001, "payments.more_than_open"),
        (MoveKind.CHARITY, PATIENT, "x", 0, "payments.more_than_open"),
        (MoveKind.CHARITY, PATIENT, " ", 1, "payments.no_reason"),
        (MoveKind.CHARITY, "cash.payer", "x", 1, "payments.bad_decision"),
        (MoveKind.TO_COLLECTIONS, INSURANCE, "x", 1, "payments.bad_decision"),
        (MoveKind.PAYER_REFUND, INSURANCE, "x", 1, "payments.more_than_open"),
    ],
)
def test_what_does_not_fit_is_refused(
    sqlite_books: Books, kind: MoveKind, account: str, reason: str, cents: int, code: str
) -> None:
    with sqlite_books.work() as work:
        claim = shared(sqlite_books, work)
        with pytest.raises(ChartlineError) as caught:
            decide(work, [Decided(kind, claim, account, reason, Money(cents))], BILLER, TODAY)
        assert caught.value.problem.code == code
        assert sqlite_books.owed(work, claim) == {PATIENT: 2000}


def test_what_is_in_collections_is_written_off_there_and_then_not_called_back(books: Books) -> None:
    with books.work() as work:
        claim = shared(books, work)
        [placed] = decide(work, [Decided(MoveKind.TO_COLLECTIONS, claim, PATIENT, "no answer")], BILLER, TODAY)
        assert books.owed(work, claim) == {COLLECTIONS: 2000}
        [lost] = decide(work, [Decided(MoveKind.BAD_DEBT, claim, COLLECTIONS, "not found")], BILLER, TODAY)
        with pytest.raises(ChartlineError) as caught:
            undo(work, placed, BILLER, TODAY)
        assert caught.value.problem.code == "payments.built_upon"
        undo(work, lost, BILLER, TODAY)
        undo(work, placed, BILLER, TODAY)
        assert books.owed(work, claim) == {PATIENT: 2000}


def test_what_a_payer_paid_too_much_is_given_back(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        claim = books.claim(work, patient)
        books.decided(work, claim, patient, paid=15000, adjusted=0, share=0)
        books.decided(work, claim, patient, paid=4000, adjusted=0, share=0, key="2")
        decide(work, [Decided(MoveKind.PAYER_REFUND, claim, INSURANCE, "paid twice")], BILLER, TODAY)
        assert (books.owed(work, claim), balance(work, PAYER_CASH)) == ({}, Money(15000))


def test_small_and_old_balances_are_given_up_and_no_others(books: Books) -> None:
    settings = MoneySettings(small_balance_under=500, small_balance_days=30)
    later = PAID + timedelta(days=30)
    with books.work() as work:
        small, large = shared(books, work, 500), shared(books, work, 501)
        insured = shared(books, work, 500, open_with_insurance=100)
        assert small_balances(work, settings, later - timedelta(days=1)) == []
        found = small_balances(work, settings, later)
        assert [one.claim_id for one in found] == [small]
        assert give_up(work, found, "chartline", later) == 1
        assert small_balances(work, settings, later) == []
        assert balance(work, SMALL_BALANCE) == Money(500)
        assert books.owed(work, large) == {PATIENT: 501}
        assert books.owed(work, insured) == {PATIENT: 500, INSURANCE: 100}


def test_many_decisions_cost_a_constant_number_of_statements(sqlite_books: Books) -> None:
    def asked(count: int) -> int:
        with sqlite_books.work() as work:
            claims = [shared(sqlite_books, work) for _ in range(count)]
        decisions = [Decided(MoveKind.OTHER, one, PATIENT, "agreed") for one in claims]
        with counted(sqlite_books.database) as seen, sqlite_books.work() as work:
            decide(work, decisions, BILLER, TODAY)
        return len(seen)

    assert asked(3) == asked(40)


def test_decisions_are_paged_and_filtered(books: Books) -> None:
    with books.work() as work:
        claims = [shared(books, work) for _ in range(5)]
        decide(work, [Decided(MoveKind.OTHER, one, PATIENT, "agreed") for one in claims], BILLER, TODAY)
        decide(work, [Decided(MoveKind.TO_INSURANCE, shared(books, work), PATIENT, "covered")], BILLER, TODAY)
        first = list_moves(work, kinds=[MoveKind.OTHER], limit=3)
        rest = list_moves(work, kinds=[MoveKind.OTHER], cursor=first.next, limit=3)
        assert {one.claim_id for one in [*first.moves, *rest.moves]} == set(claims)
        assert rest.next is None


def test_an_open_amount_moves_to_another_claim_once_and_each_claim_sums_to_zero(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        first, second = shared(books, work), books.claim(work, patient, total=2000)
        entries = transfer_entry(
            origin=Owing(first, None, patient, PATIENT),
            target=Owing(second, None, patient, INSURANCE),
            amount=Money(2000),
            effective=TODAY,
            cause=f"secondary/{second}",
        )
        assert (post_many(work, entries), post_many(work, entries)) == (2, 0)
        assert (books.owed(work, first), books.owed(work, second)) == ({}, {INSURANCE: 4000})
        assert balances(work)[TRANSFER] == Money(0)
        assert books.sound(work)
    with pytest.raises(ChartlineError) as caught:
        transfer_entry(
            origin=Owing(first, None, patient, PATIENT),
            target=Owing(first, None, patient, PATIENT),
            amount=Money(1),
            effective=TODAY,
            cause="x",
        )
    assert caught.value.problem.code == "ledger.no_transfer"
