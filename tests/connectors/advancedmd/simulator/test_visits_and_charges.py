"""Rows 17 to 19: visits, charges and their history."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, listed


def visit(caller: Caller, **attributes: str) -> dict[str, Any]:
    given = {"patient": "pat1003", "profile": "prof3", "date": "4/10/2026"} | attributes
    return {"appt": {f"@{name}": value for name, value in given.items()}}


def save(caller: Caller, *charges: dict[str, str], action: str = "savecharges", **more: str) -> Any:
    component = "api" if action == "savecharges" else "chargeentry"
    return caller.read(caller.send(action, component, **lines(*charges, **more)))


def lines(*charges: dict[str, str], visit: str = "vst7001", patient: str = "pat1001", **more: str) -> dict[str, Any]:
    rows = [{f"@{name}": value for name, value in charge.items()} for charge in charges]
    force = {"@force": more.pop("force")} if "force" in more else {}
    return {"patientid": patient, "visit": {"@id": visit, **force, "chargelist": {"charge": rows}}} | more


THERAPY = {"proccode": "pcode502", "units": "1", "diagcodes": "dcode701,dcode702", "codeset": "10", "modcodes": "95"}


def standing(caller: Caller) -> list[int]:
    charges = caller.control("GET", "snapshot")["offices"]["999001"]["charges"]
    return [charge["id"] for charge in charges if not charge["void"]]


def test_row_17_a_visit_is_made_by_chargeentry_alone(caller: Caller) -> None:
    results = caller.ask("addvisit", "chargeentry", **visit(caller))
    assert results["visit"] == {
        "@id": "vst7003",
        "@date": "04/10/2026",
        "@isappt": "0",
        "@profile": "prof3",
        "@episode": "1",
        "@insorder": "",
        "@note": "",
        "@forcepaper": "0",
        "chargelist": "",
        "extins": "",
    }
    assert results["notelist"] == ""
    assert "progID" in str(caller.read(caller.send("addvisit", "api", **visit(caller))))


def test_row_17_a_clash_is_a_fault_unless_forced(caller: Caller) -> None:
    slot = {"date": "3/4/2026", "time": "09:30", "duration": "30", "column": "col11", "types": "ap_type2"}
    assert caller.refused("addvisit", "chargeentry", **visit(caller, **slot)) == "-2147217403"
    same_start = slot | {"time": "9:00AM", "duration": "60"}
    assert caller.refused("addvisit", "chargeentry", **visit(caller, **same_start)) == "-2147217318"
    assert caller.ask("addvisit", "chargeentry", **visit(caller, force="1", **slot))["visit"]["@isappt"] == "1"
    caller.ask("addvisit", "chargeentry", **visit(caller))
    assert caller.refused("addvisit", "chargeentry", **visit(caller)) == "-2147217403"
    counters = caller.counters()
    assert (counters["visits_added"], counters["visits_with_same_identity"]) == (2, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("patient", "resp2001"), ("profile", "9"), ("date", "soon"), ("time", "25:00")],
)
def test_row_17_a_bad_visit_is_refused(caller: Caller, field: str, value: str) -> None:
    more = {"duration": "30", "column": "col11"} | {field: value}
    assert caller.refused("addvisit", "chargeentry", **visit(caller, **more)) == "-2147219453"


def test_row_18_saving_charges_voids_what_stood_and_tells_no_ids(caller: Caller) -> None:
    answer = save(caller, THERAPY)
    assert (answer["Results"], answer["Error"]) == ({"@success": "1"}, "")
    save(caller, THERAPY | {"units": "2"}, {"proccode": "501", "units": "1", "diagcodes": "F32.1"})
    assert standing(caller) == [90002, 90003]
    counters = caller.counters()
    assert (counters["charge_saves_per_visit"], counters["charges_saved"]) == ({"7001": 2}, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"proccode": "pcode999"},
        {"proccode": "90834"},
        {"diagcodes": "dcode701 dcode702"},
        {"diagcodes": "dcode999"},
        {"modcodes": "ZZ"},
        {"units": "0"},
        {"units": "1.5"},
    ],
)
def test_row_18_one_bad_line_changes_nothing(caller: Caller, change: dict[str, str]) -> None:
    save(caller, THERAPY)
    assert caller.refused("savecharges", **lines(THERAPY, THERAPY | change)) == "-2147219453"
    assert standing(caller) == [90001]


def test_row_18_a_raw_diagnosis_is_taken_and_a_raw_procedure_only_leniently(caller: Caller) -> None:
    assert save(caller, THERAPY | {"diagcodes": "F41.1,Z63.0"})["Error"] == ""
    caller.control("POST", "options", {"lenient_codes": True})
    assert save(caller, THERAPY | {"proccode": "90837"})["Error"] == ""


def test_row_18_the_same_service_on_another_visit_is_a_duplicate(caller: Caller) -> None:
    save(caller, THERAPY)
    again = caller.ask("addvisit", "chargeentry", **visit(caller, patient="1001", date="3/4/2026", force="1"))
    other = again["visit"]["@id"]
    assert "Duplicate charge" in str(save(caller, THERAPY, visit=other))
    assert save(caller, THERAPY, visit=other, force="1")["Error"] == ""


def test_row_18_a_visit_of_another_patient_is_refused(caller: Caller) -> None:
    assert caller.refused("savecharges", **lines(THERAPY, patient="pat1002")) == "-2147219453"
    assert caller.refused("savecharges", **lines(THERAPY, visit="vst9999")) == "-2147219453"


def test_row_18_updating_a_visit_adds_and_separates_by_spaces(caller: Caller) -> None:
    save(caller, THERAPY)
    spaced = THERAPY | {"proccode": "pcode501", "diagcodes": "dcode701 dcode702"}
    assert save(caller, spaced, action="updvisitwithnewcharges", approval="1")["Error"] == ""
    assert standing(caller) == [90001, 90002]
    held = caller.ask("getchargedetaildata", "demographics", chargeid="90002")
    assert held["patientlist"]["patient"]["visitlist"]["visit"]["chargelist"]["charge"]["@approval"] == "1"
    assert caller.refused("updvisitwithnewcharges", "chargeentry", **lines(THERAPY)) == "-2147219453"


def test_row_19_charge_detail_speaks_in_internal_ids_with_maps_beside(caller: Caller) -> None:
    save(caller, THERAPY)
    results = caller.ask("getchargedetaildata", "demographics", chargeid="90001")
    charge = results["patientlist"]["patient"]["visitlist"]["visit"]["chargelist"]["charge"]
    assert (
        charge["@proccode"],
        charge["@diagcodes"],
        charge["@modcodes"],
    ) == ("pcode502", "dcode701,dcode702", "mcode801")
    assert results["proccodelist"]["proccode"] == {"@id": "pcode502", "@code": "90834", "@name": "CODE 90834"}
    assert [row["@code"] for row in results["diagcodelist"]["diagcode"]] == ["F32.1", "F41.1"]
    assert caller.refused("getchargedetaildata", "demographics", chargeid="1") == "-2147219453"


def test_row_19_the_history_pages_and_shows_voided_charges(caller: Caller) -> None:
    for _ in range(26):
        save(caller, THERAPY, {"proccode": "pcode501", "units": "1", "diagcodes": "dcode701"})
    first = caller.ask("gettxhistory", "demographics", patientid="pat1001", pagenumber="1", sortdescending="1")
    assert tuple(first[f"@{name}"] for name in ("itemcount", "pagecount", "itemsfrom", "itemsto")) == (
        "52",
        "2",
        "1",
        "50",
    )
    rows = listed(first["chargelist"]["charge"])
    assert (len(rows), [row["@void"] for row in rows[:3]]) == (50, ["0", "0", "1"])
    assert tuple(rows[0][f"@{name}"] for name in ("proccode", "fee", "patientid", "visit")) == (
        "90791",
        "220.00",
        "pat1001",
        "vst7001",
    )
    second = caller.ask("gettxhistory", "demographics", patientid="1001", pagenumber="2")
    assert len(second["chargelist"]["charge"]) == 2
    none = caller.ask("gettxhistory", "demographics", patientid="1001", fromdate="3/5/2026", todate="3/9/2026")
    assert (none["@itemcount"], none["paymentlist"]) == ("0", "")


def terms(caller: Caller, **changes: str) -> dict[str, str]:
    line = THERAPY | {"proccode": "pcode501", "diagcodes": "dcode701"} | changes
    save(caller, line, action="updvisitwithnewcharges")
    detail = caller.ask("getchargedetaildata", "demographics", chargeid="90001")
    return detail["patientlist"]["patient"]["visitlist"]["visit"]["chargelist"]["charge"]


def test_row_18_an_update_may_set_fee_date_portion_and_billing(caller: Caller) -> None:
    charge = terms(caller, fee="99.50", begindate="3/3/2026", patportion="20.00", billins="0")
    assert tuple(charge[f"@{name}"] for name in ("fee", "begindate", "patportion", "insportion", "billins")) == (
        "99.50",
        "03/03/2026",
        "20.00",
        "79.50",
        "0",
    )


@pytest.mark.parametrize("change", [{"fee": "much"}, {"fee": "-1"}, {"begindate": "soon"}, {"patportion": "999.00"}])
def test_row_18_bad_terms_change_nothing(caller: Caller, change: dict[str, str]) -> None:
    line = THERAPY | {"diagcodes": "dcode701"} | change
    assert caller.refused("updvisitwithnewcharges", "chargeentry", **lines(line)) == "-2147219453"
    assert standing(caller) == []


def test_row_18_a_held_charge_is_not_billed_before_it_is_approved(caller: Caller) -> None:
    save(caller, THERAPY | {"diagcodes": "dcode701"}, action="updvisitwithnewcharges", approval="1")
    billing = {"charge": "90001", "fields": {"billed": True}}
    assert caller.control("POST", "edits", [billing])["refused"] == [
        {"place": 0, "error": "a held charge is not billed"}
    ]
    approving = {"charge": "90001", "fields": {"approval": False}}
    assert caller.control("POST", "edits", [approving, billing])["done"] == 2


def void(*charges: str, visit: str = "vst7001") -> dict[str, Any]:
    rows = [{"@id": charge} for charge in charges]
    return {"patientid": "pat1001", "visitid": visit, "chargelist": {"charge": rows}}


def test_charges_are_voided_all_or_none(caller: Caller) -> None:
    other = {"proccode": "pcode501", "units": "1", "diagcodes": "dcode701"}
    save(caller, THERAPY, other)
    assert caller.refused("voidcharges", "chargeentry", **void("90001", "9")) == "-2147219453"
    assert standing(caller) == [90001, 90002]
    caller.ask("voidcharges", "chargeentry", **void("90001"))
    assert standing(caller) == [90002]
    assert caller.refused("voidcharges", "chargeentry", **void("90001")) == "-2147219453"
    assert caller.refused("voidcharges", "chargeentry", **void("90002", visit="vst7002")) == "-2147219453"
    assert caller.counters()["charges_voided"] == 1


@pytest.mark.parametrize("state", ["billed", "protected"])
def test_a_billed_or_protected_charge_is_not_voided(caller: Caller, state: str) -> None:
    save(caller, THERAPY)
    caller.control("POST", "edits", [{"charge": 90001, "fields": {state: True}}])
    assert caller.refused("voidcharges", "chargeentry", **void("90001")) == "-2147217408"
    assert standing(caller) == [90001]
