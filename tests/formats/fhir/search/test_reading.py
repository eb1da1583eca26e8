from __future__ import annotations

import pytest
from tests.formats.fhir.search.people import query

from chartline.formats.fhir.definitions import SearchParameter
from chartline.formats.fhir.search import (
    AskedReference,
    Chained,
    Condition,
    Ignored,
    Include,
    InList,
    Order,
    ReferenceValue,
    Reverse,
    read_query,
)
from chartline.kernel.errors import ChartlineError


def refused(rtype: str, name: str, value: str, strict: bool = False) -> dict[str, str]:
    with pytest.raises(ChartlineError) as caught:
        query(rtype, (name, value), strict=strict)
    assert caught.value.problem.code == "fhir.bad_search"
    return caught.value.problem.fields


def test_repetition_is_and_commas_are_or() -> None:
    read = query("Patient", ("name", "anna,eve"), ("name", "lopez"))
    first, second = read.criteria[0]
    assert isinstance(first, Condition)
    assert isinstance(second, Condition)
    assert (len(first.asked), len(second.asked)) == (2, 1)


def test_unknown_parameters_are_named_and_passed_over_or_refused_when_strict() -> None:
    read = query("Patient", ("colour", "red"), ("_text", "x"), ("name", ""), ("gender", "male"))
    assert read.ignored == (Ignored("colour", "unknown"), Ignored("_text", "unsupported"), Ignored("name", "empty"))
    assert read.applied == (("gender", "male"),)
    assert refused("Patient", "colour", "red", strict=True) == {"parameter": "colour", "why": "unknown"}
    assert refused("Patient", "name", "", strict=True)["why"] == "empty"


@pytest.mark.parametrize(
    ("rtype", "name", "value", "why"),
    [
        ("Patient", "name:sounds", "x", "modifier"),
        ("Patient", "name:", "x", "modifier"),
        ("Patient", "birthdate:not", "2026", "modifier"),
        ("Patient", "birthdate:exact", "2026", "modifier"),
        ("Observation", "subject:not", "Patient/1", "modifier"),
        ("Observation", "subject:below", "Patient/1", "modifier"),
        ("Patient", "birthdate", "yesterday", "value"),
        ("Patient", "birthdate", "2026-02-30", "value"),
        ("Patient", "birthdate", "xx2026", "value"),
        ("Patient", "identifier", "|", "value"),
        ("Patient", "identifier:of-type", "MR|1", "value"),
        ("Patient", "gender:missing", "yes", "value"),
        ("Patient", "general-practitioner", "Practitioner/", "value"),
        ("Patient", "general-practitioner", "not an id", "value"),
        ("Patient", "general-practitioner:Patient", "1", "target"),
        ("Patient", "general-practitioner:Practitioner", "Organization/1", "value"),
        ("RiskAssessment", "probability", "much", "value"),
        ("RiskAssessment", "probability", "1e999", "value"),
        ("Observation", "value-quantity", "1|kg", "value"),
        ("Observation", "code-value-quantity", "1", "value"),
        ("Observation", "code:in", "http://a,http://b", "value"),
        ("Location", "near", "91|0", "value"),
        ("Patient", "birthdate.name", "x", "chain"),
        ("Patient", "general-practitioner:Patient.name", "x", "target"),
        ("Patient", "general-practitioner:Nobody.name", "x", "type"),
        ("Patient", "_has:Observation:code:code", "x", "chain"),
        ("Patient", "_has:Observation:patient", "x", "chain"),
        ("Patient", "_has:Thing:patient:code", "x", "type"),
        ("Patient", "_has:Patient:organization:name", "x", "target"),
        ("Patient", "_count", "-1", "value"),
        ("Patient", "_count", "many", "value"),
        ("Patient", "_total", "some", "value"),
        ("Patient", "_summary", "short", "value"),
        ("Patient", "_summary:not", "true", "modifier"),
        ("Patient", "_elements", "name,;", "value"),
        ("Patient", "_include", "organization", "value"),
        ("Patient", "_include", "Thing:organization", "type"),
        ("Patient", "_include", "Patient:name", "value"),
        ("Patient", "_include:twice", "Patient:organization", "modifier"),
        ("Patient", "_type", "Thing", "type"),
        ("Patient", "_type", "Observation", "type"),
    ],
)
def test_what_is_malformed_is_refused_also_when_lenient(rtype: str, name: str, value: str, why: str) -> None:
    assert refused(rtype, name, value) == {"parameter": name, "why": why}


def test_errors_never_repeat_values_nor_names_that_are_none() -> None:
    assert refused("Patient", "birthdate", "Anna Lopez") == {"parameter": "birthdate", "why": "value"}
    assert refused("Patient", "Anna Lopez", "x", strict=True)["parameter"] == "(not a parameter name)"
    assert "lopez" not in repr(query("Patient", ("name", "lopez"))).lower()


def test_an_id_alone_has_a_type_only_when_there_is_one_target() -> None:
    def reference(rtype: str, name: str, value: str) -> ReferenceValue:
        condition = query(rtype, (name, value)).criteria[0][0]
        assert isinstance(condition, Condition)
        assert condition.modifier == ""
        asked = condition.asked[0]
        assert isinstance(asked, AskedReference)
        return asked.reference

    assert reference("Patient", "organization", "1") == ReferenceValue("Organization", "1")
    assert reference("Observation", "subject", "1") == ReferenceValue(None, "1")
    assert reference("Observation", "subject:Patient", "1") == ReferenceValue("Patient", "1")
    assert reference("Observation", "subject", "Patient/1") == ReferenceValue("Patient", "1")


