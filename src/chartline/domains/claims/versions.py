"""A new version of a claim: a new frozen copy beside the old one, which stays as it was sent.

A claim that the payer has becomes a replacement (frequency 7) or a void (8) that names the payer's number; one that was
never taken in is sent as an original (1). A changed total goes to the ledger, by its difference.
"""

from __future__ import annotations

import msgspec

from chartline.domains.claims.acts import with_payer
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import ClaimCopy, keep_copies
from chartline.domains.claims.drafting import facts_of
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.lines import replace_lines
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.coverage.authorizations import give_back
from chartline.domains.ledger import charge_change_entry, post
from chartline.kernel.money import Money
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

VOID = "8"
"""The frequency of a version that asks the payer to void the claim."""


def begin_version(
    work: Work,
    vault: Vault,
    records: Records,
    held: ClaimChanges,
    claim: str,
    copy: ClaimCopy,
    kind: EventKind,
    *,
    void: bool = False,
    codes: dict[str, object] | None = None,
    sealed: bytes | None = None,
) -> ClaimCopy:
    """Make ``copy`` the claim's next version, a draft that must be validated; a void is ready at once, because nothing
    in it is new.

    Saves and publishes. Returns the copy with its number, frequency and the payer's number.
    """
    present = held.claim(claim)
    known = with_payer(present)
    new = msgspec.structs.replace(
        copy,
        version=present.version + 1,
        frequency=VOID if void else "7" if known else "1",
        payer_number=present.payer_number if known else "",
    )
    keep_copies(work, vault, {claim: new})
    # A version uses the units of an authorization from its own validation on; a void uses none.
    give_back(work, claim)
    replace_lines(work, claim, new)
    held.change(
        claim,
        **facts_of(new),
        vendor_claim_id="",
        submission_axis=(SubmissionAxis.VALIDATED if void else SubmissionAxis.NONE).value,
        adjudication_axis=AdjudicationAxis.NONE.value,
    )
    to = WorkAxis.READY if void else WorkAxis.HELD if present.hold_reason else WorkAxis.DRAFT
    held.event(claim, kind, to, codes={"version": new.version, **(codes or {})}, sealed=sealed)
    held.save()
    # A void took the charge back, whatever became of it at the payer.
    before = Money(0) if present.frequency == VOID else present.total
    post_charge(work, present, (Money(0) if void else Money(new.total)) - before, f"v{new.version}", new)
    begun = [held.claim(claim)]
    publish_claims(work, vault, records, begun, {claim: new})
    publish_money(work, records, begun)
    return new


def post_charge(work: Work, claim: Claim, difference: Money, cause: str, copy: ClaimCopy | None = None) -> None:
    """Let the ledger know that a claim's charge changed. A claim to a later payer has no charge of its own: what it
    asks for was moved to it from the claim before."""
    if difference and claim.payer_order == 1:
        post(
            work,
            charge_change_entry(
                claim_id=claim.id,
                encounter_id=claim.encounter_id,
                patient_id=claim.patient_id,
                effective=copy.service_date if copy else claim.service_date,
                difference=difference,
                cause=cause,
            ),
        )
