"""Remittances that are cut, do not add up, come again, or name nobody we know: each cent once, or on the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.domains.remittances import decided, remittance
from tests.faults.counter import Counter, counter, file_of
from tests.faults.installation import Installation

from chartline.domains.reports import prove
from chartline.flows.claim_to_cash import SUBMIT
from chartline.flows.practice_sync import PULL_VISITS
from chartline.flows.remittances import REMITTANCES
from chartline.formats.x12.remittance import RemittanceClaim
from chartline.kernel.money import Money

pytestmark = pytest.mark.faults
PATIENTS = (1, 2, 3, 5)


@pytest.fixture(scope="module")
def window(shared: Installation) -> Iterator[Counter]:
    """Claims that were sent, and a clearinghouse whose remittances the tests write."""
    shared.do(PULL_VISITS, connection=shared.advancedmd)
    for visit in shared.world.visits:
        if visit.known:
            shared.see(visit.number)
    shared.play()
    connections = shared.services.connections
    with counter(shared.simulators["claimmd"].url) as made:
        with shared.work() as work:
            options = connections.get(work, shared.claimmd).options
            connections.set_options(work, shared.claimmd, {**options, "base_url": f"{made.url}/services/"})
        shared.do(SUBMIT, connection=shared.claimmd)
        yield made


def claims(place: Installation) -> list[dict[str, Any]]:
    return place.get("/api/claims/?limit=100")["claims"]


def paid(place: Installation, which: int, share: int = 80) -> RemittanceClaim:
    """A payer's decision on the claim in that place: so many percent are paid, the rest is given up."""
    claim = sorted(claims(place), key=lambda each: each["number"])[which]
    charged = claim["total"]["minor"]
    amount = charged * share // 100
    return decided(claim["number"], charged, amount, ("CO-45", charged - amount))


def fetch(place: Installation) -> None:
    place.do(REMITTANCES, connection=place.claimmd)


def remittances(place: Installation) -> dict[str, dict[str, Any]]:
    """By trace number."""
    return {each["trace"]: each for each in place.get("/api/remittances/?limit=100")["remittances"]}


def cash(place: Installation) -> Money:
    """What the ledger has from payers; it must balance, and agree with what was remitted."""
    with place.work() as work:
        proof = prove(work)
    assert (proof.balanced, proof.agrees) == (True, True)
    return proof.ledger_cash


