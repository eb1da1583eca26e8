"""Invented resources for the tests of the records."""

from __future__ import annotations

from chartline.formats.fhir import (
    JsonObject,
    coding,
    concept,
    contact_point,
    human_name,
    identifier,
    reference,
)

MEMBER = "urn:example:member"


def patient(
    family: str = "Quillfeather",
    given: str = "Isolde",
    born: str = "1984-07-19",
    member: str = "ZQX991234",
    identity: str | None = None,
) -> JsonObject:
    """A patient who does not exist."""
    made: JsonObject = {
        "resourceType": "Patient",
        "identifier": [identifier(MEMBER, member)],
        "name": [human_name(family, [given])],
        "telecom": [contact_point("phone", "(303) 555-0147")],
        "birthDate": born,
        "active": True,
    }
    return {**made, "id": identity} if identity else made


def appointment(start: str, end: str, subject: str = "Patient/p1", status: str = "booked") -> JsonObject:
    """An appointment with one patient and one practitioner."""
    kind, identity = subject.split("/")
    return {
        "resourceType": "Appointment",
        "status": status,
        "start": start,
        "end": end,
        "participant": [
            {"actor": reference(kind, identity), "status": "accepted"},
            {"actor": reference("Practitioner", "d1"), "status": "accepted"},
        ],
    }


def encounter(start: str, end: str | None = None, subject: str = "Patient/p1", status: str = "finished") -> JsonObject:
    """A visit."""
    kind, identity = subject.split("/")
    period = {"start": start, "end": end} if end else {"start": start}
    return {
        "resourceType": "Encounter",
        "status": status,
        "class": coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB"),
        "subject": reference(kind, identity),
        "period": period,
    }


def coverage(beneficiary: str = "Patient/p1", member: str = "ZQX991234") -> JsonObject:
    """An invented plan's coverage."""
    kind, identity = beneficiary.split("/")
    return {
        "resourceType": "Coverage",
        "status": "active",
        "type": concept("urn:example:plans", "PPO"),
        "subscriberId": member,
        "beneficiary": reference(kind, identity),
        "payor": [reference("Organization", "payer1")],
    }
