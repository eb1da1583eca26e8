"""What has to be fetched stands in line once, is claimed by one, and leaves only when that very news was taken."""

from __future__ import annotations

from datetime import timedelta

from tests.domains.practice_world import AMD, START, World
from tests.domains.sync.moments import at

from chartline.domains.sync.fetches import (
    CLAIM,
    SETTLED,
    Wanted,
    claim,
    fetched,
    forget_line,
    give_back,
    in_line,
    in_pilot,
    seen_before,
    want,
)
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link

P1, P2 = Wanted(Kind.PATIENT, "1"), Wanted(Kind.PATIENT, "2")


def test_a_record_told_of_twice_stands_in_line_once(world: World) -> None:
    with world.work() as work:
        assert want(work, AMD, [P1, P2, P1]) == 2
        assert want(work, AMD, [P1, Wanted(Kind.PATIENT, "")]) == 1
        assert (in_line(work, AMD), in_line(work, AMD, Kind.VISIT), in_line(work, "other")) == (2, 0, 0)
        forget_line(work, AMD)
        assert in_line(work, AMD) == 0


def test_what_one_has_claimed_nobody_else_gets_until_it_is_given_back_or_forgotten(world: World) -> None:
    with world.work() as work:
        now = at(work, START)
        want(now, AMD, [P1, P2])
        first = claim(now, AMD, Kind.PATIENT, 1)
        assert [each.vendor_id for each in first] == ["1"]
        assert [each.vendor_id for each in claim(now, AMD, Kind.PATIENT, 9)] == ["2"]
        assert claim(now, AMD, Kind.PATIENT, 9) == []
        give_back(now, AMD, first)
        assert [each.vendor_id for each in claim(now, AMD, Kind.PATIENT, 9, ["1", "2"])] == ["1"]
        later = at(work, START + CLAIM)
        assert len(claim(later, AMD, Kind.PATIENT, 9)) == 2


def test_news_that_came_while_a_record_was_fetched_keeps_it_in_line(world: World) -> None:
    with world.work() as work:
        want(work, AMD, [P1])
        (old,) = claim(work, AMD, Kind.PATIENT, 9)
        want(work, AMD, [P1])
        fetched(work, AMD, old)
        (new,) = claim(work, AMD, Kind.PATIENT, 9)
        assert new.token != old.token
        fetched(work, AMD, new)
        assert in_line(work, AMD) == 0


def test_a_change_is_remembered_as_seen_once_it_is_old_enough_to_be_the_last_of_its_second(world: World) -> None:
    with world.work() as work:
        now = at(work, START)
        for number in ("1", "2"):
            link(work, AMD, Kind.PATIENT, f"ours-{number}", number)
        settled, fresh = START - SETTLED, START - timedelta(seconds=1)
        want(now, AMD, [Wanted(Kind.PATIENT, "1", told=settled), Wanted(Kind.PATIENT, "2", told=fresh)])
        for each in claim(now, AMD, Kind.PATIENT, 9):
            fetched(now, AMD, each)
        assert seen_before(work, AMD, Kind.PATIENT, ["1", "2"]) == {"1": settled}
        assert seen_before(work, AMD, Kind.PATIENT, []) == {}


def test_with_a_pilot_group_only_its_linked_patients_are_let_in(world: World) -> None:
    with world.work() as work:
        link(work, AMD, Kind.PATIENT, "ours-1", "1")
        link(work, AMD, Kind.PATIENT, "ours-2", "2")
        assert in_pilot(work, AMD, None, ["1", "2", "3"]) == {"1", "2", "3"}
        assert in_pilot(work, AMD, frozenset({"ours-2"}), ["1", "2", "3"]) == {"2"}
