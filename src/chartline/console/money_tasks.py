"""What about claims and payments needs a person, in one queue: by money, deadline and effort, as denials are ranked.

Titles name claims and payers, never patients. Effort is the minutes that the next step usually takes. Enrolments have
no amount of their own; they come last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chartline.domains.claims import Claim, Word, claims_to_mend, count_stray_reports
from chartline.domains.coverage.enrollments import EnrollmentState, count_enrollments
from chartline.domains.payments.underpayments import UnderpaymentState, count_underpayments
from chartline.domains.remits import RemittanceState, list_remittances, unmatched
from chartline.domains.remits.denials.worklist import DenialFilter, just_denied, score_of, worklist
from chartline.platform.database import Work

_MONTH = 30
"""Days that are left where no payer sets a deadline."""
_YEAR = timedelta(days=365)
_FIX, _LOOK, _MATCH, _DISPUTE = 10, 15, 5, 20
"""Minutes for a claim, a remittance, a payment, an underpaid service."""

_WEIGHED = 200
"""So many claims to mend are weighed against each other, those with the nearest deadlines."""

Told = tuple[str, str, str, str, datetime | None]
"""Word, title, next step, link, since when."""


@dataclass(frozen=True, slots=True)
class _Scored:
    score: int
    told: Told


def money_tasks(work: Work, today: date, most: int) -> Iterator[Told]:
    """Everything, the most worth doing first; ``most`` of each kind by name. A constant number of queries."""
    found = [*_denials(work, today, most), *_claims(work, today, most), *_payments(work, most), *_short(work)]
    for one in sorted(found, key=lambda each: (-each.score, each.told[3])):
        yield one.told
    yield from _enrolments(work)
    stray = count_stray_reports(work)
    if stray:
        do = "Compare them with the clearinghouse's own list; the claims may come from another system."
        yield "unmatched", f"{stray} reports belong to no claim of ours", do, "/exchanges", None


def _denials(work: Work, today: date, most: int) -> Iterator[_Scored]:
    for one in worklist(work, DenialFilter(), today, limit=most).rows:
        title = f"Claim {one.denial.claim_number}: {one.denial.payer_name} refused {one.denial.amount.shown()}"
        do = f"Correct and send again, appeal, or write it off. {_days(one.days_left, 'to appeal')}"
        link = f"/denials/{one.denial.id}"
        yield _Scored(one.score, ("denied", title, do, link, one.denial.updated))
    # A decision of just now, whose denials are taken in by the next job.
    for one in just_denied(work, most):
        title = f"Claim {one.number}: {one.payer_name} refused {one.denied.shown()}"
        told = (
            "denied",
            title,
            "Read the reasons; correct, appeal, or write it off.",
            f"/claims/{one.id}",
            one.updated,
        )
        yield _Scored(score_of(one.denied, _MONTH, _LOOK), told)


def _claims(work: Work, today: date, most: int) -> Iterator[_Scored]:
    listed: Counter[str] = Counter()
    for one in sorted(
        (_claim(claim, today) for claim in claims_to_mend(work, today, _WEIGHED)),
        key=lambda each: (-each.score, each.told[3]),
    ):
        word = one.told[0]
        listed[word] += 1
        if listed[word] <= most:
            yield one


def _claim(claim: Claim, today: date) -> _Scored:
    word, title = "rejected", f"Claim {claim.number} to {claim.payer_name} was rejected"
    do = "Read what the clearinghouse or payer said, correct the claim, and it goes out again."
    if claim.word is not Word.REJECTED:
        word, title = "held", f"Claim {claim.number} to {claim.payer_name} is held back"
        do = "Look at the findings and correct the claim."
        if claim.hold_reason:
            do = f"Held: {claim.hold_reason}. Release it when it may go."
    left = ((claim.filing_deadline or claim.service_date + _YEAR) - today).days
    if left <= _MONTH:
        do = f"{do} {_days(left, 'to file')}"
    return _Scored(score_of(claim.total, left, _FIX), (word, title, do, f"/claims/{claim.id}", claim.updated))


def _payments(work: Work, most: int) -> Iterator[_Scored]:
    for one in list_remittances(work, states=(RemittanceState.HELD,), limit=most).remittances:
        title = f"Remittance {one.trace} of {one.payer_name}: its sums disagree"
        do = "Look at the findings; ask the payer for a corrected one, or release it if the money arrived."
        told = ("held", title, do, f"/remittances/{one.id}", one.received)
        yield _Scored(score_of(one.amount, _MONTH, _LOOK), told)
    for part in unmatched(work, most):
        title = f"A payment of {part.paid.shown()} belongs to no claim of ours ({part.control_number or 'no number'})"
        do = "Choose among the likely claims, or match it by its number; until then the money waits as unapplied."
        told = ("unmatched", title, do, "/remittances/unmatched", None)
        yield _Scored(score_of(part.paid, _MONTH, _MATCH), told)


def _short(work: Work) -> Iterator[_Scored]:
    count, missing = count_underpayments(work, (UnderpaymentState.OPEN,))
    if count:
        services = "service was" if count == 1 else "services were"
        title = f"{count} {services} paid below contract; {missing.shown()} is missing"
        told = ("open", title, "Compare with the contract, and write to the payer.", "/underpayments", None)
        yield _Scored(score_of(missing, _MONTH, _DISPUTE * count), told)


def _enrolments(work: Work) -> Iterator[Told]:
    counted = count_enrollments(work)
    asked = {
        EnrollmentState.REFUSED: ("refused by a payer", "Read what the payer said, and begin again."),
        EnrollmentState.NEEDED: ("needed and not begun", "Begin it: until then claims to that payer are rejected."),
        EnrollmentState.BEGUN: ("begun and not finished", "Finish the form at the clearinghouse."),
    }
    for state, (words, do) in asked.items():
        number = counted.get(state, 0)
        if number:
            named = "An enrolment is" if number == 1 else f"{number} enrolments are"
            yield "waiting", f"{named} {words}", do, f"/enrollments?state={state.value}", None


def _days(left: int, what: str) -> str:
    if left < 0:
        return "The deadline has passed."
    return f"One day left {what}." if left == 1 else f"{left} days left {what}."
