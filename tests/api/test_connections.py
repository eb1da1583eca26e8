"""Synchronisation of a connection through the API: who may do what, and that each verb leaves what it promises."""

from __future__ import annotations

import httpx2
import pytest
from tests.api.test_doors import token_of
from tests.support.filled import Filled

from chartline.connect.facts import ChargeFact, PostedCharge
from chartline.domains.practice.charge_questions import ask_about
from chartline.domains.practice.visits import encounter_id
from chartline.domains.sync.runs import RunState, read_run
from chartline.kernel.money import Money

SAID = """GET /config|POST /config|POST /test-connection|POST /patients/{patient_id}/sync|POST /patients/sync-all
GET /patients/{patient_id}/status|GET /patients/{patient_id}/sync-status|GET /patients/{patient_id}/sync-logs
POST /appointments/{appointment_id}/create-visit|POST /appointments/{appointment_id}/submit-charges
GET /appointments/{appointment_id}/charges|GET /appointments/{appointment_id}/sync-status
POST /appointments/{appointment_id}/sync|POST /appointments/bulk-sync|POST /appointments/pull-updates
POST /patients/{patient_id}/insurance|GET /patients/{patient_id}/insurance
POST /patients/{patient_id}/check-eligibility|GET /lookup/{name}|POST /sync/run
GET /sync/status|GET /sync/logs|GET /sync/dashboard|GET /sync/stats
GET /admin/rate-limit-status|POST /admin/reset-token"""
PROMISED = [line for row in SAID.splitlines() for line in row.split("|")]
"""The verbs that were promised to integrators."""


@pytest.fixture
def office(filled: Filled, api: httpx2.Client) -> str:
    """The id of the AdvancedMD connection."""
    connections = api.get("/api/connections").json()["connections"]
    return next(one["id"] for one in connections if one["vendor"] == "advancedmd")


def test_every_promised_verb_is_there_under_both_addresses(api: httpx2.Client) -> None:
    paths = api.get("/api/openapi.json").json()["paths"]
    there = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    for root in ("/api/advancedmd", "/api/connections/{connection_id}"):
        assert [one for one in PROMISED if one.replace(" ", f" {root}") not in there] == []
    ours, theirs = (
        {line.removeprefix(root) for line in paths if line.startswith(root)}
        for root in ("/api/connections/{connection_id}/", "/api/advancedmd/")
    )
    assert ours == theirs


def test_both_addresses_answer_the_same(api: httpx2.Client, office: str) -> None:
    by_name = api.get("/api/advancedmd/config").json()
    assert by_name == api.get(f"/api/connections/{office}/config").json()
    assert (by_name["id"], by_name["vendor"], by_name["settings"]["enabled"]) == (office, "advancedmd", True)


def test_the_setup_shows_which_secrets_there_are_and_none_of_them(filled: Filled, api: httpx2.Client) -> None:
    answer = api.get("/api/advancedmd/config")
    assert {"username": True, "password": True}.items() <= answer.json()["secrets"].items()
    assert not [secret for secret in filled.world.secrets() if secret in answer.text]
    unverified = {one["name"] for one in answer.json()["operations"] if one["unverified"]}
    assert "checkclaimstatus" in unverified


def test_settings_change_one_by_one_and_refuse_what_they_cannot_be(api: httpx2.Client) -> None:
    changed = api.post("/api/advancedmd/config", json={"settings": {"visits": "hourly", "push_visits": False}}).json()
    assert (changed["settings"]["visits"], changed["settings"]["push_visits"]) == ("hourly", False)
    assert changed["settings"]["patients"] == "real_time"
    assert api.post("/api/advancedmd/config", json={"settings": {"visits": "sometimes"}}).status_code == 400
    assert api.post("/api/advancedmd/config", json={"settings": {"log_days": 30}}).status_code == 400
    back = {"settings": {"visits": "real_time", "push_visits": True}}
    assert api.post("/api/advancedmd/config", json=back).json()["settings"]["visits"] == "real_time"


