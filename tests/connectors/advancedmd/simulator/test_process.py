"""The simulator as a process of its own, and the same scripted day in both encodings."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, StillClock, served
from tests.support.clocks import shared_clock

from chartline.connect.simulation.shelf import Store
from chartline.connectors.advancedmd.simulator.app import create
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import SeedRefused, read_seeds


@contextmanager
def running(folder: Path) -> Generator[Caller]:
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    arguments = ["--clock", "clock.json", "--state", "state.db", "--ready", "ready.json", "--offices", "offices.json"]
    command = [sys.executable, "-m", "chartline.connectors.advancedmd.simulator", "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=folder)
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    caller = Caller(f"http://127.0.0.1:{json.loads(ready.read_text())['port']}", "json")
    try:
        yield caller
    finally:
        caller.close()
        process.kill()
        process.wait()


def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    shared_clock(tmp_path / "clock.json", datetime(2026, 3, 3, 17, 0, tzinfo=UTC))
    (tmp_path / "offices.json").write_bytes(msgspec.json.encode([example_office()]))
    with running(tmp_path) as caller:
        caller.login()
        row = {"@patient": "pat1003", "@profile": "prof3", "@date": "4/10/2026"}
        caller.ask("addvisit", "chargeentry", appt=row)
        webserver, token = caller.webserver.replace(caller.origin, ""), caller.token
    with running(tmp_path) as caller:
        caller.webserver, caller.token = caller.origin + webserver, token
        assert caller.refused("addvisit", "chargeentry", appt=row) == "-2147217403"
        counters = caller.counters()
    assert (counters["visits_added"], counters["logins"], counters["calls"]["addvisit"]) == (1, 1, 2)
    for kept in tmp_path.glob("state.db*"):
        assert b"INVENTED" not in kept.read_bytes()


def test_a_seed_of_the_wrong_shape_is_refused_without_its_values() -> None:
    with pytest.raises(SeedRefused, match="shape of OfficeSeed"):
        read_seeds(b'{"office": "999001", "secret": "x"}')
    with pytest.raises(SeedRefused, match="not JSON"):
        read_seeds(b"office")


def day(encoding: str) -> tuple[Any, ...]:
    """A scripted day from peak to off-peak; gives what it left behind."""
    clock = StillClock()
    simulator = create(clock, Store(None), offices=[example_office()])
    with served(simulator, clock) as origin:
        caller = Caller(origin, encoding)
        caller.login()
        profile = caller.ask("lookupprofile", code="INV")["profilelist"]["profile"]["@id"]
        person = {"@name": "NOVEL,NINA", "@dob": "2/3/1990", "@sex": "F", "@profile": profile, "@respparty": "SELF"}
        patient = caller.ask("addpatient", patientlist={"patient": person})["patientlist"]["patient"]
        plan = {"@id": "", "@carrier": "car41", "@subscriber": patient["@respparty"], "@subscribernum": "N1"}
        caller.ask("addinsurance", patient={"@id": patient["@id"], "insplanlist": {"insplan": plan}})
        row = {"@patient": patient["@id"], "@profile": profile, "@date": "3/3/2026"}
        visit = caller.ask("addvisit", "chargeentry", appt=row)["visit"]["@id"]
        code = caller.ask("lookupproccode", code="90834")["proccodelist"]["proccode"]["@id"]
        charge = {"@proccode": code, "@units": "1", "@diagcodes": "F41.1"}
        caller.ask("savecharges", patientid=patient["@id"], visit={"@id": visit, "chargelist": {"charge": charge}})
        history = caller.ask("gettxhistory", "demographics", patientid=patient["@id"])
        clock.forward(hours=9)
        feeds = [
            caller.ask(action, datechanged="1/1/2026", visit={"@a": "ApptStatus"}, patient={"@n": "Name"})
            for action in ("getupdatedpatients", "getupdatedvisits")
        ]
        counters, snapshot = caller.counters(), caller.control("GET", "snapshot")
        caller.close()
    return history, feeds, counters, snapshot


def test_the_same_day_in_both_encodings_has_the_same_results() -> None:
    as_json, as_xml = day("json"), day("xml")
    assert as_json == as_xml
    assert (as_json[2]["excess_calls"], as_json[2]["logins"]) == (0, 1)


def test_help_teaches() -> None:
    command = [sys.executable, "-m", "chartline.connectors.advancedmd.simulator", "--help"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "independent, from public facts" in text
    assert "--meter-mode" in text


def test_faults_hit_their_operation_as_often_as_they_say(origin: str) -> None:
    with httpx2.Client(base_url=origin) as http:
        http.post("/_control/faults", json={"operation": "login", "kind": "refuse", "status": 500, "times": 2})
        caller = Caller(origin, "json")
        statuses = [
            caller.post(origin + "/practicemanager/xmlrpc/processrequest.aspx", caller.credentials()).status_code
            for _ in range(3)
        ]
        caller.close()
    assert statuses == [500, 500, 200]
