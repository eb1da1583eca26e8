"""The catalogue of numbers: what each is called, how it is made, and in which unit. One table for all surfaces.

A measure is a sum of rows and opens to them. A ratio is made of measures and opens to those. Refuses names that are
not in the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chartline.domains.claims.axes import Word
from chartline.domains.ledger.accounts import (
    ACCOUNTS,
    CONTRACTUAL,
    INSURANCE,
    OTHER_ADJUSTMENT,
    PATIENT,
    PATIENT_CASH,
    PAYER_CASH,
    REVENUE,
)
from chartline.domains.payments.underpayments import UnderpaymentState
from chartline.domains.reports.sources import AGES, CREDIT
from chartline.kernel.errors import Again, Blame, ErrorKind

NO_FIGURE = ErrorKind(
    "reports.no_figure",
    Blame.PRACTICE,
    Again.NEVER,
    "There is no number of that name.",
    "Take a name from the list of numbers.",
    status=404,
)

ADJUSTMENTS = tuple(sorted(name for name in ACCOUNTS if name.startswith("adjustment.")))
WRITE_OFFS = tuple(name for name in ADJUSTMENTS if name not in (CONTRACTUAL, OTHER_ADJUSTMENT))
WINDOW = 90
"""Days over which charges are averaged for days in A/R."""


class Unit(StrEnum):
    """What an amount counts."""

    MONEY = "money"
    """Cents."""
    CLAIMS = "claims"
    PAYMENTS = "payments"
    DAYS = "days"
    SHARE = "share"
    """Parts of ten thousand: 8750 is 87.5 percent."""
    TENTHS = "tenths"
    """Tenths of a day."""


class Source(StrEnum):
    """Which list of rows (``sources``)."""

    ENTRIES = "entries"
    OPEN = "open"
    EVENTS = "events"
    STATUSES = "statuses"
    PAYMENTS = "payments"
    UNDERPAID = "underpaid"


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that is a sum of rows. ``formula`` says how it is made, in words for people."""

    name: str
    title: str
    formula: str
    source: Source
    unit: Unit = Unit.MONEY
    accounts: tuple[str, ...] = ()
    sign: int = 1
    age: str | None = None
    word: str | None = None
    window: int | None = None
    """Counts this many days up to the last day, whatever the span."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number that is divided. ``top`` and ``bottom`` are measures with their signs."""

    name: str
    title: str
    formula: str
    top: tuple[tuple[str, int], ...]
    bottom: tuple[tuple[str, int], ...]
    unit: Unit
    times: int = 1


def _flow(name: str, title: str, formula: str, *accounts: str, sign: int = 1) -> Measure:
    return Measure(name, title, formula, Source.ENTRIES, accounts=accounts, sign=sign)


def _count(name: str, title: str, formula: str) -> Measure:
    return Measure(name, title, formula, Source.EVENTS, Unit.CLAIMS)