def test_a_secret_given_as_an_option_is_refused_and_not_repeated(api: httpx2.Client) -> None:
    answer = api.post("/api/advancedmd/config", json={"options": {"password": "hunter-two-three"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "connect.wrong_secrets")
    assert "hunter" not in answer.text


def test_a_patient_is_put_in_line_and_their_run_is_found(filled: Filled, api: httpx2.Client, office: str) -> None:
    patient = filled.patients[2]
    started = api.post(f"/api/advancedmd/patients/{patient}/sync")
    (run,) = started.json()["runs"]
    assert started.status_code == 202
    found = api.get(f"/api/advancedmd/sync/runs/{run}").json()
    assert (found["what"], found["state"], found["subject"]) == ("patient", "queued", patient)
    assert run in {one["id"] for one in api.get(f"/api/connections/{office}/sync/runs").json()["runs"]}
    standing = api.get(f"/api/advancedmd/patients/{patient}/sync-status").json()
    assert [one["id"] for one in standing["runs"]] == [run]
    short = api.get(f"/api/advancedmd/patients/{patient}/status").json()
    assert short["state"] == standing["state"]


def test_an_unknown_patient_starts_nothing(filled: Filled, api: httpx2.Client) -> None:
    before = api.get("/api/advancedmd/sync/runs").json()["runs"]
    nobody = "01980000-0000-7000-8000-000000000000"
    answer = api.post(f"/api/advancedmd/patients/{nobody}/sync")
    assert (answer.status_code, answer.json()["code"]) == (404, "records.not_found")
    assert api.get("/api/advancedmd/sync/runs").json()["runs"] == before


def test_the_kill_switch_stops_people_too(filled: Filled, api: httpx2.Client) -> None:
    assert not api.post("/api/advancedmd/config", json={"settings": {"enabled": False}}).json()["settings"]["enabled"]
    try:
        answer = api.post("/api/advancedmd/sync/run", json={"what": "now"})
        assert (answer.status_code, answer.json()["code"]) == (409, "sync.switched_off")
        assert api.get("/api/advancedmd/sync/status").json()["enabled"] is False
    finally:
        api.post("/api/advancedmd/config", json={"settings": {"enabled": True}})
    started = api.post("/api/advancedmd/sync/run", json={"what": "now"}).json()["runs"]
    with filled.services.database.read(filled.organisation) as work:
        assert {read_run(work, one).state for one in started} == {RunState.QUEUED}


def test_days_in_the_wrong_order_are_refused(api: httpx2.Client) -> None:
    answer = api.post("/api/advancedmd/appointments/bulk-sync", json={"first": "2026-03-12", "last": "2026-03-10"})
    assert (answer.status_code, answer.json()["code"]) == (400, "sync.bad_days")


def test_new_insurance_is_stored_once_and_sent(filled: Filled, api: httpx2.Client) -> None:
    patient = filled.patients[6]
    plan = {"payer_id": "00123", "payer_name": "CEDAR RIDGE HEALTH (INVENTED)", "member_id": "CRH999", "order": 2}
    address, header = f"/api/advancedmd/patients/{patient}/insurance", {"Idempotency-Key": "second-plan"}
    made = api.post(address, json=plan, headers=header).json()
    again = api.post(address, json=plan, headers=header).json()
    assert made["id"] == again["id"]
    listed = api.get(address).json()["insurance"]
    assert [one["coverage"]["member_id"] for one in listed].count("CRH999") == 1
    assert next(one for one in listed if one["coverage"]["id"] == made["id"])["sync"]["vendor_id"] is None


def test_the_log_is_filtered_by_the_people_and_outcomes_it_names(filled: Filled, api: httpx2.Client) -> None:
    lines = api.get("/api/advancedmd/sync/logs?outcome=conflict").json()["events"]
    assert {one["outcome"] for one in lines} == {"conflict"}
    patient = lines[0]["local_id"]
    about = api.get(f"/api/advancedmd/sync/logs?patient={patient}").json()["events"]
    assert lines[0]["id"] in {one["id"] for one in about}
    assert api.get("/api/advancedmd/sync/logs?since=2026-03-10T00:00:00").json()["code"] == "api.invalid"


def test_the_dashboard_counts_what_needs_a_person(api: httpx2.Client) -> None:
    found = api.get("/api/advancedmd/sync/dashboard").json()
    assert found["status"]["conflicts"] >= 1
    assert {"high", "medium", "low"} <= {one["tier"] for one in found["tiers"]}
    tiers = api.get("/api/advancedmd/admin/rate-limit-status").json()["tiers"]
    assert [one["allowed"] for one in tiers] == [one["allowed"] for one in found["tiers"]]


def test_a_dry_run_names_fields_and_costs_and_sends_nothing(api: httpx2.Client) -> None:
    before = api.get("/api/exchanges?limit=200").json()["exchanges"]
    found = api.get("/api/advancedmd/sync/plan").json()
    assert found["sends"] == sum(one["refused"] is None for one in found["writes"])
    assert {one["tier"] for one in found["costs"]} <= {"high", "medium", "low"}
    assert api.get("/api/exchanges?limit=200").json()["exchanges"] == before


def test_charges_that_stand_there_wait_with_both_lists_until_somebody_decides(
    filled: Filled, api: httpx2.Client, office: str
) -> None:
    services, visit = filled.services, filled.visits[3]
    encounter = encounter_id(filled.organisation, visit)
    other = ChargeFact("90834", ("95",), 1, ("F411",), "10", Money(15000))
    with services.database.work(filled.organisation) as work:
        assert ask_about(work, services.vault, encounter, visit, office, (PostedCharge("880", "700", other),))
    (question,) = api.get("/api/advancedmd/charge-questions").json()["questions"]
    assert (question["appointment_id"], question["theirs"][0]["procedure"]) == (visit, "90834")
    assert question["theirs"][0]["modifiers"] == ["95"]
    address = f"/api/advancedmd/appointments/{visit}/charge-question"
    assert api.post(address, json={"choice": "toss"}).status_code == 400
    assert api.post(address, json={"choice": "keep"}).status_code == 200
    assert api.get("/api/advancedmd/charge-questions").json()["questions"] == []
    nobody = api.post(f"/api/advancedmd/appointments/{filled.visits[4]}/charge-question", json={"choice": "keep"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "practice.no_charge_question")


def test_a_record_in_dispute_is_one_case_decided_and_taken_back_whole(filled: Filled, api: httpx2.Client) -> None:
    patient = filled.patients[7]
    listed = {one["id"]: one for one in api.get("/api/advancedmd/sync/cases").json()["cases"]}
    assert listed[patient]["fields"] == ["phone"]
    address = f"/api/advancedmd/sync/cases/patient/{patient}"
    (field,) = api.get(address).json()["fields"]
    assert (field["base"], field["ours"], field["theirs"]) == (None, "5555550101", "5555550199")
    chosen = {"fields": {"phone": {"choice": "value", "value": "5555550123"}}}
    decision = api.post(address, json=chosen).json()["id"]
    assert api.get(f"/api/patients/{patient}").json()["phone"].endswith("0123")
    again = api.post(address, json=chosen)
    assert (again.status_code, again.json()["code"]) == (409, "sync.already_decided")
    assert api.get(address).status_code == 404
    assert api.post("/api/advancedmd/sync/cases/take-back", json={"decision": decision}).status_code == 200
    assert patient in {one["id"] for one in api.get("/api/advancedmd/sync/cases").json()["cases"]}


def test_the_owner_of_a_field_is_set_and_goes_back(api: httpx2.Client) -> None:
    def owner() -> tuple[str, str]:
        rows = api.get("/api/advancedmd/sync/owners").json()["owners"]
        return next(
            (one["owner"], one["default"]) for one in rows if (one["kind"], one["field"]) == ("patient", "city")
        )

    start = owner()
    change = {"kind": "patient", "field": "city", "owner": "theirs"}
    assert api.post("/api/advancedmd/sync/owners", json=change).status_code == 200
    assert owner() == ("theirs", start[1])
    api.post("/api/advancedmd/sync/owners", json={**change, "owner": None})
    assert owner() == start
    wrong = api.post("/api/advancedmd/sync/owners", json={**change, "field": "shoe"})
    assert wrong.json()["code"] == "sync.bad_owner"


def test_unknown_words_are_an_empty_list_until_there_are_some(api: httpx2.Client) -> None:
    assert api.get("/api/advancedmd/sync/unknown").json() == {"unknown": [], "next": None}
    nothing = api.post("/api/advancedmd/sync/unknown/01980000-0000-7000-8000-000000000000/close")
    assert nothing.json()["code"] == "sync.no_quarantined"


def test_a_list_that_nobody_has_is_named_as_such(api: httpx2.Client) -> None:
    answer = api.get("/api/advancedmd/lookup/unicorns")
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_such_list")
    assert "proc-codes" in answer.json()["fields"]["lists"]


@pytest.mark.parametrize(
    ("role", "status", "logs", "sync", "config"),
    [
        ("clinician", 200, 403, 403, 403),
        ("auditor", 200, 200, 403, 403),
        ("biller", 200, 200, 202, 403),
        ("administrator", 200, 200, 202, 200),
    ],
)
def test_each_role_may_do_its_part(
    filled: Filled, address: str, role: str, status: int, logs: int, sync: int, config: int
) -> None:
    header, patient = token_of(filled, role), filled.patients[0]
    root = f"{address}/api/advancedmd"
    assert httpx2.get(f"{root}/patients/{patient}/status", headers=header).status_code == status
    assert httpx2.get(f"{root}/sync/logs", headers=header).status_code == logs
    assert httpx2.post(f"{root}/patients/{patient}/sync", headers=header).status_code == sync
    change = {"settings": {"daily_hour": 3}}
    assert httpx2.post(f"{root}/config", headers=header, json=change).status_code == config


def test_another_practice_has_no_such_connection(filled: Filled, address: str, office: str) -> None:
    other = filled.services.access.create_organisation("A THIRD PRACTICE (INVENTED)")
    header = token_of(filled, "owner", other)
    for path in (f"/api/connections/{office}/config", "/api/advancedmd/sync/status"):
        answer = httpx2.get(address + path, headers=header)
        assert (answer.status_code, answer.json()["code"]) == (404, "connect.not_connected")


def test_an_address_for_events_is_shown_once_and_ends(api: httpx2.Client, address: str) -> None:
    first = api.post("/api/advancedmd/admin/hook-address").json()["path"]
    second = api.post("/api/advancedmd/admin/hook-address").json()["path"]
    assert first != second
    old = httpx2.post(address + first, content=b"{}")
    assert (old.status_code, old.json()["code"]) == (404, "sync.no_hook_address")
    unsigned = httpx2.post(address + second, content=b"{}")
    assert unsigned.status_code in (401, 403, 422)
    api.post("/api/advancedmd/admin/hook-address/end")
    assert httpx2.post(address + second, content=b"{}").status_code == 404
