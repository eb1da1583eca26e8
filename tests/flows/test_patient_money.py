"""What happens to patients' money by itself, and a payment that is entered at the practice system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.domains.payments.world import BILLER, PAID, Books
from tests.domains.practice_world import ADA
from tests.flows.plain_office import ACTOR, Desk, desk
from tests.support.filled import DirectRun

from chartline.connect.facts import PersonFact
from chartline.domains.ledger import balance
from chartline.domains.ledger.accounts import PATIENT_CREDIT, SMALL_BALANCE
from chartline.domains.payments import Method, MoneySettings, receive, save_money_settings
from chartline.domains.payments.statement_runs import RunState, read_run
from chartline.domains.practice.people import write_person
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link
from chartline.domains.sync.settings import changed_settings, read_settings, write_settings
from chartline.flows.patient_money import NO_PATIENT, PatientMoney, begin_statements, office_day, take_payment
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed


@pytest.fixture
def here(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    with desk(tmp_path, sqlite_url) as made:
        yield made


def patient_of(here: Desk, person: PersonFact = ADA) -> str:
    with here.ground.database.work(here.organisation) as work:
        return here.ground.records.create(work, write_person(person, new_id())).id


def test_every_night_credit_is_applied_and_small_balances_go(here: Desk) -> None:
    ground, patient = here.ground, new_id()
    books = Books(ground.database, here.organisation)
    with books.work() as work:
        save_money_settings(work, MoneySettings(small_balance_automatic=True, small_balance_days=1), BILLER)
        small, large = books.claim(work, patient, day=PAID.replace(year=2025)), books.claim(work, new_id())
        books.decided(work, small, patient, paid=8000, adjusted=6000, share=1000)
        receive(work, patient=patient, amount=Money(700), method=Method.CASH, received=PAID, actor=BILLER)
    story = PatientMoney(ground)
    assert story.night(DirectRun(here.organisation), {}) == {"credit_portions": "1", "given_up": "0"}
    with books.work() as work:
        assert books.owed(work, small) == {"receivable.patient": 300}
        assert balance(work, PATIENT_CREDIT) == Money(0)
    here.pass_by(days=10)
    assert story.night(DirectRun(here.organisation), {}) == {"credit_portions": "1", "given_up": "1"}
    with books.work() as work:
        assert (books.owed(work, small), balance(work, SMALL_BALANCE)) == ({}, Money(300))
        assert books.owed(work, large) == {"receivable.insurance": 15000}


def test_a_statement_run_is_worked_off_by_its_job(here: Desk) -> None:
    with here.ground.database.work(here.organisation) as work:
        run = begin_statements(here.ground, work, office_day(work), BILLER)
    done = PatientMoney(here.ground).statements(DirectRun(here.organisation), {"run": run})
    assert done == {"made": "0"}
    with here.ground.database.read(here.organisation) as work:
        assert read_run(work, run).state is RunState.DONE


def test_a_payment_goes_to_the_practice_system_once_where_that_is_switched_on(here: Desk) -> None:
    ground, organisation, connection = here.ground, here.organisation, here.connection.id
    patient, identity = patient_of(here, replace(ADA, family=Sealed("Paymentby"))), new_id()
    with ground.database.work(organisation) as work:
        present = read_settings(work, connection)
        write_settings(work, connection, changed_settings(present, {"push_payments": True}), ACTOR)
        link(work, connection, Kind.PATIENT, patient, "900")
        for _ in range(2):
            take_payment(
                ground,
                work,
                patient=patient,
                amount=Money(2500),
                method=Method.CHECK,
                actor=BILLER,
                identity=identity,
                reference="4471",
            )
    story, arguments = PatientMoney(ground), {"connection": connection, "payment": identity}
    for _ in range(2):
        assert story.send_payment(DirectRun(organisation), arguments) is None
    assert [(one.amount, one.check_number) for one in here.office.payments] == [(Money(2500), "4471")]


def test_a_payment_of_nobody_is_refused(here: Desk) -> None:
    with here.ground.database.work(here.organisation) as work, pytest.raises(ChartlineError) as caught:
        take_payment(
            here.ground,
            work,
            patient=new_id(),
            amount=Money(1),
            method=Method.CASH,
            actor=BILLER,
            identity=new_id(),
        )
    assert caught.value.problem.code == NO_PATIENT.code
