"""Any order of charges, decisions, payments, refunds, write-offs, transfers and undos leaves the books sound."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.payments.world import BILLER, DAY, Books

from chartline.domains.ledger import balances, claim_balances
from chartline.domains.ledger.accounts import (
    COLLECTIONS,
    INSURANCE,
    PATIENT,
    PATIENT_CASH,
    PATIENT_CREDIT,
    REVENUE,
)
from chartline.domains.ledger.closing import close, closed_through
from chartline.domains.payments import (
    Decided,
    Method,
    MoveKind,
    apply,
    apply_to_oldest,
    decide,
    list_moves,
    list_payments,
    read_payment,
    receive,
    refund,
    reverse,
    take_off,
    undo,
)
from chartline.domains.payments.day_sheet import day_sheet
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.platform.database import Database, Work

ACCOUNTS = (INSURANCE, PATIENT, COLLECTIONS)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ("charge", "decide", "pay", "apply", "oldest", "off", "refund", "reverse", "move", "undo", "close")
        ),
        st.integers(0, 7),
        st.integers(1, 9000),
        st.integers(0, 30),
    ),
    max_size=30,
)


@given(steps)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_books_stay_sound_whatever_is_done_in_whatever_order(sqlite_database: Database, plan: list[Any]) -> None:
    books, patients = Books(sqlite_database), [new_id(), new_id()]
    claims: list[tuple[str, str]] = []
    with books.work() as work:
        for act, which, cents, days in plan:
            try:
                with work.connection.begin_nested():
                    _do(books, work, patients, claims, (act, which, cents, DAY + timedelta(days=days)))
            except ChartlineError as error:
                assert error.problem.code.partition(".")[0] in ("payments", "ledger"), error.problem.code
        _check(books, work, patients, claims)


def _do(
    books: Books, work: Work, patients: list[str], claims: list[tuple[str, str]], act: tuple[str, int, int, date]
) -> None:
    name, which, cents, day = act
    patient = patients[which % 2]
    payments = [one.id for one in list_payments(work, limit=200).payments]
    payment = payments[which % len(payments)] if payments else new_id()
    claim, owner = claims[which % len(claims)] if claims else (new_id(), patient)
    match name:
        case "charge":
            claims.append((books.claim(work, patient, cents, day), patient))
        case "decide":
            owed = claim_balances(work, [claim]).get(claim, {}).get(INSURANCE, Money(0)).minor
            paid = min(cents, owed) // 2
            if owed > 1:
                share = (owed - paid) // 2
                books.decided(work, claim, owner, paid=paid, adjusted=0, share=share, key=new_id())
        case "pay":
            receive(work, patient=patient, amount=Money(cents), method=Method.CASH, received=day, actor=BILLER)
        case "apply":
            apply(work, payment, claim, Money(cents), BILLER, day)
        case "oldest":
            apply_to_oldest(work, payment, BILLER, day)
        case "off":
            take_off(work, payment, claim, BILLER, day)
        case "refund":
            refund(work, payment, Money(cents), BILLER, day, "asked for")
        case "reverse":
            reverse(work, payment, BILLER, day, "bounced")
        case "move":
            kind = list(MoveKind)[cents % len(MoveKind)]
            decide(work, [Decided(kind, claim, ACCOUNTS[cents % 3], "decided", Money(cents))], BILLER, day)
        case "undo":
            moves = list_moves(work, limit=200).moves
            if moves:
                undo(work, moves[which % len(moves)].id, BILLER, day)
        case _:
            close(work, day, day, {}, BILLER)


def _check(books: Books, work: Work, patients: list[str], claims: list[tuple[str, str]]) -> None:
    assert books.sound(work)
    for amounts in claim_balances(work, [claim for claim, _ in claims]).values():
        assert Money.total(list(amounts.values())) == Money(0)
        # Every part of the charge is somewhere: what is open, paid, given up or collected.
        charged = -amounts[REVENUE]
        rest = Money.total([one for name, one in amounts.items() if name != REVENUE])
        assert charged == rest
        # Nobody is asked for less than nothing: too much paid stays the patient's credit.
        assert all(amounts.get(name, Money(0)).minor >= 0 for name in ACCOUNTS)
    found = balances(work)
    payments = list_payments(work, limit=200).payments
    assert -found.get(PATIENT_CREDIT, Money(0)) == Money.total([one.left for one in payments])
    assert found.get(PATIENT_CASH, Money(0)) == Money.total(
        [one.amount - one.refunded for one in payments if one.state.value == "received"]
    )
    assert all(read_payment(work, one.id).left.minor >= 0 for one in payments)
    last = closed_through(work)
    whole = day_sheet(work, DAY - timedelta(days=400), DAY + timedelta(days=400))
    assert not whole.imbalance
    if last is not None:
        # What is behind a closed day is as large as the closed days and the open ones are together.
        closed, after = (
            day_sheet(work, DAY - timedelta(days=400), last),
            day_sheet(work, last + timedelta(days=1), DAY + timedelta(days=400)),
        )
        assert closed.entries + after.entries == whole.entries
    assert patients
