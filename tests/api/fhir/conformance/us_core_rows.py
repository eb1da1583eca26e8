"""What a US Core 6.1.0 server must find, as a table: parameters, where their values stand, combinations, includes.

A path is read by ``read`` below, apart from the server's own extraction, so that the two check each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.fhir import Json

ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


@dataclass(frozen=True)
class Asks:
    """One resource type: its parameters as ``kind:path``, combinations, parameters with commas, includes."""

    parameters: dict[str, str]
    combinations: tuple[str, ...]
    several: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    provenance: bool = True
    create: bool = False


SUBJECT, STATUS, CODE, CATEGORY = "reference:subject", "token:status", "token:code", "token:category"

ROWS: dict[str, Asks] = {
    "AllergyIntolerance": Asks(
        {"patient": "reference:patient", "clinical-status": "token:clinicalStatus"},
        ("patient", "patient clinical-status"),
    ),
    "CarePlan": Asks(
        {"patient": SUBJECT, "category": CATEGORY, "status": STATUS, "date": "date:period.start"},
        ("patient category", *(f"patient category {more}" for more in ("status", "date", "status date"))),
        ("status",),
    ),
    "CareTeam": Asks(
        {"patient": SUBJECT, "status": STATUS, "role": "token:participant.role"},
        ("patient status", "role", "patient role"),
        ("status",),
        ("CareTeam:participant",),
    ),
    "Condition": Asks(
        {
            "patient": SUBJECT,
            "category": CATEGORY,
            "recorded-date": "date:recordedDate",
            "asserted-date": f"date:extension[{ASSERTED}].valueDateTime",
            "onset-date": "date:onsetDateTime",
            "abatement-date": "date:abatementDateTime",
            "clinical-status": "token:clinicalStatus",
            "code": CODE,
            "encounter": "reference:encounter",
        },
        (
            *("patient", "patient category", "patient recorded-date", "patient asserted-date", "patient onset-date"),
            *("patient abatement-date", "patient clinical-status", "patient code"),
            *("patient category clinical-status", "patient category encounter"),
        ),
    ),
    "Coverage": Asks({"patient": "reference:beneficiary"}, ("patient",)),
    "Device": Asks(
        {"patient": "reference:patient", "type": "token:type", "status": STATUS},
        ("patient", "patient type", "patient status"),
        ("status",),
    ),
    "DiagnosticReport": Asks(
        {"patient": SUBJECT, "category": CATEGORY, "code": CODE, "date": "date:effectiveDateTime", "status": STATUS},
        (
            *("patient", "patient category", "patient code", "patient category date", "patient code date"),
            "patient status",
        ),
        ("status", "code"),
        create=True,
    ),
    "DocumentReference": Asks(
        {
            "_id": "id:id",
            "patient": SUBJECT,
            "category": CATEGORY,
            "date": "date:date",
            "type": "token:type",
            "period": "date:context.period.start",
            "status": STATUS,
        },
        (
            *("_id", "patient", "patient category", "patient category date", "patient type", "patient type period"),
            "patient status",
        ),
        ("status",),
        create=True,
    ),
    "Encounter": Asks(
        {
            "_id": "id:id",
            "patient": SUBJECT,
            "date": "date:period.start",
            "identifier": "token:identifier",
            "class": "token:class",
            "type": "token:type",
            "status": STATUS,
            "location": "reference:location.location",
            "discharge-disposition": "token:hospitalization.dischargeDisposition",
        },
        (
            *("_id", "patient", "patient date", "identifier", "patient class", "patient type", "patient status"),
            *("patient location", "patient discharge-disposition"),
        ),
    ),
    "Goal": Asks(
        {
            "patient": SUBJECT,
            "target-date": "date:target.dueDate",
            "description": "token:description",
            "lifecycle-status": "token:lifecycleStatus",
        },
        ("patient", "patient target-date", "patient description", "patient lifecycle-status"),
    ),
    "Immunization": Asks(
        {"patient": "reference:patient", "date": "date:occurrenceDateTime", "status": STATUS},
        ("patient", "patient date", "patient status"),
    ),
    "Location": Asks(
        {
            "name": "string:name",
            "address": "string:address.city",
            "address-city": "string:address.city",
            "address-state": "string:address.state",
            "address-postalcode": "string:address.postalCode",
        },
        ("name", "address", "address-city", "address-state", "address-postalcode"),
        provenance=False,
    ),
    "MedicationDispense": Asks(
        {"patient": SUBJECT, "status": STATUS, "type": "token:type"},
        ("patient", "patient status", "patient status type"),
        ("status", "type"),
        ("MedicationDispense:medication",),
    ),
    "MedicationRequest": Asks(
        {
            "patient": SUBJECT,
            "intent": "token:intent",
            "status": STATUS,
            "encounter": "reference:encounter",
            "authoredon": "date:authoredOn",
        },
        ("patient intent", "patient intent status", "patient intent encounter", "patient intent authoredon"),
        ("intent", "status"),
        ("MedicationRequest:medication",),
    ),
    "Observation": Asks(
        {"patient": SUBJECT, "code": CODE, "category": CATEGORY, "date": "date:effectiveDateTime", "status": STATUS},
        (
            *("patient code", "patient category", "patient category date", "patient code date"),
            "patient category status",
        ),
        ("status", "code"),
    ),
    "Organization": Asks(
        {"name": "string:name", "address": "string:address.city"}, ("name", "address"), provenance=False
    ),
    "Patient": Asks(
        {
            "_id": "id:id",
            "identifier": "token:identifier",
            "name": "string:name.family",
            "family": "string:name.family",
            "birthdate": "day:birthDate",
            "gender": "token:gender",
            "death-date": "date:deceasedDateTime",
        },
        (
            *("_id", "identifier", "name", "birthdate name", "gender name", "birthdate family", "family gender"),
            "death-date family",
        ),
    ),
    "Practitioner": Asks(
        {"name": "string:name.family", "identifier": "token:identifier", "_id": "id:id"},
        ("name", "identifier", "_id"),
        provenance=False,
    ),
    "PractitionerRole": Asks(
        {"practitioner": "reference:practitioner", "specialty": "token:specialty"},
        ("practitioner", "specialty"),
        (),
        ("PractitionerRole:practitioner", "PractitionerRole:endpoint"),
        provenance=False,
    ),
    "Procedure": Asks(
        {"patient": SUBJECT, "date": "date:performedDateTime", "code": CODE, "status": STATUS},
        ("patient", "patient date", "patient code date", "patient status"),
        ("status", "code"),
    ),
    "QuestionnaireResponse": Asks(
        {
            "_id": "id:id",
            "patient": SUBJECT,
            "authored": "date:authored",
            "questionnaire": "id:questionnaire",
            "status": STATUS,
        },
        ("_id", "patient", "patient authored", "patient questionnaire", "patient status"),
        ("status",),
    ),
    "RelatedPerson": Asks(
        {"_id": "id:id", "patient": "reference:patient", "name": "string:name.family"},
        ("_id", "patient", "name", "patient name"),
    ),
    "ServiceRequest": Asks(
        {
            "_id": "id:id",
            "patient": SUBJECT,
            "category": CATEGORY,
            "code": CODE,
            "authored": "date:authoredOn",
            "status": STATUS,
        },
        (
            *("_id", "patient", "patient category", "patient code", "patient category authored"),
            *("patient code authored", "patient status"),
        ),
        ("status", "code"),
    ),
    "Specimen": Asks({"_id": "id:id", "patient": SUBJECT}, ("_id", "patient"), provenance=False),
}


def read(resource: Json, path: str) -> list[Any]:
    """What stands at a path of names with dots between; ``extension[url]`` picks one extension."""
    name, rest = path, ""
    if path.startswith("extension["):
        url, _, rest = path.removeprefix("extension[").partition("]")
        found = [each for each in resource.get("extension", []) if each["url"] == url]
        rest = rest.removeprefix(".")
    else:
        name, _, rest = path.partition(".")
        value = resource.get(name)
        found = value if isinstance(value, list) else [] if value is None else [value]
    return [deep for each in found for deep in read(each, rest)] if rest else found


def values(resource: Json, parameter: str) -> list[str]:
    """What a client would search one parameter by, as text: ``system|code``, ``Patient/x``, a day, a beginning."""
    kind, _, path = parameter.partition(":")
    return [text for found in read(resource, path) for text in _texts(kind, found)]


def _texts(kind: str, found: Any) -> list[str]:
    match kind, found:
        case "token", {"coding": codings}:
            return [f"{each['system']}|{each['code']}" for each in codings]
        case "token", {"system": system, "code": code}:
            return [f"{system}|{code}"]
        case "token", {"system": system, "value": value}:
            return [f"{system}|{value}"]
        case "reference", {"reference": text}:
            return [text]
        case (("id" | "string" | "token" | "date" | "day"), str(text)):
            return [text]
    return []
