"""``toX()`` and ``convertsToX()``: between system types. What does not convert is nothing, never an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from chartline.formats.fhir.fhirpath.context import Context, Run
from chartline.formats.fhir.fhirpath.functions.registry import Builder, function, on_value
from chartline.formats.fhir.fhirpath.quantities import CALENDAR, Quantity
from chartline.formats.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, Temporal, read_date_time, read_time
from chartline.formats.fhir.fhirpath.values import FALSE, NONE, TRUE, Items, single

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,200}(?:\.\d{1,200})?", re.ASCII)
_QUANTITY = re.compile(r"([+-]?\d{1,200}(?:\.\d{1,200})?)\s*(?:'([^']+)'|([a-z]+))?", re.ASCII)
_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})


def to_boolean(value: object) -> bool | None:
    """A boolean from a boolean, 1 or 0, or one of the usual words."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return True if value == 1 else False if value == 0 else None
    if isinstance(value, str):
        word = value.lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def to_integer(value: object) -> int | None:
    """An integer from an integer, a boolean or digits."""
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def to_decimal(value: object) -> Decimal | None:
    """A decimal from a number, a boolean or digits."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def to_string(value: object) -> str | None:
    """The text of a system value; None for an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < 1000 else None
    if isinstance(value, int):
        return str(value)
    return value.text() if isinstance(value, Temporal | Quantity) else None


def to_quantity(value: object) -> Quantity | None:
    """A quantity from a number, a boolean, or text such as ``4 days`` or ``4 'mg'``."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, int | Decimal):
        return Quantity(Decimal(value), "1")
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    digits, unit, word = match.groups()
    if word is None:
        return Quantity(Decimal(digits), unit or "1")
    return Quantity(Decimal(digits), CALENDAR[word], calendar=True) if word in CALENDAR else None


def to_date(value: object) -> Temporal | None:
    """A date from a date, a date-time or text."""
    moment = read_date_time(value) if isinstance(value, str) else value
    if not isinstance(moment, Temporal) or moment.kind == TIME:
        return None
    return moment if moment.kind == DATE else Temporal(DATE, moment.parts[:3])


def to_date_time(value: object) -> Temporal | None:
    """A date-time from a date, a date-time or text."""
    moment = read_date_time(value) if isinstance(value, str) else value
    if not isinstance(moment, Temporal) or moment.kind == TIME:
        return None
    return Temporal(DATE_TIME, moment.parts, moment.zone)


def to_time(value: object) -> Temporal | None:
    """A time of day from a time or text."""
    moment = read_time(value.removeprefix("T")) if isinstance(value, str) else value
    return moment if isinstance(moment, Temporal) and moment.kind == TIME else None


def _converts(convert: Callable[[object], object]) -> Builder:
    def build(source: Run, arguments: tuple[Run, ...]) -> Run:
        def run(context: Context) -> Items:
            value = single(source(context))
            return NONE if value is None else FALSE if convert(value) is None else TRUE

        return run

    return build


_CONVERSIONS: dict[str, Callable[[object], object]] = {
    "Boolean": to_boolean,
    "Integer": to_integer,
    "Decimal": to_decimal,
    "String": to_string,
    "Date": to_date,
    "DateTime": to_date_time,
    "Time": to_time,
}
for _name, _convert in _CONVERSIONS.items():
    function("to" + _name)(on_value(_convert))
    function("convertsTo" + _name)(_converts(_convert))


def _in_unit(value: Quantity | None, unit: object) -> Quantity | None:
    if value is None or unit is None:
        return value
    return value if unit in (value.unit, value.code) else None


@function("toQuantity", 0, 1)
def _to_quantity(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        found = to_quantity(single(source(context)))
        found = _in_unit(found, single(arguments[0](context)) if arguments else None)
        return NONE if found is None else [found]

    return run


@function("convertsToQuantity", 0, 1)
def _converts_to_quantity(source: Run, arguments: tuple[Run, ...]) -> Run:
    def run(context: Context) -> Items:
        value = single(source(context))
        if value is None:
            return NONE
        unit = single(arguments[0](context)) if arguments else None
        return TRUE if _in_unit(to_quantity(value), unit) is not None else FALSE

    return run
