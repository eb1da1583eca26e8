"""What is found, as an OperationOutcome that is valid itself; and that no value of the resource gets into it."""

from __future__ import annotations

from tests.formats.fhir.validation.corpus import BASE, US, US_CORE, patient, us_patient

from chartline.formats.fhir.json import encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import Severity, to_outcome, validate
from chartline.formats.fhir.validation.visit import Item


def test_a_sound_resource_gives_one_word_of_information() -> None:
    outcome = to_outcome([])
    assert outcome["issue"] == [
        {"severity": "information", "code": "informational", "details": {"text": "No problem was found."}}
    ]
    assert {one.key for one in validate(parse(encode(outcome)))} == {"dom-6"}


def test_outcomes_are_valid_resources() -> None:
    for resource, _ in (*BASE.values(), *US_CORE.values()):
        outcome = to_outcome(validate(parse(encode(resource)), terminology=shipped_terminology()))
        assert {one.key for one in validate(parse(encode(outcome)))} == {"dom-6"}


def test_errors_come_first_and_name_rule_profile_and_place() -> None:
    found = validate(us_patient(gender=None), terminology=shipped_terminology())
    assert [one.severity for one in found] == [Severity.ERROR, Severity.WARNING]
    issue = to_outcome(found)["issue"]
    assert isinstance(issue, list)
    assert issue[0] == {
        "severity": "error",
        "code": "required",
        "details": {
            "coding": [{"system": "urn:chartline:error", "code": "fhir.cardinality"}],
            "text": f"is required by the profile ({US}us-core-patient)",
        },
        "expression": ["Patient.gender"],
    }


def test_values_never_get_into_issues() -> None:
    secret = "Zebulon"
    wrong = patient(
        name=[{"family": secret, "use": secret}],
        gender=secret,
        birthDate=secret,
        identifier=[{"system": secret, "value": secret}],
        managingOrganization={"reference": secret},
        maritalStatus={"coding": [{"system": secret, "code": secret}]},
        text={"status": secret, "div": secret},
        **{f"_{secret}": secret},
    )
    found = validate(wrong, terminology=shipped_terminology())
    assert len(found) >= 8
    assert secret not in repr(found).replace(f"Patient._{secret}", "")


def test_what_is_visited_does_not_show_itself() -> None:
    assert repr(Item("Zebulon", None, "string", "Patient.name[0].family")) == "<Item masked>"
