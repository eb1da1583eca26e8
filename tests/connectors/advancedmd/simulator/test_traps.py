"""The sheet's traps: a naive call falls into each one that a simulator can set. The number is the trap's.

Not here because they lie in the client alone: 27 (logging requests; the journal's own silence is tested elsewhere).
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree

import httpx2
import pytest
from tests.connectors.advancedmd.simulator.caller import PARTNER, REDIRECT, TIMED_OUT, Caller, StillClock, listed

from chartline.connectors.advancedmd.simulator.app import AdvancedMd
from chartline.connectors.advancedmd.simulator.seed import Crowd, OfficeSeed
from chartline.connectors.advancedmd.simulator.seeding import plant

INVALID = "-2147219453"
LINE = {"@proccode": "pcode502", "@units": "1", "@diagcodes": "dcode701"}


def crowd(simulator: AdvancedMd, count: int) -> None:
    seed = OfficeSeed(
        office="999001", username="U", password="P", appname="A", crowd=Crowd(surname="SMITH", count=count)
    )
    plant(simulator.world, seed)


def test_1_a_login_that_looks_failed_is_not_tried_again(stranger: Caller) -> None:
    first = stranger.step_one()
    assert first["Results"]["@success"] == "0"
    again = stranger.post(stranger.origin + PARTNER, stranger.credentials())
    assert again.status_code == 429


def test_2_redirect_and_time_out_have_two_codes_in_two_forms(stranger: Caller) -> None:
    assert stranger.step_one()["Error"]["Fault"]["detail"]["code"] == REDIRECT
    stranger.control("POST", "options", {"code_form": "short", "login_spacing": 0})
    assert stranger.step_one()["Error"]["Fault"]["detail"]["code"] == "1028"
    stranger.webserver = f"{stranger.origin}/processrequest/api-101/SIMAPP"
    assert stranger.refused("lookuppatient", name="A") == "1025"


def test_3_a_remembered_cluster_stops_answering(caller: Caller, clock: StillClock) -> None:
    old = caller.webserver
    caller.control("POST", "offices/999001", {"cluster": "next"})
    assert caller.refused("lookuppatient", name="A") == TIMED_OUT
    assert caller.rest("GET", "/payments/codes").status_code == 401
    clock.forward(minutes=2)
    caller.login()
    assert caller.webserver != old
    caller.webserver = old
    assert caller.refused("lookuppatient", name="A") == TIMED_OUT


def test_4_the_webserver_can_name_any_host(stranger: Caller) -> None:
    stranger.control("POST", "offices/999001", {"host": "elsewhere.example"})
    webserver = stranger.step_one()["Results"]["usercontext"]["@webserver"]
    assert webserver.startswith("http://elsewhere.example/")


@pytest.mark.parametrize("spoil", [lambda token: token.split("=")[0], quote])
def test_5_a_base64_token_is_neither_split_nor_quoted(stranger: Caller, spoil: object) -> None:
    stranger.control("POST", "options", {"token_shape": "base64"})
    stranger.login()
    assert stranger.ask("lookuppatient", name="SAMPLE")
    assert callable(spoil)
    stranger.token = spoil(stranger.token)
    assert stranger.refused("lookuppatient", name="SAMPLE") == TIMED_OUT


def test_6_a_token_in_an_attribute_is_400_and_json_without_accept_comes_back_as_xml(caller: Caller) -> None:
    assert caller.send("lookuppatient", "api", name="A", usercontext=caller.token).status_code == 400
    message = {"ppmdmsg": {"@action": "lookuppatient", "@class": "api", "@name": "A"}}
    url = f"{caller.webserver}/xmlrpc/processrequest.aspx"
    plain = caller.http.post(url, json=message, headers={"cookie": f"token={caller.token}"})
    assert plain.content.startswith(b"<?xml")
    with pytest.raises(json.JSONDecodeError):
        plain.json()


def test_7_answers_are_latin_1_and_may_hold_a_byte_that_no_parser_takes(caller: Caller) -> None:
    caller.encoding = "xml"
    body = caller.send("lookuppatient", "api", name="MU").content
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    caller.control("POST", "options", {"stray_byte": True})
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(caller.send("lookuppatient", "api", name="MU").content)


def test_8_one_row_is_an_object_and_none_is_a_text(caller: Caller) -> None:
    caller.control("POST", "options", {"single_appointment": True})
    one = caller.ask("getdatevisits", visitdate="3/4/2026", visit={"@a": "Visit_UID"}, patient={"@n": "Name"})
    assert isinstance(one["visitlist"]["visit"], list)
    assert isinstance(caller.ask("lookuppatient", name="SAMPLE")["patientlist"]["patient"], dict)
    assert caller.ask("getdatevisits", visitdate="3/5/2026")["visitlist"] == ""
    rest = caller.rest("GET", "/scheduler/appointments?forView=patient&patientId=1001").json()
    assert isinstance(rest, dict)


def test_9_counts_ids_and_flags_are_text_and_true_may_be_minus_one(caller: Caller) -> None:
    assert caller.ask("lookuppatient", name="SAMPLE")["patientlist"]["@itemcount"] == "1"
    template = caller.ask("getehrtemplates")["templatelist"]["template"]
    assert listed(template["pagelist"]["page"]["fieldlist"]["field"])[0]["@enabledflag"] == "-1"
    assert caller.ask("lookuppatient", name="SAMPL", exactmatch="-1")["patientlist"]["@itemcount"] == "0"


def test_10_a_fault_comes_with_status_200(caller: Caller) -> None:
    assert caller.send("getchargedetaildata", "demographics", chargeid="1").status_code == 200
    assert caller.refused("getchargedetaildata", "demographics", chargeid="1") == INVALID


def test_11_an_empty_error_is_none_and_an_error_can_be_plain_text(caller: Caller) -> None:
    assert caller.read(caller.send("lookuppatient", "api", name="A"))["Error"] == ""
    twin = {"@name": "SAMPLE,SAM", "@dob": "6/2/1975", "@profile": "prof3", "@respparty": "SELF"}
    assert caller.refused("addpatient", patientlist={"patient": twin}) == "Duplicate name/DOB"


def test_12_the_first_page_does_not_hold_everyone(caller: Caller, simulator: AdvancedMd) -> None:
    crowd(simulator, 60)
    results = caller.ask("lookuppatient", name="SMITH")["patientlist"]
    assert (len(results["patient"]), results["@itemcount"], results["@pagecount"]) == (50, "60", "2")


def test_13_alias_and_column_in_the_wrong_places_fail_the_whole_feed(caller: Caller) -> None:
    response = caller.send("getupdatedvisits", "api", datechanged="3/1/2026", visit={"@VisitDate": "day"})
    assert (response.status_code, response.text) == (400, "Invalid column name")


def test_14_a_checkpoint_by_the_local_clock_loses_a_change(caller: Caller, clock: StillClock) -> None:
    server = caller.ask("getupdatedpatients", datechanged="3/1/2026")["@servertime"]
    fast = "2026-03-03T10:10:00"
    clock.forward(minutes=5)
    caller.control("POST", "patients/1001", {"city": "ELSEWHERE"})
    clock.forward(minutes=10)
    assert caller.ask("getupdatedpatients", datechanged=fast)["@patientcount"] == "0"
    assert caller.ask("getupdatedpatients", datechanged=server)["@patientcount"] >= "1"


def test_15_over_a_thousand_rows_are_ids_and_a_deletion_is_a_row(caller: Caller, simulator: AdvancedMd) -> None:
    caller.control("POST", "visits/7001", {"apptstatus": "11"})
    visits = caller.ask("getupdatedvisits", datechanged="3/1/2026", visit={"@day": "VisitDate"})
    assert visits["visitlist"]["visit"][0]["@updatestatus"] == "D"
    crowd(simulator, 1001)
    people = caller.ask("getupdatedpatients", datechanged="3/1/2026", patient={"@name": "Name"})
    assert set(people["patientlist"]["patient"][0]) == {"@id"}


def test_16_the_patient_of_a_visit_sits_under_a_list(caller: Caller) -> None:
    rows = caller.ask("getdatevisits", visitdate="3/4/2026", patient={"@name": "Name"})["visitlist"]["visit"]
    assert "patient" not in rows[0]
    assert rows[0]["patientlist"]["patient"]["@name"] == "MUÑOZ,INÉS Q"


def test_17_saving_one_more_line_voids_the_others(caller: Caller) -> None:
    for line in (LINE, LINE | {"@proccode": "pcode501"}):
        caller.ask("savecharges", patientid="1001", visit={"@id": "7001", "chargelist": {"charge": line}})
    charges = caller.control("GET", "snapshot")["offices"]["999001"]["charges"]
    assert [charge["void"] for charge in charges] == [True, False]


@pytest.mark.parametrize("change", [{"@proccode": "90834"}, {"@diagcodes": "dcode701 dcode702"}])
def test_17_raw_codes_and_the_wrong_separator_are_faults(caller: Caller, change: dict[str, str]) -> None:
    visit = {"@id": "7001", "chargelist": {"charge": LINE | change}}
    assert caller.refused("savecharges", patientid="1001", visit=visit) == INVALID
    commas = {"@id": "7001", "chargelist": {"charge": LINE | {"@diagcodes": "dcode701,dcode702"}}}
    assert caller.refused("updvisitwithnewcharges", "chargeentry", patientid="1001", visit=commas) == INVALID


def test_18_codes_of_a_charge_are_internal_numbers(caller: Caller) -> None:
    caller.ask("savecharges", patientid="1001", visit={"@id": "7001", "chargelist": {"charge": LINE}})
    results = caller.ask("getchargedetaildata", "demographics", chargeid="90001")
    charge = results["patientlist"]["patient"]["visitlist"]["visit"]["chargelist"]["charge"]
    assert charge["@proccode"] not in ("90834", "502")
    assert results["proccodelist"]["proccode"]["@code"] == "90834"


@pytest.mark.parametrize("action", ["addvisit", "updvisitwithnewcharges", "voidcharges"])
def test_19_class_api_is_wrong_for_charge_entry(caller: Caller, action: str) -> None:
    answer = caller.read(caller.send(action, "api", patientid="1001"))
    assert "progID: PPMD_api.api" in answer["Error"]["Fault"]["detail"]["description"]


def test_19_class_api_shows_no_insurance(caller: Caller) -> None:
    patient = caller.ask("getdemographic", "api", patientid="1001")["patientlist"]["patient"]
    assert "insplanlist" not in patient


def test_20_the_street_is_address2_and_the_subscriber_is_no_patient(caller: Caller) -> None:
    patient = caller.ask("getdemographic", patientid="1001")["patientlist"]["patient"]
    assert (patient["address"]["@address1"], patient["address"]["@address2"]) == ("APT 2", "1 EXAMPLE WAY")
    plan = {"@id": "", "@carrier": "car41", "@subscriber": "pat1003", "@subscribernum": "N1"}
    insurance = {"@id": "pat1003", "insplanlist": {"insplan": plan}}
    assert caller.refused("addinsurance", patient=insurance) == INVALID


def test_20_coverage_3_makes_the_primary_plan_the_last(caller: Caller) -> None:
    plan = {"@id": "", "@carrier": "car42", "@subscriber": "resp2001", "@subscribernum": "N1", "@coverage": "3"}
    caller.ask("addinsurance", patient={"@id": "pat1001", "insplanlist": {"insplan": plan}})
    results = caller.ask("getdemographic", "demographics", patientid="1001")
    rows = results["patientlist"]["patient"]["insplanlist"]["insplan"]
    assert [row["@coverage"] for row in rows] == ["1", "3"]


def test_21_an_update_without_old_values_wins_silently_and_an_empty_one_blanks(caller: Caller) -> None:
    stale = {"@id": "pat1001", "address": {"@city": "HERE", "@o_city": "SOMEWHERE"}}
    assert caller.refused("updatepatient", patientlist={"patient": stale}) == "-2147217398"
    naive = {"@id": "pat1001", "address": {"@city": "HERE", "@zip": ""}}
    caller.ask("updatepatient", patientlist={"patient": naive})
    address = caller.ask("getdemographic", patientid="1001")["patientlist"]["patient"]["address"]
    assert (address["@city"], address["@zip"]) == ("HERE", "")
    caller.control("POST", "options", {"strict_updates": True})
    assert caller.refused("updatepatient", patientlist={"patient": naive}) == "-2147219456"


def test_22_force_makes_twins_and_a_placeholder_number_is_everyones(caller: Caller) -> None:
    twin = {"@name": "SAMPLE,SAM", "@dob": "6/2/1975", "@profile": "prof3", "@respparty": "SELF"}
    caller.ask("addpatient", force="1", patientlist={"patient": twin})
    assert caller.counters()["patients_with_same_identity"] == 1
    for name in ("FIRST,ANN", "SECOND,BEN"):
        person = {"@name": name, "@dob": "1/1/1990", "@profile": "prof3", "@respparty": "SELF", "@ssn": "000-00-0000"}
        if name == "FIRST,ANN":
            caller.ask("addpatient", patientlist={"patient": person})
        else:
            assert caller.refused("addpatient", patientlist={"patient": person}) == "-2147217408"


def test_23_slots_are_not_minutes_and_capacity_does_not_lift_an_overlap(caller: Caller, simulator: AdvancedMd) -> None:
    body = {"startdate": "2026-03-04", "duration": 60, "columnids": [11], "includeopenslots": True}
    assert caller.rest("POST", "/scheduler/Columns/openings", json=body).json()["hasopenslot"] is False
    column = simulator.world.items["column/11"]
    column.extras = {**column.extras, "maxapptsperslot": "5"}
    wanted = {"patientid": 1003, "columnid": 11, "profileid": 3, "startdatetime": "2026-03-04T09:30", "duration": 30}
    assert caller.rest("POST", "/scheduler/Appointments", json=wanted).json()["code"] == 4101
    same_start = wanted | {"startdatetime": "2026-03-04T09:00"}
    assert caller.rest("POST", "/scheduler/Appointments", json=same_start).is_success


@pytest.mark.parametrize("kind", ["drop", "empty", "empty_results", "cut"])
def test_24_a_write_sent_again_after_silence_is_done_twice(caller: Caller, kind: str) -> None:
    caller.control("POST", "faults", {"operation": "addpayments", "kind": kind})
    payment = {"@patientid": "1001", "@amount": "25.00", "@paysource": "1"}
    with suppress(httpx2.TransportError):
        caller.send("addpayments", "paymententry", patient=payment)
    caller.ask("addpayments", "paymententry", patient=payment)
    counters = caller.counters()
    assert (counters["payments_added"], counters["payments_posted_twice"]) == (2, 1)


def test_25_everyone_of_an_office_shares_one_budget_by_the_vendors_clock(
    caller: Caller, origin: str, clock: StillClock
) -> None:
    clock.moment = datetime(
        2026, 7, 1, 12, 30, tzinfo=UTC
    )  # 06:30 in Denver in summer: peak; a fixed offset says 05:30
    caller.control("POST", "options", {"login_spacing": 0})
    second = Caller(origin, caller.encoding)
    try:
        for each in (caller, second):
            each.login()
            for _ in range(7):
                each.ask("getdemographic", patientid="1001")
    finally:
        second.close()
    assert caller.counters()["excess_per_tier"]["2"] == 2


def test_26_a_second_feed_in_a_peak_minute_is_over_the_cap(caller: Caller) -> None:
    caller.ask("getupdatedvisits", datechanged="3/3/2026")
    caller.ask("getupdatedpatients", datechanged="3/3/2026")
    assert caller.counters()["excess_per_tier"]["1"] == 1


def test_28_a_message_written_without_escapes_is_not_read(caller: Caller) -> None:
    body = b'<ppmdmsg action="lookuppatient" class="api" name="SMITH & SONS"/>'
    headers = {"cookie": f"token={caller.token}", "content-type": "text/xml"}
    answer = caller.http.post(f"{caller.webserver}/xmlrpc/processrequest.aspx", content=body, headers=headers)
    assert b"-2147219452" in answer.content


@pytest.mark.parametrize(("style", "status"), [("fault", 200), ("401", 401), ("403", 403)])
def test_29_a_token_dies_early_and_in_three_ways(caller: Caller, style: str, status: int) -> None:
    caller.control("POST", "options", {"expiry_style": style})
    caller.control("POST", "faults", {"operation": "lookuppatient", "kind": "expire_tokens"})
    response = caller.send("lookuppatient", "api", name="A")
    assert response.status_code == status
    if status == 200:
        assert caller.read(response)["Error"]["Fault"]["detail"]["code"] == TIMED_OUT


def test_30_no_application_is_called_api(stranger: Caller) -> None:
    answer = stranger.step_one(appname="API")
    assert answer["Error"]["Fault"]["detail"]["code"] == INVALID
