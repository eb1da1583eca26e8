from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.domains.practice_world import ADA, AMD, DETAIL, START, VISIT, World, person

from chartline.connect.facts import PatientDetail, VisitFact, VisitStatus
from chartline.domains.practice.charges import ChargedVisit, ChargeLine, capture
from chartline.domains.practice.visits import encounter_id, participant_id, read_visit, visit_status, write_visit
from chartline.domains.sync.conflicts import PATIENT, Choice, list_conflicts
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.links import link
from chartline.domains.sync.log import Happened
from chartline.domains.sync.meeting import Taken
from chartline.domains.sync.resolution import resolve
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money


def take(world: World, visit: VisitFact = VISIT) -> Taken:
    with world.work() as work:
        return take_visit(work, world.records, world.vault, AMD, visit)


def patient(world: World, told: PatientDetail = DETAIL) -> str:
    with world.work() as work:
        return take_patient(work, world.records, world.vault, AMD, told).local_id or ""


def status_of(world: World, local_id: str | None) -> VisitStatus:
    with world.work() as work:
        return visit_status(world.body(work, "Appointment", local_id or ""))


def test_a_visit_waits_for_its_patient(world: World) -> None:
    waited = take(world)
    assert (waited.local_id, waited.happened) == (None, Happened.WAITING)
    patient(world)
    assert Happened.CREATED is take(world).happened
    assert Happened.UNCHANGED is take(world).happened


def test_a_visit_is_stored_with_its_own_provider(world: World) -> None:
    mine, provider = patient(world), new_id()
    with world.work() as work:
        link(work, AMD, Kind.PROVIDER, provider, "prof1")
    taken = take(world)
    with world.work() as work:
        body = world.body(work, "Appointment", taken.local_id or "")
    assert (mine, provider) == (participant_id(body, "Patient"), participant_id(body, "Practitioner"))
    assert read_visit(body, "900", AMD, None, "v800") == VISIT


def test_a_visit_becomes_an_encounter_when_the_patient_arrives(world: World) -> None:
    patient(world)
    taken = take(world)
    identity = encounter_id(world.organisation, taken.local_id or "")
    with world.work() as work:
        assert world.records.find(work, "Encounter", identity) is None
    assert Happened.CHANGED is take(world, replace(VISIT, status=VisitStatus.ARRIVED)).happened
    take(world, replace(VISIT, status=VisitStatus.SEEN))
    with world.work() as work:
        assert world.body(work, "Encounter", identity)["status"] == "finished"


def test_our_own_visit_of_that_start_is_linked_and_not_doubled(world: World) -> None:
    mine = patient(world)
    ours, other = new_id(), new_id()
    with world.work() as work:
        world.records.put(work, write_visit(replace(VISIT, start=START + timedelta(hours=1)), other, mine))
        world.records.put(work, write_visit(VISIT, ours, mine))
    taken = take(world)
    assert ours == taken.local_id
    assert ours == take(world).local_id
    assert take(world, replace(VISIT, vendor_id="v801")).local_id not in (ours, other)


def test_a_deleted_visit_is_kept_as_an_error_and_an_unknown_one_ignored(world: World) -> None:
    patient(world)
    gone = replace(VISIT, deleted=True, status=VisitStatus.DELETED)
    assert (take(world, gone).local_id, take(world, gone).happened) == (None, Happened.UNCHANGED)
    taken = take(world)
    assert Happened.CHANGED is take(world, replace(gone, patient_vendor_id="")).happened
    assert VisitStatus.DELETED is status_of(world, taken.local_id)


def test_a_charged_visit_is_not_called_off_by_a_feed(world: World) -> None:
    mine = patient(world)
    taken = take(world, replace(VISIT, status=VisitStatus.SEEN))
    identity = encounter_id(world.organisation, taken.local_id or "")
    line = ChargeLine("90837", 1, ("F411",), "11", amount=Money(18000))
    with world.work() as work:
        capture(work, ChargedVisit(identity, mine, date(2026, 3, 2)), [line], "u1")
    cancelled = replace(VISIT, status=VisitStatus.CANCELLED)
    assert [take(world, cancelled).happened, take(world, cancelled).happened] == [Happened.CONFLICT, Happened.UNCHANGED]
    assert VisitStatus.SEEN is status_of(world, taken.local_id)
    with world.work() as work:
        asked = list_conflicts(work, world.vault).conflicts
        assert [one.field for one in asked] == ["status"]
        resolve(work, world.records, world.vault, asked[0].id, Choice.OURS, "u1")
    assert Happened.UNCHANGED is take(world, cancelled).happened
    assert VisitStatus.SEEN is status_of(world, taken.local_id)


def test_a_visit_does_not_change_hands_silently(world: World) -> None:
    mine = patient(world)
    other = patient(world, PatientDetail(replace(person(family="Neverheard", given="Cuthbert"), vendor_id="901"), ()))
    taken = take(world)
    moved = replace(VISIT, patient_vendor_id="901")
    assert [take(world, moved).happened, take(world, moved).happened] == [Happened.CONFLICT, Happened.UNCHANGED]
    with world.work() as work:
        assert mine == participant_id(world.body(work, "Appointment", taken.local_id or ""), "Patient")
        asked = list_conflicts(work, world.vault).conflicts
        assert [one.field for one in asked] == [PATIENT]
        resolve(work, world.records, world.vault, asked[0].id, Choice.THEIRS, "u1")
        assert other == participant_id(world.body(work, "Appointment", taken.local_id or ""), "Patient")
    assert Happened.UNCHANGED is take(world, moved).happened
    assert ADA.vendor_id == VISIT.patient_vendor_id
