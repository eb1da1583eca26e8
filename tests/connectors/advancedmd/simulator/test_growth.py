"""A call costs the same in a small world and in a large one: it walks over nothing and writes what it changes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import StillClock
from tests.connectors.advancedmd.simulator.test_robustness import ROOT, send

from chartline.connect.simulation.shelf import Shelf, Store
from chartline.connect.simulation.web import Request
from chartline.connectors.advancedmd.simulator.app import AdvancedMd, create
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.options import Options
from chartline.connectors.advancedmd.simulator.seed import Crowd

LINE = {"@proccode": "pcode502", "@units": "1", "@diagcodes": "dcode701"}
VISIT = {"@id": "7001", "chargelist": {"charge": LINE}}
PERSON = {"@name": "NOVEL,NINA", "@dob": "1/1/1990", "@profile": "prof3", "@respparty": "SELF"}
PLAN = {"@id": "", "@carrier": "car41", "@subscriber": "resp2003", "@subscribernum": "N1"}
NOW = "2026-03-03T10:00:00"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("lookuppatient", "api", {"@name": "SAMPLE,SAM"}),
    ("lookuppatient", "api", {"@phone": "5555550100"}),
    ("getdemographic", "demographics", {"@patientid": "1001"}),
    ("addpatient", "api", {"patientlist": {"patient": PERSON}}),
    ("updatepatient", "api", {"patientlist": {"patient": {"@id": "1001", "address": {"@city": "X"}}}}),
    ("addinsurance", "api", {"patient": {"@id": "1003", "insplanlist": {"insplan": PLAN}}}),
    ("addvisit", "chargeentry", {"appt": {"@patient": "1003", "@profile": "3", "@date": "4/10/2026"}}),
    ("getdatevisits", "api", {"@visitdate": "3/4/2026", "visit": {"@a": "ChargesPosted"}}),
    ("savecharges", "api", {"@patientid": "1001", "visit": VISIT}),
    ("gettxhistory", "demographics", {"@patientid": "1001"}),
    ("addpayments", "paymententry", {"patient": {"@patientid": "1001", "@amount": "5.00"}}),
    ("getupdatedpatients", "api", {"@datechanged": NOW, "patient": {"@a": "Name"}, "insurance": {"@b": "CarName"}}),
    ("getupdatedvisits", "api", {"@datechanged": NOW, "visit": {"@a": "ApptStatus"}, "charge": {"@b": "Fee"}}),
    ("getreminderappts", "api", {"@startdate": "3/4/2026", "@enddate": "3/4/2026", "@apptstatus": "0"}),
    ("lookupproccode", "api", {"@code": "90834"}),
    ("getehrnotes", "api", {"@patientid": "1001"}),
]
PATHS = [
    ("GET", "scheduler/appointments", {"columnId": "11", "startDate": "2026-03-04"}),
    ("GET", "scheduler/blockholds", {"columnId": "11", "startDate": "2026-03-04"}),
    ("POST", "scheduler/Columns/openings", {}),
    ("GET", "payments/codes", {}),
]


class CountingStore(Store):
    """Counts what is written."""

    def __init__(self) -> None:
        super().__init__(None)
        self.writes = 0

    def put(self, kind: str, key: str, body: bytes) -> None:
        self.writes += 1
        super().put(kind, key, body)


def world_of(people: int) -> tuple[AdvancedMd, CountingStore, StillClock, str]:
    store, clock, office = CountingStore(), StillClock(), example_office()
    office.crowd = Crowd(surname="SMITH", count=people)
    simulator = create(clock, store, options=Options(direct=True), offices=[office])
    login = {"@action": "login", "@class": "login", "@username": "SIMUSER", "@psw": "simulated only"}
    login |= {"@officecode": "999001", "@appname": "SIMAPP"}
    answer = send(simulator, "/practicemanager/xmlrpc/processrequest.aspx", login, "")
    clock.forward(minutes=2)
    return simulator, store, clock, answer["PPMDResults"]["Results"]["usercontext"]["#text"]


def written(people: int) -> list[int]:
    simulator, store, clock, token = world_of(people)
    counts: list[int] = []
    for action, component, message in CALLS:
        before = store.writes
        answer = send(simulator, ROOT, {"@action": action, "@class": component} | message, token)
        assert answer["PPMDResults"]["Results"]["@success"] == "1", (action, answer["PPMDResults"]["Error"])
        counts.append(store.writes - before)
        clock.forward(seconds=1)
    body = b'{"startdate": "2026-03-04", "duration": 2, "columnids": [11]}'
    for method, path, query in PATHS:
        before = store.writes
        headers = {"host": "localhost", "authorization": f"Bearer {token}"}
        answered = simulator.handle(Request(method, f"/api/api-101/SIMAPP/{path}", headers, body, query))
        assert answered.status == 200, (path, answered.body)
        counts.append(store.writes - before)
    return counts


def test_no_call_walks_over_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    simulator, _, clock, token = world_of(50)

    def walked(_: object) -> None:
        raise AssertionError("a call walked over a shelf")

    monkeypatch.setattr(Shelf, "__iter__", walked)
    for action, component, message in CALLS:
        send(simulator, ROOT, {"@action": action, "@class": component} | message, token)
        clock.forward(seconds=1)
    assert simulator.world.counters.get("simulator_errors") == 0, simulator.journal.entries()[-1]


def test_a_call_writes_as_much_in_a_large_world_as_in_a_small_one() -> None:
    small, large = written(5), written(300)
    assert small == large
    assert max(small) < 20
