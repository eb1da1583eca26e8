"""The last words of our own side: cancel before sending, appeal a denial, close what is done; and take each back."""

from __future__ import annotations

from enum import StrEnum

from chartline.domains.claims.acts import NOT_NOW, Act
from chartline.domains.claims.axes import AdjudicationAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.passing_on import move_on, take_back
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.queries import read_claim
from chartline.domains.claims.standing import held_for
from chartline.domains.claims.tables import claim_event_table
from chartline.domains.claims.versions import post_charge
from chartline.domains.coverage.authorizations import give_back
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

__all__ = ["NOT_NOW", "ClosedReason", "appeal", "cancel", "close", "reopen", "undo_appeal"]


class ClosedReason(StrEnum):
    """Why a claim was closed."""

    PAID = "paid"
    WRITTEN_OFF = "written_off"
    BILLED_TO_PATIENT = "billed_to_patient"
    BILLED_TO_NEXT_PAYER = "billed_to_next_payer"
    DUPLICATE = "duplicate"
    NOT_WORTH_APPEALING = "not_worth_appealing"
    OTHER = "other"


def cancel(work: Work, vault: Vault, records: Records, claim: str, actor: str, reason: str = "") -> None:
    """Cancel a claim that no payer has, and take its charge back; what was moved to it from the claim before goes back
    to where it stood. Raises ``claims.not_in_this_state``."""
    changes = held_for(work, claim, actor, Act.CANCEL)
    present = changes.claim(claim)
    codes: dict[str, object] = {"reason": reason[:40]} if reason else {}
    changes.change(claim, hold_reason="")
    changes.event(claim, EventKind.CANCELLED, WorkAxis.CANCELLED, codes=codes)
    changes.save()
    give_back(work, claim)
    # A claim that was reopened can be cancelled again: each time is a cause of its own.
    post_charge(work, present, -present.total, f"cancelled-{present.events}")
    if present.payer_order > 1:
        take_back(work, present, f"cancelled-{present.events}", actor)
    _publish(work, vault, records, changes, claim, money=True)


def appeal(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Note that a denial was appealed. Raises ``claims.not_in_this_state``."""
    changes = held_for(work, claim, actor, Act.APPEAL)
    changes.event(claim, EventKind.APPEALED, AdjudicationAxis.APPEALED)
    changes.save()
    _publish(work, vault, records, changes, claim)


def undo_appeal(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Take an appeal back: the decision stands as it was. Raises ``claims.not_in_this_state``."""
    changes = held_for(work, claim, actor, Act.UNDO_APPEAL)
    before = AdjudicationAxis(_before(work, claim, EventKind.APPEALED) or AdjudicationAxis.DENIED)
    changes.event(claim, EventKind.APPEAL_UNDONE, before)
    changes.save()
    _publish(work, vault, records, changes, claim)


def close(
    work: Work,
    vault: Vault,
    records: Records,
    claim: str,
    actor: str,
    reason: ClosedReason = ClosedReason.PAID,
) -> None:
    """Close a claim on which insurance owes nothing any more. Raises ``claims.not_in_this_state``."""
    changes = held_for(work, claim, actor, Act.CLOSE)
    changes.change(claim, closed_reason=reason.value)
    changes.event(claim, EventKind.CLOSED, WorkAxis.CLOSED, codes={"reason": reason.value})
    changes.save()
    _publish(work, vault, records, changes, claim)


def reopen(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Open a closed claim again, or a cancelled one as a draft, whose charge stands again.

    Raises ``claims.not_in_this_state``.
    """
    changes = held_for(work, claim, actor, Act.REOPEN)
    present = changes.claim(claim)
    cancelled = present.work is WorkAxis.CANCELLED
    changes.change(claim, closed_reason="")
    if cancelled:
        changes.change(claim, submission_axis="none")
    changes.event(claim, EventKind.REOPENED, WorkAxis.DRAFT if cancelled else WorkAxis.READY)
    changes.save()
    if cancelled:
        post_charge(work, present, present.total, f"reopened-{present.events}")
        if present.primary_claim_id is not None:
            earlier = read_claim(work, present.primary_claim_id)
            move_on(work, present, earlier, f"reopened-{present.events}/{claim}", actor)
    _publish(work, vault, records, changes, claim, money=cancelled)


def _before(work: Work, claim: str, kind: EventKind) -> str:
    """What an axis said before the last event of a kind."""
    columns = claim_event_table.c
    query = work.select(claim_event_table, columns.before).where(columns.claim_id == claim, columns.kind == kind.value)
    return str(work.scalar(query.order_by(columns.seq.desc()).limit(1)) or "")


def _publish(
    work: Work, vault: Vault, records: Records, changes: ClaimChanges, claim: str, *, money: bool = False
) -> None:
    done = [changes.claim(claim)]
    publish_claims(work, vault, records, done)
    if money:
        publish_money(work, records, done)
