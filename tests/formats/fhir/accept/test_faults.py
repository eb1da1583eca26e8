"""The thorough check finds every fault at its place, and shows no value."""

from __future__ import annotations

import pytest

from chartline.formats.fhir import JsonObject, faults, known_type, reference, require_shape
from chartline.kernel.errors import ChartlineError

PATIENT: JsonObject = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"versionId": "1", "profile": ["http://example.org/p"]},
    "text": {"status": "generated", "div": "<div/>"},
    "extension": [{"url": "http://example.org/e", "valueString": "x"}],
    "contained": [{"resourceType": "Organization", "id": "o"}],
    "name": [
        {
            "family": "Quillfeather",
            "given": ["Isolde", None],
            "_given": [None, {"extension": [{"url": "http://example.org/n", "valueCode": "unknown"}]}],
        }
    ],
    "birthDate": "1984-07-19",
    "_birthDate": {"extension": [{"url": "http://example.org/t", "valueDateTime": "1984-07-19T01:00:00Z"}]},
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "contact": [{"relationship": [{"text": "sister"}], "modifierExtension": [{"url": "http://example.org/m"}]}],
}


def test_a_sound_resource_has_no_faults() -> None:
    assert faults(PATIENT) == []
    require_shape(PATIENT)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("Patient.surname", {"surname": "x"}),
        ("Patient.?", {"Quill Feather": "x"}),
        ("Patient.id", {"id": "has blank"}),
        ("Patient.birthDate", {"birthDate": "1984-13-19"}),
        ("Patient.birthDate", {"birthDate": "1984-7-19"}),
        ("Patient.gender", {"gender": " male"}),
        ("Patient.active", {"active": "true"}),
        ("Patient.name", {"name": {"family": "x"}}),
        ("Patient.name", {"name": []}),
        ("Patient.name[0]", {"name": [{}]}),
        ("Patient.name[0].family", {"name": [{"family": ""}]}),
        ("Patient.name[1].famly", {"name": [{"family": "x"}, {"famly": "x"}]}),
        ("Patient.contact[0].kin", {"contact": [{"kin": True}]}),
        ("Patient.link[0].other", {"link": [{"type": "seealso"}]}),
        ("Patient.deceased", {"deceasedDateTime": "2020"}),
        ("Patient.multipleBirth", {"multipleBirthInteger": 2.0}),
        ("Patient.birthDate", {"_birthDate": "x"}),
        ("Patient._name", {"_name": [{}]}),
        ("Patient.maritalStatus", {"maritalStatus": None}),
    ],
)
def test_a_fault_is_found_at_its_path(path: str, change: JsonObject) -> None:
    assert [path] == [fault.path for fault in faults({**PATIENT, **change})]


def test_all_faults_are_found_and_none_shows_a_value() -> None:
    bad: JsonObject = {"resourceType": "Coverage", "status": "active", "subscriberId": 7, "payor": ["Quill"]}
    assert sorted(fault.path for fault in faults(bad)) == [
        "Coverage.beneficiary",
        "Coverage.payor[0]",
        "Coverage.subscriberId",
    ]
    with pytest.raises(ChartlineError) as error:
        require_shape(bad)
    assert error.value.problem.fields["count"] == "3"
    assert "Quill" not in str(error.value.problem)


def test_a_required_choice_may_come_in_any_of_its_types() -> None:
    item: JsonObject = {"resourceType": "ChargeItem", "status": "billed", "code": {"text": "x"}}
    item["subject"] = reference("Patient", "p1")
    assert faults({**item, "occurrenceDateTime": "2026-03-02"}) == []
    assert faults({**item, "occurrencePeriod": {"start": "2026-03-02"}}) == []


def test_a_required_primitive_may_be_an_extension_alone() -> None:
    account: JsonObject = {"resourceType": "Account", "_status": {"extension": [{"url": "http://example.org/e"}]}}
    assert faults(account) == []


@pytest.mark.parametrize("rtype", ["Spaceship", "HumanName", "Patient.contact", "", None, 3, "end", "# Elements"])
def test_what_is_not_a_stored_type_is_refused(rtype: object) -> None:
    assert [fault.path for fault in faults({"resourceType": rtype})] == ["resourceType"]


def test_the_types_of_the_day_are_known() -> None:
    day = (
        "Patient Coverage Appointment Encounter Practitioner Organization Location CoverageEligibilityRequest "
        "CoverageEligibilityResponse Claim ClaimResponse ExplanationOfBenefit PaymentReconciliation Account Invoice "
        "ChargeItem"
    )
    assert all(known_type(rtype) for rtype in day.split())