def test_a_remittance_cut_in_the_middle_waits_and_is_posted_when_it_is_whole(
    place: Installation, window: Counter, tmp_path: Path
) -> None:
    before = cash(place)
    whole = file_of(remittance(paid(place, 0), trace="CUT1"))
    number = window.lay_out(whole[: len(whole) * 2 // 3])
    fetch(place)
    (issue,) = place.waiting_jobs()
    assert (issue["job"], issue["code"], issue["again"]) == ("remits.take", "x12.truncated", "after_fix")
    assert "The X12 file stops before its end." in place.desk()
    assert "ask the sender for a complete copy. Nothing of it was used." in place.desk()
    assert ("CUT1" in remittances(place), cash(place)) == (False, before)
    file = tmp_path / "cut.835"
    file.write_text(window.files[number])
    told = place.cli("era", "load", str(file))
    assert (told.code, "x12.truncated: The X12 file stops before its end." in told.err) == (1, True)
    assert "Next step: Fetch the file again" in told.err

    window.files[number] = whole
    place.run_again()
    assert place.waiting_jobs() == []
    assert remittances(place)["CUT1"]["state"] == "posted"
    assert cash(place) - before == Money(remittances(place)["CUT1"]["amount"]["minor"])


def test_a_remittance_whose_sums_disagree_is_held_until_a_person_lets_it_go(
    place: Installation, window: Counter
) -> None:
    before = cash(place)
    decision = paid(place, 1)
    window.lay_out(file_of(remittance(decision, trace="ODD1", amount=decision.paid + Money(100))))
    fetch(place)
    held = remittances(place)["ODD1"]
    assert (held["state"], [each["code"] for each in held["findings"]]) == ("held", ["x12.payment_balance"])
    assert (cash(place), place.waiting_jobs()) == (before, [])
    assert "Remittance ODD1 of EXAMPLE MUTUAL: its sums disagree" in place.desk()
    assert "ask the payer for a corrected one, or release it if the money arrived" in place.desk()
    told = place.cli("era", "list", "--state", "held")
    assert (told.code, "ODD1" in told.out) == (0, True)
    assert "held" in place.page("/remittances?state=held")
    assert place.post(f"/api/remittances/{held['id']}/release").status_code == 200
    assert remittances(place)["ODD1"]["state"] == "posted"
    assert cash(place) - before == decision.paid + Money(100)
    again = place.post(f"/api/remittances/{held['id']}/release")
    assert (again.status_code, again.json()["code"]) == (409, "remits.not_held")
    assert cash(place) - before == decision.paid + Money(100)


def test_a_remittance_that_is_listed_twice_and_comes_again_is_posted_once(
    place: Installation, window: Counter, tmp_path: Path
) -> None:
    before = cash(place)
    content = file_of(remittance(paid(place, 2), trace="TWICE1"))
    window.lists_twice = True
    number = window.lay_out(content)
    for _ in range(2):
        fetch(place)
    window.lists_twice = False
    posted = cash(place)
    assert posted > before
    assert window.fetched.count(number) == 1
    window.lay_out(content)  # the same money under another number
    fetch(place)
    file = tmp_path / "again.835"
    file.write_text(content)
    told = place.cli("era", "load", str(file))
    assert (told.code, "was taken in before; nothing is posted twice" in told.out) == (0, True)
    assert cash(place) == posted
    assert len([trace for trace in remittances(place) if trace == "TWICE1"]) == 1
    assert place.waiting_jobs() == []


def test_money_for_a_patient_nobody_knows_waits_until_a_person_finds_the_claim(
    place: Installation, window: Counter
) -> None:
    before = cash(place)
    # A number of ours that the payer mistyped, with nothing else to go by.
    known = sorted(claims(place), key=lambda each: each["number"])[3]
    charged = known["total"]["minor"]
    window.lay_out(file_of(remittance(decided("ELSEWHERE9", charged, charged), trace="STRANGE1")))
    fetch(place)
    found = remittances(place)["STRANGE1"]
    assert ("posted", Money(charged)) == (found["state"], cash(place) - before)
    desk = place.desk()
    assert re.search(r"A payment of \$[\d,.]+ belongs to no claim of ours \(ELSEWHERE9\)", desk)
    assert "or match it by its number; until then the money waits as unapplied." in desk
    assert place.get("/api/claims/" + known["id"])["claim"]["paid"]["minor"] == 0
    wrong = place.cli("era", "match", found["id"], "1", "C999999")
    assert (wrong.code, "Next step:" in wrong.err) == (1, True)
    assert place.cli("era", "match", found["id"], "1", known["number"]).code == 0
    assert place.get("/api/claims/" + known["id"])["claim"]["paid"]["minor"] == charged
    assert "ELSEWHERE9" not in place.desk()
    assert cash(place) - before == Money(charged)


def test_a_web_page_with_status_200_is_no_remittance(place: Installation, window: Counter) -> None:
    before = cash(place)
    window.lay_out(file_of(remittance(paid(place, 3), trace="PAGE1")))
    window.pages = 2
    fetch(place)
    assert place.waiting_jobs() == []
    assert remittances(place)["PAGE1"]["state"] == "posted"
    assert cash(place) > before


def test_a_file_that_is_no_x12_is_told_and_not_used(place: Installation, window: Counter, tmp_path: Path) -> None:
    window.lay_out("ISA*00*          *THIS IS NOT A REMITTANCE")
    fetch(place)
    (issue,) = place.waiting_jobs()
    assert issue["code"].startswith("x12.")
    assert issue["say"] in place.desk()
    page = tmp_path / "saved.835"
    page.write_text("<html>sign in again</html>")
    told = place.cli("era", "load", str(page), str(tmp_path / "missing.835"))
    assert (told.code, "x12.unreadable: The file is not readable as X12." in told.err) == (1, True)
    assert "cli.unreadable_file" in told.err
