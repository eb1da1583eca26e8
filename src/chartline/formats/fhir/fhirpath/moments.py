"""Calendar arithmetic on temporals, and the first and last moment one can stand for.

Adding a month to the 31st ends on the month's last day. A unit finer than the moment's precision is turned into
the coarser one first (24 hours a day, 30 days a month, 12 months a year), and only whole units are added.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chartline.formats.fhir.fhirpath.quantities import Quantity
from chartline.formats.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Part, Temporal

_RANKS = {"year": 1, "month": 2, "week": 3, "day": 3, "hour": 4, "minute": 5, "second": 6, "millisecond": 6}
_CODES = {"wk": "week", "d": "day", "h": "hour", "min": "minute", "s": "second", "ms": "millisecond"}
_COARSER = {6: 60, 5: 60, 4: 24, 3: 30, 2: 12}
_SECONDS = {4: 3600, 5: 60, 6: 1}
_LENGTHS = {4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 6}
_CLOCK_LENGTHS = {2: 1, 4: 2, 6: 3, 9: 3}
_LIMIT = 400_000_000_000


def unit_word(quantity: Quantity) -> str | None:
    """The calendar word a quantity counts in; None for units that cannot be added to a date (``mo``, ``a``, ``cm``)."""
    return quantity.unit if quantity.calendar or quantity.unit in _RANKS else _CODES.get(quantity.unit)


def moved(moment: Temporal, quantity: Quantity, sign: int) -> Temporal | None:
    """The moment a quantity later (sign 1) or earlier (-1); None when it leaves the years 1 to 9999.

    The quantity's unit must have a ``unit_word``.
    """
    word = unit_word(quantity)
    if word is None or not quantity.value.is_finite() or abs(quantity.value) > _LIMIT:
        return None
    amount = sign * int(quantity.value)
    if moment.kind == TIME:
        return _moved_clock(moment, amount, word)
    if word == "week":
        amount *= 7
    rank, milli = _RANKS[word], word == "millisecond"
    length = len(moment.parts)
    if rank > length and milli:
        amount, milli = int(amount / 1000), False
    while rank > length:
        amount = int(amount / _COARSER[rank])
        rank -= 1
    try:
        return _months(moment, amount, rank) if rank < 3 else _days(moment, amount, rank, milli)
    except (OverflowError, ValueError):
        return None


def _months(moment: Temporal, amount: int, rank: int) -> Temporal:
    year, month, *rest = (int(part) for part in (*moment.parts[:3], 1)[:3])
    count = year * 12 + (month if len(moment.parts) > 1 else 1) - 1 + amount * (12 if rank == 1 else 1)
    year, month = count // 12, count % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError
    day = min(rest[0], calendar.monthrange(year, month)[1]) if rest else 1
    parts: tuple[Part, ...] = (year, month, day, *moment.parts[3:])
    return Temporal(moment.kind, parts[: len(moment.parts)], moment.zone)


def _days(moment: Temporal, amount: int, rank: int, milli: bool) -> Temporal:
    parts = moment.parts
    year, month, day, hour, minute = (int(part) for part in (*parts[:5], 0, 0)[:5])
    start = datetime(year, month, day, hour, minute, tzinfo=UTC)
    second = Decimal(parts[5]) if len(parts) > 5 else Decimal(0)
    if milli:
        second += Decimal(amount).scaleb(-3)
    elif rank == 6:
        second += amount
    else:
        start += timedelta(days=amount) if rank == 3 else timedelta(seconds=amount * _SECONDS[rank])
    minutes, second = int(second // 60), second % 60
    if second < 0:
        minutes, second = minutes - 1, second + 60
    start += timedelta(minutes=minutes)
    whole: tuple[Part, ...] = (start.year, start.month, start.day, start.hour, start.minute, second)
    return Temporal(moment.kind, whole[: len(parts)], moment.zone)


def _moved_clock(moment: Temporal, amount: int, word: str) -> Temporal | None:
    rank = _RANKS[word]
    if rank < 4:
        return None
    milli = word == "millisecond"
    if milli and len(moment.parts) < 3:
        amount, milli = int(amount / 1000), False
    whole = Temporal(DATE_TIME, (2000, 1, 1, *moment.parts), None)
    while rank > len(whole.parts):
        amount = int(amount / _COARSER[rank])
        rank -= 1
    if rank < 4:
        return moment
    return Temporal(TIME, _days(whole, amount, rank, milli).parts[3:])


def boundary(moment: Temporal, digits: int | None, *, high: bool) -> Temporal | None:
    """The first or last moment that a moment of low precision can stand for, to ``digits`` (None: as fine as it goes).

    Without a zone the first moment is at +14:00 and the last at -12:00. None for digits that are no precision.
    """
    lengths = _CLOCK_LENGTHS if moment.kind == TIME else _LENGTHS
    if digits is None:
        digits = {DATE: 8, DATE_TIME: 17, TIME: 9}[moment.kind]
    length = lengths.get(digits)
    if length is None:
        return None
    parts = _filled(moment, high=high)
    if digits in (9, 17):
        last = Decimal(parts[-1])
        milli = Decimal("0.999") if high and not moment.fraction_digits else Decimal("0.000")
        parts = (*parts[:-1], last if moment.fraction_digits > 2 else last + milli)
    elif length == len(parts):
        parts = (*parts[:-1], Decimal(int(parts[-1])))
    if moment.kind == TIME:
        return Temporal(TIME, parts[:length])
    if length < 4:
        return Temporal(DATE if moment.kind == DATE else DATE_TIME, parts[:length])
    zone = moment.zone if moment.zone is not None else (-12 * 60 if high else 14 * 60)
    return Temporal(DATE_TIME, parts[:length], zone)


def _filled(moment: Temporal, *, high: bool) -> tuple[Part, ...]:
    parts = moment.parts
    if moment.kind == TIME:
        ends: tuple[Part, ...] = (23, 59, Decimal(59)) if high else (0, 0, Decimal(0))
        return (*parts, *ends[len(parts) :])
    if len(parts) < 2:
        parts = (*parts, 12 if high else 1)
    if len(parts) < 3:
        parts = (*parts, calendar.monthrange(int(parts[0]), int(parts[1]))[1] if high else 1)
    ends = (0, 0, 0, 23, 59, Decimal(59)) if high else (0, 0, 0, 0, 0, Decimal(0))
    return (*parts, *ends[len(parts) :])
