"""Rows 1 to 5 and 28 of SIMULATOR MUST: addresses, sign-in, tokens and where they ride."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from tests.connectors.advancedmd.simulator.caller import PARTNER, REDIRECT, TIMED_OUT, Caller, StillClock, as_xml

from chartline.connectors.advancedmd.simulator.app import AdvancedMd


def code(answer: Any) -> str:
    return answer["Error"]["Fault"]["detail"]["code"]


def test_row_1_both_roots_and_the_derived_addresses_answer(caller: Caller) -> None:
    assert caller.webserver == f"{caller.origin}/processrequest/api-101/SIMAPP"
    assert "patientlist" in caller.ask("lookuppatient", name="MU")
    assert caller.rest("GET", "/nothing/here").status_code == 404
    assert caller.http.get(caller.origin + "/elsewhere").status_code == 404
    assert caller.http.get(caller.origin + PARTNER).status_code == 405


def test_row_1_the_old_address_takes_xml_only(caller: Caller) -> None:
    answer = caller.read(
        caller.post(
            f"{caller.webserver}/xmlrpc/processrequest.asp",
            {"@action": "lookuppatient", "@class": "api", "@name": "MU"},
            {"cookie": f"token={caller.token}"},
        )
    )
    if caller.encoding == "xml":
        assert answer["Results"]["@success"] == "1"
    else:
        assert code(answer) == "-2147219452"


def test_row_2_the_first_step_looks_like_a_failure_and_redirects(stranger: Caller) -> None:
    first = stranger.step_one()
    assert first["Results"]["@success"] == "0"
    assert first["Results"]["usercontext"] == {"@webserver": f"{stranger.origin}/processrequest/api-101/SIMAPP"}
    assert code(first) == REDIRECT


def test_row_2_the_second_step_gives_the_token(stranger: Caller) -> None:
    stranger.login()
    assert stranger.token.startswith("999001")
    assert len(stranger.token) == 6 + 64


def test_row_2_a_direct_login_needs_no_second_step(stranger: Caller, simulator: AdvancedMd) -> None:
    simulator.world.options.direct = True
    answer = stranger.step_one()
    assert answer["Results"]["@success"] == "1"
    assert answer["Results"]["usercontext"]["#text"].startswith("999001")


def test_row_2_a_moved_cluster_ends_the_session_and_the_next_login_leads_there(
    caller: Caller, clock: StillClock
) -> None:
    caller.control("POST", "offices/999001", {"cluster": "api-802"})
    assert caller.refused("lookuppatient", name="MU") == TIMED_OUT
    clock.forward(seconds=60)
    assert caller.step_two(caller.webserver)["Results"]["usercontext"]["@webserver"].endswith("/api-802/SIMAPP")
    caller.login()
    assert "/api-802/" in caller.webserver
    assert caller.ask("lookuppatient", name="MU")


def test_row_3_a_wrong_password_is_refused_and_then_locks_the_account(stranger: Caller) -> None:
    for _ in range(5):
        assert code(stranger.step_one(psw="wrong")) == "-2147220480"
    assert code(stranger.step_one()) == "-2147220474"
    stranger.control("POST", "offices/999001", {"locked": False})
    assert code(stranger.step_one()) == REDIRECT


def test_row_3_an_unknown_office_and_an_expired_account_are_refused(stranger: Caller) -> None:
    assert code(stranger.step_one(officecode="999999")) == "-2147220480"
    stranger.control("POST", "offices/999001", {"expired": True})
    assert code(stranger.step_one()) == "-2147220449"


def test_row_3_a_second_login_within_a_minute_is_too_many(caller: Caller, clock: StillClock) -> None:
    again = caller.post(caller.origin + PARTNER, caller.credentials())
    assert again.status_code == 429
    clock.forward(seconds=60)
    caller.login()
    assert caller.counters()["logins"] == 2


def test_row_3_repeating_the_first_step_runs_into_the_limit(stranger: Caller) -> None:
    stranger.step_one()
    assert stranger.post(stranger.origin + PARTNER, stranger.credentials()).status_code == 429


@pytest.mark.parametrize(
    ("style", "expected"), [("fault", (200, TIMED_OUT)), ("401", (401, None)), ("403", (403, None))]
)
def test_row_4_an_old_token_is_announced_in_three_styles(
    caller: Caller, simulator: AdvancedMd, clock: StillClock, style: Any, expected: tuple[int, str | None]
) -> None:
    simulator.world.options.expiry_style = style
    clock.forward(hours=23, minutes=59)
    assert caller.ask("lookuppatient", name="MU")
    clock.forward(minutes=1)
    response = caller.send("lookuppatient", "api", name="MU")
    assert expected[0] == response.status_code
    if expected[1]:
        assert expected[1] == code(caller.read(response))
    assert (403 if style == "403" else 401) == caller.rest("GET", "/scheduler/appointments").status_code


def test_row_4_codes_may_come_in_their_short_form(stranger: Caller, simulator: AdvancedMd) -> None:
    simulator.world.options.code_form = "short"
    assert code(stranger.step_one()) == "1028"


def test_row_4_a_base64_token_works_unescaped(stranger: Caller, simulator: AdvancedMd) -> None:
    simulator.world.options.token_shape = "base64"
    stranger.login()
    assert {"+", "/", "="} <= set(stranger.token)
    assert stranger.ask("lookuppatient", name="MU")


def test_row_4_a_token_is_bound_to_its_application(caller: Caller) -> None:
    caller.webserver = caller.webserver.replace("SIMAPP", "OTHER")
    assert caller.refused("lookuppatient", name="MU") == TIMED_OUT


def test_row_5_the_token_rides_in_a_child_element(caller: Caller) -> None:
    url = f"{caller.webserver}/xmlrpc/processrequest.aspx"
    message: dict[str, Any] = {"@action": "lookuppatient", "@class": "api", "@nocookie": "1", "@name": "MU"}
    for child in (caller.token, {"@webserver": caller.webserver, "#text": caller.token}):
        assert caller.read(caller.post(url, message | {"usercontext": child}))["Results"]["@success"] == "1"


@pytest.mark.parametrize("place", ["@token", "@usercontext", "#text"])
def test_row_5_a_token_as_an_attribute_or_loose_text_is_improper(caller: Caller, place: str) -> None:
    url = f"{caller.webserver}/xmlrpc/processrequest.aspx"
    message = {"@action": "lookuppatient", "@class": "api", "@name": "MU", place: caller.token}
    response = caller.post(url, message)
    assert (response.status_code, response.text) == (400, "Improperly Formatted Token")


def test_row_5_a_missing_token_is_a_timeout(caller: Caller) -> None:
    caller.token = ""
    assert caller.refused("lookuppatient", name="MU") == TIMED_OUT


def test_row_5_rest_takes_a_bearer_and_the_cookie_on_put_alone(caller: Caller) -> None:
    base = caller.webserver.replace("/processrequest/", "/api/")
    cookie = {"cookie": f"token={caller.token}"}
    assert caller.rest("GET", "/scheduler/appointments?forView=patient&patientId=1001").status_code == 200
    get = caller.http.get(base + "/scheduler/appointments?forView=patient&patientId=1001", headers=cookie)
    assert get.status_code == 401
    put = caller.http.put(base + "/scheduler/appointments/7001/cancel", json={"id": 7001}, headers=cookie)
    assert put.status_code == 200


def test_row_28_only_loopback_names_are_answered(stranger: Caller) -> None:
    response = stranger.post(stranger.origin + PARTNER, stranger.credentials(), {"host": "partnerlogin.advancedmd.com"})
    assert response.status_code == 400


def test_row_28_a_seed_with_the_real_domain_is_refused(stranger: Caller) -> None:
    seed = {
        "office": "999002",
        "username": "U",
        "password": "p",
        "appname": "APP",
        "host": "providerapi.advancedmd.com",
    }
    response = stranger.http.post(stranger.origin + "/_control/offices", json=seed)
    assert response.status_code == 422


def test_row_6_and_8_what_comes_back_follows_accept_and_bad_messages_are_faults(origin: str) -> None:
    message = {"ppmdmsg": {"@action": "lookuppatient", "@class": "api"}}
    with httpx2.Client() as http:
        url = origin + PARTNER
        plain = http.post(url, content=json.dumps(message), headers={"content-type": "application/json"})
        assert plain.headers["content-type"].startswith("text/xml")
        mixed = http.post(
            url, content=as_xml(message), headers={"content-type": "application/xml", "accept": "application/json"}
        )
        assert mixed.json()["PPMDResults"]["Error"]["Fault"]["detail"]["code"] == TIMED_OUT
        for body in (b"<ppmdmsg", b"", b'<!DOCTYPE x [<!ENTITY a "b">]><ppmdmsg/>', b"<a>" * 100):
            broken = http.post(url, content=body, headers={"content-type": "text/xml", "accept": "application/json"})
            assert broken.json()["PPMDResults"]["Error"]["Fault"]["detail"]["code"] == "-2147219452"
        huge = http.post(
            url,
            content=b"<ppmdmsg>" + b" " * 1_000_001,
            headers={"content-type": "text/xml", "accept": "application/json"},
        )
        assert huge.json()["PPMDResults"]["Error"]["Fault"]["detail"]["code"] == "-2147219451"


def test_row_3_an_office_code_may_be_a_json_number(origin: str) -> None:
    caller = Caller(origin, "json")
    body: dict[str, Any] = caller.credentials() | {"@officecode": 999001}
    assert code(caller.read(caller.post(origin + PARTNER, body))) == REDIRECT
    caller.close()