def test_chains_go_to_every_target_that_has_the_rest() -> None:
    chained = query("Observation", ("subject.name", "anna")).criteria[0][0]
    assert isinstance(chained, Chained)
    assert {kind for kind, _ in chained.inner} == {"Patient", "Location"} | {
        kind for kind, _ in chained.inner if kind in {"Group", "Device"}
    }
    typed = query("Observation", ("subject:Patient.general-practitioner.name", "anna")).criteria[0][0]
    assert isinstance(typed, Chained)
    ((kind, inner),) = typed.inner
    assert kind == "Patient"
    assert isinstance(inner, Chained)
    assert {name for name, _ in inner.inner} == {"Organization", "Practitioner"}


def test_a_chain_whose_end_nobody_has_is_unknown() -> None:
    assert query("Observation", ("subject.colour", "red")).ignored == (Ignored("subject.colour", "unknown"),)


def test_has_may_be_nested_and_end_in_a_chain() -> None:
    outer = query("Patient", ("_has:Observation:patient:_has:Provenance:target:recorded", "ge2026")).criteria[0][0]
    assert isinstance(outer, Reverse)
    assert isinstance(outer.inner, Reverse)
    assert (outer.source, outer.inner.source, outer.inner.type) == ("Observation", "Provenance", "Observation")
    chained = query("Patient", ("_has:Observation:patient:performer:Practitioner.name", "x")).criteria[0][0]
    assert isinstance(chained, Reverse)
    assert isinstance(chained.inner, Chained)
    inside = query("Observation", ("subject:Patient._has:Encounter:patient:status", "finished")).criteria[0][0]
    assert isinstance(inside, Chained)
    assert isinstance(inside.inner[0][1], Reverse)


def test_there_is_an_end_to_hops_conditions_and_values() -> None:
    hops = "patient:Patient.general-practitioner:Organization." + "partof." * 4 + "name"
    assert refused("Observation", hops, "x")["why"] == "too-many"
    assert refused("Patient", "_id", ",".join("x" for _ in range(2001)))["why"] == "too-many"
    assert refused("Task", "focus.derived-from.derived-from._id", "x")["why"] == "too-many"
    with pytest.raises(ChartlineError):
        query("Patient", *[("name", "x")] * 51)
    with pytest.raises(ChartlineError):
        query("Patient", ("name", "x" * 5000))


def test_lists_are_ids_of_list_resources() -> None:
    assert query("Patient", ("_list", "42,List/43")).criteria[0] == (InList("Patient", ("42", "43")),)
    assert query("Patient", ("_list", "$current-allergies")).ignored == (Ignored("_list", "unsupported"),)
    assert refused("Patient", "_list", "Patient/1")["why"] == "value"


def test_parameters_of_the_answer() -> None:
    read = query(
        "Observation",
        ("_sort", "-date,status"),
        ("_count", "20"),
        ("_total", "accurate"),
        ("_summary", "data"),
        ("_elements", "code,Observation.subject"),
        ("_include", "Observation:subject:Patient"),
        ("_include:recurse", "Patient:organization"),
        ("_revinclude", "Provenance:target"),
        ("_include", "*"),
        ("_cursor", "abc"),
        ("_format", "json"),
    )
    assert read.order == (Order("date", True), Order("status", False))
    assert (read.count, read.total, read.summary, read.cursor) == (20, "accurate", "data", "abc")
    assert read.elements == ("code", "Observation.subject")
    assert read.includes == (
        Include("Observation", "subject", "Patient", False, False),
        Include("Patient", "organization", None, True, False),
        Include("Provenance", "target", None, False, True),
        Include("*", "*", None, False, False),
    )
    assert {name for name, _ in read.applied} & {"_format", "_cursor"} == set()
    assert read.ignored == ()


def test_an_order_or_include_that_the_type_does_not_have_is_passed_over() -> None:
    read = query("Patient", ("_sort", "colour"), ("_include", "Patient:colour"))
    assert read.ignored == (Ignored("_sort", "unknown"), Ignored("_include", "unknown"))
    assert refused("Patient", "_sort", "colour", strict=True)["why"] == "unknown"


def test_a_search_over_several_types_has_criteria_for_each() -> None:
    read = read_query(["Patient", "Observation", "Coverage"], [("_type", "Patient,Observation"), ("_id", "1")])
    assert read.types == ("Patient", "Observation")
    assert [len(some) for some in read.criteria] == [1, 1]
    assert [some[0].type for some in read.criteria] == ["Patient", "Observation"]
    mixed = read_query(["Patient", "Observation"], [("birthdate", "2026")])
    assert mixed.ignored == (Ignored("birthdate", "unknown"),)
    assert len(read_query([], [("_lastUpdated", "gt2026")]).types) == 146


def test_custom_parameters_are_searched_like_others() -> None:
    mine = SearchParameter("marital", "token", "Patient.maritalStatus", ())
    read = read_query(["Patient"], [("marital", "M"), ("_sort", "marital")], custom={"Patient": {"marital": mine}})
    assert isinstance(read.criteria[0][0], Condition)
    assert read.order == (Order("marital", False),)
