"""Money and Period between FHIR and the kernel's values.

Refuses amounts of more than two decimal places and moments without a zone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from chartline.formats.fhir.dates import Span, period_span
from chartline.formats.fhir.elements import text, updated
from chartline.formats.fhir.json import JsonObject
from chartline.kernel.money import Money


def fhir_money(amount: Money) -> JsonObject:
    """``{"value": 12.50, "currency": "USD"}``, always with two decimal places."""
    return {"value": Decimal(amount.text()), "currency": amount.currency}


def read_money(value: JsonObject | None) -> Money | None:
    """The amount; USD when no currency is given; None when there is no value. Raises ValueError below a cent."""
    number = value.get("value") if value else None
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return None
    return Money.parse(str(number), text(value, "currency") or "USD")


def fhir_moment(moment: datetime) -> str:
    """A FHIR instant in UTC, to the millisecond. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fhir_period(start: datetime | None, end: datetime | None, *, prior: JsonObject | None = None) -> JsonObject:
    """A Period of two moments, either of which may be open."""
    return updated(prior, start=fhir_moment(start) if start else None, end=fhir_moment(end) if end else None)


def read_period(value: JsonObject | None) -> Span | None:
    """The span of a Period; None when it says nothing."""
    return period_span(text(value, "start"), text(value, "end"))
