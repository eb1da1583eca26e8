"""The control surface: what tests and the sandbox may do behind the vendor's back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.connectors.advancedmd.simulator.caller import TIMED_OUT, Caller, StillClock

from chartline.connectors.advancedmd.simulator.example import example_office


def test_seeding_the_same_office_twice_answers_the_same_numbers(caller: Caller) -> None:
    seed = msgspec.to_builtins(example_office())
    before = caller.control("GET", "snapshot")
    answer = caller.control("POST", "offices", seed)
    assert answer["999001"]["patient"] == {"p1": 1001, "p2": 1002, "p3": 1003}
    assert answer["999001"]["visit"] == {"v1": 7001, "v2": 7002}
    assert answer == caller.control("POST", "offices", [seed])
    assert before == caller.control("GET", "snapshot")


def test_a_second_office_can_sign_in(stranger: Caller) -> None:
    seed = msgspec.to_builtins(example_office()) | {"office": "999002", "username": "SECOND"}
    stranger.control("POST", "offices", seed)
    answer = stranger.step_one(officecode="999002", username="SECOND")
    assert answer["Results"]["usercontext"]["@webserver"].endswith("/api-101/SIMAPP")


def test_tokens_expire_on_demand(caller: Caller, clock: StillClock) -> None:
    assert caller.control("POST", "expire-tokens") == {"tokens": 1}
    assert caller.refused("lookuppatient", name="MU") == TIMED_OUT
    clock.forward(minutes=1)
    caller.login()
    assert caller.ask("lookuppatient", name="MU")


def test_the_front_desk_moves_a_visit(caller: Caller) -> None:
    caller.control("POST", "visits/7001", {"date": "2026-03-09", "time": "14:30", "duration": 45, "note": "moved"})
    columns = {"@at": "VisitStartTime", "@for": "Duration", "@why": "Comments", "@by": "ModifiedBy"}
    row = caller.ask("getdatevisits", visitdate="3/9/2026", visit=columns)["visitlist"]["visit"]
    assert [row[name] for name in columns] == ["2:30PM", "45", "moved", "FRONTDESK"]


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("visits/1", {"apptstatus": "3"}, 404),
        ("visits/7001", {"apptstatus": "99"}, 422),
        ("visits/7001", {"date": "soon"}, 422),
        ("patients/1", {}, 404),
        ("patients/1001", {"shoe": "44"}, 422),
        ("patients/1001", {"dob": "soon"}, 422),
        ("offices/1", {}, 404),
        ("offices/999001", {"host": "x.advancedmd.com"}, 422),
        ("offices", {"office": "999001"}, 422),
        ("options", {"meter_mode": "sometimes"}, 422),
        ("faults", {"kind": "drop"}, 422),
        ("nowhere", {}, 404),
    ],
)
def test_a_wrong_order_is_refused(origin: str, path: str, data: dict[str, Any], status: int) -> None:
    caller = Caller(origin, "json")
    response = caller.http.post(f"{origin}/_control/{path}", json=data)
    caller.close()
    assert (response.status_code, list(response.json())) == (status, ["error"])


def test_the_catalogue_marks_what_rests_on_placeholders(caller: Caller) -> None:
    actions = caller.control("GET", "catalogue")["actions"]
    assert actions["addvisit"] == {"classes": ["chargeentry"], "unverified": False}
    assert actions["submitdemandrequest"]["unverified"]


def test_counters_name_what_was_done(caller: Caller) -> None:
    caller.ask("getdemographic", patientid="1001")
    counters = caller.counters()
    assert counters["calls"] == {"login": 2, "getdemographic": 1}
    assert (counters["logins"], counters["faults"]) == (1, {"1028": 1})
    assert counters["max_in_window"] == {"1": 0, "2": 1, "3": 0}
