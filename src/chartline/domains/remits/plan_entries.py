"""What a plan is made of, and the ledger entries it makes. Pure; source keys say what each entry is the only one of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chartline.domains.ledger import Entry, EntryKind, Line, provider_level
from chartline.domains.ledger.accounts import CAPITATION, INTEREST, PAYER_CASH, UNAPPLIED
from chartline.domains.remits.splitting import PlannedLine, Split
from chartline.formats.x12.codes import PROVIDER_ADJUSTMENTS
from chartline.formats.x12.remittance import ProviderAdjustment, RemittanceClaim
from chartline.kernel.money import Money

_OWN_ACCOUNTS = {"L6": INTEREST, "CR": INTEREST, "CT": CAPITATION}
"""Reasons that are earnings; everything else is between payer and practice until it is settled."""
_CARRIED = "FB"
_ON, _HERE = "Balance carried on to a later remittance", "Balance carried here from an earlier remittance"


@dataclass(frozen=True, slots=True, repr=False)
class PlanClaim:
    """One claim of the remittance with what we know of it; without ``claim_id`` it is unmatched.

    ``earlier_status`` is CLP02 of the decision that a reversal takes back, where we posted one. ``owed`` is what
    insurance and the patient owe on the claim before, given only for decisions of a later payer.
    """

    place: int
    detail: RemittanceClaim
    claim_id: str | None = None
    encounter_id: str | None = None
    patient_id: str | None = None
    earlier_status: str = ""
    owed: tuple[Money, Money] | None = None


@dataclass(frozen=True, slots=True)
class PlanHead:
    """The payment itself. ``amount`` is negative when money goes to the payer; ``generation`` counts postings."""

    remittance: str
    amount: Money
    paid_on: date
    provider: tuple[ProviderAdjustment, ...] = ()
    released: bool = False
    generation: int = 1


@dataclass(frozen=True, slots=True)
class PlannedClaim:
    """What happens to one claim: lines that move, amounts that stay open, and the split they add up to."""

    place: int
    claim_id: str | None
    status: str
    reversal: bool
    charged: Money
    split: Split
    decides: bool = True
    """False for a claim that was only passed on, and for an estimate."""


def source_of(remittance: str, place: int | str, generation: int = 1) -> str:
    """The source key of one claim of a remittance, or of another part of it, in the ledger and on the claim."""
    again = f"/g{generation}" if generation > 1 else ""
    return f"remit/{remittance}/{place}{again}"


def claim_entry(head: PlanHead, planned: PlannedClaim, claim: PlanClaim) -> Entry | None:
    """The entry of one claim; None when nothing moves."""
    if not planned.split.lines:
        return None
    kind = EntryKind.REVERSAL if planned.reversal else EntryKind.REMITTANCE
    if planned.claim_id is None:
        kind = EntryKind.UNAPPLIED
    return _entry(head, kind, source_of(head.remittance, planned.place, head.generation), planned, claim)


def applied_entry(head: PlanHead, planned: PlannedClaim, claim: PlanClaim, moves: int) -> Entry | None:
    """The entry that takes unapplied money to its claim; ``moves`` counts what people moved of it before."""
    if not planned.split.lines:
        return None
    return _entry(head, EntryKind.APPLIED, applied_source(head, planned.place, moves), planned, claim)


def applied_source(head: PlanHead, place: int, moves: int) -> str:
    """The source key of money that was moved by a person."""
    again = f"/{moves}" if moves else ""
    return f"{source_of(head.remittance, place, head.generation)}/applied{again}"


def _entry(head: PlanHead, kind: EntryKind, source: str, planned: PlannedClaim, claim: PlanClaim) -> Entry:
    return Entry(
        kind=kind,
        effective=head.paid_on,
        source_key=source,
        lines=tuple(Line(line.account, line.amount, line.code) for line in planned.split.lines),
        claim_id=claim.claim_id,
        encounter_id=claim.encounter_id,
        patient_id=claim.patient_id,
        remittance_id=head.remittance,
        memo=f"CLP02={claim.detail.status}",
    )


def provider_line(adjustment: ProviderAdjustment) -> PlannedLine:
    """Money outside any claim in words, and its account."""
    reason = adjustment.reason
    account = _OWN_ACCOUNTS.get(reason) or provider_level(reason)
    words = PROVIDER_ADJUSTMENTS.get(reason, "Between payer and practice, outside any claim")
    if reason == _CARRIED:
        words = _ON if adjustment.amount < Money.zero() else _HERE
    return PlannedLine(account, adjustment.amount, f"PLB-{reason}", words)


def provider_entry(head: PlanHead, number: int, line: PlannedLine) -> Entry:
    """The entry of money outside any claim."""
    return Entry(
        kind=EntryKind.PROVIDER_LEVEL,
        effective=head.paid_on,
        source_key=source_of(head.remittance, f"plb/{number}", head.generation),
        lines=(Line(line.account, line.amount, line.code), Line(PAYER_CASH, -line.amount, line.code)),
        remittance_id=head.remittance,
        memo=line.code,
    )


def difference_entry(head: PlanHead, difference: Money) -> Entry:
    """The entry of what a released remittance does not explain."""
    return Entry(
        kind=EntryKind.UNAPPLIED,
        effective=head.paid_on,
        source_key=source_of(head.remittance, "difference", head.generation),
        lines=(Line(PAYER_CASH, difference), Line(UNAPPLIED, -difference)),
        remittance_id=head.remittance,
        memo="difference",
    )
