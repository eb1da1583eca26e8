"""Rows 11 to 14: finding, adding and changing patients, and their demographics."""

from __future__ import annotations

from typing import Any

import pytest
from tests.connectors.advancedmd.simulator.caller import Caller, listed

from chartline.connectors.advancedmd.simulator.app import AdvancedMd
from chartline.connectors.advancedmd.simulator.seed import Crowd, OfficeSeed, PatientSeed
from chartline.connectors.advancedmd.simulator.seeding import plant


def person(**changes: str) -> dict[str, Any]:
    given = {
        "respparty": "SELF",
        "name": "Novel,Nina A",
        "sex": "F",
        "relationship": "1",
        "hipaarelationship": "18",
        "dob": "02/03/1990",
        "ssn": "",
        "chart": "AUTO",
        "profile": "prof3",
    } | changes
    row: dict[str, Any] = {f"@{name}": value for name, value in given.items()}
    row["address"] = {"@zip": "84000", "@city": "Testville", "@state": "UT", "@address1": "", "@address2": "2 Way St"}
    row["contactinfo"] = {"@homephone": "(555)555-0142", "@email": "nina@example.invalid"}
    return {"patientlist": {"patient": row}, "resppartylist": {"respparty": {"@name": "Novel,Nina A"}}}


def found(caller: Caller, **criteria: str) -> list[str]:
    return [row["@id"] for row in listed(caller.ask("lookuppatient", **criteria)["patientlist"].get("patient"))]


def test_row_11_patients_are_found_by_prefix_and_by_last_and_first(caller: Caller) -> None:
    assert found(caller, name="inv") == ["pat1003"]
    assert found(caller, name="SAMPLE,SA") == ["pat1002"]
    assert found(caller, name="SAMPLE,X") == []
    assert found(caller, name="SAMPL", exactmatch="-1") == []
    assert found(caller, name="MUÑOZ,INÉS", exactmatch="-1") == ["pat1001"]


def test_row_11_patients_are_found_by_phone_ssn_and_chart(caller: Caller) -> None:
    created = caller.ask("addpatient", **person(ssn="999-00-1234"))["patientlist"]["patient"]["@id"]
    assert [created] == found(caller, ssn="999001234")
    assert [created] == found(caller, phone="5555550142")
    row = caller.ask("lookuppatient", chart="novel000")["patientlist"]["patient"]
    assert (created, "(555) 555-0142", "999-00-1234") == (row["@id"], row["contactinfo"]["@homephone"], row["@ssn"])


def test_row_11_a_common_surname_has_over_twenty_pages(caller: Caller, simulator: AdvancedMd) -> None:
    seed = OfficeSeed(
        office="999001", username="SIMUSER", password="x", appname="SIMAPP", crowd=Crowd(surname="COMMON", count=1020)
    )
    plant(simulator.world, seed)
    first = caller.ask("lookuppatient", name="COMMON")["patientlist"]
    assert (len(first["patient"]), first["@itemcount"], first["@pagecount"]) == (50, "1020", "21")
    last = caller.ask("lookuppatient", name="COMMON", page="21")["patientlist"]
    assert (len(last["patient"]), last["@page"]) == (20, "21")
    assert "patient" not in caller.ask("lookuppatient", name="COMMON", page="22")["patientlist"]


def test_row_12_a_new_patient_gets_ids_a_chart_and_capitals(caller: Caller) -> None:
    created = caller.ask("addpatient", **person())["patientlist"]["patient"]
    assert created == {"@id": "pat1004", "@name": "NOVEL,NINA A", "@respparty": "resp2004"}
    row = caller.ask("lookuppatient", name="NOVEL")["patientlist"]["patient"]
    assert (
        row["@chart"],
        row["address"]["@city"],
        row["address"]["@address2"],
    ) == ("NOVEL000", "TESTVILLE", "2 WAY ST")
    assert caller.counters()["patients_added"] == 1


def test_row_12_duplicates_are_refused_in_the_vendors_words(caller: Caller) -> None:
    caller.ask("addpatient", **person(ssn="999001234"))
    answer = caller.read(caller.send("addpatient", "api", **person(name="Other,Ann", ssn="999-00-1234")))
    assert answer["Error"]["Fault"]["detail"]["description"] == "Duplicate SSN found"
    assert caller.refused("addpatient", **person()) == "Duplicate name/DOB"
    answer = caller.read(caller.send("addpatient", "api", **person(dob="1/1/2000")))
    assert "responsible party" in answer["Error"]["Fault"]["detail"]["description"]
    assert caller.counters()["patients_added"] == 1


def test_row_12_an_existing_responsible_party_can_be_named(caller: Caller) -> None:
    party = caller.ask("lookuprespparty", "lookup", name="SAMPLE,SAM")["resppartylist"]["respparty"]["@id"]
    created = caller.ask("addpatient", **person(name="Sample,Sam", dob="1/1/2012", respparty=party))
    assert party == created["patientlist"]["patient"]["@respparty"]


