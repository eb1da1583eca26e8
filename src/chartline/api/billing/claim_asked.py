"""The bodies in which claims are sent to us, and how they become what the house works with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from chartline.api.billing.shapes import Asked, Dollars, OptionalDollars, money
from chartline.api.people import PersonBody, person_fact
from chartline.connect.facts import Relationship
from chartline.domains.claims import ClaimKind
from chartline.domains.claims.copy import (
    CopyFacility,
    DentalFacts,
    InstitutionalFacts,
    PostalAddress,
    RenderingIdentity,
)
from chartline.flows.claim_intake import AskedClaim, AskedLine
from chartline.formats.x12.claim_parts.values import Attachment
from chartline.formats.x12.dental_claim.line import Tooth
from chartline.formats.x12.dental_claim.model import ToothStatus
from chartline.formats.x12.institutional_claim.codes import Occurrence, OccurrenceSpan, Procedure, ValueAmount
from chartline.kernel.sealed import Sealed

Npi = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{10})?$")]
PLAIN = "^[^\\x00-\\x1f\\x7f]*$"
"""No control characters: no payer takes them, and PostgreSQL stores none."""
FILLED = "^[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]*$"
"""The same with something in it besides blanks."""
Code = Annotated[str, msgspec.Meta(max_length=10, pattern=PLAIN)]
Few = Annotated[str, msgspec.Meta(max_length=4, pattern=PLAIN)]
Two = Annotated[str, msgspec.Meta(max_length=2, pattern=PLAIN)]
One = Annotated[str, msgspec.Meta(min_length=1, max_length=1, pattern=FILLED)]
Text = Annotated[str, msgspec.Meta(max_length=80, pattern=PLAIN)]
Number = Annotated[str, msgspec.Meta(max_length=50, pattern=PLAIN)]
Time = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4})?$")]


class ToothAsked(Asked):
    """A tooth in the universal numbering, and its surfaces as letters: ``M O D B L F I``."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=2, pattern=FILLED)]
    surfaces: Annotated[list[One], msgspec.Meta(max_length=5)] = msgspec.field(default_factory=list)


class LineAsked(Asked):
    """One service. ICD codes may be written with dots; ``cptCode`` may be empty where a revenue code stands."""

    charge_amount: Dollars
    cpt_code: Code = ""
    icd_codes: Annotated[list[Code], msgspec.Meta(max_length=12)] = msgspec.field(default_factory=list)
    units: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 1
    modifiers: Annotated[list[Two], msgspec.Meta(max_length=4)] = msgspec.field(default_factory=list)
    service_date: date | None = None
    service_date_to: date | None = None
    place_of_service: Annotated[str, msgspec.Meta(max_length=2, pattern=PLAIN)] = ""
    revenue_code: Few = ""
    description: Text = ""
    teeth: Annotated[list[ToothAsked], msgspec.Meta(max_length=32)] = msgspec.field(default_factory=list)
    oral_cavity_areas: Annotated[list[Two], msgspec.Meta(max_length=5)] = msgspec.field(default_factory=list)


class SomebodyAsked(Asked):
    """A person who took part in the care."""

    last_name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=FILLED)]
    first_name: Annotated[str, msgspec.Meta(max_length=35, pattern=PLAIN)] = ""
    npi: Npi = ""
    taxonomy: Code = ""


