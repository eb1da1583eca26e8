"""Dates of any precision as spans of time: ``2026``, ``2026-03``, ``2026-03-02``, ``2026-03-02T10:00:00-07:00``.

A span is half open, ``[start, end)``, so spans of different precision compare. Text without a zone is read in the
zone given (UTC unless said otherwise). Refuses partial times and impossible dates by answering None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?"
)

FOREVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The end of an open span."""
NEVER = datetime(1, 1, 2, tzinfo=UTC)
"""The start of an open span."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` (inclusive) to ``end`` (exclusive), both aware, in UTC."""

    start: datetime
    end: datetime


def span(text: str, zone: tzinfo = UTC) -> Span | None:
    """The span a FHIR date, dateTime or instant stands for; None when the text is none of them."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    try:
        return _span({name: value for name, value in part.items() if value}, zone)
    except (ValueError, OverflowError):
        return None


def _span(part: dict[str, str], zone: tzinfo) -> Span:
    year, month, day = int(part["year"]), int(part.get("month", 1)), int(part.get("day", 1))
    if "hour" in part:
        start = datetime(year, month, day, int(part["hour"]), int(part["minute"]), tzinfo=_zone(part, zone))
        micros = int(part.get("fraction", "0")[:6].ljust(6, "0"))
        start += timedelta(seconds=int(part.get("second", 0)), microseconds=micros)
        return _half_open(start, start + _precision(part))
    start = datetime(year, month, day, tzinfo=zone)
    if "day" in part:
        return _half_open(start, start + timedelta(days=1))
    if year == 9999:
        return _half_open(start, FOREVER)
    if "month" in part and month < 12:
        return _half_open(start, start.replace(month=month + 1))
    return _half_open(start, start.replace(year=year + 1, month=1))


def _precision(part: dict[str, str]) -> timedelta:
    if "second" not in part:
        return timedelta(minutes=1)
    return timedelta(seconds=1) / 10 ** min(len(part.get("fraction", "")), 6)


def _zone(part: dict[str, str], zone: tzinfo) -> tzinfo:
    text = part.get("zone")
    if text is None:
        return zone
    parsed = datetime.fromisoformat(f"2000-01-01T00:00:00{text}").tzinfo
    return parsed or zone


def _half_open(start: datetime, end: datetime) -> Span:
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def period_span(start: str | None, end: str | None, zone: tzinfo = UTC) -> Span | None:
    """The span of a Period with either side open; None when neither side is a date."""
    first, last = span(start, zone) if start else None, span(end, zone) if end else None
    if first is None and last is None:
        return None
    return Span(first.start if first else NEVER, last.end if last else FOREVER)
