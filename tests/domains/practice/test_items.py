from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.practice_world import AMD, PLAN, VISIT, person

from chartline.connect.facts import CoverageFact, PersonFact, VisitFact
from chartline.domains.practice.coverages import read_coverage, write_coverage
from chartline.domains.practice.items import TELECOMS, home_of, telecom_of
from chartline.domains.practice.people import read_person, write_person
from chartline.domains.practice.visits import read_visit, write_visit
from chartline.formats.fhir import JsonObject, require_shape, text
from chartline.kernel.sealed import Purpose

MARK = [{"url": "http://example.org/said-by", "valueString": "front desk"}]
MANY: JsonObject = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "identifier": [
        {"system": "urn:other", "value": "o1", "extension": MARK},
        {"system": f"urn:chartline:connection:{AMD}:chart", "value": "C-1", "use": "old"},
        {"system": f"urn:chartline:connection:{AMD}:chart", "value": "C-77", "extension": MARK},
    ],
    "name": [
        {"use": "maiden", "family": "Before", "extension": MARK},
        {
            "use": "official",
            "family": "Inventado",
            "given": ["Adabelle", "Quirina"],
            "_given": [None, {"extension": MARK}],
            "prefix": ["Dr."],
            "period": {"start": "2001-01-01"},
            "extension": MARK,
        },
        {"use": "nickname", "given": ["Addie"]},
    ],
    "telecom": [
        {"system": "fax", "value": "9"},
        {"system": "phone", "value": "3035550101", "use": "work", "rank": 2, "extension": MARK},
        {"system": "phone", "value": "3035550102", "use": "work", "rank": 1, "extension": MARK},
        {"system": "phone", "value": "3035550103", "use": "old"},
        {"system": "phone", "value": "3035550104", "use": "home", "period": {"end": "2020-01-01"}},
        {"system": "phone", "value": "3035550105", "use": "home", "extension": MARK},
        {"system": "phone", "value": "3035550106", "use": "mobile"},
        {
            "system": "phone",
            "value": "3035550107",
            "extension": [{"url": "urn:chartline:contact", "valueCode": "other"}],
        },
        {"system": "email", "value": "work@example.org", "use": "work"},
        {"system": "email", "value": "home@example.org"},
        {"system": "url", "value": "https://example.org"},
    ],
    "address": [
        {"use": "billing", "line": ["1 Payer Street"], "city": "Elsewhere"},
        {"use": "home", "type": "postal", "line": ["PO Box 1"], "city": "Aurora"},
        {
            "use": "home",
            "type": "physical",
            "line": ["77 Fictional Lane", "Apt 4"],
            "_line": [None, {"extension": MARK}],
            "city": "Aurora",
            "state": "CO",
            "postalCode": "80298",
            "district": "Arapahoe",
            "extension": MARK,
        },
        {"use": "old", "line": ["2 Past Road"]},
    ],
    "gender": "female",
    "birthDate": "1984-05-17",
}
SAID = {
    "phone": "3035550105",
    "work_phone": "3035550102",
    "mobile_phone": "3035550106",
    "other_phone": "3035550107",
    "email": "home@example.org",
}


def items(patient: JsonObject, name: str) -> list[JsonObject]:
    return cast(list[JsonObject], patient[name])


def test_use_rank_and_period_say_which_item_is_meant() -> None:
    assert {field: text(telecom_of(MANY, field), "value") for field in TELECOMS} == SAID
    assert (home_of(MANY) or {})["type"] == "physical"
    told = read_person(MANY, AMD)
    assert (told.family.reveal(Purpose.SHOW), told.chart) == ("Inventado", "C-77")


def test_the_order_of_the_list_does_not_matter_where_use_and_rank_decide() -> None:
    turned = {**MANY, **{name: list(reversed(items(MANY, name))) for name in ("name", "telecom", "address")}}
    assert read_person(turned, AMD) == read_person(MANY, AMD)


