"""The numbers and their proof."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.domains.money_world import Practice, charge, counted, coverage, source
from tests.domains.remittances import decided, provider, raw, remittance

from chartline.domains.claims.tables import claim_table
from chartline.domains.ledger import Entry, EntryKind, Line, post
from chartline.domains.ledger.accounts import PATIENT, PATIENT_CASH
from chartline.domains.remits import match, receive
from chartline.domains.remits import post as post_remittance
from chartline.domains.reports import numbers, prove
from chartline.formats.x12.remittance import Remittance
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def settle(practice: Practice, paid: Remittance) -> None:
    with practice.work() as work:
        (identity,) = receive(work, practice.vault, raw(paid), "test", paid.trace)
        match(work, practice.vault, identity)
        post_remittance(work, practice.vault, practice.records, identity)


def a_month(practice: Practice) -> None:
    practice.sent(source(), source(), source(charge(8000), coverage=coverage(payer_id="00456")))
    with practice.work() as work:
        sent = datetime(2026, 3, 5, 9, tzinfo=UTC)
        work.execute(work.update(claim_table).values(submitted=sent))
    settle(
        practice,
        remittance(
            decided("C000001", 15000, 9600, ("CO-45", 3000), ("PR-2", 2400)),
            decided("C000002", 15000, 0, ("CO-197", 15000), status="4"),
            decided("NOBODY", 500, 500, service_date=date(2020, 1, 1)),
            provider=(provider("WO", 100),),
            paid_on=date(2026, 3, 20),
        ),
    )
    settle(practice, remittance(decided("C000003", 8000, 8000), trace="LATE", paid_on=date(2026, 4, 2)))
    with practice.work() as work:
        paid = Entry(
            EntryKind.PATIENT_PAYMENT,
            date(2026, 3, 25),
            "card/1",
            (Line(PATIENT_CASH, Money(1000)), Line(PATIENT, Money(-1000))),
            patient_id=new_id(),
        )
        post(work, paid)


def test_each_number_follows_from_entries(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        found = numbers(work, *MARCH)
        assert found.billed.amount == Money(38000)
        assert found.collected.amount == Money(9600 + 500 - 100 + 1000)
        assert found.adjusted.amount == Money(3000)
        assert found.denied.amount == Money(15000)
        assert found.patient_balance.amount == Money(1400)
        assert found.insurance_open.amount == Money(15000 + 8000)
        assert found.unapplied.amount == Money(500)
        assert found.days_to_pay == 150
        assert found.billed.kinds == ("charge",)
        assert found.collected.kinds == ("patient_payment", "provider_level", "remittance", "unapplied")
        assert [(one.payer_id, one.billed, one.collected, one.denied) for one in found.payers] == [
            ("00123", Money(30000), Money(9600), Money(15000)),
            ("00456", Money(8000), Money(0), Money(0)),
        ]
        april = numbers(work, date(2026, 4, 1), date(2026, 4, 30))
        assert (april.billed.amount, april.collected.amount) == (Money(0), Money(8000))
        assert april.insurance_open.amount == Money(15000)


def test_the_proof_holds(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        proof = prove(work)
        assert proof.balanced
        assert proof.agrees
        assert proof.remitted == Money(18000)


def test_an_empty_practice_has_zeros(practice: Practice) -> None:
    with practice.work() as work:
        found = numbers(work, *MARCH)
        assert (found.billed.amount, found.days_to_pay, found.payers) == (Money(0), None, ())
        assert prove(work).balanced


def test_numbers_take_four_statements_and_the_proof_three(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        with counted(practice.database) as seen:
            numbers(work, *MARCH)
        assert len(seen) == 4
        with counted(practice.database) as seen:
            prove(work)
        assert len(seen) == 3
