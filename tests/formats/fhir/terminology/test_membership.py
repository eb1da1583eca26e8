from __future__ import annotations

import pytest
from tests.formats.fhir.terminology.shelf import ANIMALS, R4, Shelf, rule, value_set

from chartline.formats.fhir.definitions import RESOURCE_TYPES, required_codes, structure
from chartline.formats.fhir.terminology import (
    Columns,
    MemorySystem,
    Rule,
    Terminology,
    ValueSet,
    shipped_terminology,
)

US_CORE = "http://hl7.org/fhir/us/core/ValueSet/"
RACE = "urn:oid:2.16.840.1.113883.6.238"
GENDER = "http://hl7.org/fhir/administrative-gender"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("canonical", "system", "code", "answer"),
    [
        (R4 + "administrative-gender", GENDER, "female", True),
        (R4 + "administrative-gender|4.0.1", None, "female", True),
        (R4 + "administrative-gender|4.0", None, "female", True),
        (R4 + "administrative-gender|3.0.1", None, "female", None),
        (R4 + "administrative-gender", None, "Female", False),
        (R4 + "administrative-gender", "urn:other", "female", False),
        (R4 + "no-such-set", None, "female", None),
        (R4 + "currencies", None, "USD", True),
        (R4 + "currencies", None, "DOLLAR", False),
        (R4 + "languages", "urn:ietf:bcp:47", "en-US", True),
        (R4 + "all-languages", None, "sl-rozaj-biske", True),
        (R4 + "all-languages", None, "not a language", False),
        (R4 + "mimetypes", None, 'text/plain; charset="utf-8"', True),
        (R4 + "mimetypes", None, "plain", False),
        (R4 + "ucum-units", "http://unitsofmeasure.org", "mg/dL", True),
        (R4 + "ucum-units", "http://unitsofmeasure.org", "[made_up]", None),
        (R4 + "all-distance-units", "http://unitsofmeasure.org", "[mi_i]", True),
        (R4 + "all-distance-units", "http://unitsofmeasure.org", "kg", False),
        (R4 + "iso3166-1-N", "urn:iso:std:iso:3166", "840", True),
        (R4 + "iso3166-1-N", "urn:iso:std:iso:3166", "US", False),
        (R4 + "condition-code", SNOMED, "38341003", None),
        (R4 + "condition-code", "urn:other", "38341003", False),
        ("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", None, "AMB", True),
        ("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", None, "CC", False),
        (
            "http://terminology.hl7.org/ValueSet/v2-2.7-0360",
            "http://terminology.hl7.org/CodeSystem/v2-0360",
            "MD",
            True,
        ),
        (US_CORE + "omb-race-category", RACE, "2106-3", True),
        (US_CORE + "omb-race-category", RACE, "1004-1", False),
        (US_CORE + "detailed-race", RACE, "1004-1", True),
        (US_CORE + "detailed-race", RACE, "2106-3", False),
        (US_CORE + "birthsex", None, "UNK", True),
        (US_CORE + "us-core-usps-state", "https://www.usps.com/", "MA", True),
        (US_CORE + "us-core-usps-state", "https://www.usps.com/", "ZZ", False),
        (US_CORE + "us-core-condition-code", SNOMED, "160245001", True),
        (US_CORE + "us-core-pregnancy-status", SNOMED, "77386006", None),
    ],
)
def test_the_shipped_value_sets_know_their_codes(
    canonical: str, system: str | None, code: str, answer: bool | None
) -> None:
    assert shipped_terminology().member(canonical, system, code) is answer


@pytest.mark.parametrize(
    ("filters", "members"),
    [
        ([("concept", "is-a", "dog")], {"dog", "terrier", "lapdog"}),
        ([("concept", "descendent-of", "dog")], {"terrier", "lapdog"}),
        ([("concept", "is-not-a", "dog")], {"animal", "cat"}),
        ([("concept", "generalizes", "lapdog")], {"lapdog", "dog", "cat", "animal"}),
        ([("concept", "=", "cat")], {"cat"}),
        ([("code", "in", "cat, dog")], {"cat", "dog"}),
        ([("code", "not-in", "cat,dog")], {"animal", "terrier", "lapdog"}),
        ([("code", "regex", "[a-d].*")], {"animal", "dog", "cat"}),
        ([("temper", "exists", "true")], {"cat"}),
        ([("temper", "exists", "false")], {"animal", "dog", "terrier", "lapdog"}),
        ([("legs", "=", "4")], {"terrier", "cat"}),
        ([("parent", "=", "dog")], {"terrier", "lapdog"}),
        ([("child", "=", "lapdog")], {"dog", "cat"}),
        ([("concept", "is-a", "dog"), ("concept", "is-a", "cat")], {"lapdog"}),
        ([("legs", "outgrows", "4")], {None}),
        ([("code", "regex", "(a+)+b")], {None}),
        ([("code", "regex", "(")], {None}),
        ([("code", "regex", "(a?){30}b")], {None}),
        ([("code", "regex", "a*a*a*a*a*b")], {None}),
    ],
)
def test_a_filter_lets_the_right_codes_through(filters: list[tuple[str, str, str]], members: set[str | None]) -> None:
    terminology = Terminology([Shelf(ANIMALS, value_set(rule(*filters)))])
    answers = {
        code: terminology.member("urn:set", "urn:animals", code)
        for code in ("animal", "dog", "terrier", "cat", "lapdog")
    }
    if members == {None}:
        assert set(answers.values()) == {None}
    else:
        assert {code for code, inside in answers.items() if inside} == members
        assert None not in answers.values()


