"""What a FHIR client writes lands in the records that sync uses, and reaches the practice system like our own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.flows.house import House
from tests.support.server import serving

from chartline.domains.sync.changes import waiting
from chartline.domains.sync.log import Direction, Happened
from chartline.flows.practice_sync import PUSH
from chartline.kernel.sealed import Purpose

Json = dict[str, Any]
PAYER = "urn:chartline:payer"


@pytest.fixture
def client(home: House) -> Iterator[httpx2.Client]:
    """An outside program with a token of the practice."""
    token = home.services.access.create_token(home.organisation, "outside", "integration").value
    headers = {"Authorization": f"Bearer {token.reveal(Purpose.AUTHENTICATE)}"}
    with (
        serving(home.services) as address,
        httpx2.Client(base_url=f"{address}/fhir/R4", headers=headers, timeout=30, verify=False) as made,
    ):
        yield made


def patient(home: House, number: int, **more: Any) -> Json:
    """A person of the world, with what our own front desk never writes."""
    person = home.patient(number)
    return {
        "resourceType": "Patient",
        "name": [
            {"use": "nickname", "text": "Invented Nick"},
            {"use": "official", "family": person.family, "given": [person.given, person.middle or "Q"]},
        ],
        "gender": "other",
        "birthDate": person.birth_date.isoformat(),
        "telecom": [{"system": "phone", "value": person.phone, "rank": 1}],
        "address": [
            {"line": [person.street], "city": person.city, "state": person.state, "postalCode": person.postal_code}
        ],
        "deceasedBoolean": False,
        **more,
    }


def coverage(home: House, number: int, patient_id: str) -> Json:
    person = home.patient(number)
    return {
        "resourceType": "Coverage",
        "status": "active",
        "beneficiary": {"reference": f"Patient/{patient_id}"},
        "subscriberId": person.member_id,
        "payor": [{"identifier": {"system": PAYER, "value": person.payer.payer_id}, "display": person.payer.name}],
        "period": {"start": "2026-01-01"},
        "costToBeneficiary": [
            {
                "type": {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/coverage-copay-type", "code": "copay"}]
                },
                "valueMoney": {"value": 12.345, "currency": "USD"},
            }
        ],
    }


def appointment(home: House, number: int, patient_id: str) -> Json:
    visit = home.visit(number)
    provider = home.office.providers[visit.patient.provider.key]
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "start": visit.start.isoformat(),
        "end": (visit.start + timedelta(minutes=visit.minutes)).isoformat(),
        "participant": [
            {"actor": {"reference": f"Patient/{patient_id}"}, "status": "accepted"},
            {"actor": {"reference": f"Practitioner/{provider}"}, "status": "tentative"},
        ],
    }


def make(client: httpx2.Client, resource: Json) -> str:
    answer = client.post(f"/{resource['resourceType']}", json=resource)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def counted(home: House) -> tuple[int, ...]:
    counters = home.vendors.office_counters()
    return tuple(counters[name] for name in ("patients_added", "plans_added", "visits_added", "patients_updated"))


def left(home: House) -> int:
    with home.work() as work:
        return sum(waiting(work).values())


@pytest.mark.conformance("I8", "I11")
def test_what_a_client_posts_and_puts_reaches_the_practice_system(home: House, client: httpx2.Client) -> None:
    person = patient(home, 39)
    identity = make(client, person)
    make(client, coverage(home, 39, identity))
    make(client, appointment(home, 39, identity))
    home.do(PUSH, connection=home.advancedmd)
    assert (counted(home), left(home)) == ((1, 1, 1, 0), 0)
    moved = {**person, "id": identity, "telecom": [{"system": "phone", "value": "5555550188"}]}
    assert client.put(f"/Patient/{identity}", json=moved).status_code == 200
    home.do(PUSH, connection=home.advancedmd)
    assert (counted(home), left(home), home.codes()) == ((1, 1, 1, 1), 0, [])


def test_a_transaction_reaches_it_too_and_what_lacks_something_is_told(home: House, client: httpx2.Client) -> None:
    unfit = make(client, patient(home, 40, birthDate="1984-05"))
    entries = [
        {
            "fullUrl": "urn:uuid:0b0c5c40-1111-4c1b-9d7e-000000000001",
            "resource": patient(home, 41),
            "request": {"method": "POST", "url": "Patient"},
        },
        {
            "resource": coverage(home, 41, "x")
            | {"beneficiary": {"reference": "urn:uuid:0b0c5c40-1111-4c1b-9d7e-000000000001"}},
            "request": {"method": "POST", "url": "Coverage"},
        },
    ]
    answer = client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status_code == 200, answer.text
    home.do(PUSH, connection=home.advancedmd)
    assert (counted(home), left(home)) == ((1, 1, 0, 0), 0)
    refused = home.events(direction=Direction.OUT, outcome=Happened.REFUSED)
    assert [(one.local_id, one.code) for one in refused] == [(unfit, "practice.patient_incomplete")]
    whole = {**patient(home, 40), "id": unfit}
    assert client.put(f"/Patient/{unfit}", json=whole).status_code == 200
    home.do(PUSH, connection=home.advancedmd)
    assert (counted(home), left(home)) == ((2, 1, 0, 0), 0)
