"""The sync log says what was done, for whom, by which call, and can be searched and thinned out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.domains.practice_world import AMD, START, World
from tests.domains.sync.moments import at

from chartline.domains.sync.fields import Kind
from chartline.domains.sync.log import (
    Direction,
    EventFilter,
    Happened,
    SyncEvent,
    doing,
    forget_events,
    list_events,
    note_event,
    outcomes,
)
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.exchange import Exchange, ExchangeLog, Word

LINE = SyncEvent(connection=AMD, direction=Direction.OUT, kind=Kind.PATIENT, outcome=Happened.CREATED, local_id="p1")


def found(work: Work, **wanted: Any) -> list[str | None]:
    return [each.local_id for each in list_events(work, EventFilter(**wanted)).events]


def test_a_line_belongs_to_the_run_and_the_person_it_was_written_for(world: World) -> None:
    run = new_id()
    with world.work() as work:
        with doing(run, "user:1"):
            note_event(work, LINE)
        with doing(run, "user:2", "move"):
            note_event(work, replace(LINE, local_id="p2", actor="token:3"))
        note_event(work, replace(LINE, local_id="p3", operation="end_date"))
        events = {each.local_id: each for each in list_events(work, EventFilter()).events}
    assert (events["p1"].run_id, events["p1"].actor, events["p1"].operation) == (run, "user:1", "create")
    assert (events["p2"].run_id, events["p2"].actor, events["p2"].operation) == (run, "token:3", "move")
    assert (events["p3"].run_id, events["p3"].actor, events["p3"].operation) == (None, "", "end_date")


def test_a_line_bears_status_start_and_length_of_its_exchange(world: World) -> None:
    log = ExchangeLog(world.database, world.vault)
    with world.work() as work:
        exchange = log.record(
            work,
            Exchange(
                connection=AMD,
                vendor="advancedmd",
                operation="addpatient",
                started=START,
                duration_ms=123,
                outcome=Word.RECEIPT,
                status=200,
                problem=None,
                request=b"<a/>",
                response=b"<b/>",
            ),
        )
        for each in (exchange, new_id(), "no id at all", None):
            note_event(work, replace(LINE, exchange_id=each))
        events = list_events(work, EventFilter()).events
    told = [(one.http_status, one.started, one.duration_ms) for one in reversed(events)]
    assert told == [(200, START, 123)] + 3 * [(None, None, None)]


def test_lines_are_found_by_everything_that_they_say(world: World) -> None:
    run = new_id()
    with world.work() as work:
        note_event(work, LINE)
        refused = replace(LINE, local_id="c1", kind=Kind.COVERAGE, outcome=Happened.REFUSED, code="advancedmd.busy")
        with doing(run, "user:1", "update"):
            note_event(work, replace(refused, vendor_id="v1", http_status=409, started=START))
        assert found(work, run_id=run) == found(work, actor="user:1") == found(work, operation="update") == ["c1"]
        assert found(work, code="advancedmd.") == found(work, http_status=409) == found(work, vendor_id="v1") == ["c1"]
        assert (found(work, code="%"), found(work, kind=Kind.PATIENT), found(work, operation="create")) == (
            [], ["p1"], ["p1"],
        )  # fmt: skip
        assert (found(work, local_ids=("c1", "p1")), found(work, local_ids=())) == (["c1", "p1"], [])
        counts = outcomes(work, work.now - timedelta(minutes=1), work.now + timedelta(minutes=1))
        assert counts == {"created": 1, "refused": 1}


def test_old_lines_of_one_connection_go_in_batches(world: World) -> None:
    with world.work() as work:
        for day in range(5):
            note_event(at(work, START + timedelta(days=day)), replace(LINE, local_id=f"p{day}"))
        note_event(at(work, START), replace(LINE, connection="other", local_id="kept"))
        before = START + timedelta(days=3)
        assert [forget_events(work, AMD, before, limit=2) for _ in range(3)] == [2, 1, 0]
        assert sorted(found(work), key=str) == ["kept", "p3", "p4"]


@pytest.mark.parametrize("direction", list(Direction))
def test_unchanged_records_leave_no_line(world: World, direction: Direction) -> None:
    with world.work() as work:
        note_event(work, replace(LINE, outcome=Happened.UNCHANGED, direction=direction))
        assert found(work) == []
