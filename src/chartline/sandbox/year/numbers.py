"""The numbers that two sets of books are compared by: those of Chartline's dashboard, and those of the payers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from chartline.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A practice's year in numbers, by the definitions of the reports. Amounts are cents; rates are ten-thousandths,
    days are tenths, both rounded half up; None where there is nothing to divide by."""

    claims: int
    """Claims that were handed over, those to second payers among them."""
    billed: int
    """What was charged."""
    collected: int
    """What payers' checks and patients brought."""
    first_pass: int | None
    """Of the claims that were decided: those that were paid at once, without a rejection or correction before."""
    denied: int | None
    """Of the claims that were decided: those whose first decision granted nothing."""
    open: int
    """What insurance and patients still owe at the end."""
    days_open: int | None
    """Days in A/R: what is open, at the charges of the last ninety days."""
    lag: int | None
    """Mean days from the first submission of a claim to a payment on it."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: dollars, percent and days as text."""
        return {
            "claims": self.claims,
            "billed": Money(self.billed).text(),
            "collected": Money(self.collected).text(),
            "first_pass_percent": _shown(self.first_pass, 2),
            "denied_percent": _shown(self.denied, 2),
            "open": Money(self.open).text(),
            "days_in_ar": _shown(self.days_open, 1),
            "payment_lag_days": _shown(self.lag, 1),
        }

    def differences(self, other: Numbers) -> list[str]:
        """The names of the numbers in which two books differ."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if mine[name] != theirs[name]]


def numbers_of(shown: dict[str, Any]) -> Numbers:
    """What the dashboard of Chartline shows for a span (``GET /api/billing/dashboard/kpis``)."""
    return Numbers(
        claims=shown["submitted"],
        billed=_whole(shown["totalBilled"], 2) or 0,
        collected=_whole(shown["totalCollected"], 2) or 0,
        first_pass=_whole(shown["firstPassRate"], 4),
        denied=_whole(shown["denialRate"], 4),
        open=(_whole(shown["insuranceOpen"], 2) or 0) + (_whole(shown["patientOpen"], 2) or 0),
        days_open=_whole(shown["daysInAr"], 1),
        lag=_whole(shown["avgPaymentLag"], 1),
    )


def rate(part: int, whole: int, places: int = 4) -> int | None:
    """``part`` of ``whole`` in so many decimal places, rounded half up; None of nothing."""
    if whole <= 0:
        return None
    return (2 * part * 10**places + whole) // (2 * whole)


def _whole(number: float | None, places: int) -> int | None:
    return None if number is None else int(Decimal(str(number)).scaleb(places))


def _shown(value: int | None, places: int) -> str | None:
    return None if value is None else f"{Decimal(value).scaleb(-places):f}"
