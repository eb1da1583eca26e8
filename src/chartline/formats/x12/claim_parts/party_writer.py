"""The levels above the claims as segments: submitter and receiver, billing provider, subscriber and payer, patient.

Names, address lines and contacts pass through ``clean``; every other value is written as it is or refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from chartline.formats.x12.claim_parts.parties import (
    BillingProvider,
    Patient,
    Provider,
    Receiver,
    ServiceFacility,
    Submitter,
    Subscriber,
)
from chartline.formats.x12.claim_parts.refusals import CONTRADICTION, fitting, without_own
from chartline.formats.x12.claim_parts.value_writer import write_address, write_contact, write_reference
from chartline.formats.x12.claim_parts.values import ProviderNumber
from chartline.formats.x12.record import Address, PersonName
from chartline.formats.x12.writer import MISSING, Draft, clean, limit, require

_TAXONOMY_ROLES = {"71": "AT", "DN": "RF", "P3": "RF", "DD": "AS"}
"""PRV01 by NM101; for all other roles ``PE``."""


def plain_name(text: str, name: str, most: int = 60) -> str:
    """A name as X12 can carry it. Raises ``x12.missing`` and ``x12.too_long``."""
    return limit(require(clean(text), name), most, name)


def write_name(
    role: str, name: PersonName, qualifier: str | None = None, number: str | None = None, *, organisation: bool = False
) -> Draft:
    """NM1 of a person, or of an organisation, whose name is ``last``."""
    last = plain_name(name.last, f"NM1*{role}.last")
    if organisation:
        if name.first or name.middle or name.suffix:
            raise CONTRADICTION.error(field=f"NM1*{role}.first")
        return ("NM1", role, "2", last, None, None, None, None, qualifier, number)
    return ("NM1", role, "1", last, clean(name.first), clean(name.middle), None, clean(name.suffix), qualifier, number)


def write_header(submitter: Submitter, receiver: Receiver) -> Iterator[Draft]:
    """Loops 1000A and 1000B."""
    name = plain_name(submitter.name, "submitter.name")
    yield ("NM1", "41", "2", name, None, None, None, None, "46", require(submitter.id, "submitter.id"))
    given = [part for way in (("TE", submitter.phone), ("EM", submitter.email)) if way[1] for part in way]
    if not given:
        raise MISSING.error(field="submitter.phone")
    yield ("PER", "IC", clean(submitter.contact), *given)
    name = plain_name(receiver.name, "receiver.name")
    yield ("NM1", "40", "2", name, None, None, None, None, "46", require(receiver.id, "receiver.id"))


def write_billing(billing: BillingProvider) -> Iterator[Draft]:
    """Loops 2000A to 2010AC after their HL."""
    if billing.taxonomy:
        yield ("PRV", "BI", "PXC", billing.taxonomy)
    if billing.currency:
        yield ("CUR", "85", billing.currency)
    if not billing.first and (billing.middle or billing.suffix):
        raise CONTRADICTION.error(field="billing.first")
    kind = "1" if billing.first else "2"
    name = plain_name(billing.name, "billing.name")
    more = (clean(billing.first), clean(billing.middle), None, clean(billing.suffix))
    yield ("NM1", "85", kind, name, *more, "XX", require(billing.npi, "billing.npi"))
    yield from write_address(billing.address, "billing.address")
    yield ("REF", billing.tax_id_kind, require(billing.tax_id, "billing.tax_id"))
    for reference in billing.ids:
        yield write_reference(reference)
    fitting("billing.contacts", billing.contacts, 2)
    for contact in billing.contacts:
        yield write_contact(contact, "billing.contacts")
    if billing.pay_to is not None:
        yield ("NM1", "87", kind)
        yield from write_address(billing.pay_to, "billing.pay_to")
    plan = billing.pay_to_plan
    if plan is not None:
        without_own("billing.pay_to_plan.ids", plan.ids, ("EI",))
        name = plain_name(plan.name, "billing.pay_to_plan.name")
        number = require(plan.id, "billing.pay_to_plan.id")
        yield ("NM1", "PE", "2", name, None, None, None, None, plan.id_kind, number)
        yield from write_address(plan.address, "billing.pay_to_plan.address")
        for reference in plan.ids:
            yield write_reference(reference)
        yield ("REF", "EI", require(plan.tax_id, "billing.pay_to_plan.tax_id"))


def write_subscriber(subscriber: Subscriber, *, is_patient: bool) -> Iterator[Draft]:
    """Loops 2000B, 2010BA and 2010BB after their HL."""
    filing = require(subscriber.filing, "subscriber.filing")
    yield (
        "SBR",
        subscriber.order,
        "18" if is_patient else None,
        limit(subscriber.group, 50, "subscriber.group"),
        clean(subscriber.group_name),
        subscriber.insurance_type,
        None,
        None,
        None,
        filing,
    )
    yield from _condition(subscriber, None)
    member = limit(require(subscriber.member_id, "subscriber.member_id"), 80, "subscriber.member_id")
    kind = require(subscriber.member_id_kind, "subscriber.member_id_kind")
    yield write_name("IL", subscriber.name, kind, member, organisation=subscriber.is_organisation)
    if subscriber.address is not None:
        yield from write_address(subscriber.address, "subscriber.address")
    elif is_patient:
        raise MISSING.error(field="subscriber.address")
    if subscriber.born is not None:
        yield ("DMG", "D8", subscriber.born, require(subscriber.sex, "subscriber.sex"))
    elif is_patient:
        raise MISSING.error(field="subscriber.born")
    elif subscriber.sex:
        raise CONTRADICTION.error(field="subscriber.sex")
    for reference in subscriber.ids:
        yield write_reference(reference)
    if subscriber.contact is not None:
        yield write_contact(subscriber.contact, "subscriber.contact")
    payer = plain_name(subscriber.payer_name, "subscriber.payer_name")
    number = require(subscriber.payer_id, "subscriber.payer_id")
    yield ("NM1", "PR", "2", payer, None, None, None, None, require(subscriber.payer_id_kind, "payer_id_kind"), number)
    if subscriber.payer_address is not None:
        yield from write_address(subscriber.payer_address, "subscriber.payer_address")
    for reference in subscriber.payer_ids:
        yield write_reference(reference)


def write_patient(patient: Patient) -> Iterator[Draft]:
    """Loops 2000C and 2010CA after their HL."""
    yield from _condition(patient, require(patient.relationship, "patient.relationship"))
    yield write_name("QC", patient.name)
    yield from write_address(patient.address, "patient.address")
    yield ("DMG", "D8", patient.born, require(patient.sex, "patient.sex"))
    for reference in patient.ids:
        yield write_reference(reference)
    if patient.contact is not None:
        yield write_contact(patient.contact, "patient.contact")


def _condition(person: Subscriber | Patient, relationship: str | None) -> Iterator[Draft]:
    died = (None, None) if person.died is None else ("D8", person.died)
    weight = (None, None) if person.weight is None else ("01", person.weight)
    if relationship or person.died is not None or person.weight is not None or person.is_pregnant:
        yield ("PAT", relationship, None, None, None, *died, *weight, "Y" if person.is_pregnant else None)


def write_provider(role: str, provider: Provider | ProviderNumber) -> Iterator[Draft]:
    """An NM1 loop of a provider in a role (NM101)."""
    number = ("XX", provider.npi) if provider.npi else (None, None)
    if isinstance(provider, ProviderNumber):
        yield ("NM1", role, "2" if provider.is_organisation else "1", None, None, None, None, None, *number)
    else:
        yield write_name(role, provider.name, *number, organisation=provider.is_organisation)
        if provider.taxonomy:
            yield ("PRV", _TAXONOMY_ROLES.get(role, "PE"), "PXC", provider.taxonomy)
        if provider.address is not None:
            yield from write_address(provider.address, f"NM1*{role}.address")
    for reference in provider.ids:
        yield write_reference(reference)
    if isinstance(provider, Provider) and provider.contact is not None:
        yield write_contact(provider.contact, f"NM1*{role}.contact")


def write_facility(role: str, facility: ServiceFacility) -> Iterator[Draft]:
    """An NM1 loop of a place; only an ambulance's destination (``45``) may be without a name."""
    name = clean(facility.name) if role == "45" else plain_name(facility.name, f"NM1*{role}.name")
    number = ("XX", facility.npi) if facility.npi else (None, None)
    yield ("NM1", role, "2", name, None, None, None, None, *number)
    yield from write_address(facility.address, f"NM1*{role}.address")
    for reference in facility.ids:
        yield write_reference(reference)
    if facility.contact is not None:
        yield write_contact(facility.contact, f"NM1*{role}.contact")


def write_place(role: str, address: Address) -> Iterator[Draft]:
    """An NM1 loop of an address alone."""
    yield ("NM1", role, "2")
    yield from write_address(address, f"NM1*{role}.address")
