"""A dry run says what would be sent, what it costs and what would be refused, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.flows.plain_office import ACTOR, BROKEN, NOON, Desk, desk, person
from tests.flows.plain_office import plan as insurance

from chartline.connect.facts import VisitStatus
from chartline.domains.sync.changes import waiting
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.settings import (
    SWITCHED_OFF,
    add_to_pilot,
    changed_settings,
    read_settings,
    write_settings,
)
from chartline.flows.front_desk import book, change_patient, move_visit, new_patient, set_status
from chartline.flows.push import STAYS_HERE
from chartline.flows.sync_plan import KIND_OFF, NOT_IN_PILOT, UNVERIFIED, Plan, plan
from chartline.kernel.outcome import Refused


@pytest.fixture
def here(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    with desk(tmp_path, sqlite_url) as made:
        yield made


def planned(at: Desk) -> Plan:
    return plan(at.ground, at.organisation, at.connection.id)


def acts(found: Plan) -> list[tuple[str, str | None]]:
    return [(one.operation, one.refused.code if one.refused else None) for one in found.writes]


def left(at: Desk) -> dict[Any, int]:
    with at.ground.database.read(at.organisation) as work:
        return waiting(work)


def set_up(at: Desk, **values: object) -> None:
    with at.ground.database.work(at.organisation) as work:
        present = read_settings(work, at.connection.id)
        write_settings(work, at.connection.id, changed_settings(present, values), ACTOR)


def newcomer(at: Desk) -> str:
    patient = new_patient(at.ground, at.organisation, ACTOR, person(), insurance())
    book(at.ground, at.organisation, ACTOR, patient, NOON, 50, at.provider)
    return patient


def test_a_new_patient_is_planned_with_insurance_and_visit_in_order_and_nothing_happens(here: Desk) -> None:
    newcomer(here)
    before = left(here)
    found = planned(here)
    assert acts(found) == [("add_patient", None), ("add_coverage", None), ("add_visit", None)]
    assert (found.sends, found.waiting, here.office.calls) == (3, 0, [])
    assert {one.tier: one.calls for one in found.costs} == {"low": 4, "medium": 1}
    assert found.done_at is not None
    assert left(here) == before
    assert planned(here).writes == found.writes
    here.push(2)
    assert len(here.office.visits) == 1


def test_only_names_of_fields_are_told(here: Desk) -> None:
    newcomer(here)
    found = planned(here)
    assert "family" in found.writes[0].fields
    assert "unit" not in found.writes[0].fields
    assert "Brightwater" not in repr(found)


def test_a_change_names_the_fields_that_would_leave(here: Desk) -> None:
    patient = new_patient(here.ground, here.organisation, ACTOR, person())
    here.push()
    change_patient(here.ground, here.organisation, ACTOR, patient, person(city="NEWTON"))
    (write,) = planned(here).writes
    assert (write.operation, write.fields, write.calls) == ("update_patient", ("city",), 1)


def test_visits_are_planned_by_the_call_they_need(here: Desk) -> None:
    patient = new_patient(here.ground, here.organisation, ACTOR, person())
    visits = [
        book(here.ground, here.organisation, ACTOR, patient, NOON + timedelta(days=day), 50, here.provider)
        for day in range(3)
    ]
    here.push()
    move_visit(here.ground, here.organisation, ACTOR, visits[0], NOON + timedelta(days=9), 50)
    set_status(here.ground, here.organisation, ACTOR, visits[1], VisitStatus.CANCELLED)
    with here.ground.database.work(here.organisation) as work:
        here.services.connections.set_options(work, here.connection.id, {"unverified": "yes"})
    assert sorted(acts(planned(here))) == [("cancel_visit", None), ("move_visit", None)]
    with here.ground.database.work(here.organisation) as work:
        here.services.connections.set_options(work, here.connection.id, {})
    assert sorted(acts(planned(here))) == [("cancel_visit", None), ("move_visit", UNVERIFIED.code)]
    assert STAYS_HERE.code not in str(acts(planned(here)))


def test_what_is_refused_here_already_is_said_with_its_reason_and_costs_nothing(here: Desk) -> None:
    patient = newcomer(here)
    set_up(here, pilot=True)
    found = planned(here)
    assert acts(found) == [("add_patient", NOT_IN_PILOT.code)]
    assert (found.sends, found.waiting, found.costs, found.done_at) == (0, 2, (), None)
    with here.ground.database.work(here.organisation) as work:
        add_to_pilot(work, here.connection.id, [patient], ACTOR)
    set_up(here, push_visits=False)
    assert acts(planned(here)) == [("add_patient", None), ("add_coverage", None), ("add_visit", KIND_OFF.code)]
    set_up(here, enabled=False)
    assert set(acts(planned(here))) == {("add_patient", SWITCHED_OFF.code)}


def test_what_waits_for_its_next_try_is_part_of_the_plan(here: Desk) -> None:
    here.office.will("add_patient", Refused(BROKEN.problem()))
    new_patient(here.ground, here.organisation, ACTOR, person())
    here.push()
    assert acts(planned(here)) == [("add_patient", None)]
    here.push()
    assert here.office.calls.count("add_patient") == 1
    assert left(here) == {(here.connection.id, Kind.PATIENT): 1}
