"""Row 25, as far as it is built: appointments over REST."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller

DAY = "/scheduler/appointments?columnId=11&forView=day&startDate=2026-03-04&isLegacy=true"


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
