"""The official examples of US Core have no errors; spoilt at one place, they have one there."""

from __future__ import annotations

import gzip
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.fhir.validation.spoiling import PLACES, VALUES, spoil

from chartline.formats.fhir.accept import faults
from chartline.formats.fhir.json import JsonObject, canonical, parse
from chartline.formats.fhir.terminology import shipped_terminology
from chartline.formats.fhir.validation import Severity, validate

HERE = Path(__file__).parent
MORE = gzip.decompress((HERE / "data" / "us_core_examples.ndjson.gz").read_bytes()).splitlines()
FILES = sorted((HERE.parent / "examples" / "us_core").glob("*.json"))
EXAMPLES = [parse(file.read_bytes()) for file in FILES] + [parse(line) for line in MORE]
OFFICIAL = {
    file.name: parse(file.read_bytes()) for file in sorted((HERE.parent / "examples" / "official").glob("*.json"))
}

WRONG = {
    "devicemetric-example.json": "DeviceMetric.parent",
    "medicationrequest0301.json": "MedicationRequest.dispenseRequest.performer",
}
"""Official examples that break R4: their references point to types that the definitions do not allow there."""

CLAIMS = "http://hl7.org/fhir/us/core/StructureDefinition/"


def errors(resource: JsonObject) -> list[tuple[str, str, str | None]]:
    found = validate(resource, terminology=shipped_terminology())
    return [(one.at, one.rule, one.key) for one in found if one.severity is Severity.ERROR]


def test_examples_have_no_errors_and_stay_as_they_are() -> None:
    for example in EXAMPLES:
        before = canonical(example)
        assert errors(example) == [], (example["resourceType"], example.get("id"))
        assert canonical(example) == before


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_examples_have_no_errors_but_known_ones(name: str) -> None:
    if faults(OFFICIAL[name]):
        pytest.skip("refused by the structural check, whose tests say why")
    assert [at for at, _, _ in errors(OFFICIAL[name])] == ([WRONG[name]] if name in WRONG else [])


def test_nearly_every_profile_of_us_core_is_met_by_an_example() -> None:
    claimed = {
        claim
        for example in EXAMPLES
        if isinstance(meta := example.get("meta"), dict) and isinstance(claims := meta.get("profile"), list)
        for claim in claims
        if isinstance(claim, str) and claim.startswith(CLAIMS)
    }
    assert len(claimed) >= 40


@given(example=st.sampled_from(EXAMPLES), places=PLACES, value=VALUES)
@settings(max_examples=100, deadline=None)
def test_whatever_is_spoilt_is_told_and_nothing_is_raised(example: JsonObject, places: Random, value: object) -> None:
    spoilt = deepcopy(example)
    spoil(spoilt, places, value)
    told = {at for at, _, _ in errors(spoilt)}
    assert {fault.path for fault in faults(spoilt)} <= told


@pytest.mark.parametrize(
    ("kind", "profile", "taken", "at"),
    [
        ("AllergyIntolerance", "us-core-allergyintolerance", "code", "AllergyIntolerance.code"),
        ("CarePlan", "us-core-careplan", "category", "CarePlan.category"),
        ("CareTeam", "us-core-careteam", "participant", "CareTeam.participant"),
        ("Coverage", "us-core-coverage", "relationship", "Coverage.relationship"),
        ("Device", "us-core-implantable-device", "type", "Device.type"),
        ("DocumentReference", "us-core-documentreference", "category", "DocumentReference.category"),
        ("Encounter", "us-core-encounter", "type", "Encounter.type"),
        ("Goal", "us-core-goal", "description", "Goal.description"),
        ("Immunization", "us-core-immunization", "occurrenceDateTime", "Immunization.occurrence"),
        ("Location", "us-core-location", "name", "Location.name"),
        ("MedicationRequest", "us-core-medicationrequest", "requester", "MedicationRequest"),
        ("Practitioner", "us-core-practitioner", "identifier", "Practitioner.identifier"),
        ("Procedure", "us-core-procedure", "code", "Procedure.code"),
        ("Provenance", "us-core-provenance", "agent", "Provenance.agent"),
        ("ServiceRequest", "us-core-servicerequest", "code", "ServiceRequest.code"),
    ],
)
def test_what_us_core_asks_for_is_missed(kind: str, profile: str, taken: str, at: str) -> None:
    example = next(
        one
        for one in EXAMPLES
        if one["resourceType"] == kind
        and taken in one
        and isinstance(meta := one.get("meta"), dict)
        and f"{CLAIMS}{profile}" in str(meta.get("profile"))
    )
    spoilt = {name: value for name, value in example.items() if name != taken}
    assert at in {place for place, _, _ in errors(spoilt)}
