"""Dates of any precision as spans of microseconds since 1970 UTC, made fast: extraction reads every date of a resource.

A span is half open, ``[lo, hi)``. Text without a zone is UTC. Refuses impossible dates by answering None.
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, datetime

EARLIEST, LATEST = -(2**62), 2**62
"""The open sides of a period: before and after everything that has a date."""

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the zone is taken off the text before
_FARTHEST_ZONE = 14 * 3600 * _SECOND
_YEAR, _MONTH, _DATE, _MINUTES, _SECONDS = 4, 7, 10, 16, 19


def span_of(text: str) -> tuple[int, int] | None:
    """The span of a FHIR date, dateTime or instant; None when it is none of them."""
    try:
        if len(text) > _DATE:
            return _moment(text)
        if len(text) == _DATE:
            lo = (date.fromisoformat(text).toordinal() - _EPOCH_DAY) * _DAY if text[7] == "-" else None
            return None if lo is None else (lo, lo + _DAY)
        return _month(text) if len(text) == _MONTH else _year(text)
    except (ValueError, IndexError):
        return None


def period_of(start: object, end: object) -> tuple[int, int] | None:
    """The span of a period whose sides may be open; None when neither side is a date."""
    first = span_of(start) if isinstance(start, str) else None
    last = span_of(end) if isinstance(end, str) else None
    if first is None and last is None:
        return None
    return first[0] if first else EARLIEST, last[1] if last else LATEST


def _year(text: str) -> tuple[int, int] | None:
    if len(text) != _YEAR or not (text.isdecimal() and text.isascii()):
        return None
    lo = (date(int(text), 1, 1).toordinal() - _EPOCH_DAY) * _DAY
    return lo, lo + (366 if isleap(int(text)) else 365) * _DAY


def _month(text: str) -> tuple[int, int] | None:
    first = date.fromisoformat(f"{text}-01")
    if text[4] != "-":
        return None
    lo = (first.toordinal() - _EPOCH_DAY) * _DAY
    return lo, lo + monthrange(first.year, first.month)[1] * _DAY


def _moment(text: str) -> tuple[int, int] | None:
    ahead = 0
    if text[-1] == "Z":
        text = text[:-1]
    elif text[-6] in "+-" and text[-3] == ":" and len(text) > _MINUTES:
        ahead = (int(text[-5:-3]) * 60 + int(text[-2:])) * 60 * _SECOND
        if ahead > _FARTHEST_ZONE:
            return None
        ahead = -ahead if text[-6] == "-" else ahead
        text = text[:-6]
    size = len(text)
    if text[10] != "T" or text[13] != ":" or (size > _MINUTES and text[16] != ":"):
        return None
    leap = 0
    if text[17:19] == "60":
        # A leap second: R4 allows it, and it is the moment before the next minute.
        text, leap = text[:17] + "59" + text[19:], _SECOND
    since = datetime.fromisoformat(text) - _EPOCH
    lo = (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds + leap - ahead
    if size == _SECONDS:
        return lo, lo + _SECOND
    if size == _MINUTES:
        return lo, lo + 60 * _SECOND
    if size == _SECONDS + 1 or size < _SECONDS or text[19] != ".":
        return None
    return lo, lo + 10 ** max(6 - (size - _SECONDS - 1), 0)
