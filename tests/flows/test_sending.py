"""Everything that changes here reaches the vendor once, with its latest values, whatever is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.flows.plain_office import (
    ACTOR,
    AWAY,
    BROKEN,
    LOST,
    NOON,
    SEVERAL,
    SHUT,
    SLOT,
    STALE,
    WRONG,
    Desk,
    desk,
    person,
    plan,
)

from chartline.connect.facts import PatientDetail, VisitStatus
from chartline.domains.sync.changes import waiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.letters import LetterFilter, list_letters
from chartline.domains.sync.links import vendor_of
from chartline.domains.sync.log import Happened
from chartline.flows.front_desk import (
    book,
    change_coverage,
    change_patient,
    move_visit,
    new_patient,
    set_status,
)
from chartline.flows.in_flight import agree_on_arrived
from chartline.kernel.ids import new_id
from chartline.kernel.outcome import Later, Refused, Unknown
from chartline.kernel.sealed import Purpose, Sealed


@pytest.fixture
def here(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    with desk(tmp_path, sqlite_url) as made:
        yield made


@pytest.fixture
def grown(tmp_path: Path, postgresql_url: str) -> Iterator[Desk]:
    with desk(tmp_path, postgresql_url) as made:
        yield made


def register(at: Desk) -> str:
    return new_patient(at.ground, at.organisation, ACTOR, person())


def left(at: Desk) -> int:
    with at.ground.database.work(at.organisation) as work:
        return sum(waiting(work).values())


def dead(at: Desk) -> list[tuple[str, str, int]]:
    with at.ground.database.work(at.organisation) as work:
        letters = list_letters(work, LetterFilter()).letters
    return [(one.kind.value, one.code, one.attempts) for one in letters]


def cities(at: Desk) -> list[str]:
    return [one.city.reveal(Purpose.MATCH) for one in at.office.patients.values()]


def moved_house(at: Desk, patient: str, city: str, **more: str) -> None:
    change_patient(at.ground, at.organisation, ACTOR, patient, person(city=city, **more))


def coverage_of(at: Desk, patient: str) -> str:
    """The id of a patient's only coverage."""
    from chartline.platform.records import Criterion

    with at.ground.database.work(at.organisation) as work:
        found = at.ground.records.search(work, "Coverage", [Criterion("beneficiary", f"Patient/{patient}")], limit=5)
    (one,) = found.found
    return one.id


def lost_then_edited(at: Desk) -> None:
    at.office.will("add_patient", LOST)
    patient = register(at)
    at.push()
    moved_house(at, patient, "NEWTON", family="Brightwater-Lowe")
    at.push(2)
    assert cities(at) == ["NEWTON"]
    (there,) = at.office.patients.values()
    assert there.family == Sealed("Brightwater-Lowe")
    assert (left(at), dead(at), at.office.calls.count("add_patient")) == (0, [], 1)


def test_a_record_that_changes_while_its_first_write_is_not_settled_arrives_once_with_its_latest_values(
    here: Desk,
) -> None:
    lost_then_edited(here)


def test_the_same_on_postgresql(grown: Desk) -> None:
    lost_then_edited(grown)


def test_a_write_that_never_arrived_goes_out_with_the_newer_values_once_its_absence_is_proven(here: Desk) -> None:
    here.office.will("add_patient", Unknown("exchange"))
    patient = register(here)
    here.push()
    moved_house(here, patient, "NEWTON")
    here.push(2)
    assert cities(here) == []
    here.settle()
    assert (cities(here), left(here)) == (["NEWTON"], 0)


def test_a_change_that_is_lost_and_overtaken_by_another_leaves_the_last_one(here: Desk) -> None:
    patient = register(here)
    here.push()
    here.office.will("update_patient", LOST)
    moved_house(here, patient, "FIRSTON")
    here.push()
    moved_house(here, patient, "SECONDON")
    here.push(2)
    assert (cities(here), left(here), here.office.calls.count("update_patient")) == (["SECONDON"], 0, 2)


def test_insurance_that_changes_and_ends_is_changed_at_the_vendor(here: Desk) -> None:
    patient = new_patient(here.ground, here.organisation, ACTOR, person(), plan())
    here.push()
    coverage, ended = coverage_of(here, patient), date(2026, 3, 31)
    here.office.will("update_coverage", LOST)
    change_coverage(here.ground, here.organisation, ACTOR, patient, coverage, plan(end=ended))
    here.push()
    here.settle()
    ((there,),) = (each.values() for each in here.office.plans.values())
    assert (there.end, here.office.calls.count("update_coverage"), left(here)) == (ended, 1, 0)
    assert here.office.calls.count("add_coverage") == 1


