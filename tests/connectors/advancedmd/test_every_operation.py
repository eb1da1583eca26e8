"""Each further operation against the simulator, over a real socket (vendor sheet 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from msgspec.structs import replace as replace_seed
from tests.connectors.advancedmd.bench import Bench, simulated_office, value_of

from chartline.connect.capabilities import ExchangesNotes
from chartline.connect.facts import (
    ChargeFact,
    CoverageFact,
    LookupKind,
    NoteFact,
    Payer,
    PaymentFact,
    Relationship,
    VisitFact,
    VisitStatus,
)
from chartline.connectors.advancedmd.connector import Connector
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import HoldSeed
from chartline.connectors.advancedmd.wire import InsuranceRow
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

DAY = date(2026, 4, 10)
VISIT = VisitFact(None, "1003", datetime(2026, 4, 10, 17, 0, tzinfo=UTC), 60, VisitStatus.BOOKED)
CHARGES = (
    ChargeFact("90834", ("95",), 1, ("F411", "F4310"), "10", Money(15000)),
    ChargeFact("90791", (), 1, ("F411",), "10", Money(22000)),
)


BOTH = pytest.mark.parametrize("bench", ["json", "xml"], indirect=True)
"""For what is spelt in ways of its own; all else goes by JSON alone."""


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with simulated_office(tmp_path, getattr(request, "param", "json")) as made:
        yield made


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.problem.code


def booked(connector: Connector, visit: VisitFact = VISIT) -> VisitFact:
    return replace(visit, vendor_id=str(value_of(connector.add_visit(visit))))


# --- visits -----------------------------------------------------------------------------------------------------------


def test_a_visit_is_moved_missed_and_cancelled_and_each_is_read_back(bench: Bench) -> None:
    connector = bench.connector(unverified="yes")
    before = booked(connector)
    after = replace(before, start=before.start + timedelta(days=1), minutes=45)
    assert value_of(connector.move_visit(before, after)) == before.vendor_id
    assert isinstance(connector.read_visit(before), Absent)
    read = connector.read_visit(after)
    assert isinstance(read, Receipt)
    assert (read.value.start, read.value.minutes, read.value.status) == (after.start, 45, VisitStatus.BOOKED)
    assert value_of(connector.no_show_visit(after)) == before.vendor_id
    assert [(each.vendor_id, each.status) for each in value_of_visits(connector, date(2026, 4, 11))] == [
        (before.vendor_id, VisitStatus.NO_SHOW)
    ]
    other = booked(connector)
    assert value_of(connector.cancel_visit(replace(other, cancel_reason="weather"))) == other.vendor_id
    cancelled = connector.read_visit(other)
    assert isinstance(cancelled, Receipt)
    assert cancelled.value.status is VisitStatus.CANCELLED
    assert isinstance(connector.find_visit(VISIT), Absent)
    assert value_of(connector.move_visit(after, after)) == before.vendor_id
    assert bench.wire.operations().count("scheduler.move") == 1


def value_of_visits(connector: Connector, day: date) -> tuple[VisitFact, ...]:
    outcome = connector.visits_on(day)
    assert isinstance(outcome, Receipt), outcome
    return outcome.value


def test_a_move_onto_another_visit_is_refused_with_the_slot_named_trap_23(bench: Bench) -> None:
    connector = bench.connector(unverified="yes")
    taken, mine = (
        booked(connector),
        booked(connector, replace(VISIT, patient_vendor_id="1002", start=VISIT.start.replace(hour=20))),
    )
    onto = replace(mine, start=taken.start + timedelta(minutes=15))
    assert code(connector.move_visit(mine, onto)) == "advancedmd.slot_taken"
    assert isinstance(connector.read_visit(mine), Receipt)
    assert code(connector.cancel_visit(replace(mine, vendor_id="999999"))) == "advancedmd.not_found"


@pytest.mark.parametrize("kind", ["drop", "cut", "empty"])
def test_a_cancellation_without_an_answer_is_unknown_and_read_back_trap_24(bench: Bench, kind: str) -> None:
    connector = bench.connector()
    visit = booked(connector)
    bench.fault("scheduler.cancel", kind)
    assert isinstance(connector.cancel_visit(visit), Unknown)
    read = connector.read_visit(visit)
    assert isinstance(read, Receipt)
    assert read.value.status is VisitStatus.CANCELLED


def test_a_dead_session_is_renewed_on_rest_too_trap_29(bench: Bench) -> None:
    connector = bench.connector()
    visit = booked(connector)
    bench.simulator.tell("options", login_spacing=0, expiry_style="403")
    bench.simulator.tell("expire-tokens")
    assert value_of(connector.cancel_visit(visit)) == visit.vendor_id
    assert bench.simulator.ask("counters")["logins"] == 2


def test_an_office_whose_day_list_is_empty_is_asked_for_reminders_before_absence_is_said(bench: Bench) -> None:
    connector = bench.connector()
    visit = booked(connector)
    assert isinstance(connector.find_visit(replace(VISIT, start=VISIT.start + timedelta(days=30))), Absent)
    assert bench.wire.operations()[-2:] == ["getdatevisits", "getreminderappts"]
    reminded = connector._client.get_reminder_appts(DAY)
    assert isinstance(reminded, Receipt)
    assert [(row.get("id"), row.get("start"), row.get("status")) for row in reminded.value.rows] == [
        (f"vst{visit.vendor_id}", "2026-04-10T11:00:00", "0")
    ]
    listed = connector._client.get_appts(DAY, DAY)
    assert isinstance(listed, Receipt)
    assert len(listed.value.rows) == 1


def test_the_calendar_is_read_in_minutes_and_openings_are_asked_for_in_slots_trap_23(bench: Bench) -> None:
    connector = bench.connector()
    visit = booked(connector)
    client = connector._client
    bench.simulator.tell("options", single_appointment=True)
    rows = client.appointments(["11"], "day", DAY)
    assert isinstance(rows, Receipt)
    assert [(row.text("id"), row.text("duration")) for row in rows.value] == [(visit.vendor_id, "60")]
    own = client.patient_appointments("1003")
    assert isinstance(own, Receipt)
    assert len(own.value) == 1
    assert isinstance(client.block_holds(["11"], "week", DAY), Receipt)
    assert code(client.appointments([], "day", DAY)) == "advancedmd.bad_request"
    setup = client.get_scheduler_setup()
    assert isinstance(setup, Receipt)
    assert [(column.id, bool(column.minutes)) for column in setup.value] == [("11", True)]
    question = {
        "startdate": DAY.isoformat(),
        "duration": 4,
        "columnids": [11],
        "forward": True,
        "includeopenslots": True,
    }
    opening = client.openings(question)
    assert isinstance(opening, Receipt)
    assert opening.value[0].text("hasopenslot") == "1"
    assert len(opening.value[0].rows("columns")[0].texts("openslots")) > 3
    booked_by_rest = client.book("1002", "11", "3", datetime(2026, 4, 13, 9, 0), 30, kind="ap_type1")  # noqa: DTZ001
    assert isinstance(booked_by_rest, Receipt)
    assert code(client.book("1001", "11", "3", datetime(2026, 4, 13, 9, 15), 30)) == "advancedmd.slot_taken"  # noqa: DTZ001


def test_a_hold_over_days_ends_when_it_says_and_not_after_its_duration_trap_23(bench: Bench) -> None:
    hold = HoldSeed(ref="h1", column="DR INVENTED", begin="2026-04-10T12:00", end="2026-04-13T13:00")
    bench.simulator.tell("offices", **msgspec.to_builtins(replace_seed(example_office(), holds=[hold])))
    holds = bench.connector()._client.block_holds(["11"], "week", DAY)
    assert isinstance(holds, Receipt)
    assert [(each.column, each.start, each.end, each.recurring) for each in holds.value] == [
        ("11", "2026-04-10T12:00:00", "2026-04-13T13:00:00", False)
    ]


# --- charges ----------------------------------------------------------------------------------------------------------


@BOTH
def test_charges_are_read_back_as_codes_and_a_second_save_of_the_same_sends_nothing_traps_17_18(bench: Bench) -> None:
    connector = bench.connector()
    visit = str(booked(connector).vendor_id)
    assert value_of(connector.save_charges(visit, "1003", CHARGES, DAY)) == visit
    posted = connector.charges_on(visit, "1003", DAY)
    assert isinstance(posted, Receipt)
    assert [(each.charge.procedure, each.charge.modifiers, each.charge.diagnoses, each.charge.units, each.charge.amount)
            for each in posted.value] == [
        ("90834", ("95",), ("F411", "F4310"), 1, Money(15000)),
        ("90791", (), ("F411",), 1, Money(22000)),
    ]  # fmt: skip
    assert {(each.void, each.billed, each.protected, each.visit_vendor_id) for each in posted.value} == {
        (False, False, False, visit)
    }
    assert value_of(connector.save_charges(visit, "1003", CHARGES, DAY)) == visit
    assert value_of(connector.save_charges(visit, "1003", CHARGES)) == visit
    assert bench.wire.operations().count("savecharges") == 1


def test_other_charges_are_never_voided_silently_and_replaced_when_that_is_said_trap_17(bench: Bench) -> None:
    connector = bench.connector()
    visit = str(booked(connector).vendor_id)
    connector.save_charges(visit, "1003", CHARGES, DAY)
    changed = (replace(CHARGES[0], modifiers=("GT",)), CHARGES[1])
    refused = connector.save_charges(visit, "1003", changed, DAY)
    assert code(refused) == "connect.charges_stand"
    assert isinstance(connector.find_charges(visit, "1003", DAY, CHARGES), Receipt)
    assert code(connector.find_charges(visit, "1003", DAY, changed)) == "advancedmd.charges_differ"
    assert value_of(connector.save_charges(visit, "1003", changed, DAY, replace=True)) == visit
    posted = connector.charges_on(visit, "1003", DAY)
    assert isinstance(posted, Receipt)
    assert [(each.void, each.charge.modifiers) for each in posted.value] == [
        (True, ()), (True, ()), (False, ("GT",)), (False, ()),
    ]  # fmt: skip


def test_charges_are_added_beside_those_that_stand_and_voided_where_that_is_switched_on_trap_19(bench: Bench) -> None:
    connector = bench.connector(unverified="yes")
    visit = str(booked(connector).vendor_id)
    connector.save_charges(visit, "1003", CHARGES[:1], DAY)
    assert value_of(connector.add_charges(visit, "1003", DAY, CHARGES[1:])) == visit
    assert isinstance(connector.find_charges(visit, "1003", DAY, CHARGES), Receipt)
    posted = connector.charges_on(visit, "1003", DAY)
    assert isinstance(posted, Receipt)
    wrong = posted.value[1]
    assert wrong.charge.diagnoses == ("F411",)
    assert value_of(connector.void_charges(visit, "1003", (wrong.vendor_id,))) == visit
    assert isinstance(connector.find_charges(visit, "1003", DAY, CHARGES[:1]), Receipt)


def test_a_protected_charge_is_not_replaced(bench: Bench) -> None:
    connector = bench.connector(unverified="yes")
    visit = str(booked(connector).vendor_id)
    connector.save_charges(visit, "1003", CHARGES[:1], DAY)
    posted = connector.charges_on(visit, "1003", DAY)
    assert isinstance(posted, Receipt)
    charge = posted.value[0].vendor_id
    protect(bench, charge)
    assert code(connector.save_charges(visit, "1003", CHARGES, DAY, replace=True)) == "connect.charges_stand"
    assert isinstance(connector.void_charges(visit, "1003", (charge,)), Refused)
    read = connector.charges_on(visit, "1003", DAY)
    assert isinstance(read, Receipt)
    assert read.value[0].protected


def protect(bench: Bench, charge: str) -> None:
    edit = [{"charge": charge, "fields": {"protected": True}}]
    answer = httpx2.post(f"{bench.simulator.url}/_control/edits", json=edit, trust_env=False)
    assert answer.status_code == 200, answer.text


# --- insurance and eligibility ----------------------------------------------------------------------------------------


def coverage_of(connector: Connector, patient: str, place: int = 0) -> CoverageFact:
    detail = connector.patient_detail(patient)
    assert isinstance(detail, Receipt)
    return detail.value.coverages[place]


def test_an_end_date_goes_by_the_proven_call_and_is_not_taken_off_again(bench: Bench) -> None:
    connector = bench.connector()
    detail = connector.patient_detail("1001")
    assert isinstance(detail, Receipt)
    patient, before = detail.value.person, detail.value.coverages[0]
    ended = replace(before, end=date(2026, 6, 30))
    assert value_of(connector.update_coverage(patient, before, ended)) == before.vendor_id
    assert coverage_of(connector, "1001").end == date(2026, 6, 30)
    assert value_of(connector.update_coverage(patient, before, ended)) == before.vendor_id
    assert bench.wire.operations().count("addinsurance") == 1
    assert code(connector.update_coverage(patient, ended, before)) == "advancedmd.plan_ended"
    other = replace(ended, member_id=Sealed("EX999"))
    assert code(connector.update_coverage(patient, ended, other)) == "advancedmd.unverified"
    assert "updateinsurance" not in bench.wire.operations()


@BOTH
def test_a_plan_is_changed_where_that_is_switched_on_and_never_over_a_third_value(bench: Bench) -> None:
    connector = bench.connector(unverified="yes")
    detail = connector.patient_detail("1001")
    assert isinstance(detail, Receipt)
    patient, before = detail.value.person, detail.value.coverages[0]
    after = replace(before, member_id=Sealed("EX999"), group_number=Sealed("G7"), copay=Money(3000), order=2,
                    relationship=Relationship.CHILD)  # fmt: skip
    assert value_of(connector.update_coverage(patient, before, after)) == before.vendor_id
    now = coverage_of(connector, "1001")
    assert (now.member_id, now.group_number, now.copay, now.order, now.relationship) == (
        Sealed("EX999"), Sealed("G7"), Money(3000), 2, Relationship.CHILD,
    )  # fmt: skip
    stale = connector.update_coverage(patient, before, replace(before, member_id=Sealed("EX000")))
    assert code(stale) == "advancedmd.changed_meanwhile"
    assert value_of(connector.update_coverage(patient, before, before)) == before.vendor_id


@BOTH
def test_eligibility_is_asked_and_the_payers_answer_is_fetched_when_it_is_there(bench: Bench) -> None:
    connector = bench.connector()
    plan = str(coverage_of(connector, "1001").vendor_id)
    question = str(value_of(connector.ask_plan("1001", plan, "30")))
    pending = connector.plan_answer(question)
    assert isinstance(pending, Later)
    assert pending.at > bench.wire.clock.now()
    answer = connector.plan_answer(question)
    assert isinstance(answer, Receipt)
    assert [(b.coverage, b.service_type, b.amount) for b in answer.value.benefits] == [
        ("1", "30", None), ("B", "30", Money(2500)), ("C", "30", Money(50000)), ("C", "30", Money(35000)),
    ]  # fmt: skip
    assert answer.value.raw.reveal(Purpose.SHOW).startswith(b"ISA*")
    assert (answer.value.vendor_id, answer.value.payer_errors) == (question, ())


def test_a_payers_refusal_is_an_answer_and_its_silence_is_not(bench: Bench) -> None:
    connector = bench.connector()
    plan = str(coverage_of(connector, "1001").vendor_id)
    bench.simulator.tell("options", eligibility_answer="reject", eligibility_polls=0)
    refused = connector.plan_answer(str(value_of(connector.ask_plan("1001", plan, "30"))))
    assert isinstance(refused, Receipt)
    assert [reason for reason, _ in refused.value.payer_errors] == ["75"]
    assert all(text for _, text in refused.value.payer_errors)
    bench.simulator.tell("options", eligibility_answer="timeout")
    silent = connector.plan_answer(str(value_of(connector.ask_plan("1001", plan, "30"))))
    assert code(silent) == "advancedmd.payer_silent"


# --- payments and claims ----------------------------------------------------------------------------------------------

PAYMENT = PaymentFact("our-1", "1003", Payer.PATIENT, Money(5000), DAY, check_number="17")


@BOTH
@pytest.mark.parametrize("way", ["xml", "rest"])
def test_a_payment_is_entered_and_found_by_what_it_is(bench: Bench, way: str) -> None:
    connector = bench.connector(payments=way, unverified="yes")
    visit = str(booked(connector).vendor_id)
    connector.save_charges(visit, "1003", CHARGES[:1], DAY)
    posted = connector.charges_on(visit, "1003", DAY)
    assert isinstance(posted, Receipt)
    charge = posted.value[0].vendor_id
    assert isinstance(connector.find_payment(PAYMENT), Absent)
    number = value_of(connector.post_payment(PAYMENT))
    assert value_of(connector.find_payment(PAYMENT)) == number
    insurance = PaymentFact(
        "our-2", "1003", Payer.INSURANCE, Money(9000), DAY, carrier_vendor_id=carrier(connector),
        applications=((charge, Money(8000)),),
    )  # fmt: skip
    second = value_of(connector.post_payment(insurance))
    assert value_of(connector.find_payment(insurance)) == second
    all_of_them = connector.payments_of("1003", DAY, DAY)
    assert isinstance(all_of_them, Receipt)
    assert [(p.payer, p.amount, p.received, p.applied) for p in all_of_them.value] == [
        (Payer.PATIENT, Money(5000), DAY, ()),
        (Payer.INSURANCE, Money(9000), DAY, ((charge, Money(8000)),)),
    ]
    assert isinstance(connector.find_payment(replace(PAYMENT, check_number="18")), Absent)
    connector.post_payment(PAYMENT)
    assert code(connector.find_payment(PAYMENT)) == "advancedmd.payments_alike"
    detail = connector._client.get_payment_detail(str(second))
    assert isinstance(detail, Receipt)
    assert detail.value is not None
    assert detail.value.applied == ((charge, "80.00"),)
    codes = connector.payment_codes()
    assert isinstance(codes, Receipt)
    assert all(entry.code and entry.vendor_id for entry in codes.value)


def carrier(connector: Connector) -> str:
    found = connector.lookup(LookupKind.CARRIER, "SIM01")
    assert isinstance(found, Receipt)
    return found.value.rows[0].vendor_id


def test_a_payment_that_cannot_be_is_not_sent(bench: Bench) -> None:
    connector = bench.connector()
    too_much = replace(PAYMENT, applications=(("1", Money(6000)),))
    assert code(connector.post_payment(too_much)) == "advancedmd.payment_uneven"
    applied = replace(PAYMENT, applications=(("1", Money(4000)),))
    assert code(connector.post_payment(applied)) == "advancedmd.unverified"
    assert code(connector.post_payment(replace(PAYMENT, payer=Payer.INSURANCE))) == "advancedmd.carrier_unknown"
    assert code(bench.connector(payments="rest").post_payment(PAYMENT)) == "advancedmd.unverified"
    assert "addpayments" not in bench.wire.operations()


@pytest.mark.parametrize("kind", ["drop", "cut", "empty_results"])
def test_a_payment_without_an_answer_is_unknown_and_found_once_trap_24(bench: Bench, kind: str) -> None:
    connector = bench.connector()
    bench.fault("addpayments", kind)
    assert isinstance(connector.post_payment(PAYMENT), Unknown)
    assert isinstance(connector.find_payment(PAYMENT), Receipt)
    assert bench.simulator.ask("counters")["payments_added"] == 1


@BOTH
def test_the_claims_of_a_visit_are_told_in_the_offices_words(bench: Bench) -> None:
    connector = bench.connector()
    visit = str(booked(connector, replace(VISIT, patient_vendor_id="1001")).vendor_id)
    none = connector.visit_claims(visit)
    assert isinstance(none, Receipt)
    assert none.value == ()
    connector.save_charges(visit, "1001", CHARGES[:1], DAY)
    claims = connector.visit_claims(visit)
    assert isinstance(claims, Receipt)
    assert [(c.visit_vendor_id, c.status, c.message) for c in claims.value] == [(visit, "R", "READY TO BILL")]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_every_list_of_the_office_can_be_looked_up_trap_12(bench: Bench) -> None:
    connector = bench.connector()
    for kind in LookupKind:
        rows, cursor, more = [], "", True
        while more:
            page = connector.lookup(kind, "", cursor)
            assert isinstance(page, Receipt), kind
            rows += page.value.rows
            cursor, more = page.value.cursor, page.value.more
        assert rows, kind
        assert all(row.vendor_id.isdigit() for row in rows), kind
    before = len(bench.wire.sent)
    connector.lookup(LookupKind.PROFILE, "")
    assert len(bench.wire.sent) == before
    bench.pass_by(minutes=61)
    connector.lookup(LookupKind.PROFILE, "")
    connector.lookup(LookupKind.PROCEDURE, "")
    assert bench.wire.operations()[before:] == ["lookupprofile"]


def test_rows_are_found_by_code_and_by_name_and_told_once(bench: Bench) -> None:
    connector = bench.connector()

    def found(kind: LookupKind, text: str) -> list[str]:
        first = connector.lookup(kind, text)
        assert isinstance(first, Receipt)
        assert first.value.cursor == "name:1"
        second = connector.lookup(kind, text, first.value.cursor)
        assert isinstance(second, Receipt)
        assert (second.value.cursor, second.value.more, second.value.left) == ("", False, 0)
        return [row.code for row in (*first.value.rows, *second.value.rows)]

    assert found(LookupKind.CARRIER, "sim") == ["SIM01", "SIM02"]
    assert found(LookupKind.CARRIER, "sample") == ["SIM02"]
    assert found(LookupKind.DIAGNOSIS, "F41") == ["F41.1"]
    assert found(LookupKind.DIAGNOSIS, "F431") == ["F43.10"]
    assert code(connector.lookup(LookupKind.CARRIER, "sim", "elsewhere")) == "advancedmd.bad_place"


# --- census, feeds ----------------------------------------------------------------------------------------------------


def test_the_census_names_what_stands(bench: Bench) -> None:
    connector = bench.connector()
    bench.simulator.tell("patients/1003", deleted="1")
    bench.simulator.tell("visits/7002", apptstatus="11")
    assert value_of(connector.present("patient", date(2026, 1, 1))) == frozenset({"1001", "1002"})
    assert value_of(connector.present("visit", date(2026, 3, 4))) == frozenset({"7001"})
    assert value_of(connector.present("visit", date(2026, 3, 5))) == frozenset()


@BOTH
def test_insurance_and_charges_come_inside_the_feeds_where_they_are_asked_for(bench: Bench) -> None:
    connector = bench.connector()
    client = connector._client
    feed = client.get_updated_patients("1900-01-01", insurance=True)
    assert isinstance(feed, Receipt)
    plans = {row.get("id"): InsuranceRow.rows(row) for row in feed.value.rows}
    assert [(plan.carrier_code, plan.member, plan.active) for plan in plans["1001"]] == [("SIM01", "EX123", True)]
    assert len(plans["1002"]) == 2
    connector.save_charges("7001", "1001", CHARGES[:1], date(2026, 3, 4))
    charged = client.get_updated_visits("1900-01-01", charges=True)
    assert isinstance(charged, Receipt)
    assert [row.get("proccode") for visit in charged.value.rows for row in visit.below("charge")] == ["90834"]


def test_changes_are_dated_and_posted_charges_are_told(bench: Bench) -> None:
    connector = bench.connector()
    connector.save_charges("7001", "1001", CHARGES[:1], date(2026, 3, 4))
    visits, patients = connector.changed_visits(""), connector.changed_patients("")
    assert isinstance(visits, Receipt)
    assert isinstance(patients, Receipt)
    assert {row.vendor_id: row.charges_posted for row in visits.value.rows} == {"7001": True, "7002": False}
    now = bench.wire.clock.now()
    for changed in [row.changed_at for row in (*visits.value.rows, *patients.value.rows)]:
        assert changed is not None
        assert timedelta(0) <= now - changed < timedelta(hours=1)


@BOTH
def test_every_telephone_travels_both_ways_and_only_the_changed_one_is_sent_trap_21(bench: Bench) -> None:
    connector = bench.connector()
    bench.simulator.tell("options", strict_updates=True)
    detail = connector.patient_detail("1002")
    assert isinstance(detail, Receipt)
    before = detail.value.person
    assert (before.phone, before.mobile_phone) == (Sealed(""), Sealed("5555550101"))
    after = replace(before, work_phone=Sealed("5555550133"), other_phone=Sealed("5555550144"))
    assert value_of(connector.update_patient(before, after)) == "1002"
    again = connector.patient_detail("1002")
    assert isinstance(again, Receipt)
    now = again.value.person
    assert (now.phone, now.mobile_phone, now.work_phone, now.other_phone) == (
        Sealed(""), Sealed("5555550101"), Sealed("5555550133"), Sealed("5555550144"),
    )  # fmt: skip


# --- notes ------------------------------------------------------------------------------------------------------------


@BOTH
def test_notes_are_exchanged_only_where_the_practice_has_switched_them_on(bench: Bench) -> None:
    assert not isinstance(bench.connector(), ExchangesNotes)
    assert not isinstance(bench.connector(notes="no"), ExchangesNotes)
    connector = bench.connector(notes="yes")
    assert isinstance(connector, ExchangesNotes)
    templates = connector.note_templates()
    assert isinstance(templates, Receipt)
    assert [(entry.name, entry.more) for entry in templates.value] == [("PROGRESS NOTE", {"17": "GOAL", "23": "PLAN"})]
    at = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    note = NoteFact(
        None, "1001", "Progress Note", at, (("17", Sealed("Sleep better & <rest>")), ("23", Sealed("Weekly")))
    )
    number = value_of(connector.add_note(note))
    mine = connector.notes_of("1001", date(2026, 3, 1))
    assert isinstance(mine, Receipt)
    (kept,) = mine.value
    assert (kept.vendor_id, kept.patient_vendor_id, kept.template, kept.at, kept.signed_by) == (
        number, "1001", "PROGRESS NOTE", at, "",
    )  # fmt: skip
    assert kept.entries == note.entries
    changed = connector.changed_notes("Progress Note", "")
    assert isinstance(changed, Receipt)
    assert [row.vendor_id for row in changed.value.rows] == [number]
    assert isinstance(connector.changed_notes("Progress Note", changed.value.cursor), Receipt)
    assert code(connector.add_note(replace(note, template="NO SUCH"))) == "advancedmd.note_template_unknown"
    odd = replace(note, entries=(("99", Sealed("x")),))
    assert code(connector.add_note(odd)) == "advancedmd.note_template_unknown"
    rest = connector._client.notes_by_rest("1001")  # type: ignore[attr-defined]
    assert isinstance(rest, Receipt)
    assert [row.text("id") for row in rest.value] == [number]


def test_a_note_whose_id_stands_at_the_root_is_added_too(bench: Bench) -> None:
    bench.simulator.tell("options", note_id_at_root=True)
    connector = bench.connector(notes="yes")
    assert isinstance(connector, ExchangesNotes)
    note = NoteFact(None, "1001", "PROGRESS NOTE", datetime(2026, 3, 2, 17, 30, tzinfo=UTC), (("17", Sealed("Goal")),))
    assert isinstance(connector.add_note(note), Receipt)
