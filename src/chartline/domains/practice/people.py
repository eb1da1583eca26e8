"""A person as exchanged with vendors, to and from a FHIR R4 Patient (the elements US Core 6.1 asks for).

Writing over an existing resource changes only what a PersonFact knows: further names, numbers, addresses, contacts
and extensions stay. The vendor's own id is not written here; it lives in the link between the two records.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from chartline.connect.facts import PersonFact
from chartline.domains.practice.problems import INCOMPLETE_PATIENT
from chartline.domains.practice.systems import vendor_system
from chartline.formats.fhir import (
    JsonObject,
    address,
    children,
    contact_point,
    contact_value,
    human_name,
    identifier_value,
    preferred_name,
    text,
    texts,
    with_identifier,
)
from chartline.formats.fhir.elements import updated
from chartline.kernel.sealed import Purpose, Sealed

T = TypeVar("T")

_GENDERS = {"M": "male", "F": "female", "U": "unknown"}
_SEXES = {"male": "M", "female": "F"}
CHART = "chart"
RESPONSIBLE_PARTY = "responsible-party"


def write_person(
    person: PersonFact, patient_id: str, existing: JsonObject | None = None, source: str = ""
) -> JsonObject:
    """A Patient with what a PersonFact says, over an existing one. ``source`` names the connection of its numbers."""
    patient = updated(existing or {"active": True}, resourceType="Patient", id=patient_id)
    patient["name"] = _names(person, patient)
    _set_gender(patient, person.sex)
    patient["birthDate"] = _open(person.birth_date).isoformat()
    telecom = _telecom(patient, "phone", _open(person.phone))
    telecom = _telecom({"telecom": telecom}, "email", _open(person.email))
    patient = updated(patient, telecom=telecom, address=_addresses(person, patient))
    if source and person.chart:
        patient = with_identifier(patient, vendor_system(source, CHART), person.chart)
    if source and person.responsible_party:
        patient = with_identifier(patient, vendor_system(source, RESPONSIBLE_PARTY), person.responsible_party)
    return patient


def read_person(patient: JsonObject, source: str = "", vendor_id: str | None = None) -> PersonFact:
    """The person a Patient describes, with the numbers of one connection. Raises ``practice.patient_incomplete``."""
    name = preferred_name(patient)
    given = texts(name, "given")
    home = _home(patient)
    lines = texts(home, "line")
    try:
        born = date.fromisoformat(text(patient, "birthDate") or "")
    except ValueError:
        raise INCOMPLETE_PATIENT.error(patient=text(patient, "id") or "") from None
    return PersonFact(
        vendor_id=vendor_id,
        family=Sealed(text(name, "family") or ""),
        given=Sealed(given[0] if given else ""),
        middle=Sealed(" ".join(given[1:])),
        birth_date=Sealed(born),
        sex=_SEXES.get(text(patient, "gender") or "", "U"),
        phone=Sealed(contact_value(patient, "phone") or ""),
        email=Sealed(contact_value(patient, "email") or ""),
        street=Sealed(lines[0] if lines else ""),
        unit=Sealed(" ".join(lines[1:])),
        city=Sealed(text(home, "city") or ""),
        state=Sealed(text(home, "state") or ""),
        postal_code=Sealed(text(home, "postalCode") or ""),
        chart=(source and identifier_value(patient, vendor_system(source, CHART))) or "",
        responsible_party=(source and identifier_value(patient, vendor_system(source, RESPONSIBLE_PARTY))) or None,
    )


def _names(person: PersonFact, patient: JsonObject) -> list[JsonObject]:
    prior = preferred_name(patient)
    given = [part for part in (_open(person.given), _open(person.middle)) if part]
    if prior and " ".join(texts(prior, "given")) == " ".join(given):
        given = texts(prior, "given")
    use = (text(prior, "use") if prior else None) or "official"
    name = human_name(_open(person.family) or None, given, use=use, prior=prior)
    return _replaced(children(patient, "name"), prior, name)


def _set_gender(patient: JsonObject, sex: str) -> None:
    # ``other`` is more than a vendor's U can say, so U does not overwrite it.
    if sex in ("M", "F") or text(patient, "gender") in ("male", "female", None):
        patient["gender"] = _GENDERS.get(sex, "unknown")


def _telecom(patient: JsonObject, system: str, value: str) -> list[JsonObject]:
    points = children(patient, "telecom")
    prior = next((p for p in points if text(p, "system") == system and text(p, "use") != "old"), None)
    if not value:
        return [point for point in points if point is not prior]
    return _replaced(points, prior, contact_point(system, value, prior=prior))


def _home(patient: JsonObject) -> JsonObject | None:
    current = [place for place in children(patient, "address") if text(place, "use") != "old"]
    return next((place for place in current if text(place, "use") == "home"), current[0] if current else None)


def _addresses(person: PersonFact, patient: JsonObject) -> list[JsonObject]:
    prior = _home(patient)
    places = children(patient, "address")
    parts = [_open(p) for p in (person.street, person.unit, person.city, person.state, person.postal_code)]
    if not any(parts):
        return [place for place in places if place is not prior]
    use = (text(prior, "use") if prior else None) or "home"
    lines = [line for line in parts[:2] if line]
    place = address(lines, parts[2], parts[3], parts[4], use=use, prior=prior)
    if prior is not None and place != prior:
        place.pop("text", None)
    return _replaced(places, prior, place)


def _replaced(items: list[JsonObject], prior: JsonObject | None, item: JsonObject) -> list[JsonObject]:
    """The list with one object replaced, or added when there was none."""
    if prior is None:
        return [*items, item]
    return [item if one is prior else one for one in items]


def _open(value: Sealed[T]) -> T:
    return value.reveal(Purpose.STORE)
