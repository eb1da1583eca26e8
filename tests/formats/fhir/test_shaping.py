"""Summaries and chosen elements: what was asked for stays, what must stay stays, and the rest is marked as cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.fhir.xml.invented import TYPES, Inventor

from chartline.formats.fhir import JsonObject, child, children, encode, parse
from chartline.formats.fhir.definitions import structure
from chartline.formats.fhir.shaping import SUBSETTED, shaped, shaper

OBSERVATION: JsonObject = {
    "resourceType": "Observation",
    "id": "o1",
    "meta": {"versionId": "3"},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
    "extension": [{"url": "urn:example:a", "valueBoolean": True}],
    "modifierExtension": [{"url": "urn:example:not", "valueBoolean": True}],
    "status": "final",
    "_status": {"id": "s1"},
    "category": [{"text": "vital"}],
    "code": {"text": "pulse", "extension": [{"url": "urn:example:b", "valueBoolean": True}]},
    "valueQuantity": {"value": 1, "unit": "1/min"},
    "note": [{"text": "calm"}],
    "component": [
        {"code": {"text": "a"}, "valueString": "b", "interpretation": [{"text": "high"}]},
        {"code": {"text": "c"}},
    ],
}


def names(resource: JsonObject) -> set[str]:
    return set(resource) - {"resourceType", "id", "meta", "modifierExtension"}


def test_a_summary_holds_what_the_definition_marks_also_inside_elements() -> None:
    summary = shaped(OBSERVATION, "true")
    assert names(summary) == {"status", "_status", "code", "valueQuantity", "component"}
    assert summary["component"] == [{"code": {"text": "a"}, "valueString": "b"}, {"code": {"text": "c"}}]
    assert summary["code"] == OBSERVATION["code"]


def test_text_keeps_the_narrative_and_what_is_mandatory() -> None:
    assert names(shaped(OBSERVATION, "text")) == {"text", "status", "_status", "code"}


def test_data_takes_the_narrative_away_and_nothing_else() -> None:
    assert names(OBSERVATION) - names(shaped(OBSERVATION, "data")) == {"text"}


@pytest.mark.parametrize(
    ("elements", "kept"),
    [
        (("category",), {"category"}),
        (("Observation.note", "Patient.name"), {"note"}),
        (("value",), {"valueQuantity"}),
        (("value[x]",), {"valueQuantity"}),
        (("valueQuantity",), {"valueQuantity"}),
        (("Observation.component.code",), {"component"}),
        (("colour",), set()),
    ],
)
def test_chosen_elements_come_with_the_mandatory_ones(elements: tuple[str, ...], kept: set[str]) -> None:
    assert names(shaped(OBSERVATION, None, elements)) == kept | {"status", "_status", "code"}


def test_elements_of_other_types_leave_a_resource_whole() -> None:
    assert shaped(OBSERVATION, None, ("Patient.name",)) == OBSERVATION


@pytest.mark.parametrize("summary", ["true", "text", "data"])
def test_what_changes_the_meaning_stays(summary: str) -> None:
    assert "modifierExtension" in shaped(OBSERVATION, summary)


def test_what_was_cut_is_marked_once_and_the_original_is_left_alone() -> None:
    before = encode(OBSERVATION)
    once = shaped(OBSERVATION, "data")
    assert children(child(once, "meta"), "tag") == [SUBSETTED]
    assert children(child(shaped(once, "true"), "meta"), "tag") == [SUBSETTED]
    assert encode(OBSERVATION) == before


@pytest.mark.parametrize("summary", [None, "false", "count"])
def test_who_asks_for_all_gets_the_bytes_as_they_are(summary: str | None) -> None:
    assert shaper(summary) is None


def test_digits_survive() -> None:
    cut = shaper("true")
    assert cut is not None
    body = b'{"resourceType":"Observation","id":"o","status":"final","code":{},"valueQuantity":{"value":72.50}}'
    assert b'"value":72.50' in cut(body)


def test_a_contained_resource_stays_while_something_refers_to_it() -> None:
    contained: list[object] = [{"resourceType": "Organization", "id": "o", "name": "Larch Dental"}]
    patient: JsonObject = {"resourceType": "Patient", "id": "p", "contained": contained}
    assert "contained" not in shaped(patient, "true")
    patient["managingOrganization"] = {"reference": "#o"}
    assert shaped(patient, "true")["contained"] == contained
    assert "contained" not in shaped(patient, None, ("name",))


def test_an_attachment_comes_without_its_data() -> None:
    content = [{"attachment": {"contentType": "text/plain", "data": "YQ==", "title": "a"}}]
    document: JsonObject = {"resourceType": "DocumentReference", "status": "current", "content": content}
    assert shaped(document, "true")["content"] == [{"attachment": {"contentType": "text/plain", "title": "a"}}]


@given(st.sampled_from(TYPES), st.integers(0, 2**32), st.sampled_from(["true", "text", "data"]))
def test_nothing_is_made_up_and_nothing_is_left_empty(name: str, seed: int, summary: str) -> None:
    resource = Inventor(seed).resource(name)
    part = shaped(resource, summary)
    for member, content in part.items():
        assert member == "meta" or (member in resource and content not in ({}, []))
    for element in structure(name).children[name].values():
        if element.least:
            assert all((json_name in part) == (json_name in resource) for json_name in element.names)
    assert parse(encode(part)) == part
