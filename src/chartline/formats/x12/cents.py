"""Amount texts into Money, each text read once.

Files repeat their amounts: a fee schedule, a copay, a contractual difference. Looking an amount up is ten times
cheaper than reading it, and Money never changes, so one value serves all. Refuses what ``elements.amount`` refuses:
anything but a plain decimal number with at most two places. The memory is bounded.
"""

from __future__ import annotations

import re

from chartline.kernel.money import Money

MOST_REMEMBERED = 1 << 16

_amount = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,6})?|\.\d{1,6})", re.ASCII)


class Amounts(dict[str, Money]):
    """Amounts of one currency by their text: ``AMOUNTS["12.5"]``; blanks around the text do not matter.

    Raises ValueError for a text that is no amount, also for an empty one: the caller knows which element it is.
    """

    __slots__ = ("currency",)

    def __init__(self, currency: str = "USD") -> None:
        super().__init__()
        self.currency = currency

    def __missing__(self, text: str) -> Money:
        whole, _, places = text.partition(".")
        if whole.isdigit() and len(whole) < 16 and len(places) < 3 and (whole + places).isdigit() and text.isascii():
            value = Money(int(whole + places + "00"[len(places) :]), self.currency)
        else:
            plain = text.strip()
            if _amount.fullmatch(plain) is None:
                raise ValueError("not a decimal amount")
            value = Money.parse(plain, self.currency)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = value
        return value


AMOUNTS = Amounts()
"""Amounts in US dollars."""
