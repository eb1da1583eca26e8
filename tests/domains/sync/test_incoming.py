from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.domains.practice_world import ADA, AMD, DETAIL, PLAN, World, detail, person

from chartline.connect.facts import PatientDetail
from chartline.domains.practice.coverages import read_coverage, write_coverage
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.sync.changes import follow, waiting
from chartline.domains.sync.conflicts import DELETED, IDENTITY, list_conflicts
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.links import local_of
from chartline.domains.sync.log import EventFilter, Happened, list_events
from chartline.domains.sync.meeting import Taken
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Sealed


def take(world: World, told: PatientDetail = DETAIL, connection: str = AMD) -> Taken:
    with world.work() as work:
        return take_patient(work, world.records, world.vault, connection, told)


def known(world: World, patient_id: str | None) -> object:
    with world.work() as work:
        return read_person(world.body(work, "Patient", patient_id or ""), AMD, "900")


def test_a_new_patient_is_created_with_their_insurance(world: World) -> None:
    with world.work() as work:
        for connection in (AMD, "other"):
            follow(work, connection, [Kind.PATIENT])
    taken = take(world)
    assert (taken.happened, [part.happened for part in taken.parts]) == (Happened.CREATED, [Happened.CREATED])
    assert known(world, taken.local_id) == ADA
    with world.work() as work:
        assert taken.local_id == local_of(work, AMD, Kind.PATIENT, "900")
        coverage = world.body(work, "Coverage", taken.parts[0].local_id or "")
        assert read_coverage(coverage, AMD, "ins1") == PLAN
        assert waiting(work) == {("other", Kind.PATIENT): 1}


