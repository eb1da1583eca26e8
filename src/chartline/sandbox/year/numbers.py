"""The numbers that two sets of books are compared by, with the formula of each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chartline.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A practice's year in numbers. Amounts are cents; rates are thousandths, days are tenths, both rounded half up.

    Claims to a second payer are not claims of their own here: their money counts, they do not.
    """

    claims: int
    """Claims that a clearinghouse received."""
    billed: int
    """What they charged."""
    collected: int
    """What payers' checks brought."""
    first_pass: int | None
    """Of the claims with a first answer (turned away, or decided): those that were taken and not denied at once."""
    denied: int | None
    """Of the claims that were decided: those whose first decision was a denial."""
    open: int
    """What insurance and patients still owe at the end."""
    days_open: int | None
    """Days in A/R: what is open, at the charges of the last ninety days."""
    lag: int | None
    """Mean days from the first submission to the first payment."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: dollars, percent and days as text."""
        return {
            "claims": self.claims,
            "billed": Money(self.billed).text(),
            "collected": Money(self.collected).text(),
            "first_pass_percent": tenths(self.first_pass),
            "denied_percent": tenths(self.denied),
            "open": Money(self.open).text(),
            "days_in_ar": tenths(self.days_open),
            "payment_lag_days": tenths(self.lag),
        }

    def differences(self, other: Numbers) -> list[str]:
        """The names of the numbers in which two books differ."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if mine[name] != theirs[name]]


def rate(part: int, whole: int, places: int = 3) -> int | None:
    """``part`` of ``whole`` in so many decimal places, rounded half up; None of nothing."""
    if not whole:
        return None
    return (2 * part * 10**places + whole) // (2 * whole)


def tenths(value: int | None) -> str | None:
    """A number of tenths as text."""
    return None if value is None else f"{value // 10}.{value % 10}"
