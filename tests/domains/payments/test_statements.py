"""Statements: who gets one, what it asks for, how often, and never while somebody else owes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.domains.money_world import counted
from tests.domains.payments.world import BILLER, PAID, TODAY, Books
from tests.domains.practice_world import ADA, PRACTICE

from chartline.domains.payments import Method, MoneySettings, apply, receive
from chartline.domains.payments.statement_runs import RunState, begin, go_on
from chartline.domains.payments.statement_text import compose, owing_of
from chartline.domains.payments.statements import (
    StatementState,
    list_statements,
    make,
    mark,
    open_statements,
    patients_owing,
    put_on_hold,
    take_off_hold,
)
from chartline.domains.practice.people import write_person
from chartline.domains.practice.settings import save_practice
from chartline.formats.paper.statement import Statement, statement_pdf
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

SETTINGS = MoneySettings(statement_minimum=500, statement_days=30)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "keys", {})


def person(work: Work, records: Records) -> str:
    return records.create(work, write_person(ADA, new_id())).id


def owes(books: Books, work: Work, patient: str, share: int, left: int = 0, day: date = PAID) -> str:
    """A claim of which the patient owes ``share`` and insurance ``left``."""
    claim = books.claim(work, patient, day=day - timedelta(days=14))
    books.decided(work, claim, patient, paid=8000 - left, adjusted=7000 - share, share=share)
    return claim


def test_a_statement_asks_for_the_patients_part_less_the_credit_and_says_what_insurance_did(
    books: Books, vault: Vault
) -> None:
    records = Records(vault)
    with books.work() as work:
        save_practice(work, PRACTICE)
        patient = person(work, records)
        first = owes(books, work, patient, 2000)
        owes(books, work, patient, 700, left=100)
        payment = receive(work, patient=patient, amount=Money(900), method=Method.CASH, received=TODAY, actor=BILLER)
        apply(work, payment, first, Money(500), BILLER, TODAY)
        owing = owing_of(work, [patient], waits_for_insurance=True)
        assert (owing[patient].owed, owing[patient].with_insurance) == (Money(1100), Money(100))
        made = compose(work, records, list(owing.values()), {patient: ("S000001", 2)}, TODAY, TODAY)[patient]
        [service] = made.services
        assert service.words == (
            "Example Mutual paid $80.00.",
            "$50.00 was taken off, mostly by agreement with your insurance.",
            "Your part: $20.00 copay.",
            "You paid $5.00. Thank you.",
        )
        assert (made.owed, Money.total(list(made.ages))) == (Money(1100), Money(1100))
        assert made.patient[0] == "Adabelle Inventado"
        assert "Inventado" not in repr(made)
        assert statement_pdf(made) == statement_pdf(made)
        both = owing_of(work, [patient], waits_for_insurance=False)
        assert both[patient].owed == Money(1800)


def test_a_run_makes_each_statement_once_and_not_again_before_its_time(books: Books, vault: Vault) -> None:
    records = Records(vault)
    with books.work() as work:
        save_practice(work, PRACTICE)
        patients = [person(work, records) for _ in range(4)]
        for patient, share in zip(patients, (2000, 499, 3000, 2500), strict=True):
            owes(books, work, patient, share)
        put_on_hold(work, patients[3], "estate", BILLER)
        assert set(patients_owing(work, SETTINGS)) == {patients[0], patients[2], patients[3]}
        run = begin(work, TODAY, BILLER)
        with pytest.raises(ChartlineError) as caught:
            begin(work, TODAY, BILLER)
        assert caught.value.problem.code == "payments.run_under_way"
        done = go_on(work, vault, records, run)
        assert (done.state, done.looked, done.made, done.amount) == (RunState.DONE, 3, 2, Money(5000))
        assert go_on(work, vault, records, run) == done
        made = list_statements(work, run=run).statements
        assert {one.patient_id for one in made} == {patients[0], patients[2]}
        pdfs = open_statements(work, vault, [one.id for one in made])
        assert all(one.reveal(Purpose.SHOW).startswith(b"%PDF-") for one in pdfs)
        assert mark(work, [one.id for one in made], StatementState.SENT) == 2
        soon, later = TODAY + timedelta(days=29), TODAY + timedelta(days=30)
        assert make(work, vault, records, patients[:1], SETTINGS, soon) == []
        [second] = make(work, vault, records, patients[:1], SETTINGS, later)
        assert second.times == 2
        mark(work, [second.id], StatementState.WITHDRAWN)
        [third] = make(work, vault, records, patients[:1], SETTINGS, later)
        assert third.times == 2
        take_off_hold(work, patients[3])
        assert len(make(work, vault, records, [patients[3]], SETTINGS, TODAY)) == 1


def test_by_hand_the_minimum_and_the_hold_do_not_matter_but_something_is_owed(books: Books, vault: Vault) -> None:
    records = Records(vault)
    with books.work() as work:
        save_practice(work, PRACTICE)
        patient, other = person(work, records), person(work, records)
        owes(books, work, patient, 100)
        put_on_hold(work, patient, "estate", BILLER)
        assert len(make(work, vault, records, [patient, other], SETTINGS, TODAY, by_hand=True)) == 1


def test_fifty_statements_cost_as_many_statements_of_sql_as_five(sqlite_books: Books, vault: Vault) -> None:
    records = Records(vault)

    def asked(count: int) -> int:
        with sqlite_books.work() as work:
            save_practice(work, PRACTICE)
            patients = [person(work, records) for _ in range(count)]
            for patient in patients:
                owes(sqlite_books, work, patient, 2000)
        with counted(sqlite_books.database) as seen, sqlite_books.work() as work:
            assert len(make(work, vault, records, patients, SETTINGS, TODAY)) == count
        return len(seen)

    assert asked(3) == asked(20)


def test_what_is_old_stands_in_its_column_and_credit_settles_the_oldest(sqlite_books: Books, vault: Vault) -> None:
    records = Records(vault)
    with sqlite_books.work() as work:
        save_practice(work, PRACTICE)
        patient = person(work, records)
        for share in (1000, 2000):
            owes(sqlite_books, work, patient, share)
        receive(work, patient=patient, amount=Money(300), method=Method.CASH, received=TODAY, actor=BILLER)
        owing = owing_of(work, [patient], waits_for_insurance=True)
        for days, column in ((0, 0), (30, 0), (31, 1), (61, 2), (91, 3), (121, 4)):
            day = PAID + timedelta(days=days)
            made = compose(work, records, list(owing.values()), {patient: ("S1", 1)}, day, day)[patient]
            assert [one.minor for one in made.ages] == [2700 if place == column else 0 for place in range(5)]


def test_a_statement_that_asks_for_nothing_is_not_printed() -> None:
    empty = Statement(
        number="S1",
        day=TODAY,
        due=TODAY,
        practice=("Example Clinic", "1 Example Way", "Sampleton"),
        phone="5555550100",
        patient=("Nobody",),
        account="A1",
        services=(),
        ages=(Money(0),) * 5,
        credit=Money(0),
        with_insurance=Money(0),
        times=1,
    )
    with pytest.raises(ValueError, match="asks for something"):
        statement_pdf(empty)
    with pytest.raises(ValueError, match="asks for something"):
        statement_pdf(replace(empty, credit=Money(5)))
