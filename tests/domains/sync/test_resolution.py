from __future__ import annotations

from datetime import date

import pytest
from tests.domains.practice_world import AMD, DETAIL, World, detail, person

from chartline.domains.practice.people import read_person, write_person
from chartline.domains.sync.changes import follow, waiting
from chartline.domains.sync.conflicts import Choice, count_open, list_conflicts
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.links import local_of
from chartline.domains.sync.log import EventFilter, Happened, list_events
from chartline.domains.sync.resolution import reopen, resolve
from chartline.kernel.errors import ChartlineError
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose, Sealed

THEIRS = detail(birth_date=date(1985, 5, 17))


def conflicting(world: World) -> tuple[str, str]:
    """A patient whose birth date both sides changed; the ids of patient and conflict."""
    with world.work() as work:
        follow(work, AMD, [Kind.PATIENT])
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        ours = person(birth_date=date(1986, 5, 17))
        world.records.put(work, write_person(ours, local_id, world.body(work, "Patient", local_id), AMD))
        take_patient(work, world.records, world.vault, AMD, THEIRS)
        return local_id, list_conflicts(work, world.vault).conflicts[0].id


def born(world: World, local_id: str) -> date:
    with world.work() as work:
        return read_person(world.body(work, "Patient", local_id)).birth_date.reveal(Purpose.SHOW)


def decide(world: World, conflict: str, choice: Choice, value: str | None = None) -> None:
    sealed = Sealed(value) if value is not None else None
    with world.work() as work:
        resolve(work, world.records, world.vault, conflict, choice, "u1", sealed)


@pytest.mark.parametrize(
    ("choice", "value", "expected", "goes_out"),
    [
        (Choice.OURS, None, date(1986, 5, 17), 1),
        (Choice.THEIRS, None, date(1985, 5, 17), 0),
        (Choice.VALUE, "1984-12-31", date(1984, 12, 31), 1),
    ],
)
def test_a_decision_is_carried_out_and_holds(
    world: World, choice: Choice, value: str | None, expected: date, goes_out: int
) -> None:
    local_id, conflict = conflicting(world)
    decide(world, conflict, choice, value)
    assert expected == born(world, local_id)
    with world.work() as work:
        assert goes_out == sum(waiting(work).values())
        assert count_open(work) == 0
        taken = take_patient(work, world.records, world.vault, AMD, THEIRS)
        assert (taken.happened, count_open(work)) == (Happened.UNCHANGED, 0)
        decided = list_conflicts(work, world.vault, state=None).conflicts[0]
        assert ("resolved", "u1", choice) == (decided.state, decided.closed_by, decided.choice)
    assert expected == born(world, local_id)


@pytest.mark.parametrize("choice", [Choice.OURS, Choice.THEIRS])
def test_a_decision_can_be_taken_back(world: World, choice: Choice) -> None:
    local_id, conflict = conflicting(world)
    decide(world, conflict, choice)
    with world.work() as work:
        reopen(work, world.records, world.vault, conflict, "u2")
        assert count_open(work) == 1
        outcomes = [event.outcome for event in list_events(work, EventFilter(local_id=local_id)).events]
        assert outcomes[:2] == [Happened.REOPENED, Happened.RESOLVED]
        take_patient(work, world.records, world.vault, AMD, THEIRS)
        assert [conflict] == [one.id for one in list_conflicts(work, world.vault).conflicts]
    assert date(1986, 5, 17) == born(world, local_id)


def test_a_value_the_field_cannot_hold_is_refused(world: World) -> None:
    local_id, conflict = conflicting(world)
    for value in ("31.12.1984", None):
        with pytest.raises(ChartlineError, match=r"sync\.bad_choice"):
            decide(world, conflict, Choice.VALUE, value)
    assert date(1986, 5, 17) == born(world, local_id)


def test_nothing_is_decided_twice_nor_reopened_undecided(world: World) -> None:
    _, conflict = conflicting(world)
    with world.work() as work, pytest.raises(ChartlineError, match=r"sync\.already_decided"):
        reopen(work, world.records, world.vault, conflict, "u1")
    decide(world, conflict, Choice.THEIRS)
    with pytest.raises(ChartlineError, match=r"sync\.already_decided"):
        decide(world, conflict, Choice.OURS)
    with pytest.raises(ChartlineError, match=r"sync\.no_conflict"):
        decide(world, new_id(), Choice.OURS)


def test_two_records_of_one_person_are_joined_and_parted_again(world: World) -> None:
    mine = new_id()
    with world.work() as work:
        world.records.put(work, write_person(person(birth_date=date(1984, 5, 18)), mine))
        doubled = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        conflict = list_conflicts(work, world.vault).conflicts[0].id
        resolve(work, world.records, world.vault, conflict, Choice.OURS, "u1")
        assert mine == local_of(work, AMD, Kind.PATIENT, "900")
        replaced = world.body(work, "Patient", doubled)
        assert (False, f"Patient/{mine}") == (replaced["active"], replaced["link"][0]["other"]["reference"])  # ty: ignore[not-subscriptable]
        reopen(work, world.records, world.vault, conflict, "u1")
        assert doubled == local_of(work, AMD, Kind.PATIENT, "900")
        parted = world.body(work, "Patient", doubled)
        assert (parted["active"], parted.get("link")) == (True, None)


def test_a_deletion_there_is_followed_only_by_decision(world: World) -> None:
    gone = detail(deleted=True)
    with world.work() as work:
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
        take_patient(work, world.records, world.vault, AMD, gone)
        conflict = list_conflicts(work, world.vault).conflicts[0].id
        resolve(work, world.records, world.vault, conflict, Choice.THEIRS, "u1")
        assert False is world.body(work, "Patient", local_id)["active"]
        reopen(work, world.records, world.vault, conflict, "u1")
        resolve(work, world.records, world.vault, conflict, Choice.OURS, "u1")
        assert True is world.body(work, "Patient", local_id)["active"]
