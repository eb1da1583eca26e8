"""What it costs to accept FHIR resources. Prints a table; takes about ten seconds.

    python bench/fhir_accept.py

Each row is one body: its bytes, then microseconds of one core for reading the JSON alone (the floor), for accepting it
(reading and the quick check), for the thorough check that lists every fault, and what accepting is to the floor. The
best of many rounds, since other work on the machine only adds. First, what the first resource of a type costs once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from chartline.formats.fhir import JsonObject, accept, encode, faults, parse
from chartline.formats.fhir.definitions import RESOURCE_TYPES

ROUNDS, LONG = 200, 8
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"


def coding(system: str, code: str, display: str) -> JsonObject:
    """A Coding."""
    return {"system": system, "code": code, "display": display}


def race(name: str, code: str, display: str) -> JsonObject:
    """An extension of extensions, as US Core has them."""
    category: JsonObject = {
        "url": "ombCategory",
        "valueCoding": coding("urn:oid:2.16.840.1.113883.6.238", code, display),
    }
    return {"url": f"{US_CORE}us-core-{name}", "extension": [category, {"url": "text", "valueString": display}]}


def patient() -> JsonObject:
    """An invented patient as a certified EHR sends one."""
    sex: JsonObject = {"url": f"{US_CORE}us-core-birthsex", "valueCode": "F"}
    kinds = "http://terminology.hl7.org/CodeSystem/v2-0203"
    return {
        "resourceType": "Patient",
        "id": "0193a1b2-aaaa-7000-8000-000000000001",
        "meta": {"profile": [f"{US_CORE}us-core-patient"], "lastUpdated": "2026-03-02T10:00:00.000Z"},
        "extension": [race("race", "2106-3", "White"), race("ethnicity", "2186-5", "Not Hispanic"), sex],
        "identifier": [
            {
                "use": "usual",
                "type": {"coding": [coding(kinds, "MR", "Medical Record Number")], "text": "MRN"},
                "system": "http://practice.example/mrn",
                "value": "Q-1032702",
            }
        ],
        "active": True,
        "name": [
            {"use": "official", "family": "Quillfeather", "given": ["Isolde", "Marigold"], "prefix": ["Ms."]},
            {"use": "old", "family": "Thistlewood", "given": ["Isolde"], "period": {"end": "2016-12-06"}},
        ],
        "telecom": [
            {"system": "phone", "value": "555-0100", "use": "home", "rank": 1},
            {"system": "email", "value": "isolde@quillfeather.example"},
        ],
        "gender": "female",
        "birthDate": "1984-07-19",
        "deceasedBoolean": False,
        "address": [
            {
                "use": "home",
                "line": ["49 Meadow Street", "Apt 2"],
                "city": "Mounds",
                "state": "OK",
                "postalCode": "74047",
                "country": "US",
                "period": {"start": "2016-12-06"},
            }
        ],
        "maritalStatus": {"coding": [coding("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "M", "Married")]},
        "communication": [{"language": {"coding": [coding("urn:ietf:bcp:47", "en-US", "English")]}}],
        "generalPractitioner": [{"reference": "Practitioner/1", "display": "Dr. Alder Finch"}],
    }


def observation() -> JsonObject:
    """A blood pressure."""
    loinc, unit = "http://loinc.org", "http://unitsofmeasure.org"
    category = coding("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs", "Vital Signs")

    def part(code: str, display: str, value: int) -> JsonObject:
        quantity: JsonObject = {"value": value, "unit": "mmHg", "system": unit, "code": "mm[Hg]"}
        return {"code": {"coding": [coding(loinc, code, display)]}, "valueQuantity": quantity}

    return {
        "resourceType": "Observation",
        "id": "bp",
        "status": "final",
        "category": [{"coding": [category]}],
        "code": {"coding": [coding(loinc, "85354-9", "Blood pressure panel")], "text": "Blood pressure"},
        "subject": {"reference": "Patient/0193a1b2-aaaa-7000-8000-000000000001"},
        "encounter": {"reference": "Encounter/e1"},
        "effectiveDateTime": "2026-03-02T10:15:00-07:00",
        "component": [part("8480-6", "Systolic", 119), part("8462-4", "Diastolic", 77)],
    }


def with_narrative(resource: JsonObject) -> JsonObject:
    """The resource with a narrative of about 400 bytes."""
    rows = "".join(f"<tr><td>row {number}</td><td>value {number}</td></tr>" for number in range(8))
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><table>{rows}</table></div>'
    return {**resource, "text": {"status": "generated", "div": div}}


def bundle(resources: list[JsonObject]) -> JsonObject:
    """A transaction that creates resources."""
    entries = [
        {"fullUrl": f"urn:uuid:{number:08}", "resource": one, "request": {"method": "POST", "url": "Observation"}}
        for number, one in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def best(work: Callable[[], object], rounds: int) -> float:
    """Microseconds of the best round."""
    least = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - begin)
    return least * 1e6


def main() -> None:
    """Print the tables."""
    begin = time.perf_counter()
    accept(encode(patient()))
    first = time.perf_counter() - begin
    for rtype in RESOURCE_TYPES:
        faults({"resourceType": rtype})
    print(f"first Patient: {first * 1e3:.0f} ms, once a process\n")
    bodies = {
        "Patient, US Core": patient(),
        "Patient with a narrative": with_narrative(patient()),
        "Observation": observation(),
        "Bundle of 50": bundle([patient(), observation()] * 25),
        "Bundle of 1000": bundle([patient(), observation()] * 500),
    }
    print(f"{'body':26}{'bytes':>10}{'parse us':>11}{'accept us':>11}{'faults us':>11}{'x parse':>9}{'MB/s':>7}")
    for name, resource in bodies.items():
        body = encode(resource)
        parsed = parse(body)
        rounds = ROUNDS if len(body) < 100_000 else LONG
        floor = best(lambda body=body: parse(body), rounds)
        whole = best(lambda body=body: accept(body), rounds)
        slow = best(lambda parsed=parsed: faults(parsed), rounds)
        speed = len(body) / whole
        print(f"{name:26}{len(body):10}{floor:11.1f}{whole:11.1f}{slow:11.1f}{whole / floor:9.1f}{speed:7.1f}")


if __name__ == "__main__":
    main()
