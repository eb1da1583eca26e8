"""Patients' payments, write-offs, the ledger's days, contracts and statements through ``/api/billing``."""

from __future__ import annotations

from uuid import uuid4

import httpx2
import pytest
from tests.support.filled import Filled

from chartline.domains.payments.statement_runs import RunState, go_on
from chartline.kernel.ids import new_id

BASE = "/api/billing"


@pytest.fixture(scope="module")
def filled(filled_sqlite: Filled) -> Filled:
    """What the databases do differently is tested below the routes."""
    return filled_sqlite


def test_no_route_is_silent(api: httpx2.Client) -> None:
    for path in (
        "ledger/accounts",
        "ledger/trial-balance",
        "ledger/entries",
        "ledger/days",
        "ledger/account-numbers",
        "payments",
        "payments/settings",
        "write-offs",
        "write-offs/small-balances",
        "fee-schedules",
        "fee-schedules/contracts",
        "fee-schedules/tables",
        "statements",
        "statements/runs",
        "statements/holds",
        "underpayments",
    ):
        answer = api.get(f"{BASE}/{path}")
        assert (answer.status_code, answer.json().get("success")) == (200, True), (path, answer.text)


def test_a_payment_is_taken_once_refunded_and_reversed(filled: Filled, api: httpx2.Client) -> None:
    patient, key = filled.patients[0], new_id()
    asked = {"patientId": patient, "amount": 25.5, "method": "check", "reference": "4471", "apply": False}
    made = [api.post(f"{BASE}/payments", json=asked, headers={"Idempotency-Key": key}).json()["data"] for _ in range(2)]
    assert (made[0]["id"], made[0]["left"]) == (made[1]["id"], 25.5)
    address = f"{BASE}/payments/{made[0]['id']}"
    refunded = api.post(f"{address}/refund", json={"reason": "paid twice", "amount": 5}).json()["data"]
    assert (refunded["refunded"], refunded["left"]) == (5, 20.5)
    stuck = api.post(f"{address}/reverse", json={"reason": "bounced"})
    assert (stuck.status_code, stuck.json()["code"]) == (409, "payments.not_in_this_state")
    balance = api.get(f"{BASE}/ledger/patients/{patient}/balance").json()["data"]
    assert balance["credit"] == 20.5
    listed = api.get(f"{BASE}/payments", params={"patientId": patient}).json()["data"]
    assert [one["id"] for one in listed] == [made[0]["id"]]


def test_a_payment_of_nobody_or_of_nothing_is_refused(api: httpx2.Client, filled: Filled) -> None:
    nobody = {"patientId": str(uuid4()), "amount": 1, "method": "cash"}
    assert api.post(f"{BASE}/payments", json=nobody).json()["code"] == "payments.no_patient"
    nothing = {"patientId": filled.patients[0], "amount": 0, "method": "cash"}
    assert api.post(f"{BASE}/payments", json=nothing).json()["code"] == "payments.bad_payment"


def test_a_write_off_is_made_and_undone_and_a_batch_says_what_could_not_be(filled: Filled, api: httpx2.Client) -> None:
    entries = api.get(f"{BASE}/ledger/entries", params={"kind": "charge"}).json()["data"]
    claim = next(one["claimId"] for one in entries if one["claimId"])
    open_before = _insurance(api, claim)
    good = {"claimId": claim, "kind": "administrative", "owed": "insurance", "amount": 1, "reason": "no approval"}
    bad = {**good, "amount": 99_999_999}
    done = api.post(f"{BASE}/write-offs/batch", json={"items": [good, bad]}).json()["data"]
    assert [(one["code"], bool(one["id"])) for one in done] == [(None, True), ("payments.more_than_open", False)]
    assert _insurance(api, claim) == open_before - 100
    undone = api.post(f"{BASE}/write-offs/{done[0]['id']}/undo").json()["data"]
    assert undone["undoneAt"]
    assert _insurance(api, claim) == open_before
    many = {"items": [good, {**good, "amount": 2}]}
    first, again = (
        api.post(f"{BASE}/write-offs/batch", json=many, headers={"Idempotency-Key": "batch-1"}).json()["data"]
        for _ in range(2)
    )
    assert first == again
    assert _insurance(api, claim) == open_before - 300


def test_a_day_is_closed_with_what_was_counted_and_later_entries_go_to_the_next_day(
    filled: Filled, api: httpx2.Client
) -> None:
    asked = {"patientId": filled.patients[1], "amount": 40, "method": "cash", "apply": False}
    day = api.post(f"{BASE}/payments", json=asked).json()["data"]["received"]
    sheet = api.get(f"{BASE}/ledger/days/{day}").json()["data"]
    cash = next(one["amount"] for one in sheet["methods"] if one["name"] == "cash")
    wrong = api.post(f"{BASE}/ledger/days/{day}/close", json={"counted": {"cash": cash + 1}})
    assert (wrong.status_code, wrong.json()["fields"]["method"]) == (409, "cash")
    closed = api.post(f"{BASE}/ledger/days/{day}/close", json={"counted": {"cash": cash}})
    assert (closed.status_code, closed.json()["data"]["imbalance"]) == (200, 0)
    late = api.post(f"{BASE}/payments", json=asked).json()["data"]
    entry = api.get(f"{BASE}/ledger/entries", params={"patientId": filled.patients[1]}).json()["data"][0]
    assert (entry["effective"], entry["day"] > day, late["received"]) == (day, True, day)
    assert api.get(f"{BASE}/ledger/days/{day}").json()["data"]["cash"] == sheet["cash"]
    reopened = api.post(f"{BASE}/ledger/days/{day}/reopen", json={"reason": "a slip was found"})
    assert reopened.status_code == 200
    assert api.post(f"{BASE}/ledger/days/{day}/reopen", json={"reason": "again"}).status_code == 409


