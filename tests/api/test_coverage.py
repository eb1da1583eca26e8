"""Eligibility, payers and prior authorization through the API, in the shapes that billing modules expect."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date

import httpx2
import pytest
from tests.support.filled import Filled

from chartline.connect.clearing import EnrollmentNews, PayerEntry, Support
from chartline.connect.facts import Benefit, EligibilityAnswer
from chartline.domains.coverage.checks import open_check, record_answer
from chartline.domains.coverage.enrollments import EnrollmentState, open_enrollment, record_enrollment_news
from chartline.domains.coverage.payers import begin_directory, finish_directory, take_page
from chartline.kernel.ids import new_id
from chartline.kernel.money import Money

ANSWER = EligibilityAnswer(
    "e1",
    (
        Benefit("1", "IND", "30", plan="Invented Choice"),
        Benefit("B", "IND", "30", amount=Money(2500), in_network="Y"),
        Benefit("C", "IND", "30", period="23", amount=Money(100_000)),
        Benefit("C", "IND", "30", period="29", amount=Money(25_050)),
        Benefit("R", other_payer="SECOND INVENTED MUTUAL", other_payer_id="00077"),
    ),
)


@pytest.fixture
def coverage(filled: Filled, api: httpx2.Client) -> Iterator[dict[str, str]]:
    """The first patient's coverage."""
    data = api.get(f"/api/billing/eligibility/coverages/{filled.patients[0]}").json()["data"]
    yield data["coverages"][0]


def answered(filled: Filled, patient: str, coverage: dict[str, str], answer: EligibilityAnswer, again: str) -> str:
    with filled.services.database.work(filled.organisation) as work:
        check = open_check(
            work,
            filled.services.records,
            patient_id=patient,
            coverage_id=coverage["id"],
            payer_id=coverage["payerId"],
            service_date=work.now.date(),
            again=again,
        ).check
        record_answer(work, filled.services.vault, filled.services.records, check.id, answer)
        return check.id


def test_a_fresh_answer_is_given_again_in_the_promised_shape(
    filled: Filled, api: httpx2.Client, coverage: dict[str, str]
) -> None:
    patient = filled.patients[0]
    check = answered(filled, patient, coverage, ANSWER, new_id())
    found = api.post("/api/billing/eligibility/check", json={"patientId": patient, "payerId": coverage["payerId"]})
    assert found.status_code == 200, found.text
    body = found.json()
    assert (body["success"], body["data"]["status"], body["data"]["fresh"]) == (True, "active", True)
    said = body["data"]["coverage"]
    assert (said["planName"], said["copay"], said["deductible"]) == ("Invented Choice", 25.0, 1000.0)
    assert (said["deductibleRemaining"], said["network"]) == (250.5, "in")
    assert [one["copay"] for one in said["benefits"] if one["network"] == "in"] == [25.0]
    assert said["otherPayers"] == [{"name": "SECOND INVENTED MUTUAL", "payerNumber": "00077"}]
    assert body["data"]["id"] == check


def test_history_says_what_changed_and_an_other_payer_is_a_question(
    filled: Filled, api: httpx2.Client, coverage: dict[str, str]
) -> None:
    patient = filled.patients[0]
    answered(filled, patient, coverage, ANSWER, new_id())
    ended = EligibilityAnswer("e2", (Benefit("6", "IND", "30"),))
    answered(filled, patient, coverage, ended, new_id())
    rows = api.get(f"/api/billing/eligibility/history/{patient}", params={"limit": 2}).json()["data"]
    assert [row["status"] for row in rows] == ["inactive", "active"]
    changed = {one["what"]: (one["before"], one["after"]) for one in rows[0]["changed"]}
    assert changed["state"] == ("active", "inactive")
    assert changed["copay"] == ("25.00", "")
    questions = api.get(f"/api/billing/eligibility/coverages/{patient}").json()["data"]["questions"]
    assert [one["payerName"] for one in questions] == ["SECOND INVENTED MUTUAL"]
    address = f"/api/billing/eligibility/questions/{questions[0]['id']}"
    assert api.post(address, json={"choice": "wrong"}).status_code == 200
    assert api.post(address, json={"choice": "wrong"}).json()["code"] == "coverage.no_question"


