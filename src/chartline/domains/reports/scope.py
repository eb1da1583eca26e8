"""What a number is asked of: a span of days, what was known by when, and which claims.

Two dates stand behind every number. Flows (billed, collected, decided) count what is effective inside the span: the
service date of a charge, the payment date of a payment, the office's day of an event. ``known`` cuts off what came to
be known only later, by the moment of posting or of the event; without it everything known by now counts
(decision 0027). Refuses a span that ends before it begins, and one of more than ten years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chartline.domains.practice.settings import office_zone, read_practice
from chartline.kernel.errors import Again, Blame, ChartlineError, ErrorKind
from chartline.platform.database import Work

BAD_SPAN = ErrorKind(
    "reports.bad_span",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The days asked for are no span.",
    "Let the last day come after the first, at most ten years later.",
    status=400,
)
MOST_DAYS = 3660
_UTC = ZoneInfo("UTC")


class Dimension(StrEnum):
    """What numbers are told apart by."""

    PAYER = "payer"
    PROVIDER = "provider"
    """Rendering provider, by NPI."""
    PLACE = "place"
    """Place of service."""
    PROCEDURE = "procedure"
    """The procedure on the first line of the claim: so each cent belongs to one procedure."""
    DAY = "day"
    WEEK = "week"
    """Weeks begin on Monday, and are named by it."""
    MONTH = "month"


PERIODS = (Dimension.DAY, Dimension.WEEK, Dimension.MONTH)
BY_CLAIM = (Dimension.PAYER, Dimension.PROVIDER, Dimension.PLACE, Dimension.PROCEDURE)
UNKNOWN = "-"
"""The group of what belongs to no claim, or to one that does not say."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The span, what was known, and the filters; ``zone`` is the zone of the office's wall clock.

    ``only`` keeps claims with one value of a dimension; ``UNKNOWN`` keeps what has none.
    """

    begin: date
    end: date
    known: date | None = None
    only: Mapping[Dimension, str] = field(default_factory=dict)
    zone: ZoneInfo = _UTC

    @property
    def known_until(self) -> datetime | None:
        """The first moment that is not known any more."""
        return None if self.known is None else self.moment(self.known + timedelta(days=1))

    @property
    def first_moment(self) -> datetime:
        """The begin of the first day."""
        return self.moment(self.begin)

    @property
    def next_moment(self) -> datetime:
        """The begin of the day after the last one."""
        return self.moment(self.end + timedelta(days=1))

    def moment(self, day: date) -> datetime:
        """Midnight of a day on the office's wall clock."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def within(self, dimension: Dimension, key: str) -> Scope:
        """The part of this scope that one group of a dimension holds."""
        if dimension not in PERIODS:
            return replace(self, only={**self.only, dimension: key})
        begin, end = span_of(dimension, date.fromisoformat(key))
        return replace(self, begin=max(begin, self.begin), end=min(end, self.end))

    def back(self, days: int) -> Scope:
        """The ``days`` days that end with this scope's last day."""
        return replace(self, begin=self.end - timedelta(days=days - 1))


def checked(scope: Scope) -> Scope:
    """The scope, if its span is one. Raises ``reports.bad_span``."""
    if not timedelta() <= scope.end - scope.begin < timedelta(days=MOST_DAYS) or not 1900 < scope.begin.year < 9000:
        raise BAD_SPAN.error(begin=scope.begin.isoformat(), end=scope.end.isoformat())
    if scope.known is not None and not 1900 < scope.known.year < 9000:
        raise BAD_SPAN.error(known=scope.known.isoformat())
    return scope


def zone_of(work: Work) -> ZoneInfo:
    """The zone of the office's wall clock; UTC before the practice is set up."""
    try:
        return office_zone(read_practice(work))
    except ChartlineError:
        return _UTC


def period_of(dimension: Dimension, day: date) -> str:
    """The key of the period that a day is in: its first day, in ISO."""
    return span_of(dimension, day)[0].isoformat()


def span_of(dimension: Dimension, day: date) -> tuple[date, date]:
    """First and last day of the period that a day is in."""
    if dimension is Dimension.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if dimension is Dimension.MONTH:
        first = day.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return day, day
