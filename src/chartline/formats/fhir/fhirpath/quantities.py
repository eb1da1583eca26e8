"""System quantities: a number with a UCUM code or a calendar word; compared, added, multiplied across units.

A year or a month on the calendar is not the ``a`` or ``mo`` of UCUM, which have a fixed length: they do not compare.
Answers None where the units do not go together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction

from chartline.formats.fhir.json import JsonObject
from chartline.formats.fhir.units import comparable, exact, measure

CALENDAR = {
    word: single
    for single in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for word in (single, single + "s")
}
"""Calendar words as written, to the word they mean."""

UCUM = "http://unitsofmeasure.org"
DIGITS = Context(prec=28, Emin=-400, Emax=400, traps=[Overflow, InvalidOperation, DivisionByZero])
"""How decimals are reckoned: to 28 digits; what has no result, or one beyond 1e400, raises."""

_FIXED = {"week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s", "millisecond": "ms"}
_MONTHS = {"year": 12, "month": 1}
_LOOSE = {**_FIXED, "year": "a", "month": "mo"}


@dataclass(frozen=True, slots=True, repr=False)
class Quantity:
    """A value and its unit: a UCUM code, or with ``calendar`` a calendar word in the singular."""

    value: Decimal
    unit: str
    calendar: bool = False

    def __repr__(self) -> str:
        return "<Quantity>"

    def text(self) -> str:
        """As written in FHIRPath: ``4 'mg'``, ``1 week``."""
        return f"{self.value:f} {self.unit}" if self.calendar else f"{self.value:f} '{self.unit}'"

    def as_json(self) -> JsonObject:
        """As a FHIR Quantity."""
        code = _LOOSE[self.unit] if self.calendar else self.unit
        return {"value": self.value, "unit": self.unit, "system": UCUM, "code": code}

    @property
    def code(self) -> str | None:
        """The UCUM code of the same length; None for years and months on the calendar."""
        return _FIXED.get(self.unit) if self.calendar else self.unit


def read_quantity(data: JsonObject) -> Quantity | None:
    """A FHIR Quantity as a system quantity; None without a value, or when a comparator makes it a range."""
    value = data.get("value")
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or data.get("comparator") is not None:
        return None
    code = data.get("code") or data.get("unit")
    return Quantity(Decimal(value), code if isinstance(code, str) else "1")


def compare(one: Quantity, other: Quantity) -> int | None:
    """Below zero, zero or above; None when the units do not compare."""
    if not (one.value.is_finite() and other.value.is_finite()):
        return None
    left: Decimal | Fraction
    right: Decimal | Fraction
    if one.unit == other.unit and one.calendar == other.calendar:
        left, right = one.value, other.value
    elif one.calendar and other.calendar and one.unit in _MONTHS and other.unit in _MONTHS:
        left, right = one.value * _MONTHS[one.unit], other.value * _MONTHS[other.unit]
    else:
        first = exact(one.value, one.code) if one.code else None
        second = exact(other.value, other.code) if other.code else None
        if first is None or second is None or first[1] != second[1]:
            return None
        left, right = first[0], second[0]
    return (left > right) - (left < right)


def equivalent(one: Quantity, other: Quantity) -> bool:
    """Equal once the finer value is rounded to the precision of the coarser one; 1 year is equivalent to 1 'a'."""
    first, second = _loose(one), _loose(other)
    if first is None or second is None:
        return one.unit == other.unit and one.value == other.value
    here, there = measure(first), measure(second)
    if here is None or there is None or here.powers != there.powers:
        return first == second and same_rounded(one.value, other.value)
    other_value = exact(other.value, second)
    if other_value is None:
        return False
    converted = other_value[0] / here.factor - here.offset
    decimal = DIGITS.divide(Decimal(converted.numerator), Decimal(converted.denominator))
    return same_rounded(one.value, decimal)


def _loose(quantity: Quantity) -> str | None:
    return _LOOSE.get(quantity.unit) if quantity.calendar else quantity.unit


def places(value: Decimal) -> int:
    """Digits after the point that count: trailing zeros do not."""
    exponent = value.normalize(DIGITS).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def same_rounded(one: Decimal, other: Decimal) -> bool:
    """Whether two decimals are equal at the precision of the less precise one."""
    try:
        unit = Decimal(1).scaleb(-min(places(one), places(other)))
        return one.quantize(unit) == other.quantize(unit)
    except DecimalException:
        return one == other


def total(one: Quantity, other: Quantity, sign: int) -> Quantity | None:
    """Sum (sign 1) or difference (sign -1), in the unit of the first; None when the units do not go together."""
    move: Callable[[Decimal, Decimal], Decimal] = operator.add if sign > 0 else operator.sub
    if one.unit == other.unit and one.calendar == other.calendar:
        return Quantity(move(one.value, other.value), one.unit, one.calendar)
    first, second = one.code, other.code
    if first is None or second is None or not comparable(first, second):
        return None
    here, there = measure(first), exact(other.value, second)
    if here is None or there is None:
        return None
    converted = there[0] / here.factor
    decimal = DIGITS.divide(Decimal(converted.numerator), Decimal(converted.denominator))
    return Quantity(move(one.value, decimal), one.unit, one.calendar)


def product(one: Quantity, other: Quantity) -> Quantity | None:
    """The product with the units multiplied; None for years and months on the calendar."""
    first, second = one.code, other.code
    if first is None or second is None:
        return None
    if "1" in (first, second):
        unit = second if first == "1" else first
    else:
        unit = f"({first}).({second})"
    return Quantity(DIGITS.multiply(one.value, other.value), unit)


def quotient(one: Quantity, other: Quantity) -> Quantity | None:
    """The quotient with the units divided; None for a zero divisor and for years and months on the calendar."""
    first, second = one.code, other.code
    if first is None or second is None or not other.value:
        return None
    if first == second:
        unit = "1"
    else:
        unit = first if second == "1" else f"({first})/({second})"
    return Quantity(DIGITS.divide(one.value, other.value), unit)