@pytest.mark.parametrize("field", list(TELECOMS))
def test_an_edit_of_one_telecom_leaves_all_others_as_and_where_they_are(field: str) -> None:
    changed = write_person(person_like(**{field: "3035550199"}), "p1", MANY, AMD, every_phone=True)
    require_shape(changed)
    before, after = items(MANY, "telecom"), items(changed, "telecom")
    place = before.index(telecom_of(MANY, field) or {})
    assert after[place] == {**before[place], "value": "3035550199"}
    assert [one for one in after if one is not after[place]] == [one for one in before if one is not before[place]]
    assert {name: changed[name] for name in MANY if name != "telecom"} == {
        name: MANY[name] for name in MANY if name != "telecom"
    }


@pytest.mark.parametrize("field", list(TELECOMS))
def test_a_telecom_that_is_taken_away_takes_no_other_with_it(field: str) -> None:
    changed = write_person(person_like(**{field: ""}), "p1", MANY, AMD, every_phone=True)
    gone = telecom_of(MANY, field)
    assert items(changed, "telecom") == [one for one in items(MANY, "telecom") if one is not gone]


def test_whoever_knows_one_number_does_not_take_the_others_away() -> None:
    known = person_like(work_phone="", mobile_phone="", other_phone="", phone="3035550198")
    values = [text(one, "value") for one in items(write_person(known, "p1", MANY), "telecom")]
    assert values == ["3035550198" if one["value"] == "3035550105" else one["value"] for one in items(MANY, "telecom")]


def test_an_edit_of_the_home_leaves_the_other_addresses() -> None:
    changed = write_person(person_like(street="78 Fictional Lane", unit=""), "p1", MANY, AMD)
    before, after = items(MANY, "address"), items(changed, "address")
    assert [after[0], after[1], after[3]] == [before[0], before[1], before[3]]
    assert after[2] == {
        **{name: value for name, value in before[2].items() if name != "_line"},
        "line": ["78 Fictional Lane"],
    }
    require_shape(changed)


def test_an_edit_of_the_name_keeps_what_is_said_beside_it_and_the_other_names() -> None:
    changed = write_person(person_like(family="Novelty", middle="R"), "p1", MANY, AMD)
    before, after = items(MANY, "name"), items(changed, "name")
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] == {**before[1], "family": "Novelty", "given": ["Adabelle", "R"]}


def test_a_maiden_name_alone_is_read_and_never_written_over() -> None:
    alone: JsonObject = {**MANY, "name": [items(MANY, "name")[0]]}
    assert read_person(alone).family.reveal(Purpose.SHOW) == "Before"
    changed = write_person(person_like(family="Novelty"), "p1", alone)
    assert items(changed, "name")[0] == items(MANY, "name")[0]
    assert items(changed, "name")[1]["family"] == "Novelty"


def test_an_old_number_of_the_vendor_is_not_written_over() -> None:
    changed = write_person(person_like(chart="C-78"), "p1", MANY, AMD)
    values = [(one["value"], one.get("extension")) for one in items(changed, "identifier")]
    assert values == [("o1", MARK), ("C-1", None), ("C-78", MARK)]


def test_what_a_person_says_already_is_not_written_again() -> None:
    assert write_person(read_person(MANY, AMD), "p1", MANY, AMD, every_phone=True) == MANY


def person_like(**changes: str) -> PersonFact:
    """The person that MANY describes, changed."""
    told = {"phone": "3035550105", "email": "home@example.org", "chart": "C-77", **SAID, **changes}
    return person(responsible_party=None, **told)


