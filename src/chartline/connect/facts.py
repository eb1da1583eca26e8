"""What is exchanged with vendors, in words of no vendor. Patient values are sealed from the first line on.

A connector's ``translate`` makes these from vendor messages and back; domains turn them into FHIR records. Texts
that a vendor sent and we do not know stay in ``unknown`` and are reported, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from chartline.kernel.money import Money
from chartline.kernel.sealed import Masked, Sealed

T = TypeVar("T")

_EMPTY = Sealed("")


class VisitStatus(StrEnum):
    """Where a visit stands, in words of our own."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    """Checked in."""
    SEEN = "seen"
    """Held, and over: what others call completed."""
    CHECKED_OUT = "checked_out"
    MOVED = "moved"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    DELETED = "deleted"
    OTHER = "other"


class Relationship(StrEnum):
    """The patient's relationship to the subscriber."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class PersonFact(Masked):
    """A patient as one system knows them. Absent values are sealed empty text, never None.

    ``sex`` is ``M``, ``F`` or ``U``; ``vendor_id`` is None for a person the vendor has not got yet; ``chart`` and
    ``responsible_party`` are the vendor's own numbers.
    """

    vendor_id: str | None
    family: Sealed[str]
    given: Sealed[str]
    middle: Sealed[str]
    birth_date: Sealed[date]
    sex: str
    phone: Sealed[str]
    email: Sealed[str]
    street: Sealed[str]
    unit: Sealed[str]
    city: Sealed[str]
    state: Sealed[str]
    postal_code: Sealed[str]
    chart: str = ""
    responsible_party: str | None = None
    deleted: bool = False
    unknown: dict[str, str] = field(default_factory=dict)
    work_phone: Sealed[str] = _EMPTY
    mobile_phone: Sealed[str] = _EMPTY
    other_phone: Sealed[str] = _EMPTY
    changed_at: datetime | None = None
    """When the vendor's record last changed, aware; None when the vendor does not say."""
    plans_changed_at: datetime | None = None
    """When any of the patient's insurance last changed, where a feed says so."""


@dataclass(frozen=True, slots=True, repr=False)
class CoverageFact(Masked):
    """A patient's insurance at one payer. ``order`` is 1 primary, 2 secondary, 3 tertiary."""

    vendor_id: str | None
    payer_id: str
    """The payer's electronic id as the clearinghouse lists it; leading zeros kept."""
    payer_name: str
    member_id: Sealed[str]
    group_number: Sealed[str]
    order: int
    relationship: Relationship
    begin: date | None = None
    end: date | None = None
    copay: Money | None = None
    carrier_vendor_id: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class VisitFact(Masked):
    """A booked or held visit. ``start`` is aware; ``provider_vendor_id`` is the vendor's billing profile."""

    vendor_id: str | None
    patient_vendor_id: str
    start: datetime
    minutes: int
    status: VisitStatus
    provider_vendor_id: str | None = None
    column_vendor_id: str | None = None
    facility_vendor_id: str | None = None
    deleted: bool = False
    raw_status: str = ""
    cancel_reason: str = ""
    """A code, never free text: notes do not leave the house and do not come in."""
    charges_posted: bool | None = None
    """Whether the vendor says that charges stand on the visit; None when it does not say."""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChargeFact:
    """One procedure done: CPT or HCPCS code, modifiers, units, ICD-10-CM codes without dots, place of service."""

    procedure: str
    modifiers: tuple[str, ...]
    units: int
    diagnoses: tuple[str, ...]
    place_of_service: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PostedCharge:
    """A charge as it stands at the vendor. ``vendor_id`` is bare; money the vendor does not tell is None.

    ``protected`` charges cannot be changed or voided there; ``billed`` says that insurance was billed.
    """

    vendor_id: str
    visit_vendor_id: str
    charge: ChargeFact
    void: bool = False
    protected: bool = False
    billed: bool = False
    paid: Money | None = None
    patient_balance: Money | None = None
    insurance_balance: Money | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a feed, and the cursor to store *together with them*.

    ``left`` is how many rows are still to come after these, None when the vendor does not say.
    """

    rows: tuple[T, ...]
    cursor: str
    more: bool = False
    left: int | None = None


class LookupKind(StrEnum):
    """What can be looked up in a vendor's own lists."""

    PROFILE = "profile"
    PROVIDER = "provider"
    FACILITY = "facility"
    CARRIER = "carrier"
    PROCEDURE = "procedure"
    DIAGNOSIS = "diagnosis"
    MODIFIER = "modifier"
    FINANCIAL_CLASS = "financial_class"
    ACCOUNT_TYPE = "account_type"
    POSTAL_CODE = "postal_code"


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """One row of a vendor's list. ``vendor_id`` is bare; ``more`` holds the vendor's further columns by name."""

    vendor_id: str
    code: str
    name: str
    more: dict[str, str] = field(default_factory=dict)


