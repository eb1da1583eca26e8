"""Rows 20 to 22: insurance plans, eligibility on demand, and the code lists."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, listed


def plan(**changes: str) -> dict[str, Any]:
    given = {
        "id": "",
        "begindate": "01/01/2026",
        "enddate": "",
        "carrier": "car41",
        "subscriber": "resp2003",
        "subscribernum": "NEW1",
        "relationship": "1",
        "hipaarelationship": "18",
        "grpname": "",
        "grpnum": "",
        "copay": "20",
        "copaytype": "$",
        "coverage": "1",
    } | changes
    row = {f"@{name}": value for name, value in given.items()}
    return {"patient": {"@id": "pat1003", "@changed": "1", "insplanlist": {"insplan": row}}}


def plans(caller: Caller, patient: str = "pat1003") -> list[dict[str, str]]:
    found = caller.ask("getdemographic", "demographics", patientid=patient)["patientlist"]["patient"]["insplanlist"]
    return listed(found["insplan"]) if found else []


def test_row_20_a_plan_is_added_and_read_back(caller: Caller) -> None:
    answer = caller.ask("addinsurance", **plan())["insplan"]
    assert answer == {"@id": "ins3004", "@insnotefid": "43004"}
    (row,) = plans(caller)
    assert tuple(row[f"@{name}"] for name in ("id", "copay", "subscribernum", "payerid", "enddate")) == (
        "ins3004",
        "20.00",
        "NEW1",
        "SIM01",
        "",
    )
    assert caller.counters()["plans_added"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subscriber", "pat1003"),
        ("subscriber", "resp9999"),
        ("carrier", "car999"),
        ("coverage", "4"),
        ("begindate", "never"),
        ("copay", "ten"),
        ("id", "ins9999"),
    ],
)
def test_row_20_a_bad_plan_is_a_fault(caller: Caller, field: str, value: str) -> None:
    assert caller.refused("addinsurance", **plan(**{field: value})) == "-2147219453"
    assert plans(caller) == []


def test_row_20_an_id_with_an_end_date_ends_the_plan(caller: Caller) -> None:
    ended = {"@id": "ins3001", "@enddate": "3/1/2026"}
    caller.ask("addinsurance", patient={"@id": "pat1001", "insplanlist": {"insplan": ended}})
    (row,) = plans(caller, "pat1001")
    assert (row["@enddate"], row["@subscribernum"], row["@begindate"]) == ("03/01/2026", "EX123", "01/01/2026")


def test_row_20_success_may_come_with_empty_results(caller: Caller) -> None:
    caller.control("POST", "options", {"empty_addinsurance": True})
    assert caller.ask("addinsurance", **plan()) == {"@success": "1"}
    assert len(plans(caller)) == 1


@pytest.mark.parametrize(("kind", "sign"), [("rich", "EB*B*"), ("poor", "EB*1*"), ("reject", "AAA*N**75")])
def test_row_21_eligibility_is_pending_and_then_complete(caller: Caller, kind: str, sign: str) -> None:
    caller.control("POST", "options", {"eligibility_polls": 2, "eligibility_answer": kind})
    asked = caller.ask(
        "submitdemandrequest", "atseligibility", eligibilitystc="30", patientid="1001", insurancecoverageid="ins3001"
    )
    ident = asked["@eligibilityid"]
    answers = [caller.ask("CheckEligibilityResponse", "eligibility", eligibilityid=ident) for _ in range(3)]
    assert [answer["@status"] for answer in answers] == ["pending", "pending", "complete"]
    text = answers[-1]["response"]
    segments = text.split("~")
    assert sign in text
    assert len(segments[0]) + 1 == 106
    count = next(i for i, s in enumerate(segments) if s.startswith("SE*")) - 1
    assert str(count) == segments[count + 1].split("*")[1]
    assert plans(caller, "pat1001")[0]["@eligibilitystatusid"] == "2"


def test_row_21_a_silent_payer_ends_in_an_error(caller: Caller) -> None:
    caller.control("POST", "options", {"eligibility_polls": 0, "eligibility_answer": "timeout"})
    ident = caller.ask("submitdemandrequest", "atseligibility", patientid="1001", insurancecoverageid="3001")
    answer = caller.ask("CheckEligibilityResponse", "eligibility", eligibilityid=ident["@eligibilityid"])
    assert (answer["@status"], answer["message"]) == ("error", "The payer did not answer")
    assert caller.refused("CheckEligibilityResponse", "eligibility", eligibilityid="1") == "-2147219453"


@pytest.mark.parametrize("component", ["api", "lookup"])
@pytest.mark.parametrize(
    ("kind", "code", "ident"),
    [
        ("carrier", "SIM01", "car41"),
        ("proccode", "90834", "pcode502"),
        ("diagcode", "F41.1", "dcode702"),
        ("modcode", "95", "mcode801"),
        ("profile", "INV", "prof3"),
        ("provider", "INV", "prov61"),
        ("facility", "MAIN", "fac1"),
        ("finclass", "COM", "fclass21"),
        ("accttype", "STD", "accttype5"),
        ("zipcode", "84000", "zip301"),
    ],
)
def test_row_22_code_lists_answer_under_both_classes(
    caller: Caller, component: str, kind: str, code: str, ident: str
) -> None:
    found = caller.ask(f"lookup{kind}", component, code=code, exactmatch="-1")[f"{kind}list"]
    assert ("1", ident, code) == (found["@itemcount"], found[kind]["@id"], found[kind]["@code"])


def test_row_22_names_match_in_part_or_exactly(caller: Caller) -> None:
    assert caller.ask("lookupcarrier", "lookup", name="exam")["carrierlist"]["@itemcount"] == "1"
    assert caller.ask("lookupcarrier", "lookup", name="exam", exactmatch="-1")["carrierlist"]["@itemcount"] == "0"
    roster = caller.ask("lookupprovider", name="")["providerlist"]["provider"]
    assert (roster["@npi"], roster["@name"]) == ("1999999984", "INVENTED,IRIS")


def test_row_22_code_set_is_honoured_and_a_valid_diagnosis_is_imported(caller: Caller) -> None:
    assert caller.ask("lookupdiagcode", code="F41.1", codeset="9")["diagcodelist"]["@itemcount"] == "0"
    assert caller.ask("lookupdiagcode", code="F33.0", codeset="10")["diagcodelist"]["@itemcount"] == "0"
    imported = caller.ask("lookupdiagcode", code="F33.0", codeset="10", exactmatch="-1")["diagcodelist"]["diagcode"]
    assert imported["@code"] == "F33.0"


def test_the_scheduler_setup_names_columns_profiles_and_facilities(caller: Caller) -> None:
    results = caller.ask("getschedulersetup", "masterfiles")
    column = results["columnlist"]["column"]
    assert (column["@id"], column["@profile"], column["columnsetting"]["@maxapptsperslot"]) == ("col11", "prof3", "1")
    assert caller.ask("getappttypes", "masterfiles", appttype={})["appttypelist"]["appttype"]["@id"] == "ap_type2"


def test_updateinsurance_changes_a_plan_that_is_there_and_makes_none(caller: Caller) -> None:
    changed = {"@id": "ins3001", "@copay": "40", "@grpnum": "g7"}
    caller.ask("updateinsurance", "demographics", patient={"@id": "pat1001", "insplanlist": {"insplan": changed}})
    (row,) = plans(caller, "pat1001")
    assert (row["@copay"], row["@grpnum"], row["@subscribernum"]) == ("40.00", "G7", "EX123")
    assert caller.refused("updateinsurance", "demographics", **plan()) == "-2147219456"
    assert caller.counters()["plans_added"] == 0


def test_appointment_types_say_yes_or_no(caller: Caller) -> None:
    row = caller.ask("getappttypes", "masterfiles", appttype="")["appttypelist"]["appttype"]
    assert (row["@id"], row["@hide"]) == ("ap_type2", "no")


def test_companion_actions_name_the_columns_of_every_feed(caller: Caller) -> None:
    assert caller.ask("getupdatedproviderstemplate")["provider"]["@npi"] == "NPI"
    assert caller.ask("getdatevisitstemplate")["visit"].get("@providerid") is None
    assert caller.ask("getupdatedvisitstemplate")["visit"]["@providerid"] == "ProviderId"
    assert caller.refused("getupdatedproviders", datechanged="soon") == "-2147219453"
    assert caller.send("getupdatedproviders", "api", datechanged="3/1/2026", provider={"@a": "Shoe"}).status_code == 400
