from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.domains.practice_world import ADA, AMD, DETAIL, World, detail, person

from chartline.connect.facts import PatientDetail, PersonFact
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.sync.cases import Case, Decision, case_of, count_cases, list_cases, open_cases
from chartline.domains.sync.changes import follow, note_change, waiting
from chartline.domains.sync.conflicts import Choice, list_conflicts, list_decisions
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.log import Happened
from chartline.domains.sync.outgoing import pending, pushed
from chartline.domains.sync.resolution import reopen, reopen_record, resolve, resolve_record
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed
from chartline.platform.audit import Audit, AuditEvent, Target

CHANGED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
OURS = {"family": "Ours", "birth_date": date(1986, 5, 17), "sex": "U"}
THEIRS = detail(family="Theirs", birth_date=date(1985, 5, 17), sex="M", changed_at=CHANGED)


def write(world: World, local_id: str, told: PersonFact, actor: str = "user:u7") -> None:
    with world.work() as work:
        body = world.body(work, "Patient", local_id)
        world.records.put(work, write_person(told, local_id, body, AMD, every_phone=True))
        note_change(work, Kind.PATIENT, local_id)
        Audit(world.database, world.vault).record(
            work, AuditEvent(actor, "patient.change", Target("Patient", local_id))
        )


def take(world: World, told: PatientDetail) -> Happened:
    with world.work() as work:
        return take_patient(work, world.records, world.vault, AMD, told).happened


def disputed(world: World) -> str:
    """A patient of whom both sides changed family name, birth date and sex; our id."""
    with world.work() as work:
        follow(work, AMD, [Kind.PATIENT])
        local_id = take_patient(work, world.records, world.vault, AMD, DETAIL).local_id or ""
    write(world, local_id, person(**OURS))
    assert take(world, THEIRS) is Happened.CONFLICT
    return local_id


def case(world: World, local_id: str) -> Case | None:
    with world.work() as work:
        return case_of(work, world.records, world.vault, AMD, Kind.PATIENT, local_id)


def decide(world: World, local_id: str, choices: Mapping[str, Decision]) -> str:
    with world.work() as work:
        return resolve_record(work, world.records, world.vault, AMD, Kind.PATIENT, local_id, choices, "u1")


def take_back(world: World, decision: str) -> None:
    with world.work() as work:
        reopen_record(work, world.records, world.vault, decision, "u2")


def known(world: World, local_id: str) -> tuple[PersonFact, int]:
    with world.work() as work:
        stored = world.records.read(work, "Patient", local_id)
        return read_person(world.body(work, "Patient", local_id), AMD, "900"), stored.version


def push(world: World) -> list[tuple[str, ...]]:
    """Send everything; the names of the fields that left."""
    with world.work() as work:
        items = pending(work, world.records, world.vault, AMD, Kind.PATIENT).items
        for item in items:
            pushed(work, world.vault, item, "900")
        return [item.changed for item in items]


def test_a_case_shows_every_field_with_who_and_when(world: World) -> None:
    local_id = disputed(world)
    found = case(world, local_id)
    assert found is not None
    assert list(found.fields) == ["birth_date", "family", "sex"]
    family = found.fields["family"]
    assert (family.conflict.base, family.conflict.ours, family.conflict.theirs) == (
        ADA.family,
        Sealed("Ours"),
        Sealed("Theirs"),
    )
    assert family.theirs_at == CHANGED
    assert family.ours is not None
    with world.work() as work:
        second = world.records.version(work, "Patient", local_id, 2)
    assert (family.ours.at, family.ours.by) == (second.updated, "user:u7")
    write(world, local_id, person(**OURS, city="Golden"), "user:u8")
    again = case(world, local_id)
    assert again is not None
    assert again.fields["family"].ours == family.ours
    assert "Ours" not in repr(again)


def test_the_inbox_lists_records_and_not_fields(world: World) -> None:
    local_id = disputed(world)
    with world.work() as work:
        lines, cursor = list_cases(work, AMD)
        assert ([(one.local_id, one.fields) for one in lines], cursor) == (
            [(local_id, ("birth_date", "family", "sex"))],
            "",
        )
        assert (count_cases(work), count_cases(work, "other"), list_cases(work, "other")[0]) == (1, 0, ())
        assert open_cases(work) == {AMD: 1}
    assert case(world, "nobody") is None


def test_the_inbox_is_paged(world: World) -> None:
    ids = []
    with world.work() as work:
        for number in range(3):
            told = PatientDetail(person(family=f"P{number}", birth_date=date(1950 + number, 1, 1)), ())
            told = PatientDetail(person_with(told.person, f"90{number}"), ())
            ids.append(take_patient(work, world.records, world.vault, AMD, told).local_id)
            gone = PatientDetail(person_with(told.person, f"90{number}", deleted=True), ())
            take_patient(work, world.records, world.vault, AMD, gone)
    with world.work() as work:
        first, cursor = list_cases(work, limit=2)
        second, end = list_cases(work, cursor=cursor, limit=2)
        assert [one.local_id for one in (*first, *second)] == ids
        assert (len(first), end) == (2, "")


