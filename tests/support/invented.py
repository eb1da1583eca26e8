"""What the front desk types in about the invented people of ``sandbox.world``."""

from __future__ import annotations

from datetime import date

from chartline.connect.facts import ChargeFact, CoverageFact, PersonFact, Relationship
from chartline.kernel.money import Money
from chartline.kernel.sealed import Sealed
from chartline.sandbox.world import Patient, Visit


def person_of(patient: Patient) -> PersonFact:
    """The patient, without an address's second line."""
    return PersonFact(
        vendor_id=None,
        family=Sealed(patient.family),
        given=Sealed(patient.given),
        middle=Sealed(patient.middle),
        birth_date=Sealed(patient.birth_date),
        sex=patient.sex,
        phone=Sealed(patient.phone),
        email=Sealed(patient.email),
        street=Sealed(patient.street),
        unit=Sealed(""),
        city=Sealed(patient.city),
        state=Sealed(patient.state),
        postal_code=Sealed(patient.postal_code),
    )


def coverage_of(patient: Patient) -> CoverageFact:
    """Their insurance."""
    return CoverageFact(
        vendor_id=None,
        payer_id=patient.payer.payer_id,
        payer_name=patient.payer.name,
        member_id=Sealed(patient.member_id),
        group_number=Sealed(patient.group_number),
        order=1,
        relationship=Relationship.SELF,
        begin=date(2026, 1, 1),
        copay=patient.copay,
    )


def charges_of(visit: Visit) -> tuple[ChargeFact, ...]:
    """What was done in a visit, without amounts: the fee schedule has them."""
    place, modifiers = ("10", ("95",)) if visit.telehealth else ("11", ())
    return tuple(
        ChargeFact(procedure, modifiers, 1, visit.diagnoses, place, Money(0)) for procedure in visit.procedures
    )
