"""The claim for the next payer, carrying what the one before has decided.

Takes the claim as it was sent and the decision as the remittance tells it. Joins lines by their control number (REF*6R)
alone: a payer may reorder, split or bundle lines, so nothing is guessed. Refuses a reversal, and lines that cannot be
joined.
"""

from __future__ import annotations

from datetime import date

import msgspec

from chartline.formats.x12.claim_parts.coverage import LineAdjudication, OtherCoverage
from chartline.formats.x12.claim_parts.parties import Patient, Subscriber
from chartline.formats.x12.claim_parts.refusals import CONTRADICTION
from chartline.formats.x12.professional_claim.line import ServiceLine
from chartline.formats.x12.professional_claim.model import ProfessionalClaim
from chartline.formats.x12.remittance.model import RemittanceClaim, RemittanceLine


def next_payer_claim(
    claim: ProfessionalClaim,
    decided: RemittanceClaim,
    paid_on: date,
    subscriber: Subscriber,
    patient: Patient | None = None,
) -> ProfessionalClaim:
    """The same services for ``subscriber``'s payer, with ``decided`` as the earlier payer's decision of ``paid_on``.

    ``subscriber`` is the insured person at the next payer (``order`` ``S`` or ``T``); ``patient`` is given when that is
    somebody else. Numbers of the earlier payer (its claim number, its authorization) go with its decision. Raises
    ``x12.contradiction`` for a reversal and for lines without a common control number.
    """
    if decided.is_reversal:
        raise CONTRADICTION.error(field="decided.status", claim=claim.reference)
    lines = _lines(claim, decided, paid_on)
    earlier = _coverage(claim, decided, None if decided.lines else paid_on)
    others = tuple(one for one in claim.other_coverages if one.payer_id != subscriber.payer_id)
    return msgspec.structs.replace(
        claim,
        subscriber=subscriber,
        patient=patient,
        lines=lines,
        other_coverages=(*others, earlier),
        frequency="1",
        payer_control_number="",
        prior_authorization="",
        referral="",
    )


def _coverage(claim: ProfessionalClaim, decided: RemittanceClaim, paid_on: date | None) -> OtherCoverage:
    insured, patient = claim.subscriber, claim.patient
    return OtherCoverage(
        order=insured.order,
        relationship=patient.relationship if patient else "18",
        group=insured.group,
        group_name=insured.group_name,
        insurance_type=insured.insurance_type,
        filing=insured.filing,
        adjustments=decided.adjustments,
        paid=decided.paid,
        remaining=decided.patient_responsibility,
        benefits_assigned=claim.benefits_assigned,
        signature_source=claim.signature_source,
        release=claim.release,
        remarks=decided.remarks,
        outpatient=decided.outpatient,
        inpatient=decided.inpatient,
        name=insured.name,
        is_organisation=insured.is_organisation,
        member_id=insured.member_id,
        member_id_kind=insured.member_id_kind,
        payer_name=insured.payer_name,
        payer_id=insured.payer_id,
        payer_id_kind=insured.payer_id_kind,
        paid_on=paid_on,
        payer_control_number=decided.payer_control_number,
        prior_authorization=claim.prior_authorization,
        referral=claim.referral,
    )


def _lines(claim: ProfessionalClaim, decided: RemittanceClaim, paid_on: date) -> tuple[ServiceLine, ...]:
    found: dict[str, list[RemittanceLine]] = {}
    for line in decided.lines:
        found.setdefault(line.control, []).append(line)
    ours = [line.control for line in claim.lines]
    if any(ours.count(control) != 1 or not control for control in found):
        raise CONTRADICTION.error(field="lines.control", claim=claim.reference)
    return tuple(
        msgspec.structs.replace(
            line,
            adjudications=(
                *line.adjudications,
                *(_line(one, claim.subscriber.payer_id, paid_on) for one in found.get(line.control, ())),
            ),
        )
        for line in claim.lines
    )


def _line(decided: RemittanceLine, payer_id: str, paid_on: date) -> LineAdjudication:
    return LineAdjudication(
        payer_id=payer_id,
        paid=decided.paid,
        qualifier=decided.qualifier,
        code=decided.code,
        modifiers=decided.modifiers,
        revenue_code=decided.revenue_code,
        units=decided.units,
        adjustments=decided.adjustments,
        paid_on=paid_on,
    )
