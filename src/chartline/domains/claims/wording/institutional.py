"""A frozen copy in the words of the institutional claim (837I, the UB-04 on the wire)."""

from __future__ import annotations

from decimal import Decimal

from chartline.domains.claims.copy import ClaimCopy, CopyLine, InstitutionalFacts
from chartline.domains.claims.numbers import claim_reference
from chartline.domains.claims.wording import parts
from chartline.domains.claims.wording.parts import FileParties
from chartline.formats.x12.claim_parts.parties import Provider
from chartline.formats.x12.institutional_claim import Diagnosis, InstitutionalClaim, RevenueLine
from chartline.kernel.money import Money

OUTPATIENT_CLINIC = "83"
"""The bill type where nothing is said: an ambulatory centre's special facility."""
HOME = "01"
"""Discharged to home: the patient's status where nothing is said."""


def institutional_claim(copy: ClaimCopy, parties: FileParties) -> InstitutionalClaim:
    """The claim as the 837I builder takes it; REF*D9 carries number and version."""
    facts = copy.institutional or _outpatient(copy)
    diagnoses = [
        Diagnosis(code, facts.present_on_admission[place] if place < len(facts.present_on_admission) else "")
        for place, code in enumerate(copy.diagnoses)
    ]
    return InstitutionalClaim(
        submitter=parts.submitter(parties),
        receiver=parts.receiver(parties),
        billing=parts.billing_provider(copy),
        subscriber=parts.subscriber(copy),
        patient=parts.patient(copy),
        reference=copy.number,
        intermediary_reference=claim_reference(copy.number, copy.version),
        total=copy.total_money,
        facility_code=facts.facility_code,
        statement_from=facts.statement_from,
        statement_through=facts.statement_through,
        patient_status=facts.patient_status,
        principal=diagnoses[0] if diagnoses else Diagnosis(""),
        diagnoses=tuple(diagnoses[1:]),
        admitting=facts.admitting_diagnosis,
        reasons_for_visit=parts.plain_codes(facts.reasons_for_visit),
        external_causes=tuple(Diagnosis(code) for code in facts.external_causes),
        drg=facts.drg,
        principal_procedure=next(iter(facts.procedures), None),
        procedures=facts.procedures[1:],
        occurrences=facts.occurrences,
        occurrence_spans=facts.occurrence_spans,
        values=facts.values,
        condition_codes=parts.plain_codes(facts.condition_codes),
        admission=facts.admission,
        admission_time=facts.admission_time,
        admission_type=facts.admission_type,
        admission_source=facts.admission_source,
        discharge_time=facts.discharge_time,
        frequency=copy.frequency,
        payer_control_number=copy.payer_number,
        prior_authorization=copy.prior_authorization,
        referral=copy.referral,
        medical_record=copy.medical_record,
        delay_reason=copy.delay_reason,
        accident_state=copy.accident_state,
        attachments=copy.attachments,
        notes=parts.notes(copy),
        attending=parts.provider(facts.attending) or parts.provider(copy.rendering),
        operating=parts.helper(facts.operating),
        rendering=_rendering(copy, facts),
        referring=parts.helper(copy.referring),
        facility=parts.facility(copy.facility),
        other_coverages=copy.others,
        lines=tuple(_line(line) for line in copy.lines),
    )


def _outpatient(copy: ClaimCopy) -> InstitutionalFacts:
    """What is plain from the days alone, where the claim says nothing; the rules ask for the rest."""
    return InstitutionalFacts(
        facility_code=OUTPATIENT_CLINIC,
        statement_from=copy.service_date,
        statement_through=copy.through,
        patient_status=HOME,
    )


def _rendering(copy: ClaimCopy, facts: InstitutionalFacts) -> Provider | None:
    """Who gave the care, where that is not who answers for it."""
    same = facts.attending is None or copy.rendering is None or facts.attending.npi == copy.rendering.npi
    return None if same else parts.helper(copy.rendering)


def _line(line: CopyLine) -> RevenueLine:
    return RevenueLine(
        revenue_code=line.revenue_code,
        charge=Money(line.amount),
        units=Decimal(line.units),
        unit="UN" if line.unit == "MJ" else line.unit,
        code=line.procedure,
        modifiers=line.modifiers,
        date=line.service_date,
        through=line.through if line.through != line.service_date else None,
        control=line.control,
        not_covered=Money(line.not_covered) if line.not_covered else None,
        description=line.description,
        drug=line.drug,
        adjudications=line.adjudications,
    )
