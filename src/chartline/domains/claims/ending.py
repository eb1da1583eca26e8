"""The last words of our own side: cancel before sending, appeal a denial, close what is done."""

from __future__ import annotations

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.custody import in_file
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.ledger import balance, charge_change_entry, post
from chartline.domains.ledger.accounts import INSURANCE
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NOT_NOW = ErrorKind(
    "claims.not_in_this_state",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "This cannot be done with the claim as it stands now.",
    "Open the claim to see where it stands: only unsent or rejected claims are cancelled, only denials are appealed, "
    "and only claims that insurance owes nothing on are closed.",
    status=409,
)


def cancel(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Cancel a claim that no payer has, and take its charge back. Raises ``claims.not_in_this_state``."""
    changes = ClaimChanges.of(work, [claim], actor)
    present = changes.claim(claim)
    unsent = present.submission in (SubmissionAxis.NONE, SubmissionAxis.VALIDATED, SubmissionAxis.REJECTED)
    under_way = present.submission is SubmissionAxis.VALIDATED and in_file(work, present)
    over = present.work in (WorkAxis.CANCELLED, WorkAxis.CLOSED)
    if not unsent or under_way or over or present.adjudication is not AdjudicationAxis.NONE:
        raise NOT_NOW.error(claim=claim, word=present.word.value)
    changes.event(claim, EventKind.CANCELLED, WorkAxis.CANCELLED)
    changes.save()
    post(
        work,
        charge_change_entry(
            claim_id=claim,
            encounter_id=present.encounter_id,
            patient_id=present.patient_id,
            effective=present.service_date,
            difference=-present.total,
            cause="cancelled",
        ),
    )
    cancelled = [changes.claim(claim)]
    publish_claims(work, vault, records, cancelled)
    publish_money(work, records, cancelled)


def appeal(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Note that a denial was appealed. Raises ``claims.not_in_this_state``."""
    changes = ClaimChanges.of(work, [claim], actor)
    present = changes.claim(claim)
    if present.adjudication not in (AdjudicationAxis.DENIED, AdjudicationAxis.PARTIALLY_PAID):
        raise NOT_NOW.error(claim=claim, word=present.word.value)
    changes.event(claim, EventKind.APPEALED, AdjudicationAxis.APPEALED)
    changes.save()
    publish_claims(work, vault, records, [changes.claim(claim)])


def close(work: Work, vault: Vault, records: Records, claim: str, actor: str) -> None:
    """Close a claim on which insurance owes nothing any more. Raises ``claims.not_in_this_state``."""
    changes = ClaimChanges.of(work, [claim], actor)
    present = changes.claim(claim)
    open_here = bool(balance(work, INSURANCE, claim=claim))
    if open_here or present.work is not WorkAxis.READY or present.adjudication is AdjudicationAxis.NONE:
        raise NOT_NOW.error(claim=claim, word=present.word.value)
    changes.event(claim, EventKind.CLOSED, WorkAxis.CLOSED)
    changes.save()
    publish_claims(work, vault, records, [changes.claim(claim)])
