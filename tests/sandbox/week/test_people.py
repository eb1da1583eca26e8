"""The practice of the week: enough of everybody, each slot once, and nothing in the past when it is booked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from chartline.sandbox.week.people import Week, make_week, wall


@pytest.fixture(scope="module")
def week() -> Week:
    return make_week(7, patients=400, visits=300)


def test_the_same_seed_makes_the_same_week_and_another_seed_another_one(week: Week) -> None:
    again, other = make_week(7, patients=400, visits=300), make_week(8, patients=400, visits=300)
    assert again.world.patients == week.world.patients
    assert again.world.visits == week.world.visits
    assert other.world.patients != week.world.patients


def test_there_are_as_many_as_were_asked_for_and_most_are_at_the_vendor_before_the_week(week: Week) -> None:
    assert (len(week.world.patients), len(week.world.visits)) == (400, 300)
    known = sum(one.known for one in week.world.patients)
    assert known == 400 - len(week.patients_here) - len(week.patients_there)
    assert known > 300
    assert all(one.known for one in week.world.patients if one.number not in week.patients_here | week.patients_there)


def test_no_two_patients_share_a_family_name(week: Week) -> None:
    families = Counter(one.family for one in week.world.patients)
    assert max(families.values()) == 1


def test_no_clinician_has_two_visits_in_one_slot_and_no_free_slot_is_taken(week: Week) -> None:
    slots = Counter((one.patient.provider.key, one.start) for one in week.world.visits)
    assert max(slots.values()) == 1
    for key, free in week.free.items():
        assert not any((key, start) in slots for start in free)


def test_a_visit_that_is_booked_in_the_week_lies_in_its_second_half_or_later(week: Week) -> None:
    booked = [one for one in week.world.visits if not one.known]
    assert {one.number for one in booked} == week.visits_here | week.visits_there
    assert min(one.start for one in booked) >= wall(3, 8)


def test_the_vendor_books_only_with_patients_it_had_before(week: Week) -> None:
    assert all(one.patient.known for one in week.world.visits if one.number in week.visits_there)


def test_some_visits_are_booked_with_patients_who_are_new_here(week: Week) -> None:
    assert any(one.patient.number in week.patients_here for one in week.world.visits)


def test_the_week_begins_ten_minutes_before_peak_hours_and_rests_across_the_change_of_the_clocks(week: Week) -> None:
    assert week.begin.astimezone(UTC) == datetime(2026, 3, 2, 12, 50, tzinfo=UTC)
    assert week.rest[-1].astimezone(UTC) == datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
    assert (week.rest[0].utcoffset(), week.rest[-1].utcoffset()) != (week.rest[0].utcoffset(),) * 2


def test_a_short_week_rests_in_its_last_evening() -> None:
    week = make_week(7, patients=40, visits=30, days=2)
    assert week.rest[0] == wall(1, 19)
    assert week.rest[-1] == wall(2, 5)


@pytest.mark.parametrize(("patients", "visits"), [(29, 30), (40, 19)])
def test_a_week_that_is_too_small_is_refused(patients: int, visits: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        make_week(7, patients=patients, visits=visits)
