"""Search parameters, compartments and operations: R4's, with US Core's on top, and without what the carrier added."""

from __future__ import annotations

import re

import pytest

from chartline.formats.fhir.definitions import (
    RESOURCE_TYPES,
    compartment,
    operation_definitions,
    search_parameters,
)

EVERYWHERE = {"_id", "_lastUpdated", "_profile", "_security", "_source", "_tag"}
KINDS = {"token", "string", "date", "number", "quantity", "reference", "uri", "composite", "special"}


@pytest.mark.parametrize("rtype", sorted(RESOURCE_TYPES))
def test_every_type_has_its_parameters_and_only_its_own_expressions(rtype: str) -> None:
    found = search_parameters(rtype)
    assert set(found) >= EVERYWHERE
    for code, one in found.items():
        assert one.code == code
        assert one.type in KINDS
        assert one.urls
        assert re.match(rf"\(?{rtype}\b", one.expression), one.expression
        assert " as " not in one.expression and ".as(" not in one.expression
        for other in RESOURCE_TYPES - {rtype}:
            assert not re.search(rf"(?:^|\| ){other}\.", one.expression)
        assert one.targets or one.type != "reference" or code == "instantiates-canonical"
        assert (one.type == "composite") == bool(one.components)


def test_r4_has_1375_parameters_of_which_1372_have_an_expression() -> None:
    urls = {url for rtype in RESOURCE_TYPES for one in search_parameters(rtype).values() for url in one.urls}
    assert sum(url.startswith("http://hl7.org/fhir/SearchParameter/") for url in urls) == 1372
    assert sum(url.startswith("http://hl7.org/fhir/us/core/") for url in urls) == 106


def test_what_the_carrier_added_or_changed_is_undone() -> None:
    assert "status" not in search_parameters("DetectedIssue")
    assert "classification" not in search_parameters("DeviceDefinition")
    assert "order-detail" not in search_parameters("ServiceRequest")
    assert search_parameters("Consent")["patient"].targets == ("Group", "Patient")
    assert "Organization" not in search_parameters("MeasureReport")["subject"].targets


def test_us_core_wins_and_both_addresses_are_kept() -> None:
    assert search_parameters("Patient")["birthdate"].urls == (
        "http://hl7.org/fhir/us/core/SearchParameter/us-core-patient-birthdate",
        "http://hl7.org/fhir/SearchParameter/individual-birthdate",
    )
    asserted = search_parameters("Condition")["asserted-date"]
    assert asserted.type == "date"
    assert asserted.expression.endswith("condition-assertedDate').value.ofType(dateTime)")


def test_alternatives_of_other_types_are_taken_out() -> None:
    code = search_parameters("AllergyIntolerance")["code"]
    assert code.expression == "AllergyIntolerance.code | AllergyIntolerance.reaction.substance"
    assert search_parameters("Observation")["value-date"].expression == (
        "Observation.value.ofType(dateTime) | Observation.value.ofType(Period)"
    )


def test_components_of_a_composite_are_what_they_are_like() -> None:
    combo = search_parameters("Observation")["combo-code-value-quantity"]
    assert combo.expression == "Observation | Observation.component"
    assert [(part.code, part.type, part.expression) for part in combo.components] == [
        ("combo-code", "token", "code"),
        ("combo-value-quantity", "quantity", "value.ofType(Quantity)"),
    ]


def test_a_reference_to_anything_has_every_type_as_its_target() -> None:
    assert set(search_parameters("Provenance")["target"].targets) == RESOURCE_TYPES - {"Parameters"}


def test_compartments_name_parameters_that_exist() -> None:
    for kind in ("Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"):
        for rtype, codes in compartment(kind).items():
            assert codes
            assert set(codes) <= set(search_parameters(rtype)), (kind, rtype)
    assert compartment("Patient")["AllergyIntolerance"] == ("patient", "recorder", "asserter")
    assert "Practitioner" not in compartment("Patient")
    with pytest.raises(KeyError):
        compartment("Organization")


def test_operations_say_where_they_are_offered() -> None:
    found = {one.url: one for one in operation_definitions()}
    everything = found["http://hl7.org/fhir/OperationDefinition/Patient-everything"]
    assert (everything.code, everything.system, everything.type, everything.instance) == (
        "everything",
        False,
        True,
        True,
    )
    assert everything.resources == ("Patient",)
    assert {"start", "end", "_since", "_count"} <= {one.name for one in everything.parameters}
    assert "http://hl7.org/fhir/us/core/OperationDefinition/docref" in found
    assert len(found) == 47
