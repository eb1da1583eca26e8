"""Whom a validation asks: terminology, references, definitions; and what it says when nobody knows."""

from __future__ import annotations

from tests.formats.fhir.validation.corpus import CORE, US, coded, condition, observation, patient, us_patient

from chartline.formats.fhir.json import JsonObject, encode, parse
from chartline.formats.fhir.validation import Issue, Severity, validate


class Undecided:
    """Knows no value set."""

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        return None

    def knows(self, system: str, code: str) -> bool | None:
        return None

    def display(self, system: str, code: str) -> str | None:
        return None


class Nothing(Undecided):
    """Says that every value set is empty, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, str]] = []

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        self.asked.append((value_set, system, code))
        return False


MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"


def without_narrative(issues: list[Issue]) -> list[tuple[str, str, str]]:
    return [(one.severity.value, one.code, one.at) for one in issues if one.key != "dom-6"]


def test_terminology_is_asked_with_value_set_system_and_code() -> None:
    terminology = Nothing()
    found = validate(patient(maritalStatus=coded(MARITAL, "M")), terminology=terminology)
    assert terminology.asked == [("http://hl7.org/fhir/ValueSet/marital-status", MARITAL, "M")]
    assert without_narrative(found) == [("warning", "code-invalid", "Patient.maritalStatus")]


def test_without_terminology_extensible_codes_are_not_judged() -> None:
    assert without_narrative(validate(patient(maritalStatus=coded(MARITAL, "M")))) == []


def test_a_required_code_that_nobody_can_look_up_is_information() -> None:
    binary: JsonObject = {"resourceType": "Binary", "contentType": "image/png"}
    found = validate(binary, terminology=Undecided())
    assert [(one.severity, one.code, one.at) for one in found] == [
        (Severity.INFORMATION, "not-supported", "Binary.contentType")
    ]


def test_one_code_inside_is_enough() -> None:
    class Knows(Nothing):
        def member(self, value_set: str, system: str | None, code: str) -> bool | None:
            return code == "M"

    both = {"coding": [{"system": MARITAL, "code": "Q"}, {"system": MARITAL, "code": "M"}]}
    assert without_narrative(validate(patient(maritalStatus=both), terminology=Knows())) == []


def test_references_are_resolved_by_whoever_knows_them() -> None:
    known: dict[str, JsonObject] = {"urn:uuid:1": {"resourceType": "Device"}}
    seen = observation(subject={"reference": "urn:uuid:1"}, encounter={"reference": "urn:uuid:1"})
    found = validate(seen, resolve=lambda reference: known.get(reference))
    assert without_narrative(found) == [("error", "value", "Observation.encounter")]


def test_a_target_that_can_be_read_is_held_against_the_profile_it_must_have() -> None:
    resource = condition(
        meta={"profile": [US + "us-core-condition-problems-health-concerns"]},
        category=[coded("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")],
    )
    thin = validate(resource, resolve=lambda _: parse(encode(patient(id="a"))))
    assert ("error", "structure", "Condition.subject") in without_narrative(thin)
    whole = validate(resource, resolve=lambda _: parse(encode(us_patient(id="a"))))
    assert without_narrative(whole) == []


def test_a_profile_that_was_asked_for_and_is_unknown_is_an_error() -> None:
    found = validate(patient(), ["urn:example:none"])
    assert without_narrative(found) == [("error", "not-found", "Patient")]


def test_a_version_after_the_canonical_is_not_looked_at() -> None:
    assert without_narrative(validate(us_patient(), [US + "us-core-patient|6.1.0", CORE + "Patient|4.0.1"])) == []


def test_definitions_are_asked_for_what_is_not_shipped_only() -> None:
    asked: list[str] = []

    def definitions(canonical: str) -> JsonObject | None:
        asked.append(canonical)
        return None

    validate(us_patient(extension=[{"url": "urn:example:e", "valueString": "x"}]), definitions=definitions)
    assert set(asked) == {"urn:example:e"}


def test_a_resource_nested_beyond_measure_is_refused_and_not_walked() -> None:
    inner: JsonObject = {"url": "urn:x", "valueString": "x"}
    for _ in range(300):
        inner = {"url": "urn:x", "extension": [inner]}
    found = validate(patient(extension=[inner]))
    assert [one.code for one in found] == ["too-costly"]


def dated(least: int, base: str = CORE + "Patient") -> JsonObject:
    return {
        "resourceType": "StructureDefinition",
        "url": "urn:example:dated",
        "type": "Patient",
        "baseDefinition": base,
        "derivation": "constraint",
        "differential": {"element": [{"path": "Patient.birthDate", "min": least}]},
    }


def test_a_definition_that_changed_is_read_anew() -> None:
    asked = ["urn:example:dated"]
    for least, expected in ((1, ["required"]), (0, []), (1, ["required"])):
        found = validate(patient(), asked, definitions=lambda _, least=least: dated(least))
        assert [code for _, code, _ in without_narrative(found)] == expected


def test_a_definition_whose_base_changed_is_read_anew() -> None:
    own = dated(0, "urn:example:base") | {"url": "urn:example:own"}
    own["differential"] = {"element": [{"path": "Patient.name", "max": "1"}]}
    for least, expected in ((1, ["required"]), (0, [])):
        known = {"urn:example:own": own, "urn:example:base": dated(least)}
        found = validate(patient(), ["urn:example:own"], definitions=lambda url, known=known: known.get(url))
        assert [code for _, code, _ in without_narrative(found)] == expected
