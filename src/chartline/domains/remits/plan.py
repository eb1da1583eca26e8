"""The posting plan: what a remittance will do to the ledger, before it does it. Pure.

Every cent is in a line with words. The checks are part of the plan: cash lines are the payment, each entry sums to
zero, and each claim's charge is what was paid, given up, owed by the patient and left open. A large remittance is
planned portion by portion (``plan_portion``) and ends with what is outside its claims (``plan_end``); together they are
the whole plan. Refuses nothing; ``sound`` says whether it may be posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chartline.domains.ledger import Entry
from chartline.domains.ledger.accounts import INSURANCE, PATIENT, PAYER_CASH, UNAPPLIED
from chartline.domains.remits.plan_entries import (
    PlanClaim,
    PlanHead,
    PlannedClaim,
    applied_entry,
    claim_entry,
    difference_entry,
    provider_entry,
    provider_line,
)
from chartline.domains.remits.splitting import (
    DENIED,
    LATER_PAYER,
    NO_DECISION,
    PlannedLine,
    Split,
    nothing,
    settled,
    split_claim,
    taken_over,
)
from chartline.kernel.money import Money

__all__ = [
    "Check",
    "PlanClaim",
    "PlanEnd",
    "PlanHead",
    "PlanPortion",
    "PlannedClaim",
    "PostingPlan",
    "apply_entry",
    "make_plan",
    "plan_end",
    "plan_portion",
]


@dataclass(frozen=True, slots=True)
class Check:
    """One sum that must agree."""

    name: str
    say: str
    expected: Money
    found: Money

    @property
    def ok(self) -> bool:
        """Whether it does."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class PlanPortion:
    """Some claims of a remittance. ``checks`` are those that fail."""

    claims: tuple[PlannedClaim, ...]
    entries: tuple[Entry, ...]
    failed: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class PlanEnd:
    """What a remittance does outside its claims."""

    provider: tuple[PlannedLine, ...]
    difference: Money
    """Posted as unapplied when a person released a remittance whose sums disagree; else zero."""
    entries: tuple[Entry, ...]
    cash: Check


@dataclass(frozen=True, slots=True)
class PostingPlan:
    """Everything a remittance will do. ``entries`` are ready for the ledger."""

    remittance: str
    amount: Money
    claims: tuple[PlannedClaim, ...]
    provider: tuple[PlannedLine, ...]
    difference: Money
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """Whether every check holds."""
        return all(check.ok for check in self.checks)


def make_plan(head: PlanHead, claims: Sequence[PlanClaim]) -> PostingPlan:
    """The plan of a remittance from its parts; the same input gives the same plan."""
    portion = plan_portion(head, claims)
    end = plan_end(head, cash_of(portion.entries))
    entries = (*portion.entries, *end.entries)
    checks = (end.cash, *_entry_checks(entries), *_claim_checks(head, portion.claims))
    return PostingPlan(head.remittance, head.amount, portion.claims, end.provider, end.difference, entries, checks)


def plan_portion(head: PlanHead, claims: Sequence[PlanClaim]) -> PlanPortion:
    """The plan of some claims of a remittance, in the order of the file."""
    planned: list[PlannedClaim] = []
    entries: list[Entry] = []
    standing: dict[str, tuple[Money, Money]] = {}
    for claim in claims:
        one = _planned(claim, standing)
        planned.append(one)
        entry = claim_entry(head, one, claim)
        if entry is not None:
            entries.append(entry)
    # Checks are only made into words where a sum is wrong: there are hundreds of thousands of them.
    wrong = [*_entry_checks(one for one in entries if sum(line.amount.minor for line in one.lines))]
    wrong += _claim_checks(head, [one for one in planned if _left(one)])
    return PlanPortion(tuple(planned), tuple(entries), tuple(check for check in wrong if not check.ok))