def test_the_journal_is_exported_under_the_bookkeepers_numbers(api: httpx2.Client) -> None:
    named = {"accounts": [{"account": "cash.payer", "number": "1010", "title": "Bank, payers"}]}
    assert api.put(f"{BASE}/ledger/account-numbers", json=named).status_code == 200
    strange = {"accounts": [{"account": "petty.cash", "number": "1", "title": "x"}]}
    assert api.put(f"{BASE}/ledger/account-numbers", json=strange).json()["code"] == "ledger.no_account"
    span = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
    first, again = (api.get(f"{BASE}/ledger/export", params=span).text for _ in range(2))
    assert first == again
    assert "1010" in first
    journal = api.get(f"{BASE}/ledger/export", params={**span, "format": "iif"}).text
    assert journal.count("\nTRNS\t") == journal.count("\nENDTRNS")
    backwards = {"startDate": "2026-12-31", "endDate": "2026-01-01"}
    assert api.get(f"{BASE}/ledger/export", params=backwards).json()["code"] == "payments.bad_span"


def test_fees_contracts_and_tables_are_loaded_whole_or_not_at_all(filled: Filled, api: httpx2.Client) -> None:
    def load(what: str, csv: str) -> httpx2.Response:
        return api.post(f"{BASE}/fee-schedules/upload", json={"what": what, "csv": csv, "name": "MPFS"})

    assert load("feeTable", "procedure,begin,amount\n90837,2026-01-01,120.00\n").json()["data"]["lines"] == 1
    rates = "payer_id,procedure,begin,amount,percent,fee_table\n00123,90837,2026-01-01,,110,MPFS\n"
    assert load("contracts", rates).json()["data"]["lines"] == 1
    broken = load("contracts", rates + "00123,90834,2026-13-01,80.00,,\n")
    assert (broken.status_code, broken.json()["fields"]) == (400, {"line": "3", "column": "begin"})
    listed = api.get(f"{BASE}/fee-schedules/contracts").json()["data"]
    assert [(one["procedure"], one["percent"], one["feeTable"]) for one in listed] == [("90837", 110, "MPFS")]
    expected = api.get(f"{BASE}/fee-schedules/expected/{filled.claims[0]}").json()["data"]
    assert expected["claimId"] == filled.claims[0]
    first = api.get(f"{BASE}/fee-schedules", params={"limit": 1}).json()
    second = api.get(f"{BASE}/fee-schedules", params={"limit": 1, "cursor": first["next"]}).json()
    assert first["data"][0] != second["data"][0]


def test_statements_are_made_in_a_run_shown_sent_and_held(filled: Filled, api: httpx2.Client) -> None:
    services = filled.services
    patient = filled.patients[2]
    nothing = api.post(f"{BASE}/statements", json={"patientId": str(uuid4())})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "payments.nothing_owed")
    hold = api.put(f"{BASE}/statements/holds/{patient}", json={"reason": "estate"})
    assert hold.status_code == 200
    assert patient in {one["patientId"] for one in api.get(f"{BASE}/statements/holds").json()["data"]}
    api.post(f"{BASE}/statements/holds/{patient}/release")
    charged = api.get(f"{BASE}/ledger/entries", params={"kind": "charge"}).json()["data"]
    claim = next(one["claimId"] for one in charged if one["claimId"])
    moved = {"claimId": claim, "kind": "to_patient", "owed": "insurance", "reason": "not covered"}
    assert api.post(f"{BASE}/write-offs", json=moved).status_code == 201
    run = api.post(f"{BASE}/statements/runs", json={}).json()["data"]["id"]
    with services.database.work(filled.organisation) as work:
        while go_on(work, services.vault, services.records, run).state is not RunState.DONE:
            pass
    found = api.get(f"{BASE}/statements/runs/{run}").json()["data"]
    made = api.get(f"{BASE}/statements", params={"runId": run}).json()["data"]
    assert (len(made), found["made"], found["looked"]) == (found["made"], len(made), found["total"])
    assert made, "somebody owes"
    pdf = api.get(f"{BASE}/statements/{made[0]['id']}/pdf")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert api.post(f"{BASE}/statements/sent", json={"ids": [made[0]["id"]]}).json()["data"]["changed"] == 1
    withdrawn = api.post(f"{BASE}/statements/{made[0]['id']}/withdraw").json()["data"]
    assert withdrawn["state"] == "withdrawn"


def test_settings_are_kept_within_their_bounds(api: httpx2.Client) -> None:
    kept = api.put(f"{BASE}/payments/settings", json={"smallBalanceUnder": 300}).json()["data"]
    assert api.get(f"{BASE}/payments/settings").json()["data"] == kept
    assert api.put(f"{BASE}/payments/settings", json={"statementDays": 0}).status_code == 400


def _insurance(api: httpx2.Client, claim: str) -> int:
    """What insurance owes on a claim, in cents."""
    entries = api.get(f"{BASE}/ledger/entries", params={"claimId": claim, "limit": 200}).json()["data"]
    lines = [line for one in entries for line in one["lines"] if line["account"] == "receivable.insurance"]
    return sum(round(line["amount"] * 100) for line in lines)
