"""Quantity texts into decimals in their shortest form, each text read once.

Refuses what ``elements.quantity`` refuses: exponents, signs other than minus, anything that is no number. The memory
is bounded.
"""

from __future__ import annotations

import re
from decimal import Decimal

from chartline.formats.x12.elements import quantity_text

MOST_REMEMBERED = 1 << 14

_quantity = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,6})?|\.\d{1,6})", re.ASCII)


class Quantities(dict[str, Decimal]):
    """Quantities by their text: ``QUANTITIES["1.50"]`` is ``Decimal("1.5")``; blanks around do not matter.

    Raises ValueError for a text that is no quantity, also for an empty one.
    """

    __slots__ = ()

    def __missing__(self, text: str) -> Decimal:
        plain = text.strip()
        if _quantity.fullmatch(plain) is None:
            raise ValueError("not a quantity")
        value = Decimal(quantity_text(Decimal(plain)))
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value


QUANTITIES = Quantities()
