"""Patients, insurance, visits and charges through the API."""

from __future__ import annotations

import httpx2
from tests.support.filled import Filled, providers

PERSON = {"family": "Brambleworth", "given": "Tamsin", "birth_date": "1990-07-08", "sex": "F", "city": "TESTVILLE"}
COVERAGE = {
    "payer_id": "00123",
    "payer_name": "CEDAR RIDGE HEALTH (INVENTED)",
    "member_id": "CRH000111222",
    "copay": {"minor": 2500},
}


def test_a_new_patient_can_be_read_changed_and_found(api: httpx2.Client) -> None:
    identity = api.post("/api/patients", json={**PERSON, "coverage": COVERAGE}).json()["id"]
    first = api.get(f"/api/patients/{identity}").json()
    assert (first["family"], first["birth_date"], first["version"]) == ("Brambleworth", "1990-07-08", 1)
    assert api.put(f"/api/patients/{identity}", json={**PERSON, "city": "NEWPLACE"}).status_code == 200
    second = api.get(f"/api/patients/{identity}").json()
    assert (second["city"], second["version"]) == ("NEWPLACE", 2)
    found = api.post("/api/patients/search", json={"name": "bramb", "birthdate": "1990-07-08"}).json()["patients"]
    assert [identity] == [one["id"] for one in found]
    assert found == api.post("/api/patients/search", json={"name": "tamsin bram"}).json()["patients"]


def test_the_same_key_makes_one_patient(api: httpx2.Client) -> None:
    header = {"Idempotency-Key": "reception-1"}
    person = {**PERSON, "family": "Onlyonce"}
    first = api.post("/api/patients", json=person, headers=header)
    again = api.post("/api/patients", json=person, headers=header)
    assert first.json() == again.json()
    other = api.post("/api/patients", json={**person, "given": "Else"}, headers=header)
    assert (other.status_code, other.json()["code"]) == (409, "api.key_used")
    assert len(api.post("/api/patients/search", json={"name": "onlyonce"}).json()["patients"]) == 1


def test_a_key_is_free_again_when_nothing_was_made(filled: Filled, api: httpx2.Client) -> None:
    provider = next(iter(providers(filled).values()))
    booking = {"patient_id": provider, "start": "2026-03-11T09:00:00-06:00", "minutes": 30, "provider_id": provider}
    header = {"Idempotency-Key": "booking-1"}
    assert api.post("/api/appointments", json=booking, headers=header).status_code == 404
    booking["patient_id"] = filled.patients[0]
    assert api.post("/api/appointments", json=booking, headers=header).status_code == 201


def test_insurance_is_added_and_listed_primary_first(api: httpx2.Client) -> None:
    identity = api.post("/api/patients", json={**PERSON, "family": "Twoplans"}).json()["id"]
    api.post(f"/api/patients/{identity}/coverages", json={**COVERAGE, "order": 2, "member_id": "SECOND222"})
    api.post(f"/api/patients/{identity}/coverages", json=COVERAGE)
    listed = api.get(f"/api/patients/{identity}/coverages").json()["coverages"]
    assert [(one["order"], one["member_id"], one["copay"]["minor"]) for one in listed] == [
        (1, "CRH000111222", 2500),
        (2, "SECOND222", 2500),
    ]


def test_insurance_is_ended_by_its_end_date_and_only_on_its_own_patient(filled: Filled, api: httpx2.Client) -> None:
    identity = api.post("/api/patients", json={**PERSON, "family": "Endsplan"}).json()["id"]
    plan = api.post(f"/api/patients/{identity}/coverages", json=COVERAGE).json()["id"]
    ended = {**COVERAGE, "end": "2026-03-31"}
    assert api.put(f"/api/patients/{identity}/coverages/{plan}", json=ended).status_code == 200
    (listed,) = api.get(f"/api/patients/{identity}/coverages").json()["coverages"]
    assert (listed["id"], listed["end"]) == (plan, "2026-03-31")
    other = api.put(f"/api/patients/{filled.patients[0]}/coverages/{plan}", json=COVERAGE)
    assert (other.status_code, other.json()["code"]) == (404, "records.not_found")
    assert api.get(f"/api/patients/{identity}/coverages").json()["coverages"] == [listed]


