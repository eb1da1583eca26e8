"""Claims over HTTP: sent, checked, changed, sent on, asked about, and everything that can be done with them."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.support.filled import Filled

from chartline.kernel.ids import new_id

JSON = dict[str, Any]


def asked(filled: Filled, **changes: object) -> JSON:
    """A claim of one hour for a patient of the practice."""
    body: JSON = {
        "patientId": filled.patients[0],
        "payerId": "00999",
        "claimType": "professional",
        "subscriberMemberId": "ZZQ5550001",
        "payerName": "Imaginary Health",
        "renderingProviderNpi": filled.world.providers[0].npi,
        "serviceDateFrom": "2026-03-03",
        "totalCharge": 150.0,
        "lines": [
            {
                "serviceDate": "2026-03-03",
                "cptCode": "90837",
                "icdCodes": ["F41.1"],
                "units": 1,
                "chargeAmount": 150.0,
                "modifiers": [],
            }
        ],
    }
    return body | changes


def sent(api: httpx2.Client, body: JSON, **headers: str) -> JSON:
    answer = api.post("/api/billing/claims", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def body(filled: Filled, request: pytest.FixtureRequest) -> JSON:
    """Each test has a day of its own, so that no claim is the twin of another."""
    tests = sorted(name for name in dir(request.module) if name.startswith("test_"))
    day = f"2026-02-{tests.index(request.node.originalname) + 1:02d}"
    made = asked(filled, serviceDateFrom=day)
    made["lines"][0]["serviceDate"] = day
    return made


def test_a_claim_is_made_checked_and_put_in_line(api: httpx2.Client, body: JSON) -> None:
    made = sent(api, body)
    assert made["claimNumber"].startswith("CLM-")
    assert made["status"] == "draft"
    checked = api.post(f"/api/billing/claims/{made['id']}/validate").json()["data"]
    assert (checked["status"], checked["held"]) == ("validated", False), checked
    answer = api.get(f"/api/billing/claims/{made['claimNumber']}/status").json()
    assert answer["paidAmount"] == 0
    assert answer["adjustmentAmount"] == 0
    assert answer["patientResponsibility"] == 0
    assert answer["status"] == "validated"


def test_a_total_that_differs_from_the_lines_is_refused_when_it_is_checked(api: httpx2.Client, body: JSON) -> None:
    made = sent(api, body | {"totalCharge": 149.5})
    checked = api.post(f"/api/billing/claims/{made['id']}/validate").json()["data"]
    assert checked["held"]
    assert any("total" in one["say"].lower() for one in checked["findings"])
    refused = api.post(f"/api/billing/claims/{made['id']}/submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "claims.held_by_rules")
    mended = api.put(f"/api/billing/claims/{made['id']}", json={"totalCharge": 150}).json()["data"]
    assert (mended["held"], mended["status"]) == (False, "validated")


def test_the_same_key_makes_one_claim(api: httpx2.Client, body: JSON) -> None:
    headers = {"Idempotency-Key": new_id()}
    assert sent(api, body, **headers)["id"] == sent(api, body, **headers)["id"]


def test_each_claim_of_a_batch_is_looked_at_for_itself(api: httpx2.Client, body: JSON) -> None:
    stranger = body | {"patientId": new_id()}
    wrong = body | {"lines": [{**body["lines"][0], "icdCodes": ["F41.1X"], "cptCode": "90834"}]}
    nobody = body | {"renderingProviderNpi": "1999999976"}
    headers = {"Idempotency-Key": new_id()}
    first = api.post("/api/billing/claims/batch", json={"claims": [body, stranger, wrong, nobody]}, headers=headers)
    assert first.status_code == 200, first.text
    data = first.json()["data"]
    assert (data["accepted"], data["held"], data["refused"]) == (1, 1, 2), data
    good, unknown, held, other = data["claims"]
    assert (good["status"], good["problem"]) == ("validated", None)
    assert unknown["problem"]["code"] == "claims.no_patient"
    assert any(one["severity"] == "error" for one in held["findings"])
    assert other["problem"]["fields"] == {"field": "renderingProviderNpi"}
    again = api.post("/api/billing/claims/batch", json={"claims": [body, stranger, wrong, nobody]}, headers=headers)
    assert [one["id"] for one in again.json()["data"]["claims"]] == [one["id"] for one in data["claims"]]


def test_claims_are_held_released_tagged_noted_cancelled_and_reopened(api: httpx2.Client, body: JSON) -> None:
    made = sent(api, body)
    place = f"/api/billing/claims/{made['id']}"
    assert api.post(f"{place}/hold", json={"reason": "waits for the doctor"}).json()["data"]["held"]
    listed = api.get("/api/billing/claims", params={"held": "true", "limit": 200}).json()["data"]
    assert "waits for the doctor" in [one["holdReason"] for one in listed if one["id"] == made["id"]]
    assert api.post(f"{place}/submit").json()["code"] == "claims.not_in_this_state"
    assert api.post(f"{place}/release").json()["data"]["status"] == "validated"
    assert api.put(f"{place}/tags", json={"tags": ["Ask-Doctor"]}).json()["data"]["tags"] == ["ask-doctor"]
    tagged = api.get("/api/billing/claims", params={"tag": "ask-doctor"}).json()["data"]
    assert made["id"] in [one["id"] for one in tagged]
    api.post(f"{place}/notes", json={"text": "Called the patient."})
    assert [one["text"] for one in api.get(f"{place}/notes").json()["data"]] == ["Called the patient."]
    assert api.post(f"{place}/cancel", json={"reason": "twice"}).json()["data"]["status"] == "cancelled"
    acts = {one["act"]: one for one in api.get(place).json()["data"]["acts"]}
    assert acts["reopen"]["may"]
    assert not acts["edit"]["may"]
    assert acts["edit"]["whyNot"]
    assert api.post(f"{place}/reopen").json()["data"]["status"] == "validated"


def test_a_claim_that_no_payer_has_is_not_voided(api: httpx2.Client, body: JSON) -> None:
    made = sent(api, body)
    answer = api.post(f"/api/billing/claims/{made['id']}/void", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "claims.not_in_this_state")


def test_a_claim_is_printed(api: httpx2.Client, body: JSON) -> None:
    made = sent(api, body)
    answer = api.get(f"/api/billing/claims/{made['id']}/paper")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_what_changed_since_is_listed_and_taken_over(api: httpx2.Client, body: JSON) -> None:
    made = sent(api, body)
    place = f"/api/billing/claims/{made['id']}"
    assert api.get(f"{place}/changed-since").json()["data"] == []
    person = api.get(f"/api/patients/{body['patientId']}").json()
    names = ("family", "given", "birth_date", "middle", "sex", "phone", "email", "street", "unit", "city", "state")
    known = {name: person[name] for name in (*names, "postal_code")}
    api.put(f"/api/patients/{body['patientId']}", json=known | {"street": "12 Otherwhere Lane"})
    found = api.get(f"{place}/changed-since").json()["data"]
    assert [(one["place"], one["today"]) for one in found] == [("patient.address.line1", "12 Otherwhere Lane")]
    assert api.post(f"{place}/refresh").status_code == 200
    assert api.get(f"{place}/changed-since").json()["data"] == []
    assert api.post(f"{place}/refresh").json()["code"] == "claims.nothing_changed"
