"""The script of the week: every field is edited by one side, disputes come in pairs, everything comes at its time."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

import pytest

from chartline.sandbox.week.acts import Act, Side, Verb
from chartline.sandbox.week.people import Week, make_week
from chartline.sandbox.week.script import write_script

PEOPLE = (Verb.CHANGE, Verb.END_PLAN, Verb.AMEND, Verb.INSURE)


@pytest.fixture(scope="module")
def week() -> Week:
    return make_week(7, patients=600, visits=450)


@pytest.fixture(scope="module")
def script(week: Week) -> tuple[Act, ...]:
    return write_script(week, 7)


def test_the_same_seed_writes_the_same_script(week: Week, script: tuple[Act, ...]) -> None:
    assert write_script(week, 7) == script


def test_acts_are_in_the_order_of_time_and_fate_comes_last_in_a_moment(script: tuple[Act, ...]) -> None:
    assert [act.at for act in script] == sorted(act.at for act in script)
    moments: dict[datetime, list[Side]] = defaultdict(list)
    for act in script:
        moments[act.at].append(act.side)
    for sides in moments.values():
        if Side.FATE in sides:
            first = sides.index(Side.FATE)
            assert all(side is Side.FATE for side in sides[first:])


def test_a_new_patient_is_registered_before_a_visit_is_booked_for_them(week: Week, script: tuple[Act, ...]) -> None:
    registered: set[int] = {one.number for one in week.world.patients if one.known}
    visits = {one.number: one for one in week.world.visits}
    for act in script:
        if act.verb is Verb.REGISTER:
            registered.add(act.number)
        elif act.verb is Verb.BOOK:
            assert visits[act.number].patient.number in registered
            assert act.at < visits[act.number].start


def test_everybody_who_is_new_is_entered_once_on_their_side(week: Week, script: tuple[Act, ...]) -> None:
    entered = Counter((act.side, act.number) for act in script if act.verb is Verb.REGISTER)
    here = {(Side.HERE, number): 1 for number in week.patients_here}
    assert entered == here | {(Side.THERE, number): 1 for number in week.patients_there}
    booked = Counter((act.side, act.number) for act in script if act.verb is Verb.BOOK)
    assert {number for side, number in booked if side is Side.HERE} == week.visits_here
    assert {number for side, number in booked if side is Side.THERE} == week.visits_there
    assert max(booked.values()) == 1


def test_only_patients_the_vendor_had_are_edited_and_each_by_one_side_apart_from_disputes(
    week: Week, script: tuple[Act, ...]
) -> None:
    known = {one.number for one in week.world.patients if one.known}
    sides: dict[int, set[Side]] = defaultdict(set)
    for act in script:
        if act.verb in PEOPLE:
            assert act.number in known
            if not act.disputed:
                sides[act.number].add(act.side)
    assert {len(found) for found in sides.values()} == {1}


def test_a_dispute_is_one_field_with_two_values_in_one_moment_theirs_first(script: tuple[Act, ...]) -> None:
    pairs: dict[int, list[Act]] = defaultdict(list)
    for act in script:
        if act.disputed:
            pairs[act.number].append(act)
    assert len(pairs) >= 6
    for first, second in pairs.values():
        assert (first.side, second.side, first.at) == (Side.THERE, Side.HERE, second.at)
        assert [name for name, _ in first.values] == [name for name, _ in second.values]
        assert first.values != second.values


def test_a_visit_is_changed_once_and_before_it_begins_unless_it_is_over(week: Week, script: tuple[Act, ...]) -> None:
    visits, changed = {one.number: one for one in week.world.visits}, Counter[int]()
    for act in script:
        if act.verb not in (Verb.MOVE, Verb.SAY):
            continue
        visit = visits[act.number]
        changed[act.number] += 1
        if act.verb is Verb.MOVE or act.value("status") == "cancelled":
            assert act.at < visit.start
        else:
            assert act.at > visit.start
    assert set(changed.values()) == {1}


def test_visits_are_moved_to_slots_that_nobody_has(week: Week, script: tuple[Act, ...]) -> None:
    visits = {one.number: one for one in week.world.visits}
    taken = {(one.patient.provider.key, one.start) for one in week.world.visits}
    for act in script:
        if act.verb is Verb.MOVE:
            place = (visits[act.number].patient.provider.key, datetime.fromisoformat(act.value("start")))
            assert place not in taken
            taken.add(place)


def test_both_sides_do_everything_that_both_can_do(script: tuple[Act, ...]) -> None:
    done = {(act.side, act.verb) for act in script}
    both = (Verb.REGISTER, Verb.CHANGE, Verb.END_PLAN, Verb.AMEND, Verb.BOOK, Verb.MOVE, Verb.SAY)
    assert {(side, verb) for side in (Side.HERE, Side.THERE) for verb in both} <= done


@pytest.mark.parametrize("days", [2, 3, 5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_even_a_small_week_has_a_script(days: int, seed: int) -> None:
    week = make_week(seed, patients=40, visits=30, days=days)
    script = write_script(week, seed)
    assert {act.verb for act in script} >= set(Verb) - {Verb.CLUSTER}
    assert max(act.at for act in script) <= week.rest[0]
