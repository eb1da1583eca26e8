"""A drug of a line: LIN, CTP and the prescription's number (loop 2410)."""

from __future__ import annotations

from decimal import Decimal

from chartline.formats.x12.claim_parts.raw_segments import BLANK, RawSegments
from chartline.formats.x12.claim_parts.value_reader import quantity_or_none
from chartline.formats.x12.claim_parts.values import Drug


def read_drug(elements: list[str], segments: RawSegments) -> tuple[Drug, list[str]]:
    """The drug from its LIN, and the segment that follows."""
    item = elements + BLANK
    quantity: Decimal | None = None
    unit = prescription = ""
    kind = "XZ"
    while (elements := segments.next())[0] in ("CTP", "REF"):
        elements += BLANK
        if elements[0] == "CTP":
            quantity = quantity_or_none(elements[4])
            unit = (segments.composites.parts[elements[5]] or ("",))[0]
        else:
            kind, prescription = elements[1], elements[2]
    drug = Drug(
        code=item[3],
        quantity=quantity or Decimal(0),
        unit=unit,
        qualifier=item[2],
        prescription=prescription,
        prescription_kind=kind,
    )
    return drug, elements