COVERED: JsonObject = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "identifier": [
        {"system": "urn:other", "value": "x"},
        {"type": {"coding": [{"code": "MB"}], "text": "Member"}, "value": "ZZQ123456789", "extension": MARK},
    ],
    "subscriberId": "ZZQ123456789",
    "beneficiary": {"reference": "Patient/p1", "display": "kept"},
    "relationship": {"coding": [{"code": "parent"}], "text": "father"},
    "period": {"start": "2026", "end": "2026-12-31T23:59:59-07:00", "extension": MARK},
    "payor": [
        {"reference": "Organization/o1", "identifier": {"system": "urn:payer", "value": "00999"}, "display": "Im"},
        {"reference": "RelatedPerson/r1"},
    ],
    "class": [
        {"type": {"coding": [{"code": "rxbin"}]}, "value": "610"},
        {
            "type": {
                "coding": [{"system": "http://terminology.hl7.org/CodeSystem/coverage-class", "code": "group"}],
                "text": "Group",
            },
            "value": "GRP-900",
            "name": "kept",
        },
    ],
    "order": 1,
}


def test_what_a_coverage_says_already_is_not_written_again() -> None:
    known = read_coverage(COVERED, AMD)
    assert write_coverage(known, "c1", "p1", COVERED, AMD) == COVERED


@given(st.sampled_from(["group_number", "order", "payer_name", "copay"]))
def test_an_edit_of_a_coverage_leaves_the_rest_as_and_where_it_is(field: str) -> None:
    known = read_coverage(COVERED, AMD)
    values = {
        "group_number": PLAN.group_number.map(lambda _: "GRP-901"),
        "order": 2,
        "payer_name": "Other Name",
        "copay": PLAN.copay,
    }
    changed = write_coverage(changed_coverage(known, field, values[field]), "c1", "p1", COVERED, AMD)
    where = {"group_number": "class", "order": "order", "payer_name": "payor", "copay": "costToBeneficiary"}[field]
    assert {name for name in {*COVERED, *changed} if COVERED.get(name) != changed.get(name)} == {where}
    if where in ("class", "payor"):
        assert len(items(changed, where)) == 2
        assert json.dumps(items(changed, where)[1 if where == "payor" else 0]) == json.dumps(
            items(COVERED, where)[1 if where == "payor" else 0]
        )


def test_another_payer_is_not_the_same_organisation() -> None:
    other = changed_coverage(read_coverage(COVERED, AMD), "payer_id", "00998")
    payer = items(write_coverage(other, "c1", "p1", COVERED, AMD), "payor")[0]
    assert "reference" not in payer
    assert payer["identifier"] == {"system": "urn:chartline:payer", "value": "00998"}


def changed_coverage(coverage: CoverageFact, field: str, value: object) -> CoverageFact:
    return replace(coverage, **{field: value})


BOOKED: JsonObject = {
    **write_visit(VISIT, "a1", "p1", "dr1", None, AMD),
    "start": "2026-03-02T10:00:00-07:00",
    "comment": "not ours to send",
    "description": "nor this",
}


def test_what_a_visit_says_already_is_not_written_again() -> None:
    told = read_visit(BOOKED, "900", AMD, "prof1")
    assert write_visit(told, "a1", "p1", "dr1", BOOKED, AMD) == BOOKED


def test_participants_keep_their_places_and_what_is_said_of_them() -> None:
    mine = items(BOOKED, "participant")
    guest: JsonObject = {"actor": {"reference": "RelatedPerson/r1"}, "status": "tentative"}
    second: JsonObject = {"actor": {"reference": "Practitioner/dr2"}, "status": "accepted"}
    marked = [guest, {**mine[1], "type": [{"text": "leads"}], "extension": MARK}, second, mine[0], *mine[2:]]
    existing = {**BOOKED, "participant": marked}
    moved = visit_like(column_vendor_id="col9", provider_vendor_id="prof2")
    after = items(write_visit(moved, "a1", "p1", "dr1", existing, AMD), "participant")
    assert [after[0], after[2], after[3]] == [guest, second, mine[0]]
    assert (after[1]["type"], after[1]["extension"], len(after)) == ([{"text": "leads"}], MARK, len(marked))
    told = read_visit({**BOOKED, "participant": after}, "900", AMD)
    assert (told.column_vendor_id, told.provider_vendor_id, told.facility_vendor_id) == ("col9", "prof2", "fac3")


def visit_like(**changes: str) -> VisitFact:
    return replace(VISIT, **changes)
