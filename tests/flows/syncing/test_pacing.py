"""A feed runs as often as its connection says and the vendor's hours allow, and never sleeps through a weekday."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from chartline.app.vendors import vendor
from chartline.domains.sync.settings import Feed, Frequency, SyncSettings
from chartline.flows.syncing.pacing import AFTER_SENDING, IN_PEAK, OFF_PEAK, SLOWEST, calendar_of, next_hour, next_run
from chartline.platform.limits import PeakCalendar

DENVER = ZoneInfo("America/Denver")
CALENDAR = PeakCalendar("America/Denver", frozenset(range(5)), time(6), time(18))
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=DENVER).astimezone(UTC)
A_MINUTE = timedelta(minutes=1)


def play(feed: Feed, begin: datetime, end: datetime, news: int) -> list[datetime]:
    """When the feed runs between two moments."""
    at, before, moments = begin, timedelta(0), []
    while at < end:
        moments.append(at)
        at, before = next_run(SyncSettings(), feed, at, DENVER, CALENDAR, before, news)
    return moments


@pytest.mark.parametrize("news", [0, 7])
def test_on_a_monday_two_feeds_share_the_budget_and_leave_room_for_people(news: int) -> None:
    both = {feed: play(feed, MONDAY, MONDAY + timedelta(days=1), news) for feed in (Feed.PATIENTS, Feed.VISITS)}
    for moments in both.values():
        gaps = [after - before for before, after in pairwise(moments)]
        assert max(gaps) <= IN_PEAK, "no hour of a weekday is blind"
        in_peak = [each for each in moments if CALENDAR.peak(each)]
        assert 70 <= len(in_peak) <= 74
        quiet = [gap for gap, at in zip(gaps, moments, strict=False) if not CALENDAR.peak(at)]
        assert min(quiet) >= OFF_PEAK
        assert news == 0 or set(quiet) == {OFF_PEAK}
    calls = sorted(each for moments in both.values() for each in moments if CALENDAR.peak(each))
    assert len(calls) <= 0.25 * 12 * 60, "three of four calls of the peak hours are left for people"


def test_the_end_of_the_peak_hours_is_not_slept_through() -> None:
    moment = datetime(2026, 3, 2, 17, 56, tzinfo=DENVER)
    at, _ = next_run(SyncSettings(), Feed.PATIENTS, moment, DENVER, CALENDAR)
    assert at == datetime(2026, 3, 2, 18, 0, tzinfo=DENVER)


def test_out_of_peak_hours_a_feed_slows_down_while_nothing_comes() -> None:
    night, before, pauses = datetime(2026, 3, 2, 22, 0, tzinfo=DENVER), timedelta(0), []
    for _ in range(5):
        at, before = next_run(SyncSettings(), Feed.VISITS, night, DENVER, CALENDAR, before, 0)
        pauses.append(at - night)
    assert pauses == [timedelta(minutes=n) for n in (2, 4, 8, 10, 10)] and pauses[-1] == SLOWEST
    assert next_run(SyncSettings(), Feed.VISITS, night, DENVER, CALENDAR, before, 1)[0] - night == OFF_PEAK


@pytest.mark.parametrize("hour", [12, 22])
def test_after_something_was_sent_a_second_look_is_soon(hour: int) -> None:
    moment = datetime(2026, 3, 2, hour, 0, tzinfo=DENVER)
    assert next_run(SyncSettings(), Feed.PUSH, moment, DENVER, CALENDAR)[0] == moment + AFTER_SENDING
    assert next_run(SyncSettings(), Feed.PUSH, moment, DENVER, CALENDAR, news=0)[0] > moment + A_MINUTE


def test_hourly_and_daily_feeds_keep_their_time() -> None:
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=DENVER)
    settings = SyncSettings(patients=Frequency.HOURLY, visits=Frequency.DAILY, daily_hour=5)
    assert next_run(settings, Feed.PATIENTS, noon, DENVER, CALENDAR)[0] == noon + 60 * A_MINUTE
    assert next_run(settings, Feed.VISITS, noon, DENVER, CALENDAR)[0] == datetime(2026, 3, 3, 5, 0, tzinfo=DENVER)


@pytest.mark.parametrize("day", [8, 9])
def test_the_offices_hour_is_right_on_the_day_when_the_clocks_change(day: int) -> None:
    evening = datetime(2026, 3, day - 1, 22, 0, tzinfo=DENVER).astimezone(UTC)
    assert next_hour(evening, DENVER, 5).astimezone(DENVER) == datetime(2026, 3, day, 5, 0, tzinfo=DENVER)
    morning = datetime(2026, 3, day, 5, 0, tzinfo=DENVER)
    assert next_hour(morning, DENVER, 5) == datetime(2026, 3, day + 1, 5, 0, tzinfo=DENVER)


def test_the_vendors_own_calendar_is_used_where_it_has_one() -> None:
    found = calendar_of(vendor("advancedmd").about)
    assert found is not None and found.peak(datetime(2026, 3, 2, 6, 0, tzinfo=DENVER))
    assert not found.peak(datetime(2026, 3, 2, 5, 59, 59, tzinfo=DENVER))
    assert calendar_of(vendor("claimmd").about) is None
