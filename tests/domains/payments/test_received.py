"""Patients' payments: once, never more than owed, and undone by counter-entries."""

from __future__ import annotations

import pytest
from tests.domains.payments.world import BILLER, PAID, TODAY, Books

from chartline.domains.ledger import balance
from chartline.domains.ledger.accounts import PATIENT, PATIENT_CASH, PATIENT_CREDIT
from chartline.domains.payments import (
    Method,
    PaymentState,
    apply,
    apply_to_oldest,
    list_payments,
    read_payment,
    receive,
    refund,
    reverse,
    take_off,
)
from chartline.domains.payments.nightly import apply_credits
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Work


def take_in(work: Work, patient: str, cents: int, identity: str | None = None) -> str:
    return receive(
        work,
        patient=patient,
        amount=Money(cents),
        method=Method.CHECK,
        received=TODAY,
        actor=BILLER,
        reference="4471",
        identity=identity,
    )


def two_claims(books: Books, work: Work, patient: str) -> tuple[str, str]:
    """An older claim with 20.00 and a newer one with 30.00 for the patient."""
    old = books.claim(work, patient, day=PAID.replace(month=1))
    new = books.claim(work, patient)
    books.decided(work, old, patient, paid=8000, adjusted=5000, share=2000)
    books.decided(work, new, patient, paid=8000, adjusted=4000, share=3000)
    return old, new


def test_a_payment_goes_to_the_oldest_claims_and_the_rest_is_credit(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        old, new = two_claims(books, work, patient)
        payment = take_in(work, patient, 6000)
        assert apply_to_oldest(work, payment, BILLER, TODAY) == Money(5000)
        assert (books.owed(work, old), books.owed(work, new)) == ({}, {})
        assert read_payment(work, payment).left == Money(1000)
        assert balance(work, PATIENT_CREDIT, patient=patient) == Money(-1000)
        assert books.sound(work)


def test_the_same_payment_and_the_same_act_happen_once(books: Books) -> None:
    patient, identity, act = new_id(), new_id(), new_id()
    with books.work() as work:
        old, _ = two_claims(books, work, patient)
        for _ in range(2):
            payment = take_in(work, patient, 1500, identity)
            apply(work, payment, old, Money(700), BILLER, TODAY, act)
            refund(work, payment, Money(100), BILLER, TODAY, "too much", f"{act}b")
        found = read_payment(work, payment)
        assert (found.applied, found.refunded, found.left) == (Money(700), Money(100), Money(700))
        assert balance(work, PATIENT_CASH) == Money(1400)


def test_more_than_the_claim_owes_or_the_payment_has_is_refused(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        old, _ = two_claims(books, work, patient)
        payment = take_in(work, patient, 6000)
        for amount in (2001, 0, -5):
            with pytest.raises(ChartlineError) as caught:
                apply(work, payment, old, Money(amount), BILLER, TODAY)
            assert caught.value.problem.code == "payments.more_than_open"
        with pytest.raises(ChartlineError) as caught:
            refund(work, payment, Money(6001), BILLER, TODAY, "x")
        assert caught.value.problem.code == "payments.more_than_open"


def test_a_payment_does_not_reach_another_patients_claim(books: Books) -> None:
    with books.work() as work:
        old, _ = two_claims(books, work, new_id())
        payment = take_in(work, new_id(), 6000)
        with pytest.raises(ChartlineError) as caught:
            apply(work, payment, old, None, BILLER, TODAY)
        assert caught.value.problem.code == "payments.no_claim"


def test_a_check_that_bounces_opens_its_claims_again(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        old, new = two_claims(books, work, patient)
        payment = take_in(work, patient, 6000)
        apply_to_oldest(work, payment, BILLER, TODAY)
        assert reverse(work, payment, BILLER, TODAY, "returned by the bank") is True
        assert reverse(work, payment, BILLER, TODAY, "returned by the bank") is False
        assert (books.owed(work, old), books.owed(work, new)) == ({PATIENT: 2000}, {PATIENT: 3000})
        assert (balance(work, PATIENT_CASH), balance(work, PATIENT_CREDIT)) == (Money(0), Money(0))
        assert read_payment(work, payment).state is PaymentState.REVERSED
        with pytest.raises(ChartlineError):
            apply_to_oldest(work, payment, BILLER, TODAY)


def test_a_refunded_payment_is_not_reversed(books: Books) -> None:
    with books.work() as work:
        payment = take_in(work, new_id(), 6000)
        refund(work, payment, None, BILLER, TODAY, "moved away")
        with pytest.raises(ChartlineError) as caught:
            reverse(work, payment, BILLER, TODAY, "x")
        assert caught.value.problem.code == "payments.not_in_this_state"


def test_what_is_taken_off_a_claim_can_be_applied_to_another_one(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        old, new = two_claims(books, work, patient)
        payment = take_in(work, patient, 2000)
        apply(work, payment, old, None, BILLER, TODAY)
        assert take_off(work, payment, old, BILLER, TODAY, "wrong visit") == Money(2000)
        assert apply(work, payment, new, None, BILLER, TODAY) == Money(2000)
        assert (books.owed(work, old), books.owed(work, new)) == ({PATIENT: 2000}, {PATIENT: 1000})


def test_credit_finds_what_became_the_patients_to_pay_at_night(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        payment = take_in(work, patient, 2500)
        idle = take_in(work, new_id(), 100)
        old, _ = two_claims(books, work, patient)
        assert apply_credits(work, "chartline", TODAY) is None
        assert books.owed(work, old) == {}
        assert (read_payment(work, payment).left, read_payment(work, idle).left) == (Money(0), Money(100))


def test_a_check_without_its_number_is_refused(books: Books) -> None:
    with books.work() as work, pytest.raises(ChartlineError) as caught:
        receive(
            work, patient=new_id(), amount=Money(1), method=Method.CHECK, received=TODAY, actor=BILLER, reference=" "
        )
    assert caught.value.problem.fields["field"] == "reference"


def test_payments_are_paged_without_gaps(books: Books) -> None:
    patient = new_id()
    with books.work() as work:
        made = {take_in(work, patient, cents) for cents in range(1, 8)}
        take_in(work, new_id(), 5)
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = list_payments(work, patient=patient, cursor=cursor, limit=3)
            seen += [one.id for one in page.payments]
            cursor = page.next
            if cursor is None:
                break
    assert (len(seen), set(seen)) == (7, made)
