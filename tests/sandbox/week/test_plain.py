"""Two readings of one record come out as one map: the vendor's own fields, and FHIR."""

from __future__ import annotations

from typing import Any

import pytest

from chartline.sandbox.week.plain import (
    our_patient,
    our_plan,
    our_visit,
    their_patient,
    their_plan,
    their_visit,
    value,
)

THEIRS: dict[str, Any] = {
    "id": 1001,
    "name": "HOLLOWAY,MARDEN Q",
    "dob": "03/09/1984",
    "sex": "F",
    "address": {"zip": "80001", "city": "TESTVILLE", "state": "CO", "address1": "APT 4", "address2": "12 OAK LANE"},
    "contactinfo": {"homephone": "(555) 010-0199", "email": "marden@mail.example"},
}
OURS: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [
        {"use": "nickname", "text": "Mar"},
        {"use": "official", "family": "Holloway", "given": ["Marden", "Quill"]},
    ],
    "birthDate": "1984-03-09",
    "gender": "female",
    "telecom": [
        {"system": "phone", "value": "555-000-0000", "use": "old"},
        {"system": "phone", "value": "555-010-0199"},
        {"system": "email", "value": "Marden@mail.example"},
    ],
    "address": [
        {"use": "old", "line": ["1 GONE STREET"]},
        {
            "use": "home",
            "line": ["12 Oak Lane", "Apt 4"],
            "city": "Testville",
            "state": "CO",
            "postalCode": "80001",
        },
    ],
}


def test_a_patient_reads_the_same_on_both_sides() -> None:
    assert their_patient(THEIRS) == our_patient(OURS)
    assert our_patient(OURS)["middle"] == "Q"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("family", {"name": "HOLLOWAYE,MARDEN Q"}),
        ("given", {"name": "HOLLOWAY,MARDENA Q"}),
        ("birth_date", {"dob": "03/10/1984"}),
        ("sex", {"sex": "M"}),
        ("phone", {"contactinfo": {**THEIRS["contactinfo"], "homephone": "(555) 010-0198"}}),
        ("email", {"contactinfo": {**THEIRS["contactinfo"], "email": ""}}),
        ("street", {"address": {**THEIRS["address"], "address2": "13 OAK LANE"}}),
        ("unit", {"address": {**THEIRS["address"], "address1": ""}}),
        ("postal_code", {"address": {**THEIRS["address"], "zip": "80002"}}),
    ],
)
def test_any_other_value_shows_in_its_own_field(field: str, change: dict[str, Any]) -> None:
    theirs, ours = their_patient({**THEIRS, **change}), our_patient(OURS)
    assert [name for name in ours if ours[name] != theirs[name]] == [field]


def test_an_insurance_plan_reads_the_same_on_both_sides() -> None:
    theirs = {
        "id": "ins3001",
        "payerid": "00123",
        "subscribernum": "CRH701571670",
        "begindate": "01/01/2026",
        "enddate": "03/01/2026",
        "coverage": "1",
        "copay": "30.00",
        "grpnum": "G9711",
    }
    kind = {"coding": [{"code": "group"}]}
    ours = {
        "resourceType": "Coverage",
        "subscriberId": "CRH-701571670",
        "payor": [{"identifier": {"value": "00123"}}],
        "period": {"start": "2026-01-01", "end": "2026-03-01"},
        "class": [{"type": kind, "value": "g9711"}],
        "costToBeneficiary": [{"type": {"coding": [{"code": "copay"}]}, "valueMoney": {"value": 30}}],
    }
    assert their_plan(theirs) == our_plan(ours)
    assert their_plan({**theirs, "enddate": ""}) != our_plan(ours)


@pytest.mark.parametrize(
    ("number", "word"),
    [("0", "booked"), ("1", "arrived"), ("3", "fulfilled"), ("10", "cancelled"), ("12", "noshow")],
)
def test_a_visit_reads_the_same_on_both_sides_in_winter_and_in_summer(number: str, word: str) -> None:
    for wall, moment in (("2026-03-06T09:30:00", "16:30"), ("2026-03-09T09:30:00", "15:30")):
        theirs = {
            "VisitStartDateTime": wall,
            "Duration": "30",
            "ApptStatus": number,
            "ProfileUID": "4",
            "PatientID": "1029",
        }
        ours = {
            "start": f"{wall[:10]}T{moment}:00Z",
            "minutesDuration": 30,
            "status": word,
            "participant": [
                {"actor": {"reference": "Patient/p"}},
                {"actor": {"reference": "Practitioner/d", "identifier": {"value": "4"}}},
                {"actor": {"identifier": {"value": "12"}}},
            ],
        }
        assert their_visit(theirs) == our_visit(ours, {"d": "4"}, {"p": "1029"})


def test_what_means_the_same_is_the_same_text() -> None:
    assert value("phone", "+1 (555) 010-0199") == value("phone", "5550100199")
    assert value("copay", "") == value("copay", "0.00")
    assert value("street", " 12  OAK lane ") == value("street", "12 Oak Lane")
    assert value("postal_code", "80001-0001") == value("postal_code", "800010001")
