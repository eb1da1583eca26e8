"""Dates, times of day and date-times with the precision they were written in.

Two that agree as far as both go, and of which one goes further, do not compare: the answer is None. Seconds and their
fraction are one precision. Refuses impossible dates by answering None.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

Part: TypeAlias = int | Decimal

DATE, DATE_TIME, TIME = "Date", "DateTime", "Time"

_DATE_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?(Z|[+-]\d\d:\d\d)?)?)?", re.ASCII
)
_TIME = re.compile(r"(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?", re.ASCII)
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)


@dataclass(frozen=True, slots=True, repr=False)
class Temporal:
    """A moment: ``kind`` is Date, DateTime or Time; ``parts`` from year (or hour) as far as it was given.

    ``zone`` is minutes east of Greenwich, or None. Seconds are a Decimal that keeps its digits.
    """

    kind: str
    parts: tuple[Part, ...]
    zone: int | None = None

    def __repr__(self) -> str:
        return f"<{self.kind}>"

    def text(self) -> str:
        """As FHIR writes it, without the ``@``."""
        if self.kind == TIME:
            return _clock(self.parts)
        text = "-".join(f"{part:04d}" if index == 0 else f"{part:02d}" for index, part in enumerate(self.parts[:3]))
        if len(self.parts) > 3:
            text += "T" + _clock(self.parts[3:])
        return text + _zone_text(self.zone)

    @property
    def digits(self) -> int:
        """The precision as FHIRPath counts it: digits from the first place on, a fraction as three."""
        places = (2, 4, 6) if self.kind == TIME else (4, 6, 8, 10, 12, 14)
        fraction = 3 if self.fraction_digits else 0
        return places[len(self.parts) - 1] + fraction

    @property
    def fraction_digits(self) -> int:
        """Digits of the fraction of a second."""
        last = self.parts[-1]
        exponent = last.as_tuple().exponent if isinstance(last, Decimal) else 0
        return -exponent if isinstance(exponent, int) else 0

    def key(self) -> tuple[object, ...]:
        """Equal for equal moments of equal precision, whatever their zones; for hashing."""
        moved = _utc(self)
        return (self.kind == TIME, moved.parts, moved.zone is None)


def _clock(parts: tuple[Part, ...]) -> str:
    return ":".join(_seconds(part) if isinstance(part, Decimal) else f"{part:02d}" for part in parts)


def _seconds(part: Decimal) -> str:
    text = f"{part:f}"
    return text if part >= 10 else "0" + text


def _zone_text(zone: int | None) -> str:
    if zone is None:
        return ""
    if zone == 0:
        return "Z"
    hours, minutes = divmod(abs(zone), 60)
    return f"{'-' if zone < 0 else '+'}{hours:02d}:{minutes:02d}"


def read_date_time(text: str, *, date_time: bool = False) -> Temporal | None:
    """A date, or a date-time when it has a time or ``date_time`` says so. None when it is neither."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, tail, hour, minute, second, zone = match.groups()
    parts: list[Part] = [int(part) for part in (year, month, day) if part is not None]
    if tail and len(parts) < 3 and hour is not None:
        return None
    if not _possible(parts) or (hour is not None and not _clock_parts(parts, hour, minute, second)):
        return None
    offset = _offset(zone)
    if offset is not None and abs(offset) > 14 * 60:
        return None
    return Temporal(DATE_TIME if tail or date_time else DATE, tuple(parts), offset)


def read_time(text: str) -> Temporal | None:
    """A time of day, without zone; None when it is none."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    parts: list[Part] = []
    return Temporal(TIME, tuple(parts)) if _clock_parts(parts, *match.groups()) else None


def _possible(parts: list[Part]) -> bool:
    year, month, day = (int(part) for part in (*parts, 1, 1)[:3])
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _clock_parts(parts: list[Part], hour: str, minute: str | None, second: str | None) -> bool:
    parts.append(int(hour))
    if minute is not None:
        parts.append(int(minute))
    if second is not None:
        parts.append(Decimal(second))
    return int(hour) < 24 and int(minute or 0) < 60 and Decimal(second or 0) < 61


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return -minutes if zone[0] == "-" else minutes


def from_datetime(moment: datetime) -> Temporal:
    """A date-time to the millisecond from Python's."""
    second = Decimal(moment.second) + Decimal(moment.microsecond // 1000).scaleb(-3)
    offset = moment.utcoffset()
    zone = None if offset is None else int(offset.total_seconds()) // 60
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, second)
    return Temporal(DATE_TIME, parts, zone)


def compare(one: Temporal, other: Temporal) -> int | None:
    """Below zero, zero or above; None when the precision or a missing zone leaves it open."""
    if (one.kind == TIME) != (other.kind == TIME):
        return None
    if one.zone != other.zone and len(one.parts) > 3 and len(other.parts) > 3:
        if one.zone is None or other.zone is None:
            return _one_zone(one, other)
        one, other = _utc(one), _utc(other)
    for left, right in zip(one.parts, other.parts, strict=False):
        if left != right:
            return -1 if left < right else 1
    return 0 if len(one.parts) == len(other.parts) else None


def _one_zone(one: Temporal, other: Temporal) -> int | None:
    """Only one has a zone: sure when they are further apart than any zone could bring them."""
    first, second = _python(one), _python(other)
    if first is None or second is None:
        return None
    apart = first - second if one.zone is not None else second - first
    order = 1 if apart > _WEST else -1 if apart < -_EAST else None
    return order if one.zone is not None or order is None else -order


def _python(moment: Temporal) -> datetime | None:
    parts = [int(part) for part in moment.parts]
    parts[5:] = [min(59, second) for second in parts[5:]]
    year, month, day, hour, minute, second = (*parts, 0, 0)[:6]
    try:
        plain = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return plain - timedelta(minutes=moment.zone or 0)
    except (OverflowError, ValueError):
        return None


def _utc(moment: Temporal) -> Temporal:
    if not moment.zone or len(moment.parts) < 4:
        return moment
    moved = _python(moment)
    if moved is None:
        return moment
    parts: list[Part] = [moved.year, moved.month, moved.day, moved.hour, moved.minute, *moment.parts[5:]]
    return Temporal(moment.kind, tuple(parts[: len(moment.parts)]), 0)
