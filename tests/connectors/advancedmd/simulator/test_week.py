"""What a long script needs of the control surface (rows 26, 27): edits, inventories, duplicates, minutes, faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import TIMED_OUT, Caller, StillClock

from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Request
from chartline.connectors.advancedmd.simulator.app import AdvancedMd, create
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.seed import HoldSeed

THERAPY = {"@proccode": "pcode502", "@units": "1", "@diagcodes": "dcode701,dcode702", "@modcodes": "95"}


@pytest.fixture
def stranger(origin: str) -> Iterator[Caller]:
    """REST and the control surface speak JSON whatever the encoding of messages, so one caller is enough."""
    with closing(Caller(origin, "json")) as caller:
        yield caller


def charge(caller: Caller, visit: str = "vst7001", patient: str = "pat1001") -> None:
    caller.ask("savecharges", patientid=patient, visit={"@id": visit, "chargelist": {"charge": THERAPY}})


def test_many_edits_are_one_call_and_a_bad_one_stops_no_other(caller: Caller, clock: StillClock) -> None:
    clock.forward(minutes=5)
    answer = caller.control(
        "POST",
        "edits",
        [
            {"patient": 1001, "fields": {"city": "Elsewhere", "homephone": "555-555-0199"}},
            {"patient": 9, "fields": {}},
            {"visit": "vst7001", "fields": {"apptstatus": "1", "column": 11}},
            {"plan": "ins3001", "fields": {"copay": "35.00"}},
            {"plan": "ins3001", "fields": {"shoe": "44"}},
            {"item": "provider/61", "fields": {"name": "Invented,Irena", "extras": {"specialty": "COUNSELOR"}}},
            {"patient": 1001, "visit": 7001, "fields": {}},
            {"visit": 7001, "fields": {"apptstatus": "99"}},
        ],
    )
    assert (answer["done"], [row["place"] for row in answer["refused"]]) == (4, [1, 4, 6, 7])
    since = "2026-03-03T10:04:00"
    patients = caller.ask(
        "getupdatedpatients", datechanged=since, patient={"@city": "City"}, insurance={"@c": "CopayDollarAmount"}
    )
    row = patients["patientlist"]["patient"]
    assert (row["@updatestatus"], row["@city"], row["insurancelist"]["insurance"]["@c"]) == ("C", "ELSEWHERE", "35.00")
    providers = caller.ask("getupdatedproviders", datechanged=since, provider={"@n": "ProviderName", "@s": "Specialty"})
    assert providers["providerlist"]["provider"] == {
        "@id": "61",
        "@updatestatus": "C",
        "@n": "INVENTED,IRENA",
        "@s": "COUNSELOR",
    }
    assert caller.ask("getupdatedproviders", datechanged="2026-03-03T10:06:00")["@providercount"] == "0"


def test_the_desk_posts_a_charge_which_shows_in_the_history_and_the_feed(caller: Caller, clock: StillClock) -> None:
    clock.forward(minutes=5)
    line = {"proccode": "90834", "diagcodes": ["F32.1"], "modcodes": ["95"], "units": 2}
    bad = [{"visit": 7001, "posts": line | {"proccode": "1"}}, {"patient": 1001, "posts": line}]
    answer = caller.control("POST", "edits", [{"visit": 7001, "posts": line}, *bad])
    assert (answer["results"], [row["place"] for row in answer["refused"]]) == ([{"id": 90001}], [1, 2])
    row = caller.ask("gettxhistory", "demographics", patientid="1001")["chargelist"]["charge"]
    assert (row["@proccode"], row["@fee"], row["@insbal"]) == ("90834", "300.00", "300.00")
    feed = caller.ask("getupdatedvisits", datechanged="2026-03-03T10:04:00", charge={"@units": "Units"})
    assert feed["visitlist"]["visit"]["chargelist"]["charge"]["@units"] == "2"


def test_the_inventory_of_patients_says_what_the_wire_says(caller: Caller) -> None:
    rows = caller.control("GET", "patients")
    wire = caller.ask("getdemographic", "demographics", patientid="1002")["patientlist"]["patient"]
    row = rows[1]
    assert [entry["id"] for entry in rows] == [1001, 1002, 1003]
    for name in ("name", "dob", "sex", "ssn", "chart", "profile", "respparty", "changedat"):
        assert row[name] == wire[f"@{name}"]
    assert {f"@{name}": value for name, value in row["address"].items()} == wire["address"]
    assert {f"@{name}": value for name, value in row["contactinfo"].items()} == wire["contactinfo"]
    for kept, sent in zip(row["plans"], wire["insplanlist"]["insplan"], strict=True):
        assert sent.items() <= {f"@{name}": value for name, value in kept.items()}.items()
    assert [plan["carriername"] for plan in row["plans"]] == ["EXAMPLE HEALTH PLAN", "SAMPLE MUTUAL"]


def test_the_inventories_page_and_show_charges_and_payments(caller: Caller) -> None:
    charge(caller)
    charge(caller)
    caller.control("POST", "edits", [{"patient": 1001, "pays": {"amount": "40.00", "charge": "90002"}}])
    first, second = caller.control("GET", "visits")
    assert (first["VisitStartDateTime"], first["ApptStatus"], second["charges"]) == ("2026-03-04T09:00:00", "0", [])
    assert [(row["id"], row["void"], row["insbalance"]) for row in first["charges"]] == [
        (90001, True, "0.00"),
        (90002, False, "110.00"),
    ]
    assert (first["charges"][1]["proccode"], first["charges"][1]["diagcodes"]) == ("90834", ["F32.1", "F41.1"])
    (payment,) = caller.control("GET", "payments")
    assert (payment["amount"], payment["charges"][0]["id"]) == ("40.00", "90002")
    assert [row["id"] for row in caller.control("GET", "patients?after=1001&limit=1")] == [1002]
    assert caller.control("GET", "visits?office=1") == []


def test_everything_done_twice_is_counted(caller: Caller) -> None:
    charge(caller)
    person = {"@name": "SAMPLE,SAM", "@dob": "6/2/1975", "@profile": "prof3", "@respparty": "SELF"}
    caller.ask("addpatient", force="1", patientlist={"patient": person})
    slot = {"@time": "09:00", "@duration": "60", "@column": "col11"}
    appt = {"@patient": "pat1001", "@profile": "prof3", "@date": "3/4/2026", "@force": "1"}
    caller.ask("addvisit", "chargeentry", appt=appt | slot)
    spaced = THERAPY | {"@diagcodes": "dcode701"}
    caller.ask(
        "updvisitwithnewcharges",
        "chargeentry",
        patientid="1001",
        visit={"@id": "7001", "chargelist": {"charge": spaced}},
    )
    for _ in range(2):
        caller.ask("addpayments", "paymententry", patient={"@patientid": "1001", "@amount": "5.00"})
    counters = caller.counters()
    names = ("patients_with_same_identity", "visits_at_same_start", "charges_posted_twice", "payments_posted_twice")
    assert [counters[name] for name in names] == [1, 1, 1, 1]


def test_logins_have_times_and_minutes_have_calls(caller: Caller, clock: StillClock) -> None:
    assert caller.counters()["logins_at"] == [{"office": "999001", "at": "2026-03-03T17:00:00Z"}]
    for _ in range(3):
        caller.ask("lookupcarrier", name="")
    clock.forward(minutes=1)
    caller.ask("getdemographic", patientid="1001")
    assert caller.control("GET", "minutes") == [
        {"office": "999001", "tier": 2, "at": "2026-03-03T17:01:00Z", "calls": 1, "cap": 12},
        {"office": "999001", "tier": 3, "at": "2026-03-03T17:00:00Z", "calls": 3, "cap": 24},
    ]


@pytest.mark.parametrize("operation", ["lookupcarrier", "payments.codes"])
@pytest.mark.parametrize("kind", ["expire_tokens", "move_cluster"])
def test_row_26_a_session_can_die_under_the_very_call(caller: Caller, kind: str, operation: str) -> None:
    caller.control("POST", "faults", {"operation": operation, "kind": kind})
    if operation == "lookupcarrier":
        assert caller.refused("lookupcarrier", name="") == TIMED_OUT
    else:
        assert caller.rest("GET", "/payments/codes").status_code == 401
    cluster = caller.control("GET", "snapshot")["offices"]["999001"]["cluster"]
    assert cluster == ("api-102" if kind == "move_cluster" else "api-101")
    assert caller.counters()["faults_struck"] == {kind: 1}


@pytest.mark.parametrize(
    ("kind", "status", "made"),
    [("string_error", 400, 0), ("empty_results", 200, 1), ("html", 502, 0), ("refuse", 500, 0), ("empty", 201, 1)],
)
def test_row_26_rest_calls_fail_in_every_way(caller: Caller, kind: str, status: int, made: int) -> None:
    caller.control("POST", "faults", [{"operation": "payments.add", "kind": kind}])
    assert [fault["kind"] for fault in caller.control("GET", "faults")] == [kind]
    response = caller.rest("POST", "/payments", json={"patientId": 1001, "source": "patient", "amount": 5})
    expected = 201 if kind == "empty_results" else status
    assert (response.status_code, caller.counters()["payments_added"]) == (expected, made)
    assert (response.content == b"{}") == (kind == "empty_results")
    assert caller.control("GET", "faults") == []


@pytest.mark.parametrize("fault", [{"kind": "sulk"}, {"operation": "paymants.add"}, {"times": 0}])
def test_a_fault_that_could_never_strike_is_refused(caller: Caller, fault: dict[str, Any]) -> None:
    sent = {"operation": "payments.add", "kind": "drop"} | fault
    assert caller.http.post(f"{caller.origin}/_control/faults", json=sent).status_code == 422


def test_an_office_moves_to_the_next_cluster(caller: Caller) -> None:
    assert caller.control("POST", "offices/999001", {"cluster": "next"})["cluster"] == "api-102"
    assert caller.refused("lookupcarrier", name="") == TIMED_OUT


def test_the_catalogue_marks_rest_calls_too(caller: Caller) -> None:
    catalogue = caller.control("GET", "catalogue")
    unverified = {name for name, entry in catalogue["rest"].items() if entry["unverified"]}
    assert unverified == {"scheduler.move", "scheduler.noshow", "payments.add", "payments.codes"}
    assert {name for name, entry in catalogue["actions"].items() if entry["unverified"]} >= {
        "voidcharges",
        "updateinsurance",
        "getappts",
        "getpaymentdetaildata",
        "getpaymentcodes",
        "checkclaimstatus",
        "claimstatuslist",
        "getupdatedproviders",
    }
    assert not catalogue["actions"]["addpayments"]["unverified"]


def test_all_that_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    clock, path = StillClock(), tmp_path / "state.db"
    office = example_office()
    office.holds = [HoldSeed(ref="h", column="DR INVENTED", begin="2026-03-10T09:00", end="2026-03-12T10:00")]
    store = Store(path)
    first = create(clock, store, offices=[office])
    edits = [{"patient": 1001, "pays": {"amount": "40.00"}}, {"visit": 7001, "fields": {"apptstatus": "1"}}]
    ask(first, "POST", "edits", edits)
    doors = ("patients", "visits", "payments", "snapshot")
    before = [ask(first, "GET", door) for door in doors]
    store.close()
    second = create(clock, Store(path), offices=[office])
    assert [ask(second, "GET", door) for door in doors] == before
    assert len(second.world.ways.holds.at(11)) == 1
    assert second.world.ways.visits_changed("999001", clock.now(), clock.now())
    ask(second, "POST", "edits", edits)
    assert [row["id"] for row in ask(second, "GET", "payments")] == ["60001", "60002"]


def ask(simulator: AdvancedMd, method: str, door: str, data: object = None) -> Any:
    request = Request(method, f"/_control/{door}", {"host": "127.0.0.1:1"}, json.dumps(data).encode())
    return json.loads(simulator.handle(request).body)
