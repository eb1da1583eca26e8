"""A change of ours makes the sending due, where it goes out as it happens; nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.domains.practice_world import AMD, START, World
from tests.domains.sync.moments import at

from chartline.domains.sync.changes import DEBOUNCE, PUSH, follow, next_due, note_change, note_changes_for, note_written
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.settings import Frequency, SyncSettings, write_settings
from chartline.domains.sync.tables import sync_change_table
from chartline.platform.database import Work
from chartline.platform.jobs import Queue, Schedules

LATER = START + timedelta(minutes=10)
LINE = Queue("practice", concurrency=4)


def plan(work: Work, connection: str = AMD) -> None:
    follow(work, connection, (Kind.PATIENT, Kind.COVERAGE, Kind.VISIT))
    arguments = {"connection": connection}
    Schedules().put(work, work.organisation, f"{PUSH}/{connection}", PUSH, LINE, arguments, 600, first_at=LATER)


def due(work: Work, connection: str = AMD) -> datetime:
    found = Schedules().find(work, work.organisation, f"{PUSH}/{connection}")
    assert found is not None
    return found.next_at


def test_a_change_makes_the_sending_due_at_once_and_once(world: World) -> None:
    with world.work() as work:
        now = at(work, START)
        plan(now)
        plan(now, "other")
        note_change(now, Kind.PATIENT, "p1", except_for="other")
        assert (due(work), due(work, "other")) == (START + DEBOUNCE, LATER)
        note_change(at(work, START + DEBOUNCE / 2), Kind.PATIENT, "p2")
        assert due(work) == START + DEBOUNCE


def test_what_a_fhir_client_writes_makes_it_due_too(world: World) -> None:
    with world.work() as work:
        plan(at(work, START))
        note_written(at(work, START), [("Observation", "o1")])
        assert due(work) == LATER
        note_written(at(work, START), [("Coverage", "c1"), ("Appointment", "a1")])
        assert due(work) == START + DEBOUNCE


@pytest.mark.parametrize(
    "changed",
    [
        {"enabled": False},
        {"paused": True},
        {"push": Frequency.HOURLY},
        {"push": Frequency.MANUAL},
        {"push_patients": False},
    ],
)
def test_what_does_not_go_out_as_it_happens_waits_for_its_time(world: World, changed: dict[str, Any]) -> None:
    with world.work() as work:
        plan(at(work, START))
        write_settings(work, AMD, replace(SyncSettings(), **changed), "user:1")
        note_change(at(work, START), Kind.PATIENT, "p1")
        assert due(work) == LATER


def test_a_record_that_changes_again_is_tried_afresh(world: World) -> None:
    with world.work() as work:
        now = at(work, START)
        note_changes_for(now, AMD, [(Kind.PATIENT, "p1"), (Kind.PATIENT, "p2")])
        tried = {"attempts": 3, "next_at": LATER, "problem_code": "x"}
        work.execute(work.update(sync_change_table).values(**tried))
        assert next_due(work, AMD, Kind.PATIENT) == LATER
        assert next_due(work, AMD, Kind.VISIT) is None
        work.execute(work.update(sync_change_table).values(dead=True))
        assert next_due(work, AMD, Kind.PATIENT) is None
        note_changes_for(now, AMD, [(Kind.PATIENT, "p1")])
        rows = {row["local_id"]: row for row in work.rows(work.select(sync_change_table))}
        assert [(rows[each]["dead"], rows[each]["attempts"]) for each in ("p1", "p2")] == [(False, 0), (True, 3)]
