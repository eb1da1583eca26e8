"""Vital signs that claim no profile: what R4's own profile misses is a warning."""

from __future__ import annotations

from tests.formats.fhir.validation.corpus import CORE, coded, observation, pressure, reading, weight

from chartline.formats.fhir.json import encode, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import validate
from chartline.formats.fhir.validation.vital_signs import PROFILES


def test_a_weight_without_its_category_is_a_warning_of_the_vital_signs() -> None:
    resource = observation(code=coded("http://loinc.org", "29463-7"), subject={"reference": "Patient/a"})
    found = validate(parse(encode(resource)), terminology=shipped_terminology())
    marks = {(one.severity.value, one.at) for one in found if one.profile == CORE + "bodyweight"}
    assert {("warning", "Observation.category"), ("warning", "Observation.effective")} <= marks
    assert not [one for one in found if one.severity.value == "error"]


def test_vital_signs_that_are_in_order_have_no_warnings() -> None:
    for resource in (weight(), pressure(reading("8480-6"), reading("8462-4"))):
        plain = {name: value for name, value in resource.items() if name != "meta"}
        found = validate(parse(encode(plain)), terminology=shipped_terminology())
        assert [one for one in found if one.key != "dom-6"] == []


def test_every_profile_of_the_table_can_be_checked() -> None:
    for code in PROFILES:
        resource = observation(code=coded("http://loinc.org", code))
        found = validate(parse(encode(resource)), terminology=shipped_terminology())
        assert {one.profile for one in found if one.profile} == {CORE + PROFILES[code]}
        assert not [one for one in found if one.error == "fhir.unusable_profile"]
