"""What a professional claim says, free of segments.

Values are as they travel: codes without dots, ids as text, money in US dollars. Every class is masked, because all of
it identifies a patient or a practice.
"""

from __future__ import annotations

from datetime import date

from chartline.formats.x12.claim_parts.coverage import OtherCoverage
from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.claim_parts.values import (
    AmbulanceTrip,
    Attachment,
    ConditionIndicator,
    Contract,
    Note,
    QualifiedDate,
    Reference,
    Repricing,
    SpinalManipulation,
)
from chartline.formats.x12.professional_claim.line import ServiceLine
from chartline.formats.x12.record import Address, Record
from chartline.kernel.money import Money

GUIDE = "005010X222A1"

RenderingProvider = Provider
"""A provider in the role of the one who gave the care."""


class ClaimDates(Record, frozen=True, kw_only=True, gc=False):
    """What happened when (DTP of loop 2300)."""

    onset: date | None = None
    initial_treatment: date | None = None
    last_seen: date | None = None
    acute_manifestation: date | None = None
    accident: date | None = None
    last_menstrual_period: date | None = None
    last_xray: date | None = None
    prescription: date | None = None
    """DTP*471, of glasses or hearing devices."""
    disability_from: date | None = None
    disability_through: date | None = None
    last_worked: date | None = None
    return_to_work: date | None = None
    admission: date | None = None
    discharge: date | None = None
    care_assumed: date | None = None
    care_relinquished: date | None = None
    first_contact: date | None = None
    """DTP*444, of a property and casualty claim."""
    repricer_received: date | None = None
    other: tuple[QualifiedDate, ...] = ()


NO_DATES = ClaimDates()


class ProfessionalClaim(Record, frozen=True, gc=False):
    """One claim with everybody in it.

    ``reference`` is CLM01 (at most 20 characters: payers need not return more); ``intermediary_reference`` is REF*D9,
    the number a clearinghouse returns; ``frequency`` is 1 original, 7 replacement, 8 void, and the last two need
    ``payer_control_number`` (REF*F8). ``assignment`` is CLM07 (``A`` assigned, ``B`` laboratory only, ``C`` not),
    ``benefits_assigned`` CLM08 (``Y``, ``N``, ``W``), ``release`` CLM09 (``Y`` signed, ``I`` informed consent).
    ``diagnoses`` are up to 12 ICD-10-CM codes without dots, the principal one first. ``other_coverages`` are the other
    payers: those that decided before, and those to come.
    """

    submitter: Submitter
    receiver: Receiver
    billing: BillingProvider
    subscriber: Subscriber
    reference: str
    total: Money
    place_of_service: str
    diagnoses: tuple[str, ...]
    lines: tuple[ServiceLine, ...]
    patient: Patient | None = None
    rendering: Provider | None = None
    intermediary_reference: str = ""
    frequency: str = "1"
    payer_control_number: str = ""
    prior_authorization: str = ""
    medical_record: str = ""
    """REF*EA"""
    provider_signature: bool = True
    assignment: str = "A"
    benefits_assigned: str = "Y"
    release: str = "Y"
    other_coverages: tuple[OtherCoverage, ...] = ()
    # What most claims do not have; the reader sets these only where they came.
    signature_source: str = ""
    """CLM10"""
    related_causes: tuple[str, ...] = ()
    """CLM11: ``AA`` car accident, ``EM`` employment, ``OA`` another accident."""
    accident_state: str = ""
    accident_country: str = ""
    special_program: str = ""
    delay_reason: str = ""
    dates: ClaimDates = NO_DATES
    attachments: tuple[Attachment, ...] = ()
    contract: Contract | None = None
    patient_paid: Money | None = None
    """AMT*F5"""
    referral: str = ""
    clia: str = ""
    """REF*X4, the laboratory's certification."""
    references: tuple[Reference, ...] = ()
    """Numbers without a field of their own: ``4N``, ``F5``, ``EW`` mammography, ``9A`` and ``9C`` repricer, ``LX``
    investigational device, ``P4`` demonstration, ``1J`` care plan oversight."""
    file_information: tuple[str, ...] = ()
    """K3"""
    notes: tuple[Note, ...] = ()
    ambulance: AmbulanceTrip | None = None
    spinal: SpinalManipulation | None = None
    conditions: tuple[ConditionIndicator, ...] = ()
    icd_version: int = 10
    """9 for services before October 2015, and where a payer outside HIPAA still asks for it."""
    anesthesia_procedures: tuple[str, ...] = ()
    condition_codes: tuple[str, ...] = ()
    repricing: Repricing | None = None
    referring: Provider | None = None
    primary_care: Provider | None = None
    facility: ServiceFacility | None = None
    supervising: Provider | None = None
    pick_up: Address | None = None
    drop_off: ServiceFacility | None = None
