"""Every search parameter of R4 and US Core is walked without the FHIRPath engine, and finds something somewhere."""

from __future__ import annotations

from chartline.formats.fhir.definitions import RESOURCE_TYPES, SearchParameter, search_parameters
from chartline.formats.fhir.search.branches import branches, top
from chartline.formats.fhir.search.conversions import conversion
from chartline.formats.fhir.search.nature import nature, parts
from chartline.formats.fhir.search.paths import read_paths
from chartline.formats.fhir.search.plan import plan_of

ALL: list[tuple[str, SearchParameter]] = [
    (rtype, parameter) for rtype in sorted(RESOURCE_TYPES) for parameter in search_parameters(rtype).values()
]
MEANINGLESS = {
    ("Procedure", "date", "Age"),
    ("Procedure", "date", "Range"),
    ("Procedure", "date", "string"),
    ("CarePlan", "activity-date", "string"),
    ("Immunization", "date", "string"),
    ("Consent", "source-reference", "Attachment"),
}
"""Choices of an element that a parameter of its type cannot stand for."""


def test_every_expression_is_read_without_the_engine() -> None:
    assert len(ALL) > 2500
    assert [(rtype, one.code) for rtype, one in ALL if read_paths(one.expression) is None] == []
    assert [rtype for rtype in RESOURCE_TYPES if plan_of(rtype).foreign] == []


def test_every_expression_leads_to_elements_of_its_type() -> None:
    lost = [
        (rtype, one.code)
        for rtype, one in ALL
        if not any(branches(path, top(rtype)) for path in read_paths(one.expression) or ())
    ]
    assert lost == []


def test_every_element_has_a_conversion_or_is_known_to_have_no_meaning() -> None:
    without = {
        (rtype, one.code, end.kind)
        for rtype, one in ALL
        if one.type != "composite"
        for path in read_paths(one.expression) or ()
        if not path.present
        for end in branches(path, top(rtype))
        if conversion(one.type, end.kind, end.element, False) is None
    }
    assert without == MEANINGLESS


def test_every_composite_has_components_of_a_searchable_kind() -> None:
    for rtype, one in ALL:
        if one.type == "composite":
            assert len(parts(rtype, one)) == len(one.components) >= 2
            assert all(part.nature.kinds for part in parts(rtype, one)), (rtype, one.code)


def test_the_exchanged_types_of_a_documents_relationship_are_put_right() -> None:
    found = parts("DocumentReference", search_parameters("DocumentReference")["relationship"])
    assert [part.type for part in found] == ["token", "reference"]


def test_case_counts_for_identifiers_and_not_for_codes() -> None:
    patient = search_parameters("Patient")
    assert nature("Patient", patient["gender"]).loose
    assert nature("Patient", patient["telecom"]).contact
    assert not nature("Patient", patient["identifier"]).loose
    assert not nature("Patient", patient["_id"]).loose


def test_a_code_element_implies_the_system_of_its_value_set() -> None:
    def implied(rtype: str, code: str) -> set[str]:
        return set(nature(rtype, search_parameters(rtype)[code]).systems)

    assert implied("Patient", "gender") == {"http://hl7.org/fhir/administrative-gender"}
    assert implied("Immunization", "status") == {"http://hl7.org/fhir/event-status"}
    assert implied("Patient", "active") == {"http://terminology.hl7.org/CodeSystem/special-values"}
    assert implied("Observation", "code") == set()
