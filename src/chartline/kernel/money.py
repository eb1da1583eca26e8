"""Money as whole minor units with a currency.

Refuses floats (they cannot hold a cent) and refuses to mix currencies.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

_MOST_PLAIN_DIGITS = 15


class Money(msgspec.Struct, frozen=True, gc=False):
    """An amount in minor units (cents for USD); negative amounts are allowed."""

    minor: int
    currency: str = "USD"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("Money holds whole minor units; use Money.parse for decimal text")

    @classmethod
    def parse(cls, text: str, currency: str = "USD") -> Money:
        """Read decimal text such as ``"150"``, ``"150.5"`` or ``"-0.05"``.

        Raises ValueError for anything that is not a finite decimal with at most two places.
        """
        whole, _, places = text.partition(".")
        # Nearly all amounts are plain digits; Decimal, ten times slower, reads the others: signs, blanks, ".5".
        if whole.isdigit() and text.isascii() and len(whole) <= _MOST_PLAIN_DIGITS:
            if not places:
                return cls(int(whole) * 100, currency)
            if len(places) < 3 and places.isdigit():
                return cls(int(whole + places) * (10 if len(places) == 1 else 1), currency)
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            raise ValueError("not a decimal amount") from None
        if not value.is_finite():
            raise ValueError("not a decimal amount")
        minor = value.scaleb(2)
        if minor != minor.to_integral_value():
            raise ValueError("more than two decimal places")
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str = "USD") -> Money:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: list[Money], currency: str = "USD") -> Money:
        """Sum of a list, zero when the list is empty."""
        minor = 0
        for amount in amounts:
            if amount.currency != currency:
                raise ValueError("cannot mix currencies")
            minor += amount.minor
        return cls(minor, currency)

    def text(self) -> str:
        """Decimal text with two places, ``"-12.05"``."""
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d}"

    def wire(self) -> str:
        """Shortest decimal text, as X12 wants it: ``"150"``, ``"150.5"``."""
        whole, cents = divmod(abs(self.minor), 100)
        sign = "-" if self.minor < 0 else ""
        if not cents:
            return f"{sign}{whole}"
        return f"{sign}{whole}.{cents // 10}" if cents % 10 == 0 else f"{sign}{whole}.{cents:02d}"

    def shown(self) -> str:
        """For people: ``$1,234.50``, ``-$3.00``."""
        sign = "-" if self.minor < 0 else ""
        symbol = "$" if self.currency == "USD" else f"{self.currency} "
        return f"{sign}{symbol}{abs(self.minor) // 100:,}.{abs(self.minor) % 100:02d}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError("cannot mix currencies")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            raise TypeError("money is multiplied by whole numbers only")
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor > other.minor

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.minor >= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0
