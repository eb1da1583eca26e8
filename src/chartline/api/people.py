"""The bodies in which patients and coverages travel, to and from the facts that the rest of the house uses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chartline.api.routes import Amount
from chartline.connect.facts import CoverageFact, PersonFact, Relationship
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose, Sealed

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Text = Annotated[str, Meta(max_length=80)]


class PersonBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A patient. ``sex`` is the administrative sex that payers ask for; ``state`` two letters."""

    family: Name
    given: Name
    birth_date: date
    middle: Text = ""
    sex: Literal["M", "F", "U"] = "U"
    phone: Text = ""
    email: Text = ""
    street: Text = ""
    unit: Text = ""
    city: Text = ""
    state: Annotated[str, Meta(max_length=2)] = ""
    postal_code: Annotated[str, Meta(max_length=10)] = ""


class CoverageBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Insurance of a patient. ``payer_id`` is the payer's electronic id, leading zeros kept; ``order`` 1 is primary."""

    payer_id: Annotated[str, Meta(min_length=1, max_length=20)]
    payer_name: Annotated[str, Meta(min_length=1, max_length=80)]
    member_id: Annotated[str, Meta(min_length=1, max_length=80)]
    group_number: Annotated[str, Meta(max_length=60)] = ""
    order: Annotated[int, Meta(ge=1, le=3)] = 1
    relationship: Literal["self", "spouse", "child", "other"] = "self"
    begin: date | None = None
    end: date | None = None
    copay: Amount | None = None


class NewPatientBody(PersonBody, kw_only=True):
    """A new patient, with insurance if there is any."""

    coverage: CoverageBody | None = None


class Patient(PersonBody, kw_only=True):
    """A patient as stored; ``version`` grows with each change."""

    id: str
    version: int


class Coverage(CoverageBody, kw_only=True):
    """A coverage as stored."""

    id: str
    payer_name: str
    member_id: str


_SEALED = ("family", "given", "middle", "phone", "email", "street", "unit", "city", "state", "postal_code")


def person_fact(body: PersonBody) -> PersonFact:
    """The fact a body states."""
    return PersonFact(
        vendor_id=None,
        family=_sealed(body.family),
        given=_sealed(body.given),
        middle=_sealed(body.middle),
        birth_date=Sealed(body.birth_date),
        sex=body.sex,
        phone=_sealed(body.phone),
        email=_sealed(body.email),
        street=_sealed(body.street),
        unit=_sealed(body.unit),
        city=_sealed(body.city),
        state=_sealed(body.state),
        postal_code=_sealed(body.postal_code),
    )


def patient_body(identity: str, version: int, person: PersonFact) -> Patient:
    """A patient to be shown."""
    shown = {name: getattr(person, name).reveal(Purpose.SHOW) for name in _SEALED}
    sex: Literal["M", "F", "U"] = "M" if person.sex == "M" else "F" if person.sex == "F" else "U"
    return Patient(id=identity, version=version, birth_date=person.birth_date.reveal(Purpose.SHOW), sex=sex, **shown)


def coverage_fact(body: CoverageBody) -> CoverageFact:
    """The fact a body states."""
    return CoverageFact(
        vendor_id=None,
        payer_id=body.payer_id.strip(),
        payer_name=body.payer_name.strip(),
        member_id=Sealed(body.member_id.strip()),
        group_number=Sealed(body.group_number.strip()),
        order=body.order,
        relationship=Relationship(body.relationship),
        begin=body.begin,
        end=body.end,
        copay=Money(body.copay.minor, body.copay.currency) if body.copay else None,
    )


def coverage_body(identity: str, coverage: CoverageFact) -> Coverage:
    """A coverage to be shown."""
    return Coverage(
        id=identity,
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        member_id=coverage.member_id.reveal(Purpose.SHOW),
        group_number=coverage.group_number.reveal(Purpose.SHOW),
        order=coverage.order,
        relationship=coverage.relationship.value,
        begin=coverage.begin,
        end=coverage.end,
        copay=amount(coverage.copay),
    )


def _sealed(text: str) -> Sealed[str]:
    return Sealed(text.strip())


def amount(money: Money | None) -> Amount | None:
    """Money in an answer."""
    return None if money is None else Amount(money.minor, money.currency)
