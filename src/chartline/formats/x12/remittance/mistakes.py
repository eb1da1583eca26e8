"""Where exactly a segment cannot be read.

The fast readers only know that a text is no number or date. This looks at the segment again, element by element in
the order of the guide, and raises the error that names the element.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.delimiters import UNREADABLE
from chartline.formats.x12.elements import amount, amount_or_none, day, quantity
from chartline.formats.x12.loops import present
from chartline.formats.x12.tokenizer import Segment
from chartline.kernel.errors import ChartlineError

_PLACES: dict[str, str] = {
    # Required amounts !, optional amounts $, quantities #, required dates @, dates /; the numbers of their elements.
    "TS3": "/3 #4 $5 $13 $15 $17 $18 $20 $21 $22 #23 $24",
    "TS2": "$1 $2 $3 $4 $5 $6 #7 $8 $9 #10 #11 #12 #13 #14 $15 #16 $17 $18 $19",
    "CLP": "!3 !4 $5 #12 #13",
    "MIA": "#1 $2 #3 $4 $6 $7 $8 $9 $10 $11 $12 $13 $14 #15 $16 $17 $18 $19 $24",
    "MOA": "#1 $2 $8 $9",
    "SVC": "!2 $3 #5 #7",
    "AMT": "!2",
    "QTY": "#2",
    "DTM": "/2",
    "PLB": "@2 !4 !6 !8 !10 !12 !14",
    "CAS": "!3 #4 !6 #7 !9 #10 !12 #13 !15 #16 !18 #19",
}


def mistake(segment: Segment) -> ChartlineError:
    """The error for a segment that could not be read: an amount, a quantity, a date, or what is missing."""
    for kind, number in _places(segment):
        try:
            _read(kind, segment, number)
        except ChartlineError as found:
            return found
    return UNREADABLE.error(segment=str(segment.ordinal), offset=str(segment.offset))


def _places(segment: Segment) -> Iterator[tuple[str, int]]:
    for entry in _PLACES.get(segment.id, "").split():
        number = int(entry[1:])
        # A reason and its amount may be absent together.
        grouped = segment.id in ("CAS", "PLB") and entry[0] == "!"
        if not grouped or segment.at(number) or segment.at(number - 1):
            yield entry[0], number


def _read(kind: str, segment: Segment, number: int) -> None:
    match kind:
        case "!":
            amount(segment, number)
        case "$":
            amount_or_none(segment, number)
        case "#":
            quantity(segment, number)
        case _:
            found = day(segment, number)
            if kind == "@":
                present(found, f"{segment.id}{number:02d}", segment)
