"""What is wrong with a segment in which a text was found to be no amount, quantity or date.

The readers only notice that a value cannot be read; here the segment is gone through once more to name the element.
"""

from __future__ import annotations

from collections.abc import Callable

from chartline.formats.x12.delimiters import Delimiters
from chartline.formats.x12.elements import BAD_DATE, BAD_QUANTITY, amount, amount_or_none, day, period, place, quantity
from chartline.formats.x12.tokenizer import Segment
from chartline.kernel.errors import ChartlineError

_AMOUNTS = {"CLM": (2,), "SV1": (2,), "SV2": (3,), "SV3": (2,), "AMT": (2,), "SVD": (2,), "PS1": (2,)}
_AMOUNTS_IF_ANY = {
    "CAS": (3, 6, 9, 12, 15, 18),
    "CN1": (2,),
    "HCP": (2, 3, 7),
    "SV2": (7,),
    "SV5": (4, 5),
    "MOA": (2, 8, 9),
    "MIA": (2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 24),
}
_QUANTITIES = {
    "SV1": (4,),
    "SV2": (5,),
    "SV3": (6,),
    "SV5": (3,),
    "SVD": (5, 6),
    "CAS": (4, 7, 10, 13, 16, 19),
    "CR1": (2, 6),
    "CR3": (3,),
    "CN1": (3, 5),
    "CTP": (4,),
    "QTY": (2,),
    "MEA": (3,),
    "PAT": (8,),
    "HCP": (5, 12),
    "MOA": (1,),
    "MIA": (1, 3, 15),
    "DN1": (1, 2),
    "FRM": (5,),
}
_DAYS = {"DMG": (2,), "PAT": (6,), "FRM": (4,)}
_POINTERS = {"SV1": 7, "SV3": 11}


def mistake(segment: Segment) -> ChartlineError | None:
    """The error that names the first element which cannot be read; None when all can."""
    try:
        for number in _AMOUNTS.get(segment.id, ()):
            amount(segment, number)
        for number in _AMOUNTS_IF_ANY.get(segment.id, ()):
            amount_or_none(segment, number)
        for number in _QUANTITIES.get(segment.id, ()):
            quantity(segment, number)
        for number in _DAYS.get(segment.id, ()):
            day(segment, number)
        if segment.id == "DTP":
            period(segment, 3)
    except ChartlineError as found:
        return found
    if segment.id == "HI":
        return _code(segment)
    if segment.id == "DTP":
        return BAD_DATE.error(**place(segment, 3))
    # What is left is a list of pointers that are no numbers, or a quantity that must not be empty.
    numbers = (_POINTERS[segment.id],) if segment.id in _POINTERS else _QUANTITIES.get(segment.id)
    return BAD_QUANTITY.error(**place(segment, numbers[0])) if numbers else None


def _code(segment: Segment) -> ChartlineError | None:
    """The first code of an HI whose date, or else whose amount, cannot be read."""
    for number in range(1, len(segment.elements) + 1):
        parts = [*segment.components(number), "", "", "", "", ""]
        if parts[0] == "BE" and not _holds(quantity, "BE", parts[4]):
            return BAD_QUANTITY.error(**place(segment, number))
        if parts[0] in _DATED and not _holds(period, "DTP", parts[3]):
            return BAD_DATE.error(**place(segment, number))
    return None


_DATED = ("BH", "BI", "BBR", "BBQ", "BR", "BQ")


def _holds(read: Callable[[Segment, int], object], name: str, text: str) -> bool:
    try:
        return read(Segment(name, [text], 0, 0, Delimiters()), 1) is not None
    except ChartlineError:
        return False
