"""The denial desk: the list, one denial, a letter, and ending it with its money."""

from __future__ import annotations

import httpx2
import pytest
from tests.console.conftest import Entry
from tests.console.sending import send
from tests.support.filled import Filled
from tests.support.vendor import Heard, Said, vendor

from chartline.domains.claims import read_claim
from chartline.domains.ledger import claim_balances
from chartline.domains.ledger.accounts import INSURANCE
from chartline.domains.remits.denials import DenialFilter, DenialState, read_denial, take_denials, worklist


@pytest.fixture(scope="module")
def denial(filled: Filled) -> str:
    """The denial that the filled practice's remittance brought."""
    with filled.services.database.work(filled.organisation) as work:
        take_denials(work, filled.remittances[0])
        (row,) = worklist(work, DenialFilter(), filled.services.clock.now().date()).rows
    return row.denial.id


def test_the_list_names_the_reason_and_the_next_step_and_no_patient(denial: str, filled: Filled, entry: Entry) -> None:
    page = entry("biller").get("/denials")
    assert page.status_code == 200
    assert "CO-197" in page.text
    assert f"/denials/{denial}" in page.text
    assert "authorization" in page.text
    people = {one.family for one in filled.world.patients}
    assert not any(name in page.text for name in people)
    assert "Nothing here." in entry("biller").get("/denials?state=won").text
    file = entry("biller").get("/denials.csv").text.splitlines()
    assert file[0].startswith("claim,payer_id")
    assert len(file) == 2


def test_a_letter_is_written_sent_and_answered(denial: str, entry: Entry) -> None:
    desk = entry("biller")
    letter = desk.get(f"/denials/{denial}/letter").text
    assert "This is an appeal" in letter
    kept = send(desk, f"/denials/{denial}/letter", text="Dear payer,\n\nplease decide again.", way="fax")
    assert kept.headers["location"].endswith("said=appeal_written")
    page = desk.get(f"/denials/{denial}").text
    appeal = page.partition("/appeals/")[2][:36]
    file = desk.get(f"/appeals/{appeal}/letter.pdf")
    assert file.content.startswith(b"%PDF-")
    assert send(desk, f"/appeals/{appeal}/sent", on="2026-03-21", reference="fax 7").status_code == 303
    assert send(desk, f"/appeals/{appeal}/outcome", outcome="lost", on="2026-04-21").status_code == 303
    assert "lost" in desk.get(f"/denials/{denial}").text


def test_the_clearinghouses_own_form_is_shown_once_and_never_opened(denial: str, filled: Filled, entry: Entry) -> None:
    services, asked = filled.services, []

    def answer(heard: Heard) -> Said:
        asked.append(heard.path)
        return Said('{"link": [{"url": "https://vendor.example/appeal/1?key=once"}], "success": "1"}')

    with vendor(answer) as served:
        with services.database.work(filled.organisation) as work:
            house = next(one for one in services.connections.all(work) if one.vendor == "claimmd")
            there = {**house.options, "base_url": f"{served.url}/services/"}
            services.connections.set_options(work, house.id, there)
        page = send(entry("biller"), f"/denials/{denial}/appeal-form")
        with services.database.work(filled.organisation) as work:
            services.connections.set_options(work, house.id, house.options)
    assert page.status_code == 200
    assert 'href="https://vendor.example/appeal/1?key=once" rel="noreferrer noopener"' in page.text
    assert len(asked) == 1
    assert "vendor.example" not in entry("biller").get(f"/denials/{denial}").text


def test_ending_it_moves_the_money_and_can_be_taken_back(denial: str, filled: Filled, entry: Entry) -> None:
    desk, services = entry("biller"), filled.services

    def stands() -> tuple[DenialState, int, str]:
        with services.database.read(filled.organisation) as work:
            known = read_denial(work, denial)
            left = claim_balances(work, [known.claim_id])[known.claim_id].get(INSURANCE)
            return known.state, left.minor if left else 0, read_claim(work, known.claim_id).word.value

    before = stands()
    assert before[1] > 0
    assert send(desk, f"/denials/{denial}/end", how="administrative", reason="not worth it").status_code == 303
    assert stands() == (DenialState.WRITTEN_OFF, 0, "closed")
    assert send(desk, f"/denials/{denial}/reopen").status_code == 303
    after = stands()
    assert after[0] is DenialState.OPEN
    assert after[1:] == before[1:]


def test_who_may_not_see_billing_sees_no_denials(denial: str, entry: Entry) -> None:
    desk = entry("clinician")
    answers: list[httpx2.Response] = [desk.get("/denials"), desk.get(f"/denials/{denial}")]
    assert {one.status_code for one in answers} == {403}
