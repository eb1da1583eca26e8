"""A person as exchanged with vendors, to and from a FHIR R4 Patient (the elements US Core 6.1 asks for).

Writing over an existing resource changes only what a PersonFact knows: further names, numbers, addresses, contacts
and extensions stay. The vendor's own id is not written here; it lives in the link between the two records.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from chartline.connect.facts import PersonFact
from chartline.domains.practice.items import (
    TELECOMS,
    home_of,
    home_parts,
    name_parts,
    telecom_of,
    with_home,
    with_name,
    with_telecom,
)
from chartline.domains.practice.problems import INCOMPLETE_PATIENT
from chartline.domains.practice.systems import vendor_system
from chartline.formats.fhir import JsonObject, identifier_value, text, with_identifier
from chartline.formats.fhir.elements import updated
from chartline.kernel.sealed import Purpose, Sealed

T = TypeVar("T")

_GENDERS = {"M": "male", "F": "female", "U": "unknown"}
_SEXES = {"male": "M", "female": "F"}
CHART = "chart"
RESPONSIBLE_PARTY = "responsible-party"


def write_person(
    person: PersonFact,
    patient_id: str,
    existing: JsonObject | None = None,
    source: str = "",
    *,
    every_phone: bool = False,
) -> JsonObject:
    """A Patient with what a PersonFact says, over an existing one. ``source`` names the connection of its numbers.

    ``every_phone`` says that the fact knows all telephones, so that one it has not got is taken away. Otherwise only
    the main one is: whoever asks for one number knows nothing of the others.
    """
    patient = updated(existing or {"active": True}, resourceType="Patient", id=patient_id)
    patient["name"] = with_name(patient, _open(person.family), _open(person.given), _open(person.middle))
    _set_gender(patient, person.sex)
    patient["birthDate"] = _open(person.birth_date).isoformat()
    for field in TELECOMS:
        value = _open(getattr(person, field))
        if value or every_phone or field in ("phone", "email"):
            patient = updated(patient, telecom=with_telecom(patient, field, value))
    home = [_open(p) for p in (person.street, person.unit, person.city, person.state, person.postal_code)]
    patient = updated(patient, address=with_home(patient, home))
    if source and person.chart:
        patient = with_identifier(patient, vendor_system(source, CHART), person.chart)
    if source and person.responsible_party:
        patient = with_identifier(patient, vendor_system(source, RESPONSIBLE_PARTY), person.responsible_party)
    return patient


def read_person(patient: JsonObject, source: str = "", vendor_id: str | None = None) -> PersonFact:
    """The person a Patient describes, with the numbers of one connection. Raises ``practice.patient_incomplete``."""
    family, given, middle = name_parts(patient)
    street, unit, city, state, postal_code = home_parts(home_of(patient))
    telecoms = {field: Sealed(text(telecom_of(patient, field), "value") or "") for field in TELECOMS}
    try:
        born = date.fromisoformat(text(patient, "birthDate") or "")
    except ValueError:
        raise INCOMPLETE_PATIENT.error(patient=text(patient, "id") or "") from None
    return PersonFact(
        vendor_id=vendor_id,
        family=Sealed(family),
        given=Sealed(given),
        middle=Sealed(middle),
        birth_date=Sealed(born),
        sex=_SEXES.get(text(patient, "gender") or "", "U"),
        street=Sealed(street),
        unit=Sealed(unit),
        city=Sealed(city),
        state=Sealed(state),
        postal_code=Sealed(postal_code),
        phone=telecoms["phone"],
        work_phone=telecoms["work_phone"],
        mobile_phone=telecoms["mobile_phone"],
        other_phone=telecoms["other_phone"],
        email=telecoms["email"],
        chart=(source and identifier_value(patient, vendor_system(source, CHART))) or "",
        responsible_party=(source and identifier_value(patient, vendor_system(source, RESPONSIBLE_PARTY))) or None,
    )


def _set_gender(patient: JsonObject, sex: str) -> None:
    # ``other`` is more than a vendor's U can say, so U does not overwrite it.
    if sex in ("M", "F") or text(patient, "gender") in ("male", "female", None):
        patient["gender"] = _GENDERS.get(sex, "unknown")


def _open(value: Sealed[T]) -> T:
    return value.reveal(Purpose.STORE)
