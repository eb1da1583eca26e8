"""Row 8: nothing a signed-in caller can send makes the simulator stumble."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectors.advancedmd.simulator.caller import StillClock

from chartline.connect.simulation.shelf import Store
from chartline.connect.simulation.web import Request
from chartline.connectors.advancedmd.simulator.app import AdvancedMd, create
from chartline.connectors.advancedmd.simulator.catalogue import OPERATIONS
from chartline.connectors.advancedmd.simulator.example import example_office
from chartline.connectors.advancedmd.simulator.options import Options

ROOT = "/processrequest/api-101/SIMAPP/xmlrpc/processrequest.aspx"
NAMES = st.sampled_from(
    "id name dob sex ssn profile patient patientid visit date time duration column types force carrier subscriber "
    "subscribernum coverage copay enddate begindate proccode diagcodes modcodes units chargeid datechanged msgtime "
    "visitdate page pagenumber code exactmatch codeset phone chart eligibilityid insurancecoverageid respparty o_name "
    "o_dob zip o_zip profileid fromdate todate sortdescending start".split()
)
USUAL = (
    "1001 pat1001 resp2001 ins3001 vst7001 7001 prof3 col11 car41 pcode502 dcode701 F41.1 95 1 0 -1 SELF AUTO M "
    "DOE,JANE 1/1/1990 3/4/2026 2026-03-04 0001-01-01 12/31/9999 09:00 10 25.00 Name VisitDate CarName ² ١ 99999 "
    "9999-12-31T23:59:59 0001-01-01T00:00:00 0001-01-01T00:00:00+14:00"
)
VALUES = st.sampled_from([*USUAL.split(), "12/31/9999 11:59:59 PM", "9" * 5000]) | st.text(max_size=6)
ELEMENTS = st.sampled_from(
    "patientlist patient address contactinfo insplanlist insplan appt visit visitlist chargelist charge "
    "insurance".split()
)
ATTRIBUTES = st.dictionaries(NAMES.map(lambda name: f"@{name}"), VALUES, max_size=8)
TREES = st.recursive(
    ATTRIBUTES | VALUES,
    lambda inner: st.tuples(ATTRIBUTES, st.dictionaries(ELEMENTS, inner | st.lists(inner, max_size=2), max_size=3)).map(
        lambda pair: pair[0] | pair[1]
    ),
    max_leaves=6,
)


def signed_in() -> tuple[AdvancedMd, str]:
    simulator = create(StillClock(), Store(None), options=Options(direct=True), offices=[example_office()])
    message = {"@action": "login", "@class": "login", "@username": "SIMUSER", "@psw": "simulated only"}
    message |= {"@officecode": "999001", "@appname": "SIMAPP"}
    answer = send(simulator, "/practicemanager/xmlrpc/processrequest.aspx", message, "")
    return simulator, answer["PPMDResults"]["Results"]["usercontext"]["#text"]


def send(simulator: AdvancedMd, path: str, message: dict[str, Any], token: str) -> Any:
    headers = {"host": "127.0.0.1:1", "content-type": "application/json", "accept": "application/json"}
    headers["cookie"] = f"token={token}"
    answer = simulator.handle(Request("POST", path, headers, json.dumps({"ppmdmsg": message}).encode()))
    return json.loads(answer.body) if answer.status == 200 else {}


SIMULATOR, TOKEN = signed_in()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(OPERATIONS)), TREES.filter(lambda tree: isinstance(tree, dict)))
def test_row_8_any_message_gets_an_answer(action: str, tree: dict[str, Any]) -> None:
    component = sorted(OPERATIONS[action].classes)[0]
    send(SIMULATOR, ROOT, tree | {"@action": action, "@class": component}, TOKEN)
    assert SIMULATOR.world.counters.all().get("simulator_errors", 0) == 0, SIMULATOR.journal.entries()[-1]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.sampled_from(["/scheduler/appointments", "/scheduler/appointments/7001/cancel", "/scheduler"]),
    st.dictionaries(st.sampled_from(["columnId", "forView", "startDate", "patientId"]), VALUES, max_size=4),
    st.dictionaries(
        st.sampled_from(
            ["id", "patientid", "columnid", "profileid", "startdatetime", "duration", "type", "facilityid"]
        ),
        VALUES | st.integers() | st.none() | st.lists(st.integers() | st.just({"id": 2**70}), max_size=2),
    )
    | st.text(max_size=5),
)
def test_row_25_any_rest_call_gets_an_answer(method: str, path: str, query: dict[str, str], body: object) -> None:
    headers = {"host": "localhost", "authorization": f"Bearer {TOKEN}"}
    request = Request(method, f"/api/api-101/SIMAPP{path}", headers, json.dumps(body).encode(), query)
    SIMULATOR.handle(request)
    assert SIMULATOR.world.counters.all().get("simulator_errors", 0) == 0, SIMULATOR.journal.entries()[-1]
