"""What a payer decided on claims, applied by the posting of a remittance.

Amounts are differences: a reversal carries negative ones, so that reversal and correction leave only the correction.
The same decision twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault


@dataclass(frozen=True, slots=True)
class Decision:
    """One claim of one remittance. ``source`` names it once; ``denied`` is what the payer refuses and nobody gave up;
    ``codes`` are adjustment reasons such as ``CO-45``."""

    claim: str
    source: str
    paid: Money
    patient_responsibility: Money
    adjusted: Money
    denied: Money
    payer_number: str = ""
    reversal: bool = False
    codes: tuple[str, ...] = ()
    remittance: str = ""


def apply_decisions(
    work: Work, vault: Vault, records: Records, decisions: Sequence[Decision], actor: str = "payer"
) -> int:
    """Apply decisions in their order, once their entries are in the ledger; returns how many were new."""
    changes = ClaimChanges.of(work, sorted({decision.claim for decision in decisions}), actor)
    known = changes.known_sources([decision.source for decision in decisions])
    applied = 0
    for decision in decisions:
        if (decision.claim, decision.source) not in known:
            _apply(changes, decision)
            applied += 1
    moved = list(changes.changed.values())
    changes.save()
    publish_claims(work, vault, records, moved)
    publish_money(work, records, moved)
    return applied


def _apply(changes: ClaimChanges, decision: Decision) -> None:
    claim = changes.claim(decision.claim)
    changes.change(
        claim.id,
        paid=(claim.paid + decision.paid).minor,
        patient_responsibility=(claim.patient_responsibility + decision.patient_responsibility).minor,
        adjusted=(claim.adjusted + decision.adjusted).minor,
        denied=(claim.denied + decision.denied).minor,
    )
    if decision.payer_number:
        changes.change(claim.id, payer_number=decision.payer_number[:60])
    if claim.submission is SubmissionAxis.SUBMITTED:
        # A payer that decides has received it, whatever reports are still on their way.
        changes.change(claim.id, submission_axis=SubmissionAxis.ACKNOWLEDGED.value)
    codes: dict[str, object] = {
        "remittance": decision.remittance,
        "paid": decision.paid.minor,
        "patient_responsibility": decision.patient_responsibility.minor,
        "adjusted": decision.adjusted.minor,
        "denied": decision.denied.minor,
        "reasons": list(decision.codes),
    }
    kind = EventKind.REVERSED if decision.reversal else EventKind.ADJUDICATED
    to = _verdict(changes.claim(claim.id), reversal=decision.reversal)
    changes.event(claim.id, kind, to, codes=codes, source=decision.source)


def _verdict(claim: Claim, *, reversal: bool) -> AdjudicationAxis:
    """Paid when nothing is refused; denied when nothing was granted; else partially paid. A reversal after which
    something stands (its correction came first) leaves what stands."""
    if reversal and not (claim.paid or claim.patient_responsibility or claim.adjusted or claim.denied):
        return AdjudicationAxis.REVERSED
    if claim.open <= Money(0):
        return AdjudicationAxis.PAID
    granted = bool(claim.paid or claim.patient_responsibility)
    return AdjudicationAxis.PARTIALLY_PAID if granted else AdjudicationAxis.DENIED
