"""When the limits of a vendor apply, to the second, on ordinary days and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartline.platform.limits import PeakCalendar, PeakRate, Policy, Rate

ZONE = ZoneInfo("America/Denver")
DENVER = PeakCalendar("America/Denver", frozenset(range(5)), time(6), time(18))
HIGH = PeakRate(1, 60, 60.0, DENVER)


def denver(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2026-03-04 05:59:59.999999", 60),
        ("2026-03-04 06:00:00", 1),
        ("2026-03-04 17:59:59.999999", 1),
        ("2026-03-04 18:00:00", 60),
        ("2026-03-07 12:00:00", 60),
        ("2026-03-08 12:00:00", 60),
        ("2026-07-03 12:00:00", 1),
    ],
)
def test_peak_hours_begin_at_six_and_are_over_at_eighteen(text: str, limit: int) -> None:
    assert limit == HIGH.limit_at(denver(text))


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


@pytest.mark.parametrize(("day", "shift"), [("2026-03-08", 5), ("2026-11-01", 7)])
def test_peak_hours_on_the_very_day_of_a_change_have_their_wall_clock_length(day: str, shift: int) -> None:
    every_day = PeakCalendar("America/Denver", frozenset(range(7)), time(0), time(6))
    first = datetime.fromisoformat(day).replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
    minutes = sum(every_day.peak(first + timedelta(minutes=m)) for m in range(20 * 60))
    assert shift * 60 == minutes


def test_a_stricter_limit_begins_one_period_early() -> None:
    assert HIGH.limit_from(denver("2026-03-04 05:58:59.999999")) == 60
    assert HIGH.limit_from(denver("2026-03-04 05:59:00")) == 1


def test_a_looser_limit_begins_on_time() -> None:
    assert HIGH.limit_from(denver("2026-03-04 17:59:59.999999")) == 1
    assert HIGH.limit_from(denver("2026-03-04 18:00:00")) == 60


def test_a_long_period_sees_the_peak_hours_inside_it() -> None:
    daily = PeakRate(10, 100, 86_400.0, DENVER)
    assert daily.limit_from(denver("2026-03-04 20:00:00")) == 10
    assert daily.limit_from(denver("2026-03-06 20:00:00")) == 100


@given(st.integers(0, 2 * 365 * 24 * 60), st.integers(1, 3 * 24 * 60))
def test_a_span_meets_what_its_minutes_meet(offset: int, minutes: int) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=offset)
    seen = {DENVER.peak(first + timedelta(minutes=m)) for m in range(minutes + 1)}
    assert seen == DENVER.met(first, first + timedelta(minutes=minutes))


def test_limits_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Rate(0, 60)
    with pytest.raises(ValueError, match="at least one"):
        PeakRate(0, 10, 60, DENVER)


def test_a_tier_that_the_sheet_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError):
        Policy({"high": HIGH}).tier("medium")
