from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.practice_world import ADA, AMD, person

from chartline.connect.facts import PersonFact
from chartline.domains.practice.people import read_person, write_person
from chartline.formats.fhir import JsonObject, require_shape
from chartline.kernel.errors import ChartlineError
from chartline.kernel.sealed import Sealed

WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
MAYBE = st.just("") | WORD
PEOPLE = st.builds(
    PersonFact,
    vendor_id=st.none(),
    family=WORD.map(Sealed),
    given=WORD.map(Sealed),
    middle=MAYBE.map(Sealed),
    birth_date=st.dates(date(1900, 1, 1), date(2026, 1, 1)).map(Sealed),
    sex=st.sampled_from("MFU"),
    phone=MAYBE.map(Sealed),
    email=MAYBE.map(Sealed),
    street=WORD.map(Sealed),
    unit=MAYBE.map(Sealed),
    city=MAYBE.map(Sealed),
    state=MAYBE.map(Sealed),
    postal_code=MAYBE.map(Sealed),
    chart=MAYBE,
    responsible_party=st.none() | WORD,
    work_phone=MAYBE.map(Sealed),
    mobile_phone=MAYBE.map(Sealed),
    other_phone=MAYBE.map(Sealed),
)


@given(PEOPLE, PEOPLE)
def test_a_person_comes_back_from_a_patient_as_they_went_in(one: PersonFact, other: PersonFact) -> None:
    first = write_person(one, "p1", None, AMD)
    require_shape(first)
    assert one == read_person(first, AMD)
    second = write_person(other, "p1", first, AMD, every_phone=True)
    require_shape(second)
    chart, responsible = other.chart or one.chart, other.responsible_party or one.responsible_party
    assert replace(other, chart=chart, responsible_party=responsible) == read_person(second, AMD)


def test_writing_over_a_patient_keeps_what_a_vendor_does_not_know() -> None:
    existing: JsonObject = {
        "resourceType": "Patient",
        "id": "p1",
        "extension": [{"url": "http://example.org/race", "valueString": "kept"}],
        "identifier": [{"system": "urn:other", "value": "kept"}],
        "name": [
            {"use": "maiden", "family": "Before"},
            {"use": "official", "family": "Inventado", "given": ["Adabelle"], "prefix": ["Dr."]},
        ],
        "telecom": [
            {"system": "phone", "value": "1", "use": "home", "rank": 1},
            {"system": "phone", "value": "2", "use": "work"},
            {"system": "email", "value": "old@example.org"},
        ],
        "address": [{"use": "work", "city": "Elsewhere"}, {"use": "home", "city": "Aurora", "text": "stale"}],
        "contact": [{"name": {"family": "Friend"}}],
        "gender": "other",
    }
    patient = write_person(person(sex="U", email=""), "p1", existing, AMD)
    require_shape(patient)
    assert existing["extension"] == patient["extension"]
    assert {"system": "urn:other", "value": "kept"} in patient["identifier"]  # ty: ignore[unsupported-operator]
    assert patient["name"][0] == {"use": "maiden", "family": "Before"}  # ty: ignore[not-subscriptable]
    assert patient["name"][1]["prefix"] == ["Dr."]  # ty: ignore[not-subscriptable]
    assert [point["value"] for point in patient["telecom"]] == ["(303) 555-0142", "2"]  # ty: ignore[not-iterable]
    assert patient["telecom"][0]["rank"] == 1  # ty: ignore[not-subscriptable]
    assert [place["use"] for place in patient["address"]] == ["work", "home"]  # ty: ignore[not-iterable]
    assert "text" not in patient["address"][1]  # ty: ignore[not-subscriptable]
    assert existing["contact"] == patient["contact"]
    assert patient["gender"] == "other"


def test_numbers_of_one_connection_are_not_read_by_another() -> None:
    patient = write_person(ADA, "p1", None, AMD)
    assert (read_person(patient, "other").chart, read_person(patient, "other").responsible_party) == ("", None)
    assert read_person(patient, AMD).chart == "C-77"


@pytest.mark.parametrize("born", [None, "1984", "1984-05"])
def test_a_patient_without_a_full_birth_date_cannot_be_exchanged(born: str | None) -> None:
    patient = {**write_person(ADA, "p1"), "birthDate": born}
    with pytest.raises(ChartlineError) as caught:
        read_person(patient)
    assert caught.value.problem.code == "practice.patient_incomplete"
    assert "Inventado" not in str(caught.value)
