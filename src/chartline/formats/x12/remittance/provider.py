"""Money between payer and provider outside any claim (PLB)."""

from __future__ import annotations

from chartline.formats.x12.days import DAYS
from chartline.formats.x12.remittance.model import ProviderAdjustment
from chartline.formats.x12.remittance.segments import Segments

_PAIRS = range(3, 15, 2)
_BLANK = [""] * 15


def read_provider_adjustments(elements: list[str], segments: Segments) -> list[ProviderAdjustment]:
    """The entries of one PLB, six at most. Raises ValueError for what is no amount or date."""
    elements = elements + _BLANK
    found: list[ProviderAdjustment] = []
    for number in _PAIRS:
        reason, amount = elements[number], elements[number + 1]
        if reason or amount:
            parts = [*segments.composite(reason), "", ""]
            found.append(
                ProviderAdjustment(
                    provider=elements[1],
                    fiscal_year_end=DAYS[elements[2]],
                    reason=parts[0],
                    reference=parts[1],
                    amount=segments.amounts[amount],
                )
            )
    return found
