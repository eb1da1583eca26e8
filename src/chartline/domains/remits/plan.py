"""The posting plan: what a remittance will do to the ledger, before it does it. Pure.

Every cent is in a line with words. The checks are part of the plan: cash lines are the payment, each entry sums to
zero, and each claim's charge is what was paid, given up, owed by the patient and left open. Refuses nothing; ``sound``
says whether it may be posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chartline.domains.ledger import Entry, EntryKind, Line, provider_level
from chartline.domains.ledger.accounts import INTEREST, PAYER_CASH, UNAPPLIED
from chartline.domains.remits.splitting import DENIED, PlannedLine, Split, split_claim
from chartline.formats.x12.codes import PROVIDER_ADJUSTMENTS
from chartline.formats.x12.remittance import ProviderAdjustment, RemittanceClaim
from chartline.kernel.money import Money

_INTEREST = "L6"


@dataclass(frozen=True, slots=True, repr=False)
class PlanClaim:
    """One claim of the remittance with what we know of it; without ``claim_id`` it is unmatched.

    ``earlier_status`` is CLP02 of the decision that a reversal takes back, where we posted one.
    """

    place: int
    detail: RemittanceClaim
    claim_id: str | None = None
    encounter_id: str | None = None
    patient_id: str | None = None
    earlier_status: str = ""


@dataclass(frozen=True, slots=True)
class PlanHead:
    """The payment itself. ``amount`` is negative when money goes to the payer."""

    remittance: str
    amount: Money
    paid_on: date
    provider: tuple[ProviderAdjustment, ...] = ()
    released: bool = False


@dataclass(frozen=True, slots=True)
class PlannedClaim:
    """What happens to one claim: lines that move, amounts that stay open, and the split they add up to."""

    place: int
    claim_id: str | None
    status: str
    reversal: bool
    charged: Money
    split: Split


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
class PostingPlan:
    """Everything a remittance will do. ``entries`` are ready for the ledger."""

    remittance: str
    amount: Money
    claims: tuple[PlannedClaim, ...]
    provider: tuple[PlannedLine, ...]
    difference: Money
    """Posted as unapplied when a person released a remittance whose sums disagree; else zero."""
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """Whether every check holds."""
        return all(check.ok for check in self.checks)


def make_plan(head: PlanHead, claims: Sequence[PlanClaim]) -> PostingPlan:
    """The plan of a remittance from its parts; the same input gives the same plan."""
    planned = tuple(_planned(claim) for claim in claims)
    by_place = {claim.place: claim for claim in claims}
    entries = [entry for one in planned for entry in _claim_entry(head, one, by_place[one.place])]
    provider = tuple(_provider_line(one) for one in head.provider)
    entries += [_provider_entry(head, number, line) for number, line in enumerate(provider, 1) if line.amount]
    cash = Money.total([line.amount for entry in entries for line in entry.lines if line.account == PAYER_CASH])
    difference = head.amount - cash if head.released else Money.zero()
    if difference:
        entries.append(_difference_entry(head, difference))
    return PostingPlan(
        head.remittance,
        head.amount,
        planned,
        provider,
        difference,
        tuple(entries),
        tuple(_checks(head, planned, entries)),
    )


def apply_entry(head: PlanHead, claim: PlanClaim) -> tuple[PlannedClaim, Entry | None]:
    """What happens when a claim whose money waits as unapplied is found: its entry takes the money from there."""
    split = split_claim(claim.detail, denied=_refused(claim), cash=UNAPPLIED)
    planned = PlannedClaim(
        claim.place, claim.claim_id, claim.detail.status, claim.detail.is_reversal, claim.detail.charged, split
    )
    entry = _entry(head, EntryKind.APPLIED, f"{source_of(head.remittance, claim.place)}/applied", split.lines, claim)
    return planned, entry if split.lines else None


def source_of(remittance: str, place: int) -> str:
    """The source key of one claim of a remittance, in the ledger and on the claim."""
    return f"remit/{remittance}/{place}"


def _refused(claim: PlanClaim) -> bool:
    """Whether the decision, or the one it takes back, was a denial of the whole claim."""
    return DENIED in (claim.detail.status, claim.earlier_status if claim.detail.is_reversal else "")


def _planned(claim: PlanClaim) -> PlannedClaim:
    detail = claim.detail
    split = split_claim(detail, denied=_refused(claim))
    if claim.claim_id is None:
        split = _unapplied(split)
    return PlannedClaim(claim.place, claim.claim_id, detail.status, detail.is_reversal, detail.charged, split)


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


def _claim_entry(head: PlanHead, planned: PlannedClaim, claim: PlanClaim) -> Iterator[Entry]:
    if not planned.split.lines:
        return
    kind = EntryKind.REVERSAL if planned.reversal else EntryKind.REMITTANCE
    if planned.claim_id is None:
        kind = EntryKind.UNAPPLIED
    yield _entry(head, kind, source_of(head.remittance, planned.place), planned.split.lines, claim)


def _entry(head: PlanHead, kind: EntryKind, source: str, lines: tuple[PlannedLine, ...], claim: PlanClaim) -> Entry:
    return Entry(
        kind=kind,
        effective=head.paid_on,
        source_key=source,
        lines=tuple(Line(line.account, line.amount, line.code) for line in lines),
        claim_id=claim.claim_id,
        encounter_id=claim.encounter_id,
        patient_id=claim.patient_id,
        remittance_id=head.remittance,
        memo=f"CLP02={claim.detail.status}",
    )


def _provider_line(adjustment: ProviderAdjustment) -> PlannedLine:
    account = INTEREST if adjustment.reason == _INTEREST else provider_level(adjustment.reason)
    words = PROVIDER_ADJUSTMENTS.get(adjustment.reason, "Between payer and practice, outside any claim")
    return PlannedLine(account, adjustment.amount, f"PLB-{adjustment.reason}", words)


def _provider_entry(head: PlanHead, number: int, line: PlannedLine) -> Entry:
    return Entry(
        kind=EntryKind.PROVIDER_LEVEL,
        effective=head.paid_on,
        source_key=f"remit/{head.remittance}/plb/{number}",
        lines=(Line(line.account, line.amount, line.code), Line(PAYER_CASH, -line.amount, line.code)),
        remittance_id=head.remittance,
        memo=line.code,
    )


def _difference_entry(head: PlanHead, difference: Money) -> Entry:
    return Entry(
        kind=EntryKind.UNAPPLIED,
        effective=head.paid_on,
        source_key=f"remit/{head.remittance}/difference",
        lines=(Line(PAYER_CASH, difference), Line(UNAPPLIED, -difference)),
        remittance_id=head.remittance,
        memo="difference",
    )


def _checks(head: PlanHead, claims: Sequence[PlannedClaim], entries: Sequence[Entry]) -> Iterator[Check]:
    cash = Money.total([line.amount for entry in entries for line in entry.lines if line.account == PAYER_CASH])
    yield Check("cash", "The cash lines are the payment.", head.amount, cash)
    for entry in entries:
        total = Money.total([line.amount for line in entry.lines])
        yield Check(f"entry {entry.source_key}", "The entry's two sides are equal.", Money.zero(), total)
    for claim in claims:
        if claim.claim_id is None or head.released:
            continue
        split = claim.split
        explained = split.paid + split.adjusted + split.patient + split.denied
        yield Check(
            f"claim {claim.place}",
            "The charge is what was paid, given up, owed by the patient and left open.",
            claim.charged,
            explained,
        )
