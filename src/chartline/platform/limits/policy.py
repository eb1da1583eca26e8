"""How many calls a vendor allows: by tier, by time of day in the vendor's own zone.

A limit is asked about a whole span of time, because a call made now still counts in the vendor's window one
period later. Refuses limits below one: a tier that allows nothing is not a tier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class PeakCalendar:
    """Wall-clock peak hours in a named zone, right on the days when the clocks change.

    Half-open: ``start`` is peak, ``end`` is not. ``weekdays`` count from Monday = 0. Holidays are ordinary days.
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

    def met(self, first: datetime, last: datetime) -> frozenset[bool]:
        """Which of peak (True) and off-peak (False) occur between two moments, both included."""
        found = {self.peak(first), self.peak(last)}
        zone = ZoneInfo(self.zone)
        day = first.astimezone(zone).date()
        while len(found) < 2 and day <= last.astimezone(zone).date():
            edges = (datetime.combine(day, edge, zone).astimezone(UTC) for edge in (self.start, self.end))
            found |= {self.peak(edge) for edge in edges if first <= edge <= last}
            day += timedelta(days=1)
        return frozenset(found)


class Limit(Protocol):
    """A number of calls in any rolling ``period``."""

    @property
    def period(self) -> timedelta:
        """The length of the vendor's rolling window."""
        ...

    @property
    def strictest(self) -> int:
        """The smallest number that ever applies."""
        ...

    @property
    def loosest(self) -> int:
        """The largest number that ever applies."""
        ...

    def limit_at(self, moment: datetime) -> int:
        """The number that the vendor applies at a moment."""
        ...

    def limit_from(self, moment: datetime) -> int:
        """The smallest number that applies between a moment and one period later.

        What is granted now stays in the vendor's window for a period, so a stricter limit begins that much early.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """The same number of calls at any hour. ``seconds`` is the length of the vendor's rolling window."""

    limit: int
    seconds: float

    def __post_init__(self) -> None:
        if self.limit < 1 or self.seconds <= 0:
            raise ValueError("a rate allows at least one call in a period longer than nothing")

    @property
    def period(self) -> timedelta:
        """The length of the vendor's rolling window."""
        return timedelta(seconds=self.seconds)

    @property
    def strictest(self) -> int:
        """The smallest number that ever applies."""
        return self.limit

    @property
    def loosest(self) -> int:
        """The largest number that ever applies."""
        return self.limit

    def limit_at(self, moment: datetime) -> int:
        """The number that the vendor applies at a moment."""
        return self.limit

    def limit_from(self, moment: datetime) -> int:
        """The smallest number that applies between a moment and one period later."""
        return self.limit


@dataclass(frozen=True, slots=True)
class PeakRate:
    """One number of calls in peak hours, another outside of them, in a rolling window of ``seconds``."""

    peak: int
    off_peak: int
    seconds: float
    calendar: PeakCalendar

    def __post_init__(self) -> None:
        if min(self.peak, self.off_peak) < 1 or self.seconds <= 0:
            raise ValueError("a rate allows at least one call in a period longer than nothing")

    @property
    def period(self) -> timedelta:
        """The length of the vendor's rolling window."""
        return timedelta(seconds=self.seconds)

    @property
    def strictest(self) -> int:
        """The smallest number that ever applies."""
        return min(self.peak, self.off_peak)

    @property
    def loosest(self) -> int:
        """The largest number that ever applies."""
        return max(self.peak, self.off_peak)

    def _number(self, peak: bool) -> int:
        return self.peak if peak else self.off_peak

    def limit_at(self, moment: datetime) -> int:
        """The number that the vendor applies at a moment."""
        return self._number(self.calendar.peak(moment))

    def limit_from(self, moment: datetime) -> int:
        """The smallest number that applies between a moment and one period later."""
        return min(self._number(peak) for peak in self.calendar.met(moment, moment + self.period))


@dataclass(frozen=True, slots=True)
class Policy:
    """A vendor's limits by tier name."""

    tiers: Mapping[str, Limit]

    def tier(self, name: str) -> Limit:
        """The limit of a tier. Raises KeyError for a tier that the vendor's sheet does not know."""
        return self.tiers[name]
