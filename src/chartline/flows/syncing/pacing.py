"""When a feed runs next by itself: by the settings of its connection, the vendor's peak hours, and how much news came.

In peak hours two feeds of the dearest tier may share one call a minute, so each runs every ten minutes and leaves the
rest to people; outside of them every two minutes, and slower while nothing comes. No hour is skipped: a weekday is
never blind. Pure, but for the last function.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chartline.connect.about import About
from chartline.connect.connections import NOT_CONNECTED
from chartline.domains.practice.problems import NOT_SET_UP
from chartline.domains.practice.settings import office_zone, read_practice
from chartline.domains.sync.settings import Feed, Frequency, SyncSettings, read_settings
from chartline.flows.ground import Ground
from chartline.kernel.errors import ChartlineError
from chartline.platform.database import Work
from chartline.platform.limits import PeakCalendar

IN_PEAK: Final = timedelta(minutes=10)
OFF_PEAK: Final = timedelta(minutes=2)
SLOWEST: Final = timedelta(minutes=10)
"""The longest pause while nothing comes."""
AFTER_SENDING: Final = timedelta(seconds=15)
"""A change that was being written while the changes were read is found by a second look, this soon."""
UTC_ZONE: Final = ZoneInfo("UTC")


def interval(
    settings: SyncSettings, feed: Feed, now: datetime, calendar: PeakCalendar | None, before: timedelta, news: int
) -> timedelta:
    """The pause until the next run. ``before`` is the pause of last time, ``news`` how much the run found."""
    if settings.frequency(feed) is Frequency.HOURLY:
        return timedelta(hours=1)
    if settings.frequency(feed) is not Frequency.REAL_TIME:
        return timedelta(days=1)
    if feed is Feed.PUSH and news:
        return AFTER_SENDING
    if calendar is not None and calendar.peak(now):
        return IN_PEAK
    return OFF_PEAK if news else min(max(OFF_PEAK, before * 2), SLOWEST)


def next_run(
    settings: SyncSettings,
    feed: Feed,
    now: datetime,
    zone: ZoneInfo,
    calendar: PeakCalendar | None,
    before: timedelta = timedelta(0),
    news: int = 1,
) -> tuple[datetime, timedelta]:
    """When the feed runs next, and the pause after that unless something else is said meanwhile."""
    pause = interval(settings, feed, now, calendar, before, news)
    if settings.frequency(feed) is Frequency.DAILY:
        return next_hour(now, zone, settings.daily_hour), pause
    at = now + pause
    if settings.frequency(feed) is Frequency.REAL_TIME and calendar is not None and calendar.peak(now):
        # Peak hours may end before the pause does.
        change = next(iter(calendar.changes(now)), at)
        at = min(at, max(change, now + OFF_PEAK))
    return at, pause


def next_hour(now: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The next moment at which the clock of a zone shows a whole hour; right on the days when the clocks change."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), time(hour), zone)
    if today > now:
        return today
    return datetime.combine(local.date() + timedelta(days=1), time(hour), zone)


def calendar_of(about: About) -> PeakCalendar | None:
    """The vendor's peak hours; None where the time of day does not matter."""
    return about.limits.peak.calendar() if about.limits.peak is not None else None


def zone_of(work: Work) -> ZoneInfo:
    """The zone of the office's wall clock; UTC before the practice is set up."""
    try:
        return office_zone(read_practice(work))
    except ChartlineError as error:
        if error.problem.code == NOT_SET_UP.code:
            return UTC_ZONE
        raise


def pace_schedule(
    ground: Ground,
    work: Work,
    connection: str,
    schedule: str,
    feed: Feed,
    news: int,
    again: str = "",
    planned: datetime | None = None,
) -> None:
    """Say when a schedule runs next, after a run that found so much news; ``again`` is when some of it wants a look.

    ``planned`` is when it was to run next as this run began: a run that somebody made due meanwhile stays due.
    """
    try:
        calendar = calendar_of(ground.about(ground.connections.get(work, connection).vendor))
    except ChartlineError as error:
        if error.problem.code == NOT_CONNECTED.code:
            return
        raise
    plan = ground.schedules.find(work, work.organisation, schedule)
    if plan is None:
        return
    settings, now = read_settings(work, connection), work.now
    before = timedelta(seconds=plan.every_seconds)
    at, pause = next_run(settings, feed, now, zone_of(work), calendar, before, news)
    if again:
        at = min(at, datetime.fromisoformat(again))
    every = max(1, int(pause.total_seconds()))
    ground.schedules.pace(work, work.organisation, schedule, every, at, planned or plan.next_at)
