"""The key a resource is put in order by, for ``_sort``.

Going up, the lowest value of a parameter counts; going down, the highest (R4 search, "sorting"). Refuses composites and
places: they have no order.
"""

from __future__ import annotations

from collections.abc import Iterable

from chartline.formats.fhir.search.values import (
    DateValue,
    Extracted,
    NumberValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)

SortKey = str | int | float
"""Keys of one parameter are all of one kind."""


def sort_key(found: Extracted, code: str, descending: bool = False) -> SortKey | None:
    """The key for a parameter, None when the resource has no value: those come last in both directions.

    Strings folded; dates by their beginning in microseconds; quantities in base units when they have them; tokens by
    code; references as ``Type/id`` or their address.
    """
    if code == "_id":
        return found.id or None
    values = found.values.get(code, ())
    texts = [text for text in map(_text, values) if text is not None]
    if texts:
        return max(texts) if descending else min(texts)
    numbers = list(_numbers(values, descending))
    if not numbers:
        return None
    return max(numbers) if descending else min(numbers)


def _text(value: Value) -> str | None:
    if isinstance(value, StringValue):
        return None if value.word else value.folded
    if isinstance(value, TokenValue):
        return value.code
    if isinstance(value, UriValue):
        return value.text
    if isinstance(value, ReferenceValue):
        return f"{value.type}/{value.id}" if value.id is not None else value.url
    return None


def _numbers(values: Iterable[Value], descending: bool) -> Iterable[int | float]:
    for value in values:
        if isinstance(value, DateValue):
            yield value.lo
        elif isinstance(value, NumberValue):
            lo, hi = (value.lo, value.hi) if value.canonical is None else value.canonical[:2]
            yield hi if descending else lo
