"""Remittances over HTTP: brought, planned, posted, matched, taken back, and trusted."""

from __future__ import annotations

import httpx2
from tests.domains.remittances import decided, provider, raw, remittance
from tests.support.filled import Filled

from chartline.domains.claims import read_claim
from chartline.kernel.ids import new_id
from chartline.kernel.sealed import Purpose

AT = "/api/billing/remittances"


def bring(api: httpx2.Client, trace: str) -> dict[str, object]:
    advice = remittance(
        decided(f"API-{trace}-1", 4300, 3000, ("CO-45", 1300)),
        decided(f"API-{trace}-2", 4400, 3200, ("CO-45", 1200)),
        provider=(provider("WO", 700), provider("L6", -50)),
        trace=trace,
    )
    answer = api.post(f"{AT}/upload", content=raw(advice).reveal(Purpose.STORE))
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def only(upload: dict[str, object]) -> str:
    """The one remittance that an upload held."""
    held = upload["remittances"]
    assert isinstance(held, list) and len(held) == 1
    return str(held[0])


def test_a_file_becomes_a_plan_and_a_posting_that_can_be_taken_back(api: httpx2.Client) -> None:
    upload = bring(api, "API1")
    assert (upload["state"], bring(api, "API1")["id"]) == ("taken", upload["id"])
    assert api.get(f"{AT}/uploads/{upload['id']}").json()["data"] == upload
    identity = only(upload)
    at = f"{AT}/{identity}"
    whole = api.get(at).json()["data"]
    assert (whole["state"], whole["amount"], whole["paidTotal"], whole["claims"]) == ("posted", 55.5, 62.0, 2)
    first = api.get(f"{at}/plan", params={"limit": 1}).json()["data"]
    assert (first["next"], first["cashAgrees"], first["failed"]) == ("1", True, [])
    assert [line["account"] for line in first["provider"]] == ["provider_level.WO", "revenue.interest"]
    second = api.get(f"{at}/plan", params={"limit": 1, "cursor": "1"}).json()["data"]
    assert (second["next"], second["claims"][0]["place"]) == (None, 2)
    assert api.get(f"{at}/plan", params={"cursor": "x"}).status_code == 400
    undone = api.post(f"{at}/undo").json()["data"]
    assert (undone["done"], undone["remittance"]["state"], undone["remittance"]["generation"]) == (True, "undone", 2)
    refused = api.post(f"{at}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "remits.not_posted")
    assert api.post(f"{at}/post").json()["data"]["remittance"]["state"] == "posted"
    assert identity in {one["id"] for one in api.get(f"{AT}/", params={"state": "posted"}).json()["data"]}
    outside = api.get(f"{AT}/outside-claims", params={"payerId": "00123"}).json()["data"]
    assert {one["reason"]: one["amount"] for one in outside["standings"]}["WO"] >= 7
    assert any(one["reference"] == "EXAMPLE" for one in outside["adjustments"])


def test_parts_without_a_claim_are_given_to_one_put_aside_or_credited(api: httpx2.Client, filled: Filled) -> None:
    identity = only(bring(api, "API2"))
    at, claim = f"{AT}/{identity}", filled.claims[7]
    loose = [one for one in api.get(f"{AT}/unmatched").json()["data"] if one["remittanceId"] == identity]
    assert [one["place"] for one in loose] == [1, 2]
    assert api.get(f"{at}/claims/1/candidates").status_code == 200
    assert api.post(f"{at}/match", json={"place": 1, "claimId": claim}).status_code == 200
    with filled.services.database.read(filled.organisation) as work:
        assert read_claim(work, claim).paid.minor == 3000
    assert api.post(f"{at}/match", json={"place": 1, "claimId": claim}).json()["code"] == "remits.matched_already"
    assert api.post(f"{at}/unmatch", json={"place": 1}).status_code == 200
    assert api.post(f"{at}/aside", json={"place": 1}).status_code == 200
    assert api.post(f"{at}/credit", json={"place": 2, "patientId": new_id()}).status_code == 404
    assert api.post(f"{at}/credit", json={"place": 2, "patientId": filled.patients[1]}).status_code == 200
    left = [one for one in api.get(f"{AT}/unmatched").json()["data"] if one["remittanceId"] == identity]
    assert left == []
    assert api.post(f"{at}/match", json={"place": 9, "claimId": claim}).json()["code"] == "remits.no_part"


def test_trust_makes_a_payers_remittances_wait_for_a_click(api: httpx2.Client) -> None:
    kept = api.put(f"{AT}/trust", json={"payerId": "00123", "trust": "one_click"})
    assert [one["trust"] for one in kept.json()["data"]] == ["one_click"]
    identity = only(bring(api, "API3"))
    assert api.get(f"{AT}/{identity}").json()["data"]["state"] == "waiting"
    assert api.post(f"{AT}/post-waiting").json()["data"]["remittances"] == [identity]
    assert api.put(f"{AT}/trust", json={"payerId": "00123", "trust": "automatic"}).status_code == 200
    assert api.put(f"{AT}/trust", json={"payerId": "00123", "trust": "blind"}).status_code == 400


def test_what_is_no_file_is_refused_and_another_practice_sees_nothing(api: httpx2.Client) -> None:
    refused = api.post(f"{AT}/upload", content=b"<html>Bad gateway</html>")
    assert (refused.status_code, refused.json()["code"]) == (422, "x12.unreadable")
    assert api.post(f"{AT}/upload", content=b"").status_code == 422
    assert api.get(f"{AT}/{new_id()}").json()["code"] == "remits.not_found"
