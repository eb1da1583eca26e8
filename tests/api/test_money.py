"""Claims, remittances, ledger and numbers through the API."""

from __future__ import annotations

import httpx2
from tests.support.filled import Filled


def test_claims_are_paged_without_gaps_and_filtered_by_word(filled: Filled, api: httpx2.Client) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get("/api/claims", params={"limit": 5, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["claims"]]
        cursor = page["next"]
    assert set(filled.claims) == set(seen)
    assert len(filled.claims) == len(seen)
    denied = api.get("/api/claims?word=denied").json()["claims"]
    assert {"denied"} == {one["word"] for one in denied}
    number = denied[0]["number"]
    assert [number] == [one["number"] for one in api.get("/api/claims", params={"number": number}).json()["claims"]]


def test_a_claim_tells_its_history_with_what_the_clearinghouse_wrote(filled: Filled, api: httpx2.Client) -> None:
    claim = api.get(f"/api/claims/{filled.claims[7]}").json()
    assert claim["claim"]["word"] == "rejected"
    assert [one["kind"] for one in claim["history"]] == ["drafted", "validated", "built", "submitted", "rejected"]
    assert claim["history"][-1]["messages"][0]["text"] == "Subscriber not found at the payer"


def test_a_held_claim_names_what_holds_it(filled: Filled, api: httpx2.Client) -> None:
    held = next(
        one
        for one in (api.get(f"/api/claims/{identity}").json() for identity in filled.claims)
        if one["claim"]["work"] == "held"
    )
    assert any(one["severity"] == "error" for one in held["findings"])


def test_a_rejected_claim_is_corrected_into_a_second_version(filled: Filled, api: httpx2.Client) -> None:
    address = f"/api/claims/{filled.claims[7]}"
    answer = api.post(f"{address}/correct", json={"member_id": "HLB123456789"})
    assert answer.status_code == 200, answer.text
    claim = api.get(address).json()
    assert (
        claim["claim"]["version"],
        [one["kind"] for one in claim["history"]][-2:],
    ) == (2, ["corrected", "validated"])
    assert "HLB123456789" not in str(claim["history"])
    again = api.post(f"{address}/correct", json={"member_id": "HLB123456789"})
    assert (again.status_code, again.json()["code"]) == (422, "claims.nothing_changed")


def test_a_claim_that_is_under_way_is_not_corrected(filled: Filled, api: httpx2.Client) -> None:
    answer = api.post(f"/api/claims/{filled.claims[8]}/correct", json={"member_id": "CRH999"})
    assert (answer.status_code, answer.json()["code"]) == (409, "claims.in_flight")


def test_a_posted_remittance_shows_every_cent(filled: Filled, api: httpx2.Client) -> None:
    detail = api.get(f"/api/remittances/{filled.remittances[0]}").json()
    assert (detail["remittance"]["state"], detail["sound"]) == ("posted", True)
    cash = sum(
        line["amount"]["minor"] for one in detail["plan"] for line in one["lines"] if line["account"] == "cash.payer"
    )
    assert detail["remittance"]["amount"]["minor"] == cash
    assert all(sum(line["amount"]["minor"] for line in one["lines"]) == 0 for one in detail["plan"])


def test_a_held_remittance_is_released_once(filled: Filled, api: httpx2.Client) -> None:
    address = f"/api/remittances/{filled.remittances[1]}"
    held = api.get(address).json()["remittance"]
    assert (held["state"], bool(held["findings"])) == ("held", True)
    assert api.post(f"{address}/release").status_code == 200
    assert api.get(address).json()["remittance"]["state"] == "posted"
    again = api.post(f"{address}/release")
    assert (again.status_code, again.json()["code"]) == (409, "remits.not_held")
    balances = api.get("/api/ledger/balances").json()
    assert [one["minor"] for one in balances["proof"]] == [0]


def test_a_part_without_a_claim_is_matched_by_hand(filled: Filled, api: httpx2.Client) -> None:
    address = f"/api/remittances/{filled.remittances[0]}"
    loose = next(one for one in api.get(address).json()["plan"] if one["claim_id"] is None)
    body = {"place": loose["place"], "claim_id": filled.claims[5]}
    assert api.post(f"{address}/match", json=body).status_code == 200
    matched = api.get(address).json()["plan"][loose["place"] - 1]
    assert (filled.claims[5], "by_hand") == (matched["claim_id"], matched["match_reason"])
    assert api.post(f"{address}/match", json=body).status_code == 409


def test_the_entries_of_a_claim_sum_to_zero(filled: Filled, api: httpx2.Client) -> None:
    entries = api.get("/api/ledger/entries", params={"claim": filled.claims[0]}).json()["entries"]
    assert {"charge", "remittance"} <= {one["kind"] for one in entries}
    assert all(sum(line["amount"]["minor"] for line in one["lines"]) == 0 for one in entries)


def test_numbers_come_with_their_proof(api: httpx2.Client) -> None:
    found = api.get("/api/reports/numbers?from=2026-03-01&to=2026-03-31").json()
    assert (found["ledger_balanced"], found["remittances_agree"]) == (True, True)
    billed = found["numbers"]["billed"]
    assert billed["amount"]["minor"] > 0
    assert billed["sources"] == ["revenue.services"]
