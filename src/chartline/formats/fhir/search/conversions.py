"""Which converter makes a parameter's values of an element: one table over parameter types and FHIR types.

Refuses combinations that R4 has no meaning for (a date parameter over a string choice) by answering None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from chartline.formats.fhir.search.amounts import DATES, NUMBERS, QUANTITIES, place
from chartline.formats.fhir.search.references import REFERENCES
from chartline.formats.fhir.search.tokens import converter
from chartline.formats.fhir.search.values import SimpleValue
from chartline.formats.fhir.search.words import STRINGS, URIS, family

Convert: TypeAlias = Callable[[object], tuple[SimpleValue, ...]]
"""From one JSON value to the values that find it."""

_NAME_PARTS = frozenset({"HumanName.family", "HumanName.given", "HumanName.text"})


def conversion(type_: str, kind: str, element: str, loose: bool) -> Convert | None:
    """The converter for a parameter type over a FHIR type; ``element`` is the path of the definition, for names."""
    if type_ == "token":
        return converter(kind, loose)
    if type_ == "string":
        return family if element in _NAME_PARTS else STRINGS.get(kind)
    if type_ == "special":
        return place if element == "Location.position" else None
    tables: dict[str, dict[str, Convert]] = {
        "date": {**DATES},
        "number": {**NUMBERS},
        "quantity": {**QUANTITIES},
        "reference": {**REFERENCES},
        "uri": {**URIS},
    }
    return tables.get(type_, {}).get(kind)
