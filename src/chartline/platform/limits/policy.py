"""How many calls a vendor allows: by tier, by time of day in the vendor's own zone, in several ways at once.

A number is asked about a whole span of time, because a call made now still counts in the vendor's window one period
later. Refuses numbers below one: a tier that allows nothing is not a tier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, tee
from typing import Protocol

from chartline.platform.limits.calendar import PeakCalendar

_CHANGES = 64
"""Changes of a calendar that are looked at for one that matters: a month of working days."""


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
    def weighs(self) -> bool:
        """Whether a heavy call counts as several."""
        ...

    def limit_at(self, moment: datetime) -> int:
        """The number that the vendor applies at a moment."""
        ...

    def lowest(self, first: datetime, last: datetime) -> int:
        """The smallest number that applies between two moments, both included."""
        ...

    def limit_from(self, moment: datetime) -> int:
        """The smallest number that applies between a moment and one period later.

        What is granted now stays in the vendor's window for a period, so a stricter limit begins that much early.
        """
        ...

    def next_change(self, moment: datetime) -> datetime | None:
        """The first moment after this one at which ``limit_from`` is another number; None when it stays."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """The same number of calls at any hour. ``seconds`` is the length of the vendor's rolling window.

    One that does not weigh counts every call as one, whatever its weight: so spacing is one call in so many seconds.
    """

    limit: int
    seconds: float
    weighs: bool = True

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

    def limit_at(self, moment: datetime) -> int:
        """The number that the vendor applies at a moment."""
        return self.limit

    def lowest(self, first: datetime, last: datetime) -> int:
        """The smallest number that applies between two moments."""
        return self.limit

    def limit_from(self, moment: datetime) -> int:
        """The smallest number that applies between a moment and one period later."""
        return self.limit

    def next_change(self, moment: datetime) -> datetime | None:
        """Nothing ever changes."""
        return None


@dataclass(frozen=True, slots=True)
class PeakRate:
    """One number of calls in peak hours, another outside of them, in a rolling window of ``seconds``."""

    peak: int
    off_peak: int
    seconds: float
    calendar: PeakCalendar
    weighs: bool = True

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

    def _number(self, peak: bool) -> int:
        return self.peak if peak else self.off_peak

    def limit_at(self, moment: datetime) -> int:
        """The number that the vendor applies at a moment."""
        return self._number(self.calendar.peak(moment))

    def lowest(self, first: datetime, last: datetime) -> int:
        """The smallest number that applies between two moments, both included."""
        return min(self._number(peak) for peak in self.calendar.met(first, last))

    def limit_from(self, moment: datetime) -> int:
        """The smallest number that applies between a moment and one period later."""
        return self.lowest(moment, moment + self.period)

    def next_change(self, moment: datetime) -> datetime | None:
        """The first moment after this one at which ``limit_from`` is another number; None when it stays."""
        # It can change where peak hours do, and a period before.
        edges, same = tee(islice(self.calendar.changes(moment), _CHANGES))
        now = self.limit_from(moment)
        candidates = merge((edge - self.period for edge in edges), same)
        return next((each for each in candidates if each > moment and self.limit_from(each) != now), None)


@dataclass(frozen=True, slots=True)
class Allowance:
    """All that a vendor allows in one tier: every rate holds, and at most ``at_once`` calls run at the same time.

    The first rate is the one that people are told about.
    """

    rates: tuple[Limit, ...] = ()
    at_once: int | None = None

    def __post_init__(self) -> None:
        if not self.rates and self.at_once is None:
            raise ValueError("a tier has at least one limit")
        if self.at_once is not None and self.at_once < 1:
            raise ValueError("a limit of calls at once allows at least one")

    @property
    def period(self) -> timedelta:
        """The longest of the windows; nothing when only the calls at once are limited."""
        return max((rate.period for rate in self.rates), default=timedelta())

    @property
    def heaviest(self) -> int | None:
        """The largest weight of a call that can be made at any hour; None when weights do not matter."""
        return min((rate.strictest for rate in self.rates if rate.weighs), default=None)

    def next_change(self, moment: datetime) -> datetime | None:
        """The first moment after this one at which another number applies to what is granted; None when none does."""
        return min((each for rate in self.rates if (each := rate.next_change(moment)) is not None), default=None)


@dataclass(frozen=True, slots=True)
class Policy:
    """A vendor's limits by tier name. A tier with a single limit may be given as that limit."""

    tiers: Mapping[str, Limit | Allowance]

    def tier(self, name: str) -> Allowance:
        """What a tier allows. Raises KeyError for a tier that the vendor's sheet does not know."""
        found = self.tiers[name]
        return found if isinstance(found, Allowance) else Allowance((found,))