def test_a_lost_booking_that_is_moved_is_one_visit_at_its_new_time(here: Desk) -> None:
    patient = register(here)
    here.push()
    here.office.will("add_visit", LOST)
    visit = book(here.ground, here.organisation, ACTOR, patient, NOON, 50, here.provider)
    here.push()
    later = NOON + timedelta(days=2)
    move_visit(here.ground, here.organisation, ACTOR, visit, later, 50)
    here.push(2)
    assert [one.start for one in here.office.visits.values()] == [later]
    assert (left(here), here.office.calls.count("add_visit"), here.office.calls.count("move_visit")) == (0, 1, 1)


def test_cancelled_visits_and_missed_ones_are_said_and_other_states_stay_here(here: Desk) -> None:
    patient = register(here)
    visits = [
        book(here.ground, here.organisation, ACTOR, patient, NOON + timedelta(days=day), 50, here.provider)
        for day in range(3)
    ]
    here.push()
    for visit, status in zip(visits, (VisitStatus.CANCELLED, VisitStatus.NO_SHOW, VisitStatus.ARRIVED), strict=True):
        set_status(here.ground, here.organisation, ACTOR, visit, status)
    here.push(2)
    assert [one.status for one in here.office.visits.values()] == [
        VisitStatus.CANCELLED,
        VisitStatus.NO_SHOW,
        VisitStatus.BOOKED,
    ]
    assert (left(here), dead(here)) == (0, [])


def test_a_visit_that_moved_and_was_cancelled_is_cancelled_and_not_moved(here: Desk) -> None:
    patient = register(here)
    visit = book(here.ground, here.organisation, ACTOR, patient, NOON, 50, here.provider)
    here.push()
    move_visit(here.ground, here.organisation, ACTOR, visit, NOON + timedelta(days=1), 50)
    set_status(here.ground, here.organisation, ACTOR, visit, VisitStatus.CANCELLED)
    here.push()
    assert (here.office.calls.count("move_visit"), here.office.calls.count("cancel_visit")) == (0, 1)


def test_a_slot_that_is_taken_waits_for_a_person_and_is_not_asked_for_again(here: Desk) -> None:
    patient = register(here)
    here.push()
    here.office.will("add_visit", Refused(SLOT.problem()))
    visit = book(here.ground, here.organisation, ACTOR, patient, NOON, 50, here.provider)
    here.push(3)
    here.settle()
    assert (dead(here), here.office.calls.count("add_visit")) == ([("visit", SLOT.code, 1)], 1)
    move_visit(here.ground, here.organisation, ACTOR, visit, NOON + timedelta(hours=2), 50)
    here.push()
    assert (dead(here), left(here), len(here.office.visits)) == ([], 0, 1)


def test_several_patients_that_fit_are_a_question_for_a_person(here: Desk) -> None:
    here.office.will("find_patient", Refused(SEVERAL.problem()))
    register(here)
    here.push(2)
    assert (dead(here), here.office.patients) == ([("patient", SEVERAL.code, 1)], {})


def test_a_vendor_that_fails_on_one_record_is_asked_twice_more_and_then_a_person(here: Desk) -> None:
    here.office.will("add_patient", *[Refused(BROKEN.problem())] * 9)
    register(here)
    tries = []
    for _ in range(5):
        here.push()
        tries.append(here.office.calls.count("add_patient"))
        here.pass_by(seconds=11)
    assert tries == [1, 2, 3, 3, 3]
    assert dead(here) == [("patient", BROKEN.code, 3)]


def test_a_try_does_not_come_before_its_pause_is_over(here: Desk) -> None:
    here.office.will("add_patient", Refused(BROKEN.problem()))
    register(here)
    here.push(2)
    assert here.office.calls.count("add_patient") == 1
    here.pass_by(seconds=6)
    here.push()
    assert (len(here.office.patients), left(here)) == (1, 0)


def test_a_vendor_that_is_away_kills_no_record_and_is_told_of_once(here: Desk) -> None:
    here.office.will("find_patient", *[Refused(AWAY.problem())] * 40)
    for name in ("Odalys", "Perrin", "Quill"):
        new_patient(here.ground, here.organisation, ACTOR, person(given=name))
    for _ in range(8):
        (patients, _, _) = here.push()
        here.pass_by(minutes=6)
    assert patients.halted is not None
    assert patients.halted.code == AWAY.code
    assert (dead(here), left(here)) == ([], 3)
    here.office.forget_faults()
    here.settle()
    assert (len(here.office.patients), dead(here), left(here)) == (3, [], 0)


def test_one_bad_record_among_good_ones_is_the_one_that_dies(here: Desk) -> None:
    register(here)
    here.office.will("add_patient", *[Refused(BROKEN.problem())] * 3)
    here.push()
    here.pass_by(seconds=6)
    here.push()
    here.pass_by(seconds=11)
    new_patient(here.ground, here.organisation, ACTOR, person(given="Perrin"))
    here.push()
    assert (dead(here), len(here.office.patients)) == ([("patient", BROKEN.code, 3)], 1)


