"""What a dental claim says, free of segments.

Values are as they travel: codes without dots, ids as text, money in US dollars. Every class is masked, because all of
it identifies a patient or a practice.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    Attachment,
    Contract,
    Note,
    QualifiedDate,
    Reference,
    Repricing,
)
from chartline.formats.x12.dental_claim.line import DentalLine
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

GUIDE = "005010X224A2"


class DentalDates(Record, frozen=True, kw_only=True, gc=False):
    """What happened when (DTP of loop 2300). ``service`` is for a claim whose lines have no days of their own."""

    accident: date | None = None
    appliance_placed: date | None = None
    service: date | None = None
    service_through: date | None = None
    repricer_received: date | None = None
    other: tuple[QualifiedDate, ...] = ()


NO_DATES = DentalDates()


class Orthodontics(Record, frozen=True, kw_only=True, gc=False):
    """A course of orthodontic treatment (DN1): months in all, months left. ``is_treatment`` is DN103."""

    months: Decimal | None = None
    months_left: Decimal | None = None
    is_treatment: bool = False
    description: str = ""


class ToothStatus(Record, frozen=True, gc=False):
    """A tooth that is missing (``M``), to be extracted (``E``) or impacted (``I``), as DN2 says."""

    number: str
    status: str


class DentalClaim(Record, frozen=True, gc=False):
    """One claim with everybody in it.

    ``frequency`` is 1 original, 7 replacement, 8 void; the last two need ``payer_control_number`` (REF*F8).
    ``is_predetermination`` (CLM19) asks what would be paid: such a claim has no days of service. ``diagnoses`` are up
    to four ICD-10-CM codes; most dental claims have none. ``reference`` is CLM01, at most 20 characters.
    """

    submitter: Submitter
    receiver: Receiver
    billing: BillingProvider
    subscriber: Subscriber
    reference: str
    total: Money
    place_of_service: str
    lines: tuple[DentalLine, ...]
    patient: Patient | None = None
    rendering: Provider | None = None
    frequency: str = "1"
    diagnoses: tuple[str, ...] = ()
    provider_signature: bool = True
    assignment: str = "A"
    benefits_assigned: str = "Y"
    release: str = "Y"
    other_coverages: tuple[OtherCoverage, ...] = ()
    # What most claims do not have; the reader sets these only where they came.
    intermediary_reference: str = ""
    payer_control_number: str = ""
    prior_authorization: str = ""
    predetermination: str = ""
    """REF*G3, the payer's number of an earlier predetermination."""
    referral: str = ""
    references: tuple[Reference, ...] = ()
    """Numbers without a field of their own: ``4N``, ``9A`` and ``9C`` repricer."""
    related_causes: tuple[str, ...] = ()
    """CLM11: ``AA`` car accident, ``EM`` employment, ``OA`` another accident."""
    accident_state: str = ""
    accident_country: str = ""
    special_program: str = ""
    is_predetermination: bool = False
    delay_reason: str = ""
    dates: DentalDates = NO_DATES
    orthodontics: Orthodontics | None = None
    tooth_statuses: tuple[ToothStatus, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    contract: Contract | None = None
    patient_paid: Money | None = None
    """AMT*F5"""
    file_information: tuple[str, ...] = ()
    """K3"""
    notes: tuple[Note, ...] = ()
    icd_version: int = 10
    """9 for services before October 2015, and where a payer outside HIPAA still asks for it."""
    repricing: Repricing | None = None
    referring: Provider | None = None
    primary_care: Provider | None = None
    facility: ServiceFacility | None = None
    assistant: Provider | None = None
    supervising: Provider | None = None
