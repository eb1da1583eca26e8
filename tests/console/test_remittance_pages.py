"""The desk of payments without a claim, trust and recoveries, files from disk, and taking a posting back."""

from __future__ import annotations

import re

import httpx2
from tests.console.conftest import Entry
from tests.console.sending import send
from tests.domains.remittances import decided, provider, raw, remittance
from tests.support.filled import Filled

from chartline.domains.claims import read_claim
from chartline.kernel.money import Money
from chartline.kernel.sealed import Purpose


def token(client: httpx2.Client) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/remittances").text)
    assert found is not None
    return found[1]


def bring(client: httpx2.Client, content: bytes) -> httpx2.Response:
    file = {"file": ("advice.835", content, "application/octet-stream")}
    return client.post("/remittances/upload", data={"form_token": token(client)}, files=file)


def test_a_file_is_brought_matched_by_hand_and_taken_back(filled: Filled, entry: Entry) -> None:
    desk = entry("biller")
    claim = filled.claims[7]
    advice = remittance(
        decided("LOST-1", 4100, 3000, ("CO-45", 1100)),
        decided("LOST-2", 4200, 3100, ("CO-45", 1100)),
        provider=(provider("WO", 700),),
        trace="CONSOLE1",
    )
    brought = bring(desk, raw(advice).reveal(Purpose.STORE))
    assert brought.status_code == 303, brought.text
    page = brought.headers["location"].partition("?")[0]
    text = desk.get(page).text
    assert "Overpayment recovered" in text
    assert "posted" in text
    assert bring(desk, raw(advice).reveal(Purpose.STORE)).headers["location"].startswith(page)
    waiting = desk.get("/remittances/unmatched")
    assert waiting.status_code == 200
    assert "LOST-1" in waiting.text
    identity = page.rpartition("/")[2]
    where = f"/remittances/unmatched/{identity}"
    assert send(desk, where, verb="match", place="1", claim=claim).status_code == 303
    assert send(desk, where, verb="aside", place="2").status_code == 303
    assert "LOST-" not in desk.get("/remittances/unmatched").text
    with filled.services.database.read(filled.organisation) as work:
        assert read_claim(work, claim).paid == Money(3000)
    assert send(desk, f"{page}/unmatch", place="1").status_code == 303
    assert "LOST-1" in desk.get("/remittances/unmatched").text
    assert send(desk, f"{page}/undo").headers["location"].endswith("said=undone")
    assert "Post now" in desk.get(page).text
    assert "The ledger sums to zero." in desk.get("/ledger").text
    assert send(desk, f"{page}/post").headers["location"].endswith("said=posted")


def test_trust_is_kept_and_what_stands_is_shown(entry: Entry) -> None:
    desk = entry("biller")
    text = desk.get("/remittances/trust").text
    assert "All others" in text
    assert "EXAMPLE MUTUAL" in text
    assert send(desk, "/remittances/trust", payer="00123", trust="one_click").status_code == 303
    waits = remittance(decided("LOST-9", 5100, 5000, ("CO-45", 100)), trace="CONSOLE2")
    assert bring(desk, raw(waits).reveal(Purpose.STORE)).status_code == 303
    assert "Post all 1 that wait for a click" in desk.get("/remittances").text
    assert send(desk, "/remittances/post-waiting").status_code == 303
    assert "wait for a click" not in desk.get("/remittances").text
    assert send(desk, "/remittances/trust", payer="00123", trust="always").status_code == 400
    assert send(desk, "/remittances/trust", payer="00123", trust="automatic").status_code == 303


def test_a_file_that_is_none_is_refused_with_the_next_step(entry: Entry) -> None:
    refused = bring(entry("biller"), b"<html>Bad gateway</html>")
    assert refused.status_code == 422
    assert "x12.unreadable" in refused.text
    assert bring(entry("auditor"), b"ISA").status_code == 403