def test_row_12_force_makes_duplicates_that_the_counters_show(caller: Caller) -> None:
    caller.ask("addpatient", **person())
    caller.ask("addpatient", force="1", **person())
    assert caller.counters()["patients_with_same_identity"] == 1


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("name", "", "-2147219456"),
        ("name", "NOCOMMA", "-2147219453"),
        ("dob", "31/31/2000", "-2147219453"),
        ("dob", "1/1/2999", "-2147219453"),
        ("sex", "X", "-2147219453"),
        ("profile", "prof999", "-2147219453"),
        ("profile", "", "-2147219456"),
        ("respparty", "pat1001", "-2147219453"),
    ],
)
def test_row_12_a_bad_patient_is_refused(caller: Caller, field: str, value: str, fault: str) -> None:
    assert fault == caller.refused("addpatient", **person(**{field: value}))


def change(patient: str, **attributes: str) -> dict[str, Any]:
    row: dict[str, Any] = {"@id": patient}
    for name, value in attributes.items():
        section, _, field = name.partition("__")
        if field:
            row.setdefault(section, {})[f"@{field}"] = value
        else:
            row[f"@{section}"] = value
    return {"patientlist": {"patient": row}}


def test_row_13_an_update_compares_the_previous_values(caller: Caller) -> None:
    caller.ask(
        "updatepatient",
        **change(
            "pat1001",
            address__city="NEWTOWN",
            address__o_city="TESTVILLE",
            contactinfo__homephone="(555)555-0199",
            contactinfo__o_homephone="555-555-0100",
        ),
    )
    row = caller.ask("getdemographic", patientid="1001")["patientlist"]["patient"]
    assert (row["address"]["@city"], row["contactinfo"]["@homephone"]) == ("NEWTOWN", "(555) 555-0199")
    stale = change(
        "pat1001", address__city="THIRD", address__o_city="TESTVILLE", address__zip="1", address__o_zip="84000"
    )
    assert caller.refused("updatepatient", **stale) == "-2147217398"
    row = caller.ask("getdemographic", patientid="1001")["patientlist"]["patient"]
    assert (row["address"]["@city"], row["address"]["@zip"]) == ("NEWTOWN", "84000")


def test_row_13_strict_mode_wants_the_previous_value(caller: Caller) -> None:
    caller.ask("updatepatient", **change("1001", address__city="LENIENT"))
    caller.control("POST", "options", {"strict_updates": True})
    assert caller.refused("updatepatient", **change("1001", address__city="STRICT")) == "-2147219456"


def test_row_13_an_empty_new_value_blanks_the_field(caller: Caller) -> None:
    caller.ask("updatepatient", **change("1001", contactinfo__homephone=""))
    row = caller.ask("getdemographic", patientid="1001")["patientlist"]["patient"]
    assert row["contactinfo"]["@homephone"] == ""


def test_row_14_class_api_has_no_insurance(caller: Caller) -> None:
    results = caller.ask("getdemographic", patientid="pat1002")
    assert {"@success", "patientlist"} == set(results)
    assert {"@id", "@name", "@dob", "@sex", "address", "contactinfo"} == set(results["patientlist"]["patient"])


def test_row_14_class_demographics_has_plans_and_the_lists_to_read_them(caller: Caller) -> None:
    results = caller.ask("getdemographic", "demographics", patientid="pat1002")
    plans = results["patientlist"]["patient"]["insplanlist"]["insplan"]
    assert [(plan["@coverage"], plan["@carrier"]) for plan in plans] == [("1", "car41"), ("2", "car42")]
    assert "resp2002" == plans[0]["@subscriber"] == results["patientlist"]["patient"]["@respparty"]
    names = {row["@id"]: row["@name"] for row in results["carrierlist"]["carrier"]}
    assert names == {"car41": "EXAMPLE HEALTH PLAN", "car42": "SAMPLE MUTUAL"}
    assert results["profilelist"]["profile"]["@id"] == "prof3"
    assert results["notelist"] == ""


def test_row_14_an_unknown_patient_is_no_patient_key(caller: Caller) -> None:
    for component in ("api", "demographics"):
        assert caller.ask("getdemographic", component, patientid="pat999999")["patientlist"] == ""
    assert "progID" in str(caller.read(caller.send("getdemographic", "demographic", patientid="pat1")))


@pytest.mark.parametrize(
    ("copied", "city", "phone"),
    [("address", "ELSEWHERE", ""), ("homephone", "TESTVILLE", "(555) 555-0177")],
)
def test_a_family_moves_together_when_asked(
    caller: Caller, simulator: AdvancedMd, copied: str, city: str, phone: str
) -> None:
    child = PatientSeed(ref="child", name="SAMPLE,SUE", dob="2015-01-01", payer="p2", home_phone="")
    seed = OfficeSeed(office="999001", username="U", password="P", appname="A", patients=[child])
    plant(simulator.world, seed)
    caller.ask(
        "updatepatient",
        patientlist={"patient": {"@id": "pat1004", "address": {"@city": "Testville"}}},
    )
    moved = {"@id": "pat1002", "address": {"@city": "Elsewhere"}, "contactinfo": {"@homephone": "5555550177"}}
    caller.ask("updatepatient", patientlist={"patient": moved}, familychanges={f"@{copied}": "1"})
    patient = caller.ask("getdemographic", "demographics", patientid="1004")["patientlist"]["patient"]
    assert (patient["address"]["@city"], patient["contactinfo"]["@homephone"]) == (city, phone)
    alone = caller.ask("getdemographic", "demographics", patientid="1003")["patientlist"]["patient"]
    assert alone["address"]["@city"] == ""
