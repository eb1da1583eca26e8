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
from chartline.connectors.advancedmd.simulator.routes import ROUTES

ROOT = "/processrequest/api-101/SIMAPP/xmlrpc/processrequest.aspx"
NAMES = st.sampled_from(
    "id name dob sex ssn profile patient patientid visit date time duration column types force carrier subscriber "
    "subscribernum coverage copay enddate begindate proccode diagcodes modcodes units chargeid datechanged msgtime "
    "visitdate page pagenumber code exactmatch codeset phone chart eligibilityid insurancecoverageid respparty o_name "
    "o_dob zip o_zip profileid fromdate todate sortdescending start amount woamount paysource paycode carrierid batch "
    "depositdate paymentid visitid templatename notedatetime pageindex ordinal templateid createdfrom createdto "
    "startdate enddate starttime endtime apptstatus columnid address homephone fee patportion billins approval "
    "value".split()
)
USUAL = (
    "1001 pat1001 resp2001 ins3001 vst7001 7001 prof3 col11 car41 pcode502 dcode701 F41.1 95 1 0 -1 SELF AUTO M "
    "DOE,JANE 1/1/1990 3/4/2026 2026-03-04 0001-01-01 12/31/9999 09:00 10 25.00 Name VisitDate CarName ² ١ 99999 "
    "9999-12-31T23:59:59 0001-01-01T00:00:00 0001-01-01T00:00:00+14:00 pp PROGRESS 17 80001 60001 90001 -5 1e9 0,10,12"
)
VALUES = st.sampled_from([*USUAL.split(), "12/31/9999 11:59:59 PM", "9" * 5000]) | st.text(max_size=6)
ELEMENTS = st.sampled_from(
    "patientlist patient address contactinfo insplanlist insplan appt visit visitlist chargelist charge "
    "insurance unappliedpaymentlist payment pagelist page fieldlist field familychanges provider patientnote".split()
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


@settings(max_examples=350, deadline=None)
@given(st.sampled_from(sorted(OPERATIONS)), TREES.filter(lambda tree: isinstance(tree, dict)))
def test_row_8_any_message_gets_an_answer(action: str, tree: dict[str, Any]) -> None:
    component = sorted(OPERATIONS[action].classes)[0]
    send(SIMULATOR, ROOT, tree | {"@action": action, "@class": component}, TOKEN)
    assert SIMULATOR.world.counters.all().get("simulator_errors", 0) == 0, SIMULATOR.journal.entries()[-1]


PATHS = st.sampled_from([path.format(id="7001").split(" ") for path, _ in ROUTES.values()])
KEYS = st.sampled_from(
    "id patientid columnid profileid startdatetime duration type facilityid startdate appointmenttimerange daysofweek "
    "profileids columnids forward includeopenslots observemaxapptsperslot patientId source carrierId amount "
    "paymentCodeId depositDate profileId applications respPartyId lastFour cardType".split()
)
THINGS = VALUES | st.integers() | st.none() | st.booleans() | st.floats(allow_nan=False)
LISTS = st.lists(st.integers() | st.just({"id": 2**70}) | st.just({"chargeId": 1, "amount": -1}), max_size=2)


@settings(max_examples=200, deadline=None)
@given(
    PATHS,
    st.dictionaries(st.sampled_from(["columnId", "forView", "startDate", "patientId", "respPartyId"]), VALUES),
    st.dictionaries(KEYS, THINGS | LISTS, max_size=8) | st.text(max_size=5),
)
def test_row_25_any_rest_call_gets_an_answer(path: list[str], query: dict[str, str], body: object) -> None:
    headers = {"host": "localhost", "authorization": f"Bearer {TOKEN}", "appname": "SIMAPP"}
    surface = "ehr-api" if path[1].startswith("clinical") else "api"
    request = Request(path[0], f"/{surface}/api-101/SIMAPP/{path[1]}", headers, json.dumps(body).encode(), query)
    SIMULATOR.handle(request)
    assert SIMULATOR.world.counters.all().get("simulator_errors", 0) == 0, SIMULATOR.journal.entries()[-1]
