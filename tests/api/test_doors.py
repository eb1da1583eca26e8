"""Who gets in, what a refusal looks like, and that nothing leaks from it."""

from __future__ import annotations

import httpx2
import pytest
from tests.support.filled import PASSWORD, Filled

from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose
from chartline.platform.audit import Target

PERSON = {"family": "Quillfeather", "given": "Odalys", "birth_date": "1984-05-06"}


def token_of(filled: Filled, role: str, organisation: str | None = None) -> dict[str, str]:
    """The header of a new token."""
    made = filled.services.access.create_token(organisation or filled.organisation, role, role)
    return {"Authorization": f"Bearer {made.value.reveal(Purpose.AUTHENTICATE)}"}


def test_without_a_token_nothing_is_shown(address: str) -> None:
    answer = httpx2.get(f"{address}/api/patients")
    assert (
        answer.status_code,
        answer.json()["code"],
        answer.headers["www-authenticate"],
    ) == (401, "access.unauthenticated", "Bearer")


def test_a_token_in_the_address_is_not_looked_at(filled: Filled, address: str) -> None:
    assert httpx2.get(f"{address}/api/patients?token={filled.token}&access_token={filled.token}").status_code == 401


def test_an_auditor_reads_claims_and_writes_nothing(filled: Filled, address: str) -> None:
    header = token_of(filled, "auditor")
    assert httpx2.get(f"{address}/api/claims", headers=header).status_code == 200
    answer = httpx2.post(f"{address}/api/patients", headers=header, json=PERSON)
    assert (
        answer.status_code,
        answer.json()["code"],
        answer.json()["fields"],
    ) == (403, "access.forbidden", {"permission": "provider_read"})


def test_a_clinician_sees_no_money(filled: Filled, address: str) -> None:
    header = token_of(filled, "clinician")
    refused = [
        "/api/claims",
        "/api/ledger/balances",
        "/api/remittances",
        "/api/reports/numbers?from=2026-03-01&to=2026-03-31",
    ]
    assert [httpx2.get(address + one, headers=header).status_code for one in refused] == [403] * 4


def test_another_practice_finds_nothing_of_ours(filled: Filled, address: str) -> None:
    other = filled.services.access.create_organisation("ANOTHER PRACTICE (INVENTED)")
    header = token_of(filled, "owner", other)
    addresses = [
        f"/api/patients/{filled.patients[0]}",
        f"/api/claims/{filled.claims[0]}",
        f"/api/remittances/{filled.remittances[0]}",
        f"/api/exchanges/{filled.exchange}",
    ]
    assert [httpx2.get(address + one, headers=header).status_code for one in addresses] == [404] * 4
    assert httpx2.get(f"{address}/api/patients", headers=header).json()["patients"] == []


def test_every_wrong_field_is_named_and_no_value(api: httpx2.Client) -> None:
    body = {"family": "", "birth_date": "Secretvalue", "shoe": "Secretvalue", "coverage": {"payer_id": "1", "order": 9}}
    answer = api.post("/api/patients", json=body)
    assert answer.status_code == 400
    assert answer.json()["fields"] == {
        "family": "unreadable",
        "given": "missing",
        "birth_date": "unreadable",
        "shoe": "unknown",
        "coverage.payer_name": "missing",
        "coverage.member_id": "missing",
        "coverage.order": "unreadable",
    }
    assert "Secretvalue" not in answer.text


def test_a_body_that_is_no_json_is_refused(api: httpx2.Client) -> None:
    answer = api.post("/api/patients", content=b"{oops", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"body": "unreadable"})


def test_query_values_are_named_too(api: httpx2.Client) -> None:
    answer = api.get("/api/claims", params={"begin": "yesterday", "limit": "9999"})
    assert (400, {"begin", "limit"}) == (answer.status_code, set(answer.json()["fields"]))
    assert api.get("/api/appointments").json()["fields"] == {"day": "unreadable"}


def test_an_unknown_address_answers_in_json(api: httpx2.Client) -> None:
    for path in ("/api/nothing", "/api/claims/not-an-id", "/api/claims/x/y/z"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "api.no_such_address"), path


def test_a_console_session_reads_and_needs_the_page_token_to_write(filled: Filled, address: str) -> None:
    with httpx2.Client(base_url=address) as browser:
        browser.post("/sign-in", data={"email": filled.email, "password": PASSWORD})
        assert browser.get("/api/patients").status_code == 200
        refused = browser.post("/api/patients", json=PERSON)
        assert (refused.status_code, refused.json()["code"]) == (403, "api.foreign_form")
        page = browser.get("/").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        assert browser.post("/api/patients", json=PERSON, headers={"X-CSRF-Token": token}).status_code == 201


def test_looking_at_a_patient_is_in_the_audit_trail(filled: Filled, api: httpx2.Client) -> None:
    api.get(f"/api/patients/{filled.patients[1]}")
    services = filled.services
    with services.database.read(filled.organisation) as work:
        rows = services.audit.rows(work, Target("Patient", filled.patients[1]), limit=1)
        assert services.audit.verify(work).intact
    assert (rows[0].event.action, rows[0].event.purpose) == ("api.patient.read", "show")
    assert rows[0].event.actor.startswith("token:")


def test_headers_keep_pages_out_of_caches_and_frames(api: httpx2.Client) -> None:
    headers = api.get(f"/api/patients/{new_id()}").headers
    assert (
        headers["cache-control"],
        headers["x-content-type-options"],
        headers["x-frame-options"],
    ) == ("no-store", "nosniff", "DENY")


def test_health_says_that_no_worker_lives(address: str) -> None:
    answer = httpx2.get(f"{address}/health")
    assert (
        answer.status_code,
        answer.json()["status"],
        answer.json()["database"],
        answer.json()["workers"],
    ) == (503, "degraded", True, 0)


def test_metrics_are_prometheus_text(address: str) -> None:
    answer = httpx2.get(f"{address}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "chartline_jobs_waiting" in answer.text
    assert "chartline_job_issues_open 1.0" in answer.text


def test_no_request_leaves_a_patient_value_or_a_token_in_the_logs(
    filled: Filled, api: httpx2.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    made = filled.world.patients[0]
    api.get("/api/patients", params={"name": made.family})
    api.get("/api/patients", params={"name": made.family, "birthdate": made.member_id})
    api.post("/api/patients", json={"family": made.family, "given": made.member_id})
    api.post(f"/api/claims/{filled.claims[0]}/correct", json={"member_id": made.member_id})
    api.get(f"/api/patients/{made.member_id}")
    written = "".join(capfd.readouterr())
    assert not [value for value in (*filled.world.private_values(), filled.token) if value in written]


def test_a_query_parameter_that_nobody_knows_is_refused_and_not_ignored(api: httpx2.Client) -> None:
    answer = api.get("/api/patients", params={"nmae": "x"})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"nmae": "unknown"})