_FLOWS = (
    _flow("billed", "Billed", "Charges at the practice's own fees, by service date.", REVENUE, sign=-1),
    _flow(
        "collected",
        "Collected",
        "Money from payers and patients by payment date, less what was given back or kept back.",
        PAYER_CASH,
        PATIENT_CASH,
    ),
    _flow("payer_paid", "Paid by payers", "Money from payers, by payment date.", PAYER_CASH),
    _flow("patient_paid", "Paid by patients", "Money from patients less refunds, by payment date.", PATIENT_CASH),
    _flow("contractual", "Contractual", "Given up because the contract with the payer says so.", CONTRACTUAL),
    _flow("adjusted", "Adjusted", "All adjustments together: contractual, written off, other.", *ADJUSTMENTS),
    _flow("written_off", "Written off", "Given up by the practice's own decision, of all kinds.", *WRITE_OFFS),
    *(
        _flow(
            f"written_off:{name.partition('.')[2]}",
            f"Written off: {ACCOUNTS[name].called}",
            ACCOUNTS[name].sentence,
            name,
        )
        for name in (*WRITE_OFFS, OTHER_ADJUSTMENT)
    ),
    Measure(
        "billed_lately",
        "Billed in 90 days",
        "Charges of the 90 days that end with the last day.",
        Source.ENTRIES,
        accounts=(REVENUE,),
        sign=-1,
        window=WINDOW,
    ),
)
_EVENTS = (
    _count("submitted", "Submitted", "Claims handed over for the first time."),
    _count("clean", "Clean", "Of these, claims that were never rejected."),
    _count("decided", "Decided", "Claims on which the payer decided for the first time."),
    _count("denied", "Denied", "Of these, claims of which the payer granted nothing."),
    _count("partly", "Partly paid", "Of these, claims of which the payer refused a part."),
    _count(
        "passed", "Paid at once", "Of these, claims paid in full as allowed, with no rejection or correction before."
    ),
    Measure(
        "lag_payments",
        "Payments on claims",
        "Payers' payments on claims that we handed over, by payment date.",
        Source.PAYMENTS,
        Unit.PAYMENTS,
    ),
    Measure(
        "lag_days",
        "Days to payment",
        "For each of these, the days from the first submission of the claim to the payment date.",
        Source.PAYMENTS,
        Unit.DAYS,
    ),
)
_WHO = (("insurance", "Insurance owes", INSURANCE), ("patient", "Patients owe", PATIENT))
_STANDS = (
    *(
        Measure(
            f"{who}_open",
            title,
            "What stands on this receivable at the last day, claim by claim.",
            Source.OPEN,
            accounts=(account,),
        )
        for who, title, account in _WHO
    ),
    *(
        Measure(
            f"{who}_open:{age}",
            f"{title}, {age if age == CREDIT else age + ' days'}",
            "Claims below zero: somebody paid too much."
            if age == CREDIT
            else "Claims whose amount has been open so long at the last day.",
            Source.OPEN,
            accounts=(account,),
            age=age,
        )
        for who, title, account in _WHO
        for age in (*AGES, CREDIT)
    ),
)
_UNDERPAID = (
    Measure(
        "underpaid",
        "Underpaid",
        "What payers allowed less than their contracts say, by payment date; without what was let be or taken back.",
        Source.UNDERPAID,
    ),
    *(
        Measure(
            f"underpaid:{state.value}",
            f"Underpaid, {state.value}",
            "The part of it that stands so.",
            Source.UNDERPAID,
            word=state.value,
        )
        for state in (UnderpaymentState.OPEN, UnderpaymentState.DISPUTED, UnderpaymentState.RECOVERED)
    ),
)
_STATUSES = (
    Measure("claims", "Claims", "Claims with a service date in the span.", Source.STATUSES, Unit.CLAIMS),
    *(
        Measure(
            f"claims:{word.value}",
            f"Claims {word.value.replace('_', ' ')}",
            "Claims with a service date in the span that stood so.",
            Source.STATUSES,
            Unit.CLAIMS,
            word=word.value,
        )
        for word in Word
    ),
)

MEASURES = {one.name: one for one in (*_FLOWS, *_EVENTS, *_STANDS, *_STATUSES, *_UNDERPAID)}
"""Every measure by its name."""

RATIOS = {
    one.name: one
    for one in (
        Ratio(
            "collection_rate",
            "Collection rate",
            "Collected / billed.",
            (("collected", 1),),
            (("billed", 1),),
            Unit.SHARE,
            10_000,
        ),
        Ratio(
            "net_collection_rate",
            "Net collection rate",
            "Collected / (billed - contractual): what came in of what contracts let the practice expect.",
            (("collected", 1),),
            (("billed", 1), ("contractual", -1)),
            Unit.SHARE,
            10_000,
        ),
        Ratio(
            "denial_rate",
            "Denial rate",
            "Denied / decided, by the first decision on each claim.",
            (("denied", 1),),
            (("decided", 1),),
            Unit.SHARE,
            10_000,
        ),
        Ratio(
            "first_pass_rate",
            "First-pass rate",
            "Paid at once / decided.",
            (("passed", 1),),
            (("decided", 1),),
            Unit.SHARE,
            10_000,
        ),
        Ratio(
            "clean_claim_rate",
            "Clean-claim rate",
            "Clean / submitted.",
            (("clean", 1),),
            (("submitted", 1),),
            Unit.SHARE,
            10_000,
        ),
        Ratio(
            "days_in_ar",
            "Days in A/R",
            "(Insurance owes + patients owe) / (billed in 90 days / 90).",
            (("insurance_open", 1), ("patient_open", 1)),
            (("billed_lately", 1),),
            Unit.TENTHS,
            10 * WINDOW,
        ),
        Ratio(
            "avg_payment_lag",
            "Days to pay",
            "Days to payment / payments on claims.",
            (("lag_days", 1),),
            (("lag_payments", 1),),
            Unit.TENTHS,
            10,
        ),
    )
}
"""Every ratio by its name."""


def measure(name: str) -> Measure:
    """The measure of a name. Raises ``reports.no_figure``."""
    found = MEASURES.get(name)
    if found is None:
        raise NO_FIGURE.error(figure=name[:40])
    return found


def divide(ratio: Ratio, values: dict[str, int]) -> int | None:
    """A ratio from its measures, rounded half up; None where there is nothing to divide by."""
    bottom = sum(sign * values.get(name, 0) for name, sign in ratio.bottom)
    if bottom <= 0:
        return None
    top = ratio.times * sum(sign * values.get(name, 0) for name, sign in ratio.top)
    return (2 * top + bottom) // (2 * bottom)