def test_a_check_without_a_connection_or_a_coverage_says_what_to_do(filled: Filled, api: httpx2.Client) -> None:
    body = {"patientId": filled.patients[1], "payerId": "NOSUCHPAYER"}
    refused = api.post("/api/billing/eligibility/check", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "coverage.no_coverage")
    stranger = api.post("/api/billing/eligibility/check", json={"patientId": new_id(), "payerId": "1"})
    assert stranger.status_code == 404
    unknown = api.post("/api/billing/eligibility/check", json={**body, "memberNumber": "1"})
    assert unknown.status_code == 400


def test_settings_are_kept_and_refuse_what_cannot_be(api: httpx2.Client) -> None:
    wanted = {"serviceType": "mh", "visitServiceTypes": {"dental": "35"}, "daysAhead": 5, "freshDays": 2}
    assert api.put("/api/billing/eligibility/settings", json=wanted).json()["data"]["serviceType"] == "MH"
    kept = api.get("/api/billing/eligibility/settings").json()["data"]
    assert (kept["visitServiceTypes"], kept["daysAhead"], kept["monthlyDays"]) == ({"dental": "35"}, 5, 10)
    wrong = {"visitServiceTypes": {"dental": "?"}}
    assert api.put("/api/billing/eligibility/settings", json=wrong).json()["code"] == "coverage.bad_setting"
    api.put("/api/billing/eligibility/settings", json={})


