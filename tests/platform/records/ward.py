"""A small ward with everything that searches can stumble over, and a way to ask for it as a client would."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chartline.formats.fhir import JsonObject
from chartline.formats.fhir.search import read_query
from chartline.kernel.sealed import Purpose
from chartline.platform.database import Work
from chartline.platform.records import EVERYTHING, Found, Reach, Records

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
MRN = "urn:example:mrn"


def ref(target: str) -> JsonObject:
    """A reference."""
    return {"reference": target}


def coded(code: str, system: str = LOINC, display: str | None = None) -> JsonObject:
    """A concept of one coding."""
    coding: JsonObject = {"system": system, "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}


def amount(value: str, unit: str = "mg") -> JsonObject:
    """A quantity in a UCUM unit."""
    return {"value": Decimal(value), "unit": unit, "system": UCUM, "code": unit}


def observation(identity: str, patient: str, code: str, when: str, value: JsonObject, **more: object) -> JsonObject:
    """An observation of a patient."""
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": coded(code),
        "subject": ref(f"Patient/{patient}"),
        "effectiveDateTime": when,
        "valueQuantity": value,
        **more,
    }


def ward() -> list[JsonObject]:
    """Three patients, a doctor, two houses, visits, observations, a list, provenance."""
    return [
        {
            "resourceType": "Organization",
            "id": "house",
            "name": "Mossy Bank Clinic",
            "partOf": ref("Organization/group"),
        },
        {"resourceType": "Organization", "id": "group", "name": "Larkspur Group"},
        {
            "resourceType": "Practitioner",
            "id": "d1",
            "name": [{"family": "Wetherwane", "given": ["Odo"]}],
            "birthDate": "1970-02-03",
        },
        {
            "resourceType": "Patient",
            "id": "p1",
            "active": True,
            "identifier": [{"system": MRN, "value": "A1"}],
            "name": [{"family": "Quillfeather", "given": ["Isolde", "Ann"]}],
            "gender": "female",
            "birthDate": "1984-07-19",
            "address": [{"city": "Ouray", "state": "CO", "postalCode": "81427"}],
            "generalPractitioner": [ref("Practitioner/d1")],
            "managingOrganization": ref("Organization/house"),
        },
        {
            "resourceType": "Patient",
            "id": "p2",
            "identifier": [{"system": MRN, "value": "A2"}],
            "name": [{"family": "Marrowby", "given": ["Ansel"]}],
            "gender": "male",
            "birthDate": "1990-01",
            "managingOrganization": ref("Organization/group"),
        },
        {"resourceType": "Patient", "id": "p3", "name": [{"family": "O'Néil-Quill"}], "birthDate": "1951"},
        observation("o1", "p1", "718-7", "2026-03-02T10:00:00Z", amount("13.5")),
        observation("o2", "p1", "2345-7", "2026-03-03", amount("0.0052", "g"), encounter=ref("Encounter/e1")),
        observation("o3", "p2", "718-7", "2026-04-01T08:00:00Z", amount("9.1")),
        observation("o4", "p3", "9999-9", "2025", amount("1"), status="amended"),
        {
            "resourceType": "Encounter",
            "id": "e1",
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": ref("Patient/p1"),
            "period": {"start": "2026-03-01T08:00:00Z", "end": "2026-03-20T08:00:00Z"},
            "participant": [{"individual": ref("Practitioner/d1")}],
        },
        {
            "resourceType": "Encounter",
            "id": "e2",
            "status": "in-progress",
            "class": {"code": "IMP"},
            "subject": ref("Patient/p2"),
            "period": {"start": "2025-01-01"},
        },
        {
            "resourceType": "List",
            "id": "l1",
            "status": "current",
            "mode": "working",
            "entry": [{"item": ref("Patient/p1")}, {"item": ref("Patient/p3")}],
        },
        {
            "resourceType": "Provenance",
            "id": "v1",
            "recorded": "2026-03-02T10:00:00Z",
            "target": [ref("Observation/o1"), ref("Observation/o3")],
            "agent": [{"who": ref("Practitioner/d1")}],
        },
    ]


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the records as a client would."""

    records: Records
    work: Work

    def page(self, rtype: str, query: str = "", reach: Reach = EVERYTHING, page: int = 50) -> Found:
        """One page; ``rtype`` may name several types, or none for all."""
        pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
        custom = self.records.custom_parameters(self.work)
        asked = read_query(
            rtype.split(",") if rtype else (), [(one, two) for one, two in pairs], strict=True, custom=custom
        )
        return self.records.search_page(self.work, asked, reach, page=page)

    def ids(self, rtype: str, query: str = "", reach: Reach = EVERYTHING) -> list[str]:
        """The ids of the matches, in order."""
        return [one.id for one in self.page(rtype, query, reach).matches]

    def found(self, rtype: str, query: str, reach: Reach = EVERYTHING) -> set[str]:
        """The references of matches and included resources."""
        page = self.page(rtype, query, reach)
        return {one.reference for one in [*page.matches, *page.included]}

    def walked(self, rtype: str, query: str, page: int, reach: Reach = EVERYTHING) -> list[str]:
        """The ids of all pages."""
        seen: list[str] = []
        cursor = ""
        while True:
            found = self.page(rtype, f"{query}&_cursor={cursor}" if cursor else query, reach, page)
            seen += [one.id for one in found.matches]
            if found.next is None:
                return seen
            cursor = found.next

    def body(self, rtype: str, identity: str) -> JsonObject:
        """A resource."""
        return self.records.read(self.work, rtype, identity).reveal(Purpose.SHOW)
