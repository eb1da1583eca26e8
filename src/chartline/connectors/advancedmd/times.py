"""The office's wall clock and the vendor's spellings of dates and times (vendor sheet 6).

The wire carries no zones: times are those on the office's wall, in the connection's IANA zone. Refuses naive times
from our side, and texts that are no time at all.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DATE_TIME_FORMATS = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
)
_TIME_FORMATS = ("%H:%M:%S", "%H:%M", "%H%M", "%I:%M%p", "%I:%M %p", "%I%p")
_FRACTION = re.compile(r"(:\d\d)\.\d+")


def read_wall(text: str) -> datetime:
    """A naive wall-clock time from any of the vendor's forms; fractions of a second are cut. Raises ValueError."""
    plain = _FRACTION.sub(r"\1", text.strip()).upper().removesuffix("Z")
    for form in _DATE_TIME_FORMATS:
        try:
            return datetime.strptime(plain, form)  # noqa: DTZ007 - the wire has no zone; OfficeTime adds it
        except ValueError:
            continue
    raise ValueError("not a date or time of this vendor")


def read_date(text: str) -> date:
    """A date from any of the vendor's forms. Raises ValueError."""
    return read_wall(text).date()


def read_time(text: str) -> time:
    """A time of day such as ``7:00PM``, ``0800`` or ``08:00``. Raises ValueError."""
    for form in _TIME_FORMATS:
        try:
            return datetime.strptime(text.strip().upper(), form).time()  # noqa: DTZ007 - a time of day only
        except ValueError:
            continue
    raise ValueError("not a time of this vendor")


def write_date(day: date) -> str:
    """``MM/DD/YYYY``."""
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def write_wall(wall: datetime) -> str:
    """ISO without zone or fraction, as ``datechanged`` takes it."""
    return wall.replace(microsecond=0, tzinfo=None).isoformat()


class OfficeTime:
    """Between aware times and the wall clock of one office."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def wall(self, moment: datetime) -> datetime:
        """What the office's clock shows at a moment, naive. Raises ValueError for a naive moment."""
        if moment.tzinfo is None:
            raise ValueError("a naive time has no moment")
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def moment(self, wall: datetime) -> datetime:
        """The moment of a wall-clock time, in UTC. The doubled hour of autumn is read as its first pass."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def message_time(self, moment: datetime) -> str:
        """``msgtime``: ``MM/DD/YYYY hh:mm:ss AM/PM`` on the office's clock (sheet 2.1)."""
        return self.wall(moment).strftime("%m/%d/%Y %I:%M:%S %p")

    def doubled(self, wall: datetime) -> bool:
        """Whether the office's clock shows this time twice, as it does when summer time ends."""
        first, second = (wall.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
        return first is not None and second is not None and first > second

    def back(self, wall: datetime, span: timedelta) -> datetime:
        """``span`` before a wall-clock time; an hour more when the clock shows it twice, so that nothing is missed."""
        return wall - span - (timedelta(hours=1) if self.doubled(wall) else timedelta(0))
