"""Structures are what R4 says they are, every one of them can be had, and they hang together."""

from __future__ import annotations

import re

import pytest

from chartline.formats.fhir.definitions import (
    RESOURCE_TYPES,
    Element,
    profile,
    profile_elements,
    profile_urls,
    required_codes,
    required_codings,
    structure,
    structure_by_url,
)
from chartline.formats.fhir.elements import children
from chartline.formats.fhir.primitives import PATTERNS, PRIMITIVES, fits

CORE = "http://hl7.org/fhir/StructureDefinition/"
US_CORE_PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"


def elements(name: str) -> list[Element]:
    return [element for members in structure(name).children.values() for element in members.values()]


def test_r4_has_146_resource_types_and_no_other() -> None:
    assert len(RESOURCE_TYPES) == 146
    assert {"Patient", "MedicinalProductIngredient", "Binary", "Parameters"} <= RESOURCE_TYPES
    assert not {"Resource", "DomainResource", "SubscriptionStatus", "MetadataResource", "HumanName"} & RESOURCE_TYPES


def test_an_element_says_its_types_cardinality_and_marks() -> None:
    patient = structure("Patient")
    assert (patient.kind, patient.base, patient.abstract) == ("resource", "DomainResource", False)
    deceased = patient.children["Patient"]["deceased"]
    assert deceased.names == {"deceasedBoolean": "boolean", "deceasedDateTime": "dateTime"}
    assert deceased.choice and deceased.modifier and deceased.summary
    assert (deceased.least, deceased.most) == (0, 1)
    contact = patient.children["Patient"]["contact"]
    assert contact.backbone and contact.most is None
    assert [one.key for one in contact.constraints] == ["ele-1", "pat-1"]
    assert patient.children["Patient.link"]["other"].least == 1
    gender = patient.children["Patient"]["gender"]
    assert gender.binding is not None
    assert gender.binding.value_set == "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"
    (practitioner,) = patient.children["Patient"]["generalPractitioner"].types
    assert practitioner.targets == ("Organization", "Practitioner", "PractitionerRole")


def test_an_element_that_repeats_another_says_which() -> None:
    item = structure("Questionnaire").children["Questionnaire.item"]["item"]
    assert item.content == "Questionnaire.item"
    assert item.content in structure("Questionnaire").children


def test_what_the_carrier_added_to_r4_is_not_here() -> None:
    assert "author" not in structure("Meta").children["Meta"]
    assert "url" not in structure("Binary").children["Binary"]


@pytest.mark.parametrize("name", ["Patience", "", "patient", "SubscriptionStatus"])
def test_what_r4_does_not_define_has_no_structure(name: str) -> None:
    with pytest.raises(KeyError):
        structure(name)


@pytest.mark.parametrize("name", sorted(RESOURCE_TYPES))
def test_every_type_that_is_named_is_defined(name: str) -> None:
    for element in elements(name):
        kinds = set(element.names.values())
        assert all(structure(kind) for kind in kinds - {"Resource"}), element.path
        assert not element.backbone or element.path in structure(name).children
        assert not element.content or element.content in structure(name).children


@pytest.mark.parametrize("kind", sorted(PRIMITIVES))
def test_a_primitive_is_a_structure_whose_pattern_ours_is_within(kind: str) -> None:
    found = structure(kind)
    assert found.kind == "primitive-type"
    if kind in PATTERNS and found.regex:
        official = re.compile(found.regex, re.ASCII)
        for text in (
            "a",
            "a b",
            "2026-03-02",
            "2026-03-02T10:00:00Z",
            "10:00:00",
            "urn:oid:1.2",
            "aGk=",
            "",
            " a",
            "1",
        ):
            assert not fits(kind, text) or official.fullmatch(text)


def test_the_id_of_a_resource_is_an_id_and_of_an_element_a_string() -> None:
    assert structure("Patient").children["Patient"]["id"].names == {"id": "id"}
    assert structure("HumanName").children["HumanName"]["id"].names == {"id": "string"}


def test_required_codes_are_flat_lists_and_open_sets_have_none() -> None:
    genders = frozenset({"male", "female", "other", "unknown"})
    assert required_codes("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1") == genders
    assert required_codes("http://hl7.org/fhir/ValueSet/mimetypes") is None
    clinical = required_codings("http://hl7.org/fhir/ValueSet/condition-clinical")
    assert clinical is not None
    assert ("http://terminology.hl7.org/CodeSystem/condition-clinical", "remission") in clinical
    types = required_codes("http://hl7.org/fhir/ValueSet/resource-types")
    assert types is not None and types >= RESOURCE_TYPES


def test_only_open_sets_lack_a_list() -> None:
    lacking = {
        element.binding.value_set.partition("|")[0]
        for name in RESOURCE_TYPES
        for element in elements(name)
        if element.binding and element.binding.strength == "required" and "code" in element.names.values()
        if required_codes(element.binding.value_set) is None
    }
    assert lacking == {"http://hl7.org/fhir/ValueSet/mimetypes"}


def test_profiles_of_us_core_and_r4_are_known_with_their_snapshots() -> None:
    assert {US_CORE_PATIENT, f"{CORE}vitalsigns", f"{CORE}patient-animal", f"{CORE}Patient"} <= profile_urls()
    head = profile(US_CORE_PATIENT)
    assert (head.type, head.base, head.derivation) == ("Patient", f"{CORE}Patient", "constraint")
    assert profile(f"{US_CORE_PATIENT}|6.1.0") == head
    assert profile(f"{CORE}patient-animal").context == (("element", "Patient"),)
    rows = profile_elements(US_CORE_PATIENT)
    assert rows[0]["id"] == "Patient"
    race = next(row for row in rows if row["id"] == "Patient.extension:race")
    assert race["sliceName"] == "race"
    name = next(row for row in rows if row["id"] == "Patient.name")
    assert name["min"] == 1 and name["mustSupport"] is True
    rules = [rule for row in rows for rule in children(row, "constraint") if rule["key"] == "us-core-6"]
    assert rules and rules[0]["severity"] == "error" and "family" in str(rules[0]["expression"])


def test_every_profile_has_a_snapshot_that_begins_with_its_type() -> None:
    for url in profile_urls():
        assert profile_elements(url)[0]["path"] == profile(url).type
        assert structure_by_url(url).children
