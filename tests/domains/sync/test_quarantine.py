from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.domains.practice_world import ADA, AMD, DETAIL, PLAN, VISIT, World, detail

from chartline.connect.facts import PatientDetail, VisitStatus
from chartline.domains.practice.people import read_person
from chartline.domains.practice.visits import read_visit
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.incoming import take_patient
from chartline.domains.sync.incoming_visits import take_visit
from chartline.domains.sync.log import EventFilter, Happened, list_events
from chartline.domains.sync.quarantine import Quarantined, close_quarantined, list_quarantined
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed

EXCHANGE = "01980000-0000-7000-8000-000000000001"
ODD = detail(sex="U", city="Golden", unknown={"sex": "X", "pronoun": "zie"})


def listed(world: World) -> tuple[Quarantined, ...]:
    with world.work() as work:
        return list_quarantined(work, world.vault)[0]


def take(world: World, told: PatientDetail) -> Happened:
    with world.work() as work:
        return take_patient(work, world.records, world.vault, AMD, told, exchange=EXCHANGE).happened


def test_an_unknown_value_is_put_aside_and_the_rest_flows_on(world: World) -> None:
    take(world, DETAIL)
    assert take(world, ODD) is Happened.CHANGED
    found = listed(world)
    assert [(one.kind, one.field, one.value, one.vendor_id, one.exchange_id) for one in found] == [
        (Kind.PATIENT, "pronoun", Sealed("zie"), "900", EXCHANGE),
        (Kind.PATIENT, "sex", Sealed("X"), "900", EXCHANGE),
    ]
    with world.work() as work:
        kept = read_person(world.body(work, "Patient", found[0].local_id or ""), AMD, "900")
        lines = list_events(work, EventFilter(outcome=Happened.QUARANTINED)).events
    assert (kept.sex, kept.city) == (ADA.sex, Sealed("Golden"))
    assert sorted(one.code for one in lines) == ["pronoun", "sex"]
    assert "zie" not in repr(found)


def test_it_is_listed_once_for_each_value_and_not_for_each_pull(world: World) -> None:
    for told in (ODD, ODD, detail(city="Boulder", unknown={"sex": "X"}), detail(unknown={"sex": "Y"})):
        take(world, told)
    other = replace(ADA, vendor_id="901", family=Sealed("Neverheard"), unknown={"sex": "X"})
    take(world, PatientDetail(other, ()))
    assert sorted(one.field for one in listed(world)) == ["pronoun", "sex", "sex"]


def test_a_person_closes_it_and_it_is_not_listed_anew(world: World) -> None:
    take(world, ODD)
    with world.work() as work:
        for one in list_quarantined(work, world.vault)[0]:
            close_quarantined(work, one.id, "user:u1")
    take(world, detail(city="Boulder", unknown=ODD.person.unknown))
    assert listed(world) == ()
    with world.work() as work:
        closed, _ = list_quarantined(work, world.vault, AMD, closed=True)
        assert {one.closed_by for one in closed} == {"user:u1"}
        with pytest.raises(ChartlineError, match=r"sync\.no_quarantined"):
            close_quarantined(work, closed[0].id, "user:u1")


def test_the_list_is_paged(sqlite_world: World) -> None:
    take(sqlite_world, detail(unknown={f"field{number}": "x" for number in range(5)}))
    with sqlite_world.work() as work:
        first, cursor = list_quarantined(work, sqlite_world.vault, limit=3)
        second, end = list_quarantined(work, sqlite_world.vault, cursor=cursor, limit=3)
    assert ([one.field for one in (*first, *second)], end) == ([f"field{number}" for number in range(5)], "")


def test_a_state_we_have_no_word_for_is_kept_and_listed(sqlite_world: World) -> None:
    world = sqlite_world
    take(world, DETAIL)
    with world.work() as work:
        odd = replace(VISIT, status=VisitStatus.OTHER, raw_status="2")
        local_id = take_visit(work, world.records, world.vault, AMD, odd).local_id or ""
        again = take_visit(work, world.records, world.vault, AMD, replace(odd, raw_status="77"))
        told = read_visit(world.body(work, "Appointment", local_id), "900", AMD)
    assert (again.happened, told.status, told.raw_status) == (Happened.CHANGED, VisitStatus.OTHER, "77")
    assert [(one.field, one.value) for one in listed(world)] == [("status", Sealed("2")), ("status", Sealed("77"))]


def test_an_order_that_is_none_does_not_keep_a_plan_out(sqlite_world: World) -> None:
    world = sqlite_world
    take(world, PatientDetail(ADA, (replace(PLAN, order=0), replace(PLAN, vendor_id="ins2", order=2))))
    assert take(world, PatientDetail(ADA, (replace(PLAN, order=1),))) is Happened.UNCHANGED
    assert [(one.kind, one.field, one.value) for one in listed(world)] == [(Kind.COVERAGE, "order", Sealed("0"))]


def test_of_a_deleted_visit_only_the_deletion_is_taken(sqlite_world: World) -> None:
    world = sqlite_world
    take(world, DETAIL)
    with world.work() as work:
        local_id = take_visit(work, world.records, world.vault, AMD, VISIT).local_id or ""
        start = datetime(1900, 1, 1, tzinfo=UTC)
        gone = replace(VISIT, patient_vendor_id="", start=start, minutes=0, deleted=True, provider_vendor_id=None)
        assert take_visit(work, world.records, world.vault, AMD, gone).happened is Happened.CHANGED
        told = read_visit(world.body(work, "Appointment", local_id), "900", AMD)
    assert (told.status, told.start, told.minutes, told.provider_vendor_id) == (
        VisitStatus.DELETED,
        VISIT.start,
        50,
        "prof1",
    )


def test_a_start_that_was_not_told_moves_nothing_and_makes_no_visit(sqlite_world: World) -> None:
    world = sqlite_world
    take(world, DETAIL)
    untold = replace(VISIT, start=datetime(1900, 1, 1, tzinfo=UTC))
    with world.work() as work:
        assert take_visit(work, world.records, world.vault, AMD, untold).happened is Happened.REFUSED
        local_id = take_visit(work, world.records, world.vault, AMD, VISIT).local_id or ""
        changed = replace(untold, column_vendor_id="col9")
        assert take_visit(work, world.records, world.vault, AMD, changed).happened is Happened.CHANGED
        told = read_visit(world.body(work, "Appointment", local_id), "900", AMD)
    assert (told.start, told.minutes, told.column_vendor_id) == (VISIT.start, VISIT.minutes, "col9")