def test_all_parts_of_an_include_must_hold_and_no_exclude() -> None:
    dogs = value_set(rule(("concept", "is-a", "dog")), url="urn:dogs")
    pets = value_set(rule(value_sets=("urn:dogs",)), exclude=(Rule("urn:animals", "", ("dog",)),))
    terminology = Terminology([Shelf(ANIMALS, dogs, pets)])
    assert terminology.member("urn:set", "urn:animals", "lapdog") is True
    assert terminology.member("urn:set", "urn:animals", "dog") is False
    assert terminology.member("urn:set", "urn:animals", "cat") is False


def test_what_leaves_out_inactive_codes_knows_no_retired_one() -> None:
    listed = value_set(Rule("urn:animals", "", ("terrier", "cat")), active_only=True)
    whole = value_set(rule(), active_only=True, url="urn:whole")
    terminology = Terminology([Shelf(ANIMALS, listed, whole)])
    assert [terminology.member(one, None, "terrier") for one in ("urn:set", "urn:whole")] == [False, False]
    assert [terminology.member(one, None, "cat") for one in ("urn:set", "urn:whole")] == [True, True]


def test_an_unknown_part_makes_the_answer_unknown_only_where_it_matters() -> None:
    mixed = value_set(Rule("urn:animals", "", ("cat",)), Rule("", "", None, value_sets=("urn:nowhere",)))
    barred = value_set(rule(), exclude=(Rule("", "", None, value_sets=("urn:nowhere",)),), url="urn:barred")
    terminology = Terminology([Shelf(ANIMALS, mixed, barred)])
    assert terminology.member("urn:set", "urn:animals", "cat") is True
    assert terminology.member("urn:set", "urn:animals", "dog") is None
    assert terminology.member("urn:barred", "urn:animals", "dog") is None
    assert terminology.member("urn:barred", "urn:animals", "mouse") is False


def test_value_sets_that_import_each_other_end() -> None:
    one = value_set(Rule("", "", None, value_sets=("urn:two",)), url="urn:one")
    two = value_set(Rule("", "", None, value_sets=("urn:one",)), url="urn:two")
    assert Terminology([Shelf(one, two)]).member("urn:one", None, "a") is None


def test_a_fragment_proves_no_absence() -> None:
    part = MemorySystem("urn:part", "", "Part", "fragment", Columns(["a"], ["A"]))
    terminology = Terminology([Shelf(part, value_set(Rule("urn:part")))])
    assert terminology.member("urn:set", "urn:part", "a") is True
    assert terminology.member("urn:set", "urn:part", "b") is None
    assert terminology.knows("urn:part", "b") is None
    assert terminology.knows(GENDER, "neither") is False


def test_letters_may_differ_only_where_the_system_says_so() -> None:
    loose = MemorySystem("urn:loose", "", "Loose", "complete", Columns(["Ab"], ["A"]), any_case=True)
    terminology = Terminology([Shelf(loose, value_set(Rule("urn:loose", "", ("Ab",))))])
    assert terminology.member("urn:set", "urn:loose", "AB") is True
    assert terminology.knows("urn:loose", "ab") is True


def test_what_an_organisation_stores_comes_before_what_is_shipped() -> None:
    own = ValueSet(R4 + "administrative-gender", "9", "", "", (Rule("urn:animals", "", ("cat",)),))
    terminology = Terminology([Shelf(own)])
    assert terminology.member(R4 + "administrative-gender", None, "cat") is True


def test_every_required_list_of_the_definitions_is_the_shipped_value_set() -> None:
    terminology, compared = shipped_terminology(), 0
    bound = {
        element.binding.value_set
        for rtype in sorted(RESOURCE_TYPES)
        for children in structure(rtype).children.values()
        for element in children.values()
        if element.binding is not None and element.binding.strength == "required"
    }
    for canonical in bound:
        listed = required_codes(canonical)
        if listed is not None:
            assert {code for _, code in terminology.codes_of(canonical)} == listed
            compared += 1
    assert compared > 150
