"""A vendor's address leads to one connection until a new one is made, and an event is taken once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domains.practice_world import AMD, World

from chartline.domains.sync.hooks import Door, close_door, door_of, forget_told, has_door, make_door, told_first
from chartline.domains.sync.tables import sync_hook_door_table
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Purpose


def test_a_new_address_ends_the_one_before_and_only_its_digest_is_kept(world: World) -> None:
    with world.work() as work:
        assert has_door(work, AMD) is None
        old, new = (make_door(work, AMD).reveal(Purpose.AUTHENTICATE) for _ in range(2))
        assert old != new
        assert door_of(work, new) == Door(world.organisation, AMD)
        with pytest.raises(ChartlineError, match=r"sync\.no_hook_address"):
            door_of(work, old)
        (row,) = work.rows(sync_hook_door_table.select())
        assert new not in str(dict(row)) and has_door(work, AMD) == row["made"]
        assert (close_door(work, AMD), close_door(work, AMD)) == (True, False)


def test_an_event_is_told_once_for_each_connection(world: World) -> None:
    with world.work() as work:
        long = "e" * 500
        for event in ("1", long):
            told = [told_first(work, AMD, event, "patient", "7") for _ in range(2)]
            assert told == [True, False]
        assert told_first(work, "other", "1", "patient", "7")
        assert forget_told(work, work.now + timedelta(minutes=1)) == 3
        assert told_first(work, AMD, "1", "patient", "7")
