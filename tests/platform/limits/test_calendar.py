"""Peak hours begin and end where the vendor's wall clock says, also on the days when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartline.platform.limits import PeakCalendar

ZONE = ZoneInfo("America/Denver")
DENVER = PeakCalendar("America/Denver", frozenset(range(5)), time(6), time(18))
EVERY_DAY = frozenset(range(7))


def denver(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "peak"),
    [
        ("2026-03-04 05:59:59", False),
        ("2026-03-04 05:59:59.999999", False),
        ("2026-03-04 06:00:00", True),
        ("2026-03-04 17:59:59", True),
        ("2026-03-04 17:59:59.999999", True),
        ("2026-03-04 18:00:00", False),
        ("2026-03-07 12:00:00", False),
        ("2026-03-08 12:00:00", False),
        ("2026-07-03 12:00:00", True),
    ],
)
def test_peak_hours_have_their_first_second_and_not_their_last(text: str, peak: bool) -> None:
    assert peak == DENVER.peak(denver(text))


@pytest.mark.parametrize(
    ("utc", "peak"),
    [
        ("2026-03-06T12:59:59+00:00", False),  # the Friday before summer time: 05:59:59 MST
        ("2026-03-06T13:00:00+00:00", True),
        ("2026-03-09T11:59:59+00:00", False),  # the Monday after: 05:59:59 MDT
        ("2026-03-09T12:00:00+00:00", True),
        ("2026-10-30T12:00:00+00:00", True),  # the Friday before winter time
        ("2026-11-02T12:59:59+00:00", False),
        ("2026-11-02T13:00:00+00:00", True),
        ("2026-11-03T00:59:59+00:00", True),
        ("2026-11-03T01:00:00+00:00", False),
    ],
)
def test_peak_hours_follow_the_wall_clock_when_the_clocks_change(utc: str, peak: bool) -> None:
    assert peak == DENVER.peak(datetime.fromisoformat(utc))


def test_the_changes_of_a_weekend_with_summer_time_are_those_of_the_wall_clock() -> None:
    changes = list(islice(DENVER.changes(denver("2026-03-06 12:00:00")), 4))
    walls = ["2026-03-06 18:00:00", "2026-03-09 06:00:00", "2026-03-09 18:00:00", "2026-03-10 06:00:00"]
    assert changes == [denver(wall) for wall in walls]
    assert changes[1].astimezone(UTC).hour == 12


def test_a_change_is_later_than_the_moment_asked_about() -> None:
    assert next(DENVER.changes(denver("2026-03-04 06:00:00"))) == denver("2026-03-04 18:00:00")
    assert next(DENVER.changes(denver("2026-03-04 05:59:59.999999"))) == denver("2026-03-04 06:00:00")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 5), ("2026-11-01", 7)])
def test_peak_hours_on_the_very_day_of_a_change_have_their_wall_clock_length(day: str, hours: int) -> None:
    calendar = PeakCalendar("America/Denver", EVERY_DAY, time(0), time(6))
    begin = denver(day).astimezone(UTC)
    changes = islice(calendar.changes(begin - timedelta(seconds=1)), 2)
    assert list(changes) == [begin, begin + timedelta(hours=hours)]


@pytest.mark.parametrize(("day", "changes"), [("2026-03-08", ["09:00", "11:00"]), ("2026-11-01", ["08:30", "12:00"])])
def test_an_hour_that_is_left_out_or_comes_twice_begins_peak_hours_where_the_clock_shows_it(
    day: str, changes: list[str]
) -> None:
    """02:30 does not occur in March: the clock shows more than it at 03:00; in November it does not occur twice."""
    begin, end = (time(2, 30), time(5)) if day == "2026-03-08" else (time(1, 30), time(5))
    calendar = PeakCalendar("America/Denver", EVERY_DAY, begin, end)
    found = [
        f"{one:%H:%M}"
        for one in islice(calendar.changes(denver(day).astimezone(UTC)), 4)
        if one.astimezone(ZONE).date().isoformat() == day
    ]
    if day == "2026-03-08":
        assert found == changes
    else:  # 01:30 to 02:00, back to 01:00, again from 01:30
        assert found == ["07:30", "08:00", "08:30", "12:00"]


@settings(max_examples=40)
@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.integers(1, 2 * 24 * 60),
    st.sampled_from([(6, 0, 18, 0), (1, 30, 2, 30), (2, 15, 23, 45)]),
    st.sampled_from([frozenset(range(5)), EVERY_DAY, frozenset((6,))]),
)
def test_a_span_meets_what_its_minutes_meet(
    offset: int, minutes: int, hours: tuple[int, int, int, int], weekdays: frozenset[int]
) -> None:
    calendar = PeakCalendar("America/Denver", weekdays, time(*hours[:2]), time(*hours[2:]))
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=offset)
    last = first + timedelta(minutes=minutes)
    seen = [calendar.peak(first + timedelta(minutes=m)) for m in range(minutes + 1)]
    assert set(seen) == calendar.met(first, last)
    changed = [first + timedelta(minutes=m + 1) for m, (one, next_) in enumerate(pairwise(seen)) if one != next_]
    found = []
    for change in calendar.changes(first):
        if change > last:
            break
        found.append(change)
    assert found == changed


def test_a_calendar_without_days_never_changes() -> None:
    never = PeakCalendar("America/Denver", frozenset(), time(6), time(18))
    assert list(never.changes(denver("2026-03-04 12:00:00"))) == []
    assert never.met(denver("2026-03-04 12:00:00"), denver("2026-03-05 12:00:00")) == {False}


def test_peak_hours_that_run_past_midnight_are_refused() -> None:
    with pytest.raises(ValueError, match="same day"):
        PeakCalendar("America/Denver", EVERY_DAY, time(22), time(6))
