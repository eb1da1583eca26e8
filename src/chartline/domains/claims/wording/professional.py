"""A frozen copy in the words of the professional claim (837P)."""

from __future__ import annotations

from decimal import Decimal

from chartline.domains.claims.copy import ClaimCopy, CopyLine
from chartline.domains.claims.numbers import claim_reference
from chartline.domains.claims.wording import parts
from chartline.domains.claims.wording.parts import FileParties
from chartline.formats.x12.professional_claim import ProfessionalClaim, ServiceLine
from chartline.formats.x12.professional_claim.model import NO_DATES, ClaimDates
from chartline.kernel.money import Money


def professional_claim(copy: ClaimCopy, parties: FileParties) -> ProfessionalClaim:
    """The claim as the 837P builder takes it; REF*D9 carries number and version."""
    return ProfessionalClaim(
        submitter=parts.submitter(parties),
        receiver=parts.receiver(parties),
        billing=parts.billing_provider(copy),
        subscriber=parts.subscriber(copy),
        patient=parts.patient(copy),
        rendering=parts.rendering(copy),
        reference=copy.number,
        intermediary_reference=claim_reference(copy.number, copy.version),
        total=copy.total_money,
        place_of_service=copy.place_of_service,
        frequency=copy.frequency,
        payer_control_number=copy.payer_number,
        prior_authorization=copy.prior_authorization,
        referral=copy.referral,
        medical_record=copy.medical_record,
        delay_reason=copy.delay_reason,
        related_causes=copy.related_causes,
        accident_state=copy.accident_state,
        clia=copy.clia,
        dates=ClaimDates(onset=copy.onset, accident=copy.accident) if copy.onset or copy.accident else NO_DATES,
        patient_paid=Money(copy.patient_paid) if copy.patient_paid else None,
        attachments=copy.attachments,
        notes=parts.notes(copy),
        referring=parts.helper(copy.referring),
        supervising=parts.helper(copy.supervising),
        facility=parts.facility(copy.facility),
        other_coverages=copy.others,
        diagnoses=copy.diagnoses,
        lines=tuple(_line(copy, line) for line in copy.lines),
    )


def _line(copy: ClaimCopy, line: CopyLine) -> ServiceLine:
    return ServiceLine(
        code=line.procedure,
        modifiers=line.modifiers,
        charge=Money(line.amount),
        units=Decimal(line.units),
        unit=line.unit,
        pointers=line.pointers,
        date=line.service_date,
        through=line.through if line.through != line.service_date else None,
        control=line.control,
        description=line.description,
        place_of_service=line.place_of_service if line.place_of_service != copy.place_of_service else "",
        drug=line.drug,
        rendering=parts.provider(line.rendering),
        adjudications=line.adjudications,
    )
