"""Places of service with the day each came into use; names come from the X12 code lists.

Source of the days: the public CMS list of places of service, a work of the US government.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.formats.x12.codes import PLACES_OF_SERVICE

_ALWAYS = date(2003, 10, 1)

_LATER = {
    "01": date(2005, 10, 1),
    "02": date(2017, 1, 1),
    "09": date(2006, 7, 1),
    "10": date(2022, 1, 1),
    "16": date(2008, 4, 1),
    "17": date(2010, 5, 1),
    "18": date(2013, 5, 1),
    "19": date(2016, 1, 1),
    "27": date(2023, 10, 1),
    "58": date(2020, 1, 1),
    "66": date(2024, 1, 1),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of service: two digits, a short name, and the first service date it may stand on."""

    code: str
    label: str
    begin: date


PLACES = {code: Place(code, label, _LATER.get(code, _ALWAYS)) for code, label in PLACES_OF_SERVICE.items()}
"""Every place of service by its code."""

TELEHEALTH_PLACES = frozenset({"02", "10"})
"""The places that say that patient and provider were not in one room."""
