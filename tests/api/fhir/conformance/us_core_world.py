"""The US Core examples of HL7 that lie with the formats' tests, and invented resources where an element has none.

The examples are kept unchanged; ``MORE`` says what they leave out: a coded goal, dates of a condition, a discharge.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import httpx2
from tests.api.fhir.conformance.people import put
from tests.api.fhir.conformance.us_core_rows import ROWS
from tests.support.fhir import Json

from chartline.formats.fhir import encode, parse

EXAMPLES = Path(__file__).resolve().parents[3] / "formats" / "fhir" / "examples" / "us_core"
HL7 = "http://terminology.hl7.org/CodeSystem"
SNOMED, LOINC, MINE = "http://snomed.info/sct", "http://loinc.org", "urn:invented:kind"
AMY = {"reference": "Patient/example"}
VISIT = {"reference": "Encounter/visit"}


def coded(system: str, code: str) -> Json:
    """A concept with one coding."""
    return {"coding": [{"system": system, "code": code}]}


MORE: list[Json] = [
    {
        "resourceType": "Organization",
        "id": "juniper",
        "active": True,
        "name": "Juniper Hospital",
        "address": [{"line": ["1 Elm"], "city": "Durango", "state": "CO", "postalCode": "81301"}],
    },
    {
        "resourceType": "Endpoint",
        "id": "mail",
        "status": "active",
        "connectionType": {"system": f"{HL7}/endpoint-connection-type", "code": "direct-project"},
        "payloadType": [{"text": "any"}],
        "address": "mailto:desk@juniper.example",
    },
    {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "Practitioner/practitioner-1"},
        "organization": {"reference": "Organization/juniper"},
        "specialty": [coded(MINE, "heart")],
        "endpoint": [{"reference": "Endpoint/mail"}],
    },
    {
        "resourceType": "CarePlan",
        "id": "plan",
        "status": "completed",
        "intent": "plan",
        "category": [coded("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan")],
        "subject": AMY,
        "period": {"start": "2026-01-05", "end": "2026-02-05"},
    },
    {
        "resourceType": "Condition",
        "id": "sprain",
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate", "valueDateTime": "2026-03-03"}
        ],
        "clinicalStatus": coded(f"{HL7}/condition-clinical", "resolved"),
        "category": [coded(f"{HL7}/condition-category", "encounter-diagnosis")],
        "code": coded(SNOMED, "44465007"),
        "subject": AMY,
        "encounter": VISIT,
        "onsetDateTime": "2026-03-01",
        "abatementDateTime": "2026-04-01",
        "recordedDate": "2026-03-04T10:00:00Z",
    },
    {
        "resourceType": "Encounter",
        "id": "visit",
        "identifier": [{"system": "urn:invented:visit", "value": "V-1"}],
        "status": "in-progress",
        "class": {"system": f"{HL7}/v3-ActCode", "code": "EMER"},
        "type": [coded(SNOMED, "4525004")],
        "subject": AMY,
        "period": {"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T11:00:00Z"},
        "location": [{"location": {"reference": "Location/hl7east"}}],
        "hospitalization": {"dischargeDisposition": coded(f"{HL7}/discharge-disposition", "home")},
    },
    {
        "resourceType": "DocumentReference",
        "id": "letter",
        "status": "superseded",
        "type": coded(LOINC, "34133-9"),
        "category": [
            coded("http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "clinical-note")
        ],
        "subject": AMY,
        "date": "2026-03-04T12:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "data": "aGVsbG8="}}],
        "context": {"period": {"start": "2026-03-04T09:00:00Z", "end": "2026-03-04T11:00:00Z"}},
    },
    {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "status": "preliminary",
        "category": [coded(f"{HL7}/v2-0074", "LAB")],
        "code": coded(LOINC, "58410-2"),
        "subject": AMY,
        "effectiveDateTime": "2026-03-04T10:30:00Z",
    },
    {
        "resourceType": "Device",
        "id": "pacer",
        "status": "inactive",
        "type": coded(SNOMED, "14106009"),
        "patient": AMY,
    },
    {
        "resourceType": "MedicationRequest",
        "id": "pills",
        "status": "stopped",
        "intent": "plan",
        "medicationReference": {"reference": "Medication/uscore-med1"},
        "subject": AMY,
        "encounter": VISIT,
        "authoredOn": "2026-03-04",
    },
    {
        "resourceType": "MedicationDispense",
        "id": "handed",
        "status": "stopped",
        "type": coded(f"{HL7}/v3-ActCode", "FF"),
        "medicationReference": {"reference": "Medication/uscore-med2"},
        "subject": AMY,
        "whenHandedOver": "2026-03-05",
    },
    {
        "resourceType": "Observation",
        "id": "pulse",
        "status": "amended",
        "category": [coded(f"{HL7}/observation-category", "vital-signs")],
        "code": coded(LOINC, "8867-4"),
        "subject": AMY,
        "effectiveDateTime": "2026-03-04T10:00:00Z",
        "valueQuantity": {"value": Decimal("72.0"), "system": "http://unitsofmeasure.org", "code": "/min"},
    },
    {
        "resourceType": "Procedure",
        "id": "suture",
        "status": "in-progress",
        "code": coded(SNOMED, "18949003"),
        "subject": AMY,
        "performedDateTime": "2026-03-04T10:15:00Z",
    },
    {
        "resourceType": "QuestionnaireResponse",
        "id": "asked",
        "questionnaire": "http://invented.example/fhir/Questionnaire/sleep",
        "status": "amended",
        "subject": AMY,
        "authored": "2026-03-04T09:30:00Z",
    },
    {
        "resourceType": "ServiceRequest",
        "id": "xray",
        "status": "draft",
        "intent": "order",
        "category": [coded(SNOMED, "363679005")],
        "code": coded(SNOMED, "399208008"),
        "subject": AMY,
        "authoredOn": "2026-03-04T10:05:00Z",
    },
    {
        "resourceType": "CareTeam",
        "id": "others",
        "status": "proposed",
        "subject": {"reference": "Patient/deceased-example"},
        "participant": [{"role": [coded(SNOMED, "17561000")], "member": {"reference": "Organization/juniper"}}],
    },
]


def world() -> list[Json]:
    """Every resource of the types that are searched, and one Provenance about the first of each type."""
    examples = [parse(file.read_bytes()) for file in sorted(EXAMPLES.glob("*.json"))]
    known: list[Json] = [each for each in examples if each["resourceType"] not in ("Bundle", "Questionnaire")] + MORE
    firsts = {str(each["resourceType"]): str(each["id"]) for each in reversed(known) if each["resourceType"] in ROWS}
    about: Json = {
        "resourceType": "Provenance",
        "id": "about-firsts",
        "target": [{"reference": f"{rtype}/{identity}"} for rtype, identity in firsts.items()],
        "recorded": "2026-03-05T08:00:00Z",
        "agent": [{"who": {"reference": "Practitioner/practitioner-1"}}],
    }
    return [*known, about]


def store(client: httpx2.Client) -> None:
    """Put all of it in one transaction."""
    body: Json = {"resourceType": "Bundle", "type": "transaction", "entry": [put(each) for each in world()]}
    answer = client.post("", content=encode(body), headers={"Content-Type": "application/fhir+json"})
    assert answer.status_code == 200, answer.text
