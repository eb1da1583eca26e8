"""Sync, conflicts, messages, budgets and failed jobs through the API; and that lists cost the same at any length."""

from __future__ import annotations

import httpx2
import pytest
from tests.domains.money_world import counted
from tests.support.filled import Filled


def test_the_sync_log_is_filtered(api: httpx2.Client) -> None:
    events = api.get("/api/sync/events?outcome=conflict").json()["events"]
    assert {"conflict"} == {one["outcome"] for one in events}
    assert len(api.get("/api/sync/events?direction=in").json()["events"]) == 3


def test_a_conflict_is_decided_and_taken_back(filled: Filled, api: httpx2.Client) -> None:
    address = f"/api/sync/conflicts/{filled.conflict}"
    open_now = {one["id"]: one for one in api.get("/api/sync/conflicts").json()["conflicts"]}
    assert open_now[filled.conflict]["ours"] == "77 NEW POND COURT"
    assert api.post(address, json={"choice": "theirs"}).status_code == 200
    assert filled.conflict not in {one["id"] for one in api.get("/api/sync/conflicts").json()["conflicts"]}
    street = api.get(f"/api/patients/{filled.patients[4]}").json()["street"]
    assert street == "12 OLD MILL LANE APT 4"
    assert api.post(address, json={"choice": "theirs"}).status_code == 409
    assert api.post(address, json={"choice": "reopen"}).status_code == 200
    assert filled.conflict in {one["id"] for one in api.get("/api/sync/conflicts").json()["conflicts"]}


def test_messages_are_listed_without_and_opened_with_contents(filled: Filled, api: httpx2.Client) -> None:
    page = api.get("/api/exchanges?limit=2").json()
    assert (len(page["exchanges"]), "request" in page["exchanges"][0]) == (2, False)
    following = api.get("/api/exchanges", params={"limit": 2, "cursor": page["next"]}).json()
    assert not {one["id"] for one in page["exchanges"]} & {one["id"] for one in following["exchanges"]}
    message = api.get(f"/api/exchanges/{filled.exchange}").json()
    assert "getupdatedpatients" in message["request"]


def test_budgets_name_every_tier(api: httpx2.Client) -> None:
    limits = api.get("/api/limits").json()["limits"]
    assert {("advancedmd", "high", 0)} <= {(one["vendor"], one["tier"], one["used"]) for one in limits}
    assert all(one["allowed"] >= 1 for one in limits)


def test_a_failed_job_has_a_next_step(api: httpx2.Client) -> None:
    (issue,) = api.get("/api/jobs/issues").json()["issues"]
    assert (issue["code"], issue["do"].startswith("Enter the present password")) == ("advancedmd.bad_login", True)


def test_running_a_job_that_never_failed_is_refused(api: httpx2.Client) -> None:
    answer = api.post("/api/jobs/retry", json={"key": "no/such/job"})
    assert (answer.status_code in (404, 409), answer.json()["code"]) == (True, "job.no_issue")


def test_connections_show_no_secret(filled: Filled, api: httpx2.Client) -> None:
    text = api.get("/api/connections").text
    assert "AdvancedMD office" in text
    assert not [secret for secret in filled.world.secrets() if secret in text]


@pytest.mark.parametrize(
    "where",
    [
        "/api/patients?limit={n}",
        "/api/appointments?day=2026-03-10&limit={n}",
        "/api/eligibility?day=2026-03-10&limit={n}",
        "/api/claims?limit={n}",
        "/api/remittances?limit={n}",
        "/api/exchanges?limit={n}",
        "/api/sync/events?limit={n}",
        "/api/sync/conflicts?limit={n}",
    ],
)
def test_a_longer_list_costs_no_more_queries(filled: Filled, api: httpx2.Client, where: str) -> None:
    numbers = []
    api.get(where.format(n=1))
    for length in (1, 50):
        with counted(filled.services.database) as statements:
            assert api.get(where.format(n=length)).status_code == 200
        numbers.append(len([one for one in statements if one.lstrip().upper().startswith(("SELECT", "WITH"))]))
    assert numbers[1] <= numbers[0], where
    assert numbers[1] <= 14
