"""Correcting a claim: a new version with a new frozen copy; the old one stays as it was sent.

Refuses to change what is under way: a version that was sent and has no answer yet. A claim the payer has taken in
becomes a replacement (frequency 7) that names the payer's number; one that was rejected before is sent as an original.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import msgspec

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact
from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.claim import Claim
from chartline.domains.claims.copy import (
    BillingIdentity,
    ClaimCopy,
    RenderingIdentity,
    keep_copy,
    open_copies,
)
from chartline.domains.claims.custody import IN_FLIGHT, in_file
from chartline.domains.claims.drafting import write_lines
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.source import copy_coverage, copy_lines, copy_person
from chartline.domains.ledger import charge_change_entry, post
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked, Purpose, Sealed
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NOTHING_TO_CORRECT = ErrorKind(
    "claims.nothing_changed",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The correction changes nothing on the claim.",
    "Say what is to be different.",
    status=422,
)


@dataclass(frozen=True, slots=True, repr=False)
class Correction(Masked):
    """What is to be different; None leaves a part as it is."""

    member_id: Sealed[str] | None = None
    patient: PersonFact | None = None
    coverage: CoverageFact | None = None
    subscriber: PersonFact | None = None
    charges: tuple[ChargeFact, ...] | None = None
    place_of_service: str | None = None
    billing: BillingIdentity | None = None
    rendering: RenderingIdentity | None = None
    prior_authorization: str | None = None


def correct(work: Work, vault: Vault, records: Records, claim: str, changes: Correction, actor: str) -> int:
    """Begin a new version with the correction; returns its number. The event names the fields that changed, never
    their values; a changed total goes to the ledger. The new version must be validated again.

    Raises ``claims.not_found``, ``claims.in_flight``, ``claims.nothing_changed``.
    """
    held = ClaimChanges.of(work, [claim], actor)
    present = held.claim(claim)
    over = present.submission is SubmissionAxis.SUBMITTED or present.work in (WorkAxis.CLOSED, WorkAxis.CANCELLED)
    if over or (present.submission is SubmissionAxis.VALIDATED and in_file(work, present)):
        raise IN_FLIGHT.error(claim=claim)
    old = open_copies(work, vault, [claim])[claim]
    new = _corrected(old, changes)
    if new == old:
        raise NOTHING_TO_CORRECT.error(claim=claim)
    taken_in = present.submission is SubmissionAxis.ACKNOWLEDGED or present.adjudication is not AdjudicationAxis.NONE
    new = msgspec.structs.replace(
        new,
        version=present.version + 1,
        frequency="7" if taken_in else "1",
        payer_number=present.payer_number if taken_in else "",
    )
    keep_copy(work, vault, claim, new)
    write_lines(work, claim, new)
    held.change(
        claim,
        version=new.version,
        frequency=new.frequency,
        total=new.total,
        payer_id=new.coverage.payer_id,
        payer_name=new.coverage.payer_name,
        vendor_claim_id="",
        submission_axis=SubmissionAxis.NONE.value,
        adjudication_axis=AdjudicationAxis.NONE.value,
    )
    names: list[str] = [one.name for one in fields(changes) if getattr(changes, one.name) is not None]
    codes: dict[str, object] = {"version": new.version, "fields": names}
    held.event(claim, EventKind.CORRECTED, WorkAxis.DRAFT, codes=codes)
    held.save()
    _post_difference(work, present, new)
    corrected = [held.claim(claim)]
    publish_claims(work, vault, records, corrected, {claim: new})
    publish_money(work, records, corrected)
    return new.version


def _corrected(old: ClaimCopy, changes: Correction) -> ClaimCopy:
    new = old
    if changes.patient is not None:
        new = msgspec.structs.replace(new, patient=copy_person(changes.patient))
    if changes.subscriber is not None:
        new = msgspec.structs.replace(new, subscriber=copy_person(changes.subscriber))
    if changes.coverage is not None:
        new = msgspec.structs.replace(new, coverage=copy_coverage(changes.coverage, old.coverage.filing))
    if changes.member_id is not None:
        member = changes.member_id.reveal(Purpose.STORE).strip()
        new = msgspec.structs.replace(new, coverage=msgspec.structs.replace(new.coverage, member_id=member))
    if changes.charges is not None:
        diagnoses, lines = copy_lines(changes.charges, old.number, old.service_date)
        total = sum(line.amount for line in lines)
        new = msgspec.structs.replace(new, diagnoses=diagnoses, lines=lines, total=total)
    for name in ("place_of_service", "billing", "rendering", "prior_authorization"):
        value = getattr(changes, name)
        if value is not None:
            new = msgspec.structs.replace(new, **{name: value})
    return new


def _post_difference(work: Work, present: Claim, new: ClaimCopy) -> None:
    difference = Money(new.total) - present.total
    if difference:
        post(
            work,
            charge_change_entry(
                claim_id=present.id,
                encounter_id=present.encounter_id,
                patient_id=present.patient_id,
                effective=new.service_date,
                difference=difference,
                cause=f"v{new.version}",
            ),
        )
