"""A month small enough to be added up by hand: every number of it, and what must not be counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
from tests.domains.money_world import Practice, charge, coverage, source
from tests.domains.remittances import decided, raw, remittance

from chartline.api.billing.dashboard import kpi_body
from chartline.domains.claims import cancel
from chartline.domains.claims.tables import claim_table
from chartline.domains.payments.tables import underpayment_table
from chartline.domains.remits import match, receive, undo
from chartline.domains.remits import post as post_remittance
from chartline.domains.reports import REPORTS, Dimension, Scope, kpis, lineage, numbers, page_of, read_books, recount
from chartline.formats.x12.remittance import Remittance
from chartline.kernel.ids import new_id
from chartline.platform.database import Work

MARCH = date(2026, 3, 1), date(2026, 3, 31)


def settle(practice: Practice, paid: Remittance) -> str:
    with practice.work() as work:
        (identity,) = receive(work, practice.vault, raw(paid), "test", paid.trace)
        match(work, practice.vault, identity)
        post_remittance(work, practice.vault, practice.records, identity)
    return identity


def span(work: Work) -> Scope:
    """March, and on to the day on which the tests run, when all of it was posted."""
    return Scope(MARCH[0], max(work.now.date(), MARCH[1]) + timedelta(days=1))


def a_month(practice: Practice) -> tuple[str, str]:
    """Three claims: one paid 96 of 150 with 24 for the patient, one denied, one cancelled. The remittance, and one more
    that was posted by mistake and undone."""
    practice.sent(source(), source(charge(8000), coverage=coverage(payer_id="00456")))
    (third,) = practice.drafted(source())
    with practice.work() as work:
        cancel(work, practice.vault, practice.records, third, "tester")
        sent = datetime(2026, 3, 5, 9, tzinfo=UTC)
        work.execute(work.update(claim_table).where(claim_table.c.submitted.is_not(None)).values(submitted=sent))
    mistake = settle(practice, remittance(decided("C000002", 8000, 8000), trace="MISTAKE", paid_on=date(2026, 3, 15)))
    with practice.work() as work:
        undo(work, practice.vault, practice.records, mistake, "tester")
    right = settle(
        practice,
        remittance(
            decided("C000001", 15000, 9600, ("CO-45", 3000), ("PR-2", 2400)),
            decided("C000002", 8000, 0, ("CO-197", 8000), status="4"),
            paid_on=date(2026, 3, 20),
        ),
    )
    return right, mistake


def test_key_numbers_are_what_a_person_adds_up(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        scope = span(work)
        (found,) = kpis(work, scope)
        counts = recount(read_books(work), scope)
    answer = msgspec.json.decode(msgspec.json.Encoder(decimal_format="number").encode(kpi_body(found)))
    asked = ("totalBilled", "totalCollected", "collectionRate", "denialRate", "avgPaymentLag")
    assert [answer[name] for name in asked] == [230.0, 96.0, 0.4174, 0.5, 15.0]
    assert [one for one in answer["claimsByStatus"] if one["count"]] == [
        {"status": "paid", "count": 1},
        {"status": "denied", "count": 1},
        {"status": "cancelled", "count": 1},
    ]
    assert (answer["insuranceOpen"], answer["patientOpen"], answer["underpaid"]) == (80.0, 24.0, 0)
    for name in ("billed", "collected", "decided", "denied", "passed", "lag_payments", "lag_days", "claims"):
        assert found[name] == counts.get(name, 0), name


def test_a_posting_that_was_undone_is_no_decision_and_no_payment(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        scope = span(work)
        for figure, count in (("decided", 2), ("denied", 1), ("passed", 1), ("lag_payments", 1)):
            assert lineage(work, scope, figure).count == count, figure
        assert numbers(work, *MARCH).denied.amount.minor == 8000
        assert numbers(work, *MARCH).days_to_pay == 150


def test_a_cancelled_claim_is_no_charge_in_any_list(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        scope = span(work)
        assert page_of(work, REPORTS["claims-summary"], scope).totals["billed"] == 23000
        assert page_of(work, REPORTS["provider-productivity"], scope).totals["visits"] == 2
        assert page_of(work, REPORTS["charge-lag"], scope).totals["billed"] == 23000


def test_denials_add_up_by_payer_reason_and_procedure(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        scope = span(work)
        for name, key in (
            ("denials-by-payer", "00456"),
            ("denials-by-reason", "CO-197"),
            ("denials-by-procedure", "90837"),
        ):
            page = page_of(work, REPORTS[name], scope)
            assert [(row["key"], row["denials"], row["denied"], row["share"]) for row in page.rows] == [
                (key, 1, 8000, 10_000)
            ], name
            assert page.totals == {"denials": 1, "denied": 8000}


def test_every_list_keeps_to_its_filters(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        scope = span(work)
        first, other = (replace(scope, only={Dimension.PAYER: payer}) for payer in ("00123", "00456"))
        nobody = replace(scope, only={Dimension.PROCEDURE: "00000"})
        for name in REPORTS:
            assert not page_of(work, REPORTS[name], nobody).rows, name
        assert page_of(work, REPORTS["payments"], first).totals == {"claims": 1, "amount": 9600}
        assert page_of(work, REPORTS["payments"], other).totals == {"claims": 1, "amount": 0}
        assert page_of(work, REPORTS["denials"], first).count == 0
        assert page_of(work, REPORTS["charge-lag"], other).count == 1


def test_unpaid_claims_say_where_a_claim_stood_when_it_was_known(practice: Practice) -> None:
    a_month(practice)
    with practice.work() as work:
        scope = span(work)
        now = page_of(work, REPORTS["unpaid-claims"], scope).rows
        then = page_of(work, REPORTS["unpaid-claims"], replace(scope, known=date(2026, 2, 1))).rows
        assert [(row["word"], row["open"]) for row in now] == [("denied", 8000)]
        assert then == []


def test_an_underpayment_is_a_number_that_opens_to_its_service(practice: Practice) -> None:
    right, mistake = a_month(practice)
    with practice.work() as work:
        scope = span(work)
        claim = work.scalar(work.select(claim_table, claim_table.c.id).where(claim_table.c.number == "C000001"))
        blank = {
            "claim_id": claim,
            "payer_id": "00123",
            "procedure": "90837",
            "modifiers": "",
            "units": 1,
            "service_date": date(2026, 3, 2),
            "charged": 15000,
            "basis": "",
            "reason": "",
            "found": work.now,
            "place": 1,
            "allowed": 12000,
        }
        for line, (remittance_id, expected, state) in enumerate(
            ((right, 12500, "open"), (right, 12300, "disputed"), (right, 12900, "accepted"), (mistake, 13000, "open")),
            1,
        ):
            work.insert(
                underpayment_table,
                id=new_id(),
                remittance_id=remittance_id,
                line=line,
                expected=expected,
                state=state,
                **blank,
            )
        (found,) = kpis(work, scope)
        assert (found["underpaid"], found["underpaid:open"], found["underpaid:disputed"]) == (800, 500, 300)
        opened = lineage(work, scope, "underpaid")
        assert (opened.amount, opened.count, sum(row.amount for row in opened.rows)) == (800, 2, 800)
        (payer,) = [one for one in kpis(work, scope, Dimension.PAYER) if one.key == "00123"]
        assert payer["underpaid"] == 800
        assert not lineage(work, replace(scope, known=date(2026, 2, 1)), "underpaid").count