def plan_end(head: PlanHead, cash: Money) -> PlanEnd:
    """What comes after the claims, which brought ``cash``: money outside any claim, and the difference if there is a
    released one."""
    provider = tuple(provider_line(one) for one in head.provider)
    entries = [provider_entry(head, number, line) for number, line in enumerate(provider, 1) if line.amount]
    found = cash - Money.total([line.amount for line in provider])
    difference = head.amount - found if head.released else Money.zero()
    if difference:
        entries.append(difference_entry(head, difference))
    check = Check("cash", "The cash lines are the payment.", head.amount, found + difference)
    return PlanEnd(provider, difference, tuple(entries), check)


def cash_of(entries: Sequence[Entry]) -> Money:
    """What entries bring in payer cash."""
    return Money(sum(line.amount.minor for entry in entries for line in entry.lines if line.account == PAYER_CASH))


def apply_entry(head: PlanHead, claim: PlanClaim, moves: int) -> tuple[PlannedClaim, Entry | None]:
    """What happens when a claim whose money waits as unapplied is found: its entry takes the money from there."""
    planned = _planned(claim, {}, cash=UNAPPLIED)
    return planned, applied_entry(head, planned, claim, moves)


def _planned(claim: PlanClaim, standing: dict[str, tuple[Money, Money]], *, cash: str = PAYER_CASH) -> PlannedClaim:
    detail = claim.detail
    if detail.status in NO_DECISION and not detail.paid:
        return PlannedClaim(claim.place, claim.claim_id, detail.status, False, detail.charged, nothing(detail), False)
    back = detail.is_reversal
    later = (claim.earlier_status if back else detail.status) in LATER_PAYER
    # Refused: the decision, or the one it takes back, was a denial of the whole claim.
    denied = DENIED in (detail.status, claim.earlier_status if back else "")
    split = split_claim(detail, denied=denied, cash=cash, later_payer=later)
    if claim.claim_id is None:
        split = _unapplied(split)
    elif claim.owed is not None:
        split = _after(
            split, claim.claim_id, standing.get(claim.claim_id, claim.owed), standing, over=later and not back
        )
    return PlannedClaim(claim.place, claim.claim_id, detail.status, back, detail.charged, split)


def _after(
    split: Split, claim: str, owed: tuple[Money, Money], standing: dict[str, tuple[Money, Money]], *, over: bool
) -> Split:
    """The split, and in ``standing`` what is owed after it. ``over``: a later payer settles more than insurance owes on
    the claim, and the rest is what the patient was asked for."""
    insurance, patient = owed
    if over:
        amount = min(settled(split) - max(insurance, Money.zero()), patient)
        if amount > Money.zero():
            split = taken_over(split, amount)
    moved = {name: Money.total([one.amount for one in split.lines if one.account == name]) for name in _RECEIVABLES}
    standing[claim] = insurance + moved[INSURANCE], patient + moved[PATIENT]
    return split


_RECEIVABLES = (INSURANCE, PATIENT)


def _unapplied(split: Split) -> Split:
    """An unmatched claim moves its money only: nothing is known to be owed."""
    lines: tuple[PlannedLine, ...] = ()
    if split.paid:
        lines = (
            PlannedLine(PAYER_CASH, split.paid, "", "Paid by the payer"),
            PlannedLine(UNAPPLIED, -split.paid, "", "Waits until its claim is found"),
        )
    zero = Money.zero()
    return Split(split.paid, zero, zero, zero, lines, (), split.reasons)


def _left(one: PlannedClaim) -> int:
    """What of the charge is not explained, in cents."""
    split = one.split
    told = split.paid.minor + split.adjusted.minor + split.patient.minor + split.denied.minor + split.elsewhere.minor
    return one.charged.minor - told


def _entry_checks(entries: Iterable[Entry]) -> Iterator[Check]:
    for entry in entries:
        total = Money(sum(line.amount.minor for line in entry.lines))
        yield Check(f"entry {entry.source_key}", "The entry's two sides are equal.", Money.zero(), total)


def _claim_checks(head: PlanHead, claims: Sequence[PlannedClaim]) -> Iterator[Check]:
    if head.released:
        return
    for claim in claims:
        if claim.claim_id is None:
            continue
        say = "The charge is what was paid, given up, owed by the patient and left open."
        yield Check(f"claim {claim.place}", say, claim.charged, claim.charged - Money(_left(claim)))
