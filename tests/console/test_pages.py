"""What pages hold, and what their forms do."""

from __future__ import annotations

import csv
import io
import re

import httpx2
import pytest
from tests.console.conftest import Entry
from tests.console.sending import send
from tests.domains.money_world import counted
from tests.support.filled import PASSWORD, Filled, providers

from chartline.kernel.sealed import Sealed


def addresses(filled: Filled) -> list[str]:
    return [
        "/",
        "/visits",
        f"/visits/{filled.visits[0]}",
        f"/visits/{filled.visits[20]}",
        "/patients",
        "/patients/new",
        f"/patients/{filled.patients[0]}",
        "/claims",
        f"/claims/{filled.claims[7]}",
        "/remittances",
        f"/remittances/{filled.remittances[0]}",
        "/ledger",
        "/reports",
        "/reports/figures/billed",
        "/reports/lists/unpaid-claims",
        "/reports/digest",
        "/sync",
        "/sync/log",
        "/sync/runs",
        "/sync/letters",
        "/visits/week",
        "/conflicts",
        "/exchanges",
        f"/exchanges/{filled.exchange}",
        "/connections",
        "/settings",
        "/no-such-page",
        "/sign-in",
    ]


@pytest.fixture(scope="module")
def shown(filled: Filled, address: str) -> dict[str, httpx2.Response]:
    """Every page as the owner sees it."""
    with httpx2.Client(base_url=address, timeout=30) as client:
        client.post("/sign-in", data={"email": filled.email, "password": PASSWORD})
        return {where: client.get(where) for where in addresses(filled)}


def test_no_page_has_a_script_or_style_of_its_own_or_from_elsewhere(shown: dict[str, httpx2.Response]) -> None:
    for where, page in shown.items():
        own = re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", page.text)
        assert own is None, where
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page.text), where


def test_every_page_is_kept_out_of_caches_and_frames(shown: dict[str, httpx2.Response]) -> None:
    for where, page in shown.items():
        assert page.headers["cache-control"] == "no-store", where
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "default-src 'self'" in page.headers["content-security-policy"]


def test_every_form_that_changes_something_carries_the_token(shown: dict[str, httpx2.Response]) -> None:
    for where, page in shown.items():
        forms = re.findall(r"<form[^>]*method=\"post\" action=\"(?!/sign-in)[^>]*>(.*?)</form>", page.text, re.DOTALL)
        assert all('name="form_token"' in form for form in forms), where
    assert shown["/"].text.count('name="form_token"') >= 2


def test_the_first_page_ranks_what_needs_a_person(entry: Entry) -> None:
    text = entry("owner").get("/").text
    order = [
        "Sent without an answer",
        "refuses the sign-in",
        "refused $",
        "was rejected",
        "its sums disagree",
        "changed on both",
    ]
    # What may have happened twice, what stops everything, money by what it brings a minute, then what can wait.
    places = [text.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)


def test_the_first_page_opens_no_patient_value(filled: Filled, entry: Entry) -> None:
    client = entry("owner")
    services = filled.services
    with services.database.read(filled.organisation) as work:
        before = services.audit.rows(work, limit=1)[0].number
    text = client.get("/").text
    with services.database.read(filled.organisation) as work:
        assert before == services.audit.rows(work, limit=1)[0].number
    assert not [value for value in filled.world.private_values() if value in text]