def test_a_visit_is_moved_until_it_is_over(filled: Filled, api: httpx2.Client) -> None:
    provider = next(iter(providers(filled).values()))
    booking = {"patient_id": filled.patients[1], "start": "2026-03-12T09:00:00-06:00", "minutes": 30}
    visit = api.post("/api/appointments", json={**booking, "provider_id": provider}).json()["id"]
    later = {"start": "2026-03-13T14:00:00-06:00", "minutes": 50}
    assert api.post(f"/api/appointments/{visit}/move", json=later).status_code == 200
    (moved,) = [one for one in api.get("/api/appointments?day=2026-03-13").json()["visits"] if one["id"] == visit]
    assert (moved["start"], moved["provider_id"]) == ("2026-03-13T20:00:00Z", provider)
    assert api.post(f"/api/appointments/{visit}/status", json={"status": "no_show"}).status_code == 200
    over = api.post(f"/api/appointments/{visit}/move", json=later)
    assert (over.status_code, over.json()["code"]) == (409, "practice.visit_over")


def test_a_visit_goes_from_booking_to_charges(filled: Filled, api: httpx2.Client) -> None:
    patient = api.post("/api/patients", json={**PERSON, "family": "Visitor", "coverage": COVERAGE}).json()["id"]
    provider = next(iter(providers(filled).values()))
    body = {"patient_id": patient, "start": "2026-03-12T09:00:00-06:00", "minutes": 45, "provider_id": provider}
    visit = api.post("/api/appointments", json=body).json()["id"]
    assert api.post(f"/api/appointments/{visit}/status", json={"status": "arrived"}).status_code == 200
    assert api.post(f"/api/appointments/{visit}/status", json={"status": "seen"}).status_code == 200
    lines = {"lines": [{"procedure": "90834", "diagnoses": ["F411"]}, {"procedure": "90785", "diagnoses": ["F411"]}]}
    assert api.post(f"/api/appointments/{visit}/charges", json=lines).status_code == 200
    row = next(one for one in api.get("/api/appointments?day=2026-03-12").json()["visits"] if one["id"] == visit)
    assert (
        row["status"],
        row["charges"],
        row["charged"]["minor"],
        row["payer_id"],
        row["eligibility"],
    ) == ("seen", "charged", 15000, "00123", "not_asked")


def test_a_charge_that_no_payer_could_read_is_refused_with_its_line(filled: Filled, api: httpx2.Client) -> None:
    lines = {"lines": [{"procedure": "90834", "diagnoses": ["F411"]}, {"procedure": "9083", "diagnoses": ["F411"]}]}
    answer = api.post(f"/api/appointments/{filled.visits[20]}/charges", json=lines)
    assert (400 <= answer.status_code < 500, answer.json()["fields"]["line"]) == (True, "2")


def test_the_day_is_paged_without_gaps(filled: Filled, api: httpx2.Client) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/api/appointments?day=2026-03-10&limit=7{cursor}").json()
        seen += [one["id"] for one in page["visits"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert set(filled.visits) == set(seen)
    assert len(filled.visits) == len(seen)


def test_eligibility_says_why_a_payer_could_not_answer(api: httpx2.Client) -> None:
    checks = api.get("/api/eligibility?day=2026-03-10").json()["checks"]
    states = {one["state"] for one in checks}
    assert {"asked", "active", "inactive", "unclear"} == states
    unclear = next(one for one in checks if one["state"] == "unclear")
    assert (
        unclear["problem_code"],
        unclear["say"],
    ) == ("coverage.payer_72", "The member id is missing or not one of the payer's.")