def test_a_wrong_field_is_not_tried_again_until_it_changes(here: Desk) -> None:
    here.office.will("add_patient", Refused(WRONG.problem()))
    patient = register(here)
    here.push(2)
    here.settle()
    assert (dead(here), here.office.calls.count("add_patient")) == ([("patient", WRONG.code, 1)], 1)
    moved_house(here, patient, "MENDED")
    here.push()
    assert (dead(here), cities(here)) == ([], ["MENDED"])


def test_nobody_is_blamed_when_we_are_not_let_in(here: Desk) -> None:
    here.office.will("find_patient", Refused(SHUT.problem()))
    for name in ("Odalys", "Perrin"):
        new_patient(here.ground, here.organisation, ACTOR, person(given=name))
    (patients, _, _) = here.push()
    assert patients.halted is not None
    assert (here.office.calls, dead(here), left(here)) == (["find_patient"], [], 2)
    here.push()
    assert (len(here.office.patients), left(here)) == (2, 0)


def test_without_budget_nothing_counts_as_a_try(here: Desk) -> None:
    at = NOON + timedelta(minutes=3)
    here.office.will("find_patient", Later(at, "budget"))
    register(here)
    (patients, _, _) = here.push()
    assert (patients.until, patients.again) == (at, None)
    here.push()
    assert len(here.office.patients) == 1


def test_a_patient_that_changed_there_meanwhile_is_read_and_only_what_is_ours_is_sent(here: Desk) -> None:
    patient = register(here)
    here.push()
    ((number, there),) = here.office.patients.items()
    here.office.patients[number] = replace(there, phone=Sealed("(555) 555-0177"))
    here.office.will("update_patient", Refused(STALE.problem()))
    moved_house(here, patient, "NEWTON")
    here.push(2)
    now = here.office.patients[number]
    assert (now.city, now.phone) == (Sealed("NEWTON"), Sealed("(555) 555-0177"))
    assert (left(here), dead(here)) == (0, [])
    with here.ground.database.work(here.organisation) as work:
        assert vendor_of(work, here.connection.id, Kind.PATIENT, patient) == number


def test_a_record_that_always_changes_there_ends_with_a_person(here: Desk) -> None:
    patient = register(here)
    here.push()
    here.office.will("update_patient", *[Refused(STALE.problem())] * 9)
    moved_house(here, patient, "NEWTON")
    here.push(6)
    assert dead(here) == [("patient", STALE.code, 3)]


def test_a_change_whose_answer_was_lost_and_that_a_feed_brings_back_is_no_conflict(here: Desk) -> None:
    patient = register(here)
    here.push()
    here.office.will("update_patient", LOST)
    moved_house(here, patient, "FIRSTON")
    here.push()
    moved_house(here, patient, "SECONDON")
    (there,) = here.office.patients.values()
    detail = PatientDetail(there, ())
    assert agree_on_arrived(here.ground, here.organisation, here.connection.id, detail)
    ground = here.ground
    with ground.database.work(here.organisation) as work:
        taken = take_patient(work, ground.records, ground.vault, here.connection.id, detail)
    assert taken.happened is not Happened.CONFLICT
    here.settle()
    assert (cities(here), left(here)) == (["SECONDON"], 0)
    assert not agree_on_arrived(here.ground, here.organisation, here.connection.id, detail)


Step = tuple[str, str]
STEPS = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(["ASHTON", "BIRCHTON", "CEDARTON", "TESTVILLE"])),
    st.tuples(st.just("push"), st.just("")),
    st.tuples(st.sampled_from(["add_patient", "update_patient", "find_patient"]), st.sampled_from(["lost", "never"])),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=8))
def test_any_order_of_edits_pushes_and_lost_answers_ends_with_one_patient_and_the_last_value(
    here: Desk, steps: list[Step]
) -> None:
    office, given_name = here.office, f"O{new_id()[-12:]}".translate(str.maketrans("0123456789", "ghijklmnop"))
    office.patients.clear()
    office.calls.clear()
    office.forget_faults()
    patient = new_patient(here.ground, here.organisation, ACTOR, person(given=given_name))
    city = "TESTVILLE"
    for what, value in steps:
        if what == "edit":
            city = value
            change_patient(here.ground, here.organisation, ACTOR, patient, person(given=given_name, city=city))
        elif what == "push":
            here.push()
        else:
            office.will(what, Unknown("exchange") if value == "never" else LOST)
    here.settle()
    office.forget_faults()
    here.settle()
    assert (cities(here), office.calls.count("add_patient") <= 1 + len(steps)) == ([city], True)
    assert (left(here), dead(here)) == (0, [])