def test_the_same_again_changes_nothing_and_costs_little(world: World) -> None:
    first = take(world)
    with world.counted() as statements:
        again = take(world)
    assert (first.local_id, Happened.UNCHANGED) == (again.local_id, again.happened)
    assert [part.happened for part in again.parts] == [Happened.UNCHANGED]
    assert not [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    with world.work() as work:
        assert world.records.read(work, "Patient", first.local_id or "").version == 1


def test_more_insurance_does_not_mean_more_queries(world: World) -> None:
    def told(number: int) -> PatientDetail:
        plans = tuple(replace(PLAN, vendor_id=f"i{n}", member_id=Sealed(f"M{n}")) for n in range(number))
        return PatientDetail(ADA, plans)

    take(world, told(12))
    with world.counted() as few:
        take(world, told(2))
    with world.counted() as many:
        taken = take(world, told(12))
    assert {Happened.UNCHANGED} == {part.happened for part in taken.parts}
    assert len(few) == len(many)


def test_their_change_comes_in_and_other_spelling_does_not(world: World) -> None:
    taken = take(world)
    changed = take(world, detail(family="INVENTADO", city="Boulder", phone="303.555.0142"))
    assert Happened.CHANGED is changed.happened
    assert person(city="Boulder") == known(world, taken.local_id)
    with world.work() as work:
        assert list_events(work, EventFilter(outcome=Happened.CHANGED)).events[0].code == "city"


def test_our_change_is_kept_and_is_due_to_go_out(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, [Kind.PATIENT])
    taken = take(world)
    with world.work() as work:
        body = world.body(work, "Patient", taken.local_id or "")
        world.records.put(work, write_person(person(city="Golden"), taken.local_id or "", body, AMD))
    assert Happened.UNCHANGED is take(world).happened
    assert person(city="Golden") == known(world, taken.local_id)
    with world.work() as work:
        assert waiting(work) == {(AMD, Kind.PATIENT): 1}


def test_a_field_that_both_changed_becomes_one_conflict_and_settles_by_agreement(world: World) -> None:
    taken = take(world)
    with world.work() as work:
        body = world.body(work, "Patient", taken.local_id or "")
        world.records.put(work, write_person(person(family="Ours"), taken.local_id or "", body, AMD))
    assert Happened.CONFLICT is take(world, detail(family="Theirs")).happened
    assert Happened.UNCHANGED is take(world, detail(family="Theirs")).happened
    take(world, detail(family="Later"))
    with world.work() as work:
        page = list_conflicts(work, world.vault)
    assert [one.field for one in page.conflicts] == ["family"]
    assert (Sealed("Inventado"), Sealed("Ours"), Sealed("Later")) == (
        page.conflicts[0].base,
        page.conflicts[0].ours,
        page.conflicts[0].theirs,
    )
    take(world, detail(family="OURS"))
    with world.work() as work:
        assert list_conflicts(work, world.vault).conflicts == ()
        assert list_conflicts(work, world.vault, state=None).conflicts[0].state == "settled"


def test_the_newest_change_wins_where_it_is_known_which_one_that_is(world: World) -> None:
    taken = take(world)
    with world.work() as work:
        body = world.body(work, "Patient", taken.local_id or "")
        stored = world.records.put(work, write_person(person(phone="1"), taken.local_id or "", body, AMD))
    told = detail(phone="2")
    with world.work() as work:
        later = stored.updated + timedelta(seconds=1)
        taken = take_patient(work, world.records, world.vault, AMD, told, changed_at=later)
    assert Happened.CHANGED is taken.happened
    assert person(phone="2") == known(world, taken.local_id)


def test_a_certain_match_is_linked_and_its_own_numbers_are_taken(world: World) -> None:
    mine, coverage_id = new_id(), new_id()
    with world.work() as work:
        ours = person(chart="", responsible_party=None, email="")
        world.records.put(work, write_person(ours, mine))
        world.records.put(work, write_coverage(replace(PLAN, carrier_vendor_id=None), coverage_id, mine))
    taken = take(world)
    assert (mine, Happened.CHANGED) == (taken.local_id, taken.happened)
    assert [coverage_id] == [part.local_id for part in taken.parts]
    assert known(world, mine) == ADA


def test_a_maybe_is_never_merged_silently(world: World) -> None:
    mine = new_id()
    with world.work() as work:
        world.records.put(work, write_person(person(birth_date=date(1984, 5, 18)), mine))
    taken = take(world)
    assert Happened.CONFLICT is taken.happened
    assert mine != taken.local_id
    assert person(birth_date=date(1984, 5, 18), chart="", responsible_party=None) == known(world, mine)
    with world.work() as work:
        asked = list_conflicts(work, world.vault).conflicts
    assert [(IDENTITY, Sealed(mine))] == [(one.field, one.ours) for one in asked]
    assert taken.local_id == take(world).local_id


def test_two_patients_of_a_vendor_are_never_linked_to_one_of_ours(world: World) -> None:
    first = take(world)
    second = take(world, PatientDetail(replace(ADA, vendor_id="901"), ()))
    assert first.local_id != second.local_id
    assert Happened.CONFLICT is second.happened


def test_a_patient_is_not_deleted_on_the_word_of_a_feed(world: World) -> None:
    gone = PatientDetail(replace(ADA, deleted=True), ())
    assert (take(world, gone).local_id, take(world, gone).happened) == (None, Happened.UNCHANGED)
    taken = take(world)
    assert [take(world, gone).happened, take(world, gone).happened] == [Happened.CONFLICT, Happened.UNCHANGED]
    with world.work() as work:
        assert True is world.body(work, "Patient", taken.local_id or "")["active"]
        assert [one.field for one in list_conflicts(work, world.vault).conflicts] == [DELETED]


def test_insurance_that_does_not_come_again_is_left_alone(world: World) -> None:
    taken = take(world)
    assert take(world, PatientDetail(ADA, ())).parts == ()
    with world.work() as work:
        assert world.body(work, "Coverage", taken.parts[0].local_id or "")["status"] == "active"


def test_a_record_without_the_vendors_id_is_refused(world: World) -> None:
    with world.work() as work, pytest.raises(ChartlineError, match=r"sync\.no_vendor_id"):
        take_patient(work, world.records, world.vault, AMD, PatientDetail(replace(ADA, vendor_id=None), ()))


def test_no_patient_value_can_be_read_in_the_file(sqlite_world: World, tmp_path: Path) -> None:
    world = sqlite_world
    taken = take(world)
    with world.work() as work:
        body = world.body(work, "Patient", taken.local_id or "")
        changed = write_person(person(family="Besonders"), taken.local_id or "", body, AMD)
        world.records.put(work, changed)
    take(world, detail(family="Verschieden", given="Otherwise"))
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir() if file.is_file()).lower()
    assert b"sync_conflict" in stored
    values = ("Inventado", "Adabelle", "Quirina", "Besonders", "Verschieden", "Otherwise", "1984-05-17", "555-0142")
    values = (*values, "Fictional", "Aurora", "ZZQ123456789", "GRP-900", "adabelle@example")
    assert [value for value in values if value.lower().encode() in stored] == []
