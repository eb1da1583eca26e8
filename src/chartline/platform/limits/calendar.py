"""When a vendor has peak hours: wall-clock hours in the vendor's own zone, right on the days when the clocks change.

Refuses peak hours that run past midnight. Holidays are ordinary days (AdvancedMD sheet 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class PeakCalendar:
    """Peak hours from ``start`` to ``end`` on some weekdays, counted from Monday = 0.

    Half-open: ``start`` is peak, ``end`` is not.
    """

    zone: str
    weekdays: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("peak hours begin and end on the same day")

    def peak(self, moment: datetime) -> bool:
        """Whether a moment lies in peak hours."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return local.weekday() in self.weekdays and self.start <= local.time() < self.end

    def changes(self, after: datetime) -> Iterator[datetime]:
        """The moments (UTC) later than ``after`` at which peak hours begin or end, in order and without end.

        A calendar whose peak hours never begin or never end has none.
        """
        if not self.weekdays:
            return
        day = after.astimezone(ZoneInfo(self.zone)).date()
        while True:
            yield from (moment for moment in _changes_of(self, day) if moment > after)
            day += _DAY

    def met(self, first: datetime, last: datetime) -> frozenset[bool]:
        """Which of peak (True) and off-peak (False) occur between two moments, both included."""
        now = self.peak(first)
        change = next(self.changes(first), None)
        return frozenset((now,)) if change is None or change > last else frozenset((True, False))


@lru_cache(maxsize=256)
def _changes_of(calendar: PeakCalendar, day: date) -> tuple[datetime, ...]:
    """The moments of a local day at which peak hours begin or end."""
    zone = ZoneInfo(calendar.zone)
    midnight, next_midnight = (datetime.combine(one, time(0), zone).astimezone(UTC) for one in (day, day + _DAY))
    # An hour that occurs twice has two ends; one that does not occur begins or ends where the clocks jump.
    walls = (datetime.combine(day, wall, zone) for wall in (calendar.start, calendar.end))
    found = {wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1)}
    found |= {midnight, *_jumps(zone, midnight, next_midnight)}
    inside = sorted(moment for moment in found if midnight <= moment < next_midnight)
    return tuple(moment for moment in inside if calendar.peak(moment) != calendar.peak(moment - _INSTANT))


def _jumps(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments between two others at which the zone's clocks are changed."""
    hours = [first]
    while hours[-1] < last:
        hours.append(min(hours[-1] + timedelta(hours=1), last))
    for low, high in pairwise(hours):
        before = low.astimezone(zone).utcoffset()
        if before == high.astimezone(zone).utcoffset():
            continue
        while high - low > _INSTANT:
            middle = low + (high - low) / 2
            low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
        yield high
