"""What has to be fetched stands in line once, is claimed by one, and leaves only when that very news was taken."""

from __future__ import annotations

from datetime import timedelta

from tests.domains.practice_world import AMD, START, World
from tests.domains.sync.moments import at

from chartline.domains.sync.changes import unfollow
from chartline.domains.sync.fetches import (
    CLAIM,
    GIVE_UP,
    SETTLED,
    Wanted,
    claim,
    fetched,
    give_back,
    in_line,
    in_pilot,
    put_off,
    seen_before,
    under_way,
    want,
)
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link
from chartline.kernel.ids import new_id

RUN, OTHER, THIRD = (new_id() for _ in range(3))
P1, P2 = Wanted(Kind.PATIENT, "1"), Wanted(Kind.PATIENT, "2")


def test_a_record_told_of_twice_stands_in_line_once(world: World) -> None:
    with world.work() as work:
        assert want(work, AMD, [P1, P2, P1]) == 2
        assert want(work, AMD, [P1, Wanted(Kind.PATIENT, "")]) == 1
        assert (in_line(work, AMD), in_line(work, AMD, Kind.VISIT), in_line(work, "other")) == (2, 0, 0)
        unfollow(work, AMD)
        assert in_line(work, AMD) == 0


def test_what_a_run_has_claimed_no_other_run_gets_until_it_is_given_back_or_forgotten(world: World) -> None:
    with world.work() as work:
        now = at(work, START)
        want(now, AMD, [P1, P2])
        first = claim(now, AMD, Kind.PATIENT, 1, RUN)
        assert [each.vendor_id for each in first] == ["1"]
        assert under_way(now, AMD, Kind.PATIENT, ["1", "2"], OTHER)
        assert not under_way(now, AMD, Kind.PATIENT, ["1", "2"], RUN)
        assert [each.vendor_id for each in claim(now, AMD, Kind.PATIENT, 9, OTHER)] == ["2"]
        assert claim(now, AMD, Kind.PATIENT, 9, THIRD) == []
        # Killed and at work again, a run goes on with what it had.
        assert [each.vendor_id for each in claim(now, AMD, Kind.PATIENT, 9, RUN)] == ["1"]
        give_back(now, AMD, first)
        assert [each.vendor_id for each in claim(now, AMD, Kind.PATIENT, 9, THIRD, ["1", "2"])] == ["1"]
        later = at(work, START + CLAIM)
        assert len(claim(later, AMD, Kind.PATIENT, 9, RUN)) == 2


def test_what_could_not_be_had_is_put_off_for_a_day_and_blocks_nobody(world: World) -> None:
    with world.work() as work:
        now = at(work, START)
        want(now, AMD, [P1])
        (mine,) = claim(now, AMD, Kind.PATIENT, 9, RUN)
        assert put_off(now, AMD, mine)
        assert claim(now, AMD, Kind.PATIENT, 9, RUN) == []
        assert not under_way(now, AMD, Kind.PATIENT, ["1"], OTHER)
        (again,) = claim(at(work, START + CLAIM), AMD, Kind.PATIENT, 9, OTHER)
        assert not put_off(at(work, START + GIVE_UP), AMD, again)


def test_news_that_came_while_a_record_was_fetched_keeps_it_in_line(world: World) -> None:
    with world.work() as work:
        want(work, AMD, [P1])
        (old,) = claim(work, AMD, Kind.PATIENT, 9, RUN)
        want(work, AMD, [P1])
        fetched(work, AMD, old)
        (new,) = claim(work, AMD, Kind.PATIENT, 9, RUN)
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
        for each in claim(now, AMD, Kind.PATIENT, 9, RUN):
            fetched(now, AMD, each)
        assert seen_before(work, AMD, Kind.PATIENT, ["1", "2"]) == {"1": settled}
        assert seen_before(work, AMD, Kind.PATIENT, []) == {}


def test_with_a_pilot_group_only_its_linked_patients_are_let_in(world: World) -> None:
    with world.work() as work:
        link(work, AMD, Kind.PATIENT, "ours-1", "1")
        link(work, AMD, Kind.PATIENT, "ours-2", "2")
        assert in_pilot(work, AMD, None, ["1", "2", "3"]) == {"1", "2", "3"}
        assert in_pilot(work, AMD, frozenset({"ours-2"}), ["1", "2", "3"]) == {"2"}
