"""Practice system and records come to agree, in both directions, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.house import ACTOR, House, person_of

from chartline.domains.practice.people import read_person
from chartline.domains.sync.changes import waiting
from chartline.domains.sync.conflicts import open_conflicts
from chartline.domains.sync.cursors import read_cursor
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import vendor_of
from chartline.domains.sync.log import Direction, Happened
from chartline.domains.sync.merge import Owner
from chartline.domains.sync.owners import set_owner
from chartline.flows.front_desk import book, change_patient
from chartline.flows.practice_sync import PATIENTS, PULL_PATIENTS, PULL_VISITS, PUSH, VISITS
from chartline.kernel.sealed import Purpose, Sealed

NEW = (39, 40, 41)


def pull(home: House) -> None:
    home.do(PULL_PATIENTS, connection=home.advancedmd)
    home.do(PULL_VISITS, connection=home.advancedmd)


def push(home: House) -> None:
    home.do(PUSH, connection=home.advancedmd)


def count(home: House, rtype: str) -> int:
    with home.work() as work:
        return home.services.records.count(work, rtype)


def counted(home: House, *names: str) -> tuple[int, ...]:
    counters = home.vendors.office_counters()
    return tuple(counters[name] for name in names)


def left(home: House) -> int:
    with home.work() as work:
        return sum(waiting(work).values())


def twice(home: House) -> tuple[int, ...]:
    """What the vendor has more than once."""
    return counted(home, "patients_with_same_identity", "visits_with_same_identity", "plans_with_same_identity")


def comes_in_once(home: House) -> None:
    known = [patient for patient in home.world.patients if patient.known]
    visits = [visit for visit in home.world.visits if visit.known]
    for _ in range(2):
        pull(home)
        found = [count(home, rtype) for rtype in ("Patient", "Coverage", "Appointment")]
        assert found == [len(known), len(known), len(visits)]
        home.pass_by(minutes=20)
    with home.work() as work:
        assert all(read_cursor(work, home.advancedmd, feed) for feed in (PATIENTS, VISITS))
    assert (home.codes(), counted(home, "excess_calls")) == ([], (0,))


def goes_out_once(home: House) -> None:
    for number in NEW:
        home.book(number, home.register(number))
    for _ in range(2):
        push(home)
        assert counted(home, "patients_added", "plans_added", "visits_added") == (3, 3, 3)
        assert (left(home), home.codes()) == (0, [])
    assert [("done", 1, 0)] * 3 == home.intents("add_visit") == home.intents("add_coverage")
    pull(home)
    assert count(home, "Patient") == len(home.world.patients)
    assert twice(home) == (0, 0, 0)


def test_the_offices_patients_and_visits_come_in_once(home: House) -> None:
    comes_in_once(home)


def test_new_patients_their_insurance_and_visits_go_out_once(home: House) -> None:
    goes_out_once(home)


def test_both_directions_on_postgresql(grown_home: House) -> None:
    comes_in_once(grown_home)
    goes_out_once(grown_home)


def test_a_change_of_ours_is_sent_as_a_change(home: House) -> None:
    patient_id = home.register(39)
    push(home)
    moved = replace(person_of(home.patient(39)), street=Sealed("9 CHANGED PLACE"))
    change_patient(home.ground, home.organisation, ACTOR, patient_id, moved)
    for _ in range(2):
        push(home)
        assert counted(home, "patients_added", "patients_updated") == (1, 1)
    assert home.events(direction=Direction.OUT, outcome=Happened.CHANGED)[-1].code == "street"


def test_a_patient_that_the_vendor_had_already_is_linked_and_not_added(home: House) -> None:
    patient_id = home.register(1)
    push(home)
    assert counted(home, "patients_added", "plans_added") == (0, 0)
    with home.work() as work:
        linked = vendor_of(work, home.advancedmd, Kind.PATIENT, patient_id)
    assert linked is not None
    pull(home)
    push(home)
    assert (count(home, "Patient"), count(home, "Coverage")) == (6, 6)
    assert (home.local(Kind.PATIENT, linked), twice(home), left(home)) == (patient_id, (0, 0, 0), 0)


def test_what_the_vendor_refuses_is_put_aside_and_the_rest_goes_on(home: House) -> None:
    pull(home)
    taken = next(visit for visit in home.world.visits if visit.known)
    patients = {number: home.register(number) for number in NEW}
    provider = home.office.providers[taken.patient.provider.key]
    refused = book(home.ground, home.organisation, ACTOR, patients[NEW[0]], taken.start, taken.minutes, provider)
    for number, patient_id in patients.items():
        home.book(number, patient_id)
    push(home)
    (event,) = home.events(outcome=Happened.REFUSED)
    assert (event.local_id, event.code) == (refused, "advancedmd.slot_taken")
    assert event.exchange_id
    assert (counted(home, "patients_added", "plans_added", "visits_added"), left(home)) == ((3, 3, 3), 0)
    push(home)
    assert len(home.events(outcome=Happened.REFUSED)) == 1


def test_writes_without_an_answer_are_looked_up_and_happen_once(home: House) -> None:
    for kind in ("drop", "cut", "empty"):
        for operation in ("addpatient", "addinsurance", "addvisit"):
            home.break_next("advancedmd", operation, kind)
    for number in NEW:
        home.book(number, home.register(number))
    push(home)
    assert counted(home, "patients_added", "plans_added", "visits_added") == (3, 3, 3)
    assert (twice(home), left(home), home.codes()) == ((0, 0, 0), 0, [])
    for operation in ("add_patient", "add_coverage", "add_visit"):
        assert {("done", 1)} == {(state, sends) for state, sends, _ in home.intents(operation)}
    assert {Kind.PATIENT, Kind.COVERAGE, Kind.VISIT} == {e.kind for e in home.events(outcome=Happened.UNKNOWN)}


def test_a_write_that_never_arrived_is_sent_again_once_its_absence_is_proven(home: House) -> None:
    home.break_next("advancedmd", "addpatient", "html")
    home.register(39)
    push(home)
    assert counted(home, "patients_added", "plans_added") == (1, 1)
    assert [(state, sends) for state, sends, _ in home.intents("add_patient")] == [("done", 2)]


def test_a_change_without_an_answer_is_found_in_the_detail(home: House) -> None:
    patient_id = home.register(39)
    push(home)
    home.break_next("advancedmd", "updatepatient", "drop")
    moved = replace(person_of(home.patient(39)), street=Sealed("9 CHANGED PLACE"))
    change_patient(home.ground, home.organisation, ACTOR, patient_id, moved)
    push(home)
    assert (counted(home, "patients_updated"), left(home)) == ((1,), 0)


def test_two_pushes_at_once_send_everything_once(home: House) -> None:
    for number in NEW:
        home.book(number, home.register(number))
    for _ in range(3):
        home.put(PUSH, connection=home.advancedmd)
    home.play()
    assert counted(home, "patients_added", "plans_added", "visits_added") == (3, 3, 3)
    assert (twice(home), left(home), home.codes()) == ((0, 0, 0), 0, [])


def test_a_feed_that_breaks_is_read_again_from_where_it_stood(home: House) -> None:
    for operation in ("getupdatedpatients", "getupdatedvisits"):
        home.break_next("advancedmd", operation, "html", times=2)
        home.break_next("advancedmd", operation, "drop")
    home.break_next("advancedmd", "getdemographic", "cut", times=3)
    pull(home)
    known = [patient for patient in home.world.patients if patient.known]
    assert (count(home, "Patient"), count(home, "Coverage")) == (len(known), len(known))
    assert home.codes() == []


def test_a_visit_brings_its_patient_with_it(home: House) -> None:
    home.do(PULL_VISITS, connection=home.advancedmd)
    known = [patient for patient in home.world.patients if patient.known]
    assert count(home, "Patient") == len(known)
    assert home.events(outcome=Happened.WAITING) == []


def test_a_visit_whose_patient_could_not_be_had_comes_in_later(home: House) -> None:
    home.break_next("advancedmd", "getdemographic", "refuse", status=400)
    home.do(PULL_VISITS, connection=home.advancedmd)
    assert len(home.events(outcome=Happened.WAITING)) >= 1
    known = [visit for visit in home.world.visits if visit.known]
    assert count(home, "Appointment") < len(known)
    home.pass_by(minutes=20)
    home.do(PULL_VISITS, connection=home.advancedmd)
    assert count(home, "Appointment") == len(known)
    assert home.codes() == []


def test_both_sides_changing_one_field_is_a_conflict_that_neither_side_wins(home: House) -> None:
    pull(home)
    number = home.vendors.number("patient", "patient-1")
    patient_id = home.local(Kind.PATIENT, number)
    assert patient_id is not None
    with home.work() as work:
        set_owner(work, home.advancedmd, Kind.PATIENT, "city", Owner.ASK, ACTOR)
    home.pass_by(minutes=10)
    home.simulators["advancedmd"].tell(f"patients/{number}", city="THEIRVILLE", zip="80099")
    ours = replace(person_of(home.patient(1)), city=Sealed("OURVILLE"), email=Sealed("new@mail.example"))
    change_patient(home.ground, home.organisation, ACTOR, patient_id, ours)
    pull(home)
    push(home)
    with home.work() as work:
        conflicts = open_conflicts(work, home.services.vault, home.advancedmd, Kind.PATIENT, [patient_id])
        kept = read_person(home.services.records.read(work, "Patient", patient_id).reveal(Purpose.MATCH))
    assert [one.field for one in conflicts[patient_id]] == ["city"]
    assert (kept.city, kept.postal_code, kept.email) == (
        Sealed("OURVILLE"), Sealed("80099"), Sealed("new@mail.example")
    )  # fmt: skip
    assert counted(home, "patients_updated") == (1,)
    assert left(home) == 0
