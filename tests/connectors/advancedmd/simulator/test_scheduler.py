"""Row 25: appointments, block holds and openings over REST, and the day lists of XML-RPC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock, listed

from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import HoldSeed

DAY = "/scheduler/appointments?columnId=11&forView=day&startDate=2026-03-04&isLegacy=true"


@pytest.fixture
def stranger(origin: str) -> Iterator[Caller]:
    """REST and the control surface speak JSON whatever the encoding of messages, so one caller is enough."""
    with closing(Caller(origin, "json")) as caller:
        yield caller


def booking(**changes: Any) -> dict[str, Any]:
    return {
        "patientid": 1003,
        "columnid": 11,
        "profileid": 3,
        "startdatetime": "2026-03-04T11:00",
        "duration": 30,
        "type": [{"id": 2}],
        "episodeid": 1,
        "facilityid": 1,
        "color": "",
    } | changes


def test_row_25_a_column_must_be_named(caller: Caller) -> None:
    assert caller.rest("GET", "/scheduler/appointments?forView=day&startDate=2026-03-04").status_code == 400


def test_row_25_rows_are_bare_integers_on_the_wall_clock(caller: Caller) -> None:
    rows = caller.rest("GET", DAY).json()
    assert [row["id"] for row in rows] == [7001, 7002]
    first = rows[0]
    assert tuple(
        first[name]
        for name in ("startdatetime", "duration", "columnid", "profileid", "patientid", "lastname", "firstname")
    ) == ("2026-03-04T09:00:00", 60, 11, 3, 1001, "MUÑOZ", "INÉS Q")
    assert len(caller.rest("GET", DAY.replace("11&", "11-12&").replace("day", "week")).json()) == 2
    month = DAY.replace("day", "month").replace("03-04", "03-31")
    assert len(caller.rest("GET", month).json()) == 2
    assert [
        row["id"] for row in caller.rest("GET", "/scheduler/appointments?forView=patient&patientId=1001").json()
    ] == [7001]


def test_row_25_a_lone_appointment_may_be_a_bare_object(caller: Caller) -> None:
    caller.control("POST", "options", {"single_appointment": True})
    assert caller.rest("GET", "/scheduler/appointments?forView=patient&patientId=1001").json()["id"] == 7001


def test_row_25_booking_answers_an_id_and_segments_have_no_case(caller: Caller) -> None:
    assert caller.rest("POST", "/scheduler/Appointments", json=booking()).json() == {"id": 7003}
    assert len(caller.rest("GET", DAY).json()) == 3
    results = caller.ask("getdatevisits", visitdate="3/4/2026", visit={"@type": "AppointmentTypeID"})
    assert results["visitlist"]["visit"][2]["@type"] == "2"


@pytest.mark.parametrize(("start", "duration", "code"), [("10:30", 60, 4101), ("09:00", 15, 4186), ("08:45", 30, 4101)])
def test_row_25_a_conflict_is_409_unless_forced(caller: Caller, start: str, duration: int, code: int) -> None:
    wanted = booking(startdatetime=f"2026-03-04T{start}", duration=duration)
    refused = caller.rest("POST", "/scheduler/Appointments", json=wanted)
    assert (409, code) == (refused.status_code, refused.json()["code"])
    assert caller.rest("POST", "/scheduler/Appointments", json=wanted | {"force": 1}).status_code == 200


@pytest.mark.parametrize("change", [{"patientid": 1}, {"columnid": None}, {"duration": 0}, {"startdatetime": "soon"}])
def test_row_25_a_bad_booking_is_refused(caller: Caller, change: dict[str, Any]) -> None:
    assert caller.rest("POST", "/scheduler/Appointments", json=booking(**change)).status_code == 400


def test_row_25_cancelling_takes_the_id_alone(caller: Caller) -> None:
    path = "/scheduler/appointments/7001/cancel"
    assert caller.rest("PUT", path, json={"id": 7001, "noshowreasonid": 1}).status_code == 500
    assert caller.rest("PUT", path, json={"id": 7001}).status_code == 200
    assert caller.rest("PUT", "/scheduler/appointments/9/cancel", json={"id": 9}).status_code == 404
    assert [row["id"] for row in caller.rest("GET", DAY).json()] == [7002]
    feed = caller.ask("getupdatedvisits", datechanged="1/1/2026", visit={"@status": "ApptStatus"})
    assert feed["visitlist"]["visit"][0]["@status"] == "10"


def test_row_26_a_booking_can_be_lost_on_the_way_back(caller: Caller) -> None:
    caller.control("POST", "faults", {"operation": "scheduler.book", "kind": "empty"})
    assert caller.rest("POST", "/scheduler/Appointments", json=booking()).content == b""
    assert caller.rest("POST", "/scheduler/Appointments", json=booking()).status_code == 409
    assert caller.counters()["visits_added"] == 1


def test_row_25_a_moved_appointment_keeps_its_id_and_shows_as_changed(caller: Caller, clock: StillClock) -> None:
    clock.forward(minutes=5)
    path, wanted = "/scheduler/appointments/7001", {"startdatetime": "2026-03-04T13:00", "duration": 45}
    assert caller.rest("PUT", path, json=wanted).json() == {"id": 7001}
    columns = {"@start": "VisitStartDateTime", "@minutes": "Duration", "@status": "ApptStatus"}
    row = caller.ask("getupdatedvisits", datechanged="2026-03-03T10:04:00", visit=columns)["visitlist"]["visit"]
    assert (row["@id"], row["@updatestatus"]) == ("7001", "C")
    assert tuple(row[name] for name in columns) == ("2026-03-04T13:00:00", "45", "0")
    assert caller.counters()["visits_moved"] == 1


def test_row_25_a_move_knows_the_two_conflicts_and_not_itself(caller: Caller) -> None:
    path = "/scheduler/appointments/7001"
    for start, code in (("2026-03-04T10:30", 4101), ("2026-03-04T10:00", 4186)):
        refused = caller.rest("PUT", path, json={"startdatetime": start})
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert caller.rest("GET", DAY).json()[0]["startdatetime"] == "2026-03-04T09:00:00"
    assert caller.rest("PUT", path, json={"startdatetime": "2026-03-04T08:30"}).status_code == 200
    forced = {"id": 7001, "startdatetime": "2026-03-04T10:00", "force": 1}
    assert caller.rest("PUT", path, json=forced).status_code == 200
    assert caller.rest("PUT", path, json={"id": 7002}).status_code == 400
    assert caller.rest("PUT", path, json={"columnid": 99}).status_code == 400
    assert caller.rest("PUT", "/scheduler/appointments/9", json={"duration": 30}).status_code == 404


def test_row_25_a_missed_appointment_frees_its_slot(caller: Caller, clock: StillClock) -> None:
    clock.forward(minutes=5)
    path = "/scheduler/appointments/7001/noshow"
    assert caller.rest("PUT", path, json={}).status_code == 400
    assert caller.rest("PUT", path, json={"id": 7001}).status_code == 200
    feed = caller.ask("getupdatedvisits", datechanged="2026-03-03T10:04:00", visit={"@status": "ApptStatus"})
    row = feed["visitlist"]["visit"]
    assert (row["@status"], row["@updatestatus"]) == ("12", "C")
    assert caller.rest("POST", "/scheduler/Appointments", json=booking(startdatetime="2026-03-04T09:00")).is_success


def hold(caller: Caller, *holds: HoldSeed) -> None:
    office = example_office()
    office.holds = list(holds)
    caller.control("POST", "offices", msgspec.to_builtins(office))


LUNCH = HoldSeed(
    ref="lunch", column="DR INVENTED", begin="2026-03-02T12:00", end="2026-03-06T13:00", recurring=True, note="LUNCH"
)
LEAVE = HoldSeed(ref="leave", column="DR INVENTED", begin="2026-03-10T09:00", end="2026-03-12T10:00", note="LEAVE")
HOLDS = "/scheduler/blockholds?columnId=11&forView=week&startDate="


def test_row_25_the_duration_of_a_long_hold_misleads(caller: Caller) -> None:
    hold(caller, LUNCH, LEAVE)
    assert caller.rest("GET", "/scheduler/blockholds?forView=week&startDate=2026-03-09").status_code == 400
    leave = caller.rest("GET", HOLDS + "2026-03-09").json()[0]
    assert (leave["startdatetime"], leave["enddatetime"]) == ("2026-03-10T09:00:00", "2026-03-12T10:00:00")
    assert (leave["duration"], leave["isrecurring"]) == (60, False)
    lunch = caller.rest("GET", HOLDS + "2026-03-04").json()[0]
    assert (lunch["duration"], lunch["isrecurring"], lunch["note"]) == (60, True, "LUNCH")


def opening(**changes: Any) -> dict[str, Any]:
    return {
        "startdate": "2026-03-04",
        "appointmenttimerange": "",
        "daysofweek": "1111111",
        "duration": 2,
        "profileids": [],
        "columnids": [11],
        "forward": True,
        "includeopenslots": True,
        "observemaxapptsperslot": True,
    } | changes


def slots(caller: Caller, **changes: Any) -> tuple[str, list[str]]:
    found = caller.rest("POST", "/scheduler/Columns/openings", json=opening(**changes)).json()
    starts = found["columns"][0]["openslots"] if found["columns"] else []
    return found["openslotdate"], [start.partition("T")[2][:5] for start in starts]


def test_row_25_openings_count_in_slots(caller: Caller) -> None:
    day, starts = slots(caller)
    assert day == "2026-03-04"
    assert starts[:4] == ["08:00", "08:15", "08:30", "11:00"]
    assert slots(caller, duration=4)[1][:2] == ["08:00", "11:00"]
    assert slots(caller, appointmenttimerange="08:00-09:00", duration=4)[1] == ["08:00"]
    assert slots(caller, appointmenttimerange="pm")[1][0] == "12:00"


def test_row_25_openings_mind_holds_and_days(caller: Caller) -> None:
    hold(caller, LUNCH, LEAVE)
    assert "12:00" not in slots(caller)[1]
    assert slots(caller, startdate="2026-03-11") == ("2026-03-12", slots(caller, startdate="2026-03-12")[1])
    assert slots(caller, startdate="2026-03-12")[1][0] == "10:00"
    assert slots(caller, startdate="2026-03-07")[0] == "2026-03-09"
    assert slots(caller, startdate="2026-03-07", forward=False)[0] == "2026-03-06"
    assert slots(caller, columnids=[], profileids=[99]) == (None, [])


def test_row_25_the_first_day_of_the_seven_letters_is_a_switch(caller: Caller) -> None:
    assert slots(caller, daysofweek="0000100")[0] == "2026-03-06"
    caller.control("POST", "options", {"week_starts": "sunday"})
    assert slots(caller, daysofweek="0000100")[0] == "2026-03-05"
    column = caller.ask("getschedulersetup", "masterfiles")["columnlist"]["column"]
    assert column["columnsetting"]["@workweek"] == "0111110"


@pytest.mark.parametrize("change", [{"startdate": ""}, {"duration": 0}, {"daysofweek": "x"}])
def test_row_25_a_bad_search_for_openings_is_refused(caller: Caller, change: dict[str, Any]) -> None:
    assert caller.rest("POST", "/scheduler/Columns/openings", json=opening(**change)).status_code == 400
    bad = opening(appointmenttimerange="noonish")
    assert caller.rest("POST", "/scheduler/Columns/openings", json=bad).status_code == 400


def test_appointments_of_a_span_over_xmlrpc(caller: Caller) -> None:
    span = {"startdate": "3/4/2026", "enddate": "3/4/2026"}
    rows = listed(caller.ask("getappts", **span)["apptlist"]["appt"])
    assert rows[0] == {
        "@id": "vst7001",
        "@patient": "pat1001",
        "@profile": "prof3",
        "@column": "col11",
        "@date": "03/04/2026",
        "@time": "9:00AM",
        "@duration": "60",
        "@apptstatus": "0",
        "@types": "",
    }
    assert caller.ask("getappts", **span, columnid="col11", profileid="3")["apptlist"]["@itemcount"] == "2"
    assert caller.refused("getappts", **span, columnid="col99") == "-2147219453"
    assert caller.refused("getappts", startdate="3/5/2026", enddate="3/4/2026") == "-2147219453"


def test_reminders_need_their_list_of_statuses(caller: Caller) -> None:
    span = {"startdate": "3/4/2026", "enddate": "3/4/2026"}
    assert caller.refused("getreminderappts", **span) == "-2147219456"
    early = caller.ask("getreminderappts", **span, starttime="0800", endtime="9:30AM", apptstatus="0,1,2,3,5,10,11,12")
    row = early["apptlist"]["appt"]
    assert (row["@id"], row["@name"], row["@homephone"]) == ("vst7001", "MUÑOZ,INÉS Q", "(555) 555-0100")
    assert caller.ask("getreminderappts", **span, apptstatus="10")["apptlist"]["@itemcount"] == "0"


def test_some_offices_see_their_day_only_in_the_reminders(caller: Caller) -> None:
    caller.control("POST", "options", {"empty_datevisits": True})
    assert caller.ask("getdatevisits", visitdate="3/4/2026")["visitlist"] == ""
    rows = caller.ask("getreminderappts", startdate="3/4/2026", enddate="3/4/2026", apptstatus="0")
    assert rows["apptlist"]["@itemcount"] == "2"
