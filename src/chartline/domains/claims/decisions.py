"""What a payer decided on claims, applied by the posting of a remittance.

Amounts are differences: a reversal carries negative ones, so that reversal and correction leave only the correction.
The same decision twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.practice.due import AT_ONCE, Due, owe
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
    work: Work,
    vault: Vault,
    records: Records,
    decisions: Sequence[Decision],
    actor: str = "payer",
    *,
    at_once: bool = True,
) -> int:
    """Apply decisions in their order, once their entries are in the ledger; returns how many were new.

    Not ``at_once``: they are a part of very many, and what they change is only noted as due to be published.
    """
    changes = ClaimChanges.of(work, sorted({decision.claim for decision in decisions}), actor)
    known = changes.known_sources([decision.source for decision in decisions])
    applied = 0
    for decision in decisions:
        if (decision.claim, decision.source) not in known:
            _apply(changes, decision)
            applied += 1
    if not at_once or len(changes.touched) > AT_ONCE:
        moved = changes.touched
        changes.save()
        owe(work, Due.CLAIM, moved)
        return applied
    changed = list(changes.changed.values())
    changes.save()
    publish_claims(work, vault, records, changed)
    publish_money(work, records, changed)
    return applied


def _apply(changes: ClaimChanges, decision: Decision) -> None:
    identity, row = decision.claim, changes.row(decision.claim)
    changes.change(
        identity,
        paid=row["paid"] + decision.paid.minor,
        patient_responsibility=row["patient_responsibility"] + decision.patient_responsibility.minor,
        adjusted=row["adjusted"] + decision.adjusted.minor,
        denied=row["denied"] + decision.denied.minor,
    )
    if decision.payer_number:
        changes.change(identity, payer_number=decision.payer_number[:60])
    if row["submission_axis"] == SubmissionAxis.SUBMITTED.value:
        # A payer that decides has received it, whatever reports are still on their way.
        changes.change(identity, submission_axis=SubmissionAxis.ACKNOWLEDGED.value)
    codes: dict[str, object] = {
        "remittance": decision.remittance,
        "paid": decision.paid.minor,
        "patient_responsibility": decision.patient_responsibility.minor,
        "adjusted": decision.adjusted.minor,
        "denied": decision.denied.minor,
        "reasons": list(decision.codes),
    }
    kind = EventKind.REVERSED if decision.reversal else EventKind.ADJUDICATED
    to = verdict(row, reversal=decision.reversal)
    changes.event(identity, kind, to, codes=codes, source=decision.source)
    if decision.reversal and row["frequency"] == "8" and row["work_axis"] != WorkAxis.CANCELLED.value:
        # The payer gives its payment back for a void: it has taken it in, whatever reports say.
        changes.event(identity, EventKind.VOIDED, WorkAxis.CANCELLED)


def verdict(row: Mapping[str, Any], *, reversal: bool) -> AdjudicationAxis:
    """Paid when nothing is refused; denied when nothing was granted; else partially paid. A reversal after which
    something stands (its correction came first) leaves what stands."""
    paid, patient = row["paid"], row["patient_responsibility"]
    adjusted, denied = row["adjusted"], row["denied"]
    if reversal and not (paid or patient or adjusted or denied):
        return AdjudicationAxis.REVERSED
    # A later payer leaves to its remittance what an earlier one accounts for; what it refused is all that is open.
    left = row["total"] - paid - adjusted - patient if row["payer_order"] == 1 else denied
    if left <= 0:
        return AdjudicationAxis.PAID
    return AdjudicationAxis.PARTIALLY_PAID if paid or patient else AdjudicationAxis.DENIED
