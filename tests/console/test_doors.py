"""Signing in, being locked out, signing out, and what other sites cannot do."""

from __future__ import annotations

import httpx2
from tests.console.conftest import Entry
from tests.console.sending import form_token, send
from tests.support.filled import PASSWORD, Filled


def test_a_page_asks_to_sign_in_first_and_goes_on_there(filled: Filled, address: str) -> None:
    with httpx2.Client(base_url=address) as client:
        answer = client.get("/claims")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/claims")
        answer = client.post("/sign-in", data={"email": filled.email, "password": PASSWORD, "next": "/claims"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/claims")
        assert client.get("/claims").status_code == 200


def test_the_way_after_sign_in_stays_on_this_site(filled: Filled, address: str) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        form = {"email": filled.email, "password": PASSWORD, "next": elsewhere}
        assert httpx2.post(f"{address}/sign-in", data=form).headers["location"] == "/"


def test_a_wrong_password_is_told_in_plain_words_and_locks_after_five(address: str) -> None:
    form = {"email": "nobody@juniper-hollow.example", "password": "wrong password here"}
    tries = [httpx2.post(f"{address}/sign-in", data=form) for _ in range(6)]
    assert [one.status_code for one in tries] == [401] * 5 + [429]
    assert "is not right" in tries[0].text
    assert "locked after five failed sign-ins" in tries[5].text
    assert "wrong password here" not in tries[0].text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(filled: Filled, address: str) -> None:
    answer = httpx2.post(f"{address}/sign-in", data={"email": filled.email, "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_sign_in_from_another_site_is_refused(filled: Filled, address: str) -> None:
    form = {"email": filled.email, "password": PASSWORD}
    answer = httpx2.post(f"{address}/sign-in", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_form_without_the_token_changes_nothing(filled: Filled, entry: Entry) -> None:
    client = entry("owner")
    where = f"/remittances/{filled.remittances[1]}/release"
    assert client.post(where, data={}).status_code == 403
    assert client.post(where, data={"form_token": "0" * 64}).status_code == 403
    assert client.post(where, data={"form_token": form_token(entry("owner"))}).status_code == 403
    assert "held" in client.get(f"/remittances/{filled.remittances[1]}").text


def test_signing_out_ends_the_session(entry: Entry) -> None:
    client = entry("owner")
    kept = dict(client.cookies)
    assert send(client, "/sign-out").status_code == 303
    client.cookies.update(kept)
    assert client.get("/claims").status_code == 303


def test_a_refresh_of_an_ended_session_leads_to_the_sign_in(address: str) -> None:
    answer = httpx2.get(f"{address}/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/sign-in")


def test_each_role_sees_its_rooms_and_no_others(entry: Entry) -> None:
    biller, clinician, auditor = entry("biller"), entry("clinician"), entry("auditor")
    assert [client.get("/claims").status_code for client in (biller, clinician, auditor)] == [200, 403, 200]
    assert 'href="/claims"' not in clinician.get("/").text
    assert "Your role does not allow this." in clinician.get("/ledger").text
    assert [client.get("/sync").status_code for client in (biller, clinician, auditor)] == [200, 200, 403]


def test_a_bearer_token_opens_no_page(filled: Filled, address: str) -> None:
    answer = httpx2.get(f"{address}/claims", headers={"Authorization": f"Bearer {filled.token}"})
    assert answer.status_code == 303
