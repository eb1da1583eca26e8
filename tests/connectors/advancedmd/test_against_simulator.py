"""The connector and the simulator, written apart from one sheet, over a real socket (vendor sheet, acceptance idea)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest
from msgspec.structs import replace as replace_seed
from tests.connectors.advancedmd.bench import Bench, value_of

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact, Relationship, VisitFact, VisitStatus
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import Crowd
from chartline.kernel.money import Money
from chartline.kernel.outcome import Absent, Later, Receipt, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed

VISIT = VisitFact(None, "1003", datetime(2026, 4, 10, 17, 0, tzinfo=UTC), 60, VisitStatus.BOOKED)
CHARGES = (
    ChargeFact("90834", ("95",), 1, ("F411", "F4310"), "10", Money(15000)),
    ChargeFact("90791", (), 1, ("F411",), "10", Money(22000)),
)


def test_a_scripted_day_in_either_spelling(bench: Bench, person: PersonFact) -> None:
    connector = bench.connector()
    assert connector.check().ok

    patients = connector.changed_patients("")
    assert isinstance(patients, Receipt)
    assert sorted(str(row.vendor_id) for row in patients.value.rows) == ["1001", "1002", "1003"]
    names = {row.vendor_id: row.family.reveal(Purpose.MATCH) for row in patients.value.rows}
    assert names["1001"] == "MUÑOZ"
    visits = connector.changed_visits("")
    assert isinstance(visits, Receipt)
    assert [
        ("7001", "1001", datetime(2026, 3, 4, 16, 0, tzinfo=UTC)),
        ("7002", "1002", datetime(2026, 3, 4, 17, 0, tzinfo=UTC)),
    ] == [(row.vendor_id, row.patient_vendor_id, row.start) for row in visits.value.rows]
    assert {"3"} == {row.provider_vendor_id for row in visits.value.rows}
    assert datetime(2026, 3, 2, 19, 0).isoformat()[:11] == visits.value.cursor[:11]  # noqa: DTZ001

    assert isinstance(connector.find_patient(person), Absent)
    vendor_id = str(value_of(connector.add_patient(person)))
    found = connector.find_patient(person)
    assert isinstance(found, Receipt)
    assert vendor_id == found.value.vendor_id
    detail = connector.patient_detail(vendor_id)
    assert isinstance(detail, Receipt)
    known = detail.value.person
    assert ("Nunez-Testcase".upper(), "12 INVENTED WAY", "APT 4", "8015550142") == tuple(
        each.reveal(Purpose.MATCH) for each in (known.family, known.street, known.unit, known.phone)
    )

    coverage = CoverageFact(
        None, "SIM01", "Example Health Plan", Sealed("EX900"), Sealed("G1"), 1, Relationship.SELF,
        begin=date(2026, 1, 1), copay=Money(2500),
    )  # fmt: skip
    plan = value_of(connector.add_coverage(known, coverage))
    after = replace(known, phone=Sealed("8015550199"), postal_code=Sealed("84001"))
    assert vendor_id == value_of(connector.update_patient(known, after))
    changed = connector.patient_detail(vendor_id)
    assert isinstance(changed, Receipt)
    assert [(plan, "EXAMPLE HEALTH PLAN", 1, Money(2500), Relationship.SELF)] == [
        (c.vendor_id, c.payer_name, c.order, c.copay, c.relationship) for c in changed.value.coverages
    ]
    assert (Sealed("8015550199"), Sealed("84001")) == (changed.value.person.phone, changed.value.person.postal_code)

    booked = replace(VISIT, patient_vendor_id=vendor_id)
    assert isinstance(connector.find_visit(booked), Absent)
    visit_id = str(value_of(connector.add_visit(booked)))
    assert visit_id == value_of(connector.find_visit(booked))
    clash = connector.add_visit(replace(booked, patient_vendor_id="1001"))
    assert isinstance(clash, Refused)
    assert clash.problem.code == "advancedmd.slot_taken"

    day = date(2026, 4, 10)
    assert isinstance(connector.find_charges(visit_id, vendor_id, day, CHARGES), Absent)
    assert visit_id == value_of(connector.save_charges(visit_id, vendor_id, CHARGES))
    assert visit_id == value_of(connector.find_charges(visit_id, vendor_id, day, CHARGES))
    differ = connector.find_charges(visit_id, vendor_id, day, CHARGES[:1])
    assert isinstance(differ, Refused)
    assert differ.problem.code == "advancedmd.charges_differ"

    fresh = connector.changed_visits(visits.value.cursor)
    assert isinstance(fresh, Receipt)
    assert visit_id in {row.vendor_id for row in fresh.value.rows}

    counters = bench.simulator.ask("counters")
    assert (1, 0, 0, {visit_id: 1}) == (
        counters["logins"],
        counters["excess_calls"],
        counters["simulator_errors"],
        counters["charge_saves_per_visit"],
    )
    assert tuple(counters[n] for n in ("patients_added", "patients_updated", "plans_added", "visits_added")) == (
        1,
        1,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("style", "code_form"), [("fault", "long"), ("fault", "short"), ("401", "long"), ("403", "long")]
)
def test_a_session_that_dies_is_renewed_traps_2_and_29(bench: Bench, style: str, code_form: str) -> None:
    connector = bench.connector()
    bench.simulator.tell("options", expiry_style=style, code_form=code_form, token_shape="base64", login_spacing=0)
    assert isinstance(connector.patient_detail("1001"), Receipt)
    bench.simulator.tell("expire-tokens")
    assert isinstance(connector.patient_detail("1001"), Receipt)
    assert bench.simulator.ask("counters")["logins"] == 2


def test_a_cluster_that_moved_is_followed_trap_3(bench: Bench) -> None:
    connector = bench.connector()
    assert isinstance(connector.patient_detail("1001"), Receipt)
    bench.simulator.tell("offices/999001", cluster="api-555")
    bench.pass_by(minutes=2)
    assert isinstance(connector.patient_detail("1001"), Receipt)


def test_a_second_login_within_the_minute_is_later(bench: Bench) -> None:
    connector = bench.connector()
    connector.patient_detail("1001")
    bench.simulator.tell("expire-tokens")
    assert isinstance(connector.patient_detail("1001"), Later)
    bench.pass_by(seconds=61)
    assert isinstance(connector.patient_detail("1001"), Receipt)


def test_a_wrong_password_is_tried_once_and_locks_nothing(bench: Bench) -> None:
    wrong = bench.connector(password="wrong")
    for _ in range(8):
        outcome = wrong.patient_detail("1001")
        assert isinstance(outcome, Refused)
        assert outcome.problem.code == "advancedmd.bad_login"
    assert bench.wire.operations() == ["login"]
    bench.pass_by(minutes=2)
    assert isinstance(bench.connector().patient_detail("1001"), Receipt)
    bench.simulator.tell("offices/999001", locked=True)
    bench.wire.forget("session")
    bench.pass_by(minutes=2)
    outcome = bench.connector().patient_detail("1001")
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "advancedmd.account_locked"


@pytest.mark.parametrize("kind", ["drop", "cut", "html", "empty", "empty_results"])
def test_a_patient_added_without_an_answer_is_unknown_and_found_trap_24(
    bench: Bench, person: PersonFact, kind: str
) -> None:
    connector = bench.connector()
    bench.fault("addpatient", kind)
    outcome = connector.add_patient(person)
    assert isinstance(outcome, Unknown)
    settled = connector.find_patient(person)
    there = bench.simulator.ask("counters")["patients_added"] == 1
    assert isinstance(settled, Receipt if there else Absent)


@pytest.mark.parametrize("kind", ["drop", "cut", "empty_results"])
def test_other_writes_without_an_answer_are_settled_by_their_look_up_trap_24(bench: Bench, kind: str) -> None:
    connector = bench.connector()
    bench.fault("addvisit", kind)
    assert isinstance(connector.add_visit(VISIT), Unknown)
    visit_id = str(value_of(connector.find_visit(VISIT)))
    bench.fault("savecharges", kind)
    assert isinstance(connector.save_charges(visit_id, "1003", CHARGES), Unknown)
    assert visit_id == value_of(connector.find_charges(visit_id, "1003", date(2026, 4, 10), CHARGES))


def test_a_text_for_an_error_is_a_refusal(bench: Bench, person: PersonFact) -> None:
    connector = bench.connector()
    bench.fault("addpatient", "string_error")
    assert isinstance(connector.add_patient(person), Refused)
    assert bench.simulator.ask("counters")["patients_added"] == 0


def test_a_patient_who_is_there_is_refused_and_not_forced_trap_22(bench: Bench, person: PersonFact) -> None:
    connector = bench.connector()
    connector.add_patient(person)
    again = connector.add_patient(person)
    assert isinstance(again, Refused)
    assert again.problem.code in ("advancedmd.duplicate_patient", "advancedmd.known_as_responsible_party")


def test_insurance_answered_with_nothing_is_found_in_the_detail(bench: Bench) -> None:
    connector = bench.connector()
    detail = connector.patient_detail("1003")
    assert isinstance(detail, Receipt)
    bench.simulator.tell("options", empty_addinsurance=True)
    coverage = CoverageFact(None, "SIM02", "Sample Mutual", Sealed("EX77"), Sealed(""), 1, Relationship.SELF)
    assert isinstance(connector.add_coverage(detail.value.person, coverage), Unknown)
    after = connector.patient_detail("1003")
    assert isinstance(after, Receipt)
    assert [("SAMPLE MUTUAL", Sealed("EX77"))] == [(c.payer_name, c.member_id) for c in after.value.coverages]


def test_strange_replies_read_as_well_traps_6_7_8(bench: Bench) -> None:
    connector = bench.connector()
    bench.simulator.tell("options", stray_byte=True, omit_success=True, strict_updates=True)
    detail = connector.patient_detail("1001")
    assert isinstance(detail, Receipt)
    assert detail.value.person.family.reveal(Purpose.MATCH) == "MUÑOZ"
    before = detail.value.person
    assert isinstance(connector.update_patient(before, replace(before, city=Sealed("Otherville"))), Receipt)


def test_a_change_made_meanwhile_is_not_overwritten_trap_21(bench: Bench) -> None:
    connector = bench.connector()
    detail = connector.patient_detail("1001")
    assert isinstance(detail, Receipt)
    bench.simulator.tell("patients/1001", city="ELSEWHERE")
    before = detail.value.person
    outcome = connector.update_patient(before, replace(before, city=Sealed("Otherville")))
    assert isinstance(outcome, Refused)
    assert outcome.problem.code == "advancedmd.changed_meanwhile"


def test_what_the_front_desk_does_comes_by_the_feed(bench: Bench) -> None:
    connector = bench.connector()
    first = connector.changed_visits("")
    assert isinstance(first, Receipt)
    bench.pass_by(minutes=30)
    bench.simulator.tell("visits/7001", apptstatus="3")
    bench.simulator.tell("visits/7002", apptstatus="11")
    bench.simulator.tell("patients/1003", deleted="1")
    second = connector.changed_visits(first.value.cursor)
    assert isinstance(second, Receipt)
    assert [(row.vendor_id, row.status, row.deleted) for row in second.value.rows] == [
        ("7001", VisitStatus.SEEN, False),
        ("7002", VisitStatus.DELETED, True),
    ]
    patients = connector.changed_patients(first.value.cursor)
    assert isinstance(patients, Receipt)
    # The others were made within the overlap and come once more.
    assert {row.vendor_id: row.deleted for row in patients.value.rows} == {"1003": True, "1001": False, "1002": False}
    bench.simulator.tell("options", feed_privilege=False)
    refused = connector.changed_visits("")
    assert isinstance(refused, Refused)
    assert refused.problem.code == "advancedmd.privilege_missing"


def test_a_crowd_is_read_in_pages_and_in_chunks_traps_12_and_15(bench: Bench, person: PersonFact) -> None:
    seed = msgspec.to_builtins(replace_seed(example_office(), crowd=Crowd(surname="COMMON", count=1050)))
    bench.simulator.tell("offices", **seed)
    connector = bench.connector()
    first, last = "CROWDAAAA", "CROWDABOJ"
    born = {first: date.fromordinal(date(1900, 1, 1).toordinal() + 20000)}
    somebody = replace(person, family=Sealed("Common"), middle=Sealed(""))
    assert isinstance(connector.find_patient(replace(somebody, given=Sealed(last))), Absent)
    found = connector.find_patient(replace(somebody, given=Sealed(first), birth_date=Sealed(born[first])))
    assert isinstance(found, Receipt)
    seen: set[str] = set()
    cursor, more, calls = "", True, 0
    while more:
        outcome = connector.changed_patients(cursor)
        assert isinstance(outcome, Receipt)
        assert all(row.family.present() for row in outcome.value.rows)
        seen |= {str(row.vendor_id) for row in outcome.value.rows}
        cursor, more = outcome.value.cursor, outcome.value.more
        calls += 1
    assert (len(seen), calls) == (1053, 4)
