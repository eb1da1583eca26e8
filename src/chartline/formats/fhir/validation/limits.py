"""The greatest length and the range of values that a profile allows (``maxLength``, ``minValue[x]``,
``maxValue[x]``).

Numbers compare by value, moments by the spans they stand for (what may lie inside the range does), quantities in
the same unit only. Durations as limits, which are counted from today, are not judged: nothing here knows the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chartline.formats.fhir.dates import span
from chartline.formats.fhir.validation.issue import CONTENT
from chartline.formats.fhir.validation.visit import Item, Visit

TOO_LONG = "is longer than the profile allows"
TOO_SMALL = "is below the least value that the profile allows"
TOO_GREAT = "is above the greatest value that the profile allows"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits on one element; a limit of None is none."""

    profile: str
    longest: int | None
    least: object = None
    most: object = None

    def __call__(self, item: Item, visit: Visit) -> None:
        """Report a value outside the limits."""
        if self.longest is not None and isinstance(item.value, str) and len(item.value) > self.longest:
            visit.report.say(CONTENT, "too-long", item.at, TOO_LONG, profile=self.profile)
        if _below(item.value, self.least):
            visit.report.say(CONTENT, "value", item.at, TOO_SMALL, profile=self.profile)
        if _below(self.most, item.value):
            visit.report.say(CONTENT, "value", item.at, TOO_GREAT, profile=self.profile)


def _below(value: object, limit: object) -> bool:
    """Whether a value is surely less than a limit; False when they do not compare."""
    if isinstance(value, dict) and isinstance(limit, dict):
        return _unit(value) == _unit(limit) and _below(value.get("value"), limit.get("value"))
    if isinstance(value, str) and isinstance(limit, str):
        first, second = span(value), span(limit)
        return first is not None and second is not None and first.end <= second.start
    if isinstance(value, bool) or isinstance(limit, bool):
        return False
    return isinstance(value, int | Decimal) and isinstance(limit, int | Decimal) and value < limit


def _unit(quantity: dict[str, object]) -> tuple[object, object]:
    return quantity.get("system"), quantity.get("code", quantity.get("unit"))
