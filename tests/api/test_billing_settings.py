"""Jobs by name, clearinghouses, providers, codes and settings under ``/api/billing``, on both makes of database."""

from __future__ import annotations

import httpx2
from tests.support.filled import Filled

from chartline.app.stories import plan_schedules


def data(answer: httpx2.Response) -> object:
    assert answer.status_code < 300, answer.text
    body = answer.json()
    assert body["success"] is True
    return body["data"]


def test_every_job_of_billing_has_a_name_and_can_be_run(filled: Filled, api: httpx2.Client) -> None:
    services = filled.services
    with services.database.work(filled.organisation) as work:
        for connection in services.connections.all(work):
            if connection.vendor == "claimmd":
                plan_schedules(services, work, filled.organisation, connection)
    found = data(api.get("/api/billing/jobs/status"))
    assert isinstance(found, list)
    names = {one["name"]: one for one in found}
    assert {"claimSubmission", "claimStatusSync", "remittanceFetch", "cleanup"} <= names.keys()
    assert names["claimStatusSync"]["everySeconds"] == 1800
    assert names["remittanceFetch"]["everySeconds"] == 3600
    started = data(api.post("/api/billing/jobs/claimStatusSync/run"))
    assert started == {"name": "claimStatusSync", "started": 1}
    unknown = api.post("/api/billing/jobs/nothing/run")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "billing.no_job")


def test_clearinghouses_have_an_order_a_health_and_routes(filled: Filled, api: httpx2.Client) -> None:
    found = data(api.get("/api/billing/clearinghouses"))
    assert isinstance(found, list)
    (house,) = [one for one in found if one["vendor"] == "claimmd"]
    assert (house["priority"], house["standing"]) == (100, "unknown")
    where = f"/api/billing/clearinghouses/{house['id']}/order"
    assert api.put(where, json={"priority": 2, "priceCents": 25}).status_code == 200
    again = data(api.get("/api/billing/clearinghouses"))
    assert isinstance(again, list)
    assert (again[0]["priority"], again[0]["priceCents"]) == (2, 25)
    route = {"payerId": "00123", "service": "claims", "connection": house["id"]}
    assert api.put("/api/billing/routes", json=route).status_code == 200
    assert data(api.get("/api/billing/routes")) == [route]
    assert api.put("/api/billing/routes", json={**route, "connection": None}).status_code == 200
    assert data(api.get("/api/billing/routes")) == []
    assert api.put(where, json={"priority": 0}).status_code == 400


def test_providers_are_listed_added_once_and_checked(filled: Filled, api: httpx2.Client) -> None:
    asked = {"npi": "1999999910", "family": "Newcomer", "given": "Nell", "taxonomy": "103TC0700X"}
    wrong = api.post("/api/billing/providers", json=asked)
    assert wrong.json()["code"] == "practice.bad_setting"
    asked["npi"] = "1999999927"
    made = [
        api.post("/api/billing/providers", json=asked, headers={"Idempotency-Key": "nell"}).json() for _ in range(2)
    ]
    assert made[0] == made[1]
    found = data(api.get("/api/billing/providers"))
    assert isinstance(found, list)
    assert [one["family"] for one in found].count("Newcomer") == 1


def test_codes_are_found_by_beginning_and_by_words(filled: Filled, api: httpx2.Client) -> None:
    where = "/api/billing/codes?system=diagnosis"
    by_code = data(api.get(f"{where}&text=F41.1"))
    by_words = data(api.get(f"{where}&text=generalized%20anxiety"))
    assert isinstance(by_code, list)
    assert isinstance(by_words, list)
    assert by_code[0]["code"] == "F411"
    assert "F411" in {one["code"] for one in by_words}
    page = api.get(f"{where}&limit=3").json()
    rest = api.get(f"{where}&limit=3&cursor={page['next']}").json()
    assert page["data"][-1]["code"] < rest["data"][0]["code"]
    assert data(api.get(f"{where}&text=F411&on=1999-01-01")) == []


def test_settings_are_read_and_changed_whole(filled: Filled, api: httpx2.Client) -> None:
    before = data(api.get("/api/billing/settings"))
    assert isinstance(before, dict)
    changed = {**before, "filingDays": 120}
    assert data(api.put("/api/billing/settings", json=changed)) == changed
    assert api.put("/api/billing/settings", json={**changed, "zone": "Mars/Base"}).status_code == 422
    assert api.put("/api/billing/settings", json={**changed, "surprise": 1}).status_code == 400
    assert data(api.put("/api/billing/settings", json=before)) == before
