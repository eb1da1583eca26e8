from __future__ import annotations

from tests.formats.fhir.search.people import PATIENT, observation, weight

from chartline.formats.fhir.search import extract, sort_key
from chartline.formats.fhir.search.times import span_of


def test_the_lowest_counts_going_up_and_the_highest_going_down() -> None:
    found = extract(PATIENT)
    assert sort_key(found, "given") == "anna"
    assert sort_key(found, "given", descending=True) == "marie-claire"


def test_later_words_of_a_name_are_no_keys() -> None:
    found = extract({"resourceType": "Patient", "name": [{"family": "Zabala Alonso"}]})
    assert sort_key(found, "family") == sort_key(found, "family", descending=True) == "zabala alonso"


def test_every_kind_of_value_has_a_key() -> None:
    found = extract(PATIENT)
    born = span_of("1974-12-25")
    assert born is not None
    assert sort_key(found, "birthdate") == born[0]
    assert sort_key(found, "gender") == "female"
    assert sort_key(found, "organization") == "Organization/o1"
    assert sort_key(found, "_id") == "p1"
    assert sort_key(found, "_source") == "https://a.example/feed"
    assert sort_key(extract(weight("72.5")), "value-quantity") == 72500.0
    assert sort_key(extract(observation(valueQuantity={"value": 3})), "value-quantity") == 3.0


def test_without_a_value_there_is_no_key() -> None:
    assert sort_key(extract(PATIENT), "death-date") is None
    assert sort_key(extract({"resourceType": "Patient"}), "_id") is None
