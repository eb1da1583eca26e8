"""What is to be authorized: a patient's event and the services in it, as both request and answer describe them.

Codes are as sent and are not checked against a list here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chartline.formats.x12.inquiry_parts.parties import Party
from chartline.formats.x12.inquiry_parts.values import Delivery, Diagnosis, Procedure, QualifiedDate, Trace
from chartline.formats.x12.record import Record
from chartline.kernel.money import Money

GUIDE = "005010X217"
"""ST03 and GS08 of both directions."""


class Review(Record, frozen=True, kw_only=True, gc=False):
    """What kind of review is wanted (UM).

    ``category`` is ``AR`` admission, ``HS`` services, ``SC`` specialty care (a referral), ``IN`` individual;
    ``certification`` ``I`` first request, ``R`` renewal, ``4`` extension, ``3`` cancel, ``S`` change ...
    ``service_type`` is UM03. ``place`` with ``place_kind`` ``B`` is a place of service, with ``A`` a type of bill.
    ``related_causes`` are ``AA`` (with ``accident_state``), ``EM``, ``OA``, ``AP``. ``level_of_service`` ``U`` is
    urgent, ``03`` emergency. ``release`` is UM09, ``delay_reason`` UM10.
    """

    category: str
    certification: str = "I"
    service_type: str = ""
    place: str = ""
    place_kind: str = "B"
    bill_frequency: str = ""
    related_causes: tuple[str, ...] = ()
    accident_state: str = ""
    accident_country: str = ""
    level_of_service: str = ""
    condition: str = ""
    prognosis: str = ""
    release: str = ""
    delay_reason: str = ""


class Attachment(Record, frozen=True, gc=False):
    """Paper or a file that belongs to the request (PWK): kind (``OZ`` support data ...), how it comes (``EL``, ``FX``,
    ``AA`` on request ...), the number that joins the two, a description."""

    kind: str
    transmission: str
    control: str = ""
    description: str = ""


class Condition(Record, frozen=True, gc=False):
    """Conditions that do or do not apply (CRC), up to five codes of one category: ``07`` ambulance, ``09`` equipment
    ..."""

    category: str
    applies: bool
    codes: tuple[str, ...]


class FacilityStay(Record, frozen=True, kw_only=True, gc=False):
    """An admission (CL1): its kind and source, the patient's status, the status in a nursing home."""

    admission_kind: str = ""
    admission_source: str = ""
    patient_status: str = ""
    nursing_home_status: str = ""


class Transport(Record, frozen=True, kw_only=True, gc=False):
    """An ambulance transport (CR1): weight in pounds, kind (``I`` first, ``R`` return, ``T`` transfer, ``X`` round
    trip), reason, distance in miles, addresses, why there and back, why on a stretcher."""

    weight: Decimal | None = None
    kind: str = ""
    reason: str = ""
    distance: Decimal | None = None
    origin: str = ""
    destination: str = ""
    round_trip: str = ""
    stretcher: str = ""


class ProfessionalService(Record, frozen=True, kw_only=True, gc=False):
    """A service of a practice (SV1). ``pointers`` count the event's diagnoses from 1; ``unit`` is ``UN``, ``MJ`` or
    ``F2``. ``screening`` is SV111 (``Y``, ``N``), ``level_of_care`` SV120."""

    procedure: Procedure
    charge: Money | None = None
    unit: str = "UN"
    units: Decimal | None = None
    pointers: tuple[int, ...] = ()
    screening: str = ""
    level_of_care: str = ""


class FacilityService(Record, frozen=True, kw_only=True, gc=False):
    """A service of a facility (SV2); ``unit`` is ``DA`` days, ``UN`` or ``F2``. At least ``revenue_code`` or
    ``procedure``."""

    revenue_code: str = ""
    procedure: Procedure | None = None
    charge: Money | None = None
    unit: str = "UN"
    units: Decimal | None = None
    rate: Decimal | None = None
    nursing_home_status: str = ""
    level_of_care: str = ""


class DentalService(Record, frozen=True, kw_only=True, gc=False):
    """A dental service (SV3). ``areas`` of the mouth are up to five codes; ``prosthesis`` ``I`` first, ``R``
    replaced."""

    procedure: Procedure
    charge: Money | None = None
    areas: tuple[str, ...] = ()
    prosthesis: str = ""
    quantity: Decimal | None = None
    description: str = ""


class Tooth(Record, frozen=True, gc=False):
    """A tooth by its number (TOO) and up to five surfaces."""

    number: str
    surfaces: tuple[str, ...] = ()


class Event(Record, frozen=True, kw_only=True, gc=False):
    """What happens to the patient (loop 2000E): an admission, a course of treatment, a referral.

    ``prior_authorization`` is REF*BB, ``administrative_number`` REF*NT. ``dates`` by DTP01: ``AAH`` event, ``435``
    admission, ``096`` discharge, ``431`` onset, ``439`` accident, ``484`` last menstrual period, ``ABC`` expected
    birth. ``conditions`` are sent in requests only. ``places`` are where a transport begins and ends.
    """

    review: Review
    traces: tuple[Trace, ...] = ()
    prior_authorization: str = ""
    administrative_number: str = ""
    dates: tuple[QualifiedDate, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    delivery: Delivery | None = None
    conditions: tuple[Condition, ...] = ()
    stay: FacilityStay | None = None
    transport: Transport | None = None
    attachments: tuple[Attachment, ...] = ()
    message: str = ""
    providers: tuple[Party, ...] = ()
    places: tuple[Party, ...] = ()


class Service(Record, frozen=True, kw_only=True, gc=False):
    """One service of the event (loop 2000F). ``review`` only where it differs from the event's."""

    item: ProfessionalService | FacilityService | DentalService | None = None
    review: Review | None = None
    traces: tuple[Trace, ...] = ()
    prior_authorization: str = ""
    administrative_number: str = ""
    first_day: date | None = None
    last_day: date | None = None
    teeth: tuple[Tooth, ...] = ()
    delivery: Delivery | None = None
    attachments: tuple[Attachment, ...] = ()
    message: str = ""
    providers: tuple[Party, ...] = ()
