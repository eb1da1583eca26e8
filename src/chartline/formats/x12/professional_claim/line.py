"""One charge of a professional claim with everything that may be said about it (loop 2400)."""

from __future__ import annotations

import datetime
from decimal import Decimal

from chartline.formats.x12.claim_parts.coverage import LineAdjudication
from chartline.formats.x12.claim_parts.parties import Provider, ServiceFacility
from chartline.formats.x12.claim_parts.values import (
    AmbulanceTrip,
    Attachment,
    ConditionIndicator,
    Contract,
    Drug,
    Form,
    Measurement,
    Note,
    ProviderNumber,
    QualifiedDate,
    Reference,
    Repricing,
)
from chartline.formats.x12.record import Address, Record
from chartline.kernel.money import Money


class LineDates(Record, frozen=True, kw_only=True, gc=False):
    """What happened when, beside the service itself (DTP of loop 2400)."""

    prescription: datetime.date | None = None
    certification_revised: datetime.date | None = None
    therapy_began: datetime.date | None = None
    last_certification: datetime.date | None = None
    last_seen: datetime.date | None = None
    hemoglobin_test: datetime.date | None = None
    """DTP*738, hemoglobin or hematocrit."""
    creatinine_test: datetime.date | None = None
    """DTP*739"""
    shipped: datetime.date | None = None
    last_xray: datetime.date | None = None
    initial_treatment: datetime.date | None = None
    other: tuple[QualifiedDate, ...] = ()


NO_DATES = LineDates()


class DurableEquipment(Record, frozen=True, kw_only=True, gc=False):
    """Equipment rented or sold (SV5): days needed, rent a ``period`` (``1`` week, ``4`` month, ``6`` day), price."""

    code: str
    days: Decimal
    rent: Money
    price: Money
    period: str


class DurableCertification(Record, frozen=True, kw_only=True, gc=False):
    """The need for equipment (CR3): ``kind`` ``I`` first, ``R`` renewed, ``S`` revised; for how many months."""

    kind: str
    months: Decimal


class PurchasedService(Record, frozen=True, kw_only=True, gc=False):
    """A service bought from somebody else (PS1): that provider's id and the price paid."""

    provider_id: str
    charge: Money


class ServiceLine(Record, frozen=True, gc=False):
    """One charge. ``pointers`` count the claim's diagnoses from 1; ``unit`` is ``UN`` or ``MJ`` (minutes, as for
    anesthesia).

    ``control`` (REF*6R, at most 30 characters) comes back in the remittance; some clearinghouses keep only 12.
    ``place_of_service`` only where it differs from the claim's. ``qualifier`` says what ``code`` is: ``HC`` HCPCS,
    ``ER`` jurisdiction's own, ``IV`` home infusion, ``WK`` complementary. ``description`` is for codes that need one.
    """

    code: str
    charge: Money
    pointers: tuple[int, ...]
    date: datetime.date
    through: datetime.date | None = None
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    unit: str = "UN"
    control: str = ""
    place_of_service: str = ""
    adjudications: tuple[LineAdjudication, ...] = ()
    qualifier: str = "HC"
    description: str = ""
    # What most lines do not have; the reader sets these only where they came.
    is_emergency: bool = False
    is_screening: bool = False
    """SV111, found by a child's screening (EPSDT)."""
    is_family_planning: bool = False
    is_copay_exempt: bool = False
    durable_equipment: DurableEquipment | None = None
    attachments: tuple[Attachment, ...] = ()
    ambulance: AmbulanceTrip | None = None
    certification: DurableCertification | None = None
    conditions: tuple[ConditionIndicator, ...] = ()
    dates: LineDates = NO_DATES
    ambulance_patients: Decimal | None = None
    """QTY*PT"""
    anesthesia_units: Decimal | None = None
    """QTY*FL, units beside those of time."""
    measurements: tuple[Measurement, ...] = ()
    contract: Contract | None = None
    clia: str = ""
    """REF*X4, the laboratory's certification."""
    references: tuple[Reference, ...] = ()
    """Numbers without a field of their own: ``G1`` prior authorization, ``9F`` referral, ``EW`` mammography, ``F4``
    referring laboratory, ``BT`` immunization batch, ``9B`` and ``9D`` repricer."""
    sales_tax: Money | None = None
    postage: Money | None = None
    file_information: tuple[str, ...] = ()
    """K3"""
    notes: tuple[Note, ...] = ()
    purchased_service: PurchasedService | None = None
    repricing: Repricing | None = None
    drug: Drug | None = None
    rendering: Provider | None = None
    purchased_from: ProviderNumber | None = None
    facility: ServiceFacility | None = None
    supervising: Provider | None = None
    ordering: Provider | None = None
    referring: Provider | None = None
    primary_care: Provider | None = None
    pick_up: Address | None = None
    drop_off: ServiceFacility | None = None
    forms: tuple[Form, ...] = ()
