"""Mathematical functions and boundaries. A result that does not exist or is too large is no result."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, DecimalException
from decimal import Context as Precision

from chartline.formats.fhir.fhirpath import moments
from chartline.formats.fhir.fhirpath.context import Context, Run
from chartline.formats.fhir.fhirpath.errors import EVALUATION
from chartline.formats.fhir.fhirpath.functions.registry import Builder, function, on_value
from chartline.formats.fhir.fhirpath.quantities import DIGITS, Quantity
from chartline.formats.fhir.fhirpath.temporal import Temporal
from chartline.formats.fhir.fhirpath.values import NONE, Items, answer, as_quantity, integer, number, single
from chartline.formats.fhir.units import comparable

_FINE = Precision(prec=40)
_MOST_PLACES = 28
_WHOLE = 18
"""Digits an integer may have."""


def _decimal(value: object) -> Decimal:
    if isinstance(value, int | Decimal) and number(value):
        return Decimal(value)
    raise EVALUATION.error(reason="number_wanted")


def _with(work: Callable[[Decimal], object]) -> Builder:
    """A function of one number."""

    def safe(value: object) -> object:
        try:
            return work(_decimal(value))
        except (DecimalException, OverflowError, ValueError):
            return None

    return on_value(safe)


def _whole(rounding: str) -> Callable[[Decimal], int | None]:
    def work(value: Decimal) -> int | None:
        return int(value.to_integral_value(rounding)) if value.adjusted() < _WHOLE else None

    return work


def _abs(value: object) -> object:
    if isinstance(value, Quantity):
        return Quantity(abs(value.value), value.unit, value.calendar)
    return abs(value) if isinstance(value, int) and number(value) else abs(_decimal(value))


def _rounded(value: Decimal) -> Decimal:
    return DIGITS.plus(value)


function("abs")(on_value(_abs))
function("ceiling")(_with(_whole(ROUND_CEILING)))
function("floor")(_with(_whole(ROUND_FLOOR)))
function("truncate")(_with(lambda value: int(value) if value.adjusted() < _WHOLE else None))
function("exp")(_with(lambda value: _rounded(value.exp(_FINE)) if abs(value) < 10_000 else None))
function("ln")(_with(lambda value: _rounded(value.ln(_FINE)) if value > 0 else None))
function("sqrt")(_with(lambda value: _rounded(value.sqrt(_FINE)) if value >= 0 else None))


@function("round", 0, 1)
def _round(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        value = single(source(context))
        places = integer(arguments[0](context)) if arguments else 0
        if value is None or places is None:
            return NONE
        if not 0 <= places <= _MOST_PLACES:
            raise EVALUATION.error(reason="precision_out_of_range")
        try:
            return [_decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)]
        except DecimalException:
            return NONE

    return run


def _two(work: Callable[[Decimal, Decimal], Decimal | None]) -> Builder:
    """A function of the number and one more."""

    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value, other = single(source(context)), single(arguments[0](context))
            if value is None or other is None:
                return NONE
            try:
                result = work(_decimal(value), _decimal(other))
            except DecimalException:
                return NONE
            if result is None or not result.is_finite():
                return NONE
            whole = isinstance(value, int) and isinstance(other, int) and work is _power and other >= 0
            return [int(result) if whole and result.adjusted() < _WHOLE else result]

        return run

    return build


def _log(value: Decimal, base: Decimal) -> Decimal | None:
    if value <= 0 or base <= 0 or base == 1:
        return None
    return _rounded(_FINE.divide(value.ln(_FINE), base.ln(_FINE)))


def _power(value: Decimal, exponent: Decimal) -> Decimal | None:
    if value < 0 and exponent != exponent.to_integral_value():
        return None
    return DIGITS.power(value, exponent)


function("log", 1)(_two(_log))
function("power", 1)(_two(_power))


def boundary(value: object, digits: int | None, *, high: bool) -> object:
    """The lowest or highest value a number, quantity or moment of its precision can stand for; None outside limits."""
    if isinstance(value, Temporal):
        return moments.boundary(value, digits, high=high)
    if isinstance(value, Quantity):
        found = _edge(value.value, digits, high=high)
        return None if found is None else Quantity(found, value.unit, value.calendar)
    return _edge(_decimal(value), digits, high=high)


def _edge(value: Decimal, digits: int | None, *, high: bool) -> Decimal | None:
    places = 8 if digits is None else digits
    exponent = value.as_tuple().exponent
    if not 0 <= places <= _MOST_PLACES or not isinstance(exponent, int) or value.adjusted() > _WHOLE:
        return None
    half = Decimal(5).scaleb(min(exponent, 0) - 1)
    edge = _FINE.add(value, half if high else -half)
    try:
        return edge.quantize(Decimal(1).scaleb(-places), ROUND_CEILING if high else ROUND_FLOOR, _FINE)
    except DecimalException:
        return None


def _boundary(*, high: bool) -> Builder:
    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value = single(source(context))
            digits = integer(arguments[0](context)) if arguments else None
            found = None if value is None else boundary(value, digits, high=high)
            return NONE if found is None else [found]

        return run

    return build


function("lowBoundary", 0, 1)(_boundary(high=False))
function("highBoundary", 0, 1)(_boundary(high=True))


def _precision(value: object) -> object:
    if isinstance(value, Temporal):
        return value.digits
    exponent = _decimal(value).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else None


function("precision")(on_value(_precision))


@function("comparable", 1)
def _comparable(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        one, other = as_quantity(single(source(context))), as_quantity(single(arguments[0](context)))
        if one is None or other is None:
            return NONE
        first, second = one.code, other.code
        same = one.unit == other.unit if first is None or second is None else comparable(first, second)
        return answer(same)

    return run
