"""A frozen copy in the words of the dental claim (837D)."""

from __future__ import annotations

from decimal import Decimal

from chartline.domains.claims.copy import ClaimCopy, CopyLine, DentalFacts
from chartline.domains.claims.numbers import claim_reference
from chartline.domains.claims.wording import parts
from chartline.domains.claims.wording.parts import FileParties
from chartline.formats.x12.dental_claim import DentalClaim, DentalLine
from chartline.formats.x12.dental_claim.model import NO_DATES, DentalDates
from chartline.kernel.money import Money

_NOTHING = DentalFacts()


def dental_claim(copy: ClaimCopy, parties: FileParties) -> DentalClaim:
    """The claim as the 837D builder takes it; REF*D9 carries number and version."""
    facts = copy.dental or _NOTHING
    dated = copy.accident or facts.appliance_placed
    return DentalClaim(
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
        predetermination=facts.predetermination,
        referral=copy.referral,
        related_causes=copy.related_causes,
        accident_state=copy.accident_state,
        is_predetermination=facts.is_predetermination,
        delay_reason=copy.delay_reason,
        dates=DentalDates(accident=copy.accident, appliance_placed=facts.appliance_placed) if dated else NO_DATES,
        orthodontics=facts.orthodontics,
        tooth_statuses=facts.tooth_statuses,
        attachments=copy.attachments,
        patient_paid=Money(copy.patient_paid) if copy.patient_paid else None,
        notes=parts.notes(copy),
        referring=parts.helper(copy.referring),
        supervising=parts.helper(copy.supervising),
        facility=parts.facility(copy.facility),
        other_coverages=copy.others,
        diagnoses=copy.diagnoses[:4],
        lines=tuple(_line(copy, line, dated=not facts.is_predetermination) for line in copy.lines),
    )


def _line(copy: ClaimCopy, line: CopyLine, *, dated: bool) -> DentalLine:
    return DentalLine(
        code=line.procedure,
        charge=Money(line.amount),
        date=line.service_date if dated else None,
        modifiers=line.modifiers,
        teeth=line.teeth,
        areas=line.areas,
        units=Decimal(line.units),
        place_of_service=line.place_of_service if line.place_of_service != copy.place_of_service else "",
        prosthesis=line.prosthesis,
        # A dental claim has room for four diagnoses.
        pointers=tuple(pointer for pointer in line.pointers if pointer <= 4),
        control=line.control,
        description=line.description,
        rendering=parts.provider(line.rendering),
        adjudications=line.adjudications,
    )
