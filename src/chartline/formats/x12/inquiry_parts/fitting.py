"""Lengths of what is to be sent, held against the dictionary before anything is sent.

A receiver refuses the whole file for one name that is too long. Refuses values longer or shorter than their element
allows, and names the element, never the value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from chartline.formats.x12.dictionary import ElementDefinition, dictionary
from chartline.formats.x12.elements import quantity_text
from chartline.formats.x12.writer import TOO_LONG, Draft, Element, Repeated, Value
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money

TOO_SHORT = ErrorKind(
    "x12.too_short",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "A value is shorter than its X12 element allows.",
    "Complete the value named in the fields and build the file again.",
    status=422,
)


def fit(drafts: Iterable[Draft]) -> list[Draft]:
    """The segments themselves. Raises ``x12.too_long`` and ``x12.too_short`` naming the element (``SVC01-2``)."""
    held = list(drafts)
    known = dictionary()
    for draft in held:
        segment = known[str(draft[0])]
        for element, definition in zip(draft[1:], segment.elements, strict=False):
            if not element:
                continue
            # Nearly all are texts that fit.
            if type(element) is str and definition.least <= len(element) <= definition.most:
                continue
            _fit_element(element, definition, f"{segment.id}{definition.number:02d}")
    return held


def _fit_element(element: Element, definition: ElementDefinition, name: str) -> None:
    if isinstance(element, Repeated):
        for value in element:
            _fit_element(value, definition, name)
    elif isinstance(element, tuple | list):
        composite = dictionary().get(definition.kind)
        for number, value in enumerate(element, 1):
            part = composite.element(number) if composite is not None else None
            if part is not None:
                _fit_value(value, part, f"{name}-{number}")
    elif not isinstance(element, str | int | Money | date | Decimal):
        return
    else:
        _fit_value(element, definition, name)


def _fit_value(value: Value, definition: ElementDefinition, name: str) -> None:
    length = _length(value)
    if length > definition.most > 0:
        raise TOO_LONG.error(field=name, most=str(definition.most))
    if 0 < length < definition.least:
        raise TOO_SHORT.error(field=name, least=str(definition.least))


def _length(value: Value) -> int:
    """Characters, and of numbers the digits: sign and point do not count."""
    if isinstance(value, str):
        return len(value)
    if value is None:
        return 0
    if isinstance(value, date):
        return 8
    if isinstance(value, Money):
        return len(value.wire().lstrip("-").replace(".", ""))
    if isinstance(value, Decimal):
        return len(quantity_text(value).lstrip("-").replace(".", ""))
    return len(str(value))