class FacilityAsked(Asked):
    """Where the care was given, if not at the billing provider's address."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=FILLED)]
    npi: Npi = ""
    street: Annotated[str, msgspec.Meta(max_length=55, pattern=PLAIN)] = ""
    city: Annotated[str, msgspec.Meta(max_length=30, pattern=PLAIN)] = ""
    state: Annotated[str, msgspec.Meta(max_length=2, pattern=PLAIN)] = ""
    postal_code: Annotated[str, msgspec.Meta(max_length=10, pattern=PLAIN)] = ""


class AttachmentAsked(Asked):
    """Paper or a file that belongs to the claim (PWK): its kind, how it travels, and the number that joins the two."""

    kind: Annotated[str, msgspec.Meta(min_length=2, max_length=2, pattern=FILLED)]
    transmission: Annotated[str, msgspec.Meta(min_length=2, max_length=2, pattern=FILLED)]
    control_number: Number = ""


class CodedDay(Asked):
    """An occurrence with its day; ``through`` makes it a span."""

    code: Annotated[str, msgspec.Meta(min_length=2, max_length=2, pattern=FILLED)]
    day: date
    through: date | None = None


class CodedValue(Asked):
    """A value code with its amount or count."""

    code: Annotated[str, msgspec.Meta(min_length=2, max_length=2, pattern=FILLED)]
    amount: Dollars


class DatedProcedure(Asked):
    """An ICD-10-PCS code and its day."""

    code: Code
    day: date


class InstitutionalAsked(Asked):
    """What only institutional claims say. ``typeOfBill`` is four digits; its last one is ours to say."""

    type_of_bill: Annotated[str, msgspec.Meta(pattern=r"^0?[0-9]{2,3}$")]
    statement_from: date
    statement_through: date
    patient_status: Annotated[str, msgspec.Meta(max_length=2, pattern=PLAIN)]
    admission_date: date | None = None
    admission_hour: Time = ""
    admission_type: Annotated[str, msgspec.Meta(max_length=1, pattern=PLAIN)] = ""
    admission_source: Annotated[str, msgspec.Meta(max_length=1, pattern=PLAIN)] = ""
    discharge_hour: Time = ""
    admitting_diagnosis: Code = ""
    drg: Few = ""
    occurrences: Annotated[list[CodedDay], msgspec.Meta(max_length=24)] = msgspec.field(default_factory=list)
    values: Annotated[list[CodedValue], msgspec.Meta(max_length=24)] = msgspec.field(default_factory=list)
    condition_codes: Annotated[list[Two], msgspec.Meta(max_length=24)] = msgspec.field(default_factory=list)
    procedures: Annotated[list[DatedProcedure], msgspec.Meta(max_length=25)] = msgspec.field(default_factory=list)
    attending: SomebodyAsked | None = None
    operating: SomebodyAsked | None = None


class DentalAsked(Asked):
    """What only dental claims say."""

    predetermination: bool = False
    predetermination_number: Number = ""
    appliance_placed: date | None = None
    missing_teeth: Annotated[list[Two], msgspec.Meta(max_length=32)] = msgspec.field(default_factory=list)


class ClaimAsked(Asked):
    """A claim. The patient is one of ours; the coverage is found by payer and member id, or made of them.

    ``totalCharge`` has to be the sum of the lines: it is compared when the claim is validated.
    """

    patient_id: UUID
    payer_id: Annotated[str, msgspec.Meta(max_length=20, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    service_date_from: date
    lines: Annotated[list[LineAsked], msgspec.Meta(min_length=1, max_length=99)]
    claim_type: ClaimKind = ClaimKind.PROFESSIONAL
    service_date_to: date | None = None
    total_charge: OptionalDollars = None
    billing_provider_npi: Npi = ""
    rendering_provider_npi: Npi = ""
    subscriber_member_id: Annotated[str, msgspec.Meta(max_length=80, pattern=PLAIN)] = ""
    subscriber_relationship: Literal["self", "spouse", "child", "other"] = "self"
    subscriber: PersonBody | None = None
    """The insured person, where it is not the patient."""
    group_number: Number = ""
    payer_name: Annotated[str, msgspec.Meta(max_length=60, pattern=PLAIN)] = ""
    place_of_service: Annotated[str, msgspec.Meta(max_length=2, pattern=PLAIN)] = "11"
    prior_authorization_number: Number = ""
    referral_number: Number = ""
    claim_note: Text = ""
    referring_provider: SomebodyAsked | None = None
    supervising_provider: SomebodyAsked | None = None
    facility: FacilityAsked | None = None
    attachments: Annotated[list[AttachmentAsked], msgspec.Meta(max_length=10)] = msgspec.field(default_factory=list)
    institutional: InstitutionalAsked | None = None
    dental: DentalAsked | None = None


class ClaimsAsked(Asked):
    """Up to 500 claims. Each is looked at for itself."""

    claims: Annotated[list[ClaimAsked], msgspec.Meta(min_length=1, max_length=500)]


class ClaimChange(Asked):
    """What is to be different on a claim. What is left out stays; an empty text takes a number away."""

    subscriber_member_id: Annotated[str, msgspec.Meta(min_length=2, max_length=80, pattern=FILLED)] | None = None
    service_date_from: date | None = None
    service_date_to: date | None = None
    total_charge: OptionalDollars = None
    lines: Annotated[list[LineAsked], msgspec.Meta(min_length=1, max_length=99)] | None = None
    billing_provider_npi: Npi | None = None
    rendering_provider_npi: Npi | None = None
    place_of_service: Annotated[str, msgspec.Meta(max_length=2, pattern=PLAIN)] | None = None
    prior_authorization_number: Number | None = None
    referral_number: Number | None = None
    claim_note: Text | None = None
    referring_provider: SomebodyAsked | None = None
    supervising_provider: SomebodyAsked | None = None
    facility: FacilityAsked | None = None
    attachments: Annotated[list[AttachmentAsked], msgspec.Meta(max_length=10)] | None = None
    institutional: InstitutionalAsked | None = None
    dental: DentalAsked | None = None
    reason: Annotated[str, msgspec.Meta(max_length=40, pattern=PLAIN)] = ""


def claim_of(asked: ClaimAsked) -> AskedClaim:
    """A claim as the house takes it in. Raises ``api.bad_amount``."""
    return AskedClaim(
        patient_id=str(asked.patient_id),
        payer_id=asked.payer_id,
        begin=asked.service_date_from,
        end=asked.service_date_to,
        kind=asked.claim_type,
        lines=lines_of(asked.lines),
        total=None if asked.total_charge is None else money(asked.total_charge, "totalCharge"),
        member_id=Sealed(asked.subscriber_member_id.strip()),
        group=Sealed(asked.group_number.strip()),
        payer_name=asked.payer_name.strip(),
        relationship=Relationship(asked.subscriber_relationship),
        subscriber=person_fact(asked.subscriber) if asked.subscriber is not None else None,
        billing_npi=asked.billing_provider_npi,
        rendering_npi=asked.rendering_provider_npi,
        referring=somebody(asked.referring_provider),
        supervising=somebody(asked.supervising_provider),
        facility=facility_of(asked.facility) if asked.facility is not None else None,
        place_of_service=asked.place_of_service,
        prior_authorization=asked.prior_authorization_number.strip(),
        referral=asked.referral_number.strip(),
        note=Sealed(asked.claim_note.strip()),
        attachments=attachments_of(asked.attachments),
        institutional=institutional_of(asked.institutional) if asked.institutional is not None else None,
        dental=dental_of(asked.dental) if asked.dental is not None else None,
    )


def lines_of(lines: Sequence[LineAsked]) -> tuple[AskedLine, ...]:
    """The services. Raises ``api.bad_amount``."""
    return tuple(
        AskedLine(
            procedure=line.cpt_code,
            amount=money(line.charge_amount, "chargeAmount"),
            units=line.units,
            diagnoses=tuple(line.icd_codes),
            modifiers=tuple(line.modifiers),
            service_date=line.service_date,
            through=line.service_date_to,
            place_of_service=line.place_of_service,
            revenue_code=line.revenue_code,
            description=line.description,
            teeth=tuple(Tooth(one.number, tuple(one.surfaces)) for one in line.teeth),
            areas=tuple(line.oral_cavity_areas),
        )
        for line in lines
    )


def somebody(asked: SomebodyAsked | None) -> RenderingIdentity | None:
    """A person who took part in the care."""
    if asked is None:
        return None
    return RenderingIdentity(last=asked.last_name, first=asked.first_name, npi=asked.npi, taxonomy=asked.taxonomy)


def facility_of(asked: FacilityAsked) -> CopyFacility:
    """Where the care was given."""
    postal_code = asked.postal_code.replace("-", "")
    address = PostalAddress(line1=asked.street, city=asked.city, state=asked.state, zip=postal_code)
    return CopyFacility(name=asked.name, npi=asked.npi, address=address)


def attachments_of(asked: Sequence[AttachmentAsked]) -> tuple[Attachment, ...]:
    """What belongs to the claim."""
    return tuple(Attachment(one.kind, one.transmission, one.control_number) for one in asked)


def institutional_of(asked: InstitutionalAsked) -> InstitutionalFacts:
    """The facts of an institutional claim. Raises ``api.bad_amount``."""
    bill = asked.type_of_bill.lstrip("0")
    return InstitutionalFacts(
        facility_code=bill[:2],
        statement_from=asked.statement_from,
        statement_through=asked.statement_through,
        patient_status=asked.patient_status,
        admission=asked.admission_date,
        admission_time=asked.admission_hour,
        admission_type=asked.admission_type,
        admission_source=asked.admission_source,
        discharge_time=asked.discharge_hour,
        admitting_diagnosis=asked.admitting_diagnosis.replace(".", "").upper(),
        drg=asked.drg,
        occurrences=tuple(Occurrence(one.code, one.day) for one in asked.occurrences if one.through is None),
        occurrence_spans=tuple(
            OccurrenceSpan(one.code, one.day, one.through) for one in asked.occurrences if one.through
        ),
        values=tuple(ValueAmount(one.code, _plain(one.amount)) for one in asked.values),
        condition_codes=tuple(asked.condition_codes),
        procedures=tuple(Procedure(one.code.replace(".", ""), one.day) for one in asked.procedures),
        attending=somebody(asked.attending),
        operating=somebody(asked.operating),
    )


def dental_of(asked: DentalAsked) -> DentalFacts:
    """The facts of a dental claim."""
    return DentalFacts(
        is_predetermination=asked.predetermination,
        predetermination=asked.predetermination_number,
        appliance_placed=asked.appliance_placed,
        tooth_statuses=tuple(ToothStatus(one, "M") for one in asked.missing_teeth),
    )


def _plain(amount: Decimal) -> Decimal:
    return Decimal(money(amount, "values").minor) / 100
