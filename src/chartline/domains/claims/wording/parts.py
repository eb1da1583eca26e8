"""The people, payers and numbers of a claim, in the words that all three kinds of claim files share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartline.domains.claims.copy import ClaimCopy, CopyFacility, CopyPerson, PostalAddress, RenderingIdentity
from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.claim_parts.values import Note
from chartline.formats.x12.record import Address, PersonName

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


def submitter(parties: FileParties) -> Submitter:
    """Who sends the file."""
    return Submitter(
        name=parties.sender_name,
        id=parties.sender_id,
        contact=parties.contact,
        phone=parties.phone,
        email=parties.email,
    )


def receiver(parties: FileParties) -> Receiver:
    """Who receives the file."""
    return Receiver(name=parties.receiver_name, id=parties.receiver_id)


def billing_provider(copy: ClaimCopy) -> BillingProvider:
    """Who is paid."""
    return BillingProvider(
        name=copy.billing.name,
        npi=copy.billing.npi,
        tax_id=copy.billing.tax_id,
        taxonomy=copy.billing.taxonomy,
        address=address(copy.billing.address),
    )


def subscriber(copy: ClaimCopy) -> Subscriber:
    """The insured person and the payer; born, sex and address only where the patient is the insured person."""
    insured = copy.subscriber or copy.patient
    own = _own(copy)
    return Subscriber(
        name=person_name(insured),
        member_id=copy.coverage.member_id,
        born=insured.born if own else None,
        sex=insured.sex if own else "",
        address=address(insured.address) if own else None,
        group=copy.coverage.group,
        order=_ORDERS.get(copy.coverage.order, "U"),
        filing=copy.coverage.filing,
        payer_name=copy.coverage.payer_name,
        payer_id=copy.coverage.payer_id,
    )


def patient(copy: ClaimCopy) -> Patient | None:
    """The patient, where somebody else is insured."""
    if _own(copy):
        return None
    person = copy.patient
    return Patient(
        name=person_name(person),
        born=person.born or copy.service_date,
        sex=person.sex,
        address=address(person.address),
        relationship=_RELATIONSHIPS.get(copy.coverage.relationship, "G8"),
    )


def rendering(copy: ClaimCopy) -> Provider | None:
    """Who gave the care, where that is not who bills."""
    who = copy.rendering
    return None if who is None or who.npi == copy.billing.npi else provider(who)


def provider(who: RenderingIdentity | None) -> Provider | None:
    """A person who took part in the care."""
    if who is None:
        return None
    return Provider(name=PersonName(last=who.last, first=who.first), npi=who.npi, taxonomy=who.taxonomy)


def helper(who: RenderingIdentity | None) -> Provider | None:
    """A person in a role for which the files have no taxonomy: referring, supervising, operating."""
    if who is None:
        return None
    return Provider(name=PersonName(last=who.last, first=who.first), npi=who.npi)


def facility(where: CopyFacility | None) -> ServiceFacility | None:
    """Where the care was given, if not at the billing provider's address."""
    return None if where is None else ServiceFacility(where.name, address(where.address), where.npi)


def notes(copy: ClaimCopy, kind: str = "ADD") -> tuple[Note, ...]:
    """The note to the payer, at most 80 characters on this wire."""
    return (Note(kind, copy.note[:80]),) if copy.note else ()


def person_name(person: CopyPerson) -> PersonName:
    """A name as it travels."""
    return PersonName(last=person.last, first=person.first, middle=person.middle)


def address(postal: PostalAddress) -> Address:
    """An address as it travels."""
    return Address(line1=postal.line1, line2=postal.line2, city=postal.city, state=postal.state, zip=postal.zip)


def plain_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Codes without the blanks that people leave in lists."""
    return tuple(code for code in codes if code)


def _own(copy: ClaimCopy) -> bool:
    return copy.coverage.relationship == "self"