def person_with(told: PersonFact, vendor_id: str, *, deleted: bool = False) -> PersonFact:
    return replace(told, vendor_id=vendor_id, deleted=deleted)


def test_a_record_is_decided_field_by_field_in_one_version(world: World) -> None:
    local_id = disputed(world)
    _, before = known(world, local_id)
    decide(
        world,
        local_id,
        {
            "family": Decision(Choice.OURS),
            "birth_date": Decision(Choice.THEIRS),
            "sex": Decision(Choice.VALUE, Sealed("f")),
        },
    )
    now, version = known(world, local_id)
    assert now == person(family="Ours", birth_date=date(1985, 5, 17), sex="F")
    assert (version, case(world, local_id)) == (before + 1, None)
    assert take(world, THEIRS) is Happened.UNCHANGED
    assert push(world) == [("family", "sex")]
    assert known(world, local_id) == (now, version)


@pytest.mark.parametrize(("choice", "leaves"), [(Choice.OURS, [("birth_date", "family", "sex")]), (Choice.THEIRS, [])])
def test_a_whole_record_is_decided_and_taken_back_as_one(
    sqlite_world: World, choice: Choice, leaves: list[tuple[str, ...]]
) -> None:
    world = sqlite_world
    local_id = disputed(world)
    before, version = known(world, local_id)
    found = case(world, local_id)
    assert found is not None
    decision = decide(world, local_id, found.all(choice))
    expected = person(**OURS) if choice is Choice.OURS else THEIRS.person
    assert known(world, local_id)[0] == person_with_time(expected)
    take_back(world, decision)
    assert known(world, local_id) == (before, version if choice is Choice.OURS else version + 2)
    again = case(world, local_id)
    assert again is not None
    assert list(again.fields) == list(found.fields)
    assert take(world, THEIRS) in (Happened.UNCHANGED, Happened.CHANGED)
    assert push(world) == []
    decide(world, local_id, again.all(choice))
    assert push(world) == leaves


def person_with_time(told: PersonFact) -> PersonFact:
    """As our record reads: it does not hold the vendor's time."""
    return replace(told, changed_at=None)


def test_some_fields_may_stay_open(sqlite_world: World) -> None:
    local_id = disputed(sqlite_world)
    decide(sqlite_world, local_id, {"family": Decision(Choice.THEIRS)})
    found = case(sqlite_world, local_id)
    assert found is not None
    assert list(found.fields) == ["birth_date", "sex"]


def test_taking_back_leaves_newer_edits_of_other_fields_alone(sqlite_world: World) -> None:
    world = sqlite_world
    local_id = disputed(world)
    decision = decide(world, local_id, {"family": Decision(Choice.THEIRS), "sex": Decision(Choice.THEIRS)})
    write(world, local_id, person(**{**OURS, "family": "Theirs", "sex": "M", "city": "Golden"}))
    take_back(world, decision)
    assert known(world, local_id)[0] == person(**OURS, city="Golden")


def test_a_decided_field_that_changed_again_cannot_be_taken_back(sqlite_world: World) -> None:
    world = sqlite_world
    local_id = disputed(world)
    decision = decide(world, local_id, {"family": Decision(Choice.THEIRS), "sex": Decision(Choice.THEIRS)})
    write(world, local_id, person(**{**OURS, "family": "Third", "sex": "M"}))
    with pytest.raises(ChartlineError, match=r"sync\.changed_since") as caught:
        take_back(world, decision)
    assert caught.value.problem.fields == {"record": local_id, "field": "family"}
    assert known(world, local_id)[0] == person(**{**OURS, "family": "Third", "sex": "M"})
    with world.work() as work:
        sex = next(one for one in list_conflicts(work, world.vault, state=None).conflicts if one.field == "sex")
        reopen(work, world.records, world.vault, sex.id, "u2")
    assert known(world, local_id)[0].sex == "U"
    with pytest.raises(ChartlineError, match=r"sync\.already_decided"):
        take_back(world, "01980000-0000-7000-8000-000000000000")


