"""A census says what each side lacks, and changes nothing."""

from __future__ import annotations

from tests.domains.practice_world import AMD, World

from chartline.domains.sync.census import CensusReport, KindCensus, Side, compare, forget_census, missing, report
from chartline.domains.sync.changes import note_changes_for
from chartline.domains.sync.fields import Kind
from chartline.domains.sync.links import link, local_of
from chartline.kernel.ids import new_id


def test_both_sides_are_counted_and_nothing_is_removed(world: World) -> None:
    run = new_id()
    with world.work() as work:
        for number in ("1", "2", "3"):
            link(work, AMD, Kind.PATIENT, f"ours-{number}", number)
        note_changes_for(work, AMD, [(Kind.PATIENT, "ours-9")])
        ours = ["ours-1", "ours-2", "ours-9"]
        for _ in range(2):
            found = compare(work, run, AMD, Kind.PATIENT, frozenset({"1", "3", "7", "8"}), ours)
            assert (found.both, found.only_here, found.unsent, found.only_there) == (1, 1, 1, 2)
        told = report(work, run, AMD, {Kind.PATIENT: found.both})
        assert told == CensusReport(run, (KindCensus(Kind.PATIENT, 1, 1, 1, 2, 1),), 0)
        assert not told.agrees
        assert list(missing(work, run, Kind.PATIENT, Side.THERE)) == ["7", "8"]
        assert list(missing(work, run, Kind.PATIENT, Side.THERE, after="7")) == ["8"]
        assert list(missing(work, run, Kind.PATIENT, Side.HERE)) == ["ours-2"]
        assert list(missing(work, run, Kind.PATIENT, Side.UNSENT)) == ["ours-9"]
        assert local_of(work, AMD, Kind.PATIENT, "2") == "ours-2"


def test_sides_that_have_the_same_agree_and_old_lists_go(world: World) -> None:
    first, second = new_id(), new_id()
    with world.work() as work:
        link(work, AMD, Kind.VISIT, "ours-1", "1")
        compare(work, first, AMD, Kind.VISIT, frozenset(), ["ours-1"])
        found = compare(work, second, AMD, Kind.VISIT, frozenset({"1"}), ["ours-1"])
        assert report(work, second, AMD, {Kind.VISIT: found.both}).agrees
        assert forget_census(work, [second]) == 1
        assert list(missing(work, first, Kind.VISIT, Side.HERE)) == []