class Payer(StrEnum):
    """Who paid."""

    PATIENT = "patient"
    INSURANCE = "insurance"


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """Money received, to be entered at the vendor. ``applications`` are pairs of the vendor's charge id and the amount
    for it; what is not applied stays as the patient's credit.

    ``reference`` is our own payment id; the vendor has no place for it that is proven (vendor sheet 9.7, 11).
    """

    reference: str
    patient_vendor_id: str
    payer: Payer
    amount: Money
    received: date
    profile_vendor_id: str = ""
    carrier_vendor_id: str = ""
    payment_code: str = ""
    method: str = ""
    check_number: str = ""
    applications: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class PostedPayment:
    """A payment as it stands at the vendor."""

    vendor_id: str
    patient_vendor_id: str
    payer: Payer
    amount: Money
    received: date | None
    check_number: str = ""
    applied: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class VisitClaimFact:
    """What a practice system says of the claim it made from a visit: its own word for the status, and when."""

    vendor_id: str
    visit_vendor_id: str
    status: str
    at: datetime | None = None
    carrier_vendor_id: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class NoteFact(Masked):
    """A clinical note. Not exchanged unless the practice has switched notes on for the connection.

    ``entries`` are the template's fields by their place in it; ``signed_by`` is empty while the note is a draft.
    """

    vendor_id: str | None
    patient_vendor_id: str
    template: str
    at: datetime
    entries: tuple[tuple[str, Sealed[str]], ...]
    profile_vendor_id: str = ""
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class HookEvent:
    """A vendor's call to us: something changed there. ``id`` is the vendor's own id of the event; it is told once."""

    id: str
    kind: str
    """``patient``, ``visit``, ``charge`` or ``payment``; other words are kept and reported."""
    vendor_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PatientDetail(Masked):
    """A patient with their insurance, as ``getdemographic`` and its like answer."""

    person: PersonFact
    coverages: tuple[CoverageFact, ...]


@dataclass(frozen=True, slots=True, repr=False)
class EligibilityQuestion(Masked):
    """A 270 in plain words. ``service_type`` is the X12 service type code, ``30`` for the whole plan."""

    payer_id: str
    provider_npi: str
    provider_tax_id: str
    provider_name: str
    subscriber_family: Sealed[str]
    subscriber_given: Sealed[str]
    subscriber_birth_date: Sealed[date]
    subscriber_sex: str
    member_id: Sealed[str]
    service_date: date
    relationship: Relationship = Relationship.SELF
    patient_family: Sealed[str] | None = None
    patient_given: Sealed[str] | None = None
    patient_birth_date: Sealed[date] | None = None
    service_type: str = "30"


@dataclass(frozen=True, slots=True)
class Benefit:
    """One EB of a 271: codes as sent (X12 005010X279A1 2110C), amount in money, percent as sent text."""

    coverage: str
    """EB01: 1 active, 6 inactive, A co-insurance, B co-pay, C deductible, G out-of-pocket."""
    level: str = ""
    service_type: str = ""
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    """EB06: 23 calendar year, 29 remaining."""
    amount: Money | None = None
    percent: str = ""
    in_network: str = ""
    note: str = ""
    quantity: str = ""
    quantity_kind: str = ""
    """EB09 and EB10: how many, and of what (``VS`` visits, ``DY`` days)."""
    authorization: str = ""
    """EB11: ``Y`` when the payer wants an authorization or certification, ``N`` when not, ``U`` unknown."""
    other_payer: str = ""
    other_payer_id: str = ""
    """EB01 ``R``: the name and number of another payer that the answering one knows of (2120C)."""


@dataclass(frozen=True, slots=True, repr=False)
class EligibilityAnswer(Masked):
    """What the payer said: benefits, or its own reasons (AAA code, text) why it could not say."""

    vendor_id: str
    benefits: tuple[Benefit, ...]
    payer_errors: tuple[tuple[str, str], ...] = ()
    plan_name: str = ""
    group_number: Sealed[str] = field(default_factory=lambda: Sealed(""))
    raw: Sealed[bytes] = field(default_factory=lambda: Sealed(b""))


@dataclass(frozen=True, slots=True, repr=False)
class ClaimFile(Masked):
    """A file of claims for a clearinghouse. ``references`` are our claim ids inside it, in order.

    ``name`` is derived from its content and so recognises an upload whose answer was lost.
    """

    name: str
    content: Sealed[bytes]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportMessage:
    """One line of a report on a claim: level ``R`` error, ``W`` warning, ``A`` information."""

    level: str
    code: str
    text: str
    fields: str = ""


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """What a clearinghouse or payer says of one claim: accepted (``A``) or rejected (``R``) *at its stage*."""

    reference: str
    """Our claim id, echoed (remote_claimid)."""
    control_number: str
    """Our patient control number, CLM01."""
    vendor_id: str
    """The clearinghouse's claim id."""
    status: str
    sender: str
    payer_number: str
    messages: tuple[ReportMessage, ...]
    at: str = ""
    from_payer: bool = False


@dataclass(frozen=True, slots=True)
class RemittanceNotice:
    """A remittance that waits at the clearinghouse."""

    vendor_id: str
    payer_id: str
    payer_name: str
    check_number: str
    paid: Money
    paid_date: str
