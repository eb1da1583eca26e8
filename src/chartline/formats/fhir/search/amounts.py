"""Dates, numbers, quantities and places as spans (R4 search, "date", "number", "quantity", "special").

Each converter takes one JSON value and answers the values it is found by, or none. Refuses to round: spans are
computed in decimals and become floats at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache

from chartline.formats.fhir.search.times import period_of, span_of
from chartline.formats.fhir.search.values import DateValue, NumberValue, PlaceValue
from chartline.formats.fhir.units import measure

UCUM = "http://unitsofmeasure.org"
"""The system of units that can be converted."""
CURRENCY = "urn:iso:std:iso:4217"
"""The system of the codes of ``Money.currency``."""

_DIGITS = Context(prec=28, traps=[])
"""Answers infinity where a number is too large, instead of an error: extraction takes whatever was accepted."""
_MOST_POINTS = 20_000
"""Sampled data is read so far; a resource may hold hours of a curve."""


def day(value: object) -> tuple[DateValue, ...]:
    """A date, dateTime or instant."""
    span = span_of(value) if isinstance(value, str) else None
    return (DateValue(*span),) if span is not None else ()


def period(value: object) -> tuple[DateValue, ...]:
    """A Period; a side that is absent is open."""
    if not isinstance(value, dict):
        return ()
    span = period_of(value.get("start"), value.get("end"))
    return (DateValue(*span),) if span is not None else ()


def timing(value: object) -> tuple[DateValue, ...]:
    """A Timing: from its first event or bound to its last; what it repeats in between does not matter."""
    if not isinstance(value, dict):
        return ()
    events, repeat = value.get("event"), value.get("repeat")
    spans = [span_of(one) for one in events if isinstance(one, str)] if isinstance(events, list) else []
    bounds = repeat.get("boundsPeriod") if isinstance(repeat, dict) else None
    if isinstance(bounds, dict):
        spans.append(period_of(bounds.get("start"), bounds.get("end")))
    known = [span for span in spans if span is not None]
    return (DateValue(min(lo for lo, _ in known), max(hi for _, hi in known)),) if known else ()


def number(value: object) -> tuple[NumberValue, ...]:
    """An integer or decimal."""
    if type(value) is not Decimal and type(value) is not int:
        return ()
    plain = float(value)
    return (NumberValue(plain, plain),) if math.isfinite(plain) else ()


def quantity(value: object) -> tuple[NumberValue, ...]:
    """A Quantity, Age, Duration, Count or Distance. A comparator (``<``) opens the side it points at."""
    if not isinstance(value, dict):
        return ()
    amount = value.get("value")
    if type(amount) is not Decimal and type(amount) is not int:
        return ()
    comparator = value.get("comparator")
    low = None if comparator in _BELOW else amount
    high = None if comparator in _ABOVE else amount
    return _span(low, high, value)


_BELOW, _ABOVE = frozenset({"<", "<="}), frozenset({">", ">="})


def money(value: object) -> tuple[NumberValue, ...]:
    """Money: its currency stands for the unit."""
    if not isinstance(value, dict):
        return ()
    currency = value.get("currency")
    return tuple(
        NumberValue(one.lo, one.hi, CURRENCY, currency, currency) if isinstance(currency, str) else one
        for one in number(value.get("value"))
    )


def extent(value: object) -> tuple[NumberValue, ...]:
    """A Range, of quantities or of plain numbers; a side that is absent is open."""
    if not isinstance(value, dict):
        return ()
    low, high = value.get("low"), value.get("high")
    first, last = _amount(low), _amount(high)
    if first is None and last is None:
        return ()
    unit = low if isinstance(low, dict) else high
    return _span(first, last, unit if isinstance(unit, dict) else {})


def samples(value: object) -> tuple[NumberValue, ...]:
    """SampledData: from its lowest point to its highest, in the unit of its origin."""
    origin = value.get("origin") if isinstance(value, dict) else None
    data = value.get("data") if isinstance(value, dict) else None
    start, points = _amount(origin), _points(data)
    if not isinstance(value, dict) or not isinstance(origin, dict) or start is None or not points:
        return ()
    factor = value.get("factor", 1)
    scale = Decimal(factor) if isinstance(factor, (Decimal, int)) else Decimal(1)
    ends = [_DIGITS.add(Decimal(start), _DIGITS.multiply(point, scale)) for point in (min(points), max(points))]
    return _span(min(ends), max(ends), origin)


def _points(data: object) -> list[Decimal]:
    words = data.split(maxsplit=_MOST_POINTS)[:_MOST_POINTS] if isinstance(data, str) else []
    points: list[Decimal] = []
    for word in words:
        # Besides numbers there are E, L and U: error, below and above what the device can tell.
        if word not in "ELU":
            try:
                point = Decimal(word)
            except InvalidOperation:
                return []
            if not point.is_finite():
                return []
            points.append(point)
    return points


def _amount(value: object) -> Decimal | int | None:
    amount = value.get("value") if isinstance(value, dict) else None
    return amount if type(amount) is Decimal or type(amount) is int else None


def _span(low: Decimal | int | None, high: Decimal | int | None, unit: dict[str, object]) -> tuple[NumberValue, ...]:
    lo = -math.inf if low is None else float(low)
    hi = math.inf if high is None else lo if high is low else float(high)
    if lo == math.inf or hi == -math.inf or math.isnan(lo) or math.isnan(hi):
        return ()
    system, code, shown = unit.get("system"), unit.get("code"), unit.get("unit")
    if not isinstance(system, str):
        system = None
    if not isinstance(code, str):
        code = None
    canonical = None
    if system == UCUM and code is not None:
        canonical = canonical_span(low, high, code)
    return (NumberValue(lo, hi, system, code, shown if isinstance(shown, str) else None, canonical),)


def canonical_span(low: Decimal | int | None, high: Decimal | int | None, code: str) -> tuple[float, float, str] | None:
    """A span in UCUM base units (lo, hi, base unit), None standing for an open side; None when the code is unknown."""
    scale = _scale(code)
    if scale is None:
        return None
    lo = -math.inf if low is None else scaled(low, scale)
    hi = math.inf if high is None else lo if high is low else scaled(high, scale)
    return None if math.isnan(lo) or math.isnan(hi) else (lo, hi, scale[3])


Scale = tuple[Decimal | None, Decimal | None, Decimal | None, str]
"""What is added first, what is multiplied and divided by then (None where nothing changes), and the base unit."""


@lru_cache(maxsize=2048)
def _scale(code: str) -> Scale | None:
    unit = measure(code)
    if unit is None:
        return None
    offset = _DIGITS.divide(Decimal(unit.offset.numerator), Decimal(unit.offset.denominator))
    times, over = Decimal(unit.factor.numerator), Decimal(unit.factor.denominator)
    return offset or None, None if times == 1 else times, None if over == 1 else over, unit.base


def scaled(value: Decimal | int, scale: Scale) -> float:
    """A value in base units; asked and stored values go through here alike, so that equal stays equal."""
    offset, times, over, _ = scale
    amount = value if type(value) is Decimal else Decimal(value)
    if offset is not None:
        amount = _DIGITS.add(amount, offset)
    if times is not None:
        amount = _DIGITS.multiply(amount, times)
    if over is not None:
        amount = _DIGITS.divide(amount, over)
    return float(amount)


def place(value: object) -> tuple[PlaceValue, ...]:
    """``Location.position``."""
    if not isinstance(value, dict):
        return ()
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if isinstance(latitude, (Decimal, int)) and isinstance(longitude, (Decimal, int)):
        return (PlaceValue(float(latitude), float(longitude)),)
    return ()


DATES: dict[str, Callable[[object], tuple[DateValue, ...]]] = {
    **dict.fromkeys(("date", "dateTime", "instant"), day),
    "Period": period,
    "Timing": timing,
}
NUMBERS: dict[str, Callable[[object], tuple[NumberValue, ...]]] = {
    **dict.fromkeys(("decimal", "integer", "positiveInt", "unsignedInt"), number),
    "Range": extent,
}
QUANTITIES: dict[str, Callable[[object], tuple[NumberValue, ...]]] = {
    **dict.fromkeys(("Quantity", "SimpleQuantity", "Age", "Duration", "Count", "Distance", "MoneyQuantity"), quantity),
    **NUMBERS,
    "Money": money,
    "SampledData": samples,
}
"""Converters by FHIR type, for date, number and quantity parameters."""
