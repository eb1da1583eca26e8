"""The pages of patients' money and of the books: each is drawn, and its forms do what they say."""

from __future__ import annotations

import csv
import io
import re

import httpx2
import pytest
from tests.console.conftest import Entry
from tests.console.sending import send
from tests.support.filled import Filled

from chartline.domains.claims import read_claims
from chartline.domains.payments import claims_of_patient
from chartline.domains.payments.statement_runs import RunState, go_on, list_runs

PAGES = (
    "/payments",
    "/write-offs",
    "/statements",
    "/underpayments",
    "/contracts",
    "/money-settings",
    "/ledger",
    "/ledger/entries",
    "/ledger/entries?account=receivable.insurance",
    "/ledger/days",
    "/ledger/export?begin=2026-01-01&end=2026-12-31",
)


@pytest.mark.parametrize("where", PAGES)
def test_every_page_is_drawn_for_whoever_may_look_and_offers_no_change_to_them(entry: Entry, where: str) -> None:
    page = entry("auditor").get(where)
    assert page.status_code == 200, page.text
    assert "<h1>" in page.text
    changes = re.findall(r"<form[^>]*method=\"post\" action=\"(?!/sign-out)", page.text)
    assert changes == []
    assert entry("biller").get(where).status_code == 200


def test_a_payment_is_taken_applied_taken_off_and_reversed(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    patient, claim = owing(filled, client)
    page = client.get(f"/money/patients/{patient}").text
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once
    fields = {"amount": "20.00", "method": "check", "reference": "771", "claim": "none", "once": once[1]}
    for _ in range(2):
        taken = send(client, f"/money/patients/{patient}/payments", **fields)
    where = taken.headers["location"].partition("?")[0]
    assert client.get("/payments").text.count(">771<") == 1
    assert "$20.00" in client.get(where).text
    send(client, f"{where}/apply", claim=claim, amount="5.00")
    assert "Take off" in client.get(where).text
    send(client, f"{where}/unapply", claim=claim)
    assert "It pays nothing." in client.get(where).text
    too_much = send(client, f"{where}/refund", amount="999", reason="x")
    assert too_much.status_code == 409
    send(client, f"{where}/refund", amount="1.00", reason="rounded")
    assert "rounded" in client.get(where).text
    rows = list(csv.DictReader(io.StringIO(client.get("/payments.csv").text)))
    assert [(one["amount"], one["left"]) for one in rows if one["reference"] == "771"] == [("20.00", "19.00")]


def test_an_open_amount_is_written_off_and_the_decision_taken_back(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    patient, claim = owing(filled, client)
    with filled.services.database.read(filled.organisation) as work:
        number = read_claims(work, [claim])[claim].number
    fields = {"claim": number, "kind": "charity", "owed": "patient", "amount": "1.00", "reason": "policy", "back": "x"}
    done = send(client, "/write-offs", **fields)
    assert done.headers["location"].startswith(f"/money/patients/{patient}")
    page = client.get("/write-offs?kind=charity").text
    [undo] = re.findall(r'action="(/write-offs/[^"]+/undo)"', page)
    send(client, undo)
    assert "Take back" not in client.get("/write-offs?kind=charity").text
    assert "charity" in client.get("/write-offs.csv?kind=charity").text


def test_statements_are_made_printed_and_noted_as_sent(filled: Filled, entry: Entry) -> None:
    client, services = entry("biller"), filled.services
    patient, _ = owing(filled, client)
    send(client, "/statements/runs")
    with services.database.work(filled.organisation) as work:
        run = list_runs(work)[0].id
        while go_on(work, services.vault, services.records, run).state is not RunState.DONE:
            pass
    page = client.get(f"/statements?run={run}").text
    [pdf, *_] = re.findall(r'href="(/statements/[^"]+/pdf)"', page)
    answer = client.get(pdf)
    assert (answer.headers["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    send(client, "/statements/sent", run=run)
    assert "made" not in [row["state"] for row in csv.DictReader(io.StringIO(client.get("/statements.csv").text))]
    assert send(client, "/statements/one", patient=patient).headers["location"].endswith("said=statement_made")
    send(client, "/statements/holds", patient=patient, reason="estate")
    assert "estate" in client.get("/statements").text
    send(client, "/statements/holds", patient=patient, release="1")
    assert "Nobody is on hold." in client.get("/statements").text


def test_a_day_is_closed_printed_and_opened_again(entry: Entry) -> None:
    client = entry("biller")
    found = re.search(r'action="(/ledger/days/([0-9-]+)/close)"', client.get("/ledger/days").text)
    assert found
    wrong = send(client, found[1], counted_cash="123456.00")
    assert wrong.status_code == 409
    send(client, found[1])
    assert "Open it again" in client.get(f"/ledger/days?day={found[2]}").text
    assert client.get(f"/ledger/days/{found[2]}/sheet.pdf").content[:5] == b"%PDF-"
    assert client.get(f"/ledger/days/{found[2]}/sheet.csv").text.startswith("part,name,entries,amount")
    send(client, f"/ledger/days/{found[2]}/reopen", reason="a slip was found")
    assert "a slip was found" in client.get(f"/ledger/days?day={found[2]}").text


def test_an_entry_opens_from_its_account_and_says_where_it_came_from(entry: Entry) -> None:
    client = entry("biller")
    page = client.get("/ledger/entries?account=cash.payer&kind=remittance").text
    [entry_page, *_] = re.findall(r'href="(/ledger/entries/[0-9a-f-]{36})"', page)
    assert "The remittance" in client.get(entry_page).text
    assert client.get("/ledger/entries?account=petty.cash").status_code == 404


def test_contracts_are_loaded_whole_and_settings_kept(entry: Entry) -> None:
    client = entry("biller")
    text = "payer_id,procedure,begin,amount\n00123,90837,2026-01-01,101.50\n"
    send(client, "/contracts", what="contracts", csv=text)
    assert "$101.50" in client.get("/contracts").text
    assert "101.50" in client.get("/contracts.csv").text
    assert send(client, "/contracts", what="contracts", csv=text + "00123,1,2026-01-01,x\n").status_code == 400
    kept = {"small_balance_under": "4.00", "statement_minimum": "5.00", "underpaid_tolerance": "1.00"}
    send(client, "/money-settings", **kept, small_balance_days="60", statement_days="30", statement_due_days="21")
    assert 'value="4.00"' in client.get("/money-settings").text


def owing(filled: Filled, client: httpx2.Client) -> tuple[str, str]:
    """A patient with a claim on which only the patient owes something."""
    with filled.services.database.read(filled.organisation) as work:
        for patient in filled.patients:
            for one in claims_of_patient(work, patient):
                if one.patient.minor >= 5000 and not one.insurance:
                    return patient, one.id
        patient, one = next(
            (patient, one)
            for patient in filled.patients
            for one in claims_of_patient(work, patient)
            if one.insurance.minor >= 5000
        )
    send(client, "/write-offs", claim=one.number, kind="to_patient", owed="insurance", reason="not covered")
    return patient, one.id
