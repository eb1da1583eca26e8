"""A finished visit becomes a claim: its number, its frozen copy, its lines, and the charge in the ledger.

One original claim for an encounter, held by a unique key: drafting again answers with the claim that is there. Nobody
else posts the charge of a visit that is billed by claim.
"""

from __future__ import annotations

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, WorkAxis
from chartline.domains.claims.changes import ClaimChanges
from chartline.domains.claims.copy import ClaimCopy, keep_copy
from chartline.domains.claims.events import EventKind
from chartline.domains.claims.numbers import next_claim_number
from chartline.domains.claims.publish import publish_claims
from chartline.domains.claims.publish_money import publish_money
from chartline.domains.claims.source import DraftSource, copy_of
from chartline.domains.claims.tables import claim_line_table, claim_table
from chartline.domains.ledger import charge_entry, post
from chartline.kernel.errors import Again, Blame, ErrorKind
from chartline.kernel.ids import new_id
from chartline.platform.database import Work
from chartline.platform.records import Records
from chartline.platform.vault import Vault

NO_CHARGES = ErrorKind(
    "claims.no_charges",
    Blame.PRACTICE,
    Again.AFTER_FIX,
    "The visit has no charges, so there is nothing to claim.",
    "Capture the charges of the visit first.",
    status=422,
)


def draft(work: Work, vault: Vault, records: Records, source: DraftSource, actor: str = "chartline") -> str:
    """The id of the claim of this encounter, drafted now or before.

    Posts the charge to the ledger and publishes the FHIR Claim. Raises ``claims.no_charges``.
    """
    known = _of_encounter(work, source.encounter_id)
    if known is not None:
        return known
    if not source.charges:
        raise NO_CHARGES.error(encounter=source.encounter_id)
    identity, number = new_id(), next_claim_number(work)
    copy = copy_of(source, number)
    inserted = work.insert_new(
        claim_table,
        id=identity,
        number=number,
        encounter_id=source.encounter_id,
        patient_id=source.patient_id,
        coverage_id=source.coverage_id,
        payer_id=copy.coverage.payer_id,
        payer_name=copy.coverage.payer_name,
        service_date=copy.service_date,
        total=copy.total,
        version=1,
        frequency=copy.frequency,
        payer_number="",
        vendor_claim_id="",
        work_axis=WorkAxis.DRAFT.value,
        submission_axis=SubmissionAxis.NONE.value,
        adjudication_axis=AdjudicationAxis.NONE.value,
        paid=0,
        patient_responsibility=0,
        adjusted=0,
        denied=0,
        events=0,
        submitted=None,
        created=work.now,
        updated=work.now,
    )
    if not inserted:  # another transaction drafted it just now
        return str(_of_encounter(work, source.encounter_id))
    keep_copy(work, vault, identity, copy)
    write_lines(work, identity, copy)
    post(
        work,
        charge_entry(
            encounter_id=source.encounter_id,
            patient_id=source.patient_id,
            service_date=copy.service_date,
            amount=copy.total_money,
            claim_id=identity,
        ),
    )
    changes = ClaimChanges.of(work, [identity], actor)
    changes.event(identity, EventKind.DRAFTED, codes={"lines": len(copy.lines)})
    changes.save()
    drafted = [changes.claim(identity)]
    publish_claims(work, vault, records, drafted, {identity: copy})
    publish_money(work, records, drafted)
    return identity


def write_lines(work: Work, claim: str, copy: ClaimCopy) -> None:
    """Put the copy's lines in place of the claim's present ones."""
    work.execute(work.delete(claim_line_table).where(claim_line_table.c.claim_id == claim))
    work.insert_many(
        claim_line_table,
        [
            {
                "claim_id": claim,
                "line": place,
                "control": line.control,
                "procedure": line.procedure[:10],
                "modifiers": " ".join(line.modifiers)[:20],
                "units": line.units,
                "amount": line.amount,
                "pointers": " ".join(str(pointer) for pointer in line.pointers)[:40],
                "service_date": line.service_date,
            }
            for place, line in enumerate(copy.lines, 1)
        ],
    )


def _of_encounter(work: Work, encounter: str) -> str | None:
    columns = claim_table.c
    return work.scalar(work.select(claim_table, columns.id).where(columns.encounter_id == encounter))