def test_coverages_are_put_in_order(filled: Filled, api: httpx2.Client, coverage: dict[str, str]) -> None:
    address = f"/api/billing/eligibility/coverages/{filled.patients[0]}"
    wrong = api.put(f"{address}/order", json={"coverages": [new_id()]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "coverage.bad_order")
    right = api.put(f"{address}/order", json={"coverages": [coverage["id"]]})
    assert [one["order"] for one in right.json()["data"]["coverages"]] == [1]


def test_payers_are_found_by_beginnings_of_their_names(filled: Filled, api: httpx2.Client) -> None:
    with filled.services.database.work(filled.organisation) as work:
        connection = filled.services.connections.all(work)[0].id
        begin_directory(work, connection, "g1")
        entries = [
            PayerEntry("00111", "BLUE MEADOW OF COLORADO", services={"eligibility": Support.YES}),
            PayerEntry("00222", "MEADOW HEALTH", services={"remittance": Support.ENROLLMENT}, enrollment_days=20),
        ]
        take_page(work, connection, "g1", entries)
        finish_directory(work, connection, "g1")
        known = open_enrollment(work, connection, "00222", "MEADOW HEALTH", "remittance", "1999999984", "user:x")
        record_enrollment_news(
            work, EnrollmentNews("ev1", "enroll", "enrolled", "", "00222", "era", "1999999984"), connection
        )

    def ids(**asked: str) -> list[str]:
        return [one["payerId"] for one in api.get("/api/billing/payers", params=asked).json()["data"]]

    assert ids(query="mead") == ["00111", "00222"]
    assert ids(query="mea blu") == ["00111"]
    assert ids(query="002") == ["00222"]
    assert ids(query="eadow") == []
    assert ids(query="meadow", service="remittance") == ["00222"]
    payer = api.get("/api/billing/payers/00222").json()["data"]
    assert payer["listed"][0]["services"] == {"remittance": "enrollment"}
    assert [one["state"] for one in payer["enrollments"]] == [EnrollmentState.ENROLLED.value]
    steps = api.get(f"/api/billing/payers/enrollments/{known.id}").json()["data"]["history"]
    assert [one["after"] for one in steps] == ["needed", "enrolled"]
    number = {"connectionId": connection, "number": "XX222"}
    assert api.put("/api/billing/payers/00111/number", json=number).json()["data"] == {connection: "XX222"}
    assert api.get("/api/billing/payers/nobody").json()["code"] == "coverage.no_payer"


def test_a_request_goes_the_manual_way_where_nothing_authorizes(
    filled: Filled, api: httpx2.Client, coverage: dict[str, str]
) -> None:
    patient = filled.patients[0]
    body = {
        "patientId": patient,
        "payerId": coverage["payerId"],
        "procedures": [{"cptCode": "90837", "units": 12}],
        "icdCodes": ["F33.1"],
        "serviceDateFrom": "2026-03-10",
        "serviceDateTo": "2026-06-10",
    }
    made = api.post("/api/billing/prior-auth/submit", json=body, headers={"Idempotency-Key": "pa-1"})
    assert made.status_code == 201, made.text
    first = made.json()["data"]
    assert (first["status"], first["route"], first["alerts"]) == ("submitted", "manual", ["call_payer"])
    again = api.post("/api/billing/prior-auth/submit", json=body, headers={"Idempotency-Key": "pa-1"})
    assert again.json()["data"]["id"] == first["id"]
    address = f"/api/billing/prior-auth/{first['id']}"
    bare = api.put(f"{address}/result", json={"outcome": "approved"})
    assert (bare.status_code, bare.json()["code"]) == (422, "authorization.bad_request")
    result = {
        "outcome": "modified",
        "authorizationNumber": "AUTH-77",
        "unitsApproved": 8,
        "validFrom": "2026-03-10",
        "validTo": "2026-03-20",
        "spokeWith": "Invented Agent",
        "reference": "R-1",
    }
    noted = api.put(f"{address}/result", json=result)
    assert noted.status_code == 200, noted.text
    granted = noted.json()["data"]
    assert (granted["status"], granted["unitsLeft"], granted["alerts"]) == ("modified", 8, ["expiring"])
    listed = api.get("/api/billing/prior-auth", params={"patientId": patient, "status": "modified"}).json()["data"]
    assert [one["id"] for one in listed] == [first["id"]]
    detail = api.get(address).json()["data"]
    assert [one["kind"] for one in detail["history"]] == ["drafted", "submitted", "by_hand"]
    assert detail["history"][-1]["spokeWith"] == "Invented Agent"


def test_missing_documents_hold_a_request_back(filled: Filled, api: httpx2.Client, coverage: dict[str, str]) -> None:
    template = {"payerId": coverage["payerId"], "cptCode": "96130", "documents": ["Referral letter"]}
    assert api.put("/api/billing/prior-auth/templates", json=template).status_code == 200
    body = {
        "patientId": filled.patients[0],
        "procedures": [{"cptCode": "96130"}],
        "icdCodes": ["F331"],
        "serviceDateFrom": date(2026, 3, 10).isoformat(),
        "documents": ["Treatment plan"],
    }
    made = api.post("/api/billing/prior-auth/submit", json=body).json()["data"]
    assert (made["status"], made["documentsMissing"]) == ("needs_documents", 2)
    address = f"/api/billing/prior-auth/{made['id']}"
    held = api.post(f"{address}/submit")
    assert (held.status_code, held.json()["code"]) == (409, "authorization.documents_missing")
    documents = {one["title"]: one["id"] for one in api.get(address).json()["data"]["documents"]}
    plan = {"documentId": documents["Treatment plan"], "content": base64.b64encode(b"%PDF-invented").decode()}
    assert api.post(f"{address}/documents", json=plan).status_code == 201
    file = api.get(f"{address}/documents/{documents['Treatment plan']}")
    assert file.content == b"%PDF-invented"
    assert api.post(f"{address}/documents/{documents['Referral letter']}/waive").status_code == 200
    assert api.post(f"{address}/submit").json()["data"]["status"] == "submitted"
    bad = {"title": "x", "content": "not base64!"}
    assert api.post(f"{address}/documents", json=bad).json()["code"] == "authorization.bad_document"
