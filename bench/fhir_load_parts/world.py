"""The invented world: patients with an encounter and observations, the same for every server and every run.

Each patient has three observations, every twentieth has eighteen. Five patients share a family name, however many
there are, so a search finds as much in a large world as in a small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from chartline.formats.fhir import JsonObject

MRN = "urn:invented:mrn"
LOINC = "http://loinc.org"
CODES = ("8867-4", "29463-7", "8302-2", "8310-5", "9279-1")
RICH = 20
"""Every so many patients one has a full record."""
_GIVEN = ("Odalys", "Bertrand", "Celestine", "Dagmar", "Emeric", "Fenella", "Gaspard", "Hesper", "Isolde", "Jocasta")
_SOUNDS = ("bra", "del", "fin", "gor", "hul", "kes", "lam", "mor", "nid", "pul", "quis", "ros", "sal", "tev", "vor")


def family(number: int) -> str:
    """The family name of a patient: three to five sounds, the same for five in a row."""
    place, name = number // 5 + len(_SOUNDS) ** 2, ""
    while place:
        place, sound = divmod(place, len(_SOUNDS))
        name += _SOUNDS[sound]
    return name.capitalize()


def identifier(number: int) -> str:
    """The record number of a patient."""
    return f"M{number:08d}"


def patient(number: int) -> JsonObject:
    """A patient of about one kilobyte."""
    year, month, day = 1930 + number % 90, number % 12 + 1, number % 28 + 1
    return {
        "resourceType": "Patient",
        "id": f"p{number}",
        "identifier": [
            {
                "use": "usual",
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                "system": MRN,
                "value": identifier(number),
            },
            {"system": "urn:invented:member", "value": f"W{number * 7:09d}"},
        ],
        "active": True,
        "name": [{"use": "official", "family": family(number), "given": [_GIVEN[number % 10], "M."]}],
        "telecom": [{"system": "phone", "value": f"(555) 010-{number % 10000:04d}", "use": "home"}],
        "gender": "female" if number % 2 else "male",
        "birthDate": f"{year}-{month:02d}-{day:02d}",
        "address": [
            {
                "use": "home",
                "line": [f"{number % 900 + 1} Elm Street"],
                "city": "Springfield",
                "state": "IL",
                "postalCode": f"{62701 + number % 90}",
                "country": "US",
            }
        ],
        "maritalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]
        },
    }


def encounter(number: int) -> JsonObject:
    """A visit of a patient."""
    return {
        "resourceType": "Encounter",
        "id": f"e{number}",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/p{number}"},
        "period": {"start": "2026-02-28T09:00:00-07:00", "end": "2026-02-28T09:20:00-07:00"},
    }


def observation(number: int, place: int) -> JsonObject:
    """A vital sign of a patient."""
    day = f"2026-{place % 12 + 1:02d}-{number % 28 + 1:02d}"
    return {
        "resourceType": "Observation",
        "id": f"o{number}-{place}",
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "vital-signs",
                        "display": "Vital Signs",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": LOINC, "code": CODES[place % 5]}], "text": "A vital sign"},
        "subject": {"reference": f"Patient/p{number}"},
        "encounter": {"reference": f"Encounter/e{number}"},
        "effectiveDateTime": f"{day}T09:30:00-07:00",
        "issued": f"{day}T09:30:10-07:00",
        "valueQuantity": {
            "value": 40 + (number + place) % 60,
            "unit": "kg",
            "system": "http://unitsofmeasure.org",
            "code": "kg",
        },
    }


def record(number: int) -> list[JsonObject]:
    """A patient and everything about them."""
    count = 18 if number % RICH == 0 else 3
    return [patient(number), encounter(number), *(observation(number, place) for place in range(count))]


def everything(patients: int) -> Iterator[JsonObject]:
    """All resources of a world."""
    for number in range(patients):
        yield from record(number)


def transaction(random: Random, entries: int) -> JsonObject:
    """A Bundle of new resources that refer to each other: patients with nine observations each."""
    found: list[JsonObject] = []
    while len(found) < entries:
        number = random.randrange(10_000_000, 100_000_000)
        name = f"urn:uuid:{random.getrandbits(32):08x}-0000-4000-8000-{number:012d}"
        made = patient(number)
        del made["id"]
        found.append({"fullUrl": name, "resource": made, "request": {"method": "POST", "url": "Patient"}})
        for place in range(min(9, entries - len(found))):
            sign = observation(number, place)
            del sign["id"], sign["encounter"]
            sign["subject"] = {"reference": name}
            found.append({"resource": sign, "request": {"method": "POST", "url": "Observation"}})
    return {"resourceType": "Bundle", "type": "transaction", "entry": found}