def test_claims_are_downloaded_without_patient_values(filled: Filled, entry: Entry) -> None:
    answer = entry("biller").get("/claims.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(filled.claims) == len(rows)
    assert answer.headers["content-disposition"] == 'attachment; filename="claims.csv"'
    assert not [value for value in filled.world.private_values() if value in answer.text]


def test_a_search_for_a_patient_stays_out_of_the_address(filled: Filled, entry: Entry) -> None:
    client = entry("front_desk")
    family = filled.world.patients[0].family
    answer = send(client, "/patients/search", name=family[:4].lower())
    assert family in answer.text
    assert family.lower()[:4] not in str(answer.url).lower()
    assert "Nobody found." in send(client, "/patients/search", name="zzzzqqqq").text


def test_a_patient_is_entered_changed_insured_and_booked(filled: Filled, entry: Entry) -> None:
    client = entry("front_desk")
    person = {"family": "Formfield", "given": "Una", "birth_date": "1977-03-04", "sex": "F", "city": "TESTVILLE"}
    made = send(client, "/patients/new", **person, payer_id="00123", payer_name="CEDAR RIDGE", member_id="CRH777")
    page = made.headers["location"].partition("?")[0]
    text = client.get(made.headers["location"]).text
    assert "Una" in text and "CRH777" in text and "Saved." in text
    send(client, f"{page}/change", **{**person, "city": "NEWTOWN"})
    assert "NEWTOWN" in client.get(page).text
    send(client, f"{page}/coverages", payer_id="00456", payer_name="BLUEWATER", member_id="BWM888", order="2")
    assert "BWM888" in client.get(page).text
    provider = next(iter(providers(filled).values()))
    booked = send(client, f"{page}/visits", day="2026-03-11", time="09:30", minutes="45", provider_id=provider)
    visit = client.get(booked.headers["location"]).text
    assert "Mar 11, 09:30, 45 minutes" in visit


def test_a_visit_is_received_and_charged(filled: Filled, entry: Entry) -> None:
    client = entry("front_desk")
    page = f"/visits/{filled.visits[21]}"
    send(client, f"{page}/status", status="arrived")
    assert "arrived" in client.get(page).text
    lines = {"procedure_1": "90834", "diagnoses_1": "F41.1, F331", "procedure_2": "90785", "diagnoses_2": "F411"}
    answer = send(client, f"{page}/charges", place_of_service="11", **lines)
    assert answer.status_code == 303, answer.text
    text = client.get(page).text
    assert "$130.00" in text and "$20.00" in text


def test_a_form_that_cannot_be_read_names_the_field_and_not_the_value(entry: Entry) -> None:
    client = entry("front_desk")
    answer = send(client, "/patients/new", family="Nevershown", given="N", birth_date="the fourth of May")
    assert answer.status_code == 400
    assert "birth date" in answer.text
    assert "fourth of May" not in answer.text


def test_a_rejected_claim_is_corrected_from_its_page(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    page = f"/claims/{filled.claims[7]}"
    assert "Subscriber not found at the payer" in client.get(page).text
    assert send(client, f"{page}/correct", member_id="HLB123123123").status_code == 303
    text = client.get(page).text
    assert "version 2" in text
    assert "changed: member id" in text
    assert "Some biller" in text


def test_a_held_remittance_is_released_from_its_page(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    page = f"/remittances/{filled.remittances[1]}"
    assert "release and post" in client.get(page).text
    assert send(client, f"{page}/release").status_code == 303
    assert "release and post" not in client.get(page).text
    assert "The ledger sums to zero." in client.get("/ledger").text


def test_an_auditor_is_shown_no_button(filled: Filled, entry: Entry) -> None:
    client = entry("auditor")
    assert "Correct and check again" not in client.get(f"/claims/{filled.claims[7]}").text
    refused = send(client, f"/claims/{filled.claims[7]}/correct", member_id="HLB9")
    assert (refused.status_code, "Your role does not allow this." in refused.text) == (403, True)


def test_a_conflict_is_decided_and_taken_back(filled: Filled, entry: Entry) -> None:
    client = entry("front_desk")
    text = client.get("/conflicts").text
    case = re.search(rf'/conflicts/[^"]+/patient/{filled.patients[4]}', text)
    assert case is not None and "12 OLD MILL LANE APT 4" not in text
    assert "12 OLD MILL LANE APT 4" in client.get(case[0]).text
    send(client, case[0], **{"choice.street": "theirs"})
    assert filled.patients[4] not in client.get("/conflicts").text
    assert "12 OLD MILL LANE APT 4" in client.get(f"/patients/{filled.patients[4]}").text
    decided = client.get("/conflicts?decided=true").text
    decision = re.search(r"/conflicts/decisions/[^\"]+", decided)
    assert decision is not None and "Some front_desk" in decided
    send(client, decision[0])
    assert case[0] in client.get("/conflicts").text
    assert "12 OLD MILL LANE APT 4" not in client.get(f"/patients/{filled.patients[4]}").text


def test_the_contents_of_a_message_are_shown_on_a_click_only(filled: Filled, entry: Entry) -> None:
    client = entry("biller")
    page = f"/exchanges/{filled.exchange}"
    assert "@action" not in client.get(page).text
    assert "@action" in send(client, page).text
    assert send(entry("front_desk"), page).status_code == 403


def test_what_a_person_typed_is_never_markup(entry: Entry) -> None:
    client = entry("front_desk")
    answer = send(client, "/patients/search", name='<img src=x onerror="1">')
    assert "<img" not in answer.text


@pytest.mark.parametrize(
    "where", ["/visits?day=2026-03-10", "/visits/week?day=2026-03-10", "/patients", "/claims", "/remittances", "/"]
)
def test_a_page_costs_few_queries(filled: Filled, entry: Entry, where: str) -> None:
    client = entry("owner")
    client.get(where)
    with counted(filled.services.database) as statements:
        client.get(where)
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) <= 40


def test_an_empty_practice_is_told_what_to_do_next(filled: Filled, address: str) -> None:
    access = filled.services.access
    access.create_user(access.create_organisation("EMPTY (INVENTED)"), "new@empty.example", Sealed(PASSWORD), ["owner"])
    with httpx2.Client(base_url=address) as client:
        client.post("/sign-in", data={"email": "new@empty.example", "password": PASSWORD})
        hints = {
            "/": "Nothing needs you.",
            "/visits": "No visits on this day.",
            "/patients": "No patients yet.",
            "/claims": "A claim is drafted when a visit is seen and charged, or when a system sends one.",
            "/remittances": "No remittances.",
            "/ledger": "The first charge makes the first entry.",
            "/reports": "Nothing was billed or collected in this span.",
            "/reports/lists/denials": "Choose other days, or take a filter away.",
            "/reports/digest": "Nothing waits.",
            "/sync": "chartline connect add",
            "/sync/log": "Nothing to show.",
            "/sync/runs": "No runs.",
            "/sync/letters": "Nothing here.",
            "/visits/week": "No visits in this week.",
            "/conflicts": "No conflicts.",
            "/exchanges": "No messages.",
            "/connections": "chartline connect add",
            "/settings": "The practice is not set up.",
        }
        assert not [where for where, hint in hints.items() if hint not in client.get(where).text]


def test_a_clearinghouse_gets_an_order_and_a_payer_a_connection_of_its_own(filled: Filled, entry: Entry) -> None:
    desk = entry("owner")
    with filled.services.database.read(filled.organisation) as work:
        (house,) = [one for one in filled.services.connections.all(work) if one.vendor == "claimmd"]
    assert "unknown" in desk.get("/connections").text
    assert send(desk, f"/connections/{house.id}/order", priority="3").status_code == 303
    assert 'value="3"' in desk.get("/connections").text
    route = {"payer": "00123", "service": "claims"}
    assert send(desk, "/connections/routes", **route, connection=house.id).status_code == 303
    assert "Payers with a connection of their own" in desk.get("/connections").text
    assert send(desk, "/connections/routes", **route).status_code == 303
    assert "Payers with a connection of their own" not in desk.get("/connections").text
    assert send(entry("biller"), f"/connections/{house.id}/order", priority="1").status_code == 403
