"""Rows 15 and 16: projections, windows, the ids-only mode, and what nests where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock, listed

from chartline.connectors.advancedmd.simulator.app import AdvancedMd
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import Crowd, OfficeSeed, VisitSeed
from chartline.connectors.advancedmd.simulator.seeding import plant

VISIT = {"@start": "VisitStartDateTime", "@status": "apptstatus", "@doctor_id": "ProfileUID"}
PATIENT = {"@who": "Name", "@born": "DOB"}
INSURANCE = {"@carrier": "CarName", "@member": "SubscriberID"}


def visits(caller: Caller, since: str, **parts: Any) -> Any:
    return caller.ask("getupdatedvisits", datechanged=since, **parts)


def test_row_15_and_16_visit_rows_use_our_aliases_and_nest(caller: Caller) -> None:
    results = visits(caller, "1/1/2026 12:00:00 AM", visit=VISIT, patient=PATIENT, insurance=INSURANCE)
    assert (results["@visitcount"], results["@servertime"]) == ("2", "2026-03-03T10:00:00.000")
    first, second = results["visitlist"]["visit"]
    assert first == {
        "@id": "7001",
        "@updatestatus": "N",
        "@start": "2026-03-04T09:00:00",
        "@status": "0",
        "@doctor_id": "3",
        "patientlist": {"patient": {"@id": "1001", "@who": "MUÑOZ,INÉS Q", "@born": "01/15/1980"}},
        "insurancelist": {
            "insurance": {"@id": "3001", "@seqnum": "1", "@carrier": "EXAMPLE HEALTH PLAN", "@member": "EX123"}
        },
    }
    assert [row["@seqnum"] for row in second["insurancelist"]["insurance"]] == ["1", "2"]


def test_row_15_without_a_template_rows_are_little_more_than_ids(caller: Caller) -> None:
    row = visits(caller, "2026-01-01")["visitlist"]["visit"][0]
    assert {"@id", "@updatestatus", "patientlist"} == set(row)
    assert row["patientlist"] == {"patient": {"@id": "1001"}}


@pytest.mark.parametrize("action", ["getupdatedvisits", "getupdatedpatients", "getdatevisits"])
def test_row_15_one_unknown_column_fails_the_whole_call(caller: Caller, action: str) -> None:
    for parts in ({"patient": {"@name": "NoSuchColumn"}}, {"insurance": {"@CarName": "carrier"}}):
        response = caller.send(action, "api", datechanged="1/1/2026", visitdate="3/4/2026", **parts)
        assert (response.status_code, response.text) == (400, "Invalid column name")


def test_row_15_server_time_is_the_next_checkpoint_and_changes_carry_their_status(
    caller: Caller, clock: StillClock
) -> None:
    checkpoint = visits(caller, "2026-01-01")["@servertime"]
    clock.forward(minutes=5)
    assert visits(caller, checkpoint[:19] + ".001")["visitlist"] == ""
    caller.control("POST", "visits/7001", {"apptstatus": "3"})
    caller.control("POST", "visits/vst7002", {"apptstatus": "11"})
    clock.forward(minutes=5)
    caller.ask("addvisit", "chargeentry", appt={"@patient": "pat1003", "@profile": "prof3", "@date": "3/5/2026"})
    rows = visits(caller, "2026-03-03T10:01:00", visit=VISIT)["visitlist"]["visit"]
    assert [(row["@id"], row["@updatestatus"]) for row in rows] == [("7001", "C"), ("7002", "D"), ("7003", "N")]
    assert rows[0]["@status"] == "3"


def test_row_15_the_window_ends_at_msgtime_and_server_time_says_so(caller: Caller, clock: StillClock) -> None:
    clock.forward(minutes=10)
    caller.control("POST", "visits/7001", {"apptstatus": "1"})
    results = visits(caller, "2026-03-03T10:05:00", msgtime="3/3/2026 10:07:00 AM")
    assert (results["@visitcount"], results["@servertime"]) == ("0", "2026-03-03T10:07:00.999")
    assert visits(caller, results["@servertime"], msgtime="3/3/2026 10:10:00 AM")["@visitcount"] == "1"


def test_row_15_more_than_a_thousand_rows_come_as_ids_only(caller: Caller, simulator: AdvancedMd) -> None:
    crowd = Crowd(surname="COMMON", count=1001)
    seed = OfficeSeed(office="999001", username="SIMUSER", password="x", appname="SIMAPP", crowd=crowd)
    plant(simulator.world, seed)
    results = caller.ask("getupdatedpatients", datechanged="1/1/2026", patient=PATIENT)
    rows = results["patientlist"]["patient"]
    assert (results["@patientcount"], len(rows)) == ("1004", 1004)
    assert all({"@id"} == set(row) for row in rows)
    chunk = {"patient": [{"@id": row["@id"]} for row in rows[:400]]}
    results = caller.ask("getupdatedpatients", datechanged="1/1/2026", patient=PATIENT, patientlist=chunk)
    assert len(results["patientlist"]["patient"]) == 400
    assert results["patientlist"]["patient"][0]["@who"] == "MUÑOZ,INÉS Q"
    everything = {"patient": [{"@id": row["@id"]} for row in rows]}
    assert caller.refused("getupdatedpatients", datechanged="1/1/2026", patientlist=everything) == "-2147217350"


def test_row_15_visits_are_asked_for_by_id(caller: Caller) -> None:
    asked = {"visit": {"@id": "7002"}}
    row = visits(caller, "2026-12-31", visit=VISIT, visitlist=asked)["visitlist"]["visit"]
    assert (row["@id"], row["@start"]) == ("7002", "2026-03-04T10:00:00")


def test_row_15_a_user_may_lack_the_privilege(caller: Caller) -> None:
    caller.control("POST", "options", {"feed_privilege": False})
    assert caller.refused("getupdatedvisits", datechanged="1/1/2026")
    assert caller.refused("getupdatedpatients", datechanged="1/1/2026")


def test_row_15_patient_rows_carry_plans_and_follow_edits(caller: Caller, clock: StillClock) -> None:
    clock.forward(hours=1)
    caller.control("POST", "patients/1001", {"city": "Elsewhere", "cellphone": "5555550123"})
    clock.forward(hours=1)
    results = caller.ask(
        "getupdatedpatients",
        datechanged="2026-03-03T10:30:00",
        patient={"@town": "City", "@key": "chart"},
        insurance={"@plan": "CarCode", "@copay": "CopayDollarAmount"},
    )
    row = results["patientlist"]["patient"]
    assert (row["@id"], row["@updatestatus"], row["@town"]) == ("1001", "C", "ELSEWHERE")
    assert row["insurancelist"]["insurance"] == {"@id": "3001", "@active": "1", "@plan": "SIM01", "@copay": "25.00"}
    caller.control("POST", "patients/1001", {"deleted": "1"})
    row = caller.ask("getupdatedpatients", datechanged="2026-03-03T11:30:00")["patientlist"]["patient"]
    assert row["@updatestatus"] == "D"


def test_row_15_new_charges_can_be_asked_for(caller: Caller) -> None:
    charge = {"@proccode": "pcode502", "@units": "1", "@diagcodes": "dcode701"}
    caller.ask("savecharges", patientid="1001", visit={"@id": "7001", "chargelist": {"charge": charge}})
    row = visits(caller, "2026-01-01", charge={"@code": "ProcCode", "@fee": "Fee"})["visitlist"]["visit"][0]
    assert row["chargelist"]["charge"] == {"@id": "90001", "@code": "90834", "@fee": "150.00"}


def test_row_15_the_companion_action_lists_the_columns(caller: Caller) -> None:
    template = caller.ask("getupdatedvisitstemplate")
    assert visits(caller, "2026-01-01", visit=template["visit"], patient=template["patient"])
    assert "VisitStartDateTime" in template["visit"].values()


def test_row_16_a_day_list_takes_one_day_and_refuses_some_columns(caller: Caller) -> None:
    rows = caller.ask("getdatevisits", visitdate="3/4/2026", visit=VISIT)["visitlist"]["visit"]
    assert [row["@id"] for row in rows] == ["7001", "7002"]
    assert "@updatestatus" not in rows[0]
    assert caller.ask("getdatevisits", visitdate="2026-03-05")["visitlist"] == ""
    assert caller.refused("getdatevisits", startdate="3/1/2026", enddate="3/9/2026") == "-2147219456"
    for column in ("StartTime", "Provider", "ProviderId", "Facility", "FacilityId", "Profile", "ProfileId", "Reason"):
        assert caller.send("getdatevisits", "api", visitdate="3/4/2026", visit={"@x": column}).status_code == 400
        assert visits(caller, "2026-01-01", visit={"@x": column})


def test_row_16_offices_do_not_see_each_other(caller: Caller, simulator: AdvancedMd, clock: StillClock) -> None:
    seed = OfficeSeed(
        office="999002", username="OTHER", password="x", appname="SIMAPP", crowd=Crowd(surname="FAR", count=1)
    )
    planted = plant(simulator.world, seed)
    assert planted["patient"] == {}
    assert listed(caller.ask("lookuppatient", name="FAR")["patientlist"].get("patient")) == []
    assert caller.ask("getdemographic", patientid="1004")["patientlist"] == ""


def test_a_later_seed_adds_and_never_changes(caller: Caller, simulator: AdvancedMd, clock: StillClock) -> None:
    before = caller.control("GET", "snapshot")
    visit = VisitSeed(ref="v3", patient="p3", profile="INV", date="2026-03-06", time="13:00")
    clock.moment += timedelta(hours=1)
    assert len(plant(simulator.world, example_office())["patient"]) == 3
    assert before == caller.control("GET", "snapshot")
    seed = example_office()
    seed.visits.append(visit)
    plant(simulator.world, seed)
    assert [row["@id"] for row in listed(visits(caller, "2026-03-03T10:30:00")["visitlist"].get("visit"))] == ["7003"]


@pytest.mark.parametrize("status", ["1", "5", "10", "12"])
def test_every_status_shows_as_a_change(caller: Caller, clock: StillClock, status: str) -> None:
    clock.forward(minutes=5)
    caller.control("POST", "visits/7002", {"apptstatus": status})
    feed = caller.ask("getupdatedvisits", datechanged="2026-03-03T10:04:00", visit={"@status": "ApptStatus"})
    row = feed["visitlist"]["visit"]
    assert (row["@id"], row["@status"], row["@updatestatus"]) == ("7002", status, "C")