def test_a_decision_that_was_sent_already_can_be_turned_around(sqlite_world: World) -> None:
    world = sqlite_world
    local_id = disputed(world)
    decision = decide(world, local_id, {"family": Decision(Choice.VALUE, Sealed("Third"))})
    assert push(world) == [("family",)]
    take_back(world, decision)
    now_there = detail(family="Third", birth_date=date(1985, 5, 17), sex="M")
    assert take(world, now_there) is Happened.UNCHANGED
    found = case(world, local_id)
    assert found is not None
    # Nobody typed anything since, so the question stands, though the vendor has what was decided at first.
    assert (found.fields["family"].conflict.ours, found.fields["family"].conflict.theirs) == (
        Sealed("Ours"),
        Sealed("Theirs"),
    )
    assert push(world) == []
    decide(world, local_id, {"family": Decision(Choice.THEIRS)})
    assert push(world) == [("family",)]
    assert take(world, detail(family="Theirs", birth_date=date(1985, 5, 17), sex="M")) is Happened.UNCHANGED
    assert known(world, local_id)[0].family == Sealed("Theirs")


def test_an_edit_there_ends_a_question_that_was_opened_again_after_sending(sqlite_world: World) -> None:
    world = sqlite_world
    local_id = disputed(world)
    decision = decide(world, local_id, {"family": Decision(Choice.OURS)})
    push(world)
    assert take(world, detail(family="Ours", birth_date=date(1985, 5, 17), sex="M")) is Happened.UNCHANGED
    take_back(world, decision)
    assert take(world, detail(family="Fourth", birth_date=date(1985, 5, 17), sex="M")) is Happened.CHANGED
    found = case(world, local_id)
    assert found is not None
    assert "family" not in found.fields


@pytest.mark.parametrize(
    "choices",
    [
        {"family": Decision(Choice.VALUE)},
        {"family": Decision(Choice.OURS, Sealed("x"))},
        {"family": Decision(Choice.VALUE, Sealed("  "))},
        {"birth_date": Decision(Choice.VALUE, Sealed("31.12.1984"))},
        {"birth_date": Decision(Choice.VALUE, Sealed("2999-01-01"))},
        {"sex": Decision(Choice.THEIRS), "birth_date": Decision(Choice.VALUE, Sealed("1984-02-30"))},
    ],
)
def test_a_decision_that_cannot_be_carried_out_changes_nothing(
    sqlite_world: World, choices: dict[str, Decision]
) -> None:
    local_id = disputed(sqlite_world)
    before = known(sqlite_world, local_id)
    with pytest.raises(ChartlineError, match=r"sync\.bad_choice") as caught:
        decide(sqlite_world, local_id, choices)
    assert "1984" not in str(caught.value.problem)
    found = case(sqlite_world, local_id)
    assert found is not None
    assert (known(sqlite_world, local_id), len(found.fields)) == (before, 3)


def test_what_is_not_open_is_not_decided(sqlite_world: World) -> None:
    local_id = disputed(sqlite_world)
    for choices in ({}, {"city": Decision(Choice.OURS)}):
        with pytest.raises(ChartlineError, match=r"sync\.already_decided"):
            decide(sqlite_world, local_id, choices)


def test_one_field_is_decided_by_the_same_means(sqlite_world: World) -> None:
    world = sqlite_world
    local_id = disputed(world)
    with world.work() as work:
        conflict = list_conflicts(work, world.vault).conflicts[0]
        decision = resolve(work, world.records, world.vault, conflict.id, Choice.THEIRS, "u1")
        assert waiting(work) == {(AMD, Kind.PATIENT): 1}
    take_back(world, decision)
    found = case(world, local_id)
    assert found is not None
    assert len(found.fields) == 3


def test_a_deletion_is_asked_about_once_and_anew_when_it_was_taken_back_there(sqlite_world: World) -> None:
    world = sqlite_world
    gone = detail(deleted=True)
    take(world, DETAIL)
    assert [take(world, gone), take(world, gone)] == [Happened.CONFLICT, Happened.UNCHANGED]
    with world.work() as work:
        asked = list_conflicts(work, world.vault).conflicts[0]
        resolve(work, world.records, world.vault, asked.id, Choice.OURS, "u1")
    assert take(world, gone) is Happened.UNCHANGED
    assert [take(world, detail(city="Golden")), take(world, gone)] == [Happened.CHANGED, Happened.CONFLICT]


def test_decisions_are_listed_newest_first_and_whole(world: World) -> None:
    local_id = disputed(world)
    ours, theirs = Decision(Choice.OURS), Decision(Choice.THEIRS)
    first = decide(world, local_id, {"family": ours})
    second = decide(world, local_id, {"birth_date": theirs, "sex": ours})
    with world.work() as work:
        newest, cursor = list_decisions(work, world.vault, limit=1)
        older, end = list_decisions(work, world.vault, cursor, limit=1)
    assert [(one.decision, one.field) for one in newest[0]] == [(second, "birth_date"), (second, "sex")]
    assert [(one.decision, one.field) for one in older[0]] == [(first, "family")]
    assert (len(newest), len(older), end) == (1, 1, "")
    take_back(world, second)
    with world.work() as work:
        left, _ = list_decisions(work, world.vault)
    assert [one.decision for each in left for one in each] == [first]
