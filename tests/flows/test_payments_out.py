"""A payment that was received here is entered at the practice system once, also when answers are lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.flows.plain_office import ACTOR, LOST, Desk, desk

from chartline.connect.facts import Payer, PaymentFact
from chartline.domains.sync.settings import changed_settings, read_settings, write_settings
from chartline.flows.payments_out import PAYMENT_GONE, PAYMENT_STANDS, PAYMENTS_OFF, post_payment, take_as_posted
from chartline.kernel.money import Money
from chartline.kernel.outcome import Later, Outcome, Receipt, Refused, Unknown

COPAY = PaymentFact("p-1", "900", Payer.PATIENT, Money(2500), date(2026, 3, 10))


@pytest.fixture
def here(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    with desk(tmp_path, sqlite_url) as made:
        with made.ground.database.work(made.organisation) as work:
            present = read_settings(work, made.connection.id)
            write_settings(work, made.connection.id, changed_settings(present, {"push_payments": True}), ACTOR)
        yield made


def post(at: Desk, payment: PaymentFact = COPAY, others: int = 0) -> Outcome[str]:
    return post_payment(at.ground, at.organisation, at.connection.id, payment, others=others)


def code(outcome: Outcome[str]) -> str:
    assert isinstance(outcome, Refused)
    return outcome.problem.code


def test_a_payment_is_posted_once_however_often_it_is_asked(here: Desk) -> None:
    assert [isinstance(post(here), Receipt) for _ in range(3)] == [True] * 3
    assert len(here.office.payments) == 1


def test_nothing_is_sent_until_the_practice_switches_it_on(here: Desk) -> None:
    with here.ground.database.work(here.organisation) as work:
        present = read_settings(work, here.connection.id)
        write_settings(work, here.connection.id, changed_settings(present, {"push_payments": False}), ACTOR)
    assert (code(post(here)), here.office.calls) == (PAYMENTS_OFF.code, [])


def test_a_lost_answer_is_settled_by_looking(here: Desk) -> None:
    here.office.will("post_payment", LOST)
    assert isinstance(post(here), Unknown)
    assert isinstance(post(here), Receipt)
    assert len(here.office.payments) == 1


def test_a_payment_that_never_arrived_is_sent_again_only_after_its_absence_is_proven(here: Desk) -> None:
    here.office.will("post_payment", Unknown("exchange"))
    post(here)
    assert isinstance(post(here), Later)
    assert here.office.payments == []
    here.pass_by(minutes=3)
    assert isinstance(post(here), Receipt)
    assert len(here.office.payments) == 1


def test_a_payment_that_looks_the_same_is_shown_to_a_person(here: Desk) -> None:
    post(here)
    second = replace(COPAY, reference="p-2")
    assert code(post(here, second)) == PAYMENT_STANDS.code
    assert len(here.office.payments) == 1


def test_another_payment_of_the_same_amount_is_posted_once_somebody_said_so(here: Desk) -> None:
    post(here)
    second = replace(COPAY, reference="p-2")
    here.office.will("post_payment", LOST)
    assert isinstance(post(here, second, others=1), Unknown)
    assert isinstance(post(here, second, others=1), Receipt)
    assert len(here.office.payments) == 2


def test_a_payment_that_was_entered_by_hand_is_kept_as_posted(here: Desk) -> None:
    post(here)
    (there,) = here.office.payments
    second = replace(COPAY, reference="p-2")
    taken = take_as_posted(here.ground, here.organisation, here.connection.id, second)
    assert taken == Receipt(there.vendor_id, "exchange")
    assert post(here, second) == taken
    assert len(here.office.payments) == 1


def test_a_payment_that_is_not_there_cannot_be_taken_as_posted(here: Desk) -> None:
    assert code(take_as_posted(here.ground, here.organisation, here.connection.id, COPAY)) == PAYMENT_GONE.code


def test_several_that_look_the_same_leave_a_lost_answer_open(here: Desk) -> None:
    post(here)
    here.office.payments.append(here.office.payments[0])
    here.office.will("post_payment", LOST)
    third = replace(COPAY, reference="p-3")
    assert isinstance(post(here, third, others=2), Unknown)
    assert isinstance(post(here, third, others=2), Receipt)
    assert len(here.office.payments) == 3
