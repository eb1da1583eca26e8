"""The claim pages: the list with its filters, one claim with what may be done, the edit with its differences."""

from __future__ import annotations

import re

import httpx2
import pytest
from tests.console.conftest import Entry
from tests.console.sending import send
from tests.support.filled import Filled

from chartline.domains.claims import Word, read_claims


def standing(filled: Filled, word: Word) -> list[str]:
    """The practice's claims that stand so."""
    with filled.services.database.read(filled.organisation) as work:
        found = read_claims(work, filled.claims)
    return [one for one in filled.claims if found[one].word is word]


@pytest.fixture
def desk(entry: Entry) -> httpx2.Client:
    return entry("owner")


@pytest.fixture
def ready(filled: Filled) -> str:
    """A claim that passed the rules and was not sent."""
    return standing(filled, Word.VALIDATED)[0]


def fields_of(page: str) -> dict[str, str]:
    """The fields of the edit form as the page has them."""
    form = page.partition('action="/claims/')[2]
    found = dict(re.findall(r'<input[^>]* name="([a-z_0-9]+)"[^>]* value="([^"]*)"', page))
    found |= {
        name: value
        for name, value in re.findall(r'<input name="([a-z_0-9]+)"[^>]*?value="([^"]*)"', form)
        if name != "form_token"
    }
    found.pop("form_token", None)
    return {name: value.replace("&#39;", "'").replace("&amp;", "&") for name, value in found.items()}


def test_the_list_is_filtered_and_downloaded_as_it_is_filtered(filled: Filled, desk: httpx2.Client) -> None:
    whole = desk.get("/claims").text
    assert 'name="act" value="hold"' in whole
    for query in ("word=denied", "held=yes", "provider=1999999976", "begin=2026-03-01&end=2026-03-31", "tag=none-such"):
        page = desk.get(f"/claims?{query}")
        assert page.status_code == 200, query
        rows = page.text.count('name="claim:')
        lines = desk.get(f"/claims.csv?{query}").text.strip().splitlines()
        assert rows == len(lines) - 1, query
    assert "No claim fits." in desk.get("/claims?tag=none-such").text


def test_chosen_claims_are_held_and_released_together(desk: httpx2.Client, ready: str) -> None:
    answer = send(desk, "/claims/many", act="hold", reason="asks the doctor", **{f"claim:{ready}": "on"})
    assert answer.headers["location"].endswith("said=claims_hold")
    page = desk.get(f"/claims/{ready}").text
    assert "Held: asks the doctor" in page
    assert f"/claims/{ready}/do/release" in page
    assert f"/claims/{ready}/do/hold" not in page
    send(desk, "/claims/many", act="release", **{f"claim:{ready}": "on"})
    assert "Held: asks the doctor" not in desk.get(f"/claims/{ready}").text
    assert send(desk, "/claims/many", act="release").headers["location"].endswith("said=nothing_chosen")


def test_an_edit_shows_both_values_before_it_is_kept(desk: httpx2.Client, ready: str) -> None:
    fields = fields_of(desk.get(f"/claims/{ready}/edit").text)
    assert "Nothing would change." in send(desk, f"/claims/{ready}/preview", **fields).text
    fields |= {"place_of_service": "10", "units_1": "2"}
    shown = send(desk, f"/claims/{ready}/preview", **fields).text
    assert "Place of service" in shown
    assert "Line 1: units" in shown
    answer = send(desk, f"/claims/{ready}/edit", **fields)
    assert answer.headers["location"] == f"/claims/{ready}?said=corrected"
    page = desk.get(f"/claims/{ready}").text
    assert "version 2" in page


def test_the_page_says_what_cannot_be_done_and_why(filled: Filled, desk: httpx2.Client) -> None:
    under_way = standing(filled, Word.SUBMITTED)[0]
    page = desk.get(f"/claims/{under_way}").text
    assert "It was sent and nobody has answered yet." in page
    assert f"/claims/{under_way}/edit" not in page
    refused = send(desk, f"/claims/{under_way}/do/hold", reason="late")
    assert refused.status_code == 409
    assert "cannot be done with the claim" in refused.text
    assert "It cannot be edited now." in desk.get(f"/claims/{under_way}/edit").text


def test_a_claim_is_noted_tagged_printed_and_compared_with_today(desk: httpx2.Client, ready: str) -> None:
    send(desk, f"/claims/{ready}/note", text="Called about the card.")
    send(desk, f"/claims/{ready}/tags", tags="second-look, vip")
    page = desk.get(f"/claims/{ready}").text
    assert "Called about the card." in page
    assert "second-look vip" in page
    paper = desk.get(f"/claims/{ready}/paper?data_only=true")
    assert (paper.headers["content-type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert desk.get(f"/claims/{ready}/changed").status_code == 200
    assert send(desk, f"/claims/{ready}/do/cancel", reason="twice").headers["location"].endswith("claim_cancel")
    assert f"/claims/{ready}/do/reopen" in desk.get(f"/claims/{ready}").text
    send(desk, f"/claims/{ready}/do/reopen")


def test_who_may_only_look_sees_no_buttons(entry: Entry, filled: Filled) -> None:
    page = entry("auditor").get("/claims").text
    assert "Claims" in page
    assert 'name="act"' not in page


def test_a_claim_is_shown_as_each_house_would_be_sent_it(filled: Filled, desk: httpx2.Client, ready: str) -> None:
    assert f"/claims/{ready}/payloads" in desk.get(f"/claims/{ready}").text
    families = [f"*{patient.family.upper()}*" for patient in filled.world.patients]
    masked = desk.get(f"/claims/{ready}/payloads").text
    assert "Claim.MD" in masked
    assert not any(family in masked for family in families)
    shown = send(desk, f"/claims/{ready}/payloads").text
    assert sum(family in shown for family in families) == 1
    with filled.services.database.read(filled.organisation) as work:
        actions = [row.event.action for row in filled.services.audit.rows(work)]
    assert "console.claim.payloads.values" in actions
