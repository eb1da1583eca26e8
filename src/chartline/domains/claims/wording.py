"""A frozen copy in the words of the professional claim (837P): pure, without the database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chartline.domains.claims.copy import ClaimCopy, CopyPerson, PostalAddress
from chartline.domains.claims.numbers import claim_reference
from chartline.formats.x12.professional_claim import (
    BillingProvider,
    Patient,
    ProfessionalClaim,
    Receiver,
    RenderingProvider,
    ServiceLine,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.record import Address, PersonName
from chartline.kernel.money import Money

_RELATIONSHIPS = {"spouse": "01", "child": "19", "other": "G8"}
_ORDERS = {1: "P", 2: "S", 3: "T"}


@dataclass(frozen=True, slots=True)
class FileParties:
    """Sender and receiver of a file. ``phone`` is ten digits; at least one of phone and email is needed."""

    sender_id: str
    sender_name: str
    receiver_id: str
    receiver_name: str
    contact: str = ""
    phone: str = ""
    email: str = ""


def professional_claim(copy: ClaimCopy, parties: FileParties) -> ProfessionalClaim:
    """The claim as the 837P builder takes it; REF*D9 carries number and version."""
    subscriber = copy.subscriber
    insured = subscriber or copy.patient
    own = copy.coverage.relationship == "self"
    return ProfessionalClaim(
        submitter=Submitter(
            name=parties.sender_name,
            id=parties.sender_id,
            contact=parties.contact,
            phone=parties.phone,
            email=parties.email,
        ),
        receiver=Receiver(name=parties.receiver_name, id=parties.receiver_id),
        billing=BillingProvider(
            name=copy.billing.name,
            npi=copy.billing.npi,
            tax_id=copy.billing.tax_id,
            taxonomy=copy.billing.taxonomy,
            address=_address(copy.billing.address),
        ),
        subscriber=Subscriber(
            name=_name(insured),
            member_id=copy.coverage.member_id,
            born=insured.born if own else None,
            sex=insured.sex if own else "",
            address=_address(insured.address) if own else None,
            group=copy.coverage.group,
            order=_ORDERS.get(copy.coverage.order, "U"),
            filing=copy.coverage.filing,
            payer_name=copy.coverage.payer_name,
            payer_id=copy.coverage.payer_id,
        ),
        patient=None if own else _patient(copy),
        rendering=_rendering(copy),
        reference=copy.number,
        intermediary_reference=claim_reference(copy.number, copy.version),
        total=copy.total_money,
        place_of_service=copy.place_of_service,
        frequency=copy.frequency,
        payer_control_number=copy.payer_number,
        prior_authorization=copy.prior_authorization,
        diagnoses=copy.diagnoses,
        lines=tuple(
            ServiceLine(
                code=line.procedure,
                modifiers=line.modifiers,
                charge=Money(line.amount),
                units=Decimal(line.units),
                pointers=line.pointers,
                date=line.service_date,
                control=line.control,
                place_of_service=line.place_of_service if line.place_of_service != copy.place_of_service else "",
            )
            for line in copy.lines
        ),
    )


def _patient(copy: ClaimCopy) -> Patient:
    person = copy.patient
    return Patient(
        name=_name(person),
        born=person.born or copy.service_date,
        sex=person.sex,
        address=_address(person.address),
        relationship=_RELATIONSHIPS.get(copy.coverage.relationship, "G8"),
    )


def _rendering(copy: ClaimCopy) -> RenderingProvider | None:
    who = copy.rendering
    if who is None or who.npi == copy.billing.npi:
        return None
    return RenderingProvider(name=PersonName(last=who.last, first=who.first), npi=who.npi, taxonomy=who.taxonomy)


def _name(person: CopyPerson) -> PersonName:
    return PersonName(last=person.last, first=person.first, middle=person.middle)


def _address(address: PostalAddress) -> Address:
    return Address(line1=address.line1, line2=address.line2, city=address.city, state=address.state, zip=address.zip)
