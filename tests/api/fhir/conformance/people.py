"""A small practice to search in: invented people, their weights and pressures, and who cares for them."""

from __future__ import annotations

from typing import Any

import httpx2
from tests.support.fhir import Json, observation, patient

LOINC, UCUM, MRN = "http://loinc.org", "http://unitsofmeasure.org", "urn:invented:mrn"


def put(resource: Json) -> Json:
    """An entry that stores a resource under its own id."""
    return {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}


def pressure(identity: str, systolic: int, diastolic: int, **more: Any) -> Json:
    """A blood pressure with two components."""
    component = [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "system": UCUM, "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", systolic), ("8462-4", diastolic))
    ]
    body = observation("Patient/ann", id=identity, component=component, **more)
    body["code"] = {"coding": [{"system": LOINC, "code": "85354-9", "display": "Blood pressure panel"}]}
    del body["valueQuantity"]
    return body


def weight(identity: str, subject: str, value: float, day: str, unit: str = "kg", **more: Any) -> Json:
    """A weight on a day."""
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observation(f"Patient/{subject}", id=identity, valueQuantity=quantity, effectiveDateTime=day, **more)


PEOPLE: list[Json] = [
    patient(
        id="ann",
        identifier=[
            {"system": MRN, "value": "100|7", "type": {"coding": [{"system": "urn:invented:kind", "code": "MR"}]}}
        ],
        name=[{"family": "Ångström-Quill", "given": ["Ann", "Béatrice"]}],
        birthDate="1984-05-06",
        address=[{"city": "Grand Junction", "line": ["1 Elm, Rear"], "postalCode": "81501"}],
        telecom=[{"system": "phone", "value": "+1 970 555 0142"}],
        generalPractitioner=[{"reference": "Practitioner/doc"}],
        managingOrganization={"reference": "Organization/clinic"},
        meta={
            "tag": [{"system": "urn:invented:tag", "code": "vip"}],
            "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"],
        },
    ),
    patient(id="bob", name=[{"family": "Quillson", "given": ["Bob"]}], gender="male", birthDate="1990", active=True),
    patient(id="cat", name=[{"family": "Tern", "given": ["Cat"]}], birthDate="1984-05"),
    {"resourceType": "Patient", "id": "dot", "name": [{"text": "Dot Nobody"}]},
]
OTHERS: list[Json] = [
    {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Fernwood", "given": ["Ada"]}]},
    {
        "resourceType": "Organization",
        "id": "clinic",
        "name": "Juniper Clinic",
        "partOf": {"reference": "Organization/group"},
    },
    {"resourceType": "Organization", "id": "group", "name": "Juniper Group"},
    weight("w1", "ann", 72.50, "2026-03-02", encounter={"reference": "Encounter/e1"}),
    weight("w2", "ann", 71, "2026-04-15T10:30:00-06:00"),
    weight("w3", "bob", 90000, "2026", unit="g", status="amended"),
    pressure("p1", 120, 80, effectivePeriod={"start": "2026-05-01", "end": "2026-05-03"}),
    pressure("p2", 150, 95, effectivePeriod={"start": "2026-06-01"}),
    {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": "Patient/ann"},
        "period": {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"},
    },
    {
        "resourceType": "Provenance",
        "id": "prov",
        "target": [{"reference": "Observation/w1"}],
        "recorded": "2026-03-02T10:00:00Z",
        "agent": [{"who": {"reference": "Practitioner/doc"}}],
    },
    {"resourceType": "ValueSet", "id": "vs", "url": "http://invented.example/fhir/ValueSet/weights", "status": "draft"},
    {
        "resourceType": "Questionnaire",
        "id": "q",
        "url": "http://invented.example/fhir/Questionnaire/intake",
        "version": "2",
        "status": "draft",
    },
    {
        "resourceType": "QuestionnaireResponse",
        "id": "qr",
        "questionnaire": "http://invented.example/fhir/Questionnaire/intake|2",
        "status": "completed",
        "subject": {"reference": "Patient/ann"},
    },
    {
        "resourceType": "RiskAssessment",
        "id": "risk",
        "status": "final",
        "subject": {"reference": "Patient/ann"},
        "prediction": [{"probabilityDecimal": 0.80}],
    },
    {
        "resourceType": "List",
        "id": "mine",
        "status": "current",
        "mode": "working",
        "entry": [{"item": {"reference": "Patient/cat"}}],
    },
    {
        "resourceType": "Coverage",
        "id": "cov",
        "status": "active",
        "beneficiary": {"reference": "Patient/ann"},
        "payor": [{"identifier": {"system": "urn:invented:payer", "value": "P1"}}],
    },
]


def fill(client: httpx2.Client) -> None:
    """Store everybody."""
    body = {"resourceType": "Bundle", "type": "transaction", "entry": [put(one) for one in PEOPLE + OTHERS]}
    answer = client.post("", json=body)
    assert answer.status_code == 200, answer.text


def ids(answer: httpx2.Response, mode: str = "match") -> list[str]:
    """Ids of the entries of a searchset, in order."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["resourceType"], body["type"]) == ("Bundle", "searchset")
    entries = body.get("entry", [])
    return [entry["resource"]["id"] for entry in entries if entry["search"]["mode"] == mode]
