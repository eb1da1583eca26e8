from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.domains.practice_world import AMD, World

from chartline.domains.sync.changes import clear_change, follow, note_change, unfollow, waiting
from chartline.domains.sync.cursors import read_cursor, store_cursor
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link, local_of, locals_of, unlink, vendor_of, vendors_of
from chartline.domains.sync.log import (
    Direction,
    EventFilter,
    Happened,
    SyncEvent,
    counts_by_day,
    list_events,
    note_event,
)
from chartline.domains.sync.shadow import read_shadow, read_shadows, write_shadow
from chartline.domains.sync.tables import sync_change_table
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Work


def test_a_link_is_one_to_one_per_connection_and_kind(world: World) -> None:
    with world.work() as work:
        assert link(work, AMD, Kind.PATIENT, "p1", "900")
        assert not link(work, AMD, Kind.PATIENT, "p1", "900")
        assert link(work, AMD, Kind.VISIT, "p1", "900")
        assert link(work, "other", Kind.PATIENT, "p1", "900")
        for local_id, vendor_id in (("p2", "900"), ("p1", "901")):
            with pytest.raises(ChartlineError, match=r"sync\.linked_otherwise"):
                link(work, AMD, Kind.PATIENT, local_id, vendor_id)
        assert (
            local_of(work, AMD, Kind.PATIENT, "900"),
            vendor_of(work, AMD, Kind.PATIENT, "p1"),
        ) == ("p1", "900")
        assert locals_of(work, AMD, Kind.PATIENT, ["900", "901"]) == {"900": "p1"}
        assert vendors_of(work, AMD, Kind.PATIENT, []) == {}
        assert unlink(work, AMD, Kind.PATIENT, "p1")
        assert local_of(work, AMD, Kind.PATIENT, "900") is None


def test_a_cursor_is_stored_with_its_rows_or_not_at_all(world: World) -> None:
    with world.work() as work:
        assert read_cursor(work, AMD, "patients") == ""
        store_cursor(work, AMD, "patients", "one")
    with pytest.raises(RuntimeError), world.work() as work:
        store_cursor(work, AMD, "patients", "two")
        raise RuntimeError
    with world.work() as work:
        assert (read_cursor(work, AMD, "patients"), read_cursor(work, AMD, "visits")) == ("one", "")


def test_a_shadow_opens_only_in_its_place(world: World) -> None:
    with world.work() as work:
        write_shadow(work, world.vault, AMD, Kind.PATIENT, "p1", {"family": "Inventado"})
        write_shadow(work, world.vault, AMD, Kind.PATIENT, "p1", {"family": "Inventado", "sex": "F"})
        assert read_shadow(work, world.vault, AMD, Kind.PATIENT, "p1") == {"family": "Inventado", "sex": "F"}
        assert read_shadow(work, world.vault, AMD, Kind.COVERAGE, "p1") is None
        assert list(read_shadows(work, world.vault, AMD, Kind.PATIENT, ["p1", "p2"])) == ["p1"]


def tokens(work: Work) -> dict[str, str]:
    return {row["connection"]: row["token"] for row in work.rows(work.select(sync_change_table))}


def test_every_follower_but_the_source_gets_a_change(world: World) -> None:
    with world.work() as work:
        note_change(work, Kind.PATIENT, "p0")
        assert waiting(work) == {}
        follow(work, AMD, [Kind.PATIENT, Kind.VISIT])
        follow(work, AMD, [Kind.PATIENT])
        follow(work, "other", [Kind.PATIENT])
        note_change(work, Kind.PATIENT, "p1", except_for="other")
        note_change(work, Kind.COVERAGE, "c1")
        assert waiting(work) == {(AMD, Kind.PATIENT): 1}
        unfollow(work, AMD)
        assert waiting(work) == {}


def test_a_change_made_during_a_push_is_not_cleared_by_it(world: World) -> None:
    with world.work() as work:
        follow(work, AMD, [Kind.PATIENT])
        note_change(work, Kind.PATIENT, "p1")
        old = tokens(work)[AMD]
        note_change(work, Kind.PATIENT, "p1")
        assert not clear_change(work, AMD, Kind.PATIENT, "p1", old)
        assert clear_change(work, AMD, Kind.PATIENT, "p1", tokens(work)[AMD])
        assert waiting(work) == {}


def test_the_log_is_paged_filtered_and_counted(world: World) -> None:
    day = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    with world.work() as work:
        for number in range(5):
            note_event(
                work,
                SyncEvent(
                    connection=AMD,
                    direction=Direction.IN if number % 2 else Direction.OUT,
                    kind=Kind.PATIENT,
                    outcome=Happened.CREATED,
                    local_id=f"p{number}",
                    at=day + timedelta(minutes=number),
                ),
            )
        note_event(
            work,
            SyncEvent(connection=AMD, direction=Direction.IN, kind=Kind.PATIENT, outcome=Happened.UNCHANGED),
        )
        first = list_events(work, EventFilter(connection=AMD), limit=3)
        second = list_events(work, EventFilter(connection=AMD), first.cursor, limit=3)
        assert [one.local_id for one in first.events] == ["p4", "p3", "p2"]
        assert ([one.local_id for one in second.events], second.cursor) == (["p1", "p0"], "")
        inward = list_events(work, EventFilter(direction=Direction.IN, since=day + timedelta(minutes=2)))
        assert [one.local_id for one in inward.events] == ["p3"]
        assert counts_by_day(work, day, day + timedelta(days=1)) == {
            ("2026-03-02", AMD, "created"): 1,
            ("2026-03-03", AMD, "created"): 4,
        }
